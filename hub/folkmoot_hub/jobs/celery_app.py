"""The same jobs through a broker, by Celery: workers harvest and tend, beat says when.

The broker carries two tasks: ``folkmoot.harvest`` with the id of a source, and ``folkmoot.tend``. Delivered twice,
neither does harm: a source that is being harvested is left alone, one that was harvested says the same again, and only
one process is the owner. So a task is acknowledged when it is done, and one whose worker died comes back. When a
source is due stands in the store, not in a file of beat's.

Each hub takes a database of Redis, or a virtual host of RabbitMQ, for itself: nothing in a task says whose it is.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from celery import Celery
from celery.beat import ScheduleEntry
from celery.beat import Scheduler as CeleryScheduler
from celery.schedules import BaseSchedule
from celery.signals import worker_shutting_down

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError, UsageError
from folkmoot_hub.harvest.run import Options
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import harvest
from folkmoot_hub.jobs.owner import drain, tend
from folkmoot_hub.jobs.rhythm import kept, next_due, planned
from folkmoot_hub.store import locks

log = logging.getLogger(__name__)

HARVEST: Final = "folkmoot.harvest"
TEND: Final = "folkmoot.tend"
QUEUE: Final = "folkmoot"
#: How often time passes in the store and the readers catch up where nobody serves, in seconds.
TEND_EVERY: Final = 30.0
#: How often beat looks in the store whether a source has another time by now, in seconds.
_LOOK: Final = 5.0
#: When a source is due whose host is being asked by another worker. If for this very source, that worker mostly has
#: the last word, and else it is asked once more.
_HOST_TAKEN: Final = timedelta(minutes=1)
#: A task that nobody has acknowledged for so many seconds comes back: longer than the longest run.
_BACK_AFTER: Final = int(Options().deadline) + 3600

MakeHub = Callable[[], Hub]


def make_app(broker: str, make_hub: MakeHub) -> Celery:
    """The Celery application whose tasks work on the hub that ``make_hub`` makes, once in each worker process."""
    app = Celery("folkmoot", broker=broker, set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,  # a harvest takes long: what waits is left to whoever is free
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": _BACK_AFTER},
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    hub = _once_a_process(make_hub)

    @app.task(name=HARVEST, shared=False)  # type: ignore[untyped-decorator] # Celery ships no types
    def harvest_source(source: str) -> None:
        there = hub()
        try:
            site = there.site(source)
        except UsageError as error:  # asked for by a beat of another configuration
            log.error("%s", error)  # noqa: TRY400 - its text says it all
            return
        _harvest(there, site)

    @app.task(name=TEND, shared=False)  # type: ignore[untyped-decorator] # as above
    def tend_hub() -> None:
        tend(hub())

    return app


def _harvest(hub: Hub, site: Site) -> None:
    """Harvest a source, unless another worker is asking its host: each paces its own requests only."""
    try:
        with locks.locked(hub.locks, f"host-{urlsplit(site.base).hostname}"):
            asyncio.run(kept(hub, site, lambda site: harvest(hub, site)))
            drain(hub)
    except locks.Held as held:
        log.info("%s waits: its host is being asked for another task (%s)", site.id, held)
        hub.store.set_next_due(site.id, hub.clock.now() + _HOST_TAKEN)


def _once_a_process(make_hub: MakeHub) -> MakeHub:
    """A hub for each process that asks: connections, locks and threads do not survive a fork."""
    made: dict[int, Hub] = {}

    def hub() -> Hub:
        process = os.getpid()
        if process not in made:
            made.clear()
            made[process] = make_hub()
        return made[process]

    return hub


def broker_of(broker: str | None, file: str) -> str:
    """The configured broker; ``ConfigError`` if there is none, or none between processes."""
    allowed = "allowed: an address such as 'redis://127.0.0.1:6379/0'"
    if broker is None:
        raise ConfigError(f"{file}: broker: it is missing; {allowed}")
    if broker.startswith("memory:"):
        raise ConfigError(f"{file}: broker: memory:// reaches no other process; {allowed}")
    return broker


# Beat


class Due(BaseSchedule):  # type: ignore[misc] # Celery ships no types
    """When a source is due, as the store says at the moment."""

    def __init__(self, hub: Hub, source: str) -> None:
        super().__init__()
        self._hub = hub
        self.source = source

    def now(self) -> datetime:
        """The present instant."""
        return self._hub.clock.now()

    def is_due(self, last_run_at: datetime) -> tuple[bool, float]:
        """Whether it is due, and in how many seconds to ask again."""
        row = self._hub.store.source(self.source)
        due = row.next_due if row is not None else None
        left = (due - self.now()).total_seconds() if due is not None else 0.0
        return left <= 0, min(max(left, 0.0), _LOOK) or _LOOK

    def sent(self) -> None:
        """A task is on its way: should it get lost, the next one follows as after a run that came to nothing."""
        site = self._hub.sources[self.source]
        self._hub.store.set_next_due(self.source, next_due(site, None, self.now()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Due) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)


class Beat(CeleryScheduler):  # type: ignore[misc] # Celery ships no types
    """Sends a task for each source when it is due, and one that tends the hub every half a minute."""

    def apply_async(self, entry: ScheduleEntry, *arguments: Any, **named: Any) -> Any:
        """Send the task of ``entry``."""
        result = super().apply_async(entry, *arguments, **named)
        if isinstance(entry.schedule, Due):
            entry.schedule.sent()
        return result


def schedule(hub: Hub) -> dict[str, dict[str, Any]]:
    """The entries of beat: one for each enabled source, and one that tends the hub. Notes in the store what is due."""
    entries: dict[str, dict[str, Any]] = {
        "tend": {"task": TEND, "schedule": TEND_EVERY, "options": {"expires": TEND_EVERY}}
    }
    for source, due in planned(hub).items():
        hub.store.set_next_due(source, due)
        entries[f"harvest {source}"] = {"task": HARVEST, "args": (source,), "schedule": Due(hub, source)}
    return entries


def run_worker(app: Celery, concurrency: int) -> int:
    """Work until told to stop (SIGTERM, SIGINT: when what is under way is done; SIGQUIT: at once); an exit code."""
    told: list[tuple[str, str]] = []

    def note(sig: str, how: str, **_: Any) -> None:
        told.append((sig, how))

    worker_shutting_down.connect(note, weak=False)
    worker = app.Worker(concurrency=concurrency, loglevel="INFO", quiet=True, without_gossip=True, without_mingle=True)
    worker.start()
    # Celery calls it a failure, while every other command that serves is done with Ctrl+C; pressed twice, work is lost.
    return 0 if told == [("SIGINT", "Warm")] else int(worker.exitcode or 0)


def run_beat(app: Celery, hub: Hub) -> None:
    """Send tasks when they are due, until told to stop."""
    app.conf.beat_schedule = schedule(hub)
    app.Beat(loglevel="INFO", quiet=True, scheduler=Beat, max_interval=_LOOK).run()
