"""``make`` sets up once, notices what changed or failed, and never leaves its own folder.

The Makefile runs in a temporary folder with a stand-in for Python that writes down what it was asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")

#: Makes an environment whose python, folkmoot and ruff are this script again. FAIL names an argument at which it fails.
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$LOG"
case " $* " in *" ${FAIL:-nothing} "*) exit 1;; esac
if [ "$1 $2" = "-m venv" ]; then
  for name in python folkmoot ruff; do
    mkdir -p .venv/bin && cp "$STAND_IN" ".venv/bin/$name"
  done
fi
"""


class Clone:
    """A folder with our Makefile and locks; ``make`` says what the stand-in was asked, line by line."""

    def __init__(self, folder: Path, stand_in: Path) -> None:
        self.folder = folder
        self._stand_in = stand_in
        folder.mkdir()
        for name in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)

    def make(self, *arguments: str, fail: str = "", expect: int = 0) -> list[str]:
        log = self._stand_in.with_name("log")
        log.write_text("")
        # What make hands down when it runs these very tests.
        ours = ("MAKE", "MFLAGS", "ARGS", "PORT", "PYTHON")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment = {**inherited, "LOG": str(log), "STAND_IN": str(self._stand_in)}
        done = subprocess.run(
            ["make", f"PYTHON={self._stand_in}", *arguments],
            cwd=self.folder,
            env=environment | ({"FAIL": fail} if fail else {}),
            capture_output=True,
            text=True,
        )
        assert (done.returncode != 0) == bool(expect), done.stdout + done.stderr
        self.told = done.stderr
        return [line for line in log.read_text().splitlines() if "sys.version_info" not in line]


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    path = tmp_path / "stand-in"
    path.write_text(STAND_IN)
    path.chmod(0o755)
    return path


@pytest.fixture
def clone(tmp_path: Path, stand_in: Path) -> Clone:
    return Clone(tmp_path / "a clone", stand_in)


def test_a_python_that_is_too_old_is_named_with_what_is_needed(clone: Clone) -> None:
    clone.make("demo", "PYTHON=false", expect=2)
    assert "Folkmoot needs Python 3.11 or newer; false is not" in clone.told
    assert not (clone.folder / ".venv").exists()


def test_the_demo_installs_what_is_locked_and_runs_on_data_of_this_folder(clone: Clone) -> None:
    venv, locked, itself, demo = clone.make("demo")
    assert venv == "stand-in -m venv .venv"
    assert locked.endswith(" install --quiet --require-hashes -r requirements.lock")
    assert itself.endswith(" install --quiet --no-deps --no-build-isolation --no-index -e .")
    assert demo == "folkmoot --data demo-data demo"


def test_a_second_call_installs_nothing(clone: Clone) -> None:
    clone.make("demo")
    assert clone.make("demo", "PORT=8001") == ["folkmoot --data demo-data demo --port 8001"]
    clone.make("test")
    assert clone.make("test", "ARGS=tests/hub") == ["python -m pytest tests/hub"]
    assert clone.make("demo") == ["folkmoot --data demo-data demo"]


@pytest.mark.parametrize("step", ["venv", "requirements.lock", "-e", "requirements-dev.lock"])
def test_a_step_that_failed_is_done_again(clone: Clone, step: str) -> None:
    assert step in clone.make("test", fail=step, expect=2)[-1]
    assert any(step in line for line in clone.make("test"))
    assert clone.make("test") == ["python -m pytest"]


@pytest.mark.parametrize("changed", ["requirements.lock", "requirements-dev.lock", "pyproject.toml"])
def test_what_changed_is_installed_again(clone: Clone, changed: str) -> None:
    clone.make("test")
    late = (clone.folder / ".venv" / ".installed-dev").stat().st_mtime + 10
    os.utime(clone.folder / changed, (late, late))
    assert len(clone.make("test")) > 1


def test_a_copied_folder_gets_an_environment_of_its_own(clone: Clone, tmp_path: Path) -> None:
    clone.make("demo")
    copied = tmp_path / "copied"
    shutil.copytree(clone.folder, copied)
    clone.folder, first = copied, clone.folder
    venv, *others = clone.make("demo")
    assert venv == "stand-in -m venv --clear .venv"
    assert len(others) == 3
    clone.folder = first
    assert len(clone.make("demo")) == 1


def test_tests_are_told_of_the_servers_that_run(clone: Clone) -> None:
    clone.make("test")
    (clone.folder / ".services").mkdir()
    (clone.folder / ".services" / "env").write_text("FOLKMOOT_TEST_REDIS=redis://127.0.0.1:1\n")
    python = clone.folder / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$FOLKMOOT_TEST_REDIS" >> "$LOG"\n')
    assert clone.make("test") == ["redis://127.0.0.1:1"]


def test_clean_leaves_live_data_and_what_git_tracks(clone: Clone) -> None:
    clone.make("demo")
    for name in ("data", "demo-data", "docs/_build", "hub/__pycache__"):
        (clone.folder / name).mkdir(parents=True)
    asked = clone.make("clean")
    assert asked == ["stand-in tools/services.py stop"]
    left = {path.name for path in clone.folder.iterdir()}
    assert left == {"Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml", "data", "docs", "hub"}
    assert list((clone.folder / "hub").iterdir()) == []
