"""SOLVIT, the service of national administrations for problems with rights in the single market."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final

import msgspec
from babel import Locale, UnknownLocaleError

from folkmoot_connectors import _solvit_scoreboard as scoreboard
from folkmoot_connectors._curated import Source, citations, file, package_url
from folkmoot_connectors._settings import addresses, wrong
from folkmoot_connectors._solvit_scoreboard import Period, Story, Year
from folkmoot_connectors._values import by_language, excerpt, fuller, line, local_id, read, shortened
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Item,
    MappingError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import Kind, Level, LinkKind, OutcomeKind, PhaseKind, Stage, Status, Topic
from folkmoot_schema.process import Link, Organisation, Outcome, Phase, Place, Process
from folkmoot_schema.texts import Text

_COLUMNS: Final = {name: name for name in ("period", "country", "indicator", "value", "language")}
_PERIOD_LABEL: Final = Text({"en": "Reporting period", "de": "Berichtszeitraum", "fr": "Période de référence"}, "en")
_RESOLVED: Final = Text({"en": "Resolved", "de": "Gelöst", "fr": "Résolu"}, "en")
_TOPICS: Final = (Topic.ECON, Topic.JUST, Topic.SOCI)


class Act(msgspec.Struct, frozen=True):
    """An act that the service rests on."""

    kind: LinkKind
    value: str
    url: str | None = None


class Common(msgspec.Struct, frozen=True):
    """What holds for every centre; ``{country}`` in ``title`` is filled in, ``as_of`` is when the sources told it."""

    title: dict[str, str]
    summary: dict[str, str]
    body: dict[str, str]
    url: str
    as_of: str
    keywords: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    sources: tuple[Source, ...] = ()


class Centre(Common, frozen=True, kw_only=True, omit_defaults=True):
    """A national centre, and from when and until when there was one, where that differs."""

    country: str
    since: str | None = None
    until: str | None = None


class Own(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the curated file tells of one centre alone."""

    country: str
    since: str | None = None
    until: str | None = None
    sources: tuple[Source, ...] = ()


class Centres(Common, frozen=True, kw_only=True):
    """The curated file."""

    centres: Annotated[tuple[Own, ...], msgspec.Meta(min_length=1)]


