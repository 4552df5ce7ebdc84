"""Commands that look after a data directory, and those that say what is wrong with it."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.store import locks
from folkmoot_hub.store.sqlite.migrations import VERSION
from hub.cli.calling import CONFIG, NOW, SAMPLES, SOURCE, Ended, folkmoot, one_line

RECORDING = SAMPLES / "citizen_space" / "exampleville"


def call(data: Path, *arguments: str | Path, input: str = "") -> Ended:
    return folkmoot("--data", data, "--now", NOW, *arguments, input=input)


def a_key(data: Path) -> str:
    return str(call(data, "search", "--limit", "1", "--json").json[0]["key"])


# Quarantine


@pytest.fixture
def aside(live: Path, tmp_path: Path) -> Path:
    """A live directory with one item in quarantine: its title was not there."""
    broken = shutil.copytree(RECORDING, tmp_path / "broken")
    file = broken / "search_open.json"
    text = file.read_text()
    start = text.index('"title": "') + len('"title": "')
    end = text.index('"', start)
    file.write_text(text[:start] + text[end:])
    ended = call(live, "harvest", SOURCE, "--replay", broken, "--json")
    assert ended.json[0]["quarantined"] == 1, ended
    return live


def test_an_empty_quarantine_is_said_to_be_empty(live: Path) -> None:
    assert call(live, "quarantine") == Ended(0, "nothing is in quarantine\n", "")
    assert call(live, "quarantine", "--json").out == ""


def test_the_quarantine_lists_what_it_holds_and_why(aside: Path) -> None:
    [row] = call(aside, "quarantine", "--json").json
    assert (row["source"], row["stage"]) == (SOURCE, "map")
    assert row["payload"]
    told = call(aside, "quarantine")
    assert [line.split()[0] for line in told.lines] == ["id", str(row["id"])]
    assert row["error"] in told.out
    assert call(aside, "quarantine", "--source", "eci", "--json").out == ""
    one_line(call(aside, "quarantine", "--source", "nowhere"), 2, "'nowhere'")


def test_one_item_is_shown_with_its_payload(aside: Path) -> None:
    [row] = call(aside, "quarantine", "--json").json
    assert call(aside, "quarantine", "show", str(row["id"]), "--json").json == [row]
    told = call(aside, "quarantine", "show", str(row["id"]))
    assert row["local_id"] in told.out
    assert '"list"' in told.out
    one_line(call(aside, "quarantine", "show", "999"), 2, "999", "folkmoot quarantine lists")
    one_line(call(aside, "quarantine", "show", "x"), 2, "'x'")


def test_what_still_cannot_be_mapped_stays_and_the_exit_says_so(aside: Path) -> None:
    ended = call(aside, "quarantine", "replay", SOURCE)
    assert ended.code == 3
    assert f"0 of 1 items of {SOURCE} left quarantine" in ended.out
    [one] = call(aside, "quarantine", "replay", SOURCE, "--json").json
    assert one["error"]
    assert len(call(aside, "quarantine", "--json").json) == 1


def test_what_can_be_mapped_after_a_fix_leaves_quarantine_and_is_found(
    aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from folkmoot_connectors.citizen_space import CitizenSpace

    mapped = CitizenSpace.map

    def fixed(self, item, run):  # type: ignore[no-untyped-def] # as the method it stands for
        data = {**item.parts["list"], "title": "Mended at last"}
        return mapped(self, type(item)(item.id, {**item.parts, "list": data}, item.missing, item.url), run)

    monkeypatch.setattr(CitizenSpace, "map", fixed)
    ended = call(aside, "quarantine", "replay", SOURCE)
    assert (ended.code, ended.lines[-1]) == (0, f"1 of 1 items of {SOURCE} left quarantine")
    assert call(aside, "quarantine", "--json").out == ""
    assert [item["title"] for item in call(aside, "search", "mended", "--json").json] == ["Mended at last"]


def test_a_replay_of_an_unknown_source_is_wrong_use(aside: Path) -> None:
    one_line(call(aside, "quarantine", "replay", "nowhere"), 2, "'nowhere'")
    one_line(call(aside, "quarantine", "--json", "replay", SOURCE), 2, "after the command")


def test_a_replay_waits_for_nobody_while_the_source_is_harvested(aside: Path) -> None:
    from folkmoot_hub.store.sqlite.store import SqliteStore

    store = SqliteStore(aside)
    with store.lease(SOURCE):
        one_line(call(aside, "quarantine", "replay", SOURCE), 1, SOURCE)
    store.close()


# Validate


def test_what_is_stored_is_sound(live: Path) -> None:
    ended = call(live, "validate", "--all")
    assert (ended.code, ended.out, ended.err) == (0, "", "8 checked, 0 errors\n")
    assert call(live, "validate", "--source", "eci").err == "0 checked, 0 errors\n"
    one_line(call(live, "validate", "--source", "nowhere"), 2, "'nowhere'")


def test_warnings_are_told_when_asked_for(live: Path) -> None:
    told = call(live, "validate", "--warnings", "--json")
    assert told.code == 0
    assert {one["severity"] for one in told.json} == {"warning"}
    assert all(one["where"].startswith(f"urn:folkmoot:{SOURCE}:") for one in told.json)


def test_a_broken_record_in_the_store_is_an_error(live: Path) -> None:
    with closing(sqlite3.connect(live / "folkmoot.db")) as connection, connection:
        number, process = connection.execute("SELECT number, process FROM content LIMIT 1").fetchone()
        broken = process.decode().replace('"title":{"values":{"en":"', '"title":{"values":{"en":"<b>x</b> ')
        assert broken != process.decode()
        connection.execute("UPDATE content SET process = ? WHERE number = ?", (broken.encode(), number))
    ended = call(live, "validate", "--json")
    assert ended.code == 1
    assert ("error", "title.en") in {(one["severity"], one["path"]) for one in ended.json}


def test_what_only_the_shapes_find_is_an_error_too(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("folkmoot_hub.cli.validating.shacl", lambda records, hub: [f"{hub}/x: {len(records)} are odd"])
    ended = call(live, "validate", "--json")
    assert ended.code == 1
    assert [(one["path"], one["message"]) for one in ended.json] == [("shape", "8 are odd")]


def test_a_file_is_checked_line_by_line(tmp_path: Path, demo: Path) -> None:
    good = folkmoot("--data", demo, "export", "--format", "jsonl").lines
    file = tmp_path / "x.jsonl"
    file.write_text("\n".join([good[0], "", '{"kind": "nonsense"}', "not json", '{"key": "k"}', good[1]]))
    ended = folkmoot("validate", file, "--json")
    assert ended.code == 1
    assert [one["where"].rsplit(":", 1)[1] for one in ended.json] == ["3", "4", "5"]
    assert ended.err == "5 checked, 3 errors\n"
    assert folkmoot("validate", "-", input="\n".join(good)).err == f"{len(good)} checked, 0 errors\n"


def test_a_file_that_is_not_there_or_goes_with_the_store_is_wrong_use(tmp_path: Path) -> None:
    one_line(folkmoot("validate", tmp_path / "none"), 2, "none")
    one_line(folkmoot("validate", "-", "--source", "eci"), 2, "--source")


# Backup and restore


def test_a_backup_restores_to_the_same_hub_with_an_index_of_its_own(live: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "backup.db", tmp_path / "other"
    assert call(live, "backup", file).code == 0
    ended = call(other, "restore", file)
    assert (ended.code, ended.out) == (0, f"{other}: 8 processes\n")
    assert (other / "index").is_dir()
    shutil.copy(live / "folkmoot.toml", other)
    for command in (("search", "--limit", "100", "--json"), ("export", "--format", "jsonl"), ("sources", "--json")):
        assert call(other, *command).json == call(live, *command).json
    assert not list(tmp_path.glob("*.part"))
    assert not list(other.glob("*.part"))


def test_a_backup_overwrites_nothing(live: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("precious")
    one_line(call(live, "backup", tmp_path / "x"), 2, "is there already")
    assert (tmp_path / "x").read_text() == "precious"
    one_line(call(live, "backup", tmp_path / "none" / "x"), 2, "none")


def test_nothing_is_restored_into_a_directory_that_holds_something(live: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    call(live, "backup", file)
    one_line(call(live, "restore", file), 2, "is not empty")
    assert call(live, "search", "--json").json
    new = tmp_path / "new"
    new.mkdir()
    shutil.copy(live / "folkmoot.toml", new)
    assert call(new, "restore", file).code == 0, "its configuration may be there"


def test_only_a_whole_backup_is_restored(live: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    call(live, "backup", file)
    whole = file.read_bytes()
    foreign, text, newer, torn = (tmp_path / name for name in ("foreign", "text", "newer", "torn"))
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE x (y)")
    text.write_text("not a database " * 100)
    shutil.copy(file, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    torn.write_bytes(whole[: len(whole) // 2])
    overwritten = tmp_path / "overwritten"
    overwritten.write_bytes(whole[:4096] + bytes(8192) + whole[12288:])
    for broken, problem in (
        (foreign, "another program"),
        (text, "not a database"),
        (newer, "newer"),
        (torn, "torn"),
        (overwritten, "is damaged"),
    ):
        one_line(call(tmp_path / "new", "restore", broken), 2, str(broken), problem)
        assert not (tmp_path / "new").exists()
    one_line(call(tmp_path / "new", "restore", tmp_path / "none"), 2, "none")


# Migrate, reindex, erase


def test_the_store_is_opened_and_its_version_printed(live: Path) -> None:
    assert call(live, "migrate", "--json").json == [
        {"after": VERSION, "before": VERSION, "store": str(live / "folkmoot.db")}
    ]
    assert call(live, "migrate").out == f"{live / 'folkmoot.db'}: version {VERSION} (as it was)\n"


def test_an_index_that_is_gone_or_damaged_is_built_anew(live: Path) -> None:
    before = call(live, "search", "--limit", "100", "--json").json
    for file in (live / "index" / "tantivy").iterdir():
        file.write_bytes(b"damage")
    assert call(live, "reindex").out == f"{live / 'index'}: 8 processes\n"
    assert call(live, "search", "--limit", "100", "--json").json == before
    shutil.rmtree(live / "index")
    assert call(live, "reindex").code == 0
    assert call(live, "search", "--limit", "100", "--json").json == before


def test_an_index_is_not_built_anew_while_somebody_else_writes_it(live: Path) -> None:
    with locks.locked(live / "locks", "owner"):
        one_line(call(live, "reindex"), 2, "is served already")


def test_an_erased_process_is_gone_from_everything_that_can_be_asked(live: Path) -> None:
    key = a_key(live)
    [item] = call(live, "show", key, "--json").json
    assert item["summary"]
    ended = call(live, "erase", key, "--reason", "published by mistake", "--yes")
    assert (ended.code, ended.out) == (0, f"{key} is erased\n")
    assert len(TantivyIndex(live / "index").numbers()) == 7, "the command itself saw to the index"
    one_line(call(live, "show", key), 2, "was removed on 2026-03-02", "published by mistake")
    assert key not in {each["key"] for each in call(live, "search", "--limit", "100", "--json").json}
    assert key not in call(live, "export", "--format", "nq").out
    held = b"".join(file.read_bytes() for file in live.rglob("*") if file.is_file())
    assert item["summary"].encode() not in held, "others may name it, but nobody holds its text"
    one_line(call(live, "erase", key, "--reason", "again", "--yes"), 2, "was removed")


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_erasing_asks_first(live: Path, answer: str, code: int) -> None:
    key = a_key(live)
    ended = call(live, "erase", key, "--reason", "a trial", input=answer)
    assert ended.code == code
    assert "Traceback" not in ended.err
    assert call(live, "show", key).code == (2 if code == 0 else 0)


def test_erasing_needs_a_reason_and_a_process(live: Path) -> None:
    key = a_key(live)
    one_line(call(live, "erase", key, "--yes"), 2, "--reason")
    one_line(call(live, "erase", key, "--reason", " ", "--yes"), 2, "--reason")
    one_line(call(live, "erase", f"{SOURCE}/none", "--reason", "x", "--yes"), 2, "is not here")


# Doctor


def checks(data: Path, *arguments: str) -> dict[str, str]:
    return {check["what"]: check["word"] for check in call(data, *arguments, "doctor", "--json").json}


def test_a_hub_in_order_is_found_to_be(live: Path) -> None:
    found = checks(live)
    assert set(found.values()) == {"good", "note"}
    assert {what for what, word in found.items() if word == "note"} == {"contact", "clock"}
    told = call(live, "doctor")
    assert told.code == 0
    assert "8 processes" in told.out
    assert "by nobody just now" in told.out


def test_a_directory_that_is_not_there_is_noted_and_not_made(tmp_path: Path) -> None:
    assert checks(tmp_path / "new")["store"] == "note"
    assert not (tmp_path / "new").exists()


def test_whoever_serves_is_named(live: Path) -> None:
    with locks.locked(live / "locks", "owner"):
        assert "process " in call(live, "doctor").out.split("served")[1].splitlines()[0]


def test_what_the_hub_cannot_work_with_is_bad(live: Path) -> None:
    (live / "folkmoot.toml").write_text("nonsense = 1")
    ended = call(live, "doctor", "--json")
    assert (ended.code, [check["word"] for check in ended.json]) == (1, ["bad"])
    (live / "folkmoot.toml").write_text("")
    (live / "folkmoot.db").write_bytes(b"something else " * 100)
    ended = call(live, "doctor")
    assert ended.code == 1
    assert "not a database" in ended.out


def test_settings_that_a_connector_refuses_are_bad_before_anything_was_harvested(tmp_path: Path) -> None:
    text = (
        'contact = "mailto:hub@example.org"\n'
        + CONFIG.replace('"citizen_space"', '"feed"')
        + 'settings = { kind = "foo" }\n'
    )
    (tmp_path / "folkmoot.toml").write_text(text)
    ended = call(tmp_path, "doctor")
    assert ended.code == 1
    assert f"bad   sources        {tmp_path / 'folkmoot.toml'}: [[site]] {SOURCE}: setting kind: 'foo'" in ended.out
    for command in (["sources"], ["up"], ["serve"], ["harvest", "--all"]):
        one_line(call(tmp_path, *command), 2, "folkmoot.toml", f"[[site]] {SOURCE}", "setting kind: 'foo' is wrong")


def test_a_secret_that_is_not_there_is_noted(tmp_path: Path) -> None:
    (tmp_path / "folkmoot.toml").write_text("[secrets]\nkey = { env = 'NOT_SET_BY_ANYBODY' }\n")
    ended = call(tmp_path, "doctor")
    assert ended.code == 0
    assert "secrets.key: the environment variable NOT_SET_BY_ANYBODY is empty" in ended.out


def test_a_broker_that_takes_no_connection_is_noted_without_its_password(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (tmp_path / "folkmoot.toml").write_text(f'broker = "redis://:hush@127.0.0.1:{port}/0"')
        assert checks(tmp_path)["broker"] == "good"
    ended = call(tmp_path, "doctor")
    assert ended.code == 0
    assert "note  broker         redis://127.0.0.1: it cannot be reached: Connection refused" in ended.out
    assert "hush" not in ended.out


def test_a_clock_that_is_behind_is_bad(live: Path) -> None:
    ended = folkmoot("--data", live, "--now", "2026-02-01", "doctor")
    assert ended.code == 1
    assert "behind the last run" in ended.out


def test_a_broken_plugin_is_shown_with_its_reason(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from folkmoot_hub import registry

    def load() -> registry.Registry:
        return registry.load_plugins({"theirs": object()})

    monkeypatch.setattr("folkmoot_hub.cli.doctor.load_plugins", load)
    ended = call(live, "doctor", "--json")
    assert ended.code == 0
    [broken] = [check for check in ended.json if check["what"] == "broken plugin"]
    assert broken["detail"].startswith("theirs 0: it implements no hook")


def test_a_damaged_index_and_one_that_is_behind_are_told(live: Path) -> None:
    with closing(sqlite3.connect(live / "folkmoot.db")) as connection, connection:
        connection.execute("UPDATE cursor SET seq = seq - 1")
    assert checks(live)["index"] == "note"
    for file in (live / "index" / "tantivy").iterdir():
        file.write_bytes(b"damage")
    assert checks(live)["index"] == "bad"
