"""The records: a participation process as a connector maps it, and as the hub keeps it.

Everything is an immutable :class:`msgspec.Struct`; msgspec checks types when JSON is read, ``__post_init__``
checks what one value alone can tell, and :mod:`folkmoot_schema.validation` checks what only the whole can.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from folkmoot_schema import countries, dates, identifiers
from folkmoot_schema.codes import (
    Availability,
    DocumentKind,
    Flag,
    Kind,
    Level,
    LinkKind,
    OutcomeKind,
    PhaseKind,
    Stage,
    Status,
    Topic,
    Unit,
)
from folkmoot_schema.texts import Text, is_tag

# RFC 3986, 3.2: user, host (or an IPv6 address in brackets), port; then path, query or fragment.
_WEB = re.compile(
    r"https?://([^\s/?#@\[\]]*@)?(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]\\<>\"^`{|}%]+)(:[0-9]{0,5})?([/?#]\S*)?",
    re.IGNORECASE,
)
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_EUROVOC = re.compile(r"http://eurovoc\.europa\.eu/[A-Za-z0-9_]+")
#: The EU authority table of types of documents and acts; a code of it after this is the type's IRI.
RESOURCE_TYPES = "http://publications.europa.eu/resource/authority/resource-type/"
_ACT_TYPE = re.compile(re.escape(RESOURCE_TYPES) + "[A-Z0-9_]+")


def check_url(value: str, what: str) -> None:
    """``ValueError`` unless ``value`` is an absolute http(s) address without white space and controls."""
    if not _WEB.fullmatch(value) or _UNWRITABLE.search(value) or not _has_host(value):
        raise ValueError(f"{what} {value!r} is not an absolute http(s) address")


def _has_host(value: str) -> bool:
    try:
        return bool(urlsplit(value).hostname)
    except ValueError:
        return False


def check_iri(value: str, what: str) -> None:
    """``ValueError`` unless ``value`` is an absolute IRI: an http(s) address, or one of another scheme (RFC 3987).

    A scheme that is also a prefix of our JSON-LD context (``geo:``, ``org:``) is refused: it would be read as another.
    """
    if value[:4].lower() == "http":
        check_url(value, what)
    elif identifiers.is_compact(value):
        known = ", ".join(sorted(identifiers.prefixes()))
        raise ValueError(f"{what} {value!r} would be read as a compact IRI; allowed: a scheme other than {known}")
    elif identifiers.iri(value) is None:
        raise ValueError(f"{what} {value!r} is not an absolute IRI")


class Schemed(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The common form of all parts: immutable, keyword arguments only, defaults left out of JSON."""


class Organisation(Schemed, frozen=True):
    """A body, never a natural person. ``iri`` is its EU corporate-body or other authority IRI, where it has one."""

    name: Text
    iri: str | None = None
    homepage: str | None = None

    def __post_init__(self) -> None:
        if self.iri is not None:
            check_iri(self.iri, "IRI of the organisation")
        if self.homepage is not None:
            check_url(self.homepage, "homepage")


