"""Whole answers that are kept: never an old one, never somebody else's, never too many."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from folkmoot_hub.errors import IndexingError, StoreError
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_hub.web.keeping import Keep, Kept, Key
from hub.web import examples
from hub.web.building import NOW, changed, record, row, run, site
from hub.web.hubs import Hub
from hub.web.test_caching import PATHS


@pytest.fixture
def reads(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read from store and index, in order."""
    found: list[str] = []

    def told(part: Any, name: str) -> None:
        inner = getattr(part, name)
        monkeypatch.setattr(part, name, lambda *a, **k: (found.append(name), inner(*a, **k))[1])

    for name in ("get", "by_number", "watched", "changes", "history"):
        told(hub.store, name)
    told(hub.index, "search")
    return found


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_asked_again_is_not_made_again(town: Hub, reads: list[str], path: str) -> None:
    first = await town.ask(path)
    made = list(reads)
    again = await town.ask(path)
    assert reads == made
    assert (again.status, again.body) == (first.status, first.body)
    for name in ("ETag", "Content-Type", "Vary", "Cache-Control", "Last-Modified", "Link", "X-Content-Type-Options"):
        assert again.headers.get(name) == first.headers.get(name)


async def test_head_is_answered_from_what_get_made_and_the_other_way_round(town: Hub, reads: list[str]) -> None:
    got = await town.ask("/?q=square")
    made = list(reads)
    asked = await town.ask("/?q=square", "HEAD")
    assert (asked.body, asked.headers["Content-Length"]) == (b"", str(len(got.body)))
    assert (await town.ask("/?q=square", If_None_Match=got.headers["ETag"])).status == 304
    assert reads == made
    await town.ask("/?q=bridge", "HEAD")
    made = list(reads)
    assert (await town.ask("/?q=bridge")).body
    assert reads == made


async def test_the_order_of_parameters_makes_no_other_search(town: Hub, reads: list[str]) -> None:
    first = await town.ask("/api/v1/processes?status=open&limit=2")
    made = list(reads)
    assert (await town.ask("/api/v1/processes?limit=2&status=open")).body == first.body
    assert reads == made


WRITES = {
    "a process": lambda hub: hub.put(changed(record("1"), title=examples.CLOSED.process.title)),
    "a process that is gone": lambda hub: hub.remove("1"),
    "a process that is not in the index yet": lambda hub: hub.store.put(changed(record("1"), source_status="x")),
    "an index that follows": lambda hub: hub.index.apply([(1, changed(record("1"), keywords=("new",)))], []),
    "a run": lambda hub: hub.store.add_source(row(site(), [run("failed")], last_total=None), [run("failed")]),
}


@pytest.mark.parametrize("write", WRITES)
async def test_whatever_is_written_is_read_at_once(hub: Hub, reads: list[str], write: str) -> None:
    hub.put(record("1"))
    paths = ("/", "/process/town.example.org/1", "/api/v1/processes", "/api/v1/changes", "/sources", "/lines.txt")
    for path in paths:
        await hub.ask(path)
    WRITES[write](hub)
    for path in paths:
        made = len(reads)
        await hub.ask(path)
        assert len(reads) > made, path


async def test_relative_dates_are_those_of_the_present_minute(hub: Hub) -> None:
    hub.put(record("1", closes="2026-07-28T18:00", zone="UTC"))
    says = "//div[contains(@class, 'state')]//strong"
    before = (await hub.ask("/process/town.example.org/1")).texts(says)[0]
    hub.clock.move_to(NOW + timedelta(minutes=59))
    assert (await hub.ask("/process/town.example.org/1")).texts(says)[0] != before


async def test_a_kept_page_is_never_kept_past_midnight_anywhere(town: Hub) -> None:
    hour = NOW.replace(minute=14, second=5)
    town.clock.move_to(hour)
    assert (await town.ask("/")).headers["Cache-Control"] == "public, max-age=55"
    town.clock.move_to(hour.replace(second=50))
    assert (await town.ask("/")).headers["Cache-Control"] == "public, max-age=10"


