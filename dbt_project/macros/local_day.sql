{# The local day of an instant: what was received, told or decided is compared with days of a contract, a customer or a
   seller by their own clock. #}
{% macro local_day(zone, instant) -%}
    cast(timezone({{ zone }}, {{ instant }}) as date)
{%- endmacro %}
