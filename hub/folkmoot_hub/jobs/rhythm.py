"""The rhythm of sources: when each is to be harvested, whoever does it, and what is noted after a run."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import FolkmootError, LeaseHeld
from folkmoot_hub.hub import Hub
from folkmoot_hub.store.protocol import RunRow

log = logging.getLogger(__name__)

#: A run begins before the interval is over, so that what a source said never goes stale while it is asked again.
EARLIEST, LATEST = 0.8, 0.95
#: After a run that was not complete: this part of the interval, or ten minutes if that is longer, but no longer than
#: the interval; and up to a fifth more, so that sources which failed together do not come back together.
_AGAIN: Final = 0.25
_LEAST: Final = timedelta(minutes=10)
_MORE: Final = 0.2
#: Sources that were never harvested are asked one after the other within so many seconds, not all at once.
_SPREAD: Final = 30.0
#: When a run that was cut off is due: before everything else.
_FIRST: Final = datetime.min.replace(tzinfo=UTC)

Harvester = Callable[[Site], Awaitable[RunRow]]
Jitter = Callable[[], float]


def next_due(site: Site, row: RunRow | None, now: datetime, jitter: Jitter = random.random) -> datetime:
    """When a source is to be harvested after ``row``, None if its run came to nothing; ``jitter`` gives 0 to 1."""
    interval = timedelta(seconds=site.interval)
    if row is not None and row.outcome == "complete":
        return now + interval * (EARLIEST + (LATEST - EARLIEST) * jitter())
    return now + min(interval, max(_LEAST, interval * _AGAIN)) * (1 + _MORE * jitter())


def planned(hub: Hub, jitter: Jitter = random.random) -> dict[str, datetime]:
    """When each enabled source is due, as the store remembers it. Blocks.

    One whose run was cut off is due first of all; one that was never harvested, soon.
    """
    now, due = hub.clock.now(), {}
    for site in hub.sources.values():
        if not site.enabled:
            continue
        hub.store.register(site)
        row = hub.store.source(site.id)
        if hub.store.unfinished(site.id) is not None:
            due[site.id] = _FIRST
        elif row is not None and row.next_due is not None:
            due[site.id] = row.next_due
        else:
            due[site.id] = now + timedelta(seconds=_SPREAD * jitter())
    return due


async def kept(hub: Hub, site: Site, harvester: Harvester, jitter: Jitter = random.random) -> datetime:
    """Harvest a source, log what goes wrong, remember when it is due next and return that; never raises an error.

    While somebody else harvests it, nothing is remembered: they will.
    """
    row = None
    try:
        row = await harvester(site)
    except LeaseHeld:
        log.info("%s is being harvested by somebody else", site.id)
        return next_due(site, None, hub.clock.now(), jitter)
    except FolkmootError as error:
        log.error("%s: %s", site.id, error)  # noqa: TRY400 - its text says it all
    except Exception:
        log.exception("%s: the harvest failed in a way that nobody thought of", site.id)
    due = next_due(site, row, hub.clock.now(), jitter)
    try:
        await asyncio.to_thread(hub.store.set_next_due, site.id, due)
    except FolkmootError as error:
        log.error("%s: when it is due next cannot be remembered: %s", site.id, error)  # noqa: TRY400 - as above
    return due
