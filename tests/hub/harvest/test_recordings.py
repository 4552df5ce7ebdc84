"""The real recordings through the engine: exactly the right records, and nothing told that is no news."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.driving import bundled
from folkmoot_connectors.citizen_space import CitizenSpace
from folkmoot_connectors.eci import Eci
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.harvest.run import Harvest, Options
from folkmoot_hub.sites import overridden
from folkmoot_hub.store.protocol import Cause, Change, Op, RunRow, Weight
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.codes import Flag, PhaseKind, Status
from folkmoot_schema.process import Record, Support

pytestmark = pytest.mark.recordings

API = "https://register.eci.ec.europa.eu/core/api/register"
#: After everything in the recordings was recorded.
NOW = datetime.fromisoformat("2026-08-03T10:00:00+00:00")


class Hub:
    """A store, a clock, and one source that is harvested from recordings as ``folkmoot harvest --replay`` does it."""

    def __init__(self, folder: Path, site: Site, connector: Connector) -> None:
        self.folder = folder
        self.site = site
        self.connector = connector
        self.clock = FixedClock(NOW)
        self.store = SqliteStore(folder)

    def harvest(self, recording: Any, **settings: Any) -> RunRow:
        fetcher = ReplayFetcher(recording, clock=self.clock)
        site = overridden(self.site, {**fetcher.site, **settings}, self.connector.settings, fetcher.name)
        via = str(recording) if isinstance(recording, Path) else "memory"
        run = Harvest(site, self.connector, fetcher, self.store, self.clock, options=Options(via=via))
        return asyncio.run(run.run())

    def records(self) -> dict[str, Record]:
        return {record.local_id: record for _, record in self.store.all_records()}

    def dates(self) -> dict[str, tuple[datetime, datetime]]:
        return {id: (record.updated, record.modified) for id, record in self.records().items()}

    def data(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def log(self) -> list[Change]:
        return self.store.changes(0, 10_000)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub(tmp_path / "data", bundled("eci"), Eci())
    yield hub
    hub.store.close()


def list_of(folder: Path) -> dict[str, Any]:
    """The recording cut down to the register's list."""
    recording = ReplayFetcher(folder).recording
    (listed,) = [each for each in recording.responses if each.url == f"{API}/search/ALL/EN/0/1000"]
    assert listed.file is not None
    entry = {"url": listed.url, "headers": listed.headers, "recorded": listed.recorded}
    content = (folder / listed.file).read_bytes()
    return {"site": recording.site, "responses": [{**entry, "content": content}]}


def of(record: Record, part: str) -> list[Support]:
    return [each for each in record.process.support if each.part == part]


def test_the_list_alone_gives_every_initiative_and_names_what_is_missing(register: Hub, recordings: Path) -> None:
    row = register.harvest(list_of(recordings / "eci"))
    assert (row.outcome, row.items, row.created, row.missing, row.requests) == ("partial", 121, 121, 121, 122)
    assert len(set(row.missing_parts)) == 121
    assert "ECI(2012)000003: detail" in row.missing_parts
    records = register.records().values()
    assert Counter(record.process.flag for record in records) == {
        Status.UNSUCCESSFUL: 71,
        Status.WITHDRAWN: 27,
        Status.ANSWERED: 11,
        Status.OPEN: 7,
        Status.UNDER_REVIEW: 4,
        Status.ANNOUNCED: 1,
    }
    words = Counter(record.process.source_status for record in records)
    assert (words["VERIFICATION"], words["SUBMITTED"]) == (3, 1)
    counts = [support.count for record in records for support in record.process.support]
    assert (counts.count(None), sum(filter(None, counts)), 0 in counts) == (60, 24_631_712, False)


def test_the_whole_recording_completes_them_and_neither_list_nor_repetition_takes_anything_away(
    register: Hub, recordings: Path
) -> None:
    alone, whole = list_of(recordings / "eci"), recordings / "eci"
    register.harvest(alone)
    register.clock.move(timedelta(days=1))

    row = register.harvest(whole)
    assert (row.outcome, row.why, row.items, row.changed, row.quarantined) == ("complete", "", 121, 121, 0)
    records = register.records()
    assert all(each.process.summary and each.process.body and each.process.phases for each in records.values())
    first = records["ECI(2012)000003"]
    countries = [each for each in of(first, "detail") if each.place]
    assert len(countries) == 27
    assert {each.threshold.celex for each in countries if each.threshold} == {"32012R0268"}
    series = {each.support.part for each in register.store.observations("eci", "ECI(2012)000003")}
    assert series == {"list", "detail"}

    before, head, dates = register.records(), register.store.head(), register.dates()
    register.clock.move(timedelta(days=1))
    row = register.harvest(alone)  # the details are held, and the rows of the list are the same
    assert (row.outcome, row.unchanged, row.requests) == ("complete", 121, 1)
    register.clock.move(timedelta(days=7))
    row = register.harvest(alone)  # they are too old by now
    assert (row.outcome, row.unchanged, row.missing) == ("partial", 121, 121)
    assert {id: each.process for id, each in register.records().items()} == {
        id: each.process for id, each in before.items()
    }

    for _ in range(2):
        register.clock.move(timedelta(days=1))
        row = register.harvest(whole)
        assert (row.outcome, row.unchanged, row.created, row.changed, row.counted) == ("complete", 121, 0, 0, 0)
    assert (register.store.head(), register.dates()) == (head, dates)


