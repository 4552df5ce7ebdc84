"""Addresses for machines that watch, crawl or describe the hub."""

from __future__ import annotations

from aiohttp import web

from folkmoot_hub.web import as_json, asking, openapi
from folkmoot_hub.web.api import OPEN
from folkmoot_hub.web.caching import Answer, answer
from folkmoot_hub.web.problems import Problem
from folkmoot_hub.web.routing import SEGMENTS, Router
from folkmoot_schema import shipped

# The search page has endless addresses; what it finds has one each, and feeds.
_ROBOTS = b"User-agent: *\nDisallow: /?\nDisallow: /api/\nAllow: /\n"


def add_routes(router: Router) -> None:
    """Put the addresses for machines into ``router``."""
    router.add("/healthz", healthz)
    router.add("/readyz", readyz)
    router.add("/robots.txt", robots)
    router.add("/openapi.json", described)
    router.add("/context.jsonld", context)
    router.add("/vocabulary/{name}", vocabulary)


async def healthz(request: web.Request) -> web.StreamResponse:
    """``GET /healthz``: 200 while the program runs."""
    asking.nothing_asked(request)
    return _status(200, "ok")


async def readyz(request: web.Request) -> web.StreamResponse:
    """``GET /readyz``: 200 when the hub can answer searches, 503 before and after."""
    asking.nothing_asked(request)
    ready = await asking.off_loop(asking.face(request).ready)
    return _status(200, "ready") if ready else _status(503, "not ready")


def _status(status: int, word: str) -> web.Response:
    headers = {"Cache-Control": "no-store", "Content-Type": as_json.JSON}
    return web.Response(status=status, body=as_json.encode({"status": word}), headers=headers)


async def robots(request: web.Request) -> web.StreamResponse:
    """``GET /robots.txt`` (RFC 9309)."""
    asking.nothing_asked(request)
    return await answer(request, lambda: Answer(_ROBOTS, "text/plain; charset=utf-8", max_age=3600))


async def described(request: web.Request) -> web.StreamResponse:
    """``GET /openapi.json``."""
    asking.nothing_asked(request)
    face, base = asking.face(request), asking.base(request)

    def made() -> Answer:
        document = openapi.document(face.title, base, face.publishers)
        return Answer(as_json.encode(document), as_json.JSON, headers=OPEN)

    return await answer(request, made)


async def context(request: web.Request) -> web.StreamResponse:
    """``GET /context.jsonld``: the JSON-LD context of what the hub says."""
    asking.nothing_asked(request)
    media = "application/ld+json"
    return await answer(request, lambda: Answer(shipped.context(), media, max_age=3600, headers=OPEN))


async def vocabulary(request: web.Request) -> web.StreamResponse:
    """``GET /vocabulary/<name>.ttl``: our own terms, controlled lists and shapes."""
    asking.nothing_asked(request)
    try:
        body = shipped.vocabulary(request[SEGMENTS]["name"])
    except KeyError as error:
        raise Problem(404, f"there is no such vocabulary; there are {', '.join(shipped.names())}") from error
    media = "text/turtle; charset=utf-8"
    return await answer(request, lambda: Answer(body, media, max_age=3600, headers=OPEN))
