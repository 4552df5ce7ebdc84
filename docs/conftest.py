"""Runs the code blocks of the documentation.

==========================  ==========================================================================================
block                       what is done with it
==========================  ==========================================================================================
``python``                  run as it stands, in one namespace for each page
``toml``                    must be a configuration that is taken
``console``                 lines that begin with ``$`` are run; what follows must be what they print, ``…`` being
                            anything. They end with 0 unless ``# exits with N`` stands behind them
with ``:caption: file``     written to that file
``sh``, ``text``, …         shown only
==========================  ==========================================================================================

Files and commands of a page share a folder and a virtual environment, which are gone afterwards.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sybil import Document, Example, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.myst import CodeBlockParser, SkipParser

from folkmoot_hub.config import load_config
from hub.testing.environment import Environment

_COMMAND = re.compile(r"^\$ (?P<line>.+?)(?: +# exits with (?P<code>\d+))?\n(?P<told>(?:(?!\$ ).*\n?)*)", re.MULTILINE)


class _Blocks(CodeBlockParser):
    """Every block of code that something is to be done with."""

    language = "any"

    def __call__(self, document: Document) -> Iterable[Region]:
        for region in self.lexers(document):
            options = region.lexemes.get("options") or {}
            evaluator = _write(options["caption"]) if "caption" in options else _DONE.get(region.lexemes["arguments"])
            if evaluator is not None:
                region.parsed = region.lexemes["source"]
                region.evaluator = evaluator
                yield region


def _write(name: str) -> Callable[[Example], None]:
    def write(example: Example) -> None:
        file = _place(example).folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(example.parsed, "utf-8")

    return write


def _load(example: Example) -> None:
    """The block must be a configuration that is taken."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "folkmoot.toml"
        file.write_text(example.parsed, "utf-8")
        load_config(file, {"HOME": folder})


def _run(example: Example) -> str | None:
    """What is wrong with the first command that does not do what the block says."""
    place = _place(example)
    for found in _COMMAND.finditer(example.parsed):
        done = place.environment.shell(found["line"], place.folder)
        told = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
        if done.returncode != int(found["code"] or 0):
            return f"{found['line']}: exit code {done.returncode}\n{told}"
        if found["told"].strip() and not _like(found["told"].strip(), told):
            return f"{found['line']} prints\n{told}\nand not\n{found['told']}"
    return None


def _like(expected: str, told: str) -> bool:
    return re.fullmatch(".*?".join(map(re.escape, expected.split("…"))), told, re.DOTALL) is not None


class _Place:
    """Where the files of one page are, and its commands run."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory()
        root = Path(self._temporary.name)
        self.folder = root / "folder"
        self.folder.mkdir()
        self.environment = Environment(root / "environment")

    def close(self) -> None:
        self._temporary.cleanup()


def _place(example: Example) -> _Place:
    place: _Place = example.namespace.setdefault("_place", None) or _Place()
    example.namespace["_place"] = place
    return place


def _leave(namespace: dict[str, Any]) -> None:
    if place := namespace.get("_place"):
        place.close()


_DONE: dict[str, Callable[[Example], Any]] = {
    "python": PythonEvaluator(["annotations"]),
    "toml": _load,
    "console": _run,
}

pytest_collect_file = Sybil(
    parsers=[_Blocks(), SkipParser()],
    patterns=["*.md"],
    excludes=["reference/cli.md"],  # its lines show how commands are written, one by one, and are no story to follow
    teardown=_leave,
).pytest()
