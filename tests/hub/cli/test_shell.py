"""The command line as a program of its own: pipes that close, signals, terminals, and a hub served meanwhile."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.cli.calling import NOW, SAMPLES, SOURCE, folkmoot, started


@pytest.mark.parametrize("form", ["jsonl", "nq", "ttl", "csv"])
def test_a_pipe_that_closes_ends_the_command_quietly(demo: Path, form: str) -> None:
    process = started("--data", demo, "export", "--format", form)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 141
    assert err.splitlines() == ["folkmoot: base_url is not configured, addresses begin with http://127.0.0.1:8000"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_disk_that_is_full_is_a_failure_in_one_line(demo: Path) -> None:
    with open("/dev/full", "w") as full:
        process = started("--data", demo, "search", "--json", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.splitlines()[-1].startswith("folkmoot: ")
    assert "Traceback" not in err


def test_control_c_ends_a_question_with_130(live: Path) -> None:
    key = str(folkmoot("--data", live, "--now", NOW, "search", "--json", "--limit", "1").json[0]["key"])
    process = started("--data", live, "--now", NOW, "erase", key, "--reason", "x")
    assert process.stderr is not None
    assert key in process.stderr.readline()
    asked = ""
    while not asked.endswith("[y/N]:"):  # the question ends no line
        asked += (letter := process.stderr.read(1))
        assert letter, asked
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert [line for line in err.splitlines() if line.strip()] == ["folkmoot: interrupted"]
    assert err.lstrip(" ").startswith("\n"), "what is said stands on a line of its own"
    assert folkmoot("--data", live, "--now", NOW, "show", key).code == 0


@pytest.mark.parametrize("call", [("-m", "folkmoot_hub.cli"), ("-c", "from folkmoot_hub.cli import main; main()")])
def test_control_c_ends_a_program_that_is_still_being_read_with_130(tmp_path: Path, call: tuple[str, ...]) -> None:
    """The library that is read first stands for all of them: it is replaced by one in which Ctrl+C is pressed."""
    (tmp_path / "click.py").write_text("import signal; signal.raise_signal(signal.SIGINT)")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path}
    run = subprocess.run([sys.executable, *call, "--help"], env=env, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr.strip()) == (130, "folkmoot: interrupted")


def test_control_c_ends_a_harvest_with_130_and_the_next_one_goes_on(live: Path, tmp_path: Path) -> None:
    """The recording is read from a pipe that nobody writes to, so that the harvest cannot end by itself."""
    recording = tmp_path / "slow"
    recording.mkdir()
    source = SAMPLES / "citizen_space" / "exampleville"
    for file in source.iterdir():
        (recording / file.name).write_bytes(file.read_bytes())
    (recording / "search_open.json").unlink()
    os.mkfifo(recording / "search_open.json")
    process = started("--data", live, "--now", NOW, "harvest", SOURCE, "--replay", recording)
    # The harvest reads in a thread: whoever opens the other end knows that it has begun.
    writer = os.open(recording / "search_open.json", os.O_WRONLY)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.strip() == "folkmoot: interrupted"
    ended = folkmoot("--data", live, "--now", NOW, "harvest", SOURCE, "--replay", source, "--json")
    assert (ended.code, ended.json[0]["items"]) == (0, 8)


def test_progress_is_shown_on_a_terminal_and_nowhere_else(live: Path) -> None:
    main, other = pty.openpty()
    process = started("--data", live, "export", "--format", "csv", stderr=other)
    os.close(other)
    out = process.communicate(timeout=60)[0]
    shown = _read(main)
    assert process.returncode == 0
    assert "exporting" in shown
    assert "100%" in shown
    assert out.splitlines() == folkmoot("--data", live, "export", "--format", "csv").lines
    assert folkmoot("--data", live, "export", "--format", "csv").err == ""


def test_a_harvest_shows_on_a_terminal_how_far_it_is(live: Path) -> None:
    main, other = pty.openpty()
    replay = SAMPLES / "citizen_space" / "exampleville"
    process = started("--data", live, "--now", NOW, "harvest", SOURCE, "--replay", replay, "--json", stderr=other)
    os.close(other)
    out = process.communicate(timeout=60)[0]
    assert (process.returncode, len(out.splitlines())) == (0, 1)
    shown = _read(main)
    assert SOURCE in shown
    assert "100%" in shown


def _read(terminal: int) -> str:
    found = b""
    while select.select([terminal], [], [], 0.2)[0]:
        try:
            found += os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
    os.close(terminal)
    return found.decode()


def test_letters_that_a_terminal_cannot_show_are_no_failure(demo: Path) -> None:
    command = [sys.executable, "-m", "folkmoot_hub.cli", "--data", str(demo), "search", "source=sample.ideen"]
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    run = subprocess.run(command, env=env, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Bänke".encode("latin-1") in run.stdout
    assert rb"\u2014" in run.stdout


@pytest.fixture
def served(live: Path) -> Iterator[Path]:
    """A live directory that is served while the test runs."""
    process = started("--data", live, "--now", NOW, "serve", "--port", "0", stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    yield live
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_every_command_works_beside_a_hub_that_is_served(served: Path, tmp_path: Path) -> None:
    def call(*arguments: str | Path, code: int = 0) -> str:
        ended = folkmoot("--data", served, "--now", NOW, *arguments)
        assert ended.code == code, ended
        assert "Traceback" not in ended.err
        return ended.out

    replay = SAMPLES / "eci" / "register"
    call("harvest", "eci", "--replay", replay)
    found = folkmoot("--data", served, "--now", NOW, "search", "--limit", "100", "--json").json
    assert len(found) == 8 + 11, "what was just written is found at once"
    key = found[0]["key"]
    call("show", key)
    call("erase", key, "--reason", "a trial", "--yes")
    assert key not in call("search", "--limit", "100", "--json")
    for command in (
        ("sources",),
        ("drift",),
        ("quarantine",),
        ("validate",),
        ("migrate",),
        ("export", "--format", "nq"),
    ):
        call(*command)
    assert "process " in call("doctor").split("served")[1].splitlines()[0]
    call("backup", tmp_path / "backup.db")
    call("reindex", code=2)
    call("serve", "--port", "0", code=2)
