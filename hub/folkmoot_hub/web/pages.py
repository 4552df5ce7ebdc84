"""The pages for people: search, a process, the sources."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from folkmoot_hub.errors import QueryError
from folkmoot_hub.publisher import Publisher
from folkmoot_hub.search.query import MAX_LIMIT, PARAMETERS, Query
from folkmoot_hub.web import addresses, asking, health, things, watched, words
from folkmoot_hub.web.caching import answer, page_age
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.finding import the_record, the_source
from folkmoot_hub.web.over_time import over_time
from folkmoot_hub.web.rendering import render
from folkmoot_hub.web.results import results
from folkmoot_hub.web.routing import SEGMENTS, Router
from folkmoot_hub.web.texts import INTERFACE
from folkmoot_hub.web.texts import web as linked
from folkmoot_hub.web.whole import whole
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Record

#: A page takes what a search takes, except what is for programs.
PAGE_PARAMETERS = tuple(name for name in PARAMETERS if name not in {"cursor", "facets"})
HTML = "text/html; charset=utf-8"


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
    face, languages = asking.face(request), _languages(request, query.hl)
    now = face.clock.now()
    made = await asking.off_loop(lambda: results(face, query, front, languages, now))
    return await _page(
        request,
        "search.html",
        query.hl,
        results=made,
        feeds=_feeds(face, query),
        canonical=addresses.home(query.hl) if front else addresses.search(query),
        alternates=_alternates(face, query),
        robots="" if front else "noindex",
    )


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
    hl = asking.hl(request)
    record = await the_record(request)
    face, languages = asking.face(request), _languages(request, hl)
    records, now = face.records, face.clock.now()
    key = record.source, record.local_id
    site, history, over = await asking.off_loop(
        lambda: (
            records.source(record.source),
            records.history(*key),
            over_time(record.process, records.observations(*key)),
        )
    )
    made = whole(record, site, history, languages, now)
    return await _page(
        request,
        "process.html",
        hl,
        record=record,
        whole=made,
        over=over,
        data=f"/api/v1/processes/{record.path}/support",
        origin=linked(record.provenance.url) or linked(record.process.url),
        licence=linked(record.licence.url),
        feeds=_feeds(face, Query(source=(record.source,), hl=hl)),
        canonical=addresses.local(f"/process/{record.path}", hl),
        alternates=_forms(record),
    )


def _forms(record: Record) -> list[tuple[str, str, str]]:
    """The process as data: media type, title, address."""
    as_thing = [(_bare(form.media_type), form.title, f"/id/{record.path}{end}") for end, form in things.FORMS.items()]
    return [*as_thing, ("application/json", "JSON", f"/api/v1/processes/{record.path}")]


async def sources(request: web.Request) -> web.StreamResponse:
    """``GET /sources``: every source and how harvesting it goes; every plugin that was not taken, and why."""
    hl, face = asking.hl(request), asking.face(request)
    now = face.clock.now()
    found = await asking.off_loop(lambda: watched.all_watched(face, now))
    totals = {word: sum(1 for one in found if one.health.word == word) for word in health.ORDER}
    return await _page(
        request,
        "sources.html",
        hl,
        sources=found,
        totals=totals,
        canonical=addresses.local("/sources", hl),
        alternates=[("application/json", "JSON", "/api/v1/sources")],
    )


async def source(request: web.Request) -> web.StreamResponse:
    """``GET /sources/<id>``: one source, its last runs and what its connector says of itself."""
    hl, face, name = asking.hl(request), asking.face(request), request[SEGMENTS]["source"]
    now = face.clock.now()
    watch, troubles = await asking.off_loop(lambda: the_source(face, name, now))
    row, connector = watch.row, face.connectors.get(watch.row.site.connector)
    query = Query(source=(name,), hl=hl)
    return await _page(
        request,
        "source.html",
        hl,
        interval=words.duration(row.site.interval),
        licence=linked(row.site.licence.url),
        pace=watched.pace(row.site),
        watched=watched.watched(watch, now),
        runs=watch.runs,
        last=watched.last_ended(watch.runs),
        troubles=troubles,
        outcome=watched.outcome,
        version=connector.version if connector else None,
        fields=watched.fields(connector),
        documentation=watched.documentation(connector),
        canonical=addresses.local(f"/sources/{name}", hl),
        alternates=_alternates(face, query),
        processes=addresses.search(query),
    )


def _languages(request: web.Request, hl: str | None) -> tuple[str, ...]:
    """The reader's languages and last that of the interface: an English page rather shows an English title."""
    return (*asking.reader_languages(request, hl), INTERFACE)


async def _page(request: web.Request, template: str, hl: str | None, **values: Any) -> web.StreamResponse:
    face, base = asking.face(request), asking.base(request)
    now = face.clock.now()
    body = render(template, face=face, hl=hl, base=base, now=now, **values)
    return await answer(request, body, HTML, max_age=page_age(now), vary="Accept-Language")
