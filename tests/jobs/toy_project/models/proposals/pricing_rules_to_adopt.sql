select rules_version, as_of_date as adopted_on, '' as charge_id, cast(0 as decimal(20, 4)) as difference, '' as currency
from {{ ref('stg_run__run') }}
where rules_version > (select coalesce(max(rules_version), 1) from {{ ref('stg_ledger__pricing_rules') }})
