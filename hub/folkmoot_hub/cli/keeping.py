"""Looking after a data directory: ``backup``, ``restore``, ``migrate``, ``reindex`` and ``erase``."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from folkmoot_hub.cli.output import print_json, say
from folkmoot_hub.cli.running import FAILED, Command, any_hub, configuration, live_hub, must_be_hub
from folkmoot_hub.cli.showing import the_record
from folkmoot_hub.config import FILE_NAME
from folkmoot_hub.errors import StoreError, UsageError
from folkmoot_hub.jobs.owner import drain, must_own, owning
from folkmoot_hub.store import locks
from folkmoot_hub.store.sqlite.migrations import APPLICATION_ID, VERSION
from folkmoot_hub.store.sqlite.store import FILE

_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup", cls=Command, examples=["folkmoot backup folkmoot-backup.db"])
@click.argument("file", type=_NEW_FILE)
def backup(file: Path) -> None:
    """Copy the store to FILE, as it is at one moment, while everything goes on.

    The search index is not in it: it is built anew when the copy is restored.
    """
    if file.exists():
        raise UsageError(f"{file} is there already; allowed: a file that is not")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"{file.parent} is no folder; allowed: a file in one that is there")
    must_be_hub()
    with live_hub() as hub:
        _copied(file, hub.store.backup)
    say(f"{file}: {file.stat().st_size:,} bytes")


@click.command("restore", cls=Command, examples=["folkmoot --data new-folder restore folkmoot-backup.db"])
@click.argument("file", type=_OLD_FILE)
def restore(file: Path) -> None:
    """Make a hub of FILE, which folkmoot backup wrote, in a data directory that is empty but for its configuration."""
    data = configuration().data
    if data.exists() and (others := sorted({found.name for found in data.iterdir()} - {FILE_NAME})):
        raise UsageError(f"{data} is not empty ({others[0]}); allowed: a data directory (--data) without a hub")
    _check(file)
    data.mkdir(parents=True, exist_ok=True)
    _copied(data / FILE, lambda draft: _copy(file, draft))
    with live_hub() as hub:
        drain(hub)
        say(f"{data}: {sum(row.processes for row in hub.store.sources())} processes")


def _copied(target: Path, copy: Callable[[Path], None]) -> None:
    """Let ``copy`` write ``target`` under another name first, so that nothing half-written ever bears its own."""
    draft = target.with_name(f"{target.name}.part")
    try:
        copy(draft)
        os.replace(draft, target)
    except sqlite3.Error as error:
        raise StoreError(f"{target}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _check(file: Path) -> None:
    """``UsageError`` unless ``file`` is a whole store of a hub, of a version that this one knows."""
    try:
        with closing(_read_only(file)) as connection:
            mark, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in
                             ("application_id", "user_version"))  # fmt: skip
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise UsageError(f"{file}: {error}; allowed: a file that folkmoot backup wrote") from error
    if mark != APPLICATION_ID:
        raise UsageError(f"{file} is a database of another program; allowed: a file that folkmoot backup wrote")
    if version > VERSION:
        raise UsageError(f"{file} has version {version} of the schema, from a newer hub; allowed: up to {VERSION}")
    if sound != "ok":
        raise UsageError(f"{file} is damaged: {sound}; allowed: a file that is whole")


def _copy(file: Path, target: Path) -> None:
    with closing(_read_only(file)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@click.command("migrate", cls=Command, examples=["folkmoot migrate", "folkmoot migrate --json"])
@click.option("--json", "as_json", is_flag=True, help="Print the versions as JSON.")
def migrate(as_json: bool) -> None:
    """Bring the store to the present version of its schema, as every command does that opens it, and print it."""
    must_be_hub()
    file = configuration().data / FILE
    before = _version(file)
    with any_hub():
        after = _version(file)
    if as_json:
        print_json({"store": str(file), "before": before, "after": after})
    else:
        said = "as it was" if before == after else f"it was {before}"
        say(f"{file}: version {after} ({said})")


def _version(file: Path) -> int:
    try:
        with closing(_read_only(file)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise StoreError(f"the store {file}: {error}") from error


@click.command("reindex", cls=Command, examples=["folkmoot reindex"])
def reindex() -> None:
    """Build the search index anew from the store. Not while the hub is served: stop it first."""
    with any_hub() as hub:
        try:
            with owning(hub) as owner:
                owner.catch_up()
                owner.rebuild()
        except locks.Held as held:
            raise must_own(held, hub) from None
        say(f"{hub.index_folder}: {len(hub.index.numbers())} processes")


@click.command(
    "erase",
    cls=Command,
    examples=[
        'folkmoot erase urn:folkmoot:eci:2024%2F900001 --reason "asked for by the person named in it"',
        'folkmoot erase eci/2024/900001 --reason "published by mistake" --yes',
    ],
)
@click.argument("process", metavar="KEY|SOURCE/ID")
@click.option("--reason", required=True, help="Why; it is published with the tombstone.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.pass_context
def erase(context: click.Context, process: str, reason: str, yes: bool) -> None:
    """Forget a process for good: every text, count, version and payload of it. A tombstone stays in every channel.

    It does not come back when its source is harvested again. Backups and recordings made before still hold it.
    """
    if not reason.strip():
        raise UsageError("--reason: it is empty; allowed: a sentence, which is published")
    with any_hub() as hub:
        record = the_record(hub, process)
        _, title = record.process.title.best()
        say(f"{record.key}: {title}", err=True)
        if not yes and not _meant("Forget it for good?"):
            say("nothing was done", err=True)
            context.exit(FAILED)
        if not hub.store.erase(record.source, record.local_id, reason.strip(), hub.clock.now()):
            raise UsageError(f"{record.key} was erased meanwhile")
        drain(hub)
        say(f"{record.key} is erased")


def _meant(question: str) -> bool:
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        say(err=True)  # the question still stands there, and what is said next has a line of its own
        raise


COMMANDS = (backup, restore, migrate, reindex, erase)
