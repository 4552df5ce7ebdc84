"""The answers of the programming interface as typed records; ``/openapi.json`` is generated from them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from folkmoot_hub.registry import Broken
from folkmoot_hub.store.protocol import Change, RunRow, SourceRow
from folkmoot_hub.web.health import health
from folkmoot_hub.web.items import Item, item
from folkmoot_schema import identifiers
from folkmoot_schema.process import Licence, Place


class Processes(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a search: ``total`` is exact; ``facets`` is empty unless asked for; ``next`` null on the last."""

    total: int
    items: list[Item]
    facets: dict[str, dict[str, int]]
    next: str | None


class ChangeItem(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the change log. ``item`` is the process after it, null for counts, deletions and erasures."""

    seq: int
    key: str
    source: str
    local_id: str
    op: str
    at: datetime
    cause: str
    weight: str
    digest: str
    reason: str
    item: Item | None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Entries after the number asked for, in order. Ask again with ``after`` = ``next``; at ``head`` it ends."""

    items: list[ChangeItem]
    next: int
    head: int


class SourceItem(msgspec.Struct, frozen=True, kw_only=True):
    """One source: what it is, under which terms its records go on, and how harvesting it goes.

    ``health`` is fresh, late, failing, waiting (never read yet) or paused; ``health_reason`` says why in words.
    ``interval`` is the promised rhythm in seconds.
    """

    id: str
    title: str
    url: str
    connector: str
    page: str
    place: Place | None
    level: str | None
    languages: tuple[str, ...]
    licence: Licence
    interval: int
    sample: bool
    processes: int
    total_stated: int | None
    quarantined: int
    health: str
    health_reason: str
    last_complete: datetime | None
    last_run: RunRow | None
    next_due: datetime | None


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Every source of the hub, by id, and the plugins that could not be taken, each with its reason."""

    items: list[SourceItem]
    broken: list[Broken]


def change_item(change: Change, hub: str) -> ChangeItem:
    """A change as the programming interface gives it."""
    return ChangeItem(
        seq=change.seq,
        key=identifiers.key(change.source, change.local_id),
        source=change.source,
        local_id=change.local_id,
        op=str(change.op),
        at=change.at,
        cause=str(change.cause),
        weight=str(change.weight),
        digest=change.digest,
        reason=change.reason,
        item=item(change.body, hub) if change.body else None,
    )


def source_item(row: SourceRow, latest: list[RunRow], hub: str, now: datetime) -> SourceItem:
    """A source as the programming interface gives it; ``latest`` are its last two runs, newest first."""
    site = row.site
    state = health(row, latest, now)
    return SourceItem(
        id=site.id,
        title=site.title,
        url=site.homepage or site.base,
        connector=site.connector,
        page=f"{hub}/sources/{site.id}",
        place=site.place,
        level=str(site.level) if site.level else None,
        languages=site.languages,
        licence=site.licence,
        interval=site.interval,
        sample=site.sample,
        processes=row.processes,
        total_stated=row.last_total,
        quarantined=row.quarantined,
        health=state.word,
        health_reason=state.reason,
        last_complete=row.last_complete,
        last_run=row.last_run,
        next_due=row.next_due,
    )
