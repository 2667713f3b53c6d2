{# The first closing day on or after `day`: `closing_day` 1 to 31 of the month, 99 or a day that the month lacks is its
   end; null means no closing day, and `day` itself is the answer. Both are SQL expressions. #}
{% macro first_closing_day(day, closing_day) -%}
    case
        when {{ closing_day }} is null then {{ day }}
        when day({{ day }}) <= least({{ closing_day }}, day(last_day({{ day }})))
            then cast(date_trunc('month', {{ day }}) as date)
                + cast(least({{ closing_day }}, day(last_day({{ day }}))) - 1 as integer)
        else last_day({{ day }})
            + cast(least({{ closing_day }}, day(last_day(last_day({{ day }}) + 1))) as integer)
    end
{%- endmacro %}
