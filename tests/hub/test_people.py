"""No person whom a recording names is anywhere in a hub that was harvested from all of them.

Names were taken out of the recordings before we had them: where one stood, an invented one is put back first, so that
there is somebody to be found. Where a platform shows people in answers of which none was recorded, one of ours is
added.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import msgspec
import pytest
from warcio.archiveiterator import ArchiveIterator

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.config import load_config
from folkmoot_hub.connector import Site
from folkmoot_hub.fetch.recording import Recorded, read_body
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.harvesting import Order, harvest
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.store.sqlite.store import FILE
from folkmoot_hub.testing.archiving import write_captures
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

    ``people`` are the known fields of persons in it, as they are written, and what is put there. ``more`` are answers
    beside the recorded ones, by address: a file of the recording that is no answer itself, or a body of ours.
    ``archive`` is the WARC that is read instead of answers.
    """

    source: str
    folder: str
    items: int
    settings: Mapping[str, Any] = {}
    people: Mapping[str, str] = {}
    more: Mapping[str, Path | str] = {}
    archive: str = ""


_CONGRESS = "https://www.congreso.es/webpublica/opendata"
_FILES = (
    "iniciativas/ProyectosDeLey__00000000000000.json",
    "votaciones/Leg15/Sesion159/20260212/Votacion001/VOT_00000000000000.json",
)
_FUTURIUM = "https://futurium.ec.europa.eu"
_POST = f"{_FUTURIUM}/european-ai-alliance/blog/welcome-future-ai?language=de"
_FUTURIUM_FEED = f"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title>
<link>{_FUTURIUM}</link><item><title>A post</title><link>{_POST}</link><guid>7 at {_FUTURIUM}</guid>
<dc:creator>[name removed]</dc:creator><description>&lt;span class="username"&gt;[name removed]&lt;/span&gt;
&lt;p&gt;So says [name removed], removed@example.invalid.&lt;/p&gt;</description></item></channel></rss>"""
_FORSLAG = """nummer;rubrik;beskrivning;förslagsställare;namn;e-post;status;röster
7;Mer skugga;Skriv till removed@example.invalid;[name removed];[name removed];removed@example.invalid;aktuellt;12
"""
_DEBATE = "http://join.puzzledbypolicy.eu/DesktopModules/uDebate/ThreadsPostsPrintTreeView.aspx?ThreadId=7"
# The print view shows no author of a post: people stand around its tree, and have written contacts into it.
_THREAD = f"""<html><body><span id="lbThreadTitle">Night buses</span><span id="lbUserName">[name removed]</span>
<div id="TreeView1"><table><tr><td><img src="images/issue_icon.gif" title="Mail removed@example.invalid from {ADDRESS}">
</td><td><span title="x">Until three?</span></td></tr></table></div></body></html>"""
#: Of the archive's demo, which has a feed of an old forum and a list of OurSpace's service.
_FORUM = "http://forum.example.org"
CONFIG = f"""
[[site]]
id = "forum.example.org"
connector = "feed"
title = "A forum in an archive"
base = "{_FORUM}"
languages = ["en"]
via = "archive"
archive = {{ profile = "files", files = ["demo.warc.gz"] }}
settings = {{ url = "{_FORUM}/Forum_Rss.aspx?forumid=2&tabid=62&mid=381", kind = "debate" }}
"""
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
    Case(
        "malmo-initiative",
        "malmo-initiative",
        1,
        {"settings": {"feed": None, "initiatives": [12630]}},
        {r"<tr><th>Rubrik": f"<tr><th>Initiativtagare</th><td>{NAME}, {MAIL}</td></tr><tr><th>Rubrik"},
    ),
    Case(
        "futurium",
        "futurium",
        2,
        {"pages": ["https://ec.europa.eu/futurium/en/urban-agenda/public-feedback-disclaimer.html"]},
        {**REMOVED, r"</h1>": f'</h1><p>By <a class="username" href="/user/7">{NAME}</a></p><p>So says {NAME}.</p>'},
        {f"{_FUTURIUM}/rss.xml": _FUTURIUM_FEED},
    ),
    Case(
        "gothenburg-forum",
        "gothenburg-forum",
        1,
        people=REMOVED,
        more={"https://goteborg.se/goteborgsforslaget": _FORSLAG},
    ),
    Case(
        "puzzled-by-policy",
        "puzzled-by-policy",
        15,
        people={r'"QuestionID":': f'"UserID": "{LOGIN}", "CreatedBy": "{NAME}", "QuestionID":'},
        more={
            "https://raw.githubusercontent.com/puzzledbypolicy/EuProfiler/e1d6a149d0235defbf88847c168b213e73ab508b"
            "/policyprofiler.sql": Path("policy-profiler.json")
        },
    ),
    Case(
        "puzzled-by-policy.u-debate",
        "puzzled-by-policy",
        1,
        {"settings": {"threads": {"7": "en"}, "pages": []}},
        REMOVED,
        {_DEBATE: _THREAD},
    ),
    Case(
        "forum.example.org",
        "web-archive",
        1,
        people={r"<pubDate>": f"<author>{MAIL} ({NAME})</author><pubDate>", r"2 posts": f"2 posts, to {MAIL}"},
        archive="demo.warc.gz",
    ),
    Case(
        "ourspace",
        "web-archive",
        1,
        {"base": _FORUM, "settings": {"service": f"{_FORUM}/ws", "forums": False, "parts": ["service"]}},
        {r'"FirstName": "A"': '"FirstName": "Quirina"', r'"LastName": "Demo"': '"LastName": "Nobodyson"'},
        archive="demo.warc.gz",
    ),
    Case("kosovakosovo", "kosovakosovo", 1),
    Case("sirvo-a-mi-pais", "sirvo-a-mi-pais", 3),
    Case("cordis", "cordis", 1, {"projects": ["101117736"], "curated": []}),
)


#: Recordings of platforms that no connector reads.
UNREAD = {
    "adhocracy4-meinberlin", "consul", "decidim", "e-petitions-uk", "fedlex-jolux", "govuk", "kerrokantasi", "oparl",
    "polis", "rahvaalgatus", "regulations-gov",
}  # fmt: skip


def peopled(case: Case, body: bytes) -> tuple[bytes, int]:
    """``body`` with the invented people where it names some; how often."""
    text, named = body.decode("utf-8", "surrogateescape"), 0
    for field, person in case.people.items():
        text, times = re.subn(field, person.replace("\\", r"\\"), text)
        named += times
    return text.encode("utf-8", "surrogateescape"), named


def with_people(case: Case, recordings: Path, folder: Path) -> int:
    """Write the recording with invented people where it names some to ``folder``; how often they stand in it."""
    if case.archive:
        return archived(case, recordings / case.folder / case.archive, folder / case.archive)
    document = json.loads((recordings / case.folder / "recording.json").read_text())
    bodies = {
        number: read_body(recordings / case.folder, entry)
        for number, entry in enumerate(ReplayFetcher(recordings / case.folder).recording.responses)
        if entry.file is not None
    }
    for url, told in case.more.items():
        bodies[len(document["responses"])] = (
            told.encode() if isinstance(told, str) else (recordings / case.folder / told).read_bytes()
        )
        document["responses"].append({"url": url, "recorded": NOW.isoformat()})
    named = 0
    for number, content in bodies.items():
        name = f"{number}.body"
        body, times = peopled(case, content)
        named += times
        (folder / name).write_bytes(body)
        document["responses"][number]["file"] = name
    document["site"] = {**document.get("site", {}), **case.settings}
    (folder / "recording.json").write_text(json.dumps(document))
    return named


def archived(case: Case, warc: Path, copy: Path) -> int:
    """Write the answers of a WARC with invented people where they name some; how often they stand in it."""
    captures, named = [], 0
    with warc.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response" and record.http_headers.get_statuscode() == "200":
                body, times = peopled(case, record.content_stream().read())
                named += times
                entry = Recorded(
                    url=record.rec_headers["WARC-Target-URI"],
                    headers={"Content-Type": record.http_headers["Content-Type"]},
                )
                captures.append((entry, body, datetime.fromisoformat(record.rec_headers["WARC-Date"])))
    made = BytesIO()
    write_captures(captures, made)
    copy.write_bytes(made.getvalue())
    return named


def site_of(case: Case, site: Site) -> Site:
    """The site under the settings of the case, where the copy has no word for them."""
    return msgspec.structs.replace(site, **case.settings) if case.archive else site


@pytest.fixture(scope="module")
def data(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a hub that was harvested from every recording."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "folkmoot.toml").write_text(CONFIG)
    with Hub(load_config(folder / "folkmoot.toml", {}, folder / "data"), FixedClock(NOW)) as hub:
        assert {hub.sources[case.source].connector for case in CASES} == set(hub.registry.connectors)
        for number, case in enumerate(CASES):
            copy = folder / f"{number}-{case.folder}"
            copy.mkdir()
            assert (with_people(case, recordings, copy) > 0) == bool(case.people), case
            order = Order(replay=copy / case.archive if case.archive else copy)
            row: RunRow = asyncio.run(harvest(hub, site_of(case, hub.sources[case.source]), order))
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


def test_every_recording_is_harvested_or_of_a_platform_that_no_connector_reads(recordings: Path) -> None:
    folders = {path.parent.name for path in recordings.glob("*/recording.json")}
    assert folders == {case.folder for case in CASES} | UNREAD


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
