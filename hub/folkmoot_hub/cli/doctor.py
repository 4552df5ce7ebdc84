"""``folkmoot doctor``: what is set up, what is missing, what is broken."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import click
import msgspec

from folkmoot_hub.cli.output import print_json, say
from folkmoot_hub.cli.running import DEFAULT_BASE, DONE, FAILED, Command, clock, configuration
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.config import Config
from folkmoot_hub.errors import FolkmootError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.owner import owner_of
from folkmoot_hub.jobs.samples import is_marked
from folkmoot_hub.registry import Registry, load_plugins
from folkmoot_hub.search.reader import READER
from folkmoot_hub.sources import configured_sources
from folkmoot_hub.store.sqlite.migrations import VERSION
from folkmoot_hub.store.sqlite.store import FILE

#: Less room than this on the disk is worth a word, in bytes.
_ROOM: Final = 500_000_000
#: A clock that is so far behind what the store has seen is wrong.
_BEHIND: Final = timedelta(minutes=5)

#: How long a broker may take to accept a connection, in seconds.
_PATIENCE: Final = 2.0
#: Where brokers listen if their address does not say.
_PORTS: Final = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at. ``note``: worth knowing; ``bad``: the hub cannot do its work."""

    what: str
    word: Literal["good", "note", "bad"]
    detail: str


Checks = Iterator[Check]


@click.command("doctor", cls=Command, examples=["folkmoot doctor", "folkmoot --data demo-data doctor --json"])
@click.option("--json", "as_json", is_flag=True, help="Print each check as JSON, one a line.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Look at configuration, plugins, data directory, index and clock. Exits with 1 if something is bad.

    Nothing is harvested, built or mended, and no source is asked.
    """
    bad = False
    for check in _all():
        bad = bad or check.word == "bad"
        if as_json:
            print_json(check)
        else:
            say(f"{check.word:<5} {check.what:<14} {check.detail}")
    context.exit(FAILED if bad else DONE)


def _all() -> Checks:
    try:
        config = configuration()
    except FolkmootError as error:
        yield Check(what="configuration", word="bad", detail=str(error))
        return
    registry = load_plugins()
    yield from _configuration(config)
    wrong = list(_safely("sources", lambda: _sites(config, registry)))
    yield from _plugins(registry)
    yield from _directory(config.data)
    yield from wrong or _safely("sources", lambda: _hub(config, registry))


def _safely(what: str, checks: Callable[[], Checks]) -> Checks:
    try:
        yield from checks()
    except FolkmootError as error:
        yield Check(what=what, word="bad", detail=str(error))


def _sites(config: Config, registry: Registry) -> Checks:
    """Nothing if each site can be harvested as it is configured; what is broken stands in ``registry`` afterwards."""
    configured_sources(registry, config, clock().now())
    yield from ()


def _configuration(config: Config) -> Checks:
    yield Check(what="configuration", word="good", detail=config.file)
    yield _given("contact", config.contact, "missing: nothing can be harvested from the web (contact = 'you@…')")
    yield _given("base_url", config.base_url, f"not configured: exported addresses begin with {DEFAULT_BASE}")
    yield from (Check(what="secrets", word="note", detail=problem) for problem in config.secrets.problems())
    if config.broker:
        yield _broker(config.broker)
    now = clock()
    stands = " (it stands still: --now or FOLKMOOT_NOW)" if isinstance(now, FixedClock) else ""
    yield Check(what="clock", word="note" if stands else "good", detail=f"{now.now():%Y-%m-%d %H:%M:%S}Z{stands}")


def _given(what: str, value: str | None, otherwise: str) -> Check:
    return Check(what=what, word="good" if value else "note", detail=value or otherwise)


def _broker(address: str) -> Check:
    """Whether the broker takes a connection; its address is shown without a password."""
    parts = urlsplit(address)
    if parts.scheme == "memory":
        return Check(what="broker", word="note", detail="memory:// reaches nobody beyond one process")
    try:
        host, port = parts.hostname or "127.0.0.1", parts.port or _PORTS[parts.scheme]
        socket.create_connection((host, port), timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        return Check(what="broker", word="note", detail=f"{parts.scheme}://{parts.hostname}: {_problem(error)}")
    return Check(what="broker", word="good", detail=f"{parts.scheme}://{host}:{port} takes connections")


def _problem(error: Exception) -> str:
    return f"it cannot be reached: {getattr(error, 'strerror', None) or error}"


def _plugins(registry: Registry) -> Checks:
    connectors, channels = ", ".join(registry.connectors), ", ".join(one.id for one in registry.publishers)
    yield Check(what="connectors", word="good" if connectors else "bad", detail=connectors or "none is installed")
    yield Check(what="channels", word="good" if channels else "note", detail=channels or "none is installed")
    for one in registry.broken:
        where = " ".join(part for part in (one.name, one.distribution, one.version) if part)
        yield Check(what="broken plugin", word="note", detail=f"{where}: {one.reason}")


def _directory(data: Path) -> Checks:
    there = next(parent for parent in (data, *data.absolute().parents) if parent.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        yield Check(what="data", word="bad", detail=f"{data} cannot be written")
        return
    kind = " (samples)" if is_marked(data) else ""
    yield Check(what="data", word="good", detail=f"{data}{kind}{'' if there == data else ' (not made yet)'}")
    free = shutil.disk_usage(there).free
    yield Check(what="disk", word="good" if free > _ROOM else "note", detail=f"{free // 1_000_000:,} MB are free")


def _hub(config: Config, registry: Registry) -> Checks:
    if not (config.data / FILE).exists():
        yield Check(what="store", word="note", detail="none yet: nothing was harvested")
        return
    with Hub(config, clock(), registry) as hub:
        yield Check(what="store", word="good", detail=f"{config.data / FILE}, version {VERSION}")
        yield from _sources(hub)
        owner = owner_of(hub)
        yield Check(what="served", word="good", detail=owner or "by nobody just now")
        yield from _safely("index", lambda: _index(hub))


def _sources(hub: Hub) -> Checks:
    rows = hub.store.sources()
    enabled = sum(site.enabled for site in hub.sources.values())
    held = sum(row.processes for row in rows)
    yield Check(what="sources", word="good" if enabled or is_marked(hub.config.data) else "note",
                detail=f"{enabled} enabled of {len(hub.sources)}; {held} processes of {len(rows)} sources")  # fmt: skip
    yield from (Check(what="drifted", word="note", detail=f"{r.site.id}: {r.drifted}") for r in rows if r.drifted)
    if aside := sum(row.quarantined for row in rows):
        yield Check(what="quarantine", word="note", detail=f"{aside} items (folkmoot quarantine)")
    latest = max((row.last_run.started for row in rows if row.last_run), default=None)
    if latest and latest - hub.clock.now() > _BEHIND and not is_marked(hub.config.data):
        yield Check(
            what="clock", word="bad", detail=f"it is behind the last run, which began at {latest:%Y-%m-%d %H:%M}Z"
        )


def _index(hub: Hub) -> Checks:
    if not hub.index_folder.exists():
        yield Check(what="index", word="note", detail="none yet: it is built by the next command that needs it")
        return
    held, behind = len(hub.index.numbers()), hub.store.head() - hub.store.cursor(READER)
    late = f", {behind} numbers of the log behind" if behind else ""
    yield Check(what="index", word="note" if behind else "good", detail=f"{held} processes{late}")


COMMANDS = (doctor,)
