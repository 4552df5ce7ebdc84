"""The answers of the programming interface as typed records; ``/openapi.json`` is generated from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from folkmoot_hub.connector import Connector
from folkmoot_hub.registry import Broken
from folkmoot_hub.store.protocol import Change, RunRow, Trouble, Watch
from folkmoot_hub.web import labels
from folkmoot_hub.web.health import health
from folkmoot_hub.web.items import Item, item
from folkmoot_hub.web.known import SampleItem
from folkmoot_hub.web.strip import DayItem, last_days
from folkmoot_hub.web.watched import completeness, fields, last_ended
from folkmoot_schema import identifiers
from folkmoot_schema.process import Licence, Organisation, Place


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

    ``reach`` is live, archived, record-only or unreachable: what there is of its platform. ``evidence`` is recorded,
    self-run, vendor-example, composite, shape, inferred or null: what our reading was proven on, the strongest first.
    ``reach_says`` and ``evidence_says`` tell in a sentence what the word means. ``samples`` are those that stand for it
    on this hub: their processes are invented, and never counted in ``processes``. ``sample_of`` is the source that a
    sample stands for.

    ``health`` is fresh, late, failing, waiting (not read completely yet), archived, paused (not enabled) or off (nor
    ever read); ``health_reason`` says why in words, as does ``completeness`` (``127 of 127``, ``unknown total``,
    ``stopped`` …). ``interval`` is the promised rhythm and ``pace`` the least pause between two requests, in seconds.
    ``ended`` is when the platform itself ended. ``days`` are the last fourteen (UTC), the oldest first.
    """

    id: str
    title: str
    url: str
    connector: str
    page: str
    place: Place | None
    level: str | None
    authority: Organisation | None
    languages: tuple[str, ...]
    licence: Licence
    interval: int
    pace: float
    concurrency: int
    enabled: bool
    ended: str | None
    reach: str
    reach_says: str
    evidence: str | None
    evidence_says: str
    sample: bool
    sample_of: str | None
    samples: list[SampleItem]
    processes: int
    total_stated: int | None
    completeness: str
    quarantined: int
    drifted: str
    health: str
    health_reason: str
    last_complete: datetime | None
    last_run: RunRow | None
    next_due: datetime | None
    days: list[DayItem]


class WholeSource(SourceItem, frozen=True, kw_only=True):
    """One source with its last runs, newest first, and why items of it are in quarantine, the commonest reason first.

    ``fields`` are those that its connector may keep of an answer, by the part of an item.
    """

    connector_version: str | None
    fields: dict[str, list[str]]
    runs: tuple[RunRow, ...]
    troubles: list[Trouble]


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


def source_item(watch: Watch, samples: list[SampleItem], hub: str, now: datetime) -> SourceItem:
    """A source as the programming interface gives it, with its ``samples``; ``hub`` is the hub's address."""
    return SourceItem(**_source(watch, samples, hub, now))


def whole_source(
    watch: Watch,
    samples: list[SampleItem],
    troubles: list[Trouble],
    connector: type[Connector] | None,
    hub: str,
    now: datetime,
) -> WholeSource:
    """A source with everything that is known of it."""
    return WholeSource(
        **_source(watch, samples, hub, now),
        connector_version=connector.version if connector else None,
        fields={part: list(names) for part, names in fields(connector).items()},
        runs=watch.runs,
        troubles=troubles,
    )


_OF_SITE = (
    "id", "title", "connector", "place", "authority", "languages", "licence", "interval", "pace", "concurrency",
    "enabled", "ended", "reach", "evidence", "sample", "sample_of",
)  # fmt: skip
_OF_ROW = ("processes", "quarantined", "drifted", "last_complete", "last_run", "next_due")


def _source(watch: Watch, samples: list[SampleItem], hub: str, now: datetime) -> dict[str, Any]:
    # Any, as in items.py: every answer is checked against its schema in the tests.
    row, site = watch.row, watch.row.site
    state = health(row, watch.runs, now)
    return {
        **{name: getattr(site, name) for name in _OF_SITE},
        **{name: getattr(row, name) for name in _OF_ROW},
        "url": site.homepage or site.base,
        "page": f"{hub}/sources/{site.id}",
        "level": str(site.level) if site.level else None,
        "reach_says": labels.REACH[site.reach][1],
        "evidence_says": labels.EVIDENCE[site.evidence][1],
        "samples": samples,
        "total_stated": row.last_total,
        "completeness": completeness(row, last_ended(watch.runs), state),
        "health": state.word,
        "health_reason": state.reason,
        "days": last_days(watch.days, now),
    }
