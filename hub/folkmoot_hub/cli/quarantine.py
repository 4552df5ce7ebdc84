"""``folkmoot quarantine``: what could not become a process, and trying it again after a fix."""

from __future__ import annotations

import click
import msgspec

from folkmoot_hub.cli.output import print_json, say, table
from folkmoot_hub.cli.running import DONE, PARTIAL, Group, any_hub
from folkmoot_hub.errors import UsageError
from folkmoot_hub.harvest.quarantine import replay
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.store.protocol import QuarantineRow

_HEAD = ("id", "source", "item", "stage", "since", "error")


@click.group(
    "quarantine",
    cls=Group,
    invoke_without_command=True,
    examples=["folkmoot quarantine", "folkmoot quarantine --source eci --json"],
)
@click.option("--source", metavar="SOURCE", help="Only items of this source.")
@click.option("--json", "as_json", is_flag=True, help="Print each as JSON, payload included, one a line.")
@click.pass_context
def quarantine(context: click.Context, source: str | None, as_json: bool) -> None:
    """List the items that could not become processes, and why."""
    if context.invoked_subcommand is not None:
        if source or as_json:
            raise UsageError("--source and --json list the quarantine; allowed: after the command, where it takes them")
        return
    with any_hub() as hub:
        rows = hub.store.quarantined(hub.site(source).id if source else None)
        if as_json:
            for row in rows:
                print_json(row)
        elif rows:
            table(_HEAD, [(str(r.id), r.source, r.local_id, r.stage, f"{r.at:%Y-%m-%d %H:%M}", r.error) for r in rows])
        else:
            say("nothing is in quarantine")


@quarantine.command("show", examples=["folkmoot quarantine show 3", "folkmoot quarantine show 3 --json"])
@click.argument("id", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print it as one line of JSON.")
def show(id: int, as_json: bool) -> None:
    """Show one item: error, address and payload."""
    with any_hub() as hub:
        row = _find(hub, id)
    if as_json:
        print_json(row)
        return
    for name in ("source", "local_id", "stage", "error", "address", "at", "run"):
        say(f"{name:<9} {getattr(row, name)}")
    for line in msgspec.json.format(msgspec.json.encode(row.payload), indent=2).decode().splitlines():
        say(line)


def _find(hub: Hub, id: int) -> QuarantineRow:
    for row in hub.store.quarantined():
        if row.id == id:
            return row
    raise UsageError(f"{id} is no id of an item in quarantine; allowed: those that folkmoot quarantine lists")


@quarantine.command("replay", examples=["folkmoot quarantine replay eci"])
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each as JSON, one a line.")
@click.pass_context
def replay_command(context: click.Context, source: str, as_json: bool) -> None:
    """Try the items of SOURCE again, without asking it: after a fix of the connector. Exits with 3 if some stay."""
    with any_hub() as hub:
        site = hub.site(source)
        version = hub.registry.connector_version(site.connector)
        done = replay(hub.store, site, hub.connector(site), hub.clock.now(), connector_version=version)
        drain(hub)
    for one in done:
        if as_json:
            print_json(one)
        elif one.kept is None:
            say(f"{one.local_id}: stays: {one.error}")
        else:
            say(f"{one.local_id}: {one.kept}")
    staying = sum(one.kept is None for one in done)
    if not as_json:
        say(f"{len(done) - staying} of {len(done)} items of {source} left quarantine")
    context.exit(PARTIAL if staying else DONE)


COMMANDS = (quarantine,)
