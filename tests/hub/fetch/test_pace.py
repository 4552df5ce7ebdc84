"""Turns to ask a host."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import TooManyRequests
from folkmoot_hub.fetch.pace import Pace
from hub.fetch.serving import Time


def made(time: Time, patience: float = 300) -> Pace:
    return Pace(time.monotonic, time.sleep, patience)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 10), st.floats(0, 5)), max_size=15), st.integers(1, 3))
def test_turns_keep_their_distance_and_their_number(asks: list[tuple[str, float, float]], concurrency: int) -> None:
    """Whoever asks what in whatever order: the distance holds per host, and never more ask at a time than allowed."""
    time = Time()
    pace = made(time)
    begun: dict[str, list[float]] = {"a": [], "b": []}
    active = {"a": 0, "b": 0}

    async def ask(host: str, interval: float, lasts: float) -> None:
        async with pace.turn(host, interval, concurrency):
            if begun[host]:
                assert time.seconds >= begun[host][-1] + interval
            begun[host].append(time.seconds)
            active[host] += 1
            assert active[host] <= concurrency
            await asyncio.sleep(0)
            time.seconds += lasts
            active[host] -= 1

    async def everybody() -> None:
        async with asyncio.timeout(5):
            await asyncio.gather(*(ask(*each) for each in asks))

    asyncio.run(everybody())
    assert len(begun["a"]) + len(begun["b"]) == len(asks)


async def test_one_at_a_time_waits_for_the_one_before() -> None:
    pace, order = made(Time()), []
    hold = asyncio.Event()

    async def ask(name: str) -> None:
        async with pace.turn("a", 0, 1):
            order.append(name)
            await hold.wait()

    tasks = [asyncio.create_task(ask(name)) for name in ("first", "second")]
    for _ in range(5):
        await asyncio.sleep(0)
    assert order == ["first"]
    hold.set()
    await asyncio.gather(*tasks)
    assert order == ["first", "second"]


async def test_hosts_do_not_wait_for_each_other() -> None:
    time = Time()
    pace = made(time)
    async with pace.turn("a", 10, 1), pace.turn("b", 10, 1):
        pass
    assert time.slept == []


async def test_a_pause_holds_back_the_next_turn() -> None:
    time = Time()
    pace = made(time)
    pace.pause("a", 30)
    pace.pause("a", 5)  # a shorter one changes nothing
    async with pace.turn("a", 1, 1):
        assert time.slept == [30]


async def test_a_pause_beyond_patience_is_not_waited_for() -> None:
    time = Time()
    pace = made(time, patience=60)
    pace.pause("a", 61)
    with pytest.raises(TooManyRequests, match="a asked us to wait 61 s more, longer than 60 s") as caught:
        async with pace.turn("a", 1, 1):
            pass
    assert caught.value.retry_after == 61
    time.seconds += 1
    async with pace.turn("a", 1, 1):
        assert time.slept == [60]


async def test_a_turn_that_fails_or_is_cancelled_is_given_back() -> None:
    pace = made(Time())
    with pytest.raises(KeyError):
        async with pace.turn("a", 0, 1):
            raise KeyError
    async with pace.turn("a", 0, 1):
        waiting = asyncio.create_task(_once(pace))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1):
        await _once(pace)


async def _once(pace: Pace) -> None:
    async with pace.turn("a", 0, 1):
        pass
