"""The servers that benchmarks ask: each a process of its own, on 127.0.0.1."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, NamedTuple

from aiohttp import web


class Server(NamedTuple):
    """A server that runs: where, and as which process."""

    address: str
    process: int
    times: IO[str]

    def seconds(self) -> float:
        """The processor seconds, user and system, that it has taken by now."""
        os.kill(self.process, signal.SIGUSR1)
        return float(self.times.readline())


@contextmanager
def served(bodies: Mapping[str, bytes], content_type: str = "application/json") -> Iterator[str]:
    """Serve ``bodies`` by path; the base address."""
    with serving(lambda: _bodies(bodies, content_type)) as server:
        yield server.address


def _bodies(bodies: Mapping[str, bytes], content_type: str) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        body = bodies.get(request.path)
        if body is None:
            return web.Response(status=404)
        return web.Response(body=body, headers={"content-type": content_type})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    return app


@contextmanager
def serving(make: Callable[[], web.Application]) -> Iterator[Server]:
    """Serve what ``make`` makes in a child of this process, which is ended by its process id."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_serve(make(), theirs))
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        try:
            yield Server(f"http://127.0.0.1:{int(pipe.readline())}", child, pipe)
        finally:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)


async def _serve(app: web.Application, told: int) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell() -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        os.write(told, f"{usage.ru_utime + usage.ru_stime}\n".encode())

    loop.add_signal_handler(signal.SIGUSR1, tell)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    os.write(told, f"{runner.addresses[0][1]}\n".encode())
    await stop.wait()
    await runner.cleanup()
