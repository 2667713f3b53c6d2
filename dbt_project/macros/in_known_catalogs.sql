{# True for rows of every catalog version that the run may know: what was said before still stands where a later version
   does not say it. #}
{% macro in_known_catalogs() -%}
    received_at <= (select run.known_until from {{ source('run', 'run') }} as run)
{%- endmacro %}
