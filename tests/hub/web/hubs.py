"""A hub that tests can fill and ask, over HTTP on 127.0.0.1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from lxml import html
from yarl import URL

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.web.app import create_app
from folkmoot_hub.web.face import HubFace
from folkmoot_schema.process import Record
from hub.web.building import NOW, SOURCE
from hub.web.publishing import Lines
from hub.web.standin import StandIn


@dataclass
class Answer:
    """What came back: whole."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def page(self) -> Any:
        """The page as a tree of elements."""
        return html.document_fromstring(self.body.decode())

    def texts(self, xpath: str) -> list[str]:
        """The texts of what ``xpath`` selects, white space folded."""
        return [
            " ".join((one if isinstance(one, str) else one.text_content()).split()) for one in self.page.xpath(xpath)
        ]


class Hub:
    """A hub that can be filled and asked."""

    def __init__(self, store: StandIn) -> None:
        self.store = store
        self.index = TantivyIndex()
        self.clock = FixedClock(NOW)
        self.face = HubFace(records=store, changes=store, index=self.index, publishers=[Lines()], clock=self.clock)
        self.client: Any = None

    def put(self, *records: Record, at: datetime = NOW) -> None:
        """Hold ``records``, in store and index."""
        self.index.apply([(self.store.put(record, at), record) for record in records], [])

    def remove(self, local_id: str, source: str = SOURCE, reason: str = "", at: datetime = NOW) -> None:
        """Delete a process, as its source did."""
        self.index.apply([], [self.store.remove(source, local_id, at, reason)])

    async def start(self, **face: Any) -> None:
        """Serve; keyword arguments change the face."""
        await self.stop()
        self.face = replace(self.face, **face)
        self.client = TestClient(TestServer(create_app(self.face), host="127.0.0.1"), auto_decompress=False)
        await self.client.start_server()

    async def stop(self) -> None:
        """Serve no more."""
        if self.client is not None:
            await self.client.close()

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """What ``path``, taken as it is, answers; redirects are not followed. ``Accept_Language`` sends that header."""
        if self.client is None:
            await self.start()
        sent = {"Accept-Encoding": "identity", **{name.replace("_", "-"): value for name, value in headers.items()}}
        address = URL(str(self.client.make_url("/")).rstrip("/") + path, encoded=True)
        response: ClientResponse
        async with self.client.session.request(method, address, headers=sent, allow_redirects=False) as response:
            return Answer(response.status, response.headers, await response.read())
