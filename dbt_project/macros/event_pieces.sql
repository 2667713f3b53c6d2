{# Where an interval is cut: the cuts of one local day (a list of instants, null for an event of one moment), held
   within the interval. #}
{% macro piece_bounds(cuts, from_at, until_at) -%}
    list_sort(list_distinct(list_transform({{ cuts }},
        lambda cut: greatest({{ from_at }}, least({{ until_at }}, cut)))))
{%- endmacro %}

{# What a meter counts of a whole event, or of so many `events` that are metered as one. All are SQL expressions. #}
{% macro value_of_event(aggregation, field, quantity, properties, events) -%}
    cast(case
        when {{ aggregation }} = 'count' then {{ events }}
        when {{ field }} = 'quantity' then {{ quantity }}
        when {{ aggregation }} = 'unique_count' then 0
        else {{ number_of_property(properties, field, 15) }}
    end as decimal(38, 12))
{%- endmacro %}

{# The part of an event's value that lies in a piece of its interval, by elapsed time: a difference of what is used up
   to its two ends, so that the parts add up to the whole to the last digit. `bounds` is null for an event of one
   moment. #}
{% macro value_of_piece(whole, bounds, piece_from, piece_until, event_at, interval_until) -%}
    cast(case
        when {{ bounds }} is null then {{ whole }}
        else {{ used_until(whole, piece_until, event_at, interval_until) }}
            - {{ used_until(whole, piece_from, event_at, interval_until) }}
    end as decimal(38, 12))
{%- endmacro %}

{# Multiplied and divided in whole units of 10^-12, the part that time divides first, so that no quantity that an event
   may have overflows. #}
{% macro used_until(whole, moment, from_at, until_at) -%}
    {%- set units = "abs(" ~ unscaled(whole) ~ ")" -%}
    {%- set passed = "cast(epoch_us(" ~ moment ~ ") - epoch_us(" ~ from_at ~ ") as hugeint)" -%}
    {%- set in_all = "cast(epoch_us(" ~ until_at ~ ") - epoch_us(" ~ from_at ~ ") as hugeint)" -%}
    {%- set whole_part = units ~ " // " ~ in_all ~ " * " ~ passed -%}
    {%- set left_over = "(" ~ units ~ " % " ~ in_all ~ ")" -%}
    {%- set rest = "(2 * " ~ left_over ~ " * " ~ passed ~ " + " ~ in_all ~ ") // (2 * " ~ in_all ~ ")" -%}
    {%- set used = whole_part ~ " + " ~ rest -%}
    cast(
        cast(sign({{ whole }}) as decimal(1, 0))
        * (
            cast(({{ used }}) // cast(1000000000000 as hugeint) as decimal(38, 12))
            + cast(({{ used }}) % cast(1000000000000 as hugeint) as decimal(14, 0)) * 0.000000000001
        )
        as decimal(38, 12)
    )
{%- endmacro %}
