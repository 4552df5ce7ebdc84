"""``folkmoot sources`` and ``folkmoot drift``."""

from __future__ import annotations

from datetime import datetime

import click

from folkmoot_hub.cli.output import print_json, say, table
from folkmoot_hub.cli.running import Command, any_hub, base_url, configuration, is_hub, passing_hub
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.store.protocol import Watch
from folkmoot_hub.web.answers import source_item
from folkmoot_hub.web.health import health
from folkmoot_hub.web.known import known, samples_of
from folkmoot_hub.web.watched import completeness, last_ended

_HEAD = ("source", "connector", "reach", "proven on", "health", "processes", "items read", "last complete", "next due")


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

    Reach is what there is of a platform: live, archived (copies of it, as in a web archive), record-only (what others
    wrote down of it) or unreachable. What its reading was proven on is, the strongest first: recorded (true answers of
    the software), self-run (answers of the software, run by us), vendor-example (examples of its makers), composite
    (true values in a form that nobody has seen), shape (the form that its code gives, the values invented) or inferred.

    Items read are those that the last run understood, of how many the platform states; where only some of its lists
    state a number, more may be read than that.

    Health is fresh, late, failing, waiting (not read completely yet), archived (its platform ended), paused (not
    enabled) or off (nor ever read). Processes of samples are invented, and never counted as those of a source.
    """
    config = configuration()
    with any_hub() if is_hub(config) else passing_hub(config, load_plugins()) as hub:
        now = hub.clock.now()
        wanted = {hub.known_site(source).id for source in sources}
        every = known(hub.store, hub.known, now)
        found = [
            (one, samples_of(one.row.site.id, every))
            for one in every
            if (not wanted or one.row.site.id in wanted) and (one.row.site.enabled or not enabled)
        ]
        if as_json:
            for one, samples in found:
                print_json(source_item(one, samples, base_url(hub), now))
        elif found:
            table(_HEAD, [_cells(one, sum(each.processes for each in samples), now) for one, samples in found])
        else:
            say("no source is enabled" if enabled else "no plugin or configuration knows a source")


def _cells(one: Watch, samples: int, now: datetime) -> tuple[str, ...]:
    row, state = one.row, health(one.row, one.runs, now)
    return (
        row.site.id,
        row.site.connector,
        row.site.reach,
        row.site.evidence or "not stated",
        state.word,
        f"{row.processes}, {samples} of samples" if samples else str(row.processes),
        completeness(row, last_ended(one.runs), state),
        _time(row.last_complete) or "never",
        _time(row.next_due if row.site.enabled else None) or "—",
    )


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


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
