"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import redis as redis_client

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the real recordings; the test is skipped where it is absent."""
    folder = Path(os.environ.get("FOLKMOOT_RECORDINGS") or ROOT.parent / "shared" / "platforms")
    if not (folder / "README.md").is_file():
        pytest.skip(f"no recordings at {folder} (set FOLKMOOT_RECORDINGS)")
    return folder


@pytest.fixture(scope="session")
def vocabularies() -> Path:
    """The folder of other people's schemas and vocabularies; the test is skipped where it is absent."""
    recorded = os.environ.get("FOLKMOOT_RECORDINGS")
    folder = (Path(recorded).parent if recorded else ROOT.parent / "shared") / "vocabularies"
    if not (folder / "SOURCE.md").is_file():
        pytest.skip(f"no vocabularies at {folder} (they lie beside the recordings: set FOLKMOOT_RECORDINGS)")
    return folder


@pytest.fixture(scope="session")
def redis() -> str:
    """The address of a Redis server that tests may fill and empty; the test is skipped where none answers."""
    address = os.environ.get("FOLKMOOT_TEST_REDIS")
    if not address:
        pytest.skip("no Redis server is named (make services, or set FOLKMOOT_TEST_REDIS)")
    try:
        with redis_client.Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()
    except redis_client.RedisError as error:
        pytest.skip(f"the Redis server at FOLKMOOT_TEST_REDIS does not answer: {type(error).__name__}")
    return address
