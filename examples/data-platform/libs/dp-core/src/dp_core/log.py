import structlog


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that writes one JSON object a line, which Loki parses."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    return structlog.get_logger(name)
