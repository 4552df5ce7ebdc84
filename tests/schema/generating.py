"""Hypothesis strategies for the schema's structs: every field drawn, everything drawn acceptable to ``validate``.

Public: :func:`records`, :func:`processes`, and the parts (:func:`texts`, :func:`partial_dates`, :func:`phases` …).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from folkmoot_schema import countries, status
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
from folkmoot_schema.process import (
    RESOURCE_TYPES,
    Document,
    Licence,
    Link,
    Organisation,
    Outcome,
    Phase,
    Place,
    Point,
    Process,
    Provenance,
    Record,
    Support,
    Threshold,
)
from folkmoot_schema.texts import Text

_T = TypeVar("_T")
HUB = "https://hub.example"
TAGS = ("en", "fr", "el", "pt-BR", "sr-Latn", "es-419", "ca-valencia", "und", "mt")
ZONES = ("UTC", "Europe/Brussels", "Europe/London", "America/Bogota", "Asia/Kathmandu", "Pacific/Apia")

# Words of many scripts, right to left and beyond the basic plane, and the characters that writers of RDF must escape.
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cf"], exclude_characters="<@\ufeff\ufffd")
_WORDS = st.text(_CHARACTERS, min_size=1, max_size=20).filter(lambda word: bool(word.strip()))
_LINES = st.one_of(
    _WORDS, st.sampled_from(['A "quoted" title \\ with a slash', "Νέο πάρκο", "حديقة", "公園 🌳", "a\tb\nc"])
)
_HTML = st.builds(
    "<p>{} &amp; <b>{}</b></p>".format, *[st.text(st.characters(codec="ascii", categories=["L", "N"]))] * 2
)

_STRANGE_URLS = (
    "https://sample.example/a|b",
    "https://sample.example/search?filter[status]=open&q=100%",
    "https://sample.example/søk?q=αβγ#a#b",
    "http://[2001:db8::1]:8080/x",
    "HTTP://sample.example/{id}\\<x>",
    "https://bücher.example/%7Euser?`^",
)


def urls() -> st.SearchStrategy[str]:
    """Web addresses, also such as sources give them: brackets, bars, stray per cent signs, letters of any script."""
    path = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=15)
    return st.one_of(
        st.sampled_from(_STRANGE_URLS), path.map(lambda tail: f"https://sample.example/{''.join(tail.split())}")
    )


def texts(*, html: bool = False) -> st.SearchStrategy[Text]:
    """Texts in one to four languages, some of them machine translations."""

    @st.composite
    def draw_text(draw: st.DrawFn) -> Text:
        tags = draw(st.lists(st.sampled_from(TAGS), min_size=1, max_size=4, unique=True))
        rich = html and draw(st.booleans())
        values = {tag: draw(_HTML if rich else _LINES) for tag in tags}
        machine = tuple(draw(st.lists(st.sampled_from(tags[1:]), unique=True))) if tags[1:] else ()
        return Text(values, tags[0], machine=machine, html=rich)

    return draw_text()


def partial_dates(first: int = 1900, last: int = 2100) -> st.SearchStrategy[str]:
    """Partial dates of every precision, minutes with and without seconds and offset."""

    @st.composite
    def draw_date(draw: st.DrawFn) -> str:
        moment = draw(st.datetimes(datetime(first, 1, 1), datetime(last, 12, 31)))
        form = draw(st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]))
        offset = draw(st.sampled_from(["", "Z", "+02:00", "-11:30"])) if "%H" in form else ""
        return moment.strftime(form) + offset

    return draw_date()


def instants() -> st.SearchStrategy[datetime]:
    """Instants in UTC with whole seconds."""
    moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
    return moments.map(lambda moment: moment.replace(microsecond=0))


def phases(dates: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Phase]:
    """Phases, also contradictory and undated ones."""
    dates = partial_dates() if dates is None else dates
    return st.builds(
        Phase,
        kind=st.sampled_from(PhaseKind),
        opens=st.none() | dates,
        closes=st.none() | dates,
        zone=st.sampled_from(ZONES),
        label=st.none() | texts(),
        url=st.none() | urls(),
    )


def organisations() -> st.SearchStrategy[Organisation]:
    """Organisations with and without an IRI."""
    bodies = st.sampled_from(["SANTE", "EP", "COM"]).map(
        "http://publications.europa.eu/resource/authority/corporate-body/{}".format
    )
    return st.builds(Organisation, name=texts(), iri=st.none() | bodies, homepage=st.none() | urls())


def places() -> st.SearchStrategy[Place]:
    """Places of every country, some finer than that."""
    degrees = st.builds(
        Point,
        latitude=st.floats(-90, 90, allow_nan=False),
        longitude=st.floats(-180, 180, allow_nan=False),
    )
    return st.builds(
        Place,
        country=st.sampled_from(sorted(countries.CODES)),
        region=st.none() | _WORDS,
        municipality=st.none() | _WORDS,
        point=st.none() | degrees,
    )


def supports() -> st.SearchStrategy[Support]:
    """Readings of support, known and unknown."""
    celex = st.none() | st.just("32019R0788")
    return st.builds(
        Support,
        unit=st.sampled_from(Unit),
        count=st.none() | st.integers(0, 2**53 - 1),
        place=st.none() | st.sampled_from(sorted(countries.CODES)),
        option=st.none() | texts(),
        verified=st.booleans(),
        threshold=st.none() | st.builds(Threshold, count=st.integers(1, 10**7), celex=celex),
        read_at=st.none() | instants(),
        changed_at=st.none() | partial_dates(),
        part=st.sampled_from(["list", "detail"]),
    )


def outcomes() -> st.SearchStrategy[Outcome]:
    """Outcomes, dated and undated."""
    return st.builds(
        Outcome,
        kind=st.sampled_from(OutcomeKind),
        date=st.none() | partial_dates(),
        title=st.none() | texts(),
        url=st.none() | urls(),
        by=st.none() | organisations(),
    )


def documents() -> st.SearchStrategy[Document]:
    """Attached documents."""
    return st.builds(
        Document,
        url=urls(),
        kind=st.sampled_from(DocumentKind),
        title=st.none() | texts(),
        language=st.none() | st.sampled_from(TAGS),
        media_type=st.none() | st.sampled_from(["application/pdf", "text/html"]),
        size=st.none() | st.integers(0, 2**53 - 1),
    )


def links() -> st.SearchStrategy[Link]:
    """References of every kind."""
    return st.builds(
        Link,
        kind=st.sampled_from(LinkKind),
        value=st.sampled_from(["32019R0788", "COM(2021) 206", "Ares(2026)7014840", "2021/0106(COD)", "0123/2020"]),
        url=st.none() | urls(),
        title=st.none() | texts(),
    )


def processes(windows: st.SearchStrategy[Phase] | None = None) -> st.SearchStrategy[Process]:
    """Processes with every field drawn; :func:`folkmoot_schema.validation.validate` finds no error in them."""
    return st.builds(
        Process,
        kind=st.sampled_from(Kind),
        title=texts(),
        url=urls(),
        summary=st.none() | texts(html=True),
        body=st.none() | texts(html=True),
        flags=_few(st.sampled_from(Flag), unique=True),
        organiser=st.none() | organisations(),
        authority=st.none() | organisations(),
        place=st.none() | places(),
        level=st.none() | st.sampled_from(Level),
        topics=_few(st.sampled_from(Topic), unique=True),
        eurovoc=_few(st.integers(1, 9999).map("http://eurovoc.europa.eu/{}".format), unique=True),
        act_types=_few(st.sampled_from(["PROP_REG", "REG_DEL", "SWD"]).map(RESOURCE_TYPES.__add__), unique=True),
        keywords=_few(_WORDS),
        audiences=_few(_WORDS),
        stage=st.none() | st.sampled_from(Stage),
        phases=_few(phases() if windows is None else windows),
        flag=st.none() | st.sampled_from(Status),
        source_status=st.none() | _WORDS,
        participate_url=st.none() | urls(),
        support=_few(supports()),
        outcomes=_few(outcomes()),
        documents=_few(documents()),
        links=_few(links()),
        availability=st.sampled_from(Availability),
        observed_at=st.none() | partial_dates(),
        published=st.none() | partial_dates(),
    )


def licences() -> st.SearchStrategy[Licence]:
    """Licences: stated by SPDX id, by address, by name only, or not at all."""
    return st.builds(
        Licence,
        id=st.none() | st.sampled_from(["CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", "own terms"]),
        name=st.sampled_from(["not stated by the source", "Creative Commons Attribution"]),
        url=st.none() | urls(),
        attribution=st.none() | _WORDS,
    )


def sources() -> st.SearchStrategy[str]:
    """Ids of sources."""
    return st.sampled_from(["sample", "citizen-space.sample", "a.b-c.example"])


def local_ids() -> st.SearchStrategy[str]:
    """Ids of processes at their source: any characters that can be ones."""
    strange = st.sampled_from([".", "..", "0123/2020", "a b%2Fc", "x.ttl", "ä:?#[]@!$&'()*+,;="])
    return strange | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def records() -> st.SearchStrategy[Record]:
    """Records with every field drawn and the standing that the status function gives."""

    @st.composite
    def draw_record(draw: st.DrawFn) -> Record:
        process, seen = draw(processes()), draw(instants())
        now = seen + draw(st.timedeltas(timedelta(), timedelta(days=900)))
        return Record(
            source=draw(sources()),
            local_id=draw(local_ids()),
            process=process,
            standing=status.assess_process(process, seen_at=seen, now=now, interval=timedelta(days=3)),
            provenance=draw(_provenances()),
            first_seen=draw(instants()),
            updated=draw(instants()),
            seen_at=seen,
            counted_at=draw(st.none() | instants()),
            absent_since=draw(st.none() | instants()),
            licence=draw(licences()),
            origin=draw(st.none() | urls()),
        )

    return draw_record()


def _provenances() -> st.SearchStrategy[Provenance]:
    return st.builds(
        Provenance,
        source=sources(),
        fetched_at=instants(),
        digest=st.just("b3" * 16),
        connector=st.sampled_from(["sample", "citizen_space"]),
        connector_version=st.sampled_from(["0.1.0", "2026.1"]),
        url=st.none() | urls() | st.just("package:sample.json"),
        run=st.none() | st.just("2026-10-01T00:00:00Z-1"),
        missing=_few(st.sampled_from(["detail", "feedback"]), unique=True),
        captured_at=st.none() | instants(),
        original=st.none() | urls(),
    )


def _few(one: st.SearchStrategy[_T], *, unique: bool = False) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(one, max_size=2, unique=unique).map(tuple)
