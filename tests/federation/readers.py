"""Programs that people read feeds and calendars with, each asked for what it understood."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest


class Read(NamedTuple):
    """What a reader shows of one entry; ``at`` is its date in seconds since 1970."""

    id: str
    title: str
    address: str
    at: int


class Listed(NamedTuple):
    """What a calendar shows of one event; ``begins`` is a day or a local time, as the program writes it."""

    begins: str
    title: str
    uid: str
    address: str
    status: str


def program(name: str) -> str:
    """The path of a program; the test is skipped where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} (make services installs it)")
    return found


def newsboat(address: str, folder: Path) -> list[Read]:
    """What newsboat fetches from ``address``, by its cache; one for each address, since it keeps an id once only."""
    folder.mkdir(parents=True)
    urls, cache = folder / "urls", folder / "cache.db"
    urls.write_text(f"{address}\n")
    _run([program("newsboat"), "-u", urls, "-c", cache, "-C", os.devnull, "-x", "reload"], folder)
    with closing(sqlite3.connect(cache)) as database:
        return [Read(*row) for row in database.execute("SELECT guid, title, url, pubDate FROM rss_item")]


def sfeed(document: bytes, folder: Path) -> list[Read]:
    """What sfeed makes of a feed: a line for each entry, fields between tabs (sfeed(5))."""
    folder.mkdir(parents=True)
    lines = _run([program("sfeed")], folder, document).splitlines()
    rows = [line.split("\t") for line in lines]
    return [Read(id=row[5], title=row[1], address=row[2], at=int(row[0])) for row in rows]


def khal(document: bytes, folder: Path, zone: str, since: str, days: int) -> list[Listed]:
    """What khal shows, in a time zone, of the days after ``since`` once it has imported a calendar."""
    (folder / "calendar").mkdir(parents=True)
    config, source = folder / "config", folder / "deadlines.ics"
    source.write_bytes(document)
    config.write_text(_KHAL.format(folder=folder, zone=zone))
    command = [program("khal"), "--config", config]
    _run([*command, "import", "--batch", source], folder)
    form = "\x1f".join(("{start-long}", "{title}", "{uid}", "{url}", "{status}"))
    shown = _run([*command, "list", "--format", form, "--day-format", "", since, f"{days}d"], folder)
    return [Listed(*(field.strip() for field in line.split("\x1f"))) for line in shown.splitlines() if line]


_KHAL = """\
[calendars]
[[all]]
path = {folder}/calendar
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


def _run(command: list[str | Path], folder: Path, sent: bytes = b"") -> str:
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, input=sent, env=environment, cwd=folder, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.decode()
