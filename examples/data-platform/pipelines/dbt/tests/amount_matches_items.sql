-- 결제 금액은 항목 합계를 넘지 않는다. 할인은 금액을 줄이기만 한다.
select o.order_id
from {{ ref('stg_orders') }} as o
join (
  select order_id, sum(quantity * price_krw) as items_krw
  from {{ ref('stg_order_items') }}
  group by order_id
) as i using (order_id)
where o.amount_krw > i.items_krw
