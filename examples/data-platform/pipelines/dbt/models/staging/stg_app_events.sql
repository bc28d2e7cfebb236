{{ config(tags=['events']) }}

select event_id, event_name, customer_id, session_id, occurred_at, received_at
from ({{ latest_by(source('raw', 'app_events'), 'event_id', 'received_at') }})
