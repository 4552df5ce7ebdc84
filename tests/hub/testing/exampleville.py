"""A connector that keeps the contract, of a platform that is not there: a list in two pages, and details."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from folkmoot_hub.connector import Connector, Item, ParseError, Request, Response, Run, Scope, Total, WholeItem, Yielded
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Phase, Process


class Exampleville(Connector):
    """Consultations of Exampleville.

    Platform
        A platform made up for tests.
    Access
        JSON in pages. Setting: ``page`` (default 1) is the page that comes first.
    Caveats
        None.
    Licence
        None, since there is nothing.
    Personal data
        The contact is not kept.
    """

    id = "exampleville"
    title = "Exampleville"
    homepage = "https://www.exampleville.example"
    fields: ClassVar = {"list": frozenset({"title", "closes"}), "detail": frozenset({"text"})}
    settings = frozenset({"page"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The first page."""
        yield Request(run.site.url("/api/list", page=run.site.setting("page", 1)))

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page of the list: its entries, their details, the next page."""
        answer = response.json()
        if not isinstance(answer, dict) or not isinstance(answer.get("entries"), list):
            raise ParseError(f"{response.url} is no list")
        site = response.run.site
        yield Scope("all", exhaustive=True)
        yield Total(answer["total"])
        for entry in answer["entries"]:
            yield Item(entry["id"], entry)
            yield Request(site.url("/api/detail", id=entry["id"]), then="parse_detail", item=entry["id"])
        if answer["next"]:
            yield Request(site.url("/api/list", page=answer["next"]))

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        """The details of one entry."""
        yield Item(response.request.item or "", response.json(), part="detail")

    def map(self, item: WholeItem, run: Run) -> Process:
        """An entry."""
        return Process(
            kind=Kind.CONSULTATION,
            title=run.site.text(item["title"]),
            url=run.site.url("/consultation", id=item.id),
            body=run.site.html_or_none(item.part("detail").get("text")),
            phases=(Phase(closes=item.get("closes"), zone=run.site.zone),),
        )
