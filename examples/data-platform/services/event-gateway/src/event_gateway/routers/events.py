import os
import secrets
import time
from datetime import datetime
from typing import Annotated

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from dp_core import PlatformSettings
from fastapi import APIRouter, Header, HTTPException
from pydantic import BaseModel, Field

from event_gateway.schema import APP_EVENT

TOPIC = "events.app.v1"
MAX_BATCH = 200

settings = PlatformSettings()
serialize = AvroSerializer(
    SchemaRegistryClient({"url": settings.schema_registry_url}), APP_EVENT, conf={"auto.register.schemas": False}
)
producer = Producer({"bootstrap.servers": settings.kafka_bootstrap_servers, "enable.idempotence": True, "linger.ms": 20})
router = APIRouter(prefix="/v1/events", tags=["events"])


class AppEvent(BaseModel):
    event_id: str
    event_name: str
    customer_id: int | None = None
    session_id: str
    occurred_at: datetime


class Batch(BaseModel):
    events: list[AppEvent] = Field(max_length=MAX_BATCH)


@router.post("", status_code=202)
async def post_events(batch: Batch, x_write_key: Annotated[str, Header()]) -> dict[str, int]:
    if not secrets.compare_digest(x_write_key, os.environ["EVENT_GATEWAY_WRITE_KEY"]):
        raise HTTPException(401, "wrong write key")
    now = int(time.time() * 1000)
    for event in batch.events:
        value = event.model_dump() | {"received_at": now, "occurred_at": int(event.occurred_at.timestamp() * 1000)}
        producer.produce(
            TOPIC, key=event.session_id, value=serialize(value, SerializationContext(TOPIC, MessageField.VALUE))
        )
    producer.poll(0)
    return {"accepted": len(batch.events)}
