"""The programming interface: searches, single processes, the change log and the sources, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.query import Query
from folkmoot_hub.web import addresses, answers, as_json, asking
from folkmoot_hub.web.answers import Changes, Processes, Sources
from folkmoot_hub.web.caching import Answer, answer
from folkmoot_hub.web.finding import found, the_record, the_source
from folkmoot_hub.web.items import item, whole_item
from folkmoot_hub.web.known import known, samples_here, samples_of
from folkmoot_hub.web.readings import readings
from folkmoot_hub.web.routing import SEGMENTS, Router

#: Any page on the web may read what is public.
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link"}
MOST_CHANGES = 1000


def add_routes(router: Router) -> None:
    """Put the programming interface into ``router``."""
    router.add("/api/v1/processes", processes)
    router.add("/api/v1/processes/{source}/{id}", process)
    router.add("/api/v1/processes/{source}/{id}/support", support)
    router.add("/api/v1/changes", changes)
    router.add("/api/v1/sources", sources)
    router.add("/api/v1/sources/{source}", source)


async def processes(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/processes``: one page of a search, with counts if ``facets=1``."""
    query = asking.asked(request)
    base, languages = asking.base(request), asking.reader_languages(request, query.hl)
    face = asking.face(request)

    def made() -> Answer:
        result = found(face, query)
        document = Processes(
            total=result.total,
            items=[item(record, base, languages) for record in result.records],
            facets={name: dict(counts) for name, counts in result.facets.items()},
            next=result.next,
        )
        return _json(document, vary="Accept-Language", headers=_next_link(base, query, result.next))

    return await answer(request, made)


def _next_link(base: str, query: Query, cursor: str | None) -> dict[str, str]:
    """The address of the next page as a header (RFC 8288); ``next`` in the document is the bare cursor."""
    if cursor is None:
        return {}
    return {"Link": f'<{base}{addresses.data(query, cursor)}>; rel="next"'}


async def process(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/processes/<source>/<id>``: everything known of one process."""
    hl = asking.hl(request)
    base, languages = asking.base(request), asking.reader_languages(request, hl)
    face, segments = asking.face(request), request[SEGMENTS]

    def made() -> Answer:
        record = the_record(face, segments)
        observed = face.records.observations(record.source, record.local_id)
        document = whole_item(record, base, observed, languages)
        return _json(document, vary="Accept-Language", modified=max(record.modified, record.seen_at))

    return await answer(request, made)


async def support(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/processes/<source>/<id>/support``: every reading of support of one process."""
    asking.nothing_asked(request)
    face, base, segments = asking.face(request), asking.base(request), request[SEGMENTS]

    def made() -> Answer:
        record = the_record(face, segments)
        document = readings(record, base, face.records.observations(record.source, record.local_id))
        return _json(document, modified=max(record.modified, record.seen_at))

    return await answer(request, made)


async def changes(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/changes?after=&limit=``: the change log after a number that it has reached.

    A reader that is further has read another log (a store was restored): to say "nothing new" would lose it all that
    comes until then.
    """
    asked = asking.nothing_asked(request, ("after", "limit"))
    after = asking.whole_number(asked, "after", 0, 0, 2**53)
    limit = asking.whole_number(asked, "limit", 100, 1, MOST_CHANGES)
    log, base = asking.face(request).changes, asking.base(request)

    def made() -> Answer:
        # The head is read first: what is written meanwhile may be in the entries, never behind a head that hides it.
        head, entries = log.head(), log.changes(after, limit)
        if after > head and not entries:
            problem = f"{after} is beyond the head of the log, {head}"
            raise QueryError("after", problem, f"0 to {head}; who came further has read another log and begins at 0")
        last = entries[-1].seq if entries else after
        items = [answers.change_item(entry, base) for entry in entries]
        return _json(Changes(items=items, next=last, head=max(head, last)), max_age=0)

    return await answer(request, made)


async def sources(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/sources``: every source and its health."""
    asking.nothing_asked(request)
    face, base = asking.face(request), asking.base(request)
    now = face.clock.now()

    def made() -> Answer:
        found = known(face.records, face.sites, now)
        items = [answers.source_item(one, samples_of(one.row.site.id, found), base, now) for one in found]
        return _json(Sources(items=items, broken=[*face.broken]))

    return await answer(request, made)


async def source(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/sources/<source>``: one source, its last runs and what went wrong."""
    asking.nothing_asked(request)
    face, base, name = asking.face(request), asking.base(request), request[SEGMENTS]["source"]
    now = face.clock.now()

    def made() -> Answer:
        watch, troubles = the_source(face, name, now)
        connector = face.connectors.get(watch.row.site.connector)
        samples = samples_here(face.records, face.sites, now, name)
        return _json(answers.whole_source(watch, samples, troubles, connector, base, now))

    return await answer(request, made)


def _json(document: Any, *, headers: Mapping[str, str] | None = None, **kept: Any) -> Answer:
    """``document`` as an answer that any page on the web may read; ``kept`` is further of an :class:`Answer`."""
    return Answer(as_json.encode(document), as_json.JSON, headers={**OPEN, **(headers or {})}, **kept)
