"""The same jobs as the DAGs' tasks, from a shell."""

from billing_jobs.cli.commands import cli, main

__all__ = ["cli", "main"]
