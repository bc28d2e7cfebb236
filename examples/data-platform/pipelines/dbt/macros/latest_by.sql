{# The newest version of each row: deliveries are at least once (ADR-0004). #}
{% macro latest_by(relation, key, order_by) %}
select * from (
  select *, row_number() over (partition by {{ key }} order by {{ order_by }} desc) as rn
  from {{ relation }}
) where rn = 1
{% endmacro %}
