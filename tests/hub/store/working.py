"""What other processes do to a store in tests: ``python working.py WORK FOLDER …``, each a function here."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from folkmoot_hub.store.sqlite.store import SqliteStore
from hub.store.making import NOW, SOURCE, keep, keep_in, process, site


def append(folder: Path, name: str, count: str) -> None:
    """Keep so many new processes, two in a transaction."""
    store = SqliteStore(folder)
    store.register(site())
    for n in range(int(count)):
        with store.transaction() as tx:
            keep_in(tx, f"{name}-{n}-a", process())
            keep_in(tx, f"{name}-{n}-b", process())
    store.close()


def count(folder: Path, turns: str) -> None:
    """Count on in the source's state, so many times."""
    store = SqliteStore(folder)
    for _ in range(int(turns)):
        with store.transaction() as tx:
            tx.put_state(SOURCE, {"n": tx.state(SOURCE)["n"] + 1})
    store.close()


def append_for_ever(folder: Path) -> None:
    """Keep pairs of processes until killed, each told on standard output when it is in the store."""
    store = SqliteStore(folder)
    store.register(site())
    for n in itertools.count():
        with store.transaction() as tx:
            keep_in(tx, f"{n}-a", process())
            keep_in(tx, f"{n}-b", process())
        sys.stdout.write(f"{n}\n")
        sys.stdout.flush()


def die_inside(folder: Path) -> None:
    """Be killed inside a transaction that has written much."""
    store = SqliteStore(folder)
    keep(store, "before")
    with store.transaction() as tx:
        for n in range(3000):
            keep_in(tx, str(n), process("x" * 1000), NOW)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    work, folder, *rest = sys.argv[1:]
    globals()[work](Path(folder), *rest)