async def test_everyone_gets_an_answer_of_their_own(town: Hub) -> None:
    path = f"/process/{examples.ANSWERED.path}"
    english, greek = await town.ask(path), await town.ask(path, Accept_Language="el, fr;q=0.5, es;q=0.1")
    assert english.body != greek.body
    assert (await town.ask(path)).body == english.body
    here, there = await town.ask("/openapi.json"), await town.ask("/openapi.json", Host="hub.example.org")
    assert b"http://hub.example.org" in there.body
    assert b"hub.example.org" not in here.body
    assert (await town.ask("/openapi.json")).body == here.body


async def test_what_cannot_be_answered_is_found_out_anew(hub: Hub, reads: list[str]) -> None:
    for _ in range(2):
        assert (await hub.ask("/process/town.example.org/1")).status == 404
    assert reads == ["get", "get"]


@pytest.mark.parametrize("error", [StoreError("x"), IndexingError("x")])
async def test_without_a_state_nothing_is_kept_and_what_needs_none_goes_on(
    town: Hub, reads: list[str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def unknown() -> None:
        raise error

    await town.ask("/api/v1/processes")
    made = len(reads)
    monkeypatch.setattr(town.store if isinstance(error, StoreError) else town.index, "state", unknown)
    assert (await town.ask("/api/v1/processes")).status == 200
    assert len(reads) > made
    assert (await town.ask("/robots.txt")).status == 200


def test_the_state_of_a_store_tells_what_others_wrote_and_what_one_wrote_oneself(tmp_path: Path) -> None:
    ours, other = SqliteStore(tmp_path), SqliteStore(tmp_path)
    seen = [ours.state()]
    assert ours.state() == seen[0]
    other.set_cursor("reader", 1)
    seen.append(ours.state())
    ours.set_cursor("reader", 2)
    seen.append(ours.state())
    assert len(set(seen)) == 3
    assert ours.state() == seen[-1]
    ours.close()
    with pytest.raises(StoreError, match="is closed"):
        ours.state()
    other.close()


def test_the_state_of_an_index_tells_what_others_wrote(tmp_path: Path) -> None:
    ours, other = TantivyIndex(tmp_path), TantivyIndex(tmp_path)
    before = ours.state()
    other.apply([(1, record("1"))], [])
    other.close()
    assert ours.state() != before
    shutil.rmtree(tmp_path)
    with pytest.raises(IndexingError, match="cannot be read"):
        ours.state()


def kept(size: int) -> Kept:
    return Kept(body=b"x" * size, tag="", headers=CIMultiDict(), modified=None, max_age=60)


def key(path: str) -> Key:
    return path, "", "", (), False


class TestTheMemoryOfAnswers:
    """``Keep`` is bounded by bytes."""

    def test_the_least_recently_used_goes_first(self) -> None:
        keep = Keep(200_000)
        keep.get(key("first"), 1)
        answers = [f"/{number}" for number in range(40)]
        for path in answers:
            keep.put(key(path), 1, kept(8000))
            keep.get(key("/0"), 1)
        there = [path for path in answers if keep.get(key(path), 1)]
        assert there == ["/0", *answers[-len(there) + 1 :]]
        assert 150_000 < keep.size <= 200_000

    def test_an_answer_that_is_put_again_counts_once(self) -> None:
        keep = Keep()
        keep.get(key("/"), 1)
        keep.put(key("/"), 1, kept(10))
        size = keep.size
        keep.put(key("/"), 1, kept(10))
        assert keep.size == size

    def test_one_large_answer_pushes_nothing_out(self) -> None:
        keep = Keep(100_000)
        keep.get(key("/"), 1)
        keep.put(key("/large"), 1, kept(90_000))
        assert (keep.get(key("/large"), 1), keep.size) == (None, 0)

    def test_an_answer_that_was_begun_in_another_state_is_not_kept(self) -> None:
        keep = Keep()
        keep.get(key("/"), 1)
        keep.get(key("/other"), 2)
        keep.put(key("/"), 1, kept(10))
        assert keep.get(key("/"), 2) is None

    def test_another_state_forgets_all(self) -> None:
        keep = Keep()
        keep.get(key("/"), 1)
        keep.put(key("/"), 1, kept(10))
        assert keep.get(key("/"), 2) is None
        assert keep.size == 0
