"""A hub that serves within the test, and asking it over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from lxml import etree, html

from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.serving import serve

_ATOM = {"a": "http://www.w3.org/2005/Atom"}


class Asked:
    """What a hub at ``address`` answers."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address = address
        self.session = session

    async def get(self, path: str, status: int = 200, **headers: str) -> bytes:
        """The body of ``path``."""
        async with self.session.get(self.address + path, headers=headers) as response:
            body = await response.read()
            assert response.status == status, (path, response.status, body)
            return body

    async def json(self, path: str) -> Any:
        """The document at ``path``."""
        async with self.session.get(self.address + path) as response:
            assert response.status == 200, (path, response.status, await response.text())
            return await response.json()

    async def page(self, path: str) -> str:
        """The text of the page at ``path``, white space folded."""
        tree = html.document_fromstring((await self.get(path, Accept="text/html")).decode())
        return " ".join(tree.text_content().split())

    async def feed(self, path: str) -> list[tuple[str, str]]:
        """The titles and ``updated`` of the entries of the Atom feed at ``path``."""
        tree = etree.fromstring(await self.get(path))
        return [
            (str(entry.findtext("a:title", namespaces=_ATOM)), str(entry.findtext("a:updated", namespaces=_ATOM)))
            for entry in tree.findall("a:entry", _ATOM)
        ]


@asynccontextmanager
async def served(hub: Hub, *, schedule: bool = False) -> AsyncIterator[Asked]:
    """``hub`` served on a free port of 127.0.0.1 for as long as this lasts."""
    stop = asyncio.Event()
    there: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(hub, "127.0.0.1", 0, schedule=schedule, announce=there.set_result, stop=stop))
    await asyncio.wait({serving, there}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    try:
        async with aiohttp.ClientSession() as session:
            yield Asked(await there, session)
    finally:
        stop.set()
        await serving
