-- Fails if an entry stands in a month that its entity had closed before the entry was recorded: a closed period is
-- immutable.
select
    entries.entry_id,
    entries.month,
    entries.entity_id,
from {{ ref('stg_ledger__journal_entries') }} as entries
inner join {{ ref('stg_ledger__period_closes') }} as closes
    on
        entries.entity_id = closes.entity_id and entries.month <= closes.month
        and entries.commit_sequence > closes.commit_sequence
