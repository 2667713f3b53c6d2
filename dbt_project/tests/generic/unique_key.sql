{# Fails if two rows share a key, or if a key column of an only row is missing where `columns` has one entry. #}
{% test unique_key(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count,
from {{ model }}
group by all
having count(*) > 1 {% if columns | length == 1 %}or {{ columns[0] }} is null{% endif %}

{% endtest %}
