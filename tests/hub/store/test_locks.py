"""Locks between threads and processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from folkmoot_hub.store.locks import Held, locked

_HOLD = """
import sys, time
from pathlib import Path
from folkmoot_hub.store.locks import locked
with locked(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder: Path, name: str) -> subprocess.Popen[str]:
    """Another process that holds the lock by now."""
    started = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder), name], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "held\n"
    return started


def end(process: subprocess.Popen[str], how: signal.Signals = signal.SIGKILL) -> None:
    """End it and wait for its end."""
    process.send_signal(how)
    process.wait(20)
    if process.stdout is not None:
        process.stdout.close()


def free(folder: Path, name: str) -> bool:
    """Whether nobody holds the lock."""
    try:
        with locked(folder, name):
            return True
    except Held:
        return False


def test_a_lock_is_held_once_in_a_process_by_whichever_thread(tmp_path: Path) -> None:
    found: list[bool] = []
    with locked(tmp_path, "a"):
        assert not free(tmp_path, "a")
        thread = threading.Thread(target=lambda: found.append(free(tmp_path, "a")))
        thread.start()
        thread.join(20)
        assert free(tmp_path, "b")
    assert found == [False]
    assert free(tmp_path, "a")


def test_a_lock_is_let_go_when_what_it_guards_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path, "a"):
        raise ZeroDivisionError
    assert free(tmp_path, "a")


def test_another_process_is_kept_out_and_named(tmp_path: Path) -> None:
    other = holder(tmp_path, "a")
    try:
        with pytest.raises(Held, match=f"process {other.pid} holds it"), locked(tmp_path, "a"):
            pytest.fail("held twice")
    finally:
        end(other)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_whoever_is_killed_lets_go(tmp_path: Path, how: signal.Signals) -> None:
    other = holder(tmp_path, "a")
    assert not free(tmp_path, "a")
    end(other, how)
    assert free(tmp_path, "a")


def test_whoever_waits_gets_it_when_it_is_let_go(tmp_path: Path) -> None:
    other = holder(tmp_path, "a")
    got = threading.Event()

    def wait() -> None:
        with locked(tmp_path, "a", wait=True):
            got.set()

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    assert not got.wait(0.2)
    end(other)
    assert got.wait(20)
    waiter.join(20)
    assert until(lambda: free(tmp_path, "a"))


@pytest.mark.parametrize("name", ["source-a/b", "..", "ü", "a b"])
def test_a_name_makes_one_file_in_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "not yet" / "there"
    with locked(folder, name):
        assert not free(folder, name)
    assert [path.parent for path in tmp_path.rglob("*.lock")] == [folder]


def until(true: Callable[[], bool]) -> bool:
    """Whether it becomes true within some seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False
