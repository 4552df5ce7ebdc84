"""The town's connector, installed for the test and what it starts; a hub's directory; a town on the loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.hub import Hub
from hub.fetch.serving import Server
from hub.jobs import town


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the town's connector is installed."""
    folder = town.install(tmp_path / "packages")
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def data(tmp_path: Path, packages: Path) -> Path:
    """A hub's directory with one town as its source."""
    return town.configure(tmp_path / "data", {})


@pytest.fixture
def clock() -> FixedClock:
    """The clock of ``hub``."""
    return FixedClock(town.NOW)


@pytest.fixture
def hub(data: Path, clock: FixedClock) -> Iterator[Hub]:
    """The hub of that directory."""
    with town.open_hub(data, clock) as made:
        yield made


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A town on 127.0.0.1."""
    made = Server()
    async with made.server:
        yield made
