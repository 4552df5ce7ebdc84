"""When a source is due, and what a run that ended, failed or was leased elsewhere leaves behind."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConnectionFailed, LeaseHeld, StoreError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.rhythm import kept, next_due, planned
from folkmoot_hub.store.protocol import RunRow
from hub.jobs.town import NOW, SOURCE, configure, open_hub

SITE = Site(id=SOURCE, connector="town", title="Exampleton", base="https://town.example.org")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def row(outcome: Any) -> RunRow:
    return RunRow(run="r", source=SOURCE, started=NOW, ended=NOW, outcome=outcome)


@given(interval=st.integers(60, 40 * 86400), jitter=st.floats(0, 1))
def test_a_complete_run_is_followed_before_what_it_told_goes_stale(interval: int, jitter: float) -> None:
    site = Site(id=SOURCE, connector="town", title="T", base="https://town.example.org", interval=interval)
    later = next_due(site, row("complete"), NOW, lambda: jitter) - NOW
    assert timedelta(seconds=interval * 0.8) <= later <= timedelta(seconds=interval * 0.95)


@pytest.mark.parametrize("outcome", ["partial", "suspicious", "failed", None])
@pytest.mark.parametrize(
    ("interval", "least"),
    [(MINUTE, MINUTE), (20 * MINUTE, 10 * MINUTE), (DAY, 6 * HOUR), (28 * DAY, 7 * DAY)],
)
def test_any_other_run_is_tried_again_sooner_but_not_at_once(
    outcome: str | None, interval: timedelta, least: timedelta
) -> None:
    site = Site(
        id=SOURCE, connector="town", title="T", base="https://town.example.org", interval=int(interval.total_seconds())
    )
    ended = row(outcome) if outcome else None
    assert next_due(site, ended, NOW, lambda: 0.0) == NOW + least
    assert next_due(site, ended, NOW, lambda: 1.0) == NOW + least * 1.2


def test_chance_is_used_by_default() -> None:
    assert len({next_due(SITE, row("complete"), NOW) for _ in range(20)}) > 10


def test_new_sources_are_spread_and_known_ones_keep_their_time(hub: Hub) -> None:
    assert planned(hub, lambda: 0.5) == {SOURCE: NOW + timedelta(seconds=15)}
    hub.store.set_next_due(SOURCE, NOW + HOUR)
    assert planned(hub, lambda: 0.5) == {SOURCE: NOW + HOUR}


def test_only_enabled_sources_are_planned_and_all_of_them_are_known_then(tmp_path: Any, packages: Any) -> None:
    data = configure(tmp_path / "data", {}, {"id": "other.example.org"}, {"id": "third.example.org"})
    text = (data / "folkmoot.toml").read_text().replace("[harvest]", '[harvest]\ndisabled = ["third.example.org"]')
    (data / "folkmoot.toml").write_text(text)
    with open_hub(data) as hub:
        assert set(planned(hub)) == {SOURCE, "other.example.org"}
        assert {known.site.id for known in hub.store.sources()} == {SOURCE, "other.example.org"}


async def test_what_is_due_next_is_remembered(hub: Hub, clock: FixedClock) -> None:
    hub.store.register(hub.site(SOURCE))

    async def harvester(site: Site) -> RunRow:
        clock.move(HOUR)
        return row("complete")

    due = await kept(hub, hub.site(SOURCE), harvester, lambda: 0.0)
    assert due == NOW + HOUR + DAY * 0.8
    known = hub.store.source(SOURCE)
    assert known is not None
    assert known.next_due == due


@pytest.mark.parametrize("error", [ConnectionFailed("no way"), StoreError("no room"), ZeroDivisionError("a bug")])
async def test_whatever_goes_wrong_is_logged_once_and_tried_again(
    hub: Hub, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    hub.store.register(hub.site(SOURCE))

    async def harvester(site: Site) -> RunRow:
        raise error

    due = await kept(hub, hub.site(SOURCE), harvester, lambda: 0.0)
    assert due == NOW + 6 * HOUR
    (said,) = [line for line in caplog.records if line.levelno >= logging.ERROR]
    assert SOURCE in said.getMessage()
    assert str(error) in caplog.text
    known = hub.store.source(SOURCE)
    assert known is not None
    assert known.next_due == due


async def test_a_source_that_somebody_else_harvests_is_left_to_them(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    hub.store.register(hub.site(SOURCE))
    hub.store.set_next_due(SOURCE, NOW - HOUR)

    async def harvester(site: Site) -> RunRow:
        with hub.store.lease(SOURCE):
            raise AssertionError

    with hub.store.lease(SOURCE):

        async def leased(site: Site) -> RunRow:
            with pytest.raises(LeaseHeld) as caught:
                await harvester(site)
            raise caught.value

        due = await kept(hub, hub.site(SOURCE), leased, lambda: 0.0)
    assert due == NOW + 6 * HOUR  # so that this process does not try every second
    known = hub.store.source(SOURCE)
    assert known is not None
    assert known.next_due == NOW - HOUR  # theirs to move
    assert not [line for line in caplog.records if line.levelno >= logging.WARNING]


async def test_to_be_cancelled_is_no_failure(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    hub.store.register(hub.site(SOURCE))

    async def harvester(site: Site) -> RunRow:
        await asyncio.sleep(60)
        raise AssertionError

    task = asyncio.create_task(kept(hub, hub.site(SOURCE), harvester))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    known = hub.store.source(SOURCE)
    assert known is not None
    assert known.next_due is None
    assert not caplog.records


async def test_a_store_that_fails_when_the_time_is_noted_breaks_nothing(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def harvester(site: Site) -> RunRow:
        return row("complete")

    def full(source: str, moment: Any) -> None:
        raise StoreError("no room")

    monkeypatch.setattr(hub.store, "set_next_due", full)
    assert await kept(hub, hub.site(SOURCE), harvester, lambda: 0.0) == NOW + DAY * 0.8
    assert "no room" in caplog.text
