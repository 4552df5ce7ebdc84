"""A connector for old forums, so that tests harvest lists, discussions and an old page out of archives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from folkmoot_hub.connector import LIST, Connector, Item, Request, Response, Run, WholeItem, Yielded
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process


class Forum(Connector):
    """Settings: ``list`` and ``old`` are paths. A topic is an item, its discussion a part of it; an old page is one."""

    id = "forum"
    title = "Old forums"
    homepage = "https://forum.sample.example"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {
        LIST: frozenset({"title", "url"}),
        "detail": frozenset({"text"}),
    }
    settings = frozenset({"list", "old"})

    def start(self, run: Run) -> Iterator[Yielded]:
        yield Request(run.site.url(run.site.setting("list")), expect="html")
        yield Request(run.site.url(run.site.setting("old")), then="old", expect="html")

    def parse(self, response: Response) -> Iterator[Yielded]:
        for link in response.html().all("//a[contains(@href, 'Thread=')]"):
            url = link.link("@href") or ""
            id = parse_qs(urlsplit(url).query)["Thread"][0]
            yield Item(id, {"title": link.text, "url": url})
            yield Request(url, then="discussion", expect="html", item=id)

    def discussion(self, response: Response) -> Iterator[Yielded]:
        assert response.request.item is not None
        yield Item(response.request.item, {"text": response.html().string("//body")}, part="detail")

    def old(self, response: Response) -> Iterator[Yielded]:
        yield Item("old", {"title": response.html().string("//h1"), "url": response.url})

    def map(self, item: WholeItem, run: Run) -> Process:
        body = run.site.text_or_none(item.part("detail").get("text"))
        return Process(kind=Kind.DEBATE, title=run.site.text(item["title"]), url=item["url"], body=body)
