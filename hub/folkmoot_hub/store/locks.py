"""Locks between the processes of one machine: each a file, let go by the system when its holder dies, however."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


class Held(Exception):
    """Raised when somebody else holds the lock; its text says who, as far as is known."""


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock ``name`` of ``folder``; :class:`Held` at once if somebody else does."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{quote(name, safe='')}.lock"
    # Opened anew each time: flock counts by open file, so that two holders in one process exclude each other, too.
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(file, 100).decode("ascii", "replace").strip() or "unknown"
            raise Held(f"process {holder} holds it") from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)  # and with it the lock; the file stays, since to remove it would race with the next holder
