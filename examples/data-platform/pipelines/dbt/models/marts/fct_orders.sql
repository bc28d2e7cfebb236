-- One row for each order, in its last state.
{{ config(unique_key='order_id') }}

select
    order_id,
    customer_id,
    status,
    amount_krw,
    ordered_at,
    updated_at
from {{ ref('stg_orders') }}
{% if is_incremental() %}
where updated_at > (select max(updated_at) from {{ this }})
{% endif %}
qualify row_number() over (partition by order_id order by updated_at desc) = 1
