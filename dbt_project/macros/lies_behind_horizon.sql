{#- Whether a billed charge lies behind its seller's horizon of billing anew, and no cancellation reaches back to it.
    `charge` and `cancelled` name the relations with the charge and with its contract's row of
    int_contract_service_dates, if it has one. -#}
{% macro lies_behind_horizon(charge, cancelled) -%}
    coalesce({{ charge }}.period_until <= {{ charge }}.rebill_from, false)
        and coalesce({{ cancelled }}.cancelled_on >= {{ charge }}.period_until, true)
{%- endmacro %}

{#- Whether the period of a charge begins before its seller began to bill here. -#}
{% macro lies_before_beginning(charge) -%}
    coalesce({{ charge }}.period_from < {{ charge }}.billing_starts_on, false)
{%- endmacro %}
