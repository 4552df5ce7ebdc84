"""Counts, shares and bars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.web import support
from folkmoot_schema.codes import Unit
from folkmoot_schema.process import Support
from hub.web.building import record, signatures


@pytest.mark.parametrize(
    ("count", "goal", "share", "whole"),
    [
        (40955, 1_000_000, "4.1 %", "4 %"),
        (6319, 1_000_000, "0.6 %", "less than 1 %"),
        (23160, 23265, "99 %", "99 %"),  # 99.55 %
        (23265, 23265, "100 %", "100 %"),
        (1325043, 1_000_000, "132 %", "132 %"),
        (9999, 100_000, "9.9 %", "9 %"),  # 10.0 would say that it is at ten
        (1, 1_000_000, "less than 0.1 %", "less than 1 %"),
        (0, 1_000_000, "0.0 %", "0 %"),
    ],
)
def test_a_share_never_says_more_than_there_is(count: int, goal: int, share: str, whole: str) -> None:
    assert (support.percent(count, goal), support.whole_percent(count, goal)) == (share, whole)


@given(goal=st.integers(1, 10**9), short=st.integers(1, 10**6))
def test_a_hundred_percent_is_only_said_when_the_goal_is_reached(goal: int, short: int) -> None:
    below = max(goal - short, 0)
    assert not support.percent(below, goal).startswith("100")
    assert support.percent(goal, goal) == "100 %"


def test_unknown_support_has_no_number_and_no_bar() -> None:
    line = support.line(signatures(None, 500))
    assert (line.number, line.percent, line.bar) == ("", "", None)
    assert line.what == "Signatures: number not known"
    assert support.head(record(support=(signatures(None, 500),)).process) is None


def test_the_countries_stand_by_share_and_the_unknown_ones_last() -> None:
    readings = (
        signatures(10, 100, place="ES"),
        signatures(None, 100, place="MT"),
        signatures(200, 100, place="LV"),
        signatures(99, 100, place="RO"),
        signatures(5000, 100_000, place="DE"),
    )
    backing = support.backing(record(support=readings).process, ("en",))
    assert [one.name for one in backing.countries] == ["Latvia", "Romania", "Spain", "Germany", "Malta"]
    assert (backing.reached, backing.with_goal) == (1, 5)
    assert [one.number for one in backing.countries][-1] == "not known"


def test_a_single_thing_is_counted_in_the_singular() -> None:
    line = support.line(Support(unit=Unit.COMMENTS, count=1))
    assert (line.number, line.what) == ("1", "comment")
