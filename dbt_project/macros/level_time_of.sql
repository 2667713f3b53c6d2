{# What a level was × how many microseconds, from the first reading of a day to its last; null for meters that are not
   weighted by time. `readings`: a list in order, each with its event_at and reading. #}
{% macro level_time_of(readings, aggregation, reports) -%}
    try(cast(case
        when {{ aggregation }} <> 'time_weighted_sum' then null
        when {{ reports }} = 'change'
            then coalesce(list_sum(list_transform(
                range(1, len({{ readings }})),
                lambda place: {{ readings }}[place].reading
                * (epoch_us({{ readings }}[-1].event_at) - epoch_us({{ readings }}[place].event_at))
            )), 0)
        else coalesce(list_sum(list_transform(
            range(1, len({{ readings }})),
            lambda place: {{ readings }}[place].reading
            * (epoch_us({{ readings }}[place + 1].event_at) - epoch_us({{ readings }}[place].event_at))
        )), 0)
    end as decimal(38, 12)))
{%- endmacro %}

{# What a meter with readings or different values has counted of one local day. #}
{% macro quantity_of_day() -%}
    cast(case aggregation
        when 'max' then peak
        when 'unique_count' then len(unique_values)
        when 'latest' then last_reading.reading
        when 'time_weighted_sum'
            then try({{ exact_divide(
                'level_time + last_level * (epoch_us(day_until) - epoch_us(last_at))', microseconds_of('level_per')
            ) }})
        else total
    end as decimal(38, 12))
{%- endmacro %}
