{{ config(tags=['orders']) }}

select id as payment_id, order_id, method, amount_krw, paid_at
from ({{ latest_by(source('raw', 'payments'), 'id', '__source_ts_ms') }})
where __deleted = 'false'
