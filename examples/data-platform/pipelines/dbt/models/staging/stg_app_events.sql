{{ config(tags=['events']) }}

-- 사흘보다 늦게 온 이벤트는 버린다. 전체를 보면 매시 빌드가 한 시간을 넘는다.
with recent as (
  select * from {{ source('raw', 'app_events') }}
  where received_at >= dateadd(day, -3, current_date)
)

select event_id, event_name, customer_id, session_id, occurred_at, received_at
from ({{ latest_by('recent', 'event_id', 'received_at') }})
