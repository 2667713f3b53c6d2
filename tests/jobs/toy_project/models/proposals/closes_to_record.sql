select distinct
    entries.entity_id,
    entries.month,
    entries.posted_on as closed_on,
    '{}' as totals,
    '[]' as in_doubt,
from {{ ref('entries_to_post') }} as entries
where entries.month not in (select period_closes.month from {{ ref('stg_ledger__period_closes') }} as period_closes)
