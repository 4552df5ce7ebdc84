"""How long to wait before asking again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import NotFound, ServerTrouble
from folkmoot_hub.fetch.retry import Backoff, persist, retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@given(st.integers(0, 10**9))
def test_seconds(seconds: int) -> None:
    assert retry_after({"retry-after": f" {seconds} "}) == seconds


@given(st.integers(-(10**6), 10**6))
def test_a_date_is_measured_against_the_date_of_the_answer(seconds: int) -> None:
    sent = NOW + timedelta(days=400)  # the server's clock is wrong; ours shall not matter
    headers = {
        "date": format_datetime(sent, usegmt=True),
        "retry-after": format_datetime(sent + timedelta(seconds=seconds), usegmt=True),
    }
    assert retry_after(headers, NOW) == max(0, seconds)


def test_a_date_without_the_date_of_the_answer_is_measured_against_now() -> None:
    headers = {"retry-after": "Sun, 01 Mar 2026 12:00:10 GMT"}
    assert retry_after(headers, NOW) == 10
    assert retry_after(headers) is None


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "٣", "Sun, 99 Mar 2026 12:00:10 GMT", "1" * 20 + "x"])
def test_what_is_neither_says_nothing(value: str) -> None:
    assert retry_after({"retry-after": value}, NOW) is None


@given(st.text())
def test_no_value_breaks_it(value: str) -> None:
    wait = retry_after({"retry-after": value, "date": value}, NOW)
    assert wait is None or wait >= 0


def test_a_number_beyond_all_measure_means_for_ever() -> None:
    assert retry_after({"retry-after": "9" * 5000}) == float("inf")


@given(st.integers(0, 5000), st.none() | st.floats(0, 300), st.floats(0, 1))
def test_a_wait_grows_and_never_ends_before_the_server_wants(attempt: int, asked: float | None, chance: float) -> None:
    wait = Backoff(2, 300, lambda: chance).wait(attempt, asked)
    assert wait is not None
    assert (asked or 0) <= wait <= 450
    assert wait >= min(300, 2 * 2 ** min(attempt, 60)) * 0.5


def test_a_wait_beyond_patience_is_refused() -> None:
    assert Backoff(2, 300, lambda: 0.5).wait(0, 300.5) is None


async def test_trouble_is_asked_again_with_doubling_waits() -> None:
    waits: list[float] = []
    left = [ServerTrouble("a"), ServerTrouble("b"), ServerTrouble("c")]

    async def ask() -> str:
        if left:
            raise left.pop()
        return "an answer"

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    assert await persist(ask, 3, Backoff(2, 300, lambda: 0.5), sleep) == "an answer"
    assert waits == [2, 4, 8]


@pytest.mark.parametrize(("error", "tries"), [(ServerTrouble("down"), 3), (NotFound("no"), 1)])
async def test_it_ends_after_the_retries_and_at_once_on_final_errors(error: Exception, tries: int) -> None:
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        raise error

    async def sleep(seconds: float) -> None:
        pass

    with pytest.raises(type(error)):
        await persist(ask, 2, Backoff(2, 300, lambda: 0.5), sleep)
    assert asked == tries
