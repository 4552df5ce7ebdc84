"""Everything that the page of one process shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from folkmoot_hub import markup
from folkmoot_hub.connector import Site
from folkmoot_hub.store.protocol import Change
from folkmoot_hub.web import addresses, cards, changing, labels, standing, support, texts, words
from folkmoot_hub.web.changing import Entry
from folkmoot_hub.web.items import text_languages
from folkmoot_hub.web.standing import Happening, State, Step, Stretch
from folkmoot_hub.web.support import Backing
from folkmoot_hub.web.texts import Title, Told
from folkmoot_schema.codes import Flag, Status
from folkmoot_schema.process import Document, Link, Process, Record


class Reference(NamedTuple):
    """A document or link: what it is, its words, and the address where it can be followed."""

    what: str
    label: Told
    address: str | None
    notes: str


class Whole(NamedTuple):
    """What the page of a process is made of."""

    title: Title
    also: list[tuple[str, str, str]]
    kind: Told
    place: str
    state: State
    summary: list[Told]
    body: list[Told]
    cycle: list[Step]
    phases: list[Stretch]
    backing: Backing
    answered: bool
    happened: list[Happening]
    silence: str
    organiser: Told | None
    authority: Told | None
    documents: list[Reference]
    links: list[Reference]
    topics: list[tuple[str, Told]]
    level: Told | None
    changes: list[Entry]
    platform: str
    stale: str
    sample: bool


def whole(
    record: Record, site: Site | None, history: Sequence[Change], languages: Sequence[str], now: datetime
) -> Whole:
    """The page of ``record`` for a reader of ``languages``."""
    process = record.process
    platform = site.title if site else record.source
    return Whole(
        title=texts.title(process.title, languages),
        also=_also(record, languages),
        kind=texts.labelled("kind", process.kind, languages),
        place=cards.place(process.place, languages),
        state=standing.state(record, platform, now),
        summary=texts.paragraphs(process.summary, languages) if process.summary and not _repeated(process) else [],
        body=texts.paragraphs(process.body, languages) if process.body else [],
        cycle=standing.cycle(process.stage, over=standing.is_over(record)),
        phases=standing.stretches(process.phases, languages, now),
        backing=support.backing(process, languages),
        answered=record.standing.status is Status.ANSWERED,
        happened=standing.happened(process.outcomes, languages),
        silence=standing.silence(record, now),
        organiser=texts.name(process.organiser, languages),
        authority=texts.name(process.authority, languages),
        documents=[_document(one, languages) for one in process.documents],
        links=[_link(one, languages) for one in process.links],
        topics=[(topic, texts.labelled("topic", topic, languages)) for topic in process.topics],
        level=texts.labelled("level", process.level, languages) if process.level else None,
        changes=changing.entries(history),
        platform=platform,
        stale=_stale(record, site, now),
        sample=Flag.SAMPLE in process.flags,
    )


def _repeated(process: Process) -> bool:
    """Whether the text begins with the summary, as it does where a source has but one text."""
    if process.summary is None or process.body is None:
        return False
    short, long = (markup.plain(one.values[one.original]) for one in (process.summary, process.body))
    return long.startswith(short.rstrip("…. "))


def _also(record: Record, languages: Sequence[str]) -> list[tuple[str, str, str]]:
    """The other languages of the title: name, tag, and the address of the page with it."""
    shown, _ = record.process.title.best(*languages)
    page = f"/process/{record.path}"
    tags = [tag for tag in text_languages(record) if tag != shown and tag in record.process.title.values]
    return [(labels.language(tag), tag, addresses.local(page, tag)) for tag in tags]


def _document(document: Document, languages: Sequence[str]) -> Reference:
    what = labels.DOCUMENTS[document.kind]
    label = texts.told(document.title, languages) if document.title else Told(what, None)
    language = labels.language(document.language) if document.language else ""
    notes = ", ".join(filter(None, [language, _form(document.media_type), _size(document.size)]))
    return Reference(what, label, texts.web(document.url), notes)


def _form(media_type: str | None) -> str:
    return media_type.rpartition("/")[2].split(";")[0].upper() if media_type else ""


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} KB"


def _link(link: Link, languages: Sequence[str]) -> Reference:
    label = texts.told(link.title, languages) if link.title else Told(link.value, None)
    return Reference(labels.LINKS[link.kind], label, texts.web(link.url), link.value if link.title else "")


def _stale(record: Record, site: Site | None, now: datetime) -> str:
    """A warning where the record was not seen for longer than its source promises."""
    if site is None or now - record.seen_at <= site.trust:
        return ""
    return f"Last seen at its source {words.ago(record.seen_at, now)}, which is longer ago than promised."
