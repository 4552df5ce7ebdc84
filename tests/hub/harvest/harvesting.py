"""A connector whose answers say in so many words what it yields, a scripted source, and a bench to harvest it on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import (
    Connector,
    Gone,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Seen,
    Site,
    State,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.harvest.run import Harvest, Options
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.store.protocol import Change, QuarantineRow, RunRow
from folkmoot_hub.store.sqlite.store import SqliteStore
from folkmoot_schema.codes import Kind, Status, Unit
from folkmoot_schema.process import Phase, Process, Record, Support

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BASE = "https://sample.example.org"
SITE = Site(id="sample.example.org", connector="sample", title="Sample", base=BASE, languages=("en",))
DAY = timedelta(days=1)
_COUNTED = frozenset({"title", "text", "count", "flag", "closes", "keyword", "place"})


class Sample(Connector):
    """Pages are ``{items, next, total, scope, exhaustive, seen, gone, state}``; rows may name their ``detail``."""

    id = "sample"
    title = "Sample"
    homepage = BASE
    fields = {"list": _COUNTED, "detail": _COUNTED, "feedback": _COUNTED}  # noqa: RUF012 - as connectors have it

    def __init__(self) -> None:
        self.mapped: list[tuple[str, dict[str, Any], frozenset[str]]] = []

    def start(self, run: Run) -> Iterator[Yielded]:
        for path in run.site.setting("start", ["list"]):
            yield Request(run.site.url(path))

    def parse(self, response: Response) -> Iterator[Yielded]:
        page = response.json()
        if not isinstance(page, dict) or "items" not in page:
            raise ParseError(f"the page {response.url} has no items")
        site = response.run.site
        if "scope" in page:
            yield Scope(page["scope"], exhaustive=page.get("exhaustive", False))
        if "total" in page:
            yield Total(page["total"], page.get("scope", "all"))
        for row in page["items"]:
            yield Item(row.get("id"), row)
            yield from _asked(row, site)
        yield from map(Seen, page.get("seen", []))
        yield from (Gone(id, "deleted") for id in page.get("gone", []))
        if "state" in page:
            yield State(page["state"])
        yield from (Request(site.url(path)) for path in page.get("next", []))

    def parse_part(self, response: Response) -> Iterator[Yielded]:
        answer = response.json()
        if "unreadable" in answer:
            raise ParseError(f"{response.url} has another shape")
        yield Item(response.request.item or "", answer, part=response.request.part)
        yield from _asked({"id": response.request.item, **answer}, response.run.site)

    def map(self, item: WholeItem, run: Run) -> Process:
        parts = {name: dict(data) for name, data in item.parts.items()}
        self.mapped.append((item.id, parts, item.missing))
        title = item["title"]
        if title == "unmappable":
            raise MappingError("this title cannot be mapped")
        detail = item.part("detail")
        closes = item.get("closes")
        return Process(
            kind=Kind.CONSULTATION,
            title=run.site.text(title),
            url=f"{BASE}/about/{item.id}",
            body=run.site.text_or_none(detail.get("text")),
            summary=run.site.text_or_none(item.part("feedback").get("text")),
            keywords=(item.get("keyword"),) if item.get("keyword") else (),
            phases=(Phase(closes=closes),) if closes else (),
            flag=Status(item.get("flag", "open")),
            support=tuple(
                Support(unit=Unit.COMMENTS, count=data["count"], part=name)
                for name, data in item.parts.items()
                if "count" in data
            ),
        )


def _asked(row: Mapping[str, Any], site: Site) -> Iterator[Request]:
    for part in ("detail", "feedback"):
        if part in row:
            options = {name: row[name] for name in ("if_failed", "unless_same", "max_age") if name in row}
            yield Request(site.url(row[part]), then="parse_part", item=row["id"], part=part, **options)


@dataclass(frozen=True)
class Answer:
    """One scripted answer. ``etag`` makes it conditional, ``steps`` is how many turns of the loop it takes.

    ``location`` is where it redirects to, with a ``status`` that says so.
    """

    content: Any = None
    status: int = 200
    type: str = "application/json"
    etag: str | None = None
    steps: int = 0
    location: str | None = None

    def recorded(self, path: str, at: datetime) -> dict[str, Any]:
        headers = {"content-type": self.type} | ({"etag": self.etag} if self.etag else {})
        headers |= {"location": SITE.url(self.location)} if self.location else {}
        return {
            "url": SITE.url(path),
            "status": self.status,
            "headers": headers,
            "content": self.content,
            "recorded": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


HTML = Answer("<!doctype html><p>Please log in</p>", type="text/html")


def rows(*ids: Any, **common: Any) -> list[dict[str, Any]]:
    """Rows of a list page with these ids."""
    return [{"id": id, "title": f"Title of {id}", **common} for id in ids]


def page(*ids: Any, items: list[dict[str, Any]] | None = None, **rest: Any) -> dict[str, Any]:
    """A list page with these ids, or these rows."""
    return {"items": rows(*ids) if items is None else items, **rest}


def whole(*ids: Any, **rest: Any) -> dict[str, Any]:
    """A page that is an exhaustive list called ``all``."""
    return page(*ids, scope="all", exhaustive=True, **rest)


class Source:
    """A fetcher that answers from ``answers`` by path, heeds validators, and remembers what it was asked.

    ``before`` is called with each path before it is answered, and may raise.
    """

    def __init__(self, answers: Mapping[str, Any], at: datetime, before: Callable[[str], None] | None = None) -> None:
        self.answers = {path: one if isinstance(one, Answer) else Answer(one) for path, one in answers.items()}
        self.asked: list[str] = []
        self._before = before
        self._replay = ReplayFetcher([one.recorded(path, at) for path, one in self.answers.items()])
        self._at = at

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        path = request.url.removeprefix(f"{BASE}/")
        self.asked.append(path)
        if self._before is not None:
            self._before(path)
        answer = self.answers.get(path, Answer())
        for _ in range(answer.steps):
            await asyncio.sleep(0)
        if validators is not None and validators.etag is not None and validators.etag == answer.etag:
            return Fetched(url=request.url, status=304, headers={}, body=b"", fetched_at=self._at, not_modified=True)
        return await self._replay.fetch(request, site, validators)

    async def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Bench:
    """A store in ``folder``, a clock, a site and a connector; ``source`` is the one of the last run."""

    folder: Path
    site: Site = SITE
    connector: Connector = field(default_factory=Sample)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def __post_init__(self) -> None:
        self.store = SqliteStore(self.folder)
        self.source = Source({}, NOW)

    def run(
        self,
        answers: Mapping[str, Any],
        *,
        before: Callable[[str], None] | None = None,
        via: str = "web",
        **options: Any,
    ) -> RunRow:
        """Harvest from ``answers`` at what the clock says."""
        self.source = Source(answers, self.clock.now(), before)
        return asyncio.run(self.harvest(self.source, via=via, **options).run())

    def harvest(self, source: Source, **options: Any) -> Harvest:
        """A run that has not begun."""
        return Harvest(self.site, self.connector, source, self.store, self.clock, options=Options(**options))

    def next_day(self) -> None:
        """Let a day pass."""
        self.clock.move(DAY)

    def with_settings(self, **changes: Any) -> None:
        """Configure the site anew."""
        self.site = msgspec.structs.replace(self.site, **changes)

    def records(self) -> dict[str, Record]:
        """Every live process by its id."""
        return {record.local_id: record for _, record in self.store.all_records(self.site.id)}

    def record(self, local_id: str) -> Record:
        """One live process."""
        found = self.store.get(self.site.id, local_id)
        assert isinstance(found, Record)
        return found

    def gone(self, local_id: str) -> Tombstone | None:
        """What is left of a process, None if it is there or never was."""
        found = self.store.get(self.site.id, local_id)
        return found if isinstance(found, Tombstone) else None

    def log(self, after: int = 0) -> list[Change]:
        """The change log after ``after``."""
        return self.store.changes(after)

    def brief(self, after: int = 0) -> list[tuple[str, str, str]]:
        """The log as (id, what was done, weight)."""
        return [(each.local_id, each.op.value, each.weight.value) for each in self.log(after)]

    def aside(self) -> dict[str, QuarantineRow]:
        """The quarantine by id."""
        return {row.local_id: row for row in self.store.quarantined(self.site.id)}

    def data(self) -> bytes:
        """Every byte of the data directory."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())


def same_store(bench: Bench) -> dict[str, Any]:
    """What two stores that found the same have in common: records, readings, log, quarantine, without run ids."""
    return {
        "records": {id: _bare(record) for id, record in bench.records().items()},
        "observations": {id: bench.store.observations(bench.site.id, id) for id in bench.records()},
        "log": [
            (each.local_id, each.op, each.weight, each.reason, each.body and _bare(each.body)) for each in bench.log()
        ],
        "quarantine": {id: msgspec.structs.replace(row, id=0, run="") for id, row in bench.aside().items()},
        "runs": [msgspec.structs.replace(row, run="", seconds=0.0) for row in bench.store.runs(bench.site.id)],
        "drifted": [row.drifted for row in bench.store.sources()],
    }


def _bare(record: Record) -> Record:
    provenance = msgspec.structs.replace(record.provenance, run=None)
    return msgspec.structs.replace(record, provenance=provenance)
