{# What a limit of the catalog says for a currency by name: `limits` is its text {currency: amount}, null where it is
   one number. #}
{% macro limit_in_currency(limits, currency) -%}
    cast(json_extract_string({{ limits }}, '$.' || {{ currency }}) as decimal(38, 12))
{%- endmacro %}

{# How many smallest units one unit of a currency has, for 0 to 4 minor digits. #}
{% macro minor_units_of(digits) -%}
    cast([1, 10, 100, 1000, 10000][{{ digits }} + 1] as decimal(5, 0))
{%- endmacro %}
