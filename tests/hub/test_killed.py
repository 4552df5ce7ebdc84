"""Kill -9 at sixty seeded moments, and the store, the log and the index are as if nothing had been.

Fifteen moments each: while an answer is fetched, at a statement inside a transaction of the store, between store and
index, and in a quarantine replay. What is compared leaves out run ids only; the clock of the story stands still.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent.parent
SEED = int(os.environ.get("FOLKMOOT_TEST_SEED", "20261124"))
EACH = 15


@pytest.fixture(scope="module")
def tellings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The lines that the story prints."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "hub.killing.story", str(folder), str(SEED), str(EACH)]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_every_kill_hit_and_nothing_was_lost_or_done_twice(tellings: list[dict[str, Any]]) -> None:
    undisturbed, *killed = tellings
    assert undisturbed["records"] > 25
    logging.getLogger(__name__).info("killed at:\n%s", "\n".join(telling["moment"] for telling in killed))
    assert Counter(telling["stage"] for telling in killed) == dict.fromkeys(
        ("fetch", "transaction", "index", "replay"), EACH
    )
    missed = [f"{telling['stage']} {telling['number']}" for telling in killed if not telling["hit"]]
    assert not missed, f"no kill hit at {missed}"
    wrong = {telling["moment"]: telling["wrong"] for telling in killed if telling["wrong"]}
    assert not wrong, json.dumps(wrong, indent=1)[:5000]


@pytest.mark.slow
def test_the_moments_are_of_many_kinds(tellings: list[dict[str, Any]]) -> None:
    """So that nobody believes in sixty kills that all hit the same statement."""
    kinds = {" ".join(telling["moment"].split()[2:5]) for telling in tellings[1:]}
    assert len(kinds) >= 15, kinds
