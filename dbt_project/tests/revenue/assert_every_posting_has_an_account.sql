-- Fails if the catalog's accounts lack a role that the books need; `role` names what to add to `accounts`.
select
    role,
    count(*) as postings,
    sum(abs(signed_amount)) as amount,
from {{ ref('int_subledger_entries') }}
where account is null
group by role
