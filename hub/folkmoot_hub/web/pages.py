"""The pages for people: search, a process, the sources."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from aiohttp import web

from folkmoot_hub.errors import QueryError
from folkmoot_hub.publisher import Publisher
from folkmoot_hub.search.query import MAX_LIMIT, PARAMETERS, Query
from folkmoot_hub.web import addresses, asking, health, manner, things, watched
from folkmoot_hub.web.caching import A_PAGE, Answer, answer
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.finding import the_record, the_source
from folkmoot_hub.web.known import samples_here
from folkmoot_hub.web.over_time import over_time
from folkmoot_hub.web.rendering import render
from folkmoot_hub.web.results import results
from folkmoot_hub.web.routing import SEGMENTS, Router
from folkmoot_hub.web.standing import is_nowhere
from folkmoot_hub.web.texts import INTERFACE
from folkmoot_hub.web.texts import web as linked
from folkmoot_hub.web.whole import whole
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Record

#: A page takes what a search takes, except what is for programs.
PAGE_PARAMETERS = tuple(name for name in PARAMETERS if name not in {"cursor", "facets"})
HTML = "text/html; charset=utf-8"
#: So many changes stand on the page of a process; older ones on further pages, of which so many are asked for at most.
CHANGES: Final = 20
MOST_PAGES: Final = 500


def add_routes(router: Router) -> None:
    """Put the pages into ``router``."""
    router.add("/", search)
    router.add("/process/{source}/{id}", process)
    router.add("/sources", sources)
    router.add("/sources/{source}", source)


async def search(request: web.Request) -> web.StreamResponse:
    """``GET /``: the home page, which shows what is open; with any parameter, the results of that search."""
    query = asking.asked(request, PAGE_PARAMETERS)
    if query.limit < 1:
        raise QueryError("limit", "0 shows nothing on a page", f"a whole number from 1 to {MAX_LIMIT}")
    front = not msgspec.structs.replace(query, hl=None).pairs(presentation=True)
    if front:
        query = msgspec.structs.replace(query, status=(Status.OPEN,))
    page, languages = _page(request, query.hl), _languages(request, query.hl)

    def made() -> Answer:
        face = page.face
        return page.made(
            "search.html",
            results=results(face, query, front, languages, page.now),
            feeds=_feeds(face, query),
            canonical=addresses.home(query.hl) if front else addresses.search(query),
            alternates=_alternates(face, query),
            robots="" if front else "noindex",
        )

    return await answer(request, made)


def _alternates(face: HubFace, query: Query) -> list[tuple[str, str, str]]:
    """The same search in other forms: media type, title, address."""
    channels = [(_bare(one.media_type), one.title, addresses.channel(one, query)) for one in face.publishers]
    return [*channels, ("application/json", "JSON", addresses.data(query))]


def _feeds(face: HubFace, query: Query) -> list[tuple[str, str, str]]:
    """The channels that a page offers to follow the search by: word, address, icon."""
    return [(one.word, addresses.channel(one, query), _icon(one)) for one in face.publishers if one.word]


def _icon(publisher: Publisher) -> str:
    return "calendar" if _bare(publisher.media_type) == "text/calendar" else "feed"


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0]


async def process(request: web.Request) -> web.StreamResponse:
    """``GET /process/<source>/<id>``: everything known of one process; 410 with the reason if it is gone."""
    asked = asking.nothing_asked(request, ("changes", "hl"))
    at, hl = asking.whole_number(asked, "changes", 1, 1, MOST_PAGES), asking.language(asked)
    page, languages, segments = _page(request, hl), _languages(request, hl), request[SEGMENTS]

    def made() -> Answer:
        records = page.face.records
        record = the_record(page.face, segments)
        key = record.source, record.local_id
        history = records.history(*key, limit=CHANGES + 1, skip=CHANGES * (at - 1))
        made = whole(record, records.site(record.source), history[-CHANGES:], languages, page.now)
        address = addresses.local(f"/process/{record.path}", hl)
        return page.made(
            "process.html",
            record=record,
            whole=made,
            over=over_time(record.process, records.observations(*key)),
            data=f"/api/v1/processes/{record.path}/support",
            newer=_changes(address, at - 1) if at > 1 else None,
            older=_changes(address, at + 1) if len(history) > CHANGES and at < MOST_PAGES else None,
            origin=None if is_nowhere(record) else linked(record.provenance.url) or linked(record.process.url),
            licence=linked(record.licence.url),
            feeds=_feeds(page.face, Query(source=(record.source,), hl=hl)),
            canonical=address,
            alternates=_forms(record),
        )

    return await answer(request, made)


def _changes(address: str, page: int) -> str:
    """A page of the changes of the process at ``address``."""
    asked = "" if page == 1 else f"{'&' if '?' in address else '?'}changes={page}"
    return f"{address}{asked}#changes"


def _forms(record: Record) -> list[tuple[str, str, str]]:
    """The process as data: media type, title, address."""
    as_thing = [(_bare(form.media_type), form.title, f"/id/{record.path}{end}") for end, form in things.FORMS.items()]
    return [*as_thing, ("application/json", "JSON", f"/api/v1/processes/{record.path}")]


async def sources(request: web.Request) -> web.StreamResponse:
    """``GET /sources``: every source and how harvesting it goes; every plugin that was not taken, and why."""
    hl = asking.hl(request)
    page = _page(request, hl)

    def made() -> Answer:
        every = watched.all_watched(page.face, page.now)
        found = [one for one in every if one.met]
        return page.made(
            "sources.html",
            sources=found,
            others=sorted((one for one in every if not one.met), key=lambda one: one.row.site.title.casefold()),
            totals={word: sum(1 for one in found if one.health.word == word) for word in health.ORDER},
            canonical=addresses.local("/sources", hl),
            alternates=[("application/json", "JSON", "/api/v1/sources")],
        )

    return await answer(request, made)


async def source(request: web.Request) -> web.StreamResponse:
    """``GET /sources/<id>``: one source, its last runs and what its connector says of itself."""
    hl, name = asking.hl(request), request[SEGMENTS]["source"]
    page = _page(request, hl)

    def made() -> Answer:
        watch, troubles = the_source(page.face, name, page.now)
        row, connector = watch.row, page.face.connectors.get(watch.row.site.connector)
        query = Query(source=(name,), hl=hl)
        return page.made(
            "source.html",
            reading=manner.reading(row, page.now),
            licence=linked(row.site.licence.url),
            politeness=manner.politeness(row.site, page.face.robots),
            is_asked=manner.is_asked(row.site),
            watched=watched.watched(watch, page.now, samples_here(page.face.records, page.face.sites, page.now, name)),
            runs=watch.runs,
            last=watched.last_ended(watch.runs),
            troubles=troubles,
            outcome=watched.outcome,
            reasons=watched.reasons,
            version=connector.version if connector else None,
            fields=watched.fields(connector),
            documentation=watched.documentation(connector),
            canonical=addresses.local(f"/sources/{name}", hl),
            alternates=_alternates(page.face, query),
            processes=addresses.search(query),
        )

    return await answer(request, made)


def _languages(request: web.Request, hl: str | None) -> tuple[str, ...]:
    """The reader's languages and last that of the interface: an English page rather shows an English title."""
    return (*asking.reader_languages(request, hl), INTERFACE)


class Page(NamedTuple):
    """What every page needs, taken from the request before the page is made in a thread."""

    face: HubFace
    hl: str | None
    base: str
    now: datetime

    def made(self, template: str, **values: Any) -> Answer:
        """The page that ``template`` makes of ``values``."""
        body = render(template, **self._asdict(), **values)
        return Answer(body, HTML, max_age=A_PAGE, vary="Accept-Language")


def _page(request: web.Request, hl: str | None) -> Page:
    face = asking.face(request)
    return Page(face, hl, asking.base(request), face.clock.now())
