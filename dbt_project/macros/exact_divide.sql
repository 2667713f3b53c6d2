{# Divides decimals exactly: DECIMAL(38,12), half away from zero at the 12th decimal; null when the denominator is 0.
   DuckDB's `/` and `//` on DECIMAL give DOUBLE; here whole numbers (HUGEINT, units of 10^-12) carry the division.
   `numerator`: up to 26 digits before the point; `denominator`: integer or decimal up to 12 digits before the point. #}
{% macro exact_divide(numerator, denominator) -%}
    {%- set top = "abs(" ~ unscaled(numerator) ~ ")" -%}
    {%- set bottom = "abs(" ~ unscaled(denominator) ~ ")" -%}
    cast(
        cast(sign({{ numerator }}) * sign({{ denominator }}) as decimal(1, 0))
        * (
            cast({{ top }} // {{ bottom }} as decimal(38, 12))
            + cast(
                (2 * ({{ top }} % {{ bottom }}) * cast(1000000000000 as hugeint) + {{ bottom }})
                // (2 * {{ bottom }}) as decimal(14, 0)
            ) * 0.000000000001
        )
        as decimal(38, 12)
    )
{%- endmacro %}

{# A decimal as a whole number of 10^-12, without the overflow of a multiplication. #}
{% macro unscaled(value) -%}
    cast(replace(cast(cast({{ value }} as decimal(38, 12)) as varchar), '.', '') as hugeint)
{%- endmacro %}
