"""Synthetic processes and the lists that a source would answer them in: made up, the same for the same numbers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from folkmoot_hub.connector import Connector, Item, Request, Response, Run, Scope, Total, WholeItem, Yielded
from folkmoot_schema.codes import Kind, Stage, Status, Topic, Unit
from folkmoot_schema.process import (
    Organisation,
    Phase,
    Place,
    Process,
    Provenance,
    Record,
    Standing,
    Support,
    Threshold,
)
from folkmoot_schema.texts import Text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_WORDS = (
    "park bridge water school night train forest budget library air noise street market harbour tower garden river "
    "bicycle energy housing climate youth theatre waste light square market hall bus stop playground fountain museum"
).split()
_COUNTRIES = ("DE", "FR", "IT", "PL", "ES", "GR", "FI", "EU")
LANGUAGES = ("de", "fr", "it", "pl", "es", "el", "fi", "en")


def row(number: int) -> dict[str, Any]:
    """Item ``number`` as its source tells it."""
    chance = random.Random(number)
    words = [chance.choice(_WORDS) for _ in range(120)]
    return {
        "id": f"t-{number}",
        "title": " ".join([*words[:6], str(number)]).capitalize(),
        "text": " ".join(words),
        "status": chance.choice(("open", "open", "closed", "answered")),
        "opens": "2026-01-01",
        "closes": f"2026-{chance.randrange(3, 13):02}-{chance.randrange(1, 28):02}",
        "count": chance.randrange(100_000),
        "country": chance.choice(_COUNTRIES),
        "topic": chance.choice(list(Topic)).value,
        "kind": chance.choice(("petition", "consultation", "proposal")),
        "unread": "x" * 200,
    }


def page(number: int, items: int, pages: int, told: str = "") -> bytes:
    """Page ``number`` of a list, as JSON, with ``told`` somewhere that no connector reads."""
    rows = [row(number * items + each) for each in range(items)]
    following = number + 1 if number + 1 < pages else None
    return json.dumps({"total": items * pages, "rows": rows, "next": following, "told": told}).encode()


class Town(Connector):
    """Reads these pages."""

    id = "town"
    title = "Town"
    homepage = "https://town.example"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {"list": frozenset(row(0)) - {"id", "unread"}}

    def start(self, run: Run) -> Iterable[Yielded]:
        """The first page."""
        yield Request(run.site.url("/list/0"))

    def parse(self, response: Response) -> Iterator[Yielded]:
        """One page, and the next one."""
        answer = response.json()
        yield Scope("all", exhaustive=True)
        yield Total(answer["total"], "all")
        for each in answer["rows"]:
            yield Item(each["id"], each)
        if answer["next"] is not None:
            yield Request(response.run.site.url(f"/list/{answer['next']}"))

    def map(self, item: WholeItem, run: Run) -> Process:
        """One item."""
        return process(item.id, item.data)


def process(id: str, data: Mapping[str, Any]) -> Process:
    """The process that an item is."""
    language = LANGUAGES[_COUNTRIES.index(data["country"])]
    return Process(
        kind=Kind(data["kind"]),
        title=Text({language: data["title"]}, language),
        summary=Text({language: data["text"]}, language),
        url=f"https://town.example/{id}",
        organiser=Organisation(name=Text({"en": "The town"}, "en")),
        place=Place(country=data["country"]),
        topics=(Topic(data["topic"]),),
        stage=Stage.AGENDA_SETTING,
        flag=Status(data["status"]),
        phases=(Phase(opens=data["opens"], closes=data["closes"]),),
        support=(Support(unit=Unit.SIGNATURES, count=data["count"], threshold=Threshold(count=50_000)),),
    )


def record(number: int) -> Record:
    """A record as the store gives it."""
    data = row(number)
    made = process(data["id"], data)
    closes = datetime.fromisoformat(data["closes"]).replace(tzinfo=UTC) + timedelta(days=1)
    standing = Standing(status=Status(data["status"]), deadline=data["closes"], deadline_zone="UTC", deadline_at=closes)
    return Record(
        source="town.example",
        local_id=data["id"],
        process=made,
        standing=standing,
        provenance=Provenance(
            source="town.example", fetched_at=NOW, digest="0" * 64, connector="town", connector_version="1"
        ),
        first_seen=NOW,
        updated=NOW - timedelta(seconds=number),
        seen_at=NOW,
    )
