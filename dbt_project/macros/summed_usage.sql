{# What int_usage_summed_daily keeps of earlier nights. `summed` is its table, `metered`: int_usage_metered, `meters`:
   stg_catalog__meters. #}

{# Every file's UTC day that is metered, with a hash of what it was metered with and of the meters. #}
{% macro metered_parts(metered, meters) -%}
    select
        event_date,
        file_name,
        md5(fingerprint || '|' || (select string_agg(cast(to_json(meters) as varchar), ',' order by meters.meter)
            from {{ meters }} as meters)) as fingerprint,
    from {{ metered }}
    where state = 'day'
{%- endmacro %}

{# Lists as the temporary table `outdated_sums` every contract, meter and local day to which a new part adds, and all of
   the local days on which a part had usage that has changed or is gone, since nothing tells any more in which sums it
   was; then takes them out, and what is known of such parts. A table, and not a query in each place: the engine joins
   with what it knows to be small. #}
{% macro forget_outdated_sums(summed, metered, meters) -%}
    create or replace temp table changed_parts as
    select event_date, file_name, local_days
    from {{ summed }}
    where file_name is not null and (event_date, file_name, fingerprint) not in (
        select (event_date, file_name, fingerprint) from ({{ metered_parts(metered, meters) }})
    );
    delete from {{ summed }} where (event_date, file_name) in (select (event_date, file_name) from changed_parts);
    create or replace temp table outdated_sums as
    select usage_date, contract_id, meter
    from {{ metered }}
    where
        usage_date in (select unnest(local_days) from changed_parts)
        or (usage_date is not null and {{ is_new_part(summed) }})
    union
    select usage_date, contract_id, meter
    from {{ summed }}
    where usage_date in (select unnest(local_days) from changed_parts);
    delete from {{ summed }} as old
    using outdated_sums as outdated
    where old.usage_date = outdated.usage_date and old.contract_id = outdated.contract_id and old.meter = outdated.meter
{%- endmacro %}

{% macro is_new_part(summed) -%}
    (event_date, file_name) not in (select (event_date, file_name) from {{ summed }} where file_name is not null)
{%- endmacro %}
