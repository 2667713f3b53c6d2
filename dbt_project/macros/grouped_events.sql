{# Events of one file, stretch and type that name the same contract or customer and have the same properties are metered
   as one: how many, how much, and the largest of them. It costs a pass over the events, and saves every later step most
   of its rows. #}

{# Names the properties by which a meter of grouped events tells them apart, as the structure that `from_json` takes:
   others part no group. `meters`: stg_catalog__meters, `apart`: int_events_metered_singly. #}
{% macro name_dimensions_of_usage(meters, apart) -%}
    set variable usage_dimensions = (
        select '{' || string_agg(cast(to_json(name) as varchar) || ':"VARCHAR"', ',' order by name) || '}'
        from (
            select distinct unnest(from_json(dimensions, '["VARCHAR"]')) as name
            from {{ meters }}
            anti join {{ apart }} using (event_type)
        )
    )
{%- endmacro %}

{# The properties of an event that are dimensions, as one value by which events can be grouped. #}
{% macro dimensions_of_event(properties) -%}
    from_json({{ properties }}, coalesce(getvariable('usage_dimensions'), '{"-":"VARCHAR"}'))
{%- endmacro %}

{# The same as properties in their canonical form, without those that the event does not have; most have all, which is
   quickly seen. #}
{% macro properties_of_group(dimensions) -%}
    case
        when contains(cast(to_json({{ dimensions }}) as varchar), ':null')
            then cast(json_merge_patch('{}', to_json({{ dimensions }})) as varchar)
        else cast(to_json({{ dimensions }}) as varchar)
    end
{%- endmacro %}
