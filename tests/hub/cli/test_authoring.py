"""What an author of connectors uses: ``connector new``, ``try`` and ``record``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.jobs import harvesting
from hub.cli.calling import CONFIG, SAMPLES, folkmoot, one_line

IDEAS = SAMPLES / "feed" / "ideen"


# connector new


@pytest.mark.parametrize("name", ["Big", "1st", "9x", "a b", "_x", "x_", "../up", "a--b", "x" * 41, ""])
def test_a_name_that_no_package_can_have_is_wrong_use(name: str, tmp_path: Path) -> None:
    ended = folkmoot("connector", "new", "--into", tmp_path, "--", name)
    one_line(ended, 2, repr(name), "a letter, then a to z")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["eci", "feed", "citizen_space", "citizen-space"])
def test_a_name_that_an_installed_connector_has_is_wrong_use(name: str, tmp_path: Path) -> None:
    ended = folkmoot("connector", "new", name, "--into", tmp_path)
    one_line(ended, 2, repr(name), "is installed", "allowed: any name but", "citizen_space, ")
    assert not list(tmp_path.iterdir())


def test_the_tests_of_two_new_connectors_are_run_together(tmp_path: Path) -> None:
    for name in ("my_town", "your_town"):
        folkmoot("connector", "new", name, "--into", tmp_path)
    folders = [tmp_path / "folkmoot-my-town", tmp_path / "folkmoot-your-town"]
    path = os.pathsep.join(map(str, folders))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", *folders],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert "TestMyTown" in run.stdout
    assert "TestYourTown" in run.stdout


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "folkmoot-my-town").mkdir()
    one_line(folkmoot("connector", "new", "my_town", "--into", tmp_path), 2, "folkmoot-my-town", "is there already")
    assert not list((tmp_path / "folkmoot-my-town").iterdir())


def test_a_new_connector_keeps_the_contract_and_the_rules_of_style(tmp_path: Path) -> None:
    ended = folkmoot("connector", "new", "my_town", "--into", tmp_path)
    folder = tmp_path / "folkmoot-my-town"
    assert ended.code == 0
    assert f"pytest {folder}" in ended.out
    texts = [file.read_text() for file in folder.rglob("*") if file.is_file()]
    assert len(texts) == 8
    assert not any("$" in text for text in texts)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder, "--rootdir", folder],
        capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert "failed" not in run.stdout
    assert int(run.stdout.split(" passed")[0].split()[-1]) > 8
    root = Path(__file__).parents[3]
    style = ["ruff", "format", "--check", "--config", root / "pyproject.toml", folder]
    assert subprocess.run([sys.executable, "-m", *style], check=False).returncode == 0


def test_a_new_connector_is_tried_on_its_sample_from_its_file(tmp_path: Path) -> None:
    folkmoot("connector", "new", "my-town", "--into", tmp_path)
    package = tmp_path / "folkmoot-my-town" / "folkmoot_my_town"
    ended = folkmoot("try", package / "connector.py", "--replay", package / "sample", "--now", "2026-03-02", "--json")
    assert ended.code == 0
    assert {item["key"]: item["status"] for item in ended.json} == {
        "urn:folkmoot:consult.my-town.example:1": "open",
        "urn:folkmoot:consult.my-town.example:2": "open",
        "urn:folkmoot:consult.my-town.example:3": "closed",
    }


# try

HALF = """
from folkmoot_hub.connector import Connector, Item, MappingError, Request, Scope
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process

class Half(Connector):
    id = "half"; title = "Half"; homepage = "https://half.example"
    fields = {"list": frozenset({"title"})}
    def start(self, run):
        yield Request(run.site.url("/list"))
    def parse(self, response):
        yield from (Item(entry["id"], entry) for entry in response.json())
        yield Scope(exhaustive=True)
    def map(self, item, run):
        if item["title"] == "bad":
            raise MappingError("a title such as this is none")
        return Process(kind=Kind.PETITION, title=run.site.text(item["title"]), url=run.site.base)
