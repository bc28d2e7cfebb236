{{ config(tags=['orders']) }}

select
  id as order_id,
  customer_id,
  status,
  amount_krw,
  ordered_at,
  updated_at
from ({{ latest_by(source('raw', 'orders'), 'id', '__source_ts_ms') }})
where __deleted = 'false'
