"""The scheduler: every source at its own rhythm, within one process."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import FolkmootError, LeaseHeld
from folkmoot_hub.hub import Hub
from folkmoot_hub.store.protocol import RunRow

log = logging.getLogger(__name__)

#: So many sources are harvested at a time.
_AT_ONCE: Final = 4
#: How often the scheduler looks what is due, in seconds.
_TICK: Final = 1.0
#: A run begins before the interval is over, so that what a source said never goes stale while it is asked again.
_EARLIEST, _LATEST = 0.8, 0.95
#: After a run that was not complete, in parts of the interval; never more often than every ten minutes.
_AGAIN: Final = 0.25
_LEAST: Final = timedelta(minutes=10)
#: At start-up sources are asked one after the other within so many seconds, not all at once.
_SPREAD: Final = 30.0

Harvester = Callable[[Site], Awaitable[RunRow]]


def next_due(site: Site, row: RunRow | None, now: datetime, jitter: Callable[[], float] = random.random) -> datetime:
    """When a source is to be harvested after ``row``, None if its run came to nothing; ``jitter`` gives 0 to 1."""
    interval = timedelta(seconds=site.interval)
    if row is not None and row.outcome == "complete":
        return now + interval * (_EARLIEST + (_LATEST - _EARLIEST) * jitter())
    return now + min(interval, max(_LEAST, interval * _AGAIN)) * (1 + 0.2 * jitter())


class Scheduler:
    """Harvests the enabled sources of ``hub`` with ``harvester`` when they are due, until cancelled."""

    def __init__(self, hub: Hub, harvester: Harvester, jitter: Callable[[], float] = random.random) -> None:
        self._hub = hub
        self._harvester = harvester
        self._jitter = jitter
        self._due: dict[str, datetime] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Go on until cancelled; runs under way are cut off then and gone on with at the next start."""
        await asyncio.to_thread(self._plan)
        try:
            while True:
                self._begin_due()
                await asyncio.sleep(_TICK)
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _plan(self) -> None:
        now = self._hub.clock.now()
        for site in self._hub.sources.values():
            if not site.enabled:
                continue
            self._hub.store.register(site)
            row = self._hub.store.source(site.id)
            soon = now + timedelta(seconds=_SPREAD * self._jitter())
            cut_off = self._hub.store.unfinished(site.id) is not None
            self._due[site.id] = row.next_due if row and row.next_due and not cut_off else soon

    def _begin_due(self) -> None:
        now = self._hub.clock.now()
        for source in sorted(self._due, key=lambda one: self._due[one]):
            if len(self._running) >= _AT_ONCE or self._due[source] > now:
                return
            if source not in self._running:
                self._running[source] = asyncio.create_task(self._harvest(self._hub.sources[source]))

    async def _harvest(self, site: Site) -> None:
        row = None
        try:
            row = await self._harvester(site)
        except LeaseHeld:
            log.info("%s is being harvested by somebody else", site.id)
        except FolkmootError as error:
            log.error("%s: %s", site.id, error)  # noqa: TRY400 - its text says it all
        except Exception:
            log.exception("%s: the harvest failed in a way that nobody thought of", site.id)
        finally:
            self._running.pop(site.id, None)
        self._due[site.id] = next_due(site, row, self._hub.clock.now(), self._jitter)
        await asyncio.to_thread(self._hub.store.set_next_due, site.id, self._due[site.id])
