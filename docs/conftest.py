"""Runs the code blocks of the documentation: Python as it stands, TOML as an operator's configuration."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

from folkmoot_hub.config import load_config


def _load(example: Example) -> None:
    """The block must be a configuration that is taken."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "folkmoot.toml"
        file.write_text(example.parsed, "utf-8")
        load_config(file, {"HOME": folder})


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(future_imports=["annotations"]),
        CodeBlockParser(language="toml", evaluator=_load),
        SkipParser(),
    ],
    patterns=["*.md"],
).pytest()
