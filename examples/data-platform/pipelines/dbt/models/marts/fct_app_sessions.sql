{{ config(materialized='incremental', unique_key='session_id', tags=['events'], sort='started_at') }}

select
  session_id,
  max(customer_id) as customer_id,
  min(occurred_at) as started_at,
  max(occurred_at) as ended_at,
  count(*) as event_count
from {{ ref('stg_app_events') }}
group by session_id
