{# What a level was × how many microseconds, from the first reading of a day to its last; null for meters that are not weighted by time. `readings`: a
   list in order, each with its event_at and reading. #}
{% macro level_time_of(readings, aggregation, reports) -%}
    case
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
    end::decimal(38, 12)
{%- endmacro %}
