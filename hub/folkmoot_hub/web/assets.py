"""The style sheet, under an address that holds the digest of its content, so that it may be kept for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from aiohttp import web

from folkmoot_hub.web.caching import Answer, answer
from folkmoot_hub.web.problems import Problem
from folkmoot_hub.web.routing import SEGMENTS, Router

_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
_NAMES = ("folkmoot.css", "mark.svg")


def add_routes(router: Router) -> None:
    """Put the assets into ``router``."""
    router.add("/static/{name}", asset)


@cache
def _content(name: str) -> bytes:
    return (files("folkmoot_hub.web") / "static" / name).read_bytes()


@cache
def address(name: str) -> str:
    """The address of an asset: ``folkmoot.css`` stands at ``/static/folkmoot.<digest>.css``."""
    stem, _, ending = name.partition(".")
    return f"/static/{stem}.{hashlib.sha256(_content(name)).hexdigest()[:12]}.{ending}"


async def asset(request: web.Request) -> web.StreamResponse:
    """``GET /static/<name>``: 404 for any digest but the present one."""
    wanted = f"/static/{request[SEGMENTS]['name']}"
    found = next((name for name in _NAMES if address(name) == wanted), None)
    if found is None:
        raise Problem(404, "there is nothing at this address")
    media_type = _TYPES[found.rpartition(".")[2]]
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return await answer(request, lambda: Answer(_content(found), media_type, headers=headers))
