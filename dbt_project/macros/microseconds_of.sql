{# How many microseconds one unit of time has; a day has 24 hours. `unit`: an SQL expression, null for none. #}
{% macro microseconds_of(unit) -%}
    case {{ unit }}
        when 'second' then 1000000 when 'minute' then 60000000 when 'hour' then 3600000000 when 'day' then 86400000000
        when 'period' then 86400000000
    end
{%- endmacro %}
