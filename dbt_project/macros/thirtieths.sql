{# How many days of 30 a month has had at the beginning of `day`, counted from the billing period's first day: a month
   of 31 days has 30, one of 28 has 30 once it is over, so that a full billing period is always 30 × `months`. All four
   are SQL expressions. #}
{% macro thirtieths(period_from, day, period_until, months) -%}
    case
        when {{ day }} >= {{ period_until }} then 30 * {{ months }}
        else 30 * date_sub('month', {{ period_from }}, {{ day }})
            + least(30, {{ day }} - cast({{ period_from }}
                + to_months(cast(date_sub('month', {{ period_from }}, {{ day }}) as integer)) as date))
    end
{%- endmacro %}
