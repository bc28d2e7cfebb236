{{ config(materialized='incremental', unique_key='order_id', tags=['orders'], sort='ordered_at', dist='customer_id') }}

with items as (
  select order_id, sum(quantity) as item_count, sum(quantity * price_krw) as items_krw
  from {{ ref('stg_order_items') }}
  group by order_id
)

select
  o.order_id,
  o.customer_id,
  o.status,
  i.item_count,
  o.amount_krw,
  p.paid_at,
  o.ordered_at,
  o.updated_at
from {{ ref('stg_orders') }} as o
left join items as i using (order_id)
left join {{ ref('stg_payments') }} as p using (order_id)
{% if is_incremental() %}
where o.updated_at > (select dateadd(day, -3, max(updated_at)) from {{ this }})
{% endif %}
