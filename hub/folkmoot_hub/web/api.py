"""The programming interface: searches, single processes, the change log and the sources, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.query import Query
from folkmoot_hub.web import addresses, answers, as_json, asking, strip
from folkmoot_hub.web.answers import Changes, Processes, Sources, WholeSource
from folkmoot_hub.web.caching import answer
from folkmoot_hub.web.finding import Found, found, the_record, the_source
from folkmoot_hub.web.items import WholeItem, item, whole_item
from folkmoot_hub.web.readings import Readings, readings
from folkmoot_hub.web.routing import SEGMENTS, Router
from folkmoot_hub.web.watched import LATEST

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
    result: Found = await asking.off_loop(lambda: found(face, query))

    def document() -> Processes:
        return Processes(
            total=result.total,
            items=[item(record, base, languages) for record in result.records],
            facets={name: dict(counts) for name, counts in result.facets.items()},
            next=result.next,
        )

    link = _next_link(base, query, result.next)
    return await _json(request, document, vary="Accept-Language", headers=link)


def _next_link(base: str, query: Query, cursor: str | None) -> dict[str, str]:
    """The address of the next page as a header (RFC 8288); ``next`` in the document is the bare cursor."""
    if cursor is None:
        return {}
    return {"Link": f'<{base}{addresses.data(query, cursor)}>; rel="next"'}


async def process(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/processes/<source>/<id>``: everything known of one process."""
    hl = asking.hl(request)
    record = await the_record(request)
    base, languages = asking.base(request), asking.reader_languages(request, hl)
    records = asking.face(request).records

    def document() -> WholeItem:
        observed = records.observations(record.source, record.local_id)
        return whole_item(record, base, observed, languages)

    return await _json(request, document, vary="Accept-Language", modified=max(record.modified, record.seen_at))


async def support(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/processes/<source>/<id>/support``: every reading of support of one process."""
    asking.nothing_asked(request)
    record = await the_record(request)
    base, records = asking.base(request), asking.face(request).records

    def document() -> Readings:
        return readings(record, base, records.observations(record.source, record.local_id))

    return await _json(request, document, modified=max(record.modified, record.seen_at))


async def changes(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/changes?after=&limit=``: the change log after a number that it has reached.

    A reader that is further has read another log (a store was restored): to say "nothing new" would lose it all that
    comes until then.
    """
    asked = asking.nothing_asked(request, ("after", "limit"))
    after = asking.whole_number(asked, "after", 0, 0, 2**53)
    limit = asking.whole_number(asked, "limit", 100, 1, MOST_CHANGES)
    log, base = asking.face(request).changes, asking.base(request)

    def document() -> Changes:
        # The head is read first: what is written meanwhile may be in the entries, never behind a head that hides it.
        head, entries = log.head(), log.changes(after, limit)
        if after > head and not entries:
            problem = f"{after} is beyond the head of the log, {head}"
            raise QueryError("after", problem, f"0 to {head}; who came further has read another log and begins at 0")
        last = entries[-1].seq if entries else after
        return Changes(items=[answers.change_item(e, base) for e in entries], next=last, head=max(head, last))

    return await _json(request, document, max_age=0)


async def sources(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/sources``: every source and its health."""
    asking.nothing_asked(request)
    face, base = asking.face(request), asking.base(request)
    now = face.clock.now()

    def document() -> Sources:
        found = face.records.watched(LATEST, strip.since(now))
        return Sources(items=[answers.source_item(one, base, now) for one in found], broken=[*face.broken])

    return await _json(request, document)


async def source(request: web.Request) -> web.StreamResponse:
    """``GET /api/v1/sources/<source>``: one source, its last runs and what went wrong."""
    asking.nothing_asked(request)
    face, base, name = asking.face(request), asking.base(request), request[SEGMENTS]["source"]
    now = face.clock.now()

    def document() -> WholeSource:
        watch, troubles = the_source(face, name, now)
        connector = face.connectors.get(watch.row.site.connector)
        return answers.whole_source(watch, troubles, connector, base, now)

    return await _json(request, document)


async def _json(
    request: web.Request,
    document: Callable[[], Any],
    *,
    vary: str = "",
    modified: datetime | None = None,
    max_age: int = 60,
    headers: dict[str, str] | None = None,
) -> web.StreamResponse:
    """What ``document`` makes, made and written off the loop: hundreds of processes take their time."""
    return await answer(
        request,
        await asking.off_loop(lambda: as_json.encode(document())),
        as_json.JSON,
        modified=modified,
        max_age=max_age,
        vary=vary,
        headers={**OPEN, **(headers or {})},
    )
