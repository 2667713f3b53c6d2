"""Contact with the world: the engine, dbt, the ledger on disk, checks, mail."""
