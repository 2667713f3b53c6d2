{# What a limit of the catalog says for a currency by name: `limits` is its text {currency: amount}, null where it is
   one number. #}
{% macro limit_in_currency(limits, currency) -%}
    cast(json_extract_string({{ limits }}, '$.' || {{ currency }}) as decimal(38, 12))
{%- endmacro %}

{# How many smallest units one unit of a currency has, for 0 to 4 minor digits. #}
{% macro minor_units_of(digits) -%}
    cast([1, 10, 100, 1000, 10000][{{ digits }} + 1] as decimal(5, 0))
{%- endmacro %}

{# Whether an amount of a document is above a limit of its seller (`correction_limit`, `approval_limit`). A currency
   without a limit of its own has as many smallest units as the seller's: ¥1,000,000 are $10,000.00. Reads `documents`,
   `entities` and `currencies`, the row of the seller's currency. #}
{% macro is_above_limit(amount, limit) -%}
    coalesce(
        {{ amount }} > {{ limit_in_currency('entities.' ~ limit ~ 's', 'documents.currency') }},
        {{ amount }} * {{ minor_units_of('documents.minor_digits') }}
        > coalesce(
            {{ limit_in_currency('entities.' ~ limit ~ 's', 'entities.currency') }}, entities.{{ limit }}
        ) * {{ minor_units_of('currencies.minor_digits') }},
        false
    )
{%- endmacro %}
