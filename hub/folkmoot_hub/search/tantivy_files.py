"""The folder of a tantivy index: its version file, what is wrong with it, and how it is emptied.

``<directory>/tantivy/`` holds the engine's files and ``<directory>/version`` the version of our fields. The version is
written after the first commit: a folder without one holds nothing that can be relied on.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from folkmoot_hub.errors import IndexingError
from folkmoot_hub.search.tantivy_schema import VERSION


class Folder:
    """The folder of one index."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.engine = directory / "tantivy"
        self._version = directory / "version"
        self._meta = self.engine / "meta.json"

    def prepare(self) -> None:
        """Make the folder where there is none; ``IndexingError`` if it cannot be, is damaged or of another version."""
        try:
            self.engine.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexingError(f"cannot make the search index {self.directory}: {error.strerror}") from error
        if self.unwritten:
            return
        if self._read() != str(VERSION):
            raise IndexingError(
                f"the search index {self.directory} has version {self._read()[:20]!r}, this hub needs {VERSION}: "
                "it has to be built anew (folkmoot reindex)"
            )
        if not self._meta.exists():  # the engine would take the folder for a new one, and nobody would fill it
            raise IndexingError(f"the search index {self.directory} is damaged: {self._meta.name} is missing")

    @property
    def unwritten(self) -> bool:
        """Whether nothing was ever committed to it."""
        return not self._version.exists()

    def written(self) -> None:
        """Note that something was committed."""
        if self.unwritten:
            draft = self._version.with_suffix(".new")
            draft.write_text(f"{VERSION}\n")
            draft.replace(self._version)

    def stamp(self) -> tuple[int, int]:
        """What changes with every commit, whichever process made it."""
        found = os.stat(self._meta)
        return found.st_mtime_ns, found.st_ino

    def empty(self) -> None:
        """Remove the index; ``IndexingError`` if somebody is writing to it, or it cannot be removed."""
        with self._writing():
            try:
                self._version.unlink(missing_ok=True)
                shutil.rmtree(self.engine, ignore_errors=True)
            except OSError as error:
                raise IndexingError(f"cannot empty the search index {self.directory}: {error.strerror}") from error

    def _read(self) -> str:
        try:
            return self._version.read_text(errors="replace").strip()
        except OSError as error:
            raise IndexingError(f"cannot read {self._version}: {error.strerror}") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        # The lock that tantivy's writer holds. Its own way to it leads through an index that can be opened.
        lock = self.engine / ".tantivy-writer.lock"
        if not lock.exists():
            yield
            return
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise IndexingError(f"another process is writing to the search index {self.directory}") from error
            yield
