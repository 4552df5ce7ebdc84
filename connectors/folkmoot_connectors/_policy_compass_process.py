"""The process that a thing of Policy Compass is."""

from __future__ import annotations

import html
from typing import Any, Final

import msgspec

from folkmoot_connectors import _argument_graph as argument_graph
from folkmoot_connectors._policy_compass_item import CHAPTERS, DOMAINS, OF_TYPE, Manager
from folkmoot_connectors._values import address, body, by_language, excerpt, fuller, line, read
from folkmoot_hub.connector import LIST, MappingError, Site, WholeItem
from folkmoot_schema.codes import Flag, LinkKind, Status, Topic, Unit
from folkmoot_schema.dates import parse_instant
from folkmoot_schema.process import Link, Process, Support

_NO_WORDS: Final = "none provided"


class _Thing(
    msgspec.Struct,
    frozen=True,
    rename={"starts": "startEventDate", "ends": "endEventDate", "details": "detailsURL"},
):
    name: str | None = None
    title: str | None = None
    description: str | None = None
    keywords: str | None = None
    starts: str | None = None
    ends: str | None = None
    details: str | None = None
    graph: dict[str, Any] | None = None
    domains: tuple[int, ...] = ()
    chapters: tuple[int, ...] = ()
    test: bool = False


class _Chapter(msgspec.Struct, frozen=True):
    id: int
    title: str | None = None
    text: str | None = None
    number: int | None = None


class _Comments(msgspec.Struct, frozen=True):
    count: int


def process(item: WholeItem, site: Site, pages: str | None, models: str | None, *, domains: bool) -> Process:
    """A thing of any manager.

    ``pages`` is where the web application begins, ``models`` where the service of causal models is, ``domains``
    whether the numbers of policy domains count.
    """
    manager = _manager(item.id)
    thing = read(item.part(LIST), _Thing)
    language = site.languages[0]
    summary = by_language({language: _summary(thing)}, language)
    whole = by_language({language: _whole(item, thing, language)}, language, html=True)
    return Process(
        kind=manager.kind,
        title=site.text(line(thing.title or thing.name)),
        url=_url(manager, item.id, pages, (models if manager.type == "model" else None) or site.base),
        summary=summary,
        body=fuller(whole, summary),
        flags=(Flag.SAMPLE,) if thing.test else (),
        authority=site.authority,
        place=site.place,
        level=site.level,
        topics=_topics(thing) if domains else (),
        keywords=_keywords(thing),
        flag=Status.UNKNOWN,
        support=_support(item),
        links=_links(thing),
    )


def _manager(id: str) -> Manager:
    manager = OF_TYPE.get(id.partition("_")[0])
    if manager is None:
        raise MappingError(f"{id!r} is not the id of a graph, story, event or model")
    return manager


def _url(manager: Manager, id: str, pages: str | None, base: str) -> str:
    """The page for people where its beginning is known, else the data."""
    below = (pages, manager.page) if pages else (base, manager.path)
    return "/".join((below[0].rstrip("/"), below[1], id.partition("_")[2]))


def _summary(thing: _Thing) -> str:
    told = excerpt(thing.description)
    return "" if told.casefold().rstrip(".") == _NO_WORDS else told


def _whole(item: WholeItem, thing: _Thing, language: str) -> str:
    """The description, when an event took place, the arguments of a graph, the chapters of a story."""
    parts = [body(thing.description) if _summary(thing) else "", _when(thing)]
    if thing.graph:
        parts.append(body(argument_graph.told(thing.graph, english=language.startswith("en"))))
    parts += [_chapter(each) for each in _chapters(item, thing)]
    return "\n".join(filter(None, parts))


def _when(thing: _Thing) -> str:
    """The times of an event as the source has them, which is to the minute and in UTC."""
    told = [_minute(each) for each in (thing.starts, thing.ends) if each]
    return f"<p>{' – '.join(dict.fromkeys(told))}</p>" if told else ""


def _minute(value: str) -> str:
    return f"{parse_instant(value):%Y-%m-%d %H:%M} UTC"


def _chapters(item: WholeItem, thing: _Thing) -> list[_Chapter]:
    """The chapters that the story has now, by their numbers; those without one come last, as the story names them."""
    told = (item.part(part) for part in CHAPTERS)
    found = {chapter.id: chapter for chapter in (read(data, _Chapter) for data in told if data)}
    named = [found[id] for id in dict.fromkeys(thing.chapters) if id in found]
    return sorted(named, key=lambda each: (each.number is None, each.number or 0))


def _chapter(chapter: _Chapter) -> str:
    heading, text = line(chapter.title), body(chapter.text)
    return (f"<h3>{html.escape(heading, quote=False)}</h3>\n" if heading and text else "") + text


def _topics(thing: _Thing) -> tuple[Topic, ...]:
    numbers = (each for each in thing.domains if 1 <= each <= len(DOMAINS))
    return tuple(dict.fromkeys(DOMAINS[number - 1][1] for number in numbers))


def _keywords(thing: _Thing) -> tuple[str, ...]:
    """The words of a list that is one text."""
    return tuple(dict.fromkeys(word for each in (thing.keywords or "").split(",") if (word := line(each))))


def _support(item: WholeItem) -> tuple[Support, ...]:
    told = item.part("comments")
    return (Support(unit=Unit.COMMENTS, count=read(told, _Comments).count, part="comments"),) if told else ()


def _links(thing: _Thing) -> tuple[Link, ...]:
    url = address(thing.details)
    return (Link(kind=LinkKind.WEBSITE, value=url, url=url),) if url else ()
