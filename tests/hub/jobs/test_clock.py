"""The clock alone: with no harvest, time that passes changes status in store, index, page, API and Atom, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs import owner
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.search.reader import READER
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Record
from hub.jobs.asking import Asked, served
from hub.jobs.town import NOW, SOURCE, entry, open_hub, record

TITLE = "Trees for the square"
OPENS = datetime(2026, 3, 10, tzinfo=UTC)
#: The last day is a whole one.
CLOSED = datetime(2026, 4, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def told(data: Path, tmp_path: Path) -> Path:
    """A hub's directory, harvested when the consultation was announced."""
    entries = [entry("1", TITLE, opens="2026-03-10", closes="2026-03-31"), entry("2", "Another", closes="2031-01-01")]
    with open_hub(data) as hub:
        asyncio.run(harvest(hub, hub.site(SOURCE), Order(replay=record(tmp_path / "r", entries))))
        drain(hub)
        assert hub.store.head() == 2
    return data


async def settled(hub: Hub) -> None:
    """The owner has looked at what the clock says now, and then some."""
    async with asyncio.timeout(10):
        await asyncio.sleep(3 * owner.TICK)
        while hub.store.cursor(READER) != hub.store.head():
            await asyncio.sleep(0.01)


async def assert_everywhere(hub: Hub, asked: Asked, status: str, updated: datetime) -> None:
    """The consultation has this status wherever one can look, and no other."""
    kept = hub.store.get(SOURCE, "1")
    assert isinstance(kept, Record)
    assert kept.standing.status == status
    assert kept.updated == updated

    one = await asked.json(f"/api/v1/processes/{SOURCE}/1")
    assert one["status"] == status

    for each in ("announced", "open", "closed"):
        there = [item["local_id"] for item in (await asked.json(f"/api/v1/processes?status={each}"))["items"]]
        assert ("1" in there) is (each == status)
        feed = dict(await asked.feed(f"/atom.xml?status={each}"))
        assert (TITLE in feed) is (each == status)
    assert (await asked.json("/api/v1/processes?facets=1&limit=0&q=trees"))["facets"]["status"] == {status: 1}
    feed = dict(await asked.feed("/atom.xml"))
    assert datetime.fromisoformat(feed[TITLE]) == updated

    page = (await asked.page(f"/process/{SOURCE}/1")).lower()
    assert status in page
    found = (await asked.page(f"/?q=trees&status={status}")).lower()
    assert TITLE.lower() in found


def by_the_clock(hub: Hub) -> list[tuple[Status, Status, datetime]]:
    """What the log says that time did: status before, status after, when."""
    made = []
    for change in hub.store.changes(0):
        if change.cause == "clock":
            assert change.previous is not None
            assert change.body is not None
            assert (change.source, change.local_id, change.op, change.weight) == (SOURCE, "1", "update", "material")
            made.append((change.previous.standing.status, change.body.standing.status, change.at))
    return made


async def test_an_opening_and_a_closing_show_everywhere_and_are_told_once(told: Path) -> None:
    clock = FixedClock(NOW)
    with open_hub(told, clock) as hub:
        async with served(hub) as asked:
            await settled(hub)
            await assert_everywhere(hub, asked, "announced", NOW)

            clock.move_to(OPENS - SECOND)
            await settled(hub)
            await assert_everywhere(hub, asked, "announced", NOW)
            assert hub.store.head() == 2

            clock.move_to(OPENS)
            await settled(hub)
            await assert_everywhere(hub, asked, "open", OPENS)
            assert by_the_clock(hub) == [("announced", "open", OPENS)]

            clock.move_to(CLOSED - SECOND)
            await settled(hub)
            await assert_everywhere(hub, asked, "open", OPENS)

            clock.move_to(CLOSED + timedelta(minutes=5))
            await settled(hub)
            await assert_everywhere(hub, asked, "closed", CLOSED + timedelta(minutes=5))

            clock.move(timedelta(days=1))
            await settled(hub)
            told_later = [("announced", "open", OPENS), ("open", "closed", CLOSED + timedelta(minutes=5))]
            assert by_the_clock(hub) == told_later
            assert hub.store.head() == 4
            page = (await asked.page(f"/process/{SOURCE}/1")).lower()
            assert page.count("because time went by") == 2
            assert len((await asked.json("/api/v1/changes?after=2"))["items"]) == 2
        assert {run.run for run in hub.store.runs(SOURCE)} == {hub.store.runs(SOURCE)[0].run}  # nothing was harvested


@pytest.mark.parametrize(
    ("moment", "status"), [(OPENS + timedelta(days=3), "open"), (CLOSED + timedelta(days=30), "closed")]
)
async def test_a_hub_that_was_off_at_that_moment_tells_it_when_it_starts(
    told: Path, moment: datetime, status: str
) -> None:
    with open_hub(told, FixedClock(moment)) as hub:
        async with served(hub) as asked:
            # At once: whoever asks a hub that has started gets no old answer.
            await assert_everywhere(hub, asked, status, moment)
            await settled(hub)
            assert by_the_clock(hub) == [("announced", status, moment)]
    with open_hub(told, FixedClock(moment + timedelta(hours=1))) as hub:
        async with served(hub) as asked:
            await settled(hub)
            await assert_everywhere(hub, asked, status, moment)
            assert by_the_clock(hub) == [("announced", status, moment)]


async def test_a_feed_that_was_fetched_before_is_not_the_same_after(told: Path) -> None:
    clock = FixedClock(NOW)
    with open_hub(told, clock) as hub:
        async with served(hub) as asked:
            address = f"{asked.address}/atom.xml?status=announced"
            async with asked.session.get(address) as first:
                tag = {"If-None-Match": first.headers["ETag"]}
            async with asked.session.get(address, headers=tag) as second:
                assert second.status == 304
            clock.move_to(OPENS)
            await settled(hub)
            async with asked.session.get(address, headers=tag) as third:
                assert third.status == 200
