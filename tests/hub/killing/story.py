"""A story of harvests, a quarantine replay and an index that follows; killed at given moments and begun again.

``python story.py FOLDER SEED EACH`` tells it once undisturbed, then for ``EACH`` moments of every stage once killed and
begun again, and prints a line of JSON for each: the moment, and what differs at the end from the undisturbed store.
Every telling is a process of its own, forked from this one, which does nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.config import Config, Secrets
from folkmoot_hub.connector import Connector
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.harvest import quarantine
from folkmoot_hub.harvest.run import Harvest, Options
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs import owner
from folkmoot_hub.registry import Registry
from folkmoot_hub.search.matching import matches
from folkmoot_hub.search.query import FACETS, Query
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.store.protocol import Change
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.process import Record
from hub.killing.moments import STAGES, Moments, Watched
from hub.killing.source import ROUNDS, SITE, Mended, Rounds, answers

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tell(folder: Path, moments: Moments) -> None:
    """The whole story on the store in ``folder``, going on behind the last step that is done."""
    owner._STEP = 10  # type: ignore[misc] # many small commits of the index, so that there is much to interrupt
    hub = Hub(Config(data=folder, secrets=Secrets({}, {}, "")), FixedClock(START), Registry())
    done = folder / "done"
    steps = [lambda turn=turn: _harvest(hub, Rounds(), turn, moments) for turn in range(ROUNDS)]
    steps.append(lambda: _replay(hub, moments))
    steps.append(lambda: _harvest(hub, Mended(), ROUNDS, moments))
    for number, step in enumerate(steps):
        hub.clock.move_to(START + timedelta(hours=number))  # type: ignore[attr-defined] # it is a FixedClock
        if not (folder / f"done-{number}").exists():
            step()
            owner.drain(hub)
            done.with_name(f"done-{number}").touch()
    hub.close()


def _harvest(hub: Hub, connector: Connector, turn: int, moments: Moments) -> None:
    fetcher = Watched(ReplayFetcher(answers(min(turn, ROUNDS - 1)), clock=hub.clock), moments)
    run = Harvest(SITE, connector, fetcher, hub.store, hub.clock, options=Options(via=f"round {turn}"))
    row = asyncio.run(run.run())
    assert row.outcome == "complete", row


def _replay(hub: Hub, moments: Moments) -> None:
    moments.store_stage = "replay"
    quarantine.replay(hub.store, SITE, Mended(), hub.clock.now())
    moments.store_stage = "transaction"


# What is there at the end


def told(folder: Path) -> dict[str, Any]:
    """The store and the log at the end, without what differs between any two runs, and whether the index is equal."""
    store, index = SqliteStore(folder), TantivyIndex(folder / "index")
    try:
        numbered = dict(store.all_records())
        log = store.changes(0, 1_000_000)
        return {
            "records": {record.local_id: _plain(record) for record in numbered.values()},
            "observations": {
                record.local_id: [
                    (o.support.series, o.support.count, o.read_at.isoformat(), o.last_read_at.isoformat())
                    for o in store.observations(record.source, record.local_id)
                ]
                for record in numbered.values()
            },
            "tombstones": sorted(tombstone.key for tombstone, _ in store.tombstones()),
            "log": _log(log),
            "quarantine": len(store.quarantined()),
            "cursor is the head": store.cursor("index") == store.head(),
            "index": _index(index, numbered),
        }
    finally:
        index.close()
        store.close()


def _plain(record: Record) -> str:
    bare = msgspec.structs.replace(record, provenance=msgspec.structs.replace(record.provenance, run=None))
    return msgspec.json.encode(bare).decode()


def _log(log: list[Change]) -> dict[str, list[str]]:
    """For each process what the log says of it, in order; between processes the order is nobody's promise."""
    found: dict[str, list[str]] = {}
    for change in log:
        body = _plain(change.body) if change.body else ""
        before = _plain(change.previous) if change.previous else ""
        words = (change.op, change.cause, change.weight, change.at.isoformat(), body, before)
        found.setdefault(change.local_id, []).append(" ".join(words))
    return found


def _index(index: TantivyIndex, numbered: dict[int, Record]) -> list[str]:
    """What is wrong with the index: which numbers, and which counts of which group."""
    wrong = []
    if index.numbers() != set(numbered):
        wrong.append(f"numbers {sorted(index.numbers() ^ set(numbered))}")
    for query in (Query(facets=True), Query(q="amended", facets=True), Query(q="text 8", facets=True)):
        expected = [record for record in numbered.values() if matches(query, record)]
        answer = index.search(query)
        if answer.total != len(expected):
            wrong.append(f"{query.q!r}: {answer.total} of {len(expected)}")
        statuses: dict[str, int] = {}
        for record in expected:
            statuses[record.standing.status] = statuses.get(record.standing.status, 0) + 1
        assert "status" in FACETS
        if dict(answer.facets["status"]) != statuses:
            wrong.append(f"{query.q!r}: {answer.facets['status']} for {statuses}")
    return wrong


# Telling it in a process of its own


def fork(folder: Path, stage: str = "", number: int = 0) -> int:
    """Tell the story in a child; its wait status."""
    folder.mkdir(parents=True, exist_ok=True)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            moments = Moments(folder / "killed.log", stage, number)
            moments.install()
            tell(folder, moments)
            (folder / "counts.json").write_text(json.dumps(moments.counts))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def read(folder: Path) -> dict[str, Any]:
    """What :func:`told` says, read by a child, so that this process has no threads when it forks."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with os.fdopen(theirs, "w") as pipe:
                json.dump(told(folder), pipe)
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        found: dict[str, Any] = json.load(pipe)
    os.waitpid(child, 0)
    return found


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What of ``found`` is not as ``expected``."""
    wrong = []
    for name, value in expected.items():
        other = found[name]
        if isinstance(value, dict):
            wrong += [f"{name} {key}: {other.get(key)} instead of {value.get(key)}"[:600]
                      for key in sorted({*value, *other}) if value.get(key) != other.get(key)]  # fmt: skip
        elif value != other:
            wrong.append(f"{name}: {other} instead of {value}")
    return wrong


def main(folder: Path, seed: int, each: int) -> None:
    """Tell it undisturbed, then killed at ``each`` moments of every stage."""
    assert fork(folder / "undisturbed") == 0
    expected = read(folder / "undisturbed")
    counts = json.loads((folder / "undisturbed" / "counts.json").read_text())
    assert expected["cursor is the head"]
    assert not expected["index"]
    _say({"undisturbed": counts, "records": len(expected["records"]), "log": len(expected["log"])})
    chance = random.Random(seed)
    for stage in STAGES:
        # Two answers may share a transaction or not, so that the last moments do not come in every telling.
        last = counts[stage] * 95 // 100
        for number in sorted(chance.sample(range(1, last + 1), each)):
            place = folder / f"{stage}-{number}"
            killed = fork(place, stage, number)
            again = fork(place)
            hit = os.WIFSIGNALED(killed) and os.WTERMSIG(killed) == signal.SIGKILL
            moment = (place / "killed.log").read_text().strip() if hit else ""
            wrong = differences(expected, read(place)) if again == 0 else ["the second telling failed"]
            _say({"stage": stage, "number": number, "hit": hit, "moment": moment, "wrong": wrong})


def _say(telling: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(telling) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
