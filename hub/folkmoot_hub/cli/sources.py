"""``folkmoot sources`` and ``folkmoot drift``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click
import msgspec

from folkmoot_hub.cli.output import print_json, say, table
from folkmoot_hub.cli.running import Command, any_hub, base_url, configuration, is_hub, passing_hub
from folkmoot_hub.hub import Hub
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.store.protocol import SourceRow, Watch
from folkmoot_hub.web import strip
from folkmoot_hub.web.answers import source_item
from folkmoot_hub.web.health import health
from folkmoot_hub.web.watched import LATEST

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

    Health is fresh, late, failing, waiting (never read completely), archived (its platform ended) or paused (not
    enabled).
    """
    config = configuration()
    with any_hub() if is_hub(config) else passing_hub(config, load_plugins()) as hub:
        now = hub.clock.now()
        wanted = {hub.site(source).id for source in sources}
        found = [
            one
            for one in _known(hub, now)
            if (not wanted or one.row.site.id in wanted) and (one.row.site.enabled or not enabled)
        ]
        if as_json:
            for one in found:
                print_json(source_item(one, base_url(hub), now))
        elif found:
            table(_HEAD, [_cells(one, now) for one in found])
        else:
            say("no source is enabled" if enabled else "no plugin or configuration knows a source")


def _known(hub: Hub, now: datetime) -> Iterator[Watch]:
    """Every source that is configured or was harvested, by id, with the settings that hold now."""
    stored = {one.row.site.id: one for one in hub.store.watched(LATEST, strip.since(now))}
    known = {source: Watch(row=SourceRow(site=site, processes=0)) for source, site in hub.sources.items()}
    for source, one in sorted({**known, **stored}.items()):
        row = msgspec.structs.replace(one.row, site=hub.sources.get(source, one.row.site))
        yield msgspec.structs.replace(one, row=row)


def _cells(one: Watch, now: datetime) -> tuple[str, ...]:
    row, last = one.row, one.row.last_run
    ran = f"{last.started:%Y-%m-%d %H:%M} {last.outcome or 'running'}" if last else "never"
    due = f"{row.next_due:%Y-%m-%d %H:%M}" if row.next_due else "—"
    word = health(row, one.runs, now).word
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
