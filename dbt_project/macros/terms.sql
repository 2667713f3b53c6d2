{# How many whole terms of `months` have passed since `from_day` on `day`; null without terms. All arguments are SQL
   expressions. #}
{% macro terms_passed(from_day, months, day) -%}
    (
        date_diff('month', {{ from_day }}, {{ day }}) // {{ months }}
        - cast(
            {{ from_day }}
            + to_months(cast(date_diff('month', {{ from_day }}, {{ day }}) // {{ months }} * {{ months }} as integer))
            > {{ day }} as bigint
        )
    )
{%- endmacro %}

{# (1 + percent / 100) to the power of `times`, rounded to twelve digits after each time; null from a million on. `pow`
   would be a DOUBLE. #}
{% macro compounded(percent, times) -%}
    try(list_reduce(
        list_transform(range(coalesce({{ times }}, 0)), lambda step: cast(1 + {{ percent }} * 0.01 as decimal(18, 12))),
        lambda product, factor: cast(product * factor as decimal(18, 12)),
        cast(1 as decimal(18, 12))
    ))
{%- endmacro %}

{# A price times the factor that renewals have brought it to, rounded to the twelve digits of a price; null where it
   does not fit. #}
{% macro factored(price, factor='charges.price_factor') -%}
    {{ priced(price, factor) }}
{%- endmacro %}
