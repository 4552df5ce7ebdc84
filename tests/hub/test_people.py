"""No person whom a recording names is anywhere in a hub that was harvested from all of them.

Names were taken out of the recordings before we had them: where one stood, an invented one is put back first, so that
there is somebody to be found.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.config import load_config
from folkmoot_hub.fetch.recording import read_body
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.store.sqlite.store import FILE
from folkmoot_hub.web.app import create_app
from hub.cli.calling import folkmoot
from hub.web.building import NOW
from hub.web.serving import served

pytestmark = pytest.mark.recordings

NAME, MAIL, LOGIN, ADDRESS = "Quirina Nobodyson", "quirina@nobodyson.example", "nobodyson", "203.0.113.77"
#: What of these must stand nowhere; the mail address holds the log-in.
TRACES = (b"Nobodyson", b"nobodyson", b"203.0.113.77")
REMOVED = {r"\[name removed\]": NAME, r"removed@example\.invalid": MAIL}


class Case(NamedTuple):
    """A recording: the source that is harvested from it, under which settings, how many items it gives at least.

    ``people`` are the known fields of persons in it, as they are written, and what is put there.
    """

    source: str
    folder: str
    items: int
    settings: Mapping[str, Any] = {}
    people: Mapping[str, str] = {}


_CONGRESS = "https://www.congreso.es/webpublica/opendata"
_FILES = (
    "iniciativas/ProyectosDeLey__00000000000000.json",
    "votaciones/Leg15/Sesion159/20260212/Votacion001/VOT_00000000000000.json",
)
CASES = (
    Case("eci", "eci", 121, people=REMOVED),
    Case("have-your-say", "have-your-say", 920),
    Case("ep-petitions", "ep-petitions", 45, people=REMOVED),
    Case("citizen-space.uk-caa", "citizen-space", 17, people={r"redacted@caa\.co\.uk": MAIL}),
    Case(
        "better-reykjavik", "better-reykjavik", 28, people={r"seed-user-\d+": NAME, r'": ?"REMOVED"': f'":"{ADDRESS}"'}
    ),
    Case(
        "agora-voting",
        "agora-voting",
        1,
        {"base": "http://example.com"},
        {
            r'"full_name": "user/': f'"full_name": "{LOGIN}/',
            r'"username": "user"': f'"username": "{LOGIN}"',
            r'"creator": "/api/v1/user/\d+/"': f'"creator": "/api/v1/user/{LOGIN}/"',
        },
    ),
    Case(
        "agora-voting",
        "agora-voting",
        2,
        {"base": "https://agora.example.org", "product": "ballot-box", "elections": [31, 14000]},
        {r"Candidata/o \d+": NAME},
    ),
    Case(
        "openkratio.congreso",
        "openkratio",
        4,
        {"congress_pages": [f"{_CONGRESS}/{file}" for file in _FILES]},
        {r"\(Sra\. [^)\"]+\)": f"(Sra. {NAME})"},
    ),
    Case("openkratio", "openkratio", 2),
    Case("policy-compass", "policy-compass", 4, people={r"/principals/users/\d+": f"/principals/users/{LOGIN}"}),
    Case(
        "ourspace",
        "ourspace",
        1,
        {
            "base": "http://www.example.org",
            "forums": False,
            "feeds": ["DesktopModules/Forum/Forum_Rss.aspx?forumid=7&tabid=62&mid=381"],
        },
        {
            r'"FirstName": ?"[^"]*"': '"FirstName": "Quirina"',
            r'"LastName": ?"[^"]*"': '"LastName": "Nobodyson"',
            r"<dc:creator>[^<]*": f"<dc:creator>{LOGIN}",
        },
    ),
    Case("solvit", "solvit", 31),
    Case("fupol", "fupol", 1),
    Case("malmo-initiative", "malmo-initiative", 1, {"settings": {"feed": None, "initiatives": [12630]}}),
    Case("kosovakosovo", "kosovakosovo", 1),
    Case("sirvo-a-mi-pais", "sirvo-a-mi-pais", 3),
    Case("cordis", "cordis", 1, {"projects": ["101117736"], "curated": []}),
)


def with_people(case: Case, recordings: Path, folder: Path) -> int:
    """Write the recording with invented people where it names some to ``folder``; how often they stand in it."""
    document = json.loads((recordings / case.folder / "recording.json").read_text())
    named = 0
    for number, entry in enumerate(ReplayFetcher(recordings / case.folder).recording.responses):
        if entry.file is None:
            continue
        body = read_body(recordings / case.folder, entry).decode("utf-8", "surrogateescape")
        for field, person in case.people.items():
            body, times = re.subn(field, person.replace("\\", r"\\"), body)
            named += times
        name = f"{number}.body"
        (folder / name).write_bytes(body.encode("utf-8", "surrogateescape"))
        document["responses"][number]["file"] = name
    document["site"] = {**document.get("site", {}), **case.settings}
    (folder / "recording.json").write_text(json.dumps(document))
    return named


@pytest.fixture(scope="module")
def data(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a hub that was harvested from every recording."""
    folder = tmp_path_factory.mktemp("people")
    with Hub(load_config(None, {}, folder / "data"), FixedClock(NOW)) as hub:
        for number, case in enumerate(CASES):
            copy = folder / f"{number}-{case.folder}"
            copy.mkdir()
            assert (with_people(case, recordings, copy) > 0) == bool(case.people), case
            row: RunRow = asyncio.run(harvest(hub, hub.sources[case.source], Order(replay=copy)))
            assert (row.items >= case.items, row.quarantined) == (True, 0), (case.source, row)
        drain(hub)
    return folder / "data"


