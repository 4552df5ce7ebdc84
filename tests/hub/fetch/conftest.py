"""A server on the loopback, a web fetcher that may ask it, and a time that passes only when somebody sleeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.fetch.session import WebFetcher
from folkmoot_hub.fetch.settings import FetchSettings
from hub.fetch.serving import NOW, Server, Time


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A running server on 127.0.0.1."""
    made = Server()
    async with made.server:
        yield made


@pytest.fixture
def time() -> Time:
    """The time of this test."""
    return Time()


@pytest.fixture
async def web_fetcher(time: Time) -> AsyncIterator[Callable[..., WebFetcher]]:
    """Makes web fetchers that may ask the loopback; keyword arguments are settings, or what the fetcher is made of."""
    made: list[WebFetcher] = []

    def make(
        hosts: frozenset[str] = frozenset(),
        secrets: dict[str, str] | None = None,
        named: frozenset[str] = frozenset({"key"}),
        resolver: Any = None,
        **settings: Any,
    ) -> WebFetcher:
        connector = type("Sample", (Connector,), {"hosts": hosts, "secrets": named})
        values = {"contact": "mailto:hub@example.org", "allow": ("127.0.0.1/32",), "robots": False} | settings
        fetcher = WebFetcher(
            FetchSettings(**values),
            secrets=lambda name: (secrets or {})[name],
            connector_of=lambda site: connector,
            clock=FixedClock(NOW),
            sleep=time.sleep,
            monotonic=time.monotonic,
            jitter=lambda: 0.5,
            resolver=resolver,
        )
        made.append(fetcher)
        return fetcher

    yield make
    for fetcher in made:
        await fetcher.close()


@pytest.fixture
def site(server: Server) -> Site:
    """A site whose base is the server's, without pace."""
    return Site(id="sample.example.org", connector="sample", title="Sample", base=server.url(), pace=0)
