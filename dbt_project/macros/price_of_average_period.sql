{# What a price per day comes to in an average period of so many units: 365 days a year, months are twelfths of it. #}
{% macro price_of_average_period(price, every, unit) -%}
    {%- set twelfths -%}
        cast({{ price }} * {{ every }} * case {{ unit }}
            when 'year' then 4380 when 'month' then 365 when 'week' then 84 else 12 end as decimal(38, 12))
    {%- endset -%}
    {{ exact_divide(twelfths, '12') }}
{%- endmacro %}
