{# Rounds a quantity to a multiple of `step`, on its absolute value, exactly (in whole units of 10^-12). No mode: the
   quantity as it is. `mode`: one of floor, half_up, ceiling. All three are SQL expressions; `step` is a decimal above
   0. #}
{% macro round_to_step(value, mode, step) -%}
    {%- set top = "abs(" ~ unscaled(value) ~ ")" -%}
    {%- set bottom = unscaled(step) -%}
    case
        when {{ mode }} is null then {{ value }}
        else
            cast(sign({{ value }}) as decimal(1, 0)) * {{ step }}
            * cast(case {{ mode }}
                when 'floor' then {{ top }} // {{ bottom }}
                when 'ceiling' then ({{ top }} + {{ bottom }} - 1) // {{ bottom }}
                when 'half_up' then (2 * {{ top }} + {{ bottom }}) // (2 * {{ bottom }})
            end as decimal(26, 0))
    end
{%- endmacro %}
