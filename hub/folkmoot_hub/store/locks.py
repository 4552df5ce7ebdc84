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
def locked(folder: Path, name: str, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock ``name`` of ``folder``; if somebody else does, ``wait`` for it, else :class:`Held` at once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{quote(name, safe='')}.lock"
    # Opened anew each time: flock counts by open file, so that two holders in one process exclude each other, too.
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            holder = os.read(file, 100).decode("ascii", "replace").strip() or "unknown"
            raise Held(f"process {holder} holds it") from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)  # and with it the lock; the file stays, since to remove it would race with the next holder
