"""An item: a process as the programming interface and ``export --format jsonl`` give it.

Nothing here depends on the clock: dates are as the source gives them, never relative words. What is not known is
null, never zero and never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from folkmoot_hub.store.protocol import Observation
from folkmoot_hub.web.readings import ReadingItem, SupportItem, reading, support_item
from folkmoot_schema.headline import headline
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
)
from folkmoot_schema.texts import Text


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
    published: str | None
    first_seen: datetime
    updated: datetime
    modified: datetime
    seen_at: datetime
    absent_since: datetime | None
    licence: Licence
    origin: str | None


class WholeItem(Item, frozen=True, kw_only=True):
    """One process with everything that is known of it: its text, too, and where the record comes from.

    ``bodies`` holds sanitised HTML where ``bodies_html`` is true, else plain text. ``headline`` is the one reading that
    stands for the process. ``observations`` are its readings of support over time, those of countries and options left
    out: ``support_history`` is the address of all.
    """

    bodies: dict[str, str]
    bodies_html: bool
    headline: SupportItem | None
    observations: tuple[ReadingItem, ...]
    support_history: str
    provenance: Provenance


def item(record: Record, hub: str, languages: Sequence[str] = ()) -> Item:
    """``record`` as an item; ``hub`` is the hub's address without a slash at its end, ``languages`` the reader's."""
    return Item(**_fields(record, hub, languages))


def whole_item(
    record: Record, hub: str, observations: Sequence[Observation], languages: Sequence[str] = ()
) -> WholeItem:
    """``record`` as an item that holds everything, with those of its ``observations`` that are of the whole of it."""
    body, first = record.process.body, headline(record.process)
    whole = [one for one in observations if one.support.place is None and one.support.option is None]
    return WholeItem(
        **_fields(record, hub, languages),
        bodies=dict(body.values) if body else {},
        bodies_html=body.html if body else False,
        headline=support_item(first) if first else None,
        observations=tuple(map(reading, whole)),
        support_history=f"{hub}/api/v1/processes/{record.path}/support",
        provenance=record.provenance,
    )


def _fields(record: Record, hub: str, languages: Sequence[str]) -> dict[str, Any]:
    # Any, since mypy types no keyword arguments by name; every answer is checked against its schema in the tests.
    return {
        **_identity(record, hub),
        **_texts(record, languages),
        **_standing(record),
        **_copied(record),
        "support": tuple(map(support_item, record.process.support)),
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
    "phases", "outcomes", "documents", "links", "observed_at", "published",
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
