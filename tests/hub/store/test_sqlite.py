"""The embedded store keeps what every store promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from folkmoot_hub.store.sqlite.store import SqliteStore
from hub.store.contract import StoreContract


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store."""
    made = SqliteStore(tmp_path / "data")
    yield made
    made.close()


class TestSqliteStore(StoreContract):
    """The contract."""
