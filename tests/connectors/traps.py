"""Tables of traps: a test module's docstring says which test covers which trap of a platform."""

from __future__ import annotations

import re
from types import ModuleType

_ROW = re.compile(r"^\| (?P<trap>[^|]+?) +\| (?P<tests>test_\w+(?:, test_\w+)*) +\|$", re.MULTILINE)


def table(module: ModuleType) -> dict[str, list[str]]:
    """The tests by trap, from the rows ``| trap | test, test |`` of the docstring of ``module``."""
    return {row["trap"]: row["tests"].split(", ") for row in _ROW.finditer(module.__doc__ or "")}


def faults(module: ModuleType, traps: tuple[str, ...]) -> list[str]:
    """What is wrong with the table: traps without a row, rows without a trap, tests that do not exist."""
    rows = table(module)
    missing = [f"no row for the trap {trap!r}" for trap in traps if trap not in rows]
    unknown = [f"no such trap: {trap!r}" for trap in rows if trap not in traps]
    tests = {name for names in rows.values() for name in names}
    return missing + unknown + [f"no such test: {name}" for name in sorted(tests) if not _is_test(module, name)]


def _is_test(module: ModuleType, name: str) -> bool:
    return callable(getattr(module, name, None))
