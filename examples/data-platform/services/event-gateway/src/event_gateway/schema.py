APP_EVENT = """
{
  "type": "record",
  "name": "AppEvent",
  "namespace": "kr.dalbit.events",
  "fields": [
    {"name": "event_id", "type": "string"},
    {"name": "event_name", "type": "string"},
    {"name": "customer_id", "type": ["null", "long"], "default": null},
    {"name": "session_id", "type": "string"},
    {"name": "occurred_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "received_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
  ]
}
"""
