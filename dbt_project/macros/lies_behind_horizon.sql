{#- Whether a billed charge lies behind its seller's horizon of billing anew, and no cancellation reaches back to it.
    `charge` and `cancelled` name the relations with the charge and with its contract's row of
    int_contract_service_dates, if it has one. -#}
{% macro lies_behind_horizon(charge, cancelled) -%}
    coalesce({{ charge }}.period_until <= {{ charge }}.rebill_from, false)
        and coalesce({{ cancelled }}.cancelled_on >= {{ charge }}.period_until, true)
{%- endmacro %}

{#- Whether the billing period of a charge is served from before its seller began to bill here. A nominal period that
    begins before may belong to a contract, or a series of periods, that began here: nobody else has billed it. -#}
{% macro lies_before_beginning(charge) -%}
    coalesce({{ charge }}.billing_period_served_from < {{ charge }}.billing_starts_on, false)
{%- endmacro %}
