"""``folkmoot harvest`` on samples, on what is wrong, and on the real recordings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from folkmoot_hub.cli.harvesting import worst
from folkmoot_hub.store.sqlite.store import SqliteStore
from hub.cli.calling import CONFIG, NOW, SAMPLES, SOURCE, Ended, folkmoot, one_line

REGISTER = SAMPLES / "eci" / "register"


def harvest(data: Path, *arguments: str | Path, now: str = NOW) -> Ended:
    return folkmoot("--data", data, "--now", now, "harvest", *arguments)


def test_nothing_or_everything_at_once_is_wrong_use(tmp_path: Path) -> None:
    one_line(harvest(tmp_path), 2, "not said what", "one or more sources, or --all")
    one_line(harvest(tmp_path, "eci", "--all"), 2, "sources are named and --all is given", "or --all")


def test_an_unknown_source_is_named_with_those_alike(tmp_path: Path) -> None:
    one_line(harvest(tmp_path, "ecl", "--replay", REGISTER), 2, "'ecl'", "eci")


def test_one_unknown_source_among_several_stops_all_before_anything_is_harvested(tmp_path: Path) -> None:
    one_line(harvest(tmp_path, "eci", "nowhere"), 2, "'nowhere'")
    assert folkmoot("--data", tmp_path, "sources", "eci", "--json").json[0]["last_run"] is None


@pytest.mark.parametrize("arguments", [("eci", "citizen-space.uk-caa"), ("--all",)])
def test_a_recording_is_of_one_source(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    one_line(harvest(tmp_path, *arguments, "--replay", REGISTER), 2, "one source")


def test_a_recording_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    one_line(harvest(tmp_path, "eci", "--replay", tmp_path / "none"), 2, "--replay", "none")
    one_line(harvest(tmp_path, "eci", "--replay", tmp_path), 2, "recording.json", "no recording can be read")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("{}", "responses"),
        ('{"responses": [{"status": 200}]}', "url"),
        ('{"responses": [], "site": {"nonsense": 1}}', "nonsense: unknown key"),
    ],
)
def test_a_broken_recording_is_named_with_what_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "recording.json").write_text(text)
    one_line(harvest(tmp_path / "data", "eci", "--replay", tmp_path), 2, str(tmp_path), problem)


def test_an_index_of_captures_is_no_recording_and_what_is_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "forum.cdxj").write_text('example,forum)/ 20120301100000 {"url": "http://forum.example/"}\n')
    ended = harvest(tmp_path / "data", "eci", "--replay", tmp_path / "forum.cdxj")
    one_line(ended, 2, "forum.cdxj", "not JSON", "a folder with recording.json, a .warc, a .warc.gz or a .wacz")


def test_an_answer_without_a_date_is_not_said_to_be_of_today(tmp_path: Path) -> None:
    url = "https://register.eci.ec.europa.eu/"
    (tmp_path / "recording.json").write_text(json.dumps({"responses": [{"url": url, "recorded": None}]}))
    ended = folkmoot("--data", tmp_path / "data", "harvest", "eci", "--replay", tmp_path)
    one_line(ended, 2, f"responses[0]: {url}: recorded is missing", "--now")
    assert harvest(tmp_path / "data", "eci", "--replay", tmp_path, now="2026-03-02").code == 1  # it answers nothing


@pytest.mark.parametrize("command", [("harvest", "eci"), ("try", "eci", "--site", "eci", "--json")])
def test_a_recording_that_is_older_than_its_source_promises_is_replayed_with_a_hint(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    arguments = ("--data", tmp_path / "data", *command, "--replay", REGISTER)
    [hint] = [line for line in folkmoot(*arguments).err.splitlines() if "--now" in line]
    assert hint.startswith(f"folkmoot: what was recorded was true on {NOW[:10]}, ")
    assert hint.endswith(f"--now {NOW[:10]} replays it as of then")
    assert folkmoot("--now", NOW, *arguments).err == ""


def test_replay_and_record_together_are_wrong_use(tmp_path: Path) -> None:
    ended = harvest(tmp_path, "eci", "--replay", REGISTER, "--record", tmp_path / "new")
    one_line(ended, 2, "--replay", "--record")


def test_the_web_is_not_asked_without_a_contact(tmp_path: Path) -> None:
    one_line(harvest(tmp_path, "eci"), 2, "contact")


def test_samples_never_get_among_live_data(demo: Path, tmp_path: Path) -> None:
    one_line(harvest(demo, "eci", "--replay", REGISTER), 2, "holds samples")
    assert harvest(tmp_path, "eci", "--replay", REGISTER).code == 0
    one_line(folkmoot("--data", tmp_path, "demo", "--once"), 2, "live hub")


def test_a_whole_recording_is_complete_and_the_row_is_one_line_of_json(tmp_path: Path) -> None:
    ended = harvest(tmp_path, "eci", "--replay", REGISTER, "--json")
    [row] = ended.json
    assert ended.code == 0
    assert (row["outcome"], row["source"], row["items"], row["created"], row["missing"]) == (
        "complete",
        "eci",
        11,
        11,
        0,
    )
    assert len(folkmoot("--data", tmp_path, "--now", NOW, "search", "--limit", "50", "--json").json) == 11


def test_what_a_recording_lacks_makes_the_run_partial_and_is_named(tmp_path: Path) -> None:
    cut = without(REGISTER, tmp_path / "cut", "details/2025/900001")
    ended = harvest(tmp_path / "data", "eci", "--replay", cut)
    assert ended.code == 3
    assert [line for line in ended.lines if "missing: " in line] == ["  missing: ECI(2025)900001: detail"]
    tried = folkmoot("--now", NOW, "try", "eci", "--site", "eci", "--replay", cut, "--json")
    assert tried.code == 3
    assert tried.err.startswith("eci: partial")


def test_what_a_source_names_and_its_connector_leaves_out_is_counted_as_not_kept(tmp_path: Path) -> None:
    compass = SAMPLES / "policy_compass" / "compass"
    tried = folkmoot("--now", NOW, "try", "policy_compass", "--site", "sample.compass", "--replay", compass)
    assert tried.code == 0
    assert "9 items: 6 created" in tried.lines[0]
    assert "0 parts missing, 3 not kept; " in tried.lines[0]
    assert "not kept" not in harvest(tmp_path, "eci", "--replay", REGISTER).out


CLOSED = """[[site]]
id = "{id}"
connector = "feed"
title = "Closed"
base = "http://127.0.0.1:9"
"""


def test_a_source_that_fails_fails_the_command_and_not_the_next_source(live: Path) -> None:
    closed = [CLOSED.format(id=id) for id in ("one.example", "two.example")]
    (live / "folkmoot.toml").write_text("\n".join(['contact = "hub@example.org"', CONFIG, *closed]))
    store = SqliteStore(live)
    with store.lease("one.example"):
        ended = harvest(live, "one.example", "two.example", "two.example", "--json")
    store.close()
    assert (ended.code, [row["source"] for row in ended.json]) == (1, ["two.example"])
    assert ended.err.startswith("folkmoot: one.example: ")


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 0], 0), ([0, 3], 3), ([3, 0], 3), ([0, 1, 3], 1), ([3, 1], 1)]
)
def test_the_exit_is_that_of_the_run_that_went_worst(codes: list[int], code: int) -> None:
    assert worst(codes) == code


def without(recording: Path, target: Path, *parts: str) -> Path:
    """A copy of ``recording`` without the answers whose addresses hold one of ``parts``."""
    shutil.copytree(recording, target)
    file = target / "recording.json"
    document = json.loads(file.read_text())
    document["responses"] = [
        entry for entry in document["responses"] if not any(part in entry["url"] for part in parts)
    ]
    file.write_text(json.dumps(document))
    return target


def only(recording: Path, target: Path, part: str) -> Path:
    """A recording of those answers of ``recording`` alone whose addresses hold ``part``."""
    target.mkdir()
    document: dict[str, Any] = json.loads((recording / "recording.json").read_text())
    document["responses"] = [entry for entry in document["responses"] if part in entry["url"]]
    for name in {entry["file"] for entry in document["responses"]}:
        shutil.copy(recording / name, target / name)
    (target / "recording.json").write_text(json.dumps(document))
    return target


def test_the_register_is_harvested_in_parts_and_nothing_known_is_lost(recordings: Path, tmp_path: Path) -> None:
    """The list alone, then everything, then the list alone, then so again when the details are due."""
    register, data = recordings / "eci", tmp_path / "data"
    listed = only(register, tmp_path / "list", "search/ALL")
    first = harvest(data, "eci", "--replay", listed, now="2025-09-18")
    missing = [line for line in first.lines if line.startswith("  missing: ")]
    assert (first.code, len(set(missing))) == (3, 121)
    [found] = folkmoot("--data", data, "--now", "2025-09-18", "search", "--facets", "--json").json
    assert found["facets"]["status"] == {
        "unsuccessful": 71, "withdrawn": 27, "answered": 11, "open": 7, "under-review": 4, "announced": 1,
    }  # fmt: skip

    whole = harvest(data, "eci", "--replay", register, now="2025-09-18T12:00:00Z")
    assert (whole.code, "missing: " in whole.out) == (0, False), whole.out
    known = held(data)
    assert len(known) == 121
    assert sum(bool(item["bodies"]) for item in known.values()) > 100

    again = harvest(data, "eci", "--replay", listed, now="2025-09-18T13:00:00Z")
    assert (again.code, again.out.count("missing: ")) == (0, 0), "the details held are those of the same list"
    assert held(data) == known
    later = harvest(data, "eci", "--replay", listed, now="2025-09-28")
    assert (later.code, later.out.count("missing: ")) == (3, 121), "after a week they are asked for again"
    told = ("title", "titles", "summaries", "bodies", "phases", "outcomes", "documents", "links", "support")
    assert {key: [item[name] for name in told] for key, item in held(data).items()} == {
        key: [item[name] for name in told] for key, item in known.items()
    }


def held(data: Path) -> dict[str, dict[str, Any]]:
    """Every process as ``show --json`` tells it, but for what says only when and how it was last read."""
    keys = [item["key"] for item in folkmoot("--data", data, "--now", "2025-09-18T15:00:00Z", "export",
                                             "--format", "jsonl").json]  # fmt: skip
    found = {}
    for key in keys:
        [item] = folkmoot("--data", data, "--now", "2025-09-18T15:00:00Z", "show", key, "--json").json
        del item["provenance"], item["seen_at"]
        item["support"] = [{**one, "read_at": None} for one in item["support"]]
        found[key] = item
    return found


def test_the_hub_of_citizen_space_gives_its_17_processes(recordings: Path, tmp_path: Path) -> None:
    ended = harvest(
        tmp_path, "citizen-space.uk-caa", "--replay", recordings / "citizen-space", "--json", now="2026-07-28"
    )
    assert (ended.code, ended.json[0]["items"], ended.json[0]["created"]) == (0, 17, 17)
    found = folkmoot("--data", tmp_path, "--now", "2026-07-28", "search", "--facets", "--limit", "0", "--json").json[0]
    assert (found["total"], found["facets"]["source"]) == (17, {"citizen-space.uk-caa": 17})


def test_control_characters_of_a_source_never_reach_the_terminal(live: Path, tmp_path: Path) -> None:
    file = tmp_path / "folder"
    shutil.copytree(SAMPLES / "citizen_space" / "exampleville", file)
    found = next(path for path in file.glob("*.json") if path.name == "search_open.json")
    found.write_text(found.read_text().replace('"title": "Sample', '"title": "\\u009b31m\\u0085\\u202eSample'))
    assert "u009b" in found.read_text()
    assert folkmoot("--data", live, "--now", NOW, "harvest", SOURCE, "--replay", file).code == 0
    for command in (("search",), ("search", "--json"), ("export", "--format", "jsonl"), ("validate", "--warnings")):
        out = folkmoot("--data", live, "--now", NOW, *command).out
        assert out
        assert not set(out) & {chr(code) for code in (*range(0x7F, 0xA0), 0x1B)}, command
    titles = [item["title"] for item in folkmoot("--data", live, "--now", NOW, "search", "--json").json]
    assert any(title.startswith("31m Sample") for title in titles), "what is left of it is shown"
