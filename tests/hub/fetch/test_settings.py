"""What an operator may set about fetching."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import ConfigError
from folkmoot_hub.fetch.settings import FetchSettings

POSITIVE = ["connect_timeout", "read_timeout", "timeout", "max_bytes"]
NOT_NEGATIVE = ["retries", "backoff", "patience"]


@pytest.mark.parametrize("contact", ["", "  ", "a\nb", "a\0b", "hub@example.org (really)", "(", "a)b"])
def test_a_contact_that_would_break_the_header_is_named(contact: str) -> None:
    with pytest.raises(ConfigError, match=r"fetch: contact: .* is wrong; allowed: a mail or web address on one line"):
        FetchSettings(contact=contact)


@pytest.mark.parametrize("name", POSITIVE)
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_what_must_be_more_than_nothing_is_named(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"fetch: {name}: {value} is wrong; allowed: more than 0"):
        made(name, value)


@pytest.mark.parametrize("name", NOT_NEGATIVE)
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_what_may_be_nothing_but_not_less_is_named(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"fetch: {name}: {value} is wrong; allowed: 0 or more"):
        made(name, value)
    assert getattr(made(name, 0), name) == 0


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match="fetch: allow: 'localhost' is no network"):
        FetchSettings(contact="mailto:hub@example.org", allow=("localhost",))


@given(st.text(min_size=1, max_size=40))
def test_any_contact_is_refused_or_stands_in_one_header(contact: str) -> None:
    try:
        agent = FetchSettings(contact=contact).user_agent
    except ConfigError:
        return
    assert agent.isprintable()
    assert agent.startswith("Folkmoot/")
    assert agent.endswith(f" (+{contact})")


def made(name: str, value: Any) -> FetchSettings:
    return FetchSettings(**{"contact": "mailto:hub@example.org", name: value})
