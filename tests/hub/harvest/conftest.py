"""The bench that most tests of the engine begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.harvest.harvesting import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An empty store with the sample connector."""
    made = Bench(tmp_path / "data")
    yield made
    made.store.close()
