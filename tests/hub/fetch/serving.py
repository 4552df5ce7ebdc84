"""What tests of fetching share: a server on the loopback, and a time that passes only when somebody sleeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.test_utils import TestServer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Time:
    """Seconds that pass only in ``sleep``; ``slept`` says how long each sleep was."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class Server:
    """A web server whose answers a test sets per path; ``asked`` holds the requests that came."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[str] = []
        self._handlers: dict[str, Handler] = {}
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app, host="127.0.0.1")

    def url(self, path: str = "/") -> str:
        return str(self.server.make_url(path))

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def on(self, path: str, handler: Handler) -> None:
        self._handlers[path] = handler

    def say(self, path: str, body: bytes | str = b"{}", status: int = 200, **headers: str) -> None:
        """Answer ``path`` with this; ``_`` in the names of headers stands for ``-``."""
        named = {"content-type": "application/json"} | {name.replace("_", "-"): v for name, v in headers.items()}
        raw = body.encode() if isinstance(body, str) else body

        async def handler(request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=raw, headers=named)

        self._handlers[path] = handler

    def say_in_turn(self, path: str, *answers: tuple[int, dict[str, str], bytes]) -> None:
        """Answer ``path`` with each of ``answers`` (status, headers, body), then go on with the last."""
        left = list(answers)

        async def handler(request: web.Request) -> web.StreamResponse:
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            return web.Response(status=status, headers={"content-type": "application/json"} | headers, body=body)

        self._handlers[path] = handler

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.text())
        handler = self._handlers.get(request.path)
        return await handler(request) if handler else web.Response(status=404)
