{# What a local day of usage is made of: one row per usage_date with a hash of the fingerprints of all files and UTC days that have rows on it, and of the meters.
   `metered`: int_usage_metered, `meters`: stg_catalog__meters. #}
{% macro hashes_of_usage_days(metered, meters) -%}
    select
        touched.usage_date,
        md5(concat_ws(
            '|',
            string_agg(days.event_date || days.fingerprint, ',' order by days.event_date, days.file_name),
            (select string_agg(to_json(meters)::varchar, ',' order by meters.meter) from {{ meters }} as meters)
        )) as days_hash,
    from (select distinct event_date, file_name, usage_date from {{ metered }} where usage_date is not null) as touched
    inner join {{ metered }} as days
        on touched.event_date = days.event_date and touched.file_name = days.file_name and days.state = 'day'
    group by touched.usage_date
{%- endmacro %}

{# Takes out of int_usage_summed_daily what no longer is made as it was; the model then makes the local days that are not there. #}
{% macro forget_changed_usage_days(summed, metered, meters) -%}
    delete from {{ summed }}
    where (usage_date, days_hash) not in (
        select (usage_date, days_hash) from ({{ hashes_of_usage_days(metered, meters) }})
    )
{%- endmacro %}
