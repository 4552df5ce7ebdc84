"""Searching and looking up, as pages, interface and channels share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.search.query import Query
from folkmoot_hub.store.protocol import Trouble, Watch
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.known import known
from folkmoot_hub.web.problems import Problem
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


def the_record(face: HubFace, segments: dict[str, str]) -> Record:
    """The process that the ``segments`` of an address name. Blocks.

    :class:`Problem` 404 if it never was here, :class:`Gone` if it went.
    """
    return present(face.records.get(segments["source"], segments["id"]))


def present(there: Record | Tombstone | None) -> Record:
    """What was looked up, if it is there: else as :func:`the_record`."""
    if there is None:
        raise Problem(404, "there is no such process here")
    if isinstance(there, Tombstone):
        raise Gone(there)
    return there


def the_source(face: HubFace, source: str, now: datetime) -> tuple[Watch, list[Trouble]]:
    """How a source goes, and why items of it are in quarantine; :class:`Problem` 404 if there is none. Blocks."""
    found = known(face.records, face.sites, now, source, RUNS)
    if not found:
        raise Problem(404, "there is no such source here")
    return found[0], face.records.troubles(source)
