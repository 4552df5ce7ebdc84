"""The server that the benchmarks of fetching ask: a process of its own, on 127.0.0.1."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aiohttp import web


@contextmanager
def served(bodies: Mapping[str, bytes], content_type: str = "application/json") -> Iterator[str]:
    """Serve ``bodies`` by path; the base address. The server is ended by its process id."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_serve(bodies, content_type, theirs))
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        port = int(pipe.readline())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


async def _serve(bodies: Mapping[str, bytes], content_type: str, port: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        body = bodies.get(request.path)
        if body is None:
            return web.Response(status=404)
        return web.Response(body=body, headers={"content-type": content_type})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    os.write(port, f"{runner.addresses[0][1]}\n".encode())
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()
