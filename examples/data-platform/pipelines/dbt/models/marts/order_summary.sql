{{ config(tags=['orders', 'serving'], dist='order_id') }}

select order_id, customer_id, status, amount_krw, paid_at, getdate() as computed_at
from {{ ref('fct_orders') }}
where ordered_at >= dateadd(day, -90, current_date)
