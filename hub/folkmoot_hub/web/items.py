"""An item: a process as the programming interface and ``export --format jsonl`` give it.

Nothing here depends on the clock: dates are as the source gives them, never relative words. What is not known is
null, never zero and never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from folkmoot_schema.process import (
    Document,
    Licence,
    Link,
    Organisation,
    Outcome,
    Phase,
    Place,
    Provenance,
    Record,
    Support,
)
from folkmoot_schema.texts import Text


class SupportItem(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of counted backing; ``count`` null is unknown, ``place`` null is everywhere.

    ``threshold`` is how much is needed, ``read_at`` when the hub read the count, ``changed_at`` when the source says
    that it last changed.
    """

    unit: str
    count: int | None
    place: str | None
    option: str | None
    verified: bool
    threshold: int | None
    read_at: datetime | None
    changed_at: str | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One process.

    ``key`` is the same on every hub, ``id`` its address as a thing on this one, ``page`` its page here, ``url`` the
    address at the source. ``title`` and ``summary`` are in the reader's best language (``…_language``), ``titles``
    and ``summaries`` in all. ``deadline`` is a partial date local to ``deadline_zone`` and inclusive if it is a day or
    coarser; ``deadline_at`` is the instant after which it has passed. ``updated`` is when it last changed materially,
    ``modified`` when it last changed at all, counts included.
    """

    key: str
    id: str
    page: str
    source: str
    local_id: str
    kind: str
    status: str
    status_derived: bool
    status_source: str | None
    title: str
    title_language: str
    titles: dict[str, str]
    titles_machine: tuple[str, ...]
    original_language: str
    languages: tuple[str, ...]
    summary: str | None
    summary_language: str | None
    summaries: dict[str, str]
    url: str
    participate_url: str | None
    place: Place | None
    level: str | None
    organiser: Organisation | None
    authority: Organisation | None
    topics: tuple[str, ...]
    eurovoc: tuple[str, ...]
    act_types: tuple[str, ...]
    keywords: tuple[str, ...]
    audiences: tuple[str, ...]
    stage: str | None
    phases: tuple[Phase, ...]
    opens_at: datetime | None
    deadline: str | None
    deadline_zone: str | None
    deadline_at: datetime | None
    support: tuple[SupportItem, ...]
    outcomes: tuple[Outcome, ...]
    documents: tuple[Document, ...]
    links: tuple[Link, ...]
    flags: tuple[str, ...]
    availability: str
    observed_at: str | None
    first_seen: datetime
    updated: datetime
    modified: datetime
    seen_at: datetime
    absent_since: datetime | None
    licence: Licence
    origin: str | None


class WholeItem(Item, frozen=True, kw_only=True):
    """One process with everything that is known of it: its text, too, and where the record comes from.

    ``bodies`` holds sanitised HTML where ``bodies_html`` is true, else plain text.
    """

    bodies: dict[str, str]
    bodies_html: bool
    provenance: Provenance


def item(record: Record, hub: str, languages: Sequence[str] = ()) -> Item:
    """``record`` as an item; ``hub`` is the hub's address without a slash at its end, ``languages`` the reader's."""
    return Item(**_fields(record, hub, languages))


def whole_item(record: Record, hub: str, languages: Sequence[str] = ()) -> WholeItem:
    """``record`` as an item that holds everything."""
    body = record.process.body
    return WholeItem(
        **_fields(record, hub, languages),
        bodies=dict(body.values) if body else {},
        bodies_html=body.html if body else False,
        provenance=record.provenance,
    )


def _fields(record: Record, hub: str, languages: Sequence[str]) -> dict[str, Any]:
    # Any, since mypy types no keyword arguments by name; every answer is checked against its schema in the tests.
    return {
        **_identity(record, hub),
        **_texts(record, languages),
        **_standing(record),
        **_copied(record),
        "support": tuple(_support(reading) for reading in record.process.support),
    }


def _identity(record: Record, hub: str) -> dict[str, Any]:
    return {
        "key": record.key,
        "id": f"{hub}/id/{record.path}",
        "page": f"{hub}/process/{record.path}",
        "source": record.source,
        "local_id": record.local_id,
    }


def _texts(record: Record, languages: Sequence[str]) -> dict[str, Any]:
    title, summary = record.process.title, record.process.summary
    language, words = title.best(*languages)
    summary_language, summary_words = summary.best(*languages) if summary else (None, None)
    return {
        "title": words,
        "title_language": language,
        "titles": dict(title.values),
        "titles_machine": title.machine,
        "original_language": title.original,
        "languages": text_languages(record),
        "summary": summary_words,
        "summary_language": summary_language,
        "summaries": dict(summary.values) if summary else {},
    }


def text_languages(record: Record) -> tuple[str, ...]:
    """The languages in which the process can be read, machine translations left out, the original first."""
    process = record.process
    texts: list[Text] = [text for text in (process.title, process.summary, process.body) if text is not None]
    found = {tag for text in texts for tag in text.values if tag not in text.machine}
    return (process.title.original, *sorted(found - {process.title.original}))


def _standing(record: Record) -> dict[str, Any]:
    standing = record.standing
    return {
        "status": str(standing.status),
        "status_derived": standing.derived,
        "status_source": record.process.source_status,
        "opens_at": standing.opens_at,
        "deadline": standing.deadline,
        "deadline_zone": standing.deadline_zone,
        "deadline_at": standing.deadline_at,
    }


_OF_PROCESS = (
    "url", "participate_url", "place", "organiser", "authority", "eurovoc", "act_types", "keywords", "audiences",
    "phases", "outcomes", "documents", "links", "observed_at",
)  # fmt: skip
_OF_RECORD = ("first_seen", "updated", "modified", "seen_at", "absent_since", "licence", "origin")


def _copied(record: Record) -> dict[str, Any]:
    process = record.process
    return {
        **{name: getattr(process, name) for name in _OF_PROCESS},
        **{name: getattr(record, name) for name in _OF_RECORD},
        "kind": str(process.kind),
        "level": str(process.level) if process.level else None,
        "stage": str(process.stage) if process.stage else None,
        "topics": tuple(map(str, process.topics)),
        "flags": tuple(map(str, process.flags)),
        "availability": str(process.availability),
    }


def _support(reading: Support) -> SupportItem:
    return SupportItem(
        unit=str(reading.unit),
        count=reading.count,
        place=reading.place,
        option=reading.option.values[reading.option.original] if reading.option else None,
        verified=reading.verified,
        threshold=reading.threshold.count if reading.threshold else None,
        read_at=reading.read_at,
        changed_at=reading.changed_at,
    )
