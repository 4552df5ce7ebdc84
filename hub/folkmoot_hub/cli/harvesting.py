"""``folkmoot harvest``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from folkmoot_hub.cli.running import DONE, FAILED, PARTIAL, Command, live_hub, print_json
from folkmoot_hub.errors import UsageError
from folkmoot_hub.harvest.run import line
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.store.protocol import RunRow

_EXIT = {"complete": DONE, "partial": PARTIAL, "suspicious": PARTIAL, "failed": FAILED}
_PLACE = click.Path(exists=True, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("harvest", cls=Command)
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@click.option("--all", "every", is_flag=True, help="Every enabled source.")
@click.option("--replay", type=_PLACE, metavar="DIR|FILE", help="Harvest from this recording, without any network.")
@click.option("--record", type=_FOLDER, metavar="DIR", help="Write a recording of what is fetched.")
@click.option("--accept-shrinkage", is_flag=True, help="Believe a list that has become much shorter.")
@click.option("--json", "as_json", is_flag=True, help="Print the row of each run as JSON, one a line.")
@click.pass_context
def harvest_command(
    context: click.Context,
    sources: tuple[str, ...],
    every: bool,
    replay: Path | None,
    record: Path | None,
    accept_shrinkage: bool,
    as_json: bool,
) -> None:
    """Harvest one or more sources.

    A run that was cut off is gone on with. Exits with 0 if every run was complete, 3 if one was partial or suspicious,
    1 if one failed.
    """
    if bool(sources) == every:
        raise UsageError("it is not said what to harvest; allowed: one or more sources, or --all")
    order = Order(replay=replay, record=record, accept_shrinkage=accept_shrinkage)
    if (replay or record) and len(sources) != 1:
        raise UsageError("a recording is of one source; allowed: one source with --replay or --record")
    with live_hub() as hub:
        chosen = sources or tuple(site.id for site in hub.sources.values() if site.enabled)
        rows = [_one(hub, source, order, as_json) for source in chosen]
        drain(hub)
    context.exit(max((_EXIT[row.outcome or "failed"] for row in rows), key=_severity, default=DONE))


def _severity(code: int) -> int:
    return (DONE, PARTIAL, FAILED).index(code)


def _one(hub: Hub, source: str, order: Order, as_json: bool) -> RunRow:
    row = asyncio.run(harvest(hub, hub.site(source), order))
    if as_json:
        print_json(row)
        return row
    click.echo(line(row))
    for part in row.missing_parts:
        click.echo(f"  missing: {part}")
    if row.missing > len(row.missing_parts):
        click.echo(f"  and {row.missing - len(row.missing_parts)} more")
    return row


COMMANDS = (harvest_command,)
