{# What the fixed discounts of one scope (fee, plan, contract) take off, pool by pool and in turn: the first discount
   off the first charge until one of the two is used up, then the next. `matched`: int_discounts_by_charge; `rests`: a
   CTE (charge_id, rest) of what the charges still are. #}
{% macro fixed_discounts_of_scope(scope, matched, rests) -%}
    select
        taken.charge_id,
        given.discount_id,
        cast(
            least(taken.wanted_until, given.offered_until)
            - greatest(taken.wanted_until - taken.wanted, given.offered_until - given.offered) as decimal(38, 12)
        ) as amount,
    from (
        select
            pool,
            discount_id,
            any_value(amount) as offered,
            sum(any_value(amount)) over (partition by pool order by min(discount_no)) as offered_until,
        from {{ matched }}
        where scope = '{{ scope }}' and amount is not null
        group by pool, discount_id
    ) as given
    inner join (
        select
            matched.pool,
            matched.charge_id,
            any_value(greatest(rests.rest, 0)) as wanted,
            sum(any_value(greatest(rests.rest, 0))) over (partition by matched.pool
                order by min(matched.charge_no)) as wanted_until,
        from {{ matched }} as matched
        inner join {{ rests }} as rests on matched.charge_id = rests.charge_id
        where matched.scope = '{{ scope }}' and matched.amount is not null
        group by matched.pool, matched.charge_id
    ) as taken
        on
            given.pool = taken.pool
            and taken.wanted_until > given.offered_until - given.offered
            and given.offered_until > taken.wanted_until - taken.wanted
{%- endmacro %}

{# What charges still are after `shares` (charge_id, amount) of them have been taken off `rests` (charge_id, rest):
   names of CTEs. #}
{% macro rests_after(rests, shares) -%}
    select
        charge_id,
        cast(sum(amount) as decimal(38, 12)) as rest,
    from (
        select charge_id, rest as amount from {{ rests }}
        union all
        select charge_id, -amount from {{ shares }}
    ) as parts
    group by charge_id
{%- endmacro %}

{# The product of a list of factors, each DECIMAL(20,12) of at most 1. #}
{% macro product_of(factors) -%}
    list_reduce({{ factors }}, lambda product, factor: cast(product * factor as decimal(20, 12)))
{%- endmacro %}
