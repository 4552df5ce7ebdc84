"""The connector API: what a connector author imports.

A connector is three pure functions: ``start`` says what to ask first, ``parse`` reads an answer, ``map`` makes an
item a :class:`~folkmoot_schema.process.Process`. It does no I/O and knows no ``async``: the hub fetches, retries,
paces, resumes and stores, so the same code runs live, on a recording and on a web archive.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec

from folkmoot_hub.errors import MappingError, ParseError
from folkmoot_hub.feeds import Feed, FeedEntry, parse_feed
from folkmoot_hub.pages import Page, parse_html, parse_xml
from folkmoot_hub.site import Site
from folkmoot_schema.process import Process, check_url

__all__ = [
    "Connector",
    "Expect",
    "Feed",
    "FeedEntry",
    "Gone",
    "Item",
    "MappingError",
    "Page",
    "ParseError",
    "Request",
    "Response",
    "Run",
    "Sample",
    "Scope",
    "Seen",
    "Site",
    "State",
    "Total",
    "WholeItem",
    "Yielded",
]

#: The main part of an item, the one that gives it its identity.
LIST = "list"

# What a backslash begins in JSON (RFC 8259, 7): a surrogate pair, half of one, anything else.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

_META = re.compile(rb"<meta\s[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
#: What the Encoding Standard takes for windows-1252.
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"})

Expect = Literal["json", "feed", "html", "xml", "text", "any"]


class _Api(msgspec.Struct, frozen=True, omit_defaults=True, tag=True):
    """The common form of what connectors yield; as JSON it bears the name of its class."""


class Request(_Api, frozen=True):
    """Something to ask.

    ``then`` names the connector's method that reads the answer. The hub checks the status against ``accept`` and
    the content type against ``expect`` before that. A request with an ``item`` brings that item's part ``part``;
    if it fails for good, the item is mapped without (``if_failed="keep"``) or not at all (``"skip"``).
    ``unless_same`` skips it while the part held was fetched for the same digest and is younger than ``max_age``
    seconds. ``package:<file>`` reads a file shipped with the connector.
    """

    url: str
    then: str = "parse"
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = {}
    body: str | None = None
    expect: Expect = "json"
    accept: tuple[int, ...] = (200,)
    item: str | None = None
    part: str = "detail"
    if_failed: Literal["keep", "skip"] = "keep"
    unless_same: str | None = None
    max_age: int | None = None

    def __post_init__(self) -> None:
        if not self.url.startswith("package:"):
            check_url(self.url, "address of the request")


class Item(_Api, frozen=True):
    """One thing found: its id at the source, and the fields of one part of it (plain JSON data)."""

    id: str
    data: Mapping[str, Any]
    part: str = LIST


class Total(_Api, frozen=True):
    """The source says that the scope holds ``n`` items."""

    n: int
    scope: str = "all"


class Scope(_Api, frozen=True):
    """The items of this answer belong to the scope ``name``; ``exhaustive``: what is not in it does not exist there."""

    name: str = "all"
    exhaustive: bool = False


class Seen(_Api, frozen=True):
    """The item is still there, and nothing more is said of it."""

    id: str


class Gone(_Api, frozen=True):
    """The source says that the item was deleted."""

    id: str
    reason: str = ""


class State(_Api, frozen=True):
    """What the next run shall find in ``run.state``; kept only if this run is complete."""

    data: Mapping[str, Any]


Yielded = Request | Item | Total | Scope | Seen | Gone | State


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that a plugin ships, to be looked at without a network: ``site`` is harvested from ``folder``.

    ``site.sample`` is true, so that nobody takes its records for real. ``at`` is the moment at which the recording is
    true: what it calls open is open then, so whoever shows samples sets the clock to the latest ``at`` of them.
    ``earlier`` are recordings of the same site with their moments, so that a demonstration has a past to show.
    """

    site: Site
    folder: Path
    at: datetime
    earlier: tuple[tuple[datetime, Path], ...] = ()


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What a connector may know of the run it serves: its site, the last complete run's state, the fixed present."""

    site: Site
    now: datetime
    state: Mapping[str, Any] = {}

    def secret(self, name: str) -> str:
        """A placeholder that the hub replaces by the secret when it sends the request, and nowhere else."""
        return f"{{secret:{name}}}"


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. ``url`` is the address after redirects, ``headers`` have lower-case names.

    ``captured_at`` is when an archive took it, None for a live answer.
    """

    run: Run
    request: Request
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    captured_at: datetime | None = None

    def text(self) -> str:
        """The body as text: by the charset of the content type, else of the page itself, else as UTF-8.

        Undecodable bytes are replaced.
        """
        for named in (_of_type(self.headers.get("content-type", "")), _of_page(self.body)):
            try:
                return self.body.decode("cp1252" if named in _LATIN else named, errors="replace")
            except LookupError:  # nobody knows it, or none is named
                continue
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON data; ``ParseError`` if it is not JSON.

        A byte order mark before it is passed over (RFC 8259, 8.1), and half a surrogate pair in a text is U+FFFD.
        """
        try:
            return _decoded(self.body.removeprefix(BOM_UTF8))
        except RecursionError:
            raise ParseError(f"the answer of {self.url} is nested too deeply to be read as JSON") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ParseError(f"the answer of {self.url} is not JSON: {error}") from error

    def feed(self) -> Feed:
        """The body as a feed of any version of RSS or Atom; ``ParseError`` if it is none."""
        return parse_feed(self.body, self.headers.get("content-type", ""), self.url)

    def html(self) -> Page:
        """The body as an HTML page."""
        return parse_html(self.text(), self.url)

    def xml(self) -> Page:
        """The body as an XML document without external entities; ``ParseError`` if it is not well-formed."""
        return parse_xml(self.body, self.url)


