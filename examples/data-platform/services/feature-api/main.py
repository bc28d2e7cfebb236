"""Features of customers, for the recommendation models."""

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI(title="feature-api", version="1.2.0")


class Features(BaseModel):
    customer_id: int
    orders_30d: int
    amount_krw_30d: int


STORE: dict[int, Features] = {}


@app.get("/v1/customers/{customer_id}/features")
def features(customer_id: int) -> Features:
    """The features of one customer, at most a day old."""
    if customer_id not in STORE:
        raise HTTPException(404, "unknown customer")
    return STORE[customer_id]
