"""The hub that the tests of the web ask."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hub.web import examples
from hub.web.building import row, run, site
from hub.web.hubs import Hub
from hub.web.standin import StandIn


@pytest.fixture
def store() -> StandIn:
    """The store behind the face: all that a real one has to be exchanged in."""
    return StandIn()


@pytest.fixture
async def hub(store: StandIn) -> AsyncIterator[Hub]:
    """An empty hub that knows one source, read an hour ago."""
    made = Hub(store)
    ended = run(items=1)
    store.add_source(row(site(), [ended], last_total=None), [ended])
    yield made
    await made.stop()


@pytest.fixture
def town(hub: Hub) -> Hub:
    """The hub with every example in it."""
    hub.put(*examples.ALL)
    return hub


@pytest.fixture
def hub_for_threads(store: StandIn) -> Hub:
    """A hub to be served in a thread of its own."""
    ended = run(items=1)
    store.add_source(row(site(), [ended], last_total=1), [ended])
    return Hub(store)
