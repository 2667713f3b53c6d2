{# A quantity times a price, rounded to the twelve decimals of an unrounded amount; null where it is 1.7 × 10^14 or
   more, which is more than any charge may come to (int_charges_unpriced): whoever would be billed for it is held, and
   nobody else. #}
{% macro priced(quantity, unit_price) -%}
    try(cast({{ quantity }} * {{ unit_price }} as decimal(38, 12)))
{%- endmacro %}

{# More than a charge may come to, as of every amount: 13 digits before the point. What stands on paper has 16. #}
{% macro too_large() -%}
    10000000000000
{%- endmacro %}

{# A property of an event as a number, null if it is none or has more digits before the point than a quantity (an
   amount) may have. #}
{% macro number_of_property(properties, name, digits) -%}
    cast(try_cast(json_extract_string({{ properties }}, {{ name }}) as decimal({{ digits + 12 }}, 12))
        as decimal(38, 12))
{%- endmacro %}
