"""A source whose lists change from round to round, and the connector that reads it: made up, for the tests of kills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from folkmoot_hub.connector import (
    Connector,
    Gone,
    Item,
    MappingError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import Kind, Status, Unit
from folkmoot_schema.process import Phase, Process, Support

BASE = "https://rounds.example.org"
SITE = Site(id="rounds.example.org", connector="rounds", title="Rounds", base=BASE, concurrency=2, languages=("en",))
ITEMS, PAGE, ROUNDS = 36, 12, 3


class Rounds(Connector):
    """Lists in pages, a detail for every item; every sixth item cannot be mapped by this version."""

    id = "rounds"
    title = "Rounds"
    homepage = BASE
    fields: ClassVar[Mapping[str, frozenset[str]]] = {
        "list": frozenset({"title", "count", "status", "closes"}),
        "detail": frozenset({"text", "odd"}),
    }

    def start(self, run: Run) -> Iterable[Yielded]:
        yield Request(run.site.url("/list?page=0"))

    def parse(self, response: Response) -> Iterator[Yielded]:
        answer = response.json()
        yield Scope("all", exhaustive=True)
        yield Total(answer["total"], "all")
        for row in answer["rows"]:
            if row.get("deleted"):
                yield Gone(row["id"], "deleted there")
                continue
            yield Item(row["id"], row)
            url = response.run.site.url(f"/detail/{row['id']}")
            yield Request(url, then="parse_detail", item=row["id"], unless_same=row["text"])
        if answer["next"] is not None:
            yield Request(response.run.site.url(f"/list?page={answer['next']}"))

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        assert response.request.item is not None
        yield Item(response.request.item, response.json(), part="detail")

    def map(self, item: WholeItem, run: Run) -> Process:
        if item.part("detail").get("odd") and not self.can_odd:
            raise MappingError(f"{item.id} is odd")
        return Process(
            kind=Kind.PETITION,
            title=run.site.text(item["title"]),
            url=f"{BASE}/{item.id}",
            body=run.site.text_or_none(item.part("detail").get("text")),
            flag=Status(item["status"]),
            phases=(Phase(opens="2026-01-01", closes=item["closes"]),),
            support=(Support(unit=Unit.SIGNATURES, count=item["count"]),),
        )

    can_odd = False


class Mended(Rounds):
    """The version that can map every item."""

    version = "2"
    can_odd = True


def answers(turn: int) -> list[dict[str, Any]]:
    """What the source answers in round ``turn``, as the responses of a recording."""
    rows = [row for row in (_row(number, turn) for number in range(ITEMS)) if row]
    there = [row for row in rows if not row.get("deleted")]
    found = [
        {
            "url": f"{BASE}/list?page={page}",
            "headers": {"content-type": "application/json"},
            "content": {
                "total": len(there),
                "rows": rows[page * PAGE : (page + 1) * PAGE],
                "next": page + 1 if (page + 1) * PAGE < len(rows) else None,
            },
        }
        for page in range((len(rows) + PAGE - 1) // PAGE)
    ]
    for row in there:
        content = {"text": f"Text {row['text']}", "odd": int(row["id"].removeprefix("p-")) % 6 == 5}
        headers = {"content-type": "application/json"}
        found.append({"url": f"{BASE}/detail/{row['id']}", "headers": headers, "content": content})
    return found


def _row(number: int, turn: int) -> dict[str, Any] | None:
    """Item ``number`` in round ``turn``: some come later, some go, some are deleted, counts and texts move."""
    if number % 9 == 7 and turn < 1:
        return None
    if number % 12 == 10 and turn >= 2:
        return None
    return {
        "id": f"p-{number}",
        "deleted": number % 12 == 3 and turn >= 1,
        "title": f"Petition {number}{' as amended' if number % 5 == 0 and turn >= 2 else ''}",
        "text": f"{number}-{turn if number % 4 == 0 else 0}",
        "count": 10 * number + (turn if number % 2 else 0),
        "status": "closed" if number % 7 == 2 and turn >= 1 else "open",
        "closes": f"2026-0{3 + number % 3}-1{number % 10}",
    }
