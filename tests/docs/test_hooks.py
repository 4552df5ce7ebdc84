"""The page about hooks agrees with the hooks: name, parameters, what comes back, and what is said of each."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from folkmoot_hub import hooks

PAGE = (Path(__file__).parents[2] / "docs/reference/hooks.md").read_text("utf-8")
SPECS: dict[str, Callable[..., Any]] = {
    name: found for name, found in vars(hooks).items() if hasattr(found, f"{hooks.PROJECT}_spec")
}


def section(name: str) -> str:
    """What the page says below the heading ``name``."""
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"hooks.md has no section {name}"
    return found[1]


def flat(text: str) -> str:
    """Words alone, without the marks of reStructuredText and Markdown."""
    return " ".join(text.replace("`", "").split())


def test_the_page_has_a_section_for_each_hook_and_for_no_other() -> None:
    assert re.findall(r"^## (folkmoot_\w+)$", PAGE, re.MULTILINE) == list(SPECS)
    assert SPECS


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_is_documented_with_the_parameters_and_the_answer_that_it_has(name: str) -> None:
    signature = f"{name}{inspect.signature(SPECS[name])}".replace("'", "")
    assert section(name).lstrip().startswith(f"`{signature}`\n")


@pytest.mark.parametrize("name", SPECS)
def test_what_the_docstring_says_stands_on_the_page(name: str) -> None:
    told = inspect.getdoc(SPECS[name])
    assert told
    assert flat(told).rstrip(".") in flat(section(name))


@pytest.mark.parametrize("name", SPECS)
def test_each_hook_has_an_example_that_runs(name: str) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", section(name), re.MULTILINE | re.DOTALL)
    assert f"@hookimpl\ndef {name}(" in example
