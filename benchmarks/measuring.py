"""Processor time of two ways of doing the same, taken in turn in processes of their own."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """What a ratio should be: ``at least`` or ``at most`` a number."""

    at_least: float | None = None
    at_most: float | None = None

    def met(self, ratio: float) -> bool:
        """Whether it is."""
        return (self.at_least is None or ratio >= self.at_least) and (self.at_most is None or ratio <= self.at_most)

    def __str__(self) -> str:
        return f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"


def seconds(work: Callable[[], Any]) -> float:
    """The processor seconds, user and system, that ``work`` takes, begun in a fresh child of this process.

    Whatever has to be made ready is made before: only ``work`` is counted, and what its own children take.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            before = _taken()
            work()
            os.write(theirs, json.dumps(_taken() - before).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        text = pipe.read()
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("the work that was to be measured failed")
    return float(json.loads(text))


def _taken() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def compare(
    name: str,
    ours: Callable[[], Any],
    other: Callable[[], Any],
    goal: Goal,
    what: str,
    *,
    rounds: int = 5,
    faster: bool = True,
    times: int = 1,
) -> bool:
    """Measure both in turn, print the line, and say whether the goal is met.

    With ``faster`` the ratio is how many times as much ours does in the same time, else how many times as long it
    takes.
    ``times``: ours does the same so many times over, so that there is something to measure; its time is divided by it.
    """
    pairs = [(seconds(ours) / times, seconds(other)) for _ in range(rounds)]
    ratios = [(b / a) if faster else (a / b) for a, b in pairs]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return told(name, statistics.median(ratios), goal, f"{what}; {mine:.3f} s against {theirs:.3f} s, {rounds} rounds")


def told(name: str, ratio: float, goal: Goal, what: str) -> bool:
    """Print one figure with its goal."""
    met = goal.met(ratio)
    sys.stdout.write(f"{name:<28} {ratio:>9.2f}  goal {goal!s:<8} {'met   ' if met else 'MISSED'}  {what}\n")
    sys.stdout.flush()
    return met
