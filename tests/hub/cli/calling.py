"""Calls the command line as a shell would, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

import folkmoot_connectors
from folkmoot_hub.cli import main

SAMPLES = Path(folkmoot_connectors.__file__).parent / "samples"
#: The moment at which the samples are true.
NOW = "2026-03-02T10:00:00Z"
#: A source of an operator's own, for which the sample of Exampleville is replayed.
SOURCE = "consult.exampleville.example"
CONFIG = f"""
base_url = "https://hub.example.org"
[[site]]
id = "{SOURCE}"
connector = "citizen_space"
title = "Exampleville"
base = "https://consult.exampleville.example"
place = {{ country = "IE" }}
languages = ["en"]
zone = "Europe/Dublin"
licence = {{ id = "CC-BY-4.0", name = "Creative Commons Attribution 4.0", attribution = "Exampleville" }}
"""
_NOTHING_SET = {"FOLKMOOT_DATA": None, "FOLKMOOT_CONFIG": None, "FOLKMOOT_NOW": None}


class Ended(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Standard output, line by line."""
        return self.out.splitlines()

    @property
    def json(self) -> list[Any]:
        """Standard output, each line read as JSON."""
        return [json.loads(line) for line in self.lines]


def folkmoot(*arguments: str | Path, input: str = "", **env: str | None) -> Ended:
    """Call the command line in this process; ``env`` are variables of the environment, None for unset."""
    with CliRunner().isolation(input, {**_NOTHING_SET, **env}) as (out, err, _):
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
        return Ended(code, out.getvalue().decode(), err.getvalue().decode())


def started(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    """The command line in a process of its own, its output in pipes."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    command = [sys.executable, "-m", "folkmoot_hub.cli", *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=env, text=True, **(pipes | options))


def one_line(ended: Ended, code: int, *parts: str) -> None:
    """Assert that the command ended with ``code`` and one line that begins with our name and has all of ``parts``."""
    assert (ended.code, ended.err.count("\n")) == (code, 1), ended
    assert ended.err.startswith("folkmoot: ")
    for part in parts:
        assert part in ended.err
