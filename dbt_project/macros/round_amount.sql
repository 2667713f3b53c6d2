{# Rounds money to `digits` minor digits (0 to 4). It acts on the absolute value, so that a credit mirrors its charge.
   `value`: DECIMAL with up to 12 decimals and 22 digits before the point; `digits`, `mode`: SQL expressions, mode one
   of floor, half_up, ceiling. Result: DECIMAL(20,4); null for another mode. Decimal throughout: no DOUBLE near an
   amount. Which mode is taken is free for the tax of a document and rate (消費税法基本通達 1-8-15). #}
{% macro round_amount(value, digits, mode) -%}
    {%- set minor_units = "abs(cast(" ~ value ~ " as decimal(38, 12))) * cast(case " ~ digits
        ~ " when 0 then 1 when 1 then 10 when 2 then 100 when 3 then 1000 when 4 then 10000 end as integer)" -%}
    cast(
        cast(sign({{ value }}) as decimal(1, 0))
        * floor(
            {{ minor_units }} + cast(case {{ mode }}
                when 'floor' then 0 when 'half_up' then 0.5 when 'ceiling' then 0.999999999999 end as decimal(12, 12))
        )
        * case {{ digits }}
            when 0 then 1.0000 when 1 then 0.1000 when 2 then 0.0100 when 3 then 0.0010 when 4 then 0.0001 end
        as decimal(20, 4)
    )
{%- endmacro %}
