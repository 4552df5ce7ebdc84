"""Routes on the raw path of a request.

aiohttp's own routes see a path whose escapes are partly undone. Local ids hold any character, so here a path is split
at its slashes first and every segment is decoded once, afterwards: ``%2F`` in a segment stays part of the id.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from aiohttp import web

from folkmoot_hub.web.caching import again
from folkmoot_hub.web.problems import Problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: The decoded segments of the path, by the names that the route gives them.
SEGMENTS = web.RequestKey("segments", dict[str, str])
#: The last segment as it was sent, before decoding.
RAW_TAIL = web.RequestKey("raw_tail", str)


class Route(NamedTuple):
    """A pattern such as ``/process/{source}/{id}``; a segment in braces matches any one segment that is not empty."""

    pattern: str
    handler: Handler

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The raw segments that stand for the names in braces, None if the pattern does not fit."""
        expected = self.pattern.split("/")
        if len(expected) != len(segments):
            return None
        found: dict[str, str] = {}
        for want, have in zip(expected, segments, strict=True):
            if want.startswith("{"):
                if not have:
                    return None
                found[want[1:-1]] = have
            elif want != have:
                return None
        return found


class Router:
    """The routes of the application; the first that fits answers."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, pattern: str, handler: Handler) -> None:
        """Let ``handler`` answer GET and HEAD at ``pattern``."""
        self._routes.append(Route(pattern, handler))

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer ``request``; :class:`Problem` 404 if there is no such address, 405 if the method is another."""
        if request.method in _READING and (kept := again(request)) is not None:
            return kept
        segments = request.rel_url.raw_path.split("/")
        for route in self._routes:
            found = route.match(segments)
            if found is None:
                continue
            if request.method == "OPTIONS":
                return web.Response(status=204, headers={"Allow": _ALLOW, "Access-Control-Allow-Methods": "GET, HEAD"})
            if request.method not in _READING:
                raise Problem(405, f"{request.method} is not answered here", allowed=_ALLOW, headers={"Allow": _ALLOW})
            request[SEGMENTS] = _decoded(found)
            request[RAW_TAIL] = segments[-1]
            return await route.handler(request)
        raise Problem(404, "there is nothing at this address")


_READING = ("GET", "HEAD")
_ALLOW = "GET, HEAD, OPTIONS"


def _decoded(segments: Mapping[str, str]) -> dict[str, str]:
    try:
        return {name: unquote_to_bytes(raw).decode("utf-8") for name, raw in segments.items()}
    except UnicodeDecodeError as error:
        raise Problem(404, "there is nothing at this address: its escapes are not UTF-8") from error
