"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the real recordings; the test is skipped where it is absent."""
    folder = Path(os.environ.get("FOLKMOOT_RECORDINGS") or ROOT.parent / "shared" / "platforms")
    if not (folder / "README.md").is_file():
        pytest.skip(f"no recordings at {folder} (set FOLKMOOT_RECORDINGS)")
    return folder