def snapshots(recordings: Path) -> list[tuple[datetime, list[dict[str, Any]]]]:
    file = recordings / "eci" / "register_ongoing_daily_2025-09_to_2026-06.jsonl.gz"
    with gzip.open(file) as lines:
        days = [msgspec.json.decode(line) for line in lines]
    return [(datetime.fromisoformat(day["recorded_at"]), day["entries"]) for day in days]


def test_290_days_of_the_open_list_are_counts_and_no_news(register: Hub, recordings: Path) -> None:
    days = snapshots(recordings)
    assert len(days) == 290
    # The longest pause is 44 hours, in which nothing may fall silent: a source's word holds for two of its intervals.
    for moment, entries in days:
        register.clock.move_to(moment)
        while register.store.advance(register.clock.now()):
            pass
        recorded = moment.isoformat(timespec="seconds")
        content = {"entries": entries, "recordsFound": len(entries)}
        answer = {"url": f"{API}/search/ONGOING/EN/0/1000", "recorded": recorded, "content": content}
        settings = {"list": "search/ONGOING/EN/0/1000", "refused": False, "details": False}
        row = register.harvest([{**answer, "headers": {"content-type": "application/json"}}], **settings)
        assert (row.outcome, row.quarantined) == ("complete", 0)
    _check_records(register, *({entry["pubRegNum"] for entry in days[at][1]} for at in (0, -1)))
    _check_log(register)


def _check_records(register: Hub, first: set[str], listed: set[str]) -> None:
    records = register.records()
    assert len(records) == 14
    observations = {id: register.store.observations("eci", id) for id in records}
    assert sum(map(len, observations.values())) == 830
    assert sum(len(each) - 1 for each in observations.values()) == 816
    assert all(one.support.part == "list" for each in observations.values() for one in each)
    left = set(records) - listed
    assert len(left) == 6
    assert left < first
    assert {id for id, record in records.items() if record.absent_since} == left
    assert {records[id].standing.status for id in left} == {Status.UNKNOWN}
    assert {records[id].standing.status for id in listed} == {Status.OPEN}
    assert register.store.tombstones() == []


def _check_log(register: Hub) -> None:
    log = register.log()
    assert all(change.op is not Op.DELETE for change in log)
    assert Counter(change.op for change in log)[Op.CREATE] == 14
    counted = [change for change in log if change.weight is Weight.COUNT]
    assert len(counted) == 816
    assert all(change.body is None for change in counted)
    for id, record in register.records().items():
        told = [change.at for change in log if change.local_id == id and change.weight is Weight.MATERIAL]
        assert record.updated == told[-1]
    # Nothing that a count, a logo, a first sight or the register's own date did is news: what is, is status alone.
    news = [change for change in log if change.weight is Weight.MATERIAL and change.op is Op.UPDATE]
    for change in news:
        assert change.body is not None
        assert change.previous is not None
        assert change.body.standing.status != change.previous.standing.status
    assert {change.cause for change in news} <= {Cause.CLOCK, Cause.HARVEST}
    flags = {change.op: set() for change in log if change.body}
    for change in log:
        if change.body and Flag.LAST_CALL in change.body.process.flags:
            earlier = change.previous.process.flags if change.previous else ()
            flags[change.op] |= {change.local_id} if Flag.LAST_CALL not in earlier else set()
    # Two were in their last fortnight on the first day already; the last call of the other four who left came later.
    assert (len(flags[Op.CREATE]), len(flags[Op.UPDATE])) == (2, 4)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub(tmp_path / "data", bundled("citizen-space.uk-caa"), CitizenSpace())
    yield hub
    hub.store.close()


def test_a_citizen_space_hub_gives_its_activities_and_no_contact(authority: Hub, recordings: Path) -> None:
    row = authority.harvest(recordings / "citizen-space")
    assert (row.outcome, row.items, row.created, row.quarantined) == ("complete", 17, 17, 0)
    phases = [record.process.phases for record in authority.records().values()]
    assert sum(not any(each.opens for each in one) for one in phases) == 7
    assert sum(not any(each.closes for each in one if each.kind is PhaseKind.PARTICIPATION) for one in phases) == 5
    head, dates = authority.store.head(), authority.dates()
    authority.clock.move(timedelta(hours=1))
    assert authority.harvest(recordings / "citizen-space").unchanged == 17
    assert (authority.store.head(), authority.dates()) == (head, dates)
    raw = (recordings / "citizen-space" / "uk-caa-json_search_results-open-all.json").read_bytes()
    data = authority.data()
    for trace in (b"contact_", b"@caa.co.uk"):
        assert trace in raw
        assert trace not in data
