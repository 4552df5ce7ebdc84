"""The format of a recording: a folder with ``recording.json`` and the bodies of its answers (DESIGN, section 7).

``recording.json`` is ``{platform, evidence, note, site, responses: [...], data: [...]}``; only ``responses`` must be
there. The fields of a response are those of :class:`Recorded`. As long as a recording grows, the responses that have
come since stand in ``recording.jsonl``, one a line, so that each is written once.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from yarl import URL

from folkmoot_hub.errors import ConfigError
from folkmoot_schema import dates
from folkmoot_schema.dates import Precision

NAME = "recording.json"
GROWING = "recording.jsonl"
_REPLAYED = f"a folder with {NAME}, a .warc, a .warc.gz or a .wacz"

#: Method, address with its query sorted, body: what makes two requests the same.
Key = tuple[str, str, str | None]
#: The key and the variant: of two answers to one request under one name, one counts.
Place = tuple[Key, str | None]


class Recorded(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One answer. ``body`` is the request's; ``file`` names the answer's (``….gz`` is gunzipped), None if it has none.

    ``recorded`` is the partial date or instant at which the answer was true, ``captured_at`` the instant at which an
    archive took it. An answer with a ``variant`` is given only to those who ask for that variant. ``content`` is the
    answer's body itself, as text, bytes or JSON data, for recordings held in memory. The rest is for people.
    """

    method: str = "GET"
    url: str
    status: int = 200
    recorded: str | None = None
    captured_at: str | None = None
    headers: dict[str, str] = {}
    body: str | None = None
    file: str | None = None
    content: Any = None
    variant: str | None = None
    request_headers: dict[str, str] = {}
    body_unknown: bool = False
    body_not_kept: bool = False
    evidence: str | None = None
    url_inferred: bool = False
    product: str | None = None
    note: str | None = None

    def key(self) -> Key:
        """What a request must be to get this answer."""
        return request_key(self.method, self.url, self.body)

    def place(self) -> Place:
        """What another answer must have in common with this one to replace it."""
        return self.key(), self.variant


def true_at(recorded: str) -> datetime:
    """When an answer of this partial date was true: of a month or year the end, since it may tell of any day in it."""
    if dates.precision(recorded) in {Precision.YEAR, Precision.MONTH}:
        return dates.ends(recorded, "UTC") - timedelta(seconds=1)
    return dates.begins(recorded, "UTC")


#: The fields that every entry of a written recording has.
_MAIN = ("method", "url", "status", "recorded", "headers", "body", "file")


