"""An answer that is the same is not read again, items that are the same are seen in a few statements for all of them:
and the store is, down to the last date, what it would be if every answer were read and every item looked at."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot_hub.connector import Seen
from folkmoot_hub.harvest import repeating
from folkmoot_hub.harvest.keeping import Keeper
from folkmoot_hub.harvest.settling import Settler
from folkmoot_hub.store.known import Steady
from hub.harvest.harvesting import BASE, DAY, NOW, Answer, Bench, Sample, page, rows, same_store, whole
from hub.harvest.test_any_order import IDS, PAGES, PARTS, pages, parts, sources


class Reading(Sample):
    """Remembers what it was given to read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def parse(self, response: Any) -> Iterator[Any]:
        self.read.append(response.url.removeprefix(f"{BASE}/"))
        return super().parse(response)


class Later(Reading):
    version = "2"


class Stateful(Reading):
    """Reads an answer by what the last run left."""

    def parse(self, response: Any) -> Iterator[Any]:
        yield from super().parse(response)
        yield from (Seen(id) for id in response.run.state.get("seen", []))


@pytest.fixture
def reading(bench: Bench) -> Reading:
    """The connector of the bench."""
    bench.connector = made = Reading()
    return made


def listed(*ids: str, **common: Any) -> dict[str, Any]:
    return whole(items=rows(*ids, count=7, **common), total=len(ids))


# What is read again


def test_bytes_that_are_the_same_are_not_read_again_and_their_items_are_seen(bench: Bench, reading: Reading) -> None:
    bench.run({"list": listed("a", "b")})
    before, head = bench.records(), bench.store.head()
    bench.next_day()
    row = bench.run({"list": listed("a", "b")})
    assert (reading.read, len(reading.mapped), bench.store.head()) == (["list"], 2, head)
    assert (row.outcome, row.items, row.unchanged, row.answers) == ("complete", 2, 2, 1)
    assert row.bytes == bench.store.runs(bench.site.id)[1].bytes > 0
    for id, record in bench.records().items():
        (support,) = record.process.support
        assert (record.seen_at, support.read_at) == (NOW + DAY, NOW + DAY)
        assert record.standing.next_transition_at == NOW + DAY + bench.site.trust
        same = msgspec.structs.replace(support, read_at=NOW)
        assert msgspec.structs.replace(record.process, support=(same,)) == before[id].process
        (observation,) = bench.store.observations(bench.site.id, id)
        assert (observation.read_at, observation.last_read_at) == (NOW, NOW + DAY)


@pytest.mark.parametrize("change", ["a byte", "connector", "settings", "erased", "state"])
def test_an_answer_is_read_again_if_anything_is_not_the_same(bench: Bench, reading: Reading, change: str) -> None:
    answers = {"list": listed("a", "b")}
    bench.run(answers)
    if change == "connector":
        bench.connector = Later()
    elif change == "settings":
        bench.with_settings(settings={"other": 1})
    elif change == "erased":
        bench.store.erase(bench.site.id, "b", "asked for", NOW)
    elif change == "state":
        bench.run({"list": page("a", state={"at": 1})})
    else:
        answers["list"]["more"] = 1
    connector = bench.connector
    assert isinstance(connector, Reading)
    connector.read.clear()
    assert bench.run(answers).outcome == "complete"
    assert "list" in connector.read


def test_an_answer_of_which_the_store_holds_another_version_is_read_again(bench: Bench, reading: Reading) -> None:
    answers = {"list": page("a", next=["2"]), "2": page(items=rows("a", keyword="other"))}
    bench.run(answers)
    bench.run(answers | {"list": page("b", next=["2"])})
    assert bench.record("a").process.keywords == ("other",)
    bench.run(answers | {"list": page("b", next=["2"])})
    assert reading.read == ["list", "2", "list", "2"]


def test_what_the_last_run_left_is_part_of_what_is_read(bench: Bench) -> None:
    bench.connector = made = Stateful()
    bench.run({"list": listed("a", "b") | {"state": {"seen": ["b"]}}})
    bench.run({"list": listed("a", "b") | {"state": {"seen": ["b"]}}})
    assert made.read == ["list", "list"]


def test_an_answer_that_no_complete_run_asks_for_any_more_is_forgotten(bench: Bench, reading: Reading) -> None:
    for answers in ({"list": listed("a")}, {"other": listed("a")}):
        bench.with_settings(settings={"start": list(answers)})
        bench.run(answers)
    with bench.store._database.read() as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchone()[0] == 1


