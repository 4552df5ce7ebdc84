"""Petitions to the European Parliament."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from folkmoot_connectors._ep_petitions_page import Told, listing, page_of
from folkmoot_connectors._ep_petitions_process import Petition
from folkmoot_connectors._ep_petitions_words import LISTED, WORDS
from folkmoot_connectors._settings import number, several
from folkmoot_connectors._values import digest, local_id, read
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
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import DocumentKind, Kind, Level, Stage, Status
from folkmoot_schema.process import Document, Place, Process
from folkmoot_schema.texts import Text

# Beyond a changed entry, pages are read again after this long: the list shows only the beginning of a summary.
_WEEK: Final = 7 * 86400
#: No list is longer, whatever size is asked for (SOURCE.md).
_MOST: Final = 1000
_COUNTRIES: Final = tuple("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
#: The first two were seen in addresses, the others are inferred (SOURCE.md).
_STATUSES: Final = ("AVAILABLE", "ADMISSIBLE", "CLOSED", "INADMISSIBLE")
_FIELDS: Final = frozenset(Told.__struct_fields__)
_NUMBER: Final = re.compile(r"\d{4,5}/\d{4}", re.ASCII)


class EpPetitions(Connector):
    """Petitions that the European Parliament's Committee on Petitions has published.

    Platform
        The petitions portal of the European Parliament. Anybody in the Union may petition on what the Union deals with;
        others may support a petition while it is open. The committee decides on the merits, whatever the number.
    Access
        Pages for readers, since the Parliament's open data hold no petitions. A list is asked for each of ``countries``
        (default all Member States; an empty list asks without) and each of ``statuses`` (default AVAILABLE), and within
        each of ``years`` where they are given. A list that is longer than ``page_size`` (default 200) is asked again
        at a greater size, of at most 1000: beyond that a run is partial, and ``years`` divides it. Lists are asked in
        English, the page of each petition in every language of the site, of which English and German are known.
    Caveats
        No page of the portal was at hand as it is: what is read here follows the order of texts that a client of the
        portal documents, and is proven on pages composed from them. So the site is not enabled by itself. The
        portal is behind a bot wall, which answers 202 to data centres: that, an empty answer, and a page without the
        petition's number say nothing, and nothing is taken for gone. The only date of a petition is the year of its
        number. The country searched for is an assignment; the place is the one that the page names. Numbers of
        supporters stand on no page that is read. Which acts a petition is about is taken from the English text.
        Words for other statuses than "Available to supporters", and the filters CLOSED and INADMISSIBLE, are inferred.
    Licence
        None is stated by the pages. The texts are the Parliament's summaries, not the petitioners' own.
    Personal data
        Whoever wrote a petition is left out when a page is read: from a title stays only what stands after the words
        that divide it, and where these are not known the number alone. The name is taken out of other texts, too. What
        is kept is a nationality, and an association by name, unless it is called as the petitioner is. A person whom
        the Parliament names within a title or a summary cannot be told from other words.
    """

    id = "ep_petitions"
    title = "Petitions to the European Parliament"
    homepage = "https://www.europarl.europa.eu/petitions/en/home"
    version = "1"
    fields = {LIST: _FIELDS, **{f"page-{tag}": _FIELDS for tag in WORDS}}  # noqa: RUF012 - as the base has it
    settings = frozenset({"countries", "statuses", "years", "page_size"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """One list for each country, status and year."""
        site = run.site
        size = number(site, "page_size", 200, most=_MOST)
        if unknown := [tag for tag in site.languages if tag not in WORDS]:
            allowed = ", ".join(WORDS)
            raise ConfigError(f"{site.id}: languages: the words of {unknown[0]!r} are not known; allowed: {allowed}")
        years = several(site, "years", [], range(1958, 2100), "years such as 2024")
        countries = several(site, "countries", _COUNTRIES, _COUNTRIES, ", ".join(_COUNTRIES))
        statuses = several(site, "statuses", ["AVAILABLE"], _STATUSES, ", ".join(_STATUSES), least=1)
        for country in countries or [""]:
            for status in statuses:
                for year in years or [""]:
                    yield Request(_list_url(site, country, status, str(year), size), expect="html")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A list: what it shows, how many there are, the pages to ask, and the same list at a greater size."""
        country, status, year, size = _asked(response.request.url)
        scope = " ".join(filter(None, (country or "all", status, year)))
        found = listing(response.html(), status)
        yield Scope(scope, exhaustive=True)
        yield Total(found.total, scope)
        for id, told in found.shown.items():
            yield from self._entry(local_id(id, response.url), told, response.run.site)
        if len(found.shown) < found.total and size < _MOST:
            greater = min(_MOST, max(2 * size, found.total))
            yield Request(_list_url(response.run.site, country, status, year, greater), expect="html")

    def _entry(self, number: str, told: Told, site: Site) -> Iterator[Yielded]:
        data = msgspec.to_builtins(told)
        yield Item(number, data)
        row = digest(data)
        for tag in site.languages:
            url = _page_url(site, tag, number)
            yield Request(
                url,
                then="parse_page",
                expect="html",
                item=number,
                part=f"page-{tag}",
                unless_same=row,
                max_age=_WEEK,
            )

    def parse_page(self, response: Response) -> Iterator[Yielded]:
        """The page of one petition, which must say that it is."""
        number, part = response.request.item or "", response.request.part
        told = page_of(response.html(), number, part.removeprefix("page-"))
        yield Item(number, msgspec.to_builtins(told), part=part)

    def map(self, item: WholeItem, run: Run) -> Process:
        """A petition, also where only the list tells of it."""
        if not _NUMBER.fullmatch(item.id):
            raise MappingError(f"{item.id!r} is not the number of a petition, such as 0123/2026")
        tags = [tag for tag in run.site.languages if tag in WORDS and item.part(f"page-{tag}")]
        pages = {tag: read(item.part(f"page-{tag}"), Told) for tag in tags}
        try:
            return _process(Petition(item.id, read(item.part(LIST), Told), pages), run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _process(petition: Petition, site: Site) -> Process:
    first = site.languages[0]
    url = _page_url(site, first, petition.number)
    flag, word = petition.status()
    return Process(
        kind=Kind.PETITION,
        title=petition.title(),
        url=url,
        summary=petition.summary(),
        body=petition.body(),
        organiser=petition.organiser(),
        authority=site.authority,
        place=petition.place(site.place or Place(country="EU")),
        level=site.level or Level.SUPRANATIONAL,
        topics=petition.topics(),
        keywords=petition.keywords(),
        stage=Stage.MONITORING_AND_EVALUATION,
        phases=petition.phases(site.zone),
        flag=flag,
        source_status=word,
        participate_url=url if flag is Status.OPEN else None,
        outcomes=petition.outcomes(site.authority) if flag is Status.REFUSED else (),
        documents=(_pdf(site, first, petition.number),),
        links=petition.links(url),
    )


def _list_url(site: Site, country: str, status: str, year: str, size: int) -> str:
    """The address of a list as the portal's own form asks it; a marker with an underscore goes with each field."""
    fields = [("keyWords", ""), ("years", year), ("_years", "1"), ("_searchThemes", "1"), ("statuses", status)]
    fields += [("_statuses", "1"), ("countries", country), ("_countries", "1"), ("searchRequest", "true")]
    fields += [("resSize", "20"), ("pageSize", str(size))]
    query = urlencode([(name, value) for name, value in fields if value or name == "keyWords"])
    return site.url(f"petitions/{LISTED}/show-petitions?{query}")


def _asked(url: str) -> tuple[str, str, str, int]:
    """``(country, status, year, size)`` of the address of a list."""
    query = parse_qs(urlsplit(url).query)
    country, status, year, size = (query.get(name, [""])[0] for name in ("countries", "statuses", "years", "pageSize"))
    return country, status, year, int(size)


def _page_url(site: Site, language: str, number: str) -> str:
    """The page of a petition; the slash of its number is encoded twice, here for the first time."""
    return site.url(f"petitions/{language}/petition/content/html", petitionNumber=number.replace("/", "%2F"))


def _pdf(site: Site, language: str, number: str) -> Document:
    url = site.url(f"petitions/{language}/petition/content/pdf", petitionNumber=number.replace("/", "%2F"))
    title = Text({language: WORDS[language].untitled.format(number)}, language)
    return Document(url=url, kind=DocumentKind.MAIN, title=title, language=language, media_type="application/pdf")