class Point(Schemed, frozen=True):
    """A place on the earth in WGS 84 degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"({self.latitude}, {self.longitude}) is not a point in degrees of WGS 84")


class Place(Schemed, frozen=True):
    """Where a process applies. ``country`` is ISO 3166-1 alpha-2 (GR, not EL), or EU, or XK for Kosovo."""

    country: str
    region: str | None = None
    municipality: str | None = None
    point: Point | None = None

    def __post_init__(self) -> None:
        countries.check(self.country)


class Phase(Schemed, frozen=True):
    """A dated part of a process. Dates are partial (:mod:`folkmoot_schema.dates`), local to ``zone`` (IANA).

    ``closes`` is inclusive when it is a day or coarser. The dates are kept as the source gives them, also
    when they contradict each other; :mod:`folkmoot_schema.status` says what such a window is worth.
    """

    kind: PhaseKind = PhaseKind.PARTICIPATION
    opens: str | None = None
    closes: str | None = None
    zone: str = "UTC"
    label: Text | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        dates.zone(self.zone)
        for value in (self.opens, self.closes):
            if value is not None:
                dates.check(value)
        if self.url is not None:
            check_url(self.url, "address of the phase")


class Threshold(Schemed, frozen=True):
    """How much support is needed, and the act that says so (CELEX number), where known."""

    count: int
    celex: str | None = None

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a threshold is at least 1, not {self.count}")


class Support(Schemed, frozen=True):
    """One reading of counted backing.

    ``count`` None is *unknown*, never zero. ``place`` is a country for counts per country; ``option`` is the
    label of a ballot's option; ``read_at`` is when the hub read it (set by the engine from the answer it came
    in), ``changed_at`` when the source says it last changed; ``part`` names the part of the item that told it, so
    that the list's figure and the detail's stay two observations.
    """

    unit: Unit
    count: int | None = None
    place: str | None = None
    option: Text | None = None
    verified: bool = False
    threshold: Threshold | None = None
    read_at: datetime | None = None
    changed_at: str | None = None
    part: str = "list"

    def __post_init__(self) -> None:
        if self.count is not None and not 0 <= self.count < 2**53:
            raise ValueError(f"a count is between 0 and 2^53, not {self.count}")
        if self.changed_at is not None:
            dates.check(self.changed_at)
        if self.place is not None:
            countries.check(self.place)

    @property
    def series(self) -> str:
        """What makes two readings members of one time series: unit, place, option, verified and part."""
        option = self.option.values[self.option.original] if self.option else ""
        return "|".join((self.unit, self.place or "", option, "v" if self.verified else "", self.part))


class Outcome(Schemed, frozen=True):
    """What an authority did with it."""

    kind: OutcomeKind
    date: str | None = None
    title: Text | None = None
    url: str | None = None
    by: Organisation | None = None

    def __post_init__(self) -> None:
        if self.date is not None:
            dates.check(self.date)
        if self.url is not None:
            check_url(self.url, "address of the outcome")


class Document(Schemed, frozen=True):
    """An attached document; ``language`` is a BCP 47 tag, ``size`` is in bytes."""

    url: str
    kind: DocumentKind = DocumentKind.OTHER
    title: Text | None = None
    language: str | None = None
    media_type: str | None = None
    size: int | None = None

    def __post_init__(self) -> None:
        check_url(self.url, "address of the document")
        if self.language is not None and not is_tag(self.language):
            raise ValueError(f"{self.language!r} is not a language tag (BCP 47, lower-case language)")
        if self.size is not None and self.size < 0:
            raise ValueError(f"a document has a size of 0 bytes or more, not {self.size}")


class Link(Schemed, frozen=True):
    """A reference that joins this process to something else, normalised; ``url`` where it can be followed."""

    kind: LinkKind
    value: str
    url: str | None = None
    title: Text | None = None

    def __post_init__(self) -> None:
        if not self.value:
            raise ValueError(f"a link of kind {self.kind} needs a value")
        if self.url is not None:
            check_url(self.url, "address of the link")


class Process(Schemed, frozen=True):
    """One participation process as its source tells it: what ``Connector.map`` returns.

    ``url`` is where one takes part or reads on; ``flag`` is the source's own standing mapped to ours, and
    ``source_status`` its own word. ``participate_url`` is set where taking part has an address of its own.
    ``eurovoc`` holds IRIs of concepts (``http://eurovoc.europa.eu/…``), ``act_types`` those of the types of act that
    are to come of it (``http://publications.europa.eu/resource/authority/resource-type/…``). ``published`` is when the
    source published it, a partial date: of news and bulletins often the only one, and no phase, since nobody can take
    part in it. Status, deadline and next transition are not here: they depend on the clock (:class:`Standing`).
    """

    kind: Kind
    title: Text
    url: str
    summary: Text | None = None
    body: Text | None = None
    flags: tuple[Flag, ...] = ()
    organiser: Organisation | None = None
    authority: Organisation | None = None
    place: Place | None = None
    level: Level | None = None
    topics: tuple[Topic, ...] = ()
    eurovoc: tuple[str, ...] = ()
    act_types: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    stage: Stage | None = None
    phases: tuple[Phase, ...] = ()
    flag: Status | None = None
    source_status: str | None = None
    participate_url: str | None = None
    support: tuple[Support, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    documents: tuple[Document, ...] = ()
    links: tuple[Link, ...] = ()
    availability: Availability = Availability.LIVE
    observed_at: str | None = None
    published: str | None = None

    def __post_init__(self) -> None:
        check_url(self.url, "address of the process")
        if self.participate_url is not None:
            check_url(self.participate_url, "address for taking part")
        for concept in self.eurovoc:
            if not _EUROVOC.fullmatch(concept):
                raise ValueError(f"{concept!r} is not the IRI of a EuroVoc concept (http://eurovoc.europa.eu/…)")
        for concept in self.act_types:
            if not _ACT_TYPE.fullmatch(concept):
                raise ValueError(f"{concept!r} is not the IRI of a type of act ({RESOURCE_TYPES}…)")
        for date in (self.observed_at, self.published):
            if date is not None:
                dates.check(date)


class Standing(Schemed, frozen=True):
    """Where a process stands at one moment, computed by :func:`folkmoot_schema.status.assess`.

    ``derived`` says that the status follows from dates or silence and not from the source's word. ``deadline`` is
    the partial date of the closing that matters now, local to ``deadline_zone``; ``deadline_at`` is the instant
    (UTC) after which it has passed. ``next_transition_at`` is when this answer changes by itself.
    """

    status: Status
    derived: bool = False
    deadline: str | None = None
    deadline_zone: str | None = None
    deadline_at: datetime | None = None
    opens_at: datetime | None = None
    next_transition_at: datetime | None = None
    reason: str = ""


class Provenance(Schemed, frozen=True):
    """Where a record comes from: the address of the answer, when it was fetched, the digest of the item, by what.

    ``captured_at`` is when an archive took that answer; ``url`` is then the archive's address, None if it has none, and
    ``original`` the platform's.
    """

    source: str
    fetched_at: datetime
    digest: str
    connector: str
    connector_version: str
    url: str | None = None
    run: str | None = None
    missing: tuple[str, ...] = ()
    captured_at: datetime | None = None
    original: str | None = None

    def __post_init__(self) -> None:
        if self.url is not None:
            check_iri(self.url, "address of the answer")
        if self.original is not None:
            check_iri(self.original, "address at the platform")


class Licence(Schemed, frozen=True):
    """Under which terms a source's records go on: SPDX id or IRI, its name, the credit line to show."""

    id: str | None = None
    name: str = "not stated by the source"
    url: str | None = None
    attribution: str | None = None

    def __post_init__(self) -> None:
        if self.url is not None:
            check_url(self.url, "address of the licence")


class Record(Schemed, frozen=True):
    """One process as the hub keeps and hands it on: what readers of the change log get.

    ``process.support`` holds the newest reading of every series. ``first_seen`` is when the hub first read it,
    ``seen_at`` when it last did, ``updated`` the date of the last material change, ``counted_at`` that of the last
    change which was none (a count, a keyword), ``absent_since`` since when an exhaustive list no longer has it.
    """

    source: str
    local_id: str
    process: Process
    standing: Standing
    provenance: Provenance
    first_seen: datetime
    updated: datetime
    seen_at: datetime
    counted_at: datetime | None = None
    absent_since: datetime | None = None
    licence: Licence = Licence()
    origin: str | None = None

    def __post_init__(self) -> None:
        identifiers.check_source(self.source)
        identifiers.check_local_id(self.local_id)
        if self.origin is not None:
            check_url(self.origin, "address at the origin")

    @property
    def modified(self) -> datetime:
        """The date of the last change of any weight, counts included."""
        return self.updated if self.counted_at is None else max(self.updated, self.counted_at)

    @property
    def key(self) -> str:
        """The key, the same on every hub."""
        return identifiers.key(self.source, self.local_id)

    @property
    def path(self) -> str:
        """The path below ``/id/`` and ``/process/`` of a hub."""
        return identifiers.path(self.source, self.local_id)


_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number")
_record_decoder = msgspec.json.Decoder(Record)
_process_decoder = msgspec.json.Decoder(Process)


def to_json(value: msgspec.Struct) -> bytes:
    """Any struct of the schema as JSON (UTF-8, keys in a fixed order)."""
    return _encoder.encode(value)


def record_from_json(data: bytes) -> Record:
    """A :class:`Record` from what :func:`to_json` wrote; ``msgspec.ValidationError`` names what does not fit."""
    return _record_decoder.decode(data)


def process_from_json(data: bytes) -> Process:
    """A :class:`Process` from what :func:`to_json` wrote; ``msgspec.ValidationError`` names what does not fit."""
    return _process_decoder.decode(data)


def canonical_json(value: Any) -> bytes:
    """Plain data as JSON with sorted keys: equal data give equal bytes, so digests can be taken of it."""
    return _encoder.encode(value)
