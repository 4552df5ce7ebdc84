"""Moments at which a process kills itself, as kill -9 would: counted by stage, so that each can be met again."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.fetch.protocol import Fetched, Fetcher, Validators
from folkmoot_hub.search.reader import IndexReader
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_hub.store.sqlite.database import Database
from folkmoot_hub.store.sqlite.store import SqliteStore

STAGES = ("fetch", "transaction", "index", "replay")


class Moments:
    """Counts the moments of each stage; at the ``number``-th of ``stage`` it writes into ``log`` which, and kills."""

    def __init__(self, log: Path | None = None, stage: str = "", number: int = 0) -> None:
        self.counts: Counter[str] = Counter()
        self.store_stage = "transaction"
        self._log = log
        self._target = (stage, number)
        self._lock = threading.Lock()

    def met(self, stage: str, what: str) -> None:
        """A moment has come."""
        with self._lock:
            self.counts[stage] += 1
            if (stage, self.counts[stage]) == self._target:
                assert self._log is not None
                with self._log.open("a") as file:
                    file.write(f"{stage} {self.counts[stage]}: {what}\n")
                    file.flush()
                    os.fsync(file.fileno())
                os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Put the moments into the store, the index and its reader."""
        self._in_store()
        self._around(IndexReader, "take", "reader")
        self._around(TantivyIndex, "apply", "commit of the index")
        self._around(SqliteStore, "set_cursor", "cursor")

    def _in_store(self) -> None:
        inside = threading.local()
        write, connect = Database.write, Database._connect

        @contextmanager
        def watched(database: Database) -> Iterator[Connection]:
            with write(database) as connection:
                inside.writing = True
                try:
                    yield connection
                    self.met(self.store_stage, "before the commit")
                finally:
                    inside.writing = False

        def traced(database: Database) -> Connection:
            connection = connect(database)

            def statement(sql: str) -> None:
                if getattr(inside, "writing", False):
                    self.met(self.store_stage, " ".join(sql.split())[:70])

            connection.set_trace_callback(statement)
            return connection

        Database.write = watched  # type: ignore[method-assign]
        Database._connect = traced  # type: ignore[method-assign]

    def _around(self, owner: type, name: str, what: str) -> None:
        inner = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            self.met("index", f"before the {what}")
            result = inner(*args, **kwargs)
            self.met("index", f"after the {what}")
            return result

        setattr(owner, name, watched)


class Watched:
    """A fetcher with a moment before and after every answer."""

    def __init__(self, inner: Fetcher, moments: Moments) -> None:
        self._inner = inner
        self._moments = moments

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        self._moments.met("fetch", f"before {request.url}")
        fetched = await self._inner.fetch(request, site, validators)
        self._moments.met("fetch", f"after {request.url}")
        return fetched

    async def close(self) -> None:
        await self._inner.close()
