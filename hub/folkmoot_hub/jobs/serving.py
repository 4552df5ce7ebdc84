"""Serving: the web application, the readers of the log, and the scheduler where it is wanted, in one process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any

from aiohttp import web

from folkmoot_hub.errors import IndexingError, UsageError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import harvest, web_fetcher
from folkmoot_hub.jobs.owner import Owner, must_own, owning
from folkmoot_hub.jobs.scheduler import Scheduler
from folkmoot_hub.search.warming import warm
from folkmoot_hub.store import locks
from folkmoot_hub.web.app import create_app, create_runner

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
#: So many seconds answers under way may take to end when the hub is told to stop.
_GRACE = 5.0


async def serve(
    hub: Hub,
    host: str,
    port: int,
    *,
    schedule: bool = False,
    announce: Callable[[str], None] = lambda address: None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until told to stop (by signal, or by ``stop``); ``announce`` gets the address when the hub can answer.

    With ``schedule`` the enabled sources are harvested at their rhythm, too. ``UsageError`` if the address is taken, or
    another process serves the same data directory.
    """
    if schedule:
        hub.config.fetch_settings()  # to say now, and not at the first harvest, that the contact is missing
    stop = stop or asyncio.Event()
    with _signals(stop):
        try:
            with owning(hub) as owner:
                await _serve(hub, owner, host, port, schedule, announce, stop)
        except locks.Held as held:
            raise must_own(held, hub) from None


async def _serve(
    hub: Hub,
    owner: Owner,
    host: str,
    port: int,
    schedule: bool,
    announce: Callable[[str], None],
    stop: asyncio.Event,
) -> None:
    await asyncio.to_thread(hub.register_sources)
    if not await _caught_up(owner, stop):
        return
    face = replace(hub.face(), ready=lambda: owner.ready)
    runner = create_runner(create_app(face), shutdown_timeout=_GRACE)
    await runner.setup()
    try:
        address = await _listen(runner, host, port)
        async with _scheduling(hub, schedule) as harvests:
            announce(address)
            async with _warming(hub):
                await _until(stop, owner.run(), *harvests)
    finally:
        await runner.cleanup()


async def _caught_up(owner: Owner, stop: asyncio.Event) -> bool:
    """Let the readers catch up; False if told to stop meanwhile, after which the owner's end stops them, too."""
    work = asyncio.ensure_future(asyncio.to_thread(owner.catch_up))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not work.done():
        return False
    work.result()
    return True


@contextlib.asynccontextmanager
async def _scheduling(hub: Hub, schedule: bool) -> AsyncIterator[list[Coroutine[Any, Any, None]]]:
    """What harvests beside the web application: the scheduler with one fetcher for all sources, or nothing."""
    if not schedule:
        yield []
        return
    fetcher = web_fetcher(hub)
    try:
        yield [Scheduler(hub, lambda site: harvest(hub, site, web=fetcher)).run()]
    finally:
        await fetcher.close()


@contextlib.asynccontextmanager
async def _warming(hub: Hub) -> AsyncIterator[None]:
    """Meanwhile, load what the first search would have to wait for; at the end no more is begun."""
    ended = threading.Event()

    def work() -> None:
        with contextlib.suppress(IndexingError):  # whoever searches is told
            warm(hub.index, ended.is_set)

    warming = asyncio.create_task(asyncio.to_thread(work))
    try:
        yield
    finally:
        ended.set()
        await warming


async def _until(stop: asyncio.Event, *works: Coroutine[Any, Any, None]) -> None:
    """Let all of ``works`` go on until told to stop, or one of them fails: its error is raised."""
    waiting = asyncio.create_task(stop.wait())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait({waiting, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (waiting, *tasks):
            task.cancel()
        await asyncio.gather(waiting, *tasks, return_exceptions=True)


async def _listen(runner: web.AppRunner, host: str, port: int) -> str:
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        problem = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(
            f"{host}:{port} cannot be listened on: {problem}; allowed: a free --port (0 picks one) and a --host of ours"
        ) from None
    bound, real, *_ = runner.addresses[0]
    name = f"[{bound}]" if ":" in str(bound) else bound
    return f"http://{name}:{real}"


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    before = {}
    for name in _SIGNALS:
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):  # not in the main thread
            handler = signal.getsignal(name)
            loop.add_signal_handler(name, stop.set)
            before[name] = handler
    try:
        yield
    finally:
        for name, handler in before.items():
            loop.remove_signal_handler(name)
            signal.signal(name, handler)
