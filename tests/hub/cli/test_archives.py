"""A site whose configuration names an archive is harvested from it, with the commands that every source has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from folkmoot_hub.jobs import harvesting
from hub.cli.calling import Ended, folkmoot, one_line
from hub.fetch.archive.making import BASE, FEED, RSS, at, captured, feed, put, warc
from hub.fetch.archive.standing_in import StandIn, index, memento

SITE = f"""
contact = "mailto:hub@example.org"

[[site]]
id = "forum.sample.example"
connector = "feed"
title = "Sample forum"
base = "{BASE}"
languages = ["en"]
via = "archive"
ended = "2014"
settings = {{ url = "{FEED}", kind = "debate" }}
"""
FILES = '[site.archive]\nprofile = "files"\nfiles = ["old.warc.gz", "new.wacz"]\n'
OLD = captured(FEED, feed("Night buses"), at(2012, 3, 1), **RSS)
NEW = captured(FEED, feed("Night buses", "Park lighting"), at(2013, 9, 15), **RSS)


def configured(folder: Path, archive: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "folkmoot.toml").write_text(SITE + archive)


def harvest(data: Path, *arguments: object) -> Ended:
    return folkmoot("--data", data, "--now", "2026-03-02", "harvest", "forum.sample.example", *arguments)


def items(data: Path) -> list[dict[str, object]]:
    return sorted(folkmoot("--data", data, "search", "--json").json, key=lambda item: str(item["key"]))


def test_local_files_lie_in_the_data_directory(tmp_path: Path) -> None:
    configured(tmp_path, FILES)
    put(tmp_path, OLD, name="old.warc.gz")
    put(tmp_path, NEW, name="new.wacz")
    ended = harvest(tmp_path)
    assert (ended.code, len(items(tmp_path))) == (0, 2)
    assert {(item["availability"], item["status"]) for item in items(tmp_path)} == {("archived", "ended")}
    shown = folkmoot("--data", tmp_path, "show", "forum.sample.example/1").out
    assert "captured      2013-09-15 00:00Z" in shown


def test_a_run_on_a_file_that_breaks_off_is_partial_and_says_where(tmp_path: Path) -> None:
    configured(tmp_path, FILES.replace(', "new.wacz"', ""))
    (tmp_path / "old.warc.gz").write_bytes(warc(OLD, NEW)[:-40])
    ended = harvest(tmp_path)
    assert ended.code == 3
    assert "partial" in ended.out
    assert "old.warc.gz cannot be read beyond its answer number 1" in ended.out
    # What could be read is there: it may be older than what is lost.
    assert [item["availability"] for item in items(tmp_path)] == ["archived"]


def test_of_a_page_whose_newest_capture_is_damaged_an_older_one_counts_and_each_run_is_partial(tmp_path: Path) -> None:
    configured(tmp_path, FILES.replace(', "new.wacz"', ""))
    whole = warc(OLD, NEW, packed=False)
    (tmp_path / "old.warc.gz").write_bytes(whole.replace(b"Park lighting", b"Dark lighting"))
    for turn in ("first", "again"):
        ended = harvest(tmp_path)
        assert (turn, ended.code) == (turn, 3)
        assert f"old.warc.gz does not hold {FEED} of 2013-09-15 00:00:00Z as it should: the body" in ended.out
        assert "has another digest than sha1:" in ended.out
        assert str(tmp_path) not in ended.out
        [item] = items(tmp_path)
        assert item["observed_at"] == "2012-03-01T00:00:00Z"


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    configured(tmp_path, FILES)
    put(tmp_path, OLD, name="old.warc.gz")
    one_line(harvest(tmp_path), 2, "new.wacz", "No such file")


def test_an_archive_is_asked_over_the_web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(tmp_path, "")
    stamp, root = "20130915000000", "https://web.archive.org"
    answers = StandIn(
        {
            f"{root}/cdx/search/cdx?": (200, {}, index(stamp, "20190101000000", url=FEED)),
            f"{root}/web/{stamp}id_/{FEED}": memento(stamp, NEW[1], content_type="text/xml"),
        }
    )
    monkeypatch.setattr(harvesting, "web_fetcher", lambda hub: answers)
    assert harvest(tmp_path).code == 0
    first, _ = items(tmp_path)
    assert (first["url"], first["availability"]) == (f"{root}/web/{stamp}/{BASE}/topic/1", "archived")
    recorded = json.loads(folkmoot("--data", tmp_path, "show", "forum.sample.example/1", "--format", "jsonld").out)
    assert recorded["derivedFrom"] == {
        "id": f"{root}/web/{stamp}/{FEED}",
        "type": "prov:Entity",
        "capturedAt": "2013-09-15T00:00:00Z",
        "derivedFrom": FEED,
    }
    del answers.asked[:]
    ended = harvest(tmp_path, "--json")
    assert (ended.code, ended.json[0]["unchanged"], ended.json[0]["bytes"]) == (0, 2, 0)
    assert [each.partition("?")[0] for each in answers.asked] == [f"{root}/cdx/search/cdx"]


def test_what_an_archive_gave_can_be_recorded_and_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(tmp_path / "one", FILES)
    put(tmp_path / "one", OLD, name="old.warc.gz")
    put(tmp_path / "one", NEW, name="new.wacz")
    assert harvest(tmp_path / "one", "--record", tmp_path / "recording").code == 0
    configured(tmp_path / "two", "")
    assert harvest(tmp_path / "two", "--replay", tmp_path / "recording").code == 0
    told = [
        [(item["key"], item["availability"], item["title"]) for item in items(tmp_path / name)]
        for name in ("one", "two")
    ]
    assert told[0] == told[1] != []


@pytest.mark.parametrize("content", [b"", b"no archive", warc(OLD)[:100]])
def test_a_warc_that_cannot_be_read_is_wrong_use(content: bytes, tmp_path: Path) -> None:
    configured(tmp_path, "")
    (tmp_path / "some.warc.gz").write_bytes(content)
    one_line(harvest(tmp_path, "--replay", tmp_path / "some.warc.gz"), 2, "some.warc.gz", "allowed")
