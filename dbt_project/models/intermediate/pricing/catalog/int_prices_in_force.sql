with

charges as (

    select * from {{ ref('int_charges_identified') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

pieces as (

    select * from {{ ref('int_price_versions_in_force') }}

),

{# A contract's own price holds from its day on, in place of the price list's; of several the newest. #}
overrides as (

    select
        charges.charge_id,
        changes.amount,
        changes.unit_price,
        changes.step_no,
        greatest(changes.effective_on, charges.served_from) as own_from,
        least(coalesce(changes.until, charges.served_until), charges.served_until) as own_until,
    from changes
    inner join charges
        on
            changes.contract_id = charges.contract_id
            and changes.fee_id = charges.fee_id
            and coalesce(changes.plan_id, charges.plan_id) = charges.plan_id
            and coalesce(changes.instance, charges.instance) = charges.instance
    where changes.kind = 'override_price' and own_from < own_until

),

cuts as (

    select charge_id, piece_from as cut_from, from pieces where charge_id in (select overrides.charge_id from overrides)
    union
    select charge_id, unnest([own_from, own_until]), from overrides

),

overridden as (

    select
        cuts.charge_id,
        cuts.cut_from as piece_from,
        any_value(pieces.piece_from) as version_piece_from,
        arg_max(overrides.amount, overrides.step_no) as own_amount,
        arg_max(overrides.unit_price, overrides.step_no) as own_unit_price,
        lead(cuts.cut_from, 1, any_value(pieces.last_until))
            over (partition by cuts.charge_id order by cuts.cut_from) as piece_until,
    from cuts
    inner join (select *, max(piece_until) over (partition by charge_id) as last_until from pieces) as pieces
        on
            cuts.charge_id = pieces.charge_id
            and cuts.cut_from >= pieces.piece_from
            and cuts.cut_from < pieces.piece_until
    left join overrides
        on
            cuts.charge_id = overrides.charge_id
            and cuts.cut_from >= overrides.own_from
            and cuts.cut_from < overrides.own_until
    group by cuts.charge_id, cuts.cut_from

),

chosen as (

    select *
    from pieces
    where charge_id not in (select overrides.charge_id from overrides)

    union all by name

    select
        pieces.* replace (
            coalesce(overridden.own_amount, pieces.amount) as amount,
            coalesce(overridden.own_unit_price, pieces.unit_price) as unit_price,
            overridden.piece_from as piece_from,
            overridden.piece_until as piece_until
        ),
    from overridden
    inner join pieces on overridden.charge_id = pieces.charge_id and overridden.version_piece_from = pieces.piece_from

),

{# A fee that is owed whole takes no share of its prices: that of the last served day is the price of all its days. #}
owed_whole as (

    select charge_id from charges
    where part_period = 'whole'

),

in_force as (

    select *
    from chosen
    where charge_id not in (select owed_whole.charge_id from owed_whole)

    union all

    select * replace (min(piece_from) over (partition by charge_id) as piece_from)
    from chosen
    where charge_id in (select owed_whole.charge_id from owed_whole)
    qualify row_number() over (partition by charge_id order by chosen.piece_from desc) = 1

)

select * from in_force
