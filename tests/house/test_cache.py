"""The cache of the reference site when its Redis is gone."""

import time
from typing import Any

import pytest
from config.cache import ForgivingRedisCache


@pytest.fixture
def cache() -> ForgivingRedisCache:
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})


@pytest.mark.parametrize(
    ("method", "arguments", "answer"),
    [
        ("get", ("a", "default"), "default"),
        ("set", ("a", 1), None),
        ("add", ("a", 1), False),
        ("touch", ("a",), False),
        ("delete", ("a",), False),
        ("has_key", ("a",), False),
        ("get_many", (["a", "b"],), {}),
        ("set_many", ({"a": 1},), []),
        ("delete_many", (["a"],), None),
        ("get_or_set", ("a", 7), 7),
        ("clear", (), False),
    ],
)
def test_what_cannot_be_asked_is_not_in_the_cache(
    cache: ForgivingRedisCache, method: str, arguments: Any, answer: Any
) -> None:
    assert getattr(cache, method)(*arguments) == answer


def test_counting_says_that_the_key_is_not_there(cache: ForgivingRedisCache) -> None:
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_many_questions_wait_once(cache: ForgivingRedisCache, caplog: pytest.LogCaptureFixture) -> None:
    began = time.monotonic()
    for number in range(1000):
        cache.get(str(number))

    assert time.monotonic() - began < 3
    assert len([record for record in caplog.records if record.name == "config.cache"]) == 1