"""


def written(folder: Path, source: str = HALF, entries: object = ()) -> tuple[Path, Path]:
    """A file with a connector, and a recording of its list with ``entries``."""
    file, recording = folder / "half.py", folder / "recording.json"
    file.write_text(dedent(source))
    json_ = {"content-type": "application/json"}
    answer = {"url": "https://half.example/list", "recorded": "2026-03-02", "headers": json_, "content": entries}
    recording.write_text(json.dumps({"responses": [answer]}))
    return file, recording


def test_a_connector_in_a_file_is_tried_on_a_recording(tmp_path: Path) -> None:
    file, recording = written(tmp_path, entries=[{"id": "a", "title": "Good"}, {"id": "b", "title": "Better"}])
    ended = folkmoot("try", file, "--replay", recording)
    assert ended.code == 0
    assert ended.lines[0].startswith("half.example: complete; 1 requests, 2 items: 2 created")
    assert [line.split()[-1] for line in ended.lines if "urn:" in line] == [
        "urn:folkmoot:half.example:a",
        "urn:folkmoot:half.example:b",
    ]
    assert "  warning: topics: no topic is known" in ended.lines


def test_what_the_file_prints_when_it_is_read_is_no_output(tmp_path: Path) -> None:
    file, recording = written(tmp_path, HALF + "\nprint('hello')\n", entries=[{"id": "a", "title": "Good"}])
    ended = folkmoot("try", file, "--replay", recording, "--json")
    assert [item["local_id"] for item in ended.json] == ["a"]
    assert "hello" in ended.err


def test_what_goes_to_quarantine_is_shown_and_the_exit_says_so(tmp_path: Path) -> None:
    file, recording = written(tmp_path, entries=[{"id": "a", "title": "bad"}, {"id": "b", "title": "Good"}])
    ended = folkmoot("try", file, "--replay", recording)
    assert ended.code == 3
    assert "quarantined  a: map: a title such as this is none" in ended.out
    as_json = folkmoot("try", file, "--replay", recording, "--json")
    assert [item["local_id"] for item in as_json.json] == ["b"]
    assert "a title such as this is none" in as_json.err


def test_an_answer_of_another_shape_fails_the_trial(tmp_path: Path) -> None:
    file, recording = written(tmp_path, entries={"error": "no"})
    ended = folkmoot("try", file, "--replay", recording)
    assert ended.code in {1, 3}
    assert "Traceback" not in ended.err


def test_an_installed_connector_is_tried_without_its_source_being_known(tmp_path: Path) -> None:
    (tmp_path / "folkmoot.toml").write_text(CONFIG)
    data = ("--data", tmp_path, "--now", "2026-03-02")
    ended = folkmoot(*data, "try", "feed", "--replay", IDEAS, "--json")
    assert ended.code == 0
    assert {item["source"] for item in ended.json} == {"ideen.musterstadt.example"}
    named = folkmoot(*data, "try", "feed", "--site", "sample.ideen", "--replay", IDEAS, "--json")
    assert {item["source"] for item in named.json} == {"sample.ideen"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["folkmoot.toml"], "nothing is kept"


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("import a_module_that_nobody_has", ("cannot be read as Python", "ModuleNotFoundError")),
        ("def broken(:", ("cannot be read as Python", "SyntaxError")),
        ("raise SystemExit(0)", ("cannot be read as Python", "SystemExit")),
        ("x = 1", ("holds 0 connectors",)),
        (HALF + HALF.replace('"half"', '"other"').replace("Half(", "Other("), ("holds 2 connectors",)),
        (HALF.replace("    def start(self, run):", "    def begin(self, run):"), ("how to start",)),
    ],
)
def test_a_file_that_holds_no_connector_is_told_what_is_wrong(
    tmp_path: Path, source: str, parts: tuple[str, ...]
) -> None:
    file, recording = written(tmp_path, source, [])
    one_line(folkmoot("try", file, "--replay", recording), 2, "half.py", *parts)


def test_what_is_tried_has_to_be_there(tmp_path: Path) -> None:
    file, recording = written(tmp_path)
    one_line(folkmoot("try", "nobodys", "--replay", IDEAS), 2, "'nobodys' is no connector", "citizen_space")
    one_line(folkmoot("try", tmp_path / "none.py", "--replay", IDEAS), 2, "none.py is not there")
    one_line(folkmoot("try", "feed"), 2, "--replay")
    one_line(folkmoot("try", "feed", "--replay", tmp_path / "none"), 2, "none")
    one_line(folkmoot("try", "feed", "--site", "eci", "--replay", IDEAS), 2, "eci is a source of 'eci'")
    one_line(folkmoot("try", "feed", "--site", "nowhere", "--replay", IDEAS), 2, "'nowhere'")
    recording.write_text('{"responses": []}')
    one_line(folkmoot("try", file, "--replay", recording), 2, "holds no answer")


# record

IDEEN = """
[[site]]
id = "ideen.example"
connector = "feed"
title = "Ideen"
base = "https://ideen.musterstadt.example"
settings = { url = "https://ideen.musterstadt.example/ideen.atom" }
"""


def test_recording_asks_the_web_and_so_needs_a_contact_and_a_source(tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data")
    one_line(folkmoot(*data, "record", "eci", tmp_path / "new"), 2, "contact")
    one_line(folkmoot(*data, "record", "nowhere", tmp_path / "new"), 2, "'nowhere'")
    one_line(folkmoot(*data, "record", "eci"), 2, "DIR")
    assert not (tmp_path / "data").exists()


def test_what_is_recorded_replays_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web is a recording here: what is proven is that the command writes what it was given, and keeps no hub."""
    monkeypatch.setattr(harvesting, "web_fetcher", lambda hub: ReplayFetcher(IDEAS))
    config, new = tmp_path / "folkmoot.toml", tmp_path / "new"
    config.write_text(IDEEN)
    at = ("--config", config, "--data", tmp_path / "data", "--now", "2026-03-02T10:00:00Z")
    ended = folkmoot(*at, "record", "ideen.example", new, "--json")
    assert (ended.code, ended.json[0]["items"]) == (0, 2)
    assert (new / "recording.json").is_file()
    assert not (tmp_path / "data").exists()
    again = folkmoot(*at, "harvest", "ideen.example", "--replay", new, "--json")
    assert (again.code, again.json[0]["items"]) == (0, 2)
    assert "0 of 0" not in folkmoot(*at, "search").err
