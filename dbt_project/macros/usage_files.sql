{# What is kept of usage is kept per received file and UTC day: a night makes only those anew that changed. In all
   macros `kept` and `now` are queries of event_date, file_name and a column that tells the state, `kept` of what the
   model's table holds, `now` of what holds tonight. #}

{# Every received file and UTC day with accepted events, and a hash of what was accepted. `files`: stg_intake__files. #}
{% macro usage_files_hashed(files) -%}
    select
        event_date,
        file_name,
        md5(string_agg(sha256 || '|' || rows_accepted, ',' order by file_id)) as files_hash,
    from {{ files }}
    where stream = 'usage' and event_date is not null
    group by event_date, file_name
{%- endmacro %}

{# Takes out of the model's table the files and days that no longer are as they were. #}
{% macro forget_changed_usage_files(kept, now) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where (event_date, file_name) in (select (event_date, file_name) from (({{ kept }}) except ({{ now }})))
    {%- endif -%}
{%- endmacro %}

{# Names the files that stg_usage__events reads in the statements that follow: those that are not in the model's table.
   Only a list that is known before a scan begins keeps the engine from opening all files of the lake. `files`:
   stg_intake__files. #}
{% macro ask_for_new_usage_files(kept, now, files) -%}
    set variable usage_files = (
        select list(lake_files order by lake_files)
        from {{ files }}
        where
            lake_files is not null
            and (event_date, file_name) in (select (event_date, file_name) from ({{ now }}))
            {% if is_incremental() -%}
            and (event_date, file_name) not in (select (event_date, file_name) from ({{ kept }}))
            {%- endif %}
    )
{%- endmacro %}

{# Parts the files that were asked for into batches of some 25 million events, so that a build from nothing needs no
   more memory than a large night. #}
{% macro batch_usage_files(files) -%}
    set variable batches = (
        select list(batch_files order by batch)
        from (
            select
                batch,
                list(lake_files order by lake_files) as batch_files,
            from (
                select
                    lake_files,
                    (sum(rows_accepted) over (order by lake_files) - rows_accepted) // 25000000 as batch,
                from {{ files }}
                where lake_files in (select unnest(getvariable('usage_files')))
            )
            group by batch
        )
    )
{%- endmacro %}

{# As int_usage_corrections keeps them. A correction whose event had not come is looked for again. #}
{% macro usage_files_corrected() -%}
    select event_date, file_name, files_hash from {{ this }} where kind = 'day'
    union all
    select event_date, file_name, 'waiting' from {{ this }} where kind <> 'day' and target_line_no is null
{%- endmacro %}

{# As int_usage_metered keeps them. #}
{% macro usage_files_metered() -%}
    select event_date, file_name, fingerprint from {{ this }} where state = 'day'
{%- endmacro %}

{# Names all files where one of those asked for holds a correction: the event that it means may be in any of them. #}
{% macro ask_for_all_usage_files_if_any_corrects(events, files) -%}
    set variable usage_files = (
        select
            case
                when exists (select 1 from {{ events }} where amends is not null or retracts is not null)
                    then (select list(lake_files order by lake_files) from {{ files }} where lake_files is not null)
                else getvariable('usage_files')
            end
    )
{%- endmacro %}

{% macro ask_for_usage_files_of_tonight(files, run) -%}
    set variable usage_files = (
        select list(lake_files order by lake_files)
        from {{ files }}
        where
            lake_files is not null
            and coalesce(rows_received_at, received_at) = (select known_until from {{ run }})
    )
{%- endmacro %}

{# Fails if two of the events asked for are one: the intake lets an event in once. Earlier nights proved it of
   theirs. #}
{% macro refuse_double_events(events) -%}
    select case when count(*) > 0
        then error('Fails: ' || count(*) || ' events (event_date, source, event_id) were loaded twice.') end
    from (select 1 from {{ events }} group by event_date, source, event_id having count(*) > 1)
{%- endmacro %}