def cells(data: Path) -> Iterator[bytes]:
    """Every cell of every table: one that is long is in pieces in the file."""
    with closing(sqlite3.connect(data / FILE)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from (cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)


def traces(found: bytes) -> list[bytes]:
    """Which people are in it."""
    return [trace for trace in TRACES if trace in found]


def test_nobody_is_in_the_data_directory(data: Path) -> None:
    every = list(cells(data))
    assert len(every) > 10_000
    assert [cell[:200] for cell in every if traces(cell)] == []
    assert [path.name for path in data.rglob("*") if path.is_file() and traces(path.read_bytes())] == []


@pytest.mark.parametrize("form", ["jsonl", "nq", "ttl", "csv"])
def test_nobody_is_in_an_export(data: Path, form: str) -> None:
    told = folkmoot("--data", data, "export", "--format", form).out.encode()
    assert len(told) > 100_000
    assert traces(told) == []


def test_nobody_is_in_what_the_hub_answers(data: Path) -> None:
    with Hub(load_config(None, {}, data), FixedClock(NOW)) as hub, served(create_app(hub.face())) as address:

        def ask(path: str) -> bytes:
            with urlopen(f"{address}{path}", timeout=60) as answer:
                return bytes(answer.read())

        for word in ("nobodyson", "quirina"):
            assert json.loads(ask(f"/api/v1/processes?q={word}"))["total"] == 0
        records = {record.source: record for _, record in hub.store.all_records()}
        assert set(records) == {case.source for case in CASES}
        paths = [f"/{name}?source={source}" for source in records for name in ("atom.xml", "rss.xml", "feed.json")]
        paths += [f"/deadlines.ics?source={source}" for source in records]
        paths += [f"/api/v1/sources/{source}" for source in records] + [f"/sources/{source}" for source in records]
        paths += ["/api/v1/processes?limit=500&facets=1", "/api/v1/changes?limit=1000"]
        for _, record in hub.store.all_records():
            if record.source not in {"have-your-say"} or record is records[record.source]:
                paths += [f"/api/v1/processes/{record.path}", f"/process/{record.path}", f"/id/{record.path}.ttl"]
        assert len(paths) > 500
        assert [path for path in paths if traces(ask(path))] == []
