"""Searching and looking up, as pages, interface and channels share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from aiohttp import web

from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.search.query import Query
from folkmoot_hub.store.protocol import Trouble, Watch
from folkmoot_hub.web import asking, strip
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.problems import Problem
from folkmoot_hub.web.routing import SEGMENTS
from folkmoot_hub.web.watched import RUNS
from folkmoot_schema.process import Record


class Found(NamedTuple):
    """What a search found: the exact number, the processes of this page, counts and the cursor of the next page."""

    total: int
    records: list[Record]
    facets: Mapping[str, Mapping[str, int]]
    next: str | None


def found(face: HubFace, query: Query) -> Found:
    """Search and read the processes found. Blocks; called in a thread."""
    result = face.index.search(query)
    records = face.records.by_number(result.numbers) if result.numbers else []
    return Found(result.total, records, result.facets, result.next)


class Gone(Problem):
    """Raised when a process was deleted or erased: 410 with what is left of it."""

    def __init__(self, tombstone: Tombstone) -> None:
        self.tombstone = tombstone
        day = tombstone.at.date().isoformat()
        detail = f"the process was removed on {day}: {tombstone.reason or 'its source deleted it'}"
        super().__init__(410, detail)


async def the_record(request: web.Request) -> Record:
    """The process that the address names; :class:`Problem` 404 if it never was here, :class:`Gone` if it went."""
    return await look_up(request, request[SEGMENTS]["source"], request[SEGMENTS]["id"])


async def look_up(request: web.Request, source: str, local_id: str) -> Record:
    """The process with that id, as :func:`the_record`."""
    return present(await maybe(request, source, local_id))


def present(there: Record | Tombstone | None) -> Record:
    """What was looked up, if it is there: else as :func:`the_record`."""
    if there is None:
        raise Problem(404, "there is no such process here")
    if isinstance(there, Tombstone):
        raise Gone(there)
    return there


async def maybe(request: web.Request, source: str, local_id: str) -> Record | Tombstone | None:
    """The process with that id, what is left of it, or None."""
    records = asking.face(request).records
    return await asking.off_loop(lambda: records.get(source, local_id))


def the_source(face: HubFace, source: str, now: datetime) -> tuple[Watch, list[Trouble]]:
    """How a source goes, and why items of it are in quarantine; :class:`Problem` 404 if there is none. Blocks."""
    found = face.records.watched(RUNS, strip.since(now), source)
    if not found:
        raise Problem(404, "there is no such source here")
    return found[0], face.records.troubles(source)
