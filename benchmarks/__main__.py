"""``python -m benchmarks [NAME]…``: all but the large ones, or those named."""

from __future__ import annotations

import sys

from benchmarks.answering import page
from benchmarks.fetching import fetch, harvest, unchanged
from benchmarks.remembering import memory
from benchmarks.searching import search
from benchmarks.writing import write

BENCHMARKS = {
    "fetch": fetch,
    "harvest": harvest,
    "unchanged": unchanged,
    "search": search,
    "rdf": write,
    "page": page,
    "memory": memory,
}
LARGE = {"memory"}


def main(names: list[str]) -> int:
    """Run them; 0 though a goal is missed, since a figure is no fault, 2 for a name that is none."""
    if unknown := [name for name in names if name not in BENCHMARKS]:
        sys.stderr.write(f"{unknown[0]!r} is no benchmark; allowed: {', '.join(BENCHMARKS)}\n")
        return 2
    for name in names or [name for name in BENCHMARKS if name not in LARGE]:
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