class Recording(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A whole recording; ``site`` holds the settings under which it can be replayed whole."""

    platform: str = ""
    evidence: str = ""
    note: str = ""
    site: dict[str, Any] | None = None
    responses: list[Recorded]
    data: list[Any] = []


def request_key(method: str, url: str, body: str | None) -> Key:
    """The key of a request: its address in normal form, without fragment, its query sorted; no body is an empty one."""
    try:
        parsed = URL(url)
        # As Latin-1 every octet stays itself: old platforms escape encodings other than UTF-8.
        pairs = parse_qsl(parsed.raw_query_string, keep_blank_values=True, encoding="latin-1")
        query = urlencode(sorted(pairs), encoding="latin-1")
        return method.upper(), f"{parsed.origin()}{parsed.raw_path}?{query}", body or None
    except ValueError:  # of package:<file>
        return method.upper(), url, body or None


def load(place: Path) -> tuple[Recording, Path]:
    """The recording in the folder or file ``place``, and its folder; ``ConfigError`` if it cannot be used."""
    file = place / NAME if place.is_dir() else place
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: no recording can be read: {error.strerror}; allowed: {_REPLAYED}") from None
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: this is not JSON: {error}; allowed: {_REPLAYED}") from None
    recording = convert(document, str(file))
    if file.name == NAME and (more := _grown(file.with_name(GROWING))):
        entries = by_place(recording.responses) | {entry.place(): entry for entry in more}
        recording = msgspec.structs.replace(recording, responses=list(entries.values()))
    return recording, file.parent


def by_place(responses: Iterable[Recorded]) -> dict[Place, Recorded]:
    """The answers that are given; of several at one place the first."""
    found: dict[Place, Recorded] = {}
    for entry in responses:
        found.setdefault(entry.place(), entry)
    return found


def _grown(file: Path) -> list[Recorded]:
    """What has come since the list was written; the end of a line that was cut off counts for nothing."""
    try:
        lines = file.read_bytes().split(b"\n")[:-1]
    except OSError:
        return []
    try:
        return [_entry(msgspec.json.decode(line), f"{file}: line {number}") for number, line in enumerate(lines, 1)]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: this is not JSON: {error}") from None


def convert(document: Any, where: str) -> Recording:
    """A recording from plain data; ``where`` is its name for the ``ConfigError`` that says which entry is wrong."""
    if not isinstance(document, Mapping) or not isinstance(document.get("responses"), list):
        raise ConfigError(f"{where}: responses: it is missing or no list; allowed: a list of answers")
    responses = [_entry(entry, f"{where}: responses[{number}]") for number, entry in enumerate(document["responses"])]
    try:
        rest = msgspec.convert({**document, "responses": []}, Recording)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {error}") from None
    return msgspec.structs.replace(rest, responses=responses)


def _entry(entry: Any, where: str) -> Recorded:
    try:
        recorded = msgspec.convert(entry, Recorded)
        _check(recorded)
    except (msgspec.ValidationError, ValueError) as error:
        allowed = ", ".join(Recorded.__struct_fields__)
        raise ConfigError(f"{where}: {_address(entry)}{str(error).replace('`', '')}; fields: {allowed}") from None
    return recorded


def _address(entry: Any) -> str:
    return f"{entry['url']}: " if isinstance(entry, Mapping) and isinstance(entry.get("url"), str) else ""


def _check(recorded: Recorded) -> None:
    """What the types alone do not tell; ``ValueError`` naming the field if something is wrong."""
    if recorded.method not in {"GET", "HEAD", "POST"}:  # HEAD is never asked, but may have been recorded by others
        raise ValueError(f"method {recorded.method!r} is neither GET nor HEAD nor POST")
    if not 100 <= recorded.status <= 599:
        raise ValueError(f"status {recorded.status} is not from 100 to 599")
    if recorded.recorded is not None:
        dates.check(recorded.recorded)
    if recorded.captured_at is not None:
        dates.parse_instant(recorded.captured_at)
    if recorded.file is not None:
        _check_file(recorded.file)


def _check_file(name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\\" in name or "\0" in name or ".." in parts:
        raise ValueError(f"file {name!r} does not lie in the recording; allowed: a path below its folder")


def read_body(folder: Path | None, recorded: Recorded) -> bytes:
    """The body of an answer; ``ConfigError`` if its file is missing, broken, or lies outside the folder."""
    if recorded.content is not None:
        return _encoded(recorded.content)
    if recorded.file is None:
        return b""
    if folder is None:
        raise ConfigError(f"a recording in memory has no file {recorded.file}; allowed: content")
    path = (folder / recorded.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ConfigError(f"{folder / NAME}: {recorded.url}: file {recorded.file!r} leads out of the recording")
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigError(f"{folder / NAME}: {recorded.url}: file {recorded.file!r} cannot be read: {error}") from None


def _encoded(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else msgspec.json.encode(content)


def dump(recording: Recording) -> bytes:
    """The text of ``recording.json``: what must be there, and what differs from the default."""
    document = msgspec.to_builtins(recording)
    document["responses"] = [
        {name: getattr(entry, name) for name in _MAIN} | msgspec.to_builtins(entry) for entry in recording.responses
    ]
    return msgspec.json.format(msgspec.json.encode(document), indent=1)
