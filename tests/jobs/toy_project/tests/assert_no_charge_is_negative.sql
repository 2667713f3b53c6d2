-- Fails if a charge is negative: the toy has no credit notes.
select charge_id, amount, description from {{ ref('stg_crm__one_off_charges') }} where amount < 0
