"""A WARC or WACZ is replayed as a folder is; of a site in an archive its records are archived copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Connector
from folkmoot_hub.errors import ConfigError
from folkmoot_hub.fetch.replaying import base_of, is_recording, replaying
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.testing.bench import Bench, bench
from folkmoot_schema import rdf
from folkmoot_schema.codes import Availability, Status
from folkmoot_schema.process import Record
from hub.fetch.archive.making import BASE, FEED, RSS, at, captured, feed, put, site, warc
from hub.fetch.serving import NOW

FEEDS: type[Connector] = load_plugins().connectors["feed"]
PROV = "http://www.w3.org/ns/prov#"
OLD = captured(FEED, feed("Night buses"), at(2012, 3, 1), **RSS)
NEW = captured(FEED, feed("Night buses", "Park lighting"), at(2013, 9, 15), **RSS)
LATER = captured(FEED, feed("Casino"), at(2019), **RSS)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path / "data", FEEDS, site(ended="2014"), NOW) as made:
        yield made


def replayed(desk: Bench, place: Path) -> list[Record]:
    row = desk.harvest(replaying(place, desk.site, FixedClock(NOW)))
    assert row.outcome == "complete", row.why
    return sorted(desk.records().values(), key=lambda each: each.local_id)


@pytest.mark.parametrize("name", ["some.warc", "some.warc.gz", "some.wacz"])
def test_the_last_capture_before_the_end_of_the_platform_is_harvested(name: str, desk: Bench, tmp_path: Path) -> None:
    first, second = replayed(desk, put(tmp_path, LATER, OLD, NEW, name=name))
    assert [each.process.title.values["en"] for each in (first, second)] == ["Night buses", "Park lighting"]
    assert first.process.availability is Availability.ARCHIVED
    assert first.process.observed_at == "2013-09-15T00:00:00Z"
    assert first.process.url == f"{BASE}/topic/1"
    assert first.standing.status is Status.ENDED


def test_its_provenance_names_the_capture_and_what_it_is_a_copy_of(desk: Bench, tmp_path: Path) -> None:
    [record] = replayed(desk, put(tmp_path, OLD))
    told = record.provenance
    assert (told.url, told.original, told.captured_at, told.fetched_at) == (None, FEED, at(2012, 3, 1), NOW)
    triples = {
        (quad.subject.value, quad.predicate.value.removeprefix(PROV), quad.object.value)
        for quad in parse(rdf.turtle([record], "https://hub.example"), format=RdfFormat.TURTLE)
    }
    me = "https://hub.example/id/forum.sample.example/1"
    assert {
        (me, "wasDerivedFrom", f"{me}#capture"),
        (f"{me}#capture", "wasDerivedFrom", FEED),
        (f"{me}#capture", "generatedAtTime", "2012-03-01T00:00:00Z"),
    } <= triples


def test_of_a_site_that_lives_a_warc_is_a_recording(tmp_path: Path) -> None:
    live = site(via="web", archive=None)
    with bench(tmp_path / "data", FEEDS, live, NOW) as desk:
        [record] = replayed(desk, put(tmp_path, OLD))
    assert record.process.availability is Availability.LIVE
    assert record.provenance.fetched_at == at(2012, 3, 1)
    assert record.provenance.captured_at is None


def test_what_is_held_already_is_not_read_again(desk: Bench, tmp_path: Path) -> None:
    put(tmp_path, OLD)
    replayed(desk, tmp_path / "some.warc.gz")
    head = desk.store.head()
    row = desk.harvest(replaying(tmp_path / "some.warc.gz", desk.site, FixedClock(NOW)))
    assert (row.unchanged, row.bytes, desk.store.head()) == (1, 0, head)


@pytest.mark.parametrize("name", ["sample.warc", "sample.warc.gz", "sample.wacz"])
def test_a_folder_with_a_sample_is_a_recording(name: str, desk: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    assert not is_recording(folder)
    put(folder, OLD, name=name)
    assert is_recording(folder)
    assert len(replayed(desk, folder)) == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("none.warc.gz", None, "No such file"),
        ("empty.wacz", b"", "no WACZ"),
        ("empty.warc.gz", b"", "no answer"),
        ("text.warc", b"<html>no archive</html>", "no answer can be read"),
        ("text.warc.gz", b"<html>no archive</html>", "no answer can be read"),
        ("half.warc.gz", warc(OLD)[:200], "no answer can be read"),
    ],
)
def test_a_file_that_is_no_archive_is_named(name: str, content: bytes | None, why: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"{name}.*{why}"):
        replaying(tmp_path / name, site(), FixedClock(NOW))


def test_a_warc_is_of_the_site_that_its_first_answer_came_from(tmp_path: Path) -> None:
    assert base_of(put(tmp_path, OLD, LATER)) == BASE
