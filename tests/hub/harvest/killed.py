"""Harvests the site of ``test_resuming`` in the folder given and kills itself at the n-th writing statement."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from folkmoot_hub.store.sqlite.ledger import SqliteTransaction
from hub.harvest.harvesting import DAY, Bench
from hub.harvest.test_resuming import SITE_OF_ALL


def counted(work: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    """``work``, which ends the process for good when its turn has come."""

    def counting(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*args, **kwargs)

    return counting


def main(folder: str, at: str) -> None:
    """Harvest; nothing is to be left to do after it if the process has not been killed."""
    bench = Bench(Path(folder))
    bench.clock.move(DAY)
    left = [int(at)]
    for name in dir(SqliteTransaction):
        if not name.startswith("_"):
            setattr(SqliteTransaction, name, counted(getattr(SqliteTransaction, name), left))
    bench.run(SITE_OF_ALL)
    print(f"{int(at) - left[0]} statements only", file=sys.stderr)  # noqa: T201 - told to the test


if __name__ == "__main__":
    main(*sys.argv[1:])
