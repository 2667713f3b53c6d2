{# Which minute of its day a local time lies in, from 0. `local_time`: an SQL expression. #}
{% macro minute_of_day(local_time) -%}
    (60 * hour({{ local_time }}) + minute({{ local_time }}))
{%- endmacro %}
