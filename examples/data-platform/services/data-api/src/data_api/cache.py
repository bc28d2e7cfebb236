"""A cache inside the process. Each worker has its own and none is shared."""

from collections.abc import Awaitable, Callable
from typing import Any

from cachetools import TTLCache

from data_api.settings import settings

MISSING = object()


class LocalCache:
    def __init__(self, max_entries: int, ttl_seconds: int) -> None:
        self._entries: TTLCache = TTLCache(maxsize=max_entries, ttl=ttl_seconds)

    async def get(self, key: str, load: Callable[[], Awaitable[Any]]) -> Any:
        """The value of key, loaded when absent. "Not found" is kept as well."""
        value = self._entries.get(key, MISSING)
        if value is MISSING:
            value = await load()
            self._entries[key] = value
        return value


cache = LocalCache(settings.data_api_cache_max_entries, settings.data_api_cache_ttl_seconds)
