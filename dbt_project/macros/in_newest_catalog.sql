{# True for rows of the newest catalog version that the run may know. `entities` says which one that is: a table that
   has no rows in the newest version must not fall back to an older one. It is read as a file, since it is a stamp on
   every table of the catalog and not a second source of any. #}
{% macro in_newest_catalog() -%}
    catalog_version = (
        select version.catalog_version
        from read_parquet('lake/catalog/entities/*.parquet', union_by_name = true) as version
        where version.received_at <= (select run.known_until from {{ source('run', 'run') }} as run)
        order by version.received_at desc, version.catalog_version desc
        limit 1
    )
{%- endmacro %}
