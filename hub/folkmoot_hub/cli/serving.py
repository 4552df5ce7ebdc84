"""``folkmoot demo``, ``up`` and ``serve``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from folkmoot_hub.cli.output import print_json, say
from folkmoot_hub.cli.running import (
    DONE,
    FAILED,
    Command,
    clock,
    configuration,
    live_hub,
    log_to_standard_error,
    now_given,
)
from folkmoot_hub.config import default_data
from folkmoot_hub.connector import Sample
from folkmoot_hub.harvest.run import line
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.jobs.samples import harvest_samples, sample_hub
from folkmoot_hub.jobs.serving import serve
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.store.protocol import RunRow

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def _listening(command: _Decorated) -> _Decorated:
    port = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
                        help="The port; 0 picks one and prints it.")  # fmt: skip
    host = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
    return host(port(command))


@click.command("demo", cls=Command, examples=["folkmoot demo", "folkmoot demo --port 0", "folkmoot demo --once --json"])
@_listening
@click.option("--once", is_flag=True, help="Harvest the samples and end.")
@click.option("--json", "as_json", is_flag=True, help="Print the row of each run as JSON, one a line.")
@click.pass_context
def demo(context: click.Context, host: str, port: int, once: bool, as_json: bool) -> None:
    """Harvest the samples of every connector and serve them, without any network.

    Everything in it is invented and says so. The clock stands still at the moment at which the samples are true, or at
    --now.
    """
    config = configuration()
    if "data" not in context.find_root().ensure_object(dict) and not os.environ.get("FOLKMOOT_DATA"):
        config = msgspec.structs.replace(config, data=_demo_data())
    with sample_hub(config, load_plugins()) as hub:
        if now_given():
            hub.clock = clock()

        def told(sample: Sample, row: RunRow) -> None:
            print_json(row) if as_json else say(line(row))

        rows = asyncio.run(harvest_samples(hub, told))
        if once:
            drain(hub)
            context.exit(DONE if all(row.outcome == "complete" for row in rows) else FAILED)
        _serve(hub, host, port, schedule=False)


def _demo_data() -> Path:
    live = default_data(os.environ)
    return live.with_name(f"{live.name}-demo")


@click.command("serve", cls=Command, examples=["folkmoot serve", "folkmoot serve --host 0.0.0.0 --port 8080"])
@_listening
def serve_command(host: str, port: int) -> None:
    """Serve the hub: pages, programming interface, feeds. Nothing is harvested; other commands may."""
    log_to_standard_error()
    with live_hub() as hub:
        _serve(hub, host, port, schedule=False)


@click.command("up", cls=Command, examples=["folkmoot up", "folkmoot --config folkmoot.toml up --port 8080"])
@_listening
def up(host: str, port: int) -> None:
    """Serve the hub and harvest every enabled source at its rhythm."""
    log_to_standard_error()
    with live_hub(lambda hub: hub.config.fetch_settings()) as hub:
        _serve(hub, host, port, schedule=True)


def _serve(hub: Hub, host: str, port: int, *, schedule: bool) -> None:
    def announce(address: str) -> None:
        say(f"{hub.config.title} at {address}  (Ctrl+C ends it)")

    asyncio.run(serve(hub, host, port, schedule=schedule, announce=announce))


COMMANDS = (demo, up, serve_command)
