"""``folkmoot search``."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from folkmoot_hub.cli.filters import asked, filters
from folkmoot_hub.cli.output import print_json, say
from folkmoot_hub.cli.running import Command, base_url, searchable_hub
from folkmoot_hub.hub import Hub
from folkmoot_hub.search import query
from folkmoot_hub.search.query import Query
from folkmoot_hub.web.answers import Processes
from folkmoot_hub.web.finding import Found, found
from folkmoot_hub.web.items import item
from folkmoot_schema.process import Record

NO_DATE = "—"


@click.command(
    "search",
    cls=Command,
    examples=[
        "folkmoot search clean water",
        "folkmoot search status=open country=BE country=EU --sort closing",
        "folkmoot search --kind petition --facets --limit 0",
        "folkmoot search bees --json | head -n 1",
    ],
)
@filters(query.PARAMETERS)
@click.option("--facets", is_flag=True, help="Count the values of the seven groups, too.")
@click.option("--json", "as_json", is_flag=True,
              help="Print each process as JSON, one a line; with --facets the whole answer in one line.")  # fmt: skip
def search(words: tuple[str, ...], facets: bool, as_json: bool, **options: Any) -> None:
    """Search the hub, with the parameters of its programming interface.

    Prints a line for each process: status, deadline, title, key. How many there are in all is told on standard error.
    """
    given = asked(words, options, query.PARAMETERS)
    wanted = msgspec.structs.replace(given, facets=facets or given.facets)
    with searchable_hub() as hub:
        result = found(hub.face(), wanted)
        if as_json:
            _print_json(hub, wanted, result)
        else:
            _print(wanted, result)


def _print_json(hub: Hub, wanted: Query, result: Found) -> None:
    items = [item(record, base_url(hub), _languages(wanted)) for record in result.records]
    if wanted.facets:
        counts = {name: dict(values) for name, values in result.facets.items()}
        print_json(Processes(total=result.total, items=items, facets=counts, next=result.next))
        return
    for one in items:
        print_json(one)


def _print(wanted: Query, result: Found) -> None:
    for record in result.records:
        say(line(record, _languages(wanted)))
    for group, counts in result.facets.items():
        say(f"{group}: {', '.join(f'{value} {count}' for value, count in counts.items()) or NO_DATE}")
    more = f"; more with --cursor {result.next}" if result.next else ""
    say(f"{len(result.records)} of {result.total} processes{more}", err=True)


def line(record: Record, languages: tuple[str, ...] = ()) -> str:
    """A process in one line: status, deadline, title, key."""
    standing = record.standing
    _, title = record.process.title.best(*languages)
    return f"{standing.status:<12}  {standing.deadline or NO_DATE:<10}  {title}  {record.key}"


def _languages(wanted: Query) -> tuple[str, ...]:
    return (wanted.hl,) if wanted.hl else ()


COMMANDS = (search,)
