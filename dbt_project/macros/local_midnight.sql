{#- The instant at which a local day begins. Where the clock is turned back over midnight (Havana, the Azores) that is
    the first of two midnights; the engine takes the second. Where the day has no midnight (Santiago, Cairo in spring)
    it is the moment to which the clock was put on. -#}
{% macro local_midnight(zone, day) -%}
    (
        timezone({{ zone }}, cast({{ day }} as timestamp))
        - if(
            cast(timezone({{ zone }}, timezone({{ zone }}, cast({{ day }} as timestamp))
                - interval 1 hour) as date) = cast({{ day }} as date),
            interval 1 hour, interval 0 hour
        )
    )
{%- endmacro %}
