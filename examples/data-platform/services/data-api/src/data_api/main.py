from fastapi import FastAPI

from data_api.db import fetch_one
from data_api.routers import features, orders

app = FastAPI(title="Dalbit data API", version="1.6.0")
app.include_router(features.router)
app.include_router(orders.router)


@app.get("/healthz", tags=["operations"])
async def healthz() -> dict[str, str]:
    """The process lives; the database is not asked, or one failover restarts every pod."""
    return {"status": "ok"}


@app.get("/readyz", tags=["operations"])
async def readyz() -> dict[str, str]:
    await fetch_one("SELECT 1")
    return {"status": "ready"}
