"""``folkmoot sources`` and ``folkmoot drift``."""

from __future__ import annotations

from datetime import datetime

import click
import msgspec

from folkmoot_hub.cli.output import print_json, say, table
from folkmoot_hub.cli.running import Command, any_hub, base_url
from folkmoot_hub.hub import Hub
from folkmoot_hub.store.protocol import RunRow, SourceRow
from folkmoot_hub.web.answers import source_item
from folkmoot_hub.web.health import health

_HEAD = ("source", "title", "enabled", "health", "processes", "last run", "next due")


@click.command(
    "sources",
    cls=Command,
    examples=[
        "folkmoot sources",
        "folkmoot sources eci --json",
        "folkmoot sources --enabled",
    ],
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@click.option("--enabled", is_flag=True, help="Only sources that are harvested.")
@click.option("--json", "as_json", is_flag=True, help="Print each as JSON, one a line, as /api/v1/sources gives it.")
def sources_command(sources: tuple[str, ...], enabled: bool, as_json: bool) -> None:
    """List the sources: all that plugins and configuration know, and how harvesting them goes.

    Health is fresh, late, failing, waiting (never read completely) or paused (not enabled).
    """
    with any_hub(make=True) as hub:
        now = hub.clock.now()
        wanted = {hub.site(source).id for source in sources}
        rows = [
            row for row in _rows(hub) if (not wanted or row.site.id in wanted) and (row.site.enabled or not enabled)
        ]
        latest = {row.site.id: hub.store.runs(row.site.id, 2) for row in rows}
        if as_json:
            for row in rows:
                print_json(source_item(row, latest[row.site.id], base_url(hub), now))
        elif rows:
            table(_HEAD, [_cells(row, latest[row.site.id], now) for row in rows])
        else:
            say("no source is enabled" if enabled else "no plugin or configuration knows a source")


def _rows(hub: Hub) -> list[SourceRow]:
    """Every source that is configured or was harvested, by id, with the settings that hold now."""
    stored = {row.site.id: row for row in hub.store.sources()}
    known = {source: SourceRow(site=site, processes=0) for source, site in hub.sources.items()}
    found = {**known, **stored}
    return [
        msgspec.structs.replace(found[source], site=hub.sources.get(source, found[source].site))
        for source in sorted(found)
    ]


def _cells(row: SourceRow, latest: list[RunRow], now: datetime) -> tuple[str, ...]:
    last = row.last_run
    ran = f"{last.started:%Y-%m-%d %H:%M} {last.outcome or 'running'}" if last else "never"
    due = f"{row.next_due:%Y-%m-%d %H:%M}" if row.next_due else "—"
    word = health(row, latest, now).word
    return row.site.id, row.site.title, "yes" if row.site.enabled else "no", word, str(row.processes), ran, due


@click.command("drift", cls=Command, examples=["folkmoot drift", "folkmoot drift --json"])
@click.option("--json", "as_json", is_flag=True, help="Print each as JSON, one a line.")
def drift(as_json: bool) -> None:
    """List the sources whose answers have another shape than in their last good run, and what differs."""
    with any_hub() as hub:
        drifted = [row for row in hub.store.sources() if row.drifted]
        for row in drifted:
            if as_json:
                print_json({"source": row.site.id, "drifted": row.drifted, "last_complete": row.last_complete})
            else:
                say(f"{row.site.id}: {row.drifted}")
        if not drifted and not as_json:
            say("no source has drifted")


COMMANDS = (sources_command, drift)
