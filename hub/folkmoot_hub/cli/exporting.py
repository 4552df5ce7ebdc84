"""``folkmoot export``: what the hub holds, as a stream on standard output, however much it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

import click
import msgspec

from folkmoot_hub.cli.filters import RESTRICTING, asked, filters
from folkmoot_hub.cli.output import print_json, say, watched, write
from folkmoot_hub.cli.running import Command, base_url, searchable_hub
from folkmoot_hub.hub import Hub
from folkmoot_hub.search.query import MAX_LIMIT, Query, Sort
from folkmoot_hub.web.items import item
from folkmoot_schema import rdf
from folkmoot_schema.process import Record

Records = Iterable[Record]
Languages = tuple[str, ...]
#: So many records are turned into triples at a time.
_STEP: Final = 200
# Which parameters the command takes: it lists everything, in the order in which it came, so that none is about pages.
_PARAMETERS: Final = (*RESTRICTING, "hl")


@click.command(
    "export",
    cls=Command,
    examples=[
        "folkmoot export --format jsonl > processes.jsonl",
        "folkmoot export --format csv status=open country=BE > open-in-belgium.csv",
        "folkmoot export --format nq --source eci | gzip > eci.nq.gz",
    ],
)
@click.option("--format", "form", type=click.Choice(["jsonl", "nq", "ttl", "csv"]), required=True,
              help="jsonl: items of the programming interface, one a line; nq, ttl: RDF, in nq a named graph a source;"
              " csv: one row a process.")  # fmt: skip
@filters(_PARAMETERS)
def export(words: tuple[str, ...], form: str, **options: Any) -> None:
    """Write processes to standard output, all of them or those that a search finds.

    Licence and credit line of its source go with every process. Addresses begin with the hub's base_url.
    """
    wanted = asked(words, options, _PARAMETERS)
    with searchable_hub() as hub:
        if hub.config.base_url is None:
            say(f"folkmoot: base_url is not configured, addresses begin with {base_url(hub)}", err=True)
        total, records = _chosen(hub, wanted)
        _WRITERS[form](watched(records, "exporting", total, printing=True), base_url(hub), _languages(wanted))


def _languages(wanted: Query) -> Languages:
    return (wanted.hl,) if wanted.hl else ()


def _chosen(hub: Hub, wanted: Query) -> tuple[int, Iterator[Record]]:
    """How many there are, and the records one after the other."""
    if not wanted.pairs():
        total = sum(row.processes for row in hub.store.sources())
        return total, (record for _, record in hub.store.all_records())
    # Newest first and by cursor: a position that neither repeats nor skips while the index changes.
    first = msgspec.structs.replace(wanted, sort=Sort.NEWEST, limit=MAX_LIMIT)
    total = hub.index.search(msgspec.structs.replace(first, limit=0)).total
    return total, _found(hub, first)


def _found(hub: Hub, page: Query) -> Iterator[Record]:
    while True:
        result = hub.index.search(page)
        yield from hub.store.by_number(result.numbers)
        if result.next is None:
            return
        page = msgspec.structs.replace(page, cursor=result.next)


def _jsonl(records: Records, hub: str, languages: Languages) -> None:
    for record in records:
        print_json(item(record, hub, languages))


def _nq(records: Records, hub: str, languages: Languages) -> None:
    for some in _steps(records):
        write(rdf.nquads(some, hub))


def _ttl(records: Records, hub: str, languages: Languages) -> None:
    for number, some in enumerate(_steps(records)):
        lines = rdf.turtle(some, hub).splitlines(keepends=True)
        # The prefixes once are enough; a statement never begins with one, a line inside a long text is escaped.
        write(b"".join(line for line in lines if number == 0 or not line.startswith(b"@prefix ")))


def _steps(records: Records) -> Iterator[list[Record]]:
    turn = iter(records)
    while some := list(islice(turn, _STEP)):
        yield some


_COLUMNS: Final[Mapping[str, Callable[[Record, Languages], object]]] = {
    "key": lambda record, _: record.key,
    "source": lambda record, _: record.source,
    "local_id": lambda record, _: record.local_id,
    "kind": lambda record, _: record.process.kind,
    "status": lambda record, _: record.standing.status,
    "opens_at": lambda record, _: record.standing.opens_at,
    "deadline": lambda record, _: record.standing.deadline,
    "deadline_zone": lambda record, _: record.standing.deadline_zone,
    "title": lambda record, languages: record.process.title.best(*languages)[1],
    "title_language": lambda record, languages: record.process.title.best(*languages)[0],
    "country": lambda record, _: record.process.place.country if record.process.place else None,
    "region": lambda record, _: record.process.place.region if record.process.place else None,
    "municipality": lambda record, _: record.process.place.municipality if record.process.place else None,
    "level": lambda record, _: record.process.level,
    "authority": lambda record, languages: (
        record.process.authority.name.best(*languages)[1] if record.process.authority else None
    ),
    "topics": lambda record, _: " ".join(record.process.topics),
    "support": lambda record, _: " ".join(
        f"{one.unit}={'unknown' if one.count is None else one.count}"
        for one in record.process.support
        if one.place is None and one.option is None
    ),
    "availability": lambda record, _: record.process.availability,
    "flags": lambda record, _: " ".join(record.process.flags),
    "url": lambda record, _: record.process.url,
    "updated": lambda record, _: record.updated,
    "licence": lambda record, _: record.licence.id or record.licence.name,
    "licence_url": lambda record, _: record.licence.url,
    "attribution": lambda record, _: record.licence.attribution,
}
# A spreadsheet takes a cell that begins like this for a formula and runs it (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _csv(records: Records, hub: str, languages: Languages) -> None:
    write(_row(_COLUMNS))
    for record in records:
        write(_row(column(record, languages) for column in _COLUMNS.values()))


def _row(cells: Iterable[object]) -> bytes:
    """One line of RFC 4180; what is not known is empty, what looks like a formula gets an apostrophe in front."""
    text = io.StringIO()
    csv.writer(text).writerow([_cell(cell) for cell in cells])
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


_WRITERS: Final[Mapping[str, Callable[[Records, str, Languages], None]]] = {
    "jsonl": _jsonl,
    "nq": _nq,
    "ttl": _ttl,
    "csv": _csv,
}

COMMANDS = (export,)