class Solvit(Connector):
    """The national SOLVIT centres, what the Single Market Scoreboard tells of them each year, and stories of success.

    Platform
        A network of centres in the administrations of the EU countries, Iceland, Liechtenstein and Norway. The home
        centre prepares a case, the lead centre deals with the authority at issue. Cases lie in a closed database.
    Access
        There is no interface, no list of cases and no data set. The centres are facts in our own words, with their
        sources cited, in a file that ships with the connector; ``records`` names another one of the package. What
        else is read an operator configures, since none of it is known to be there: ``pages`` (addresses of years of
        the Scoreboard, for readers), ``tables`` (addresses of CSV files with one figure a row; ``columns`` names the
        columns for ``period``, ``country``, ``indicator``, ``value`` and, if there is one, ``language``), ``stories``
        (addresses of pages with success stories). Files of a folder of yours are read as a recording. Periods and texts
        of pages are proven on four composed pages (true words, made markup); CSV and stories on samples of ours alone.
    Caveats
        A case is never told, and none is made up. One address of the Scoreboard shows another year at each visit: a
        year is known by its reporting period and the language of the address, and what another visit showed stays.
        The figures on its pages are drawn by script, so that a page gives its text, and tables where it has any. Under
        the address of another language the text may still be English, so its language is not known. A value that is
        missing (no case, not assessed) is left out and no zero; colours are not computed. Which ministry a centre
        belongs to, and its own contact page, are not in the sources at hand: every centre has the service's address.
        Centres are as of November 2023; that of the United Kingdom closed in January 2021 by Wikipedia alone. How a
        page tells a story is a guess: a heading, then "Problem:" and "Solution:".
    Licence
        The record of a centre is ours; the Scoreboard's pages are the Commission's, whose legal notice applies.
    Personal data
        No case and no contact is kept. In a story, what follows a form of address (Mr, Ms …) is taken out, and e-mail
        addresses and telephone numbers everywhere; a bare first name in a story cannot be told from other words.
    """

    id = "solvit"
    title = "SOLVIT"
    homepage = "https://ec.europa.eu/solvit/"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {
        LIST: frozenset({*Centre.__struct_fields__, *Year.__struct_fields__, *Story.__struct_fields__})
    }
    settings = frozenset({"records", "pages", "tables", "columns", "stories"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The centres, and whatever is configured."""
        site = run.site
        _columns(site)
        yield Request(package_url(site, "data/solvit.json"), then="parse_centres")
        yield from (Request(url, expect="html") for url in addresses(site, "pages", []))
        yield from (Request(url, then="parse_table", expect="text") for url in addresses(site, "tables", []))
        yield from (Request(url, then="parse_stories", expect="html") for url in addresses(site, "stories", []))

    def parse_centres(self, response: Response) -> Iterator[Yielded]:
        """The curated file: every centre, those that closed included."""
        found = file(response, Centres)
        common = {name: getattr(found, name) for name in Common.__struct_fields__}
        yield Scope("centres", exhaustive=True)
        yield Total(len(found.centres), "centres")
        for own in found.centres:
            whole = {**common, **msgspec.structs.asdict(own), "sources": found.sources + own.sources}
            yield Item(local_id(f"centre/{own.country}", response.url), msgspec.to_builtins(Centre(**whole)))

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page of the Scoreboard: one year in one language."""
        url = response.request.url
        page = response.html()
        year = scoreboard.year(page, url)
        yield Scope("scoreboard", exhaustive=False)
        asked = scoreboard.asked_language(url, page)
        yield Item(f"scoreboard/{year.opens}/{year.closes}/{asked}", msgspec.to_builtins(year))

    def parse_table(self, response: Response) -> Iterator[Yielded]:
        """A CSV file: the figures of each country in each period. What another file told stays."""
        site, url = response.run.site, response.request.url
        yield Scope("figures", exhaustive=False)
        for id, year in scoreboard.rows(response.text(), _columns(site), url, site.languages[0]):
            yield Item(id, {**msgspec.to_builtins(year), "url": url} if year else {})

    def parse_stories(self, response: Response) -> Iterator[Yielded]:
        """A page with stories; each is known by its heading."""
        yield Scope("stories", exhaustive=False)
        for story in scoreboard.stories(response.html(), response.request.url):
            named = hashlib.sha256(story.title.encode()).hexdigest()[:16]
            yield Item(f"story/{named}", msgspec.to_builtins(story))

    def map(self, item: WholeItem, run: Run) -> Process:
        """A centre, a year, a country's figures, or a story: the first step of the id says which."""
        data, site = item.part(LIST), run.site
        try:
            match item.id.partition("/")[0]:
                case "centre":
                    return _centre(read(data, Centre), site)
                case "scoreboard" | "figures":
                    return _year(read(data, Year), site)
                case "story":
                    return _story(read(data, Story), site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error
        raise MappingError(f"{item.id!r} is no centre, year, figures or story")


def _centre(centre: Centre, site: Site) -> Process:
    title = {tag: form.replace("{country}", _country(centre.country, tag)) for tag, form in centre.title.items()}
    named = by_language(title, site.languages[0])
    if named is None:
        raise MappingError(f"the centre of {centre.country} has no title")
    closed = centre.until is not None
    dated = bool(centre.since or centre.until)
    return Process(
        kind=Kind.STANDING_FORM,
        title=named,
        url=centre.url,
        summary=by_language(centre.summary, site.languages[0]),
        body=by_language(centre.body, site.languages[0], html=True),
        organiser=Organisation(name=named, homepage=centre.url),
        authority=site.authority,
        place=Place(country=centre.country),
        level=Level.NATIONAL,
        topics=_TOPICS,
        keywords=centre.keywords,
        stage=Stage.POLICY_IMPLEMENTATION,
        phases=(Phase(opens=centre.since, closes=centre.until, zone=site.zone),) if dated else (),
        flag=Status.ENDED if closed else Status.OPEN,
        participate_url=None if closed else centre.url,
        links=(*(Link(kind=act.kind, value=act.value, url=act.url) for act in centre.acts), *citations(centre.sources)),
        observed_at=centre.as_of,
    )


def _year(year: Year, site: Site) -> Process:
    period = Period(year.opens, year.closes)
    about = _country(year.country, year.language) if year.country else ""
    title = ", ".join(filter(None, (line(year.title) or site.title, about, str(period))))
    body = year.body + scoreboard.table(year.figures)
    told = "; ".join(f"{indicator}: {value}" for indicator, value in year.figures)
    summary = by_language({year.language: excerpt(year.body) or shortened(line(told), 600)}, year.language)
    return Process(
        kind=Kind.STATISTICS,
        title=Text({year.language: title}, year.language),
        url=year.url,
        summary=summary,
        body=fuller(by_language({year.language: body}, year.language, html=True), summary),
        organiser=site.authority,
        authority=site.authority,
        place=Place(country=year.country) if year.country else site.place,
        level=Level.NATIONAL if year.country else site.level,
        topics=_TOPICS,
        stage=Stage.MONITORING_AND_EVALUATION,
        phases=(
            Phase(kind=PhaseKind.REVIEW, opens=year.opens, closes=year.closes, zone=site.zone, label=_PERIOD_LABEL),
        ),
    )


def _story(story: Story, site: Site) -> Process:
    def text(value: str) -> Text | None:
        return by_language({story.language: value}, story.language)

    title = text(shortened(line(story.title), 300))
    if title is None or not (story.problem and story.solution):
        raise MappingError("a story has a title, a problem and a solution")
    return Process(
        kind=Kind.PROBLEM_REPORT,
        title=title,
        url=story.url,
        summary=text(excerpt(story.problem)),
        organiser=site.authority,
        authority=site.authority,
        place=site.place,
        level=site.level,
        topics=_TOPICS,
        stage=Stage.POLICY_IMPLEMENTATION,
        flag=Status.ANSWERED,
        outcomes=(Outcome(kind=OutcomeKind.IMPLEMENTED, title=text(excerpt(story.solution)) or _RESOLVED),),
    )


def _country(code: str, language: str) -> str:
    """The name of a country (CLDR) in ``language``, in English where that is not known."""
    try:
        names: Any = Locale(language.partition("-")[0]).territories
    except UnknownLocaleError:
        names = Locale("en").territories
    return str(names.get(code, code))


def _columns(site: Site) -> dict[str, str]:
    value = site.setting("columns", {})
    good = isinstance(value, dict) and all(isinstance(name, str) and name.strip() for name in value.values())
    if not good or not set(value) <= set(_COLUMNS):
        raise wrong(site, "columns", value, f"a table of names of columns for {', '.join(_COLUMNS)}")
    return {**_COLUMNS, **value}
