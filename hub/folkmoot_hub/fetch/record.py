"""The fetcher that writes a recording of what another one fetches, such that a replay gives the same answers."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import ConfigError, GoneAtSource, NotFound
from folkmoot_hub.fetch.hops import CREDENTIALS
from folkmoot_hub.fetch.protocol import Fetched, Fetcher, Validators
from folkmoot_hub.fetch.recording import GROWING, NAME, Recorded, Recording, by_place, dump, load
from folkmoot_hub.fetch.secrets import holds_secret
from folkmoot_schema.dates import iso

#: Bodies above this size are compressed, smaller ones stay readable.
_GZIP_ABOVE = 64 * 1024
_EXTENSIONS = {"json": ".json", "html": ".html", "feed": ".xml", "xml": ".xml", "text": ".txt", "any": ".bin"}
#: Headers of an answer that are not kept: they would let somebody else go on with our session.
_PRIVATE = frozenset({"set-cookie", "set-cookie2", "www-authenticate"})


class RecordingFetcher:
    """Passes requests on to ``inner`` and writes the answers to ``folder``; a recording begun there goes on.

    What is written: whole answers (validators are not passed on), and "not found" and "gone", from which a harvest
    concludes. Passing troubles are not. Secrets are placeholders already; of the request's headers those with
    credentials are left out.
    """

    def __init__(self, inner: Fetcher, folder: Path, site: Site) -> None:
        self._inner = inner
        self._folder = folder
        self._lock = asyncio.Lock()
        self._recording = _begun(folder, site)
        self._entries = by_place(self._recording.responses)
        self._growing = False

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The answer of the inner fetcher, written down before it is given."""
        try:
            fetched = await self._inner.fetch(request, site, None)
        except (NotFound, GoneAtSource) as error:
            await self._write([_entry(request, 410 if isinstance(error, GoneAtSource) else 404)])
            raise
        await self._write(_entries(request, fetched), fetched.body)
        return fetched

    async def close(self) -> None:
        """Bring the recording into its final form, and close the inner fetcher."""
        try:
            if self._growing:
                await asyncio.to_thread(self._write_list)
        finally:
            await self._inner.close()

    async def _write(self, entries: list[Recorded], body: bytes = b"") -> None:
        async with self._lock:
            await asyncio.to_thread(self._save, entries, body)

    def _save(self, entries: list[Recorded], body: bytes) -> None:
        """Body first: the list never names a file that is not there. It is not written anew for each answer."""
        if not self._growing:
            self._write_list()
            self._growing = True
        if (file := entries[-1].file) is not None:
            _put(self._folder / file, gzip.compress(body, mtime=0) if file.endswith(".gz") else body)
        with (self._folder / GROWING).open("ab") as grown:
            grown.write(b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries))
        self._entries |= {entry.place(): entry for entry in entries}

    def _write_list(self) -> None:
        whole = msgspec.structs.replace(self._recording, responses=list(self._entries.values()))
        _put(self._folder / NAME, dump(whole))
        (self._folder / GROWING).unlink(missing_ok=True)


def _begun(folder: Path, site: Site) -> Recording:
    """The recording to go on with; ``ConfigError`` if that in ``folder`` is of another site."""
    block: dict[str, Any] = {**site.settings, "id": site.id, "base": site.base}
    if not (folder / NAME).exists():
        note = "Written by a harvest."
        return Recording(platform=site.connector, evidence="recorded", note=note, site=block, responses=[])
    begun, _ = load(folder)
    if (begun.site or {}).get("id") != site.id:
        raise ConfigError(f"{folder / NAME}: it is a recording of another site; allowed: a new folder for {site.id}")
    return begun


def _entries(request: Request, fetched: Fetched) -> list[Recorded]:
    """The answer, and before it the redirect that led to it: the format knows no other way to say so."""
    entry = _entry(request, fetched.status)
    if fetched.url == request.url:
        return [_filled(entry, request, fetched)]
    entry.status, entry.headers = (302 if request.method == "GET" else 303), {"location": fetched.url}
    target = Recorded(url=fetched.url, status=fetched.status)
    return [entry, _filled(target, request, fetched)]


def _entry(request: Request, status: int) -> Recorded:
    return Recorded(
        method=request.method,
        url=request.url,
        status=status,
        body=request.body,
        request_headers={
            name.lower(): value
            for name, value in request.headers.items()
            if name.lower() not in CREDENTIALS and not holds_secret(value)
        },
    )


def _filled(entry: Recorded, request: Request, fetched: Fetched) -> Recorded:
    entry.headers = {name: value for name, value in fetched.headers.items() if name not in _PRIVATE}
    entry.recorded = iso(fetched.fetched_at)
    entry.captured_at = iso(fetched.captured_at) if fetched.captured_at else None
    entry.file = _name(request, fetched.body) if fetched.body else None
    return entry


def _name(request: Request, body: bytes) -> str:
    suffix = _EXTENSIONS[request.expect] + (".gz" if len(body) > _GZIP_ABOVE else "")
    return f"bodies/{hashlib.sha256(body).hexdigest()[:24]}{suffix}"


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(content)
    os.replace(draft, path)