class WholeItem:
    """An item with all parts that were brought together, as ``map`` gets it.

    ``item["field"]`` reads its main part. ``missing`` names the parts that could not be had in this run; such a
    part still stands in ``parts`` if an earlier run brought it. ``url`` is the address that its main part came from.
    """

    def __init__(
        self, id: str, parts: Mapping[str, Mapping[str, Any]], missing: Iterable[str] = (), url: str | None = None
    ) -> None:
        self.id = id
        self.parts = parts
        self.missing = frozenset(missing)
        self.url = url

    @property
    def data(self) -> Mapping[str, Any]:
        """The fields of the main part (``list``, or the only one there is)."""
        if LIST in self.parts:
            return self.parts[LIST]
        return next(iter(self.parts.values()), {})

    def __getitem__(self, field: str) -> Any:
        try:
            return self.data[field]
        except KeyError:
            raise MappingError(f"item {self.id!r} has no field {field!r}") from None

    def get(self, field: str, default: Any = None) -> Any:
        """A field of the main part, or ``default``."""
        return self.data.get(field, default)

    def part(self, name: str) -> Mapping[str, Any]:
        """The part ``name``, empty if it was never had."""
        return self.parts.get(name, {})


class Connector:
    """The base of every connector: one per platform software.

    ``version`` changes when its mapping does, so that every record is mapped anew. ``fields`` names, per part, the
    fields that may go into an item; everything else is dropped before anything is written. ``hosts`` are those that
    it may ask beside the site's own. ``settings`` names the keys it reads from ``site.settings``, ``secrets`` those it
    asks of :meth:`Run.secret`: no other is ever put into a request of it, whatever a source writes into an address.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    homepage: ClassVar[str]
    version: ClassVar[str] = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {}
    hosts: ClassVar[frozenset[str]] = frozenset()
    settings: ClassVar[frozenset[str]] = frozenset()
    secrets: ClassVar[frozenset[str]] = frozenset()

    def start(self, run: Run) -> Iterator[Yielded] | Iterable[Yielded]:
        """What to ask first."""
        raise NotImplementedError

    def parse(self, response: Response) -> Iterator[Yielded] | Iterable[Yielded]:
        """What an answer tells: items, further requests, statements about scope and totals."""
        raise NotImplementedError

    def map(self, item: WholeItem, run: Run) -> Process:
        """The process that ``item`` is; ``MappingError`` if it cannot be one."""
        raise NotImplementedError


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        whole = _ESCAPE.sub(lambda found: rb"\ufffd" if found["half"] else found[0], body)
        if whole == body:
            raise
        return msgspec.json.decode(whole)


def _of_type(content_type: str) -> str:
    """The charset that a content type names, else nothing."""
    _, _, parameter = content_type.lower().partition("charset=")
    return parameter.split(";")[0].strip(" \"'")


def _of_page(body: bytes) -> str:
    """The charset that a page names in its first 1024 bytes (HTML, 13.2.3.2), as web browsers read that; else UTF-8."""
    found = _META.search(body[:1024])
    named = found[1].decode("ascii").lower() if found else "utf-8"
    return "utf-8" if named.startswith("utf-16") else named  # a name that could be read is not in UTF-16
