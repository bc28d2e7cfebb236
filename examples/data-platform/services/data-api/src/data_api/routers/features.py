from datetime import datetime

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from data_api.auth import require_reader
from data_api.cache import cache
from data_api.db import fetch_one

router = APIRouter(prefix="/v1/customers", tags=["features"], dependencies=[Depends(require_reader)])


class CustomerFeatures(BaseModel):
    customer_id: int
    orders_30d: int
    amount_krw_30d: int
    last_ordered_at: datetime
    computed_at: datetime


@router.get("/{customer_id}/features")
async def get_features(customer_id: int) -> CustomerFeatures:
    row = await cache.get(
        f"features:{customer_id}",
        lambda: fetch_one("SELECT * FROM customer_features WHERE customer_id = :id", id=customer_id),
    )
    if row is None:
        raise HTTPException(404, "no order in 30 days")
    return CustomerFeatures(**row)
