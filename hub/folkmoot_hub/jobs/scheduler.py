"""The scheduler: every source at its own rhythm, within one process."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime
from typing import Final

from folkmoot_hub.connector import Site
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.rhythm import Harvester, Jitter, kept, planned

#: So many sources are harvested at a time.
AT_ONCE: Final = 4
#: How often the scheduler looks what is due, in seconds.
TICK: Final = 1.0


class Scheduler:
    """Harvests the enabled sources of ``hub`` with ``harvester`` when they are due, until cancelled."""

    def __init__(self, hub: Hub, harvester: Harvester, jitter: Jitter = random.random) -> None:
        self._hub = hub
        self._harvester = harvester
        self._jitter = jitter
        self._due: dict[str, datetime] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Go on until cancelled; runs under way are cut off then and gone on with at the next start."""
        self._due = await asyncio.to_thread(planned, self._hub, self._jitter)
        try:
            while True:
                self._begin_due()
                await asyncio.sleep(TICK)
        finally:
            running = list(self._running.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _begin_due(self) -> None:
        now = self._hub.clock.now()
        for source in sorted(self._due, key=lambda one: self._due[one]):
            if len(self._running) >= AT_ONCE or self._due[source] > now:
                return
            if source not in self._running:
                self._running[source] = asyncio.create_task(self._harvest(self._hub.sources[source]))

    async def _harvest(self, site: Site) -> None:
        try:
            self._due[site.id] = await kept(self._hub, site, self._harvester, self._jitter)
        finally:
            del self._running[site.id]
