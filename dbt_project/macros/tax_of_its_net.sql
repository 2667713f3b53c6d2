{# The tax of an amount that contains it, so that it is also the tax of its net: between net × rate rounded down and
   rounded up, as rules of electronic invoices ask (EN 16931 BR-CO-17, JP PINT). The rounded tax where it is that, else
   one minor unit more, else one less, else (a rate of 100 percent or more) the rounded tax. It acts on absolute values,
   so that a credit mirrors its charge. `tax`: the rounded tax; `total`: the amount with its tax; `rate` in percent;
   `digits`: minor digits. All are SQL expressions. #}
{% macro tax_of_its_net(tax, total, rate, digits) -%}
    {%- set unit = "case " ~ digits
        ~ " when 0 then 1.0000 when 1 then 0.1000 when 2 then 0.0100 when 3 then 0.0010 else 0.0001 end" -%}
    cast(
        cast(sign({{ total }}) as decimal(1, 0)) * case
            when {{ lies_within_its_net('abs(' ~ tax ~ ')', total, rate, digits) }} then abs({{ tax }})
            when {{ lies_within_its_net('(abs(' ~ tax ~ ') + ' ~ unit ~ ')', total, rate, digits) }}
                then abs({{ tax }}) + {{ unit }}
            when {{ lies_within_its_net('(abs(' ~ tax ~ ') - ' ~ unit ~ ')', total, rate, digits) }}
                then abs({{ tax }}) - {{ unit }}
            else abs({{ tax }})
        end as decimal(20, 4)
    )
{%- endmacro %}

{# Whether `tax`, not below zero, lies between net × rate rounded down and rounded up to minor units; the net is what
   `total` leaves. #}
{% macro lies_within_its_net(tax, total, rate, digits) -%}
    {%- set net = "(cast(abs(" ~ total ~ ") as decimal(20, 4)) - " ~ tax ~ ")" -%}
    {%- set exact = "cast(" ~ net ~ " * " ~ rate ~ " * 0.01 as decimal(38, 12))" -%}
    (
        {{ tax }} between {{ round_amount(exact, digits, "'floor'") }}
            and {{ round_amount(exact, digits, "'ceiling'") }}
    )
{%- endmacro %}
