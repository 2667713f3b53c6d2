select
    'charge' as charge_id,
    date '2026-01-01' as bill_on
where false
