select
    'charges_are_positive' as claim,
    charges.customer_id,
    cast(-1 as decimal(20, 4)) as amount,
    charges.currency,
from {{ ref('stg_crm__one_off_charges') }} as charges
where false
