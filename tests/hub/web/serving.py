"""The application in a thread of its own, for clients that block."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from folkmoot_hub.web.app import create_runner


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    """The address of ``app``, served on 127.0.0.1 while the context lasts."""
    loop, started = asyncio.new_event_loop(), threading.Event()
    runner = create_runner(app)
    address: list[str] = []

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        started.set()

    def work() -> None:
        loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert started.wait(10), "the application did not start"
        yield address[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
