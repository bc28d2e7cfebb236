from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from data_api.settings import settings

engine = create_async_engine(settings.serving_db_url, pool_size=10, max_overflow=5, pool_recycle=1800)


async def fetch_one(sql: str, **params: Any) -> dict[str, Any] | None:
    async with engine.connect() as conn:
        row = (await conn.execute(text(sql), params)).mappings().first()
    return dict(row) if row else None
