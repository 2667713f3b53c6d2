with

reasons as (

    select *
    from (
        values
        (
            'dated_fact_changed', '', 'the values at signing, or a change of kind correct',
            'a later row differs from what was signed; give a contract change, or a correct that admits it'
        ),
        (
            'unknown_customer',
            'customer_id',
            'a customer of crm/customers',
            'nobody is known by this customer_id; the row waits until it is'
        ),
        (
            'unknown_plan',
            'plan_id',
            'a plan of the catalog',
            'the catalog has no such plan; the row waits until it has'
        ),
        (
            'unknown_entity',
            'entity_id',
            'an entity of the catalog',
            'the catalog has no such seller, or several and the customer names none and has no contract'
        ),
        ('unknown_contract', 'contract_id', 'a contract that is billed', 'no contract that can be billed has this id'),
        (
            'unknown_currency',
            'currency',
            'an ISO 4217 code of the list of currencies',
            'the minor digits of this currency are not known'
        ),
        (
            'unknown_discount',
            'discount_id',
            'a discount of the catalog',
            'the catalog has no such discount or coupon'
        ),
        ('unknown_tax_code', 'tax_code', 'a tax code of the catalog', 'the catalog has no such tax code'),
        ('unknown_time_zone', 'time_zone', 'a zone name such as Asia/Tokyo', 'no such time zone'),
        (
            'currency_differs',
            'currency',
            'the currency of the plan, of credits that of their contract',
            'prices of the plan, or credits, are in another currency than the contract'
        ),
        ('ends_before_service', 'ends_on', 'a day on or after service_from', 'the contract would end before it begins'),
        (
            'before_service',
            'effective_on',
            'a day on or after service_from',
            'the change would act before the service begins'
        ),
        (
            'conflicting_change',
            'change_id',
            'one change for each change_id',
            'another change with this id was received before'
        ),
        (
            'conflicting_charge',
            'charge_id',
            'one charge for each charge_id',
            'another charge with this id was received before'
        ),
        (
            'conflicting_opening', '', 'one opening fact for each number',
            'another opening fact with this number was received before; give the difference as one of its own'
        ),
        ('conflicting_merge', 'customer_id', 'one merge for each customer', 'this customer was merged into another one before'),
        ('merged_in_a_circle', 'into_customer_id', 'a customer that stays', 'the merge would lead back to the customer itself'),
        ('opening_account_missing', '', 'an account of role opening_balance', 'the catalog has no account that the opening would come from'),
        ('opening_out_of_range', '', 'days in order, in whole minor units', 'the days or the amount cannot be used'),
        (
            'document_number_taken', 'document_number', 'the number of a document of the old system', 'a document of ours has this number'
        ),
        (
            'unknown_fee',
            'fee_id',
            'a fee of the catalog, to add or remove a recurring one',
            'no plan of the catalog has such a fee of this name'
        ),
        (
            'no_term', 'at', 'a contract with term_months', 'the contract has no term at whose end the change could act'
        ),
        (
            'after_end',
            'effective_on',
            'a day before the contract ends',
            'the change would act when the contract is over'
        ),
        ('already_paused', 'kind', 'a resume between two pauses', 'the contract is paused already'),
        ('not_cancelled', 'kind', 'a cancel received before it', 'there is no cancellation to take back'),
        (
            'uplift_unclear', 'uplift_percent', 'uplift_percent with renewal_price uplift, and only with it',
            'a percentage without its rule, or the rule without a percentage'
        ),
        ('not_paused', 'kind', 'a pause before it', 'the contract is not paused'),
        ('value_missing', '', 'the value that this kind of change sets', 'the change does not say what it changes to'),
        ('below_zero', '', 'a quantity, price, amount or number of days not below 0', 'a number below zero cannot be used'),
        ('percent_unclear', 'percent', '0 to 100, without an amount beside it', 'the percentage cannot be used'),
        ('no_such_day', 'billing_anchor_day', 'a day from 1 to 31 (31: the last of each month)', 'no month has such a day'),
        ('until_too_early', 'until', 'a day after the one on which the change acts', 'the change would be over before it acts'),
        ('trial_before_service', 'trial_until', 'a day on or after service_from', 'the trial would end before the service begins'),
        (
            'value_out_of_range', '', 'periods and months at least 1, an uplift above -100, credits above 0 and good for a day',
            'the number cannot be used'
        )
    ) as listed (reason_code, column_name, expected, message)

)

select * from reasons
