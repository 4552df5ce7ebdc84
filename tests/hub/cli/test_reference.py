"""The page ``docs/reference/cli.md`` says what the commands say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from folkmoot_hub.cli.root import folkmoot as root

FILE = Path(__file__).parents[3] / "docs" / "cli_reference.py"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("cli_reference", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(reference: ModuleType) -> None:
    assert reference.PAGE.read_text("utf-8") == reference.page().rstrip() + "\n", "python docs/cli_reference.py"


def test_the_page_has_every_command_with_its_options_and_examples(reference: ModuleType) -> None:
    page = reference.page()
    for name, command in root.commands.items():
        section = page.split(f"\n## folkmoot {name}\n")[1].split("\n## ")[0]
        assert f"$ {command.examples[0]}" in section
        for parameter in command.params:
            for opt in parameter.opts if parameter.name not in {"data", "config", "now"} else ():
                assert opt in section or not opt.startswith("--"), (name, opt)
