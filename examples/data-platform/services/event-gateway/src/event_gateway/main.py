from fastapi import FastAPI

from event_gateway.routers import events

app = FastAPI(title="Dalbit event gateway", version="1.2.0")
app.include_router(events.router)


@app.get("/healthz", tags=["operations"])
async def healthz() -> dict[str, str]:
    return {"status": "ok"}
