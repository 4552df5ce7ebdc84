"""``folkmoot harvest``."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from folkmoot_hub.cli.output import print_json, say
from folkmoot_hub.cli.running import DONE, FAILED, PARTIAL, Command, live_hub, now_given
from folkmoot_hub.connector import Site
from folkmoot_hub.errors import FolkmootError, UsageError
from folkmoot_hub.fetch.replaying import last_recorded
from folkmoot_hub.harvest.run import line
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.store.protocol import RunRow

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar  # click's own name for what click.progressbar returns

_TICK: Final = 0.5
_EXIT: Final = {"complete": DONE, "partial": PARTIAL, "suspicious": PARTIAL, "failed": FAILED}
PLACE: Final = click.Path(exists=True, path_type=Path)
NEW_FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.command(
    "harvest",
    cls=Command,
    examples=[
        "folkmoot harvest eci",
        "folkmoot harvest --all --json",
        "folkmoot harvest eci --record eci-today",
        "folkmoot --data trial harvest eci --replay eci-today",
    ],
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@click.option("--all", "every", is_flag=True, help="Every enabled source.")
@click.option("--replay", type=PLACE, metavar="DIR|FILE", help="Harvest from this recording, without any network.")
@click.option("--record", type=NEW_FOLDER, metavar="DIR", help="Write a recording of what is fetched.")
@click.option("--accept-shrinkage", is_flag=True, help="Believe a list that has become much shorter.")
@click.option("--accept-drift", is_flag=True, help="Believe answers that have lost fields which they always had.")
@click.option("--json", "as_json", is_flag=True, help="Print the row of each run as JSON, one a line.")
@click.pass_context
def harvest_command(
    context: click.Context,
    sources: tuple[str, ...],
    every: bool,
    replay: Path | None,
    record: Path | None,
    accept_shrinkage: bool,
    accept_drift: bool,
    as_json: bool,
) -> None:
    """Harvest one or more sources.

    A run that was cut off is gone on with. Items that are not kept are those that a source names and its connector
    leaves out, such as drafts. Exits with 0 if every run was complete, 3 if one was partial or suspicious, 1 if one
    failed.
    """
    if sources and every:
        raise UsageError("sources are named and --all is given, too; allowed: one or more sources, or --all")
    if not sources and not every:
        raise UsageError("it is not said what to harvest; allowed: one or more sources, or --all")
    order = Order(replay=replay, record=record, accept_shrinkage=accept_shrinkage, accept_drift=accept_drift)
    if (replay or record) and len(sources) != 1:
        raise UsageError("a recording is of one source; allowed: one source with --replay or --record")

    def possible(hub: Hub) -> None:
        _chosen(hub, sources)
        if replay is None:
            hub.config.fetch_settings()  # which is missing where the web may not be asked

    with live_hub(possible) as hub:
        chosen = _chosen(hub, sources)
        codes = [_one(hub, site, order, as_json) for site in chosen]
        hint_of_age(hub, chosen[0], replay)
        drain(hub)
    context.exit(worst(codes))


def _chosen(hub: Hub, sources: tuple[str, ...]) -> list[Site]:
    """The sources that are named, each once, or all that are enabled."""
    if sources:
        return [hub.site(source) for source in dict.fromkeys(sources)]
    chosen = [site for site in hub.sources.values() if site.enabled]
    if not chosen:
        raise UsageError("no source is enabled; allowed: sources by name, or harvest.enabled in the configuration")
    return chosen


def _one(hub: Hub, site: Site, order: Order, as_json: bool) -> int:
    """Harvest one source and say how it went; what goes wrong in it is no reason to leave out the others."""
    try:
        row = asyncio.run(watched_harvest(hub, site, order))
    except UsageError:
        raise  # of the configuration or the recording: no other source would fare better
    except FolkmootError as error:
        say(f"folkmoot: {site.id}: {error}", err=True)
        return FAILED
    print_json(row) if as_json else tell(row)
    return exit_code(row)


def hint_of_age(hub: Hub, site: Site, replay: Path | None) -> None:
    """Say how a recording is replayed as of its time, where it is older than what its source promises."""
    if replay is None or now_given() or (last := last_recorded(replay)) is None:
        return
    if hub.clock.now() - last > timedelta(seconds=site.interval):
        say(
            f"folkmoot: what was recorded was true on {last:%Y-%m-%d}, and what is open is worked out for today; "
            f"--now {last:%Y-%m-%d} replays it as of then",
            err=True,
        )


async def watched_harvest(hub: Hub, site: Site, order: Order) -> RunRow:
    """Harvest one source, with a bar on standard error if that is a terminal: requests answered of those asked."""
    if not sys.stderr.isatty():
        return await harvest(hub, site, order)
    with click.progressbar(length=1, label=site.id, file=sys.stderr) as bar:
        watching = asyncio.create_task(_watch(hub, site, bar))
        try:
            row = await harvest(hub, site, order)
        finally:
            watching.cancel()
        _move(bar, row)
    return row


async def _watch(hub: Hub, site: Site, bar: ProgressBar[int]) -> None:
    while True:
        await asyncio.sleep(_TICK)
        row = await asyncio.to_thread(hub.store.runs, site.id, 1)
        if row and row[0].outcome is None:
            _move(bar, row[0])


def _move(bar: ProgressBar[int], row: RunRow) -> None:
    bar.length = max(row.asked, row.requests, 1)
    bar.update(row.requests - bar.pos)


def exit_code(row: RunRow) -> int:
    """What the command line says of a run."""
    return _EXIT[row.outcome or "failed"]


def worst(codes: list[int]) -> int:
    """The exit code for several runs together."""
    return max(codes, key=(DONE, PARTIAL, FAILED).index, default=DONE)


def tell(row: RunRow) -> None:
    """Say in words how a run went, and which parts are missing."""
    say(line(row))
    for part in row.missing_parts:
        say(f"  missing: {part}")
    if row.missing > len(row.missing_parts):
        say(f"  and {row.missing - len(row.missing_parts)} more")


COMMANDS = (harvest_command,)
