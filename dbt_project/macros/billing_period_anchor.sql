{# Where billing periods are counted from. A calendar counts from 1 January 1900, a Monday; a contract from the first
   charged day, or from its anchor day in that month or the month before. All arguments are SQL expressions. #}
{% macro anchor_month(anchor, set_day, charged_from) -%}
    case
        when {{ anchor }} = 'calendar' then date '1900-01-01'
        when {{ set_day }} is not null
            and least({{ set_day }}, day(last_day({{ charged_from }}))) > day({{ charged_from }})
            then cast(date_trunc('month', {{ charged_from }}) - interval 1 month as date)
        else cast(date_trunc('month', {{ charged_from }}) as date)
    end
{%- endmacro %}

{% macro anchor_day(anchor, set_day, charged_from) -%}
    cast(if({{ anchor }} = 'calendar', 1, coalesce({{ set_day }}, day({{ charged_from }}))) as integer)
{%- endmacro %}

{# The day of the month `months` after `from_month`, a day that the month lacks is its end: computed from the anchor,
   never from the billing period before. #}
{% macro nominal_day(from_month, months, day_of_month) -%}
    (
        cast({{ from_month }} + to_months(cast({{ months }} as integer)) as date)
        + cast(least({{ day_of_month }}, day(last_day({{ from_month }} + to_months(cast({{ months }} as integer)))))
            - 1 as integer)
    )
{%- endmacro %}

{# The first day of billing period `number` of a calendar with anchor_month, anchor_day and step_months, or anchor_date
   and step_days. #}
{% macro billing_period_day(number) -%}
    coalesce(
        {{ nominal_day('anchor_month', '(' ~ number ~ ') * step_months', 'anchor_day') }},
        anchor_date + cast(({{ number }}) * step_days as integer)
    )
{%- endmacro %}

{# The first day of the next billing period after `day` in the calendar that `state` (a relation) describes; `day` is
   not before its first. #}
{% macro next_billing_period_from(state, day) -%}
    {%- set every, unit = state ~ ".interval_every", state ~ ".interval_unit" -%}
    {%- set step_months = every ~ " * case " ~ unit ~ " when 'month' then 1 when 'year' then 12 end" -%}
    {%- set days_of_unit = "case " ~ unit ~ " when 'day' then 1 when 'week' then 7 end" -%}
    {%- set step_days = "cast(" ~ every ~ " * " ~ days_of_unit ~ " as integer)" -%}
    {%- set month = anchor_month(state ~ ".anchor", state ~ ".set_day", state ~ ".charged_from") -%}
    {%- set of_month = anchor_day(state ~ ".anchor", state ~ ".set_day", state ~ ".charged_from") -%}
    {%- set first_day = "if(" ~ state ~ ".anchor = 'calendar', date '1900-01-01', " ~ state ~ ".charged_from)" -%}
    {%- set passed = "date_diff('month', " ~ month ~ ", " ~ day ~ ")" -%}
    {%- set months = "(" ~ passed ~ " // (" ~ step_months ~ ") * (" ~ step_months ~ "))" -%}
    case
        when {{ state }}.interval_unit in ('day', 'week')
            then {{ first_day }}
                + cast((({{ day }} - {{ first_day }}) // {{ step_days }} + 1) * {{ step_days }} as integer)
        when {{ nominal_day(month, months, of_month) }} > {{ day }} then {{ nominal_day(month, months, of_month) }}
        else {{ nominal_day(month, months ~ " + " ~ step_months, of_month) }}
    end
{%- endmacro %}

{# The first day after `day` that is a whole number of `months` after `from_day`. #}
{% macro next_anniversary(from_day, months, day) -%}
    {%- set passed = "(date_diff('month', " ~ from_day ~ ", " ~ day ~ ") // " ~ months ~ " * " ~ months ~ ")" -%}
    case
        when cast({{ from_day }} + to_months(cast({{ passed }} as integer)) as date) > {{ day }}
            then cast({{ from_day }} + to_months(cast({{ passed }} as integer)) as date)
        else cast({{ from_day }} + to_months(cast({{ passed }} + {{ months }} as integer)) as date)
    end
{%- endmacro %}
