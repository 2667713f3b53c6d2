-- Fails if the books need a role that neither the catalog's accounts nor the seed of roles have.
select
    role,
    count(*) as postings,
    sum(abs(signed_amount)) as amount,
from {{ ref('int_subledger_entries') }}
where account is null
group by role
