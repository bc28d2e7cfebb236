import argparse

from confluent_kafka import Consumer, Producer
from dp_core import PlatformSettings, get_logger

log = get_logger(__name__)

ORIGIN = "__connect.errors.topic"
ATTEMPTS = "x-replay-attempts"
MAX_ATTEMPTS = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="dlq-replayer")
    parser.add_argument("topics", nargs="*", default=["dlq.orders", "dlq.events"])
    parser.add_argument("--idle-seconds", type=float, default=30.0)
    parser.add_argument("--dry-run", action="store_true")
    args = parser.parse_args()

    servers = PlatformSettings().kafka_bootstrap_servers
    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": "dlq-replayer", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )
    producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True})
    consumer.subscribe(args.topics)
    while (message := consumer.poll(args.idle_seconds)) is not None:
        headers = dict(message.headers() or [])
        attempts = int(headers.get(ATTEMPTS, b"0")) + 1
        origin = headers[ORIGIN].decode()
        if attempts > MAX_ATTEMPTS:
            log.warning("given up", origin=origin, offset=message.offset())
        elif args.dry_run:
            log.info("would replay", origin=origin, attempts=attempts)
        else:
            producer.produce(origin, key=message.key(), value=message.value(), headers={ATTEMPTS: str(attempts)})
            producer.flush()
        if not args.dry_run:
            consumer.commit(message)
    consumer.close()
