{{ config(tags=['orders']) }}

select id as order_item_id, order_id, sku, quantity, price_krw
from ({{ latest_by(source('raw', 'order_items'), 'id', '__source_ts_ms') }})
where __deleted = 'false'
