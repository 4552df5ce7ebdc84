"""Settings that connectors share the reading of: a wrong value is told at start, and never taken for another."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.driving import CONNECTORS, NOW, bundled, under
from folkmoot_connectors import _settings as read
from folkmoot_hub.connector import Run, Site
from folkmoot_hub.errors import ConfigError

SITE = bundled("eci")
#: The settings that are true or false, each with a bundled site that may have it.
SWITCHES = [
    ("eci", "refused"),
    ("eci", "details"),
    ("citizen-space.uk-caa", "details"),
    ("citizen-space.uk-caa", "outcome_pages"),
    ("have-your-say", "details"),
    ("have-your-say", "feedback"),
]


def having(**settings: Any) -> Site:
    return under(SITE, settings)


@pytest.mark.parametrize("value", ["no", "false", 0, 1, None, []])
@pytest.mark.parametrize(("site", "name"), SWITCHES)
def test_what_is_neither_true_nor_false_is_refused_at_start(site: str, name: str, value: Any) -> None:
    found = under(bundled(site), {name: value})
    with pytest.raises(ConfigError, match=rf"^{site}: setting {name}: .* is wrong; allowed: true or false$"):
        list(CONNECTORS[found.connector]().start(Run(site=found, now=NOW)))


def test_a_switch_is_as_it_is_set_or_as_it_is_by_itself() -> None:
    assert [read.switch(having(details=value), "details", not value) for value in (True, False)] == [True, False]
    assert [read.switch(SITE, "details", value) for value in (True, False)] == [True, False]


@pytest.mark.parametrize("value", [0, 11, -1, "5", 5.0, True, None])
def test_a_number_that_is_out_of_range_or_none_is_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match=r"^eci: setting size: .* allowed: a whole number from 1 to 10$"):
        read.number(having(size=value), "size", 5, most=10)
    assert read.number(having(size=10), "size", 5, most=10) == 10


@pytest.mark.parametrize("value", ["c", "", None, 5, ["a"]])
def test_a_choice_that_there_is_none_of_is_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match=r"^eci: setting word: .* allowed: a, b$"):
        read.choice(having(word=value), "word", ("a", "b"), default="a")
    assert read.choice(having(word="b"), "word", ("a", "b"), default="a") == "b"


@pytest.mark.parametrize("value", ["a", ["c"], [["a"]], [{}], {"a": 1}, [True], None])
def test_a_list_of_what_is_not_known_is_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match=r"^eci: setting words: .* allowed: a list of a, b$"):
        read.several(having(words=value), "words", [], ("a", "b", 1), "a, b")
    assert read.several(having(words=["b", 1, "b"]), "words", [], ("a", "b", 1), "a, b") == ["b", 1]


def test_a_list_may_be_empty_unless_it_may_not() -> None:
    assert read.several(having(words=[]), "words", ["a"], ("a",), "a") == []
    with pytest.raises(ConfigError, match=r"allowed: a list of one or more of a$"):
        read.several(having(words=[]), "words", ["a"], ("a",), "a", least=1)


@pytest.mark.parametrize("value", ["/a", [5], [""], ["https://elsewhere.example/a"], ["javascript:x"], {"a": 1}, None])
def test_addresses_that_are_none_of_the_site_are_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match=r"^eci: setting pages: .* allowed: a list of addresses at the site's hosts"):
        read.addresses(having(pages=value), "pages", [])
    assert read.addresses(having(pages=[]), "pages", ["/a"]) == []
    with pytest.raises(ConfigError, match=r"^eci: setting pages: \[\] .* allowed: a list of one or more addresses"):
        read.addresses(having(pages=[]), "pages", ["/a"], least=1)


def test_a_path_is_below_the_base_and_each_address_is_told_once() -> None:
    site = having(base="https://site.example/dir", pages=["a.aspx?b=1", "/c", "https://site.example/dir/a.aspx?b=1"])
    assert read.addresses(site, "pages", []) == ["https://site.example/dir/a.aspx?b=1", "https://site.example/c"]
