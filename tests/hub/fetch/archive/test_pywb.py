"""pywb serves a WARC on the loopback: harvested through its index or its TimeMaps, it gives what the file gives."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Site
from folkmoot_hub.fetch.archive.capture import span_of
from folkmoot_hub.fetch.archive.fetcher import ArchiveFetcher
from folkmoot_hub.fetch.archive.files import Files
from folkmoot_hub.fetch.archive.memento import Line, Memento
from folkmoot_hub.fetch.archive.profiles import profile_of
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.fetch.retry import Backoff
from folkmoot_hub.fetch.session import WebFetcher
from folkmoot_hub.fetch.settings import FetchSettings
from folkmoot_hub.harvest.run import Harvest, Options
from folkmoot_hub.site import Archive
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.testing.bench import Bench, bench
from folkmoot_hub.testing.fetchers import Wrapped
from folkmoot_schema.process import Record
from hub.fetch.archive import making
from hub.fetch.archive.forum import Forum
from hub.fetch.serving import NOW

CAP = 1_000_000
#: As pywb comes, and as archives set it that play captures back at their own addresses.
STYLES = {"framed": "", "exact": "framed_replay: false\nredirect_to_exact: true\nenable_prefer: true\n"}


def collection(place: Path, program: Path, style: str, file: Path) -> Path:
    """A folder in which pywb has ``file`` in the collection ``demo``."""
    place.mkdir()
    (place / "config.yaml").write_text(f"collections_root: collections\n{STYLES[style]}")
    for command in (["init", "demo"], ["add", "demo", str(file)]):
        subprocess.run(
            [program.with_name("wb-manager"), *command], cwd=place, check=True, capture_output=True, timeout=120
        )
    return place


@pytest.fixture(scope="module")
def program() -> Path:
    named = os.environ.get("FOLKMOOT_TEST_PYWB")
    if not named or not Path(named).exists():
        pytest.skip("no pywb is named (make services, or set FOLKMOOT_TEST_PYWB)")
    return Path(named)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("forum") / "forum.warc.gz"
    made.write_bytes(making.forum())
    return made


@pytest.fixture(scope="module", params=STYLES)
def archive(request: pytest.FixtureRequest, program: Path, file: Path, tmp_path_factory: Any) -> Iterator[str]:
    """The address of a running pywb with our forum."""
    with serving(tmp_path_factory.mktemp("pywb") / "here", program, request.param, file) as address:
        yield address


class serving:  # noqa: N801 - read as a word, as a context manager is
    """pywb in a process of its own until the block ends."""

    def __init__(self, place: Path, program: Path, style: str, file: Path) -> None:
        self._place = collection(place, program, style, file)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        command = [program, "-b", "127.0.0.1", "-p", str(self._port), "-t", "2"]
        self._log = (self._place / "log").open("wb")
        self._process = subprocess.Popen(command, cwd=self._place, stdout=self._log, stderr=self._log)

    def __enter__(self) -> str:
        address = f"http://127.0.0.1:{self._port}"
        until = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"{address}/demo/cdx?url=http://none.example/", timeout=5):
                    return address
            except OSError:
                if time.monotonic() > until or self._process.poll() is not None:
                    self.__exit__()
                    raise
                time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def sited(archive: str, **changes: Any) -> Site:
    values = {
        "connector": "forum",
        "archive": Archive(profile="pywb", url=archive, collection="demo"),
        "settings": {"list": "topics.aspx", "old": "vest.html"},
    }
    return making.site(**(values | changes))


def web() -> WebFetcher:
    settings = FetchSettings(contact="hub@example.org", allow=("127.0.0.1/32",))
    return WebFetcher(settings, lambda name: "", lambda site: Forum, FixedClock(NOW))


def over_http(site: Site, asked: Fetcher, *, timemaps: bool = False) -> ArchiveFetcher:
    profile = profile_of(site.archive or Archive())
    assert profile is not None
    line = Line(profile, asked, retries=0, backoff=Backoff(0, 0, lambda: 0.5), sleep=None)  # type: ignore[arg-type] # never slept
    holding = Memento(line, span_of(site), CAP, timemaps=timemaps)
    return ArchiveFetcher(holding, span=span_of(site), hosts=frozenset(), clock=FixedClock(NOW))


def from_file(site: Site, file: Path) -> ArchiveFetcher:
    return ArchiveFetcher(Files([file], CAP), span=span_of(site), hosts=frozenset(), clock=FixedClock(NOW))


def ran(desk: Bench, fetcher: Fetcher) -> RunRow:
    """One run, whose connections live as long as its loop does."""

    async def run() -> RunRow:
        try:
            options = Options(via="archive")
            return await Harvest(desk.site, Forum(), fetcher, desk.store, desk.clock, options=options).run()
        finally:
            await fetcher.close()

    return asyncio.run(run())


def harvested(folder: Path, site: Site, fetcher: Fetcher) -> tuple[dict[str, Record], tuple[str, int, int]]:
    """The records, and what came of the run."""
    with bench(folder, Forum, site, NOW) as desk:
        row = ran(desk, fetcher)
        return desk.comparable(), (row.outcome or "", row.items, row.missing)


@pytest.mark.parametrize("timemaps", [False, True], ids=["cdx", "timemap"])
def test_over_http_it_gives_the_same_records_as_the_file(
    timemaps: bool, archive: str, file: Path, tmp_path: Path
) -> None:
    site = sited(archive)
    expected = harvested(tmp_path / "file", site, from_file(site, file))
    asked = Wrapped(web())
    assert harvested(tmp_path / "http", site, over_http(site, asked, timemaps=timemaps)) == expected
    records, outcome = expected
    assert outcome == ("partial", 3, 1)
    assert records["old"].process.title.values["en"] == "Što dalje? čšž"
    assert records["7"].process.body is not None
    assert records["7"].process.url == f"{archive}/demo/20130916000000/{making.BASE}/discussion.aspx?Thread=7"
    assert records["7"].provenance.url == f"{archive}/demo/20130915000000/{making.BASE}/topics.aspx"
    assert [each.url for each in asked.asked if "/cdx" in each.url] == [] or not timemaps


@pytest.mark.parametrize("timemaps", [False, True], ids=["cdx", "timemap"])
def test_no_capture_is_fetched_twice(timemaps: bool, archive: str, tmp_path: Path) -> None:
    """Not in the next run either, which asks the index alone."""
    site, asked = sited(archive), []
    with bench(tmp_path, Forum, site, NOW) as desk:
        for _ in range(2):
            wrapped = Wrapped(web())
            ran(desk, over_http(site, wrapped, timemaps=timemaps))
            asked.append([each.url for each in wrapped.asked if "id_/" in each.url])
    first, second = asked
    assert len(first) == len(set(first)) >= 3
    assert second == []


def test_the_demo_of_the_recordings_gives_the_same_over_http_and_from_its_files(
    program: Path, recordings: Path, tmp_path: Path
) -> None:
    folder = recordings / "web-archive"
    copied = tmp_path / "demo.warc.gz"
    shutil.copy(folder / "demo.warc.gz", copied)
    with serving(tmp_path / "pywb", program, "framed", copied) as address:
        site = sited(
            address,
            base="http://forum.example.org",
            settings={"list": "udebate.aspx", "old": "sr/vest-1.html"},
        )
        found = [
            harvested(tmp_path / "cdx", site, over_http(site, web())),
            harvested(tmp_path / "timemap", site, over_http(site, web(), timemaps=True)),
            harvested(tmp_path / "warc", site, from_file(site, folder / "demo.warc.gz")),
            harvested(tmp_path / "wacz", site, from_file(site, folder / "demo.wacz")),
        ]
    records, outcome = found[0]
    assert (sorted(records), outcome) == (["7", "8", "old"], ("partial", 3, 1))
    assert records["7"].process.observed_at == "2013-09-15T08:30:04Z"
    assert all(each == found[0] for each in found)
