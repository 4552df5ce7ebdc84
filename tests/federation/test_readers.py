"""Programs that people really use read the channels of a hub of samples, over HTTP on 127.0.0.1."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from federation import making, readers
from folkmoot_federation import texts
from folkmoot_federation.calendar import Deadlines
from folkmoot_hub.config import load_config
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.jobs.samples import harvest_samples, sample_hub
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.web.app import create_app
from folkmoot_schema.codes import Availability, Status
from folkmoot_schema.process import Record, Standing
from hub.web.serving import served

#: Fewer processes than a feed carries at most.
SOURCES = ("sample.register", "sample.exampleville", "sample.noticias", "sample.idee", "sample.portal")
#: Feeds, and which date of a process a reader shows of an entry.
FEEDS = (("/atom.xml", "first_seen"), ("/rss.xml", "updated"))
of_each_feed = pytest.mark.parametrize(
    ("path", "dated"), [(f"{path}?source={'&source='.join(SOURCES)}", date) for path, date in FEEDS]
)


class Served(NamedTuple):
    """A hub that answers, and the live processes in it."""

    address: str
    records: list[Record]

    def ask(self, path: str) -> bytes:
        """The document at ``path``."""
        with urlopen(f"{self.address}{path}", timeout=30) as answer:
            return bytes(answer.read())

    def expected(self, dated: str) -> set[readers.Read]:
        """What a reader should show of a feed of these sources."""
        return {
            readers.Read(
                id=one.key,
                title=texts.title(one, ("en",), sample=True).text,
                address=f"{self.address}/process/{one.path}",
                at=int(getattr(one, dated).timestamp()),
            )
            for one in self.records
            if one.source in SOURCES
        }


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A hub with every sample in it, served."""
    with sample_hub(load_config(None, {}, tmp_path_factory.mktemp("samples")), load_plugins()) as made:
        asyncio.run(harvest_samples(made, lambda sample, row: None))
        drain(made)
        everything = [record for _, record in made.store.all_records()]
        live = [one for one in everything if one.process.availability is Availability.LIVE]
        assert 10 < len([one for one in live if one.source in SOURCES]) < 100
        with served(create_app(made.face())) as address:
            yield Served(address, live)


@of_each_feed
def test_newsboat_shows_every_process(hub: Served, path: str, dated: str, tmp_path: Path) -> None:
    shown = readers.newsboat(f"{hub.address}{path}", tmp_path / "newsboat")
    assert len(shown) == len(hub.expected(dated))
    assert set(shown) == hub.expected(dated)


def test_newsboat_carries_the_filters_of_a_feed(hub: Served, tmp_path: Path) -> None:
    shown = readers.newsboat(f"{hub.address}/rss.xml?country=IE&status=open", tmp_path / "newsboat")
    keys = {one.key for one in hub.records if _open_in_ireland(one)}
    assert {one.id for one in shown} == keys != set()


def _open_in_ireland(one: Record) -> bool:
    return one.process.place is not None and one.process.place.country == "IE" and one.standing.status == "open"


@of_each_feed
def test_sfeed_shows_every_process(hub: Served, path: str, dated: str, tmp_path: Path) -> None:
    shown = readers.sfeed(hub.ask(path), tmp_path / "sfeed")
    assert len(shown) == len(hub.expected(dated))
    assert set(shown) == hub.expected(dated)


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/Los_Angeles", "Pacific/Auckland"])
def test_khal_shows_each_deadline_on_its_day_wherever_it_is_read(hub: Served, zone: str, tmp_path: Path) -> None:
    # A day, or the last minute of one, in the zone of its source.
    dated = [one for one in hub.records if re.fullmatch(r"[\d-]{10}(T23:59(:\d\d)?)?", one.standing.deadline or "")]
    assert len({len(str(one.standing.deadline)) for one in dated}) > 1
    first, last = (each(str(one.standing.deadline)[:10] for one in dated) for each in (min, max))
    days = (date.fromisoformat(last) - date.fromisoformat(first)) + timedelta(days=1)
    shown = readers.khal(hub.ask("/deadlines.ics"), tmp_path / "khal", zone, first, days.days)
    # Those with a time are on the day of their reader, and tested by themselves.
    assert {one for one in shown if " " not in one.begins} == {
        readers.Listed(
            begins=str(one.standing.deadline)[:10],
            title=texts.title(one, ("en",), sample=True).text,
            uid=one.key,
            address=f"{hub.address}/process/{one.path}",
            status="CANCELLED" if one.standing.status in {"withdrawn", "refused"} else "CONFIRMED",
        )
        for one in dated
    }


def test_khal_shows_a_time_in_the_zone_of_its_reader_and_the_end_of_a_day_as_that_day(tmp_path: Path) -> None:
    def closing(id: str, deadline: str) -> Record:
        standing = Standing(status=Status.OPEN, deadline=deadline, deadline_zone="Europe/Brussels")
        return making.record(local_id=id, standing=standing)

    closings = (
        closing("time", "2026-07-31T17:00"),
        closing("end", "2026-08-02T00:00"),
        closing("minute", "2026-08-03T23:59:59"),
        closing("month", "2026-07"),
    )
    document = Deadlines().publish(making.listing(*closings))
    for zone, time in (("America/New_York", "2026-07-31 11:00"), ("Europe/Helsinki", "2026-07-31 18:00")):
        shown = readers.khal(document, tmp_path / zone, zone, "2026-07-01", 60)
        assert [(one.begins, one.uid.rpartition(":")[2]) for one in shown] == [
            (time, "time"),
            ("2026-08-01", "end"),
            ("2026-08-03", "minute"),
        ]
