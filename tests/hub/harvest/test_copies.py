"""What an archive took of a platform is told as such: when it was seen, where it is read, what it counted then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from folkmoot_hub.connector import LIST, Connector, Request, Response, Run, Site, WholeItem
from folkmoot_hub.harvest import copies, mapping
from folkmoot_hub.harvest.ledger import Part
from folkmoot_hub.harvest.settling import provenance_of
from folkmoot_hub.site import Archive
from folkmoot_schema.codes import Availability, Kind, Unit
from folkmoot_schema.process import Document, Link, LinkKind, Outcome, OutcomeKind, Phase, Process, Support
from folkmoot_schema.texts import Text

BASE = "http://forum.sample.example"
FETCHED = datetime(2026, 3, 1, tzinfo=UTC)
OLD, NEW = datetime(2012, 3, 1, 10, tzinfo=UTC), datetime(2013, 9, 15, 8, 30, tzinfo=UTC)
SITE = Site(id="forum.sample.example", connector="sample", title="Forum", base=BASE, via="archive")
LIVE = Process(
    kind=Kind.DEBATE,
    title=Text({"en": "Night buses"}, "en"),
    url=f"{BASE}/7",
    participate_url=f"{BASE}/7/reply",
    phases=(Phase(url=f"{BASE}/7/first"), Phase(url="https://elsewhere.example/")),
    documents=(Document(url=f"{BASE}/7.pdf"), Document(url="https://europa.example/7.pdf")),
    outcomes=(Outcome(kind=OutcomeKind.REPLY, url=f"{BASE}/7/reply"), Outcome(kind=OutcomeKind.REPORT)),
    links=(Link(kind=LinkKind.WEBSITE, value="x", url=f"{BASE}/about"),),
    support=(Support(unit=Unit.COMMENTS, count=5),),
)
ARCHIVE = "https://web.archive.org/web"


def part(url: str = f"{BASE}/list", captured_at: datetime | None = OLD) -> Part:
    return Part(data={"title": "x"}, fetched_at=FETCHED, url=url, captured_at=captured_at)


def test_it_is_archived_seen_when_it_was_taken_last_and_read_in_the_archive() -> None:
    found = copies.marked(LIVE, SITE, {LIST: part(), "detail": part(f"{BASE}/more", NEW)})
    assert (found.availability, found.observed_at) == (Availability.ARCHIVED, "2013-09-15T08:30:00Z")
    assert found.url == f"{ARCHIVE}/20130915083000/{BASE}/7"
    assert found.participate_url is None


def test_the_capture_of_its_own_page_is_the_one_to_read() -> None:
    found = copies.marked(LIVE, SITE, {LIST: part(captured_at=NEW), "detail": part(f"{BASE}/7", OLD)})
    assert found.url == f"{ARCHIVE}/20120301100000/{BASE}/7"


def test_what_lies_on_the_platform_is_read_in_the_archive_and_what_lies_elsewhere_there() -> None:
    found = copies.marked(LIVE, SITE, {LIST: part()})
    there = f"{ARCHIVE}/20120301100000/{BASE}"
    assert [each.url for each in found.phases] == [f"{there}/7/first", "https://elsewhere.example/"]
    assert [each.url for each in found.documents] == [f"{there}/7.pdf", "https://europa.example/7.pdf"]
    assert [each.url for each in found.outcomes] == [f"{there}/7/reply", None]
    assert [each.url for each in found.links] == [f"{there}/about"]


@pytest.mark.parametrize(
    ("archive", "url"),
    [
        ({}, f"{ARCHIVE}/20120301100000/{BASE}/7"),
        ({"profile": "archive-it", "collection": "1068"}, f"https://wayback.archive-it.org/1068/20120301100000/{BASE}/7"),
        ({"profile": "pywb", "url": "https://a.example/", "collection": "c d"}, f"https://a.example/c%20d/20120301100000/{BASE}/7"),
        ({"profile": "common-crawl", "collection": "CC-MAIN-2025-33"}, f"{BASE}/7"),
        ({"profile": "files", "files": ("x.warc",)}, f"{BASE}/7"),
    ],
)  # fmt: skip
def test_where_it_is_read_depends_on_the_archive(archive: dict[str, Any], url: str) -> None:
    site = msgspec.structs.replace(SITE, archive=Archive(**archive))
    assert copies.marked(LIVE, site, {LIST: part()}).url == url


def test_an_address_in_the_archive_and_a_date_that_the_connector_knows_stay() -> None:
    read = msgspec.structs.replace(LIVE, url=f"{ARCHIVE}/2011/{BASE}/7", observed_at="2011")
    found = copies.marked(read, SITE, {LIST: part()})
    assert (found.url, found.observed_at) == (read.url, "2011")


def test_what_comes_from_the_platform_stays_as_it_is() -> None:
    assert copies.marked(LIVE, SITE, {LIST: part(captured_at=None)}) == LIVE


class Sample(Connector):
    id = "sample"
    title = "Sample"
    homepage = BASE

    def start(self, run: Run) -> list[Request]:
        return []

    def parse(self, response: Response) -> list[Request]:
        return []

    def map(self, item: WholeItem, run: Run) -> Process:
        return LIVE


def test_a_count_was_read_when_its_page_was_taken() -> None:
    run = Run(site=SITE, now=FETCHED)
    [support] = mapping.mapped(Sample(), WholeItem("7", {LIST: {}}), {LIST: part()}, run).support
    assert support.read_at == OLD


def test_its_provenance_is_the_capture_and_the_page_that_it_is_of() -> None:
    told = provenance_of(SITE, Sample(), "1", {LIST: part()}, run="r", url="")
    assert told.url == f"{ARCHIVE}/20120301100000/{BASE}/list"
    assert (told.original, told.captured_at, told.fetched_at) == (f"{BASE}/list", OLD, FETCHED)
    live = provenance_of(SITE, Sample(), "1", {LIST: part(captured_at=None)}, run="r", url="")
    assert (live.url, live.original, live.captured_at) == (f"{BASE}/list", None, None)
