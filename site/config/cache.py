"""Django's Redis cache for a site that goes on without it: what can't be asked counts as not in the cache."""

import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds for which a server that did not answer is left alone, so that a page with many questions waits only once."""


class ForgivingRedisCacheClient(RedisCacheClient):
    _silent_until = 0.0

    def _ask(self, method: Callable[..., Any], *args: Any, otherwise: Any) -> Any:
        if time.monotonic() < self._silent_until:
            return otherwise
        try:
            return method(*args)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            self._silent_until = time.monotonic() + PAUSE
            logger.warning("The cache can't be reached and is left out for %s seconds: %s", PAUSE, error)
            return otherwise

    def add(self, key: str, value: Any, timeout: int | None) -> bool:
        return self._ask(super().add, key, value, timeout, otherwise=False)

    def get(self, key: str, default: Any) -> Any:
        return self._ask(super().get, key, default, otherwise=default)

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        self._ask(super().set, key, value, timeout, otherwise=None)

    def touch(self, key: str, timeout: int | None) -> bool:
        return self._ask(super().touch, key, timeout, otherwise=False)

    def delete(self, key: str) -> bool:
        return self._ask(super().delete, key, otherwise=False)

    def get_many(self, keys: Any) -> dict[str, Any]:
        return self._ask(super().get_many, keys, otherwise={})

    def has_key(self, key: str) -> bool:
        return self._ask(super().has_key, key, otherwise=False)

    def incr(self, key: str, delta: int) -> int:
        value = self._ask(super().incr, key, delta, otherwise=None)
        if value is None:
            raise ValueError(f"Key {key!r} not found.")  # As Django's caches say of a key that is not there.
        return value

    def set_many(self, data: dict[str, Any], timeout: int | None) -> None:
        self._ask(super().set_many, data, timeout, otherwise=None)

    def delete_many(self, keys: Any) -> None:
        self._ask(super().delete_many, keys, otherwise=None)

    def clear(self) -> bool:
        return self._ask(super().clear, otherwise=False)


class ForgivingRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingRedisCacheClient
