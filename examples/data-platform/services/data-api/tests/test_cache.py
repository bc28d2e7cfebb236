import asyncio

from data_api.cache import LocalCache


def test_a_miss_is_kept_too():
    calls = 0

    async def load():
        nonlocal calls
        calls += 1
        return None

    async def twice():
        cache = LocalCache(max_entries=2, ttl_seconds=60)
        await cache.get("features:1", load)
        await cache.get("features:1", load)

    asyncio.run(twice())
    assert calls == 1
