"""The processes as things of linked data: 303 to the representation that the client prefers, and these themselves.

``/id/<source>/<id>`` names the process, not a document about it (Cool URIs for the Semantic Web, W3C 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NamedTuple

from aiohttp import web

from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.web import as_json, asking
from folkmoot_hub.web.api import OPEN
from folkmoot_hub.web.caching import Answer, answer
from folkmoot_hub.web.finding import present, the_record
from folkmoot_hub.web.negotiation import best
from folkmoot_hub.web.problems import Problem
from folkmoot_hub.web.routing import RAW_TAIL, SEGMENTS, Router
from folkmoot_schema import jsonld, rdf
from folkmoot_schema.process import Record


class Form(NamedTuple):
    """One form in which a process can be had as data."""

    title: str
    media_type: str
    write: Callable[[Record, str], bytes]


FORMS: Final[Mapping[str, Form]] = {
    ".jsonld": Form(
        "JSON-LD", "application/ld+json", lambda record, hub: as_json.encode(jsonld.to_jsonld(record, hub))
    ),
    ".ttl": Form("Turtle", "text/turtle; charset=utf-8", lambda record, hub: rdf.turtle([record], hub)),
    ".nt": Form("N-Triples", "application/n-triples", lambda record, hub: rdf.ntriples([record], hub)),
}
#: What Accept may name, best first, and the suffix that it leads to; "" is the page for people.
OFFERED: Final[Mapping[str, str]] = {
    "text/html": "",
    "application/ld+json": ".jsonld",
    "application/json": ".jsonld",
    "text/turtle": ".ttl",
    "application/n-triples": ".nt",
}


def add_routes(router: Router) -> None:
    """Put the things into ``router``."""
    router.add("/id/{source}/{id}", thing)


async def thing(request: web.Request) -> web.StreamResponse:
    """``GET /id/<source>/<id>``, and the same with ``.jsonld``, ``.ttl`` or ``.nt`` behind it.

    An id may end in ``.ttl`` itself. The suffix means the form if what is before it is a process; written ``%2Ettl``
    it always belongs to the id.
    """
    asking.nothing_asked(request)
    source, local_id = request[SEGMENTS]["source"], request[SEGMENTS]["id"]
    records, hub = asking.face(request).records, asking.base(request)
    for suffix in FORMS:
        if request[RAW_TAIL].endswith(suffix) and len(local_id) > len(suffix):
            there = await asking.off_loop(partial(records.get, source, local_id[: -len(suffix)]))
            if there is not None:
                return await answer(request, partial(_data, FORMS[suffix], there, hub))
    return _see_other(request, await asking.off_loop(lambda: the_record(asking.face(request), request[SEGMENTS])))


def _data(form: Form, there: Record | Tombstone, hub: str) -> Answer:
    record = present(there)
    return Answer(
        form.write(record, hub),
        form.media_type,
        modified=max(record.updated, record.seen_at),
        headers={**OPEN, "Link": f'<{hub}/id/{record.path}>; rel="describes"'},
    )


def _see_other(request: web.Request, record: Record) -> web.StreamResponse:
    """303 to the form that Accept prefers; :class:`Problem` 406 with what there is if it takes none."""
    base = asking.base(request)
    addresses = {media: address(base, record, suffix) for media, suffix in OFFERED.items()}
    chosen = best(request.headers.get("Accept"), list(addresses))
    if chosen is None:
        detail = "there is no representation that Accept takes"
        raise Problem(406, detail, parameter="Accept", allowed=", ".join(addresses), available=addresses)
    headers = {"Location": addresses[chosen], "Vary": "Accept", "Cache-Control": "public, max-age=60", **OPEN}
    return web.Response(status=303, headers=headers)


def address(base: str, record: Record, suffix: str) -> str:
    """The address of a form of ``record``; "" is the page."""
    return f"{base}/id/{record.path}{suffix}" if suffix else f"{base}/process/{record.path}"
