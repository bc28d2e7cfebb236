{{ config(tags=['orders', 'serving'], dist='customer_id') }}

select
  customer_id,
  count(*) as orders_30d,
  sum(amount_krw) as amount_krw_30d,
  max(ordered_at) as last_ordered_at,
  getdate() as computed_at
from {{ ref('fct_orders') }}
where ordered_at >= dateadd(day, -30, current_date) and status <> 'CANCELLED'
group by customer_id
