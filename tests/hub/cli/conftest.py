"""Data directories to call commands on: one of samples, one that is live."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hub.cli.calling import CONFIG, NOW, SAMPLES, SOURCE, folkmoot


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of samples, to be read only."""
    data = tmp_path_factory.mktemp("cli") / "demo"
    assert folkmoot("--data", data, "demo", "--once").code == 0
    return data


@pytest.fixture(scope="session")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live directory with the processes of one source, to be copied."""
    data = tmp_path_factory.mktemp("cli") / "live"
    data.mkdir()
    (data / "folkmoot.toml").write_text(CONFIG)
    replay = SAMPLES / "citizen_space" / "exampleville"
    ended = folkmoot("--data", data, "--now", NOW, "harvest", SOURCE, "--replay", replay)
    assert ended.code == 0, ended
    return data


@pytest.fixture
def live(harvested: Path, tmp_path: Path) -> Path:
    """A live directory of this test's own."""
    return shutil.copytree(harvested, tmp_path / "live")
