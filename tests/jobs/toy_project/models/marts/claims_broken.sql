select
    'charges_are_positive' as claim,
    charges.customer_id,
    cast(charges.amount as decimal(20, 4)) as amount,
    charges.currency,
from {{ ref('stg_crm__one_off_charges') }} as charges
where charges.charge_id like 'doubt%'