def test_what_is_kept_of_an_answer_holds_no_text_of_its_items(bench: Bench) -> None:
    bench.run({"list": listed("a", title="A title to be looked for")})
    with bench.store._database.read() as connection:
        kept = connection.execute("SELECT yields, shape FROM answer").fetchone()
    assert b"looked for" not in kept["yields"] + kept["shape"]
    assert b'"a"' in kept["yields"]


def test_a_field_that_vanishes_from_a_page_alone_is_no_drift_while_the_pages_that_are_the_same_have_it(
    bench: Bench,
) -> None:
    answers = {path: whole(items=rows(*range(at, at + 8), keyword="x")) for path, at in (("list", 0), ("2", 8))}
    bench.with_settings(settings={"start": ["list", "2"]})
    bench.run(answers)
    row = bench.run(answers | {"2": whole(items=rows(*range(8, 16)))})
    assert (row.outcome, row.drifted) == ("complete", "")


def test_silence_begins_two_intervals_after_the_last_sight_however_it_was_seen(bench: Bench) -> None:
    for _ in range(4):
        bench.run({"list": listed("a")})
        bench.next_day()
    seen = NOW + 3 * DAY
    assert bench.store.next_transition() == seen + bench.site.trust
    assert bench.store.advance(seen + bench.site.trust) == 1
    assert bench.record("a").standing.status == "unknown"
    bench.clock.move(3 * DAY)
    assert bench.run({"list": listed("a")}).changed == 1
    assert bench.record("a").standing.status == "open"


def test_what_is_the_same_is_not_looked_at_one_by_one(bench: Bench) -> None:
    bench.run({"list": listed(*"abcdefgh")})
    bench.next_day()
    with patch.object(Settler, "_settle", side_effect=AssertionError("looked at")):
        assert bench.run({"list": listed(*"abcdefgh")}).unchanged == 8
        bench.next_day()
        assert bench.run({"list": listed(*"abcdefgh", last_update="today")}).unchanged == 8


# The same store


@contextmanager
def everything_looked_at() -> Iterator[None]:
    """No answer passes for the same, nor does an item without being looked at."""
    fresh = itertools.count()

    def never(keeper: Keeper, *_: Any) -> Steady | None:
        return None

    with ExitStack() as stack:
        stack.enter_context(patch.object(repeating, "mark", lambda response: str(next(fresh))))
        stack.enter_context(patch.object(Keeper, "_steady", never))
        yield


class Cut:
    """Breaks a run off before its ``at``-th request."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self, path: str) -> None:
        self._left -= 1
        if self._left == 0:
            raise MemoryError


@st.composite
def days(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Days of one source: what it answers, of which little changes, and what else happens to the hub."""
    answers = draw(sources())
    found = []
    for _ in range(draw(st.integers(2, 4))):
        found.append(
            {
                "answers": dict(answers),
                "hours": draw(st.sampled_from([1, 24, 24, 30, 80])),
                "erase": draw(st.none() | st.none() | st.sampled_from(IDS)),
                "version": draw(st.sampled_from(["1", "1", "1", "2"])),
                "advance": draw(st.booleans()),
                "cut": draw(st.none() | st.integers(1, 6)),
            }
        )
        for path in draw(st.sets(st.sampled_from([*PAGES, *PARTS]), max_size=2)):
            answers[path] = Answer(draw(pages if path in PAGES else parts), etag=draw(st.sampled_from([None, "w"])))
    return found


def lived(story: list[dict[str, Any]]) -> dict[str, Any]:
    """The store after these days."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.with_settings(settings={"start": ["list", "list2"]})
        for day in story:
            bench.connector = Later() if day["version"] == "2" else Sample()
            if day["cut"] is not None:
                with suppress(MemoryError):
                    bench.run(day["answers"], before=Cut(day["cut"]), most_requests=12)
            bench.run(day["answers"], most_requests=12)
            if day["erase"] is not None:
                bench.store.erase(bench.site.id, day["erase"], "asked for", bench.clock.now())
            bench.clock.move(timedelta(hours=day["hours"]))
            if day["advance"]:
                bench.store.advance(bench.clock.now())
        found = same_store(bench) | {"next": bench.store.next_transition()}
        bench.store.close()
    return found


@settings(max_examples=60, deadline=None)
@given(story=days())
def test_reading_nothing_twice_leaves_the_same_store(story: list[dict[str, Any]]) -> None:
    with everything_looked_at():
        expected = lived(story)
    found = lived(story)
    for name, value in expected.items():
        assert found[name] == value, name
