from datetime import datetime

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from data_api.auth import require_reader
from data_api.cache import cache
from data_api.db import fetch_one

router = APIRouter(prefix="/v1/orders", tags=["orders"], dependencies=[Depends(require_reader)])


class OrderSummary(BaseModel):
    order_id: int
    customer_id: int
    status: str
    amount_krw: int
    paid_at: datetime | None
    computed_at: datetime


@router.get("/{order_id}/summary")
async def get_summary(order_id: int) -> OrderSummary:
    row = await cache.get(
        f"summary:{order_id}",
        lambda: fetch_one("SELECT * FROM order_summary WHERE order_id = :id", id=order_id),
    )
    if row is None:
        raise HTTPException(404, "no such order in 90 days")
    return OrderSummary(**row)
