{#- Whether the account of a role stands for no other role: only then is its balance what the role says. `accounts`: a
    relation of role and account. -#}
{% macro stands_alone(role, accounts) -%}
    (
        select count(*) = 1
        from {{ accounts }}
        where account in (select account from {{ accounts }} where role = '{{ role }}')
    )
{%- endmacro %}
