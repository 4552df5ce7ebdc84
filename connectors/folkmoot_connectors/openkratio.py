"""What the Spanish Congress deals with and votes on, by OpenKratio's Colibrí and the Congress's own open data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from folkmoot_connectors import _openkratio_colibri as colibri
from folkmoot_connectors import _openkratio_congress as congress
from folkmoot_connectors import _openkratio_process as made
from folkmoot_connectors._pages import identified, offsets
from folkmoot_connectors._private import sieve
from folkmoot_connectors._settings import several, switch, wrong
from folkmoot_connectors._values import address
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Site,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_schema.process import Process

#: So many a page is what the API gives where nobody asks for another number.
_PAGE: Final = 20
_CATALOGUES: Final = (
    "https://www.congreso.es/es/opendata/iniciativas",
    "https://www.congreso.es/es/opendata/votaciones",
)
# The name of a file ends in the moment at which it was made: it is another one every day.
_INITIATIVES: Final = re.compile(r"/opendata/iniciativas/(\w{1,80}?)__\d{14}\.json$", re.ASCII)
_VOTE: Final = re.compile(r"/opendata/votaciones/Leg\d{1,3}/.{1,120}\.json$", re.ASCII)
_KINDS: Final = ("ProyectosDeLey", "ProposicionesDeLey")


class OpenKratio(Connector):
    """Initiatives and votes of the Congress of Deputies of Spain.

    Platform
        Proyecto Colibrí of the association OpenKratio, which republished what the Congress did; and, after it, the
        Congress's own open data.
    Access
        Two interfaces, at least one of which is asked. Colibrí (``colibri``, default true; at the site's base):
        JSON of ``api/v1/initiative/?term=``, and of ``session/`` with each ``voting/<id>/``. It is known from its code
        alone and answers no more, so that the site ``openkratio`` asks an archive, and whoever runs a copy makes a site
        of its own. Setting ``terms``: legislatures, at least one, default 10. The Congress (``congress``, default
        false; the site ``openkratio.congreso`` asks it alone): the JSON files that its pages link to, proven on one
        file of initiatives and one of a vote; the pages themselves are known from a client of theirs. Settings:
        ``congress_pages`` (pages, or files themselves: an address that ends in
        ``/opendata/iniciativas/<kind>__<14 digits>.json`` is a file of initiatives, in
        ``/opendata/votaciones/Leg<number>/<name>.json`` one of a vote, and any other a page with links to such),
        ``congress_kinds`` (which files of initiatives, by how their names begin: ProyectosDeLey, which was seen, and
        ProposicionesDeLey, which was not).
    Caveats
        Initiatives are numbered anew in each legislature, so that ids begin with it. Nobody but deputies takes part:
        deadlines for amendments are no deadlines of a citizen. The result and its day are one text, and so are all
        steps: they are taken apart, and what has another form is not told. Of the words for a result "Aprobado …" was
        seen; "Rechazado …", "Retirado …" and "Caducado …" are read for what they mean, all others as closed. Whether
        a vote was won is not told, since majorities differ; one by assent has no counts. Votes do not name the
        initiative by number. Colibrí says nothing of what became of an initiative, gives groups for commissions, and
        has terms with wrong dates: neither is read. From an absence nothing is concluded.
    Licence
        None is stated in the answers; the data are the Congress's.
    Personal data
        Who voted how, who reported and which deputies are authors is never read; of authors only bodies are. Names
        with a title ("Sra. …", "don …") are taken out of texts, with all that is bracketed beside them.
    """

    id = "openkratio"
    title = "OpenKratio: Colibrí and the Congress of Spain"
    homepage = "https://github.com/openkratio/proyecto-colibri"
    hosts = frozenset({"www.congreso.es"})
    fields: ClassVar[Mapping[str, frozenset[str]]] = {
        LIST: frozenset({*congress.INITIATIVE, *congress.VOTE, *colibri.FIELDS, "session", "date", "page"}),
        "detail": frozenset(colibri.VOTING),
    }
    settings = frozenset({"colibri", "terms", "congress", "congress_pages", "congress_kinds"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The lists of Colibrí, the pages of the Congress, or both."""
        site = run.site
        of_colibri, of_congress = switch(site, "colibri", True), switch(site, "congress", False)
        terms = several(site, "terms", [10], range(100), "numbers of legislatures, 0 to 99", least=int(of_colibri))
        pages = _pages(site)
        _kinds(site)
        if not (of_colibri or of_congress):
            raise wrong(site, "colibri", False, "true, unless congress is true")
        if of_colibri:
            for term in terms:
                yield _initiatives(site, term, 0)
            yield Request(site.url("api/v1/session/", order_by="-date"), then="parse_sessions")
        if of_congress:
            for page in pages:
                yield from _asked(page, _kinds(site)) or [Request(page, then="parse_page", expect="html")]

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page of Colibrí's initiatives; the first asks for all others."""
        term, offset = (_number(response.request.url, name) for name in ("term", "offset"))
        page = colibri.listing(response.json(), response.url)
        yield Total(page.total, f"term {term}")
        for id, entry in identified(page.objects, lambda entry: colibri.initiative_id(entry, response.url)):
            yield Item(id, colibri.initiative_item(entry))
        for after in _others(offset, page):
            yield _initiatives(response.run.site, term, after)

    def parse_sessions(self, response: Response) -> Iterator[Yielded]:
        """A page of Colibrí's sessions: the day of each vote, whose counts are asked."""
        site, offset = response.run.site, _number(response.request.url, "offset")
        page = colibri.listing(response.json(), response.url)
        for entry in page.objects:
            told = sieve(entry, dict.fromkeys(("session", "date")))
            for number in colibri.votings(entry):
                id = colibri.voting_id(number)
                yield Item(id, told)
                url = site.url(f"api/v1/voting/{number}/")
                yield Request(url, then="parse_voting", item=id, if_failed="skip")
        for after in _others(offset, page):
            url = site.url("api/v1/session/", order_by="-date", limit=_PAGE, offset=after)
            yield Request(url, then="parse_sessions")

    def parse_voting(self, response: Response) -> Iterator[Yielded]:
        """The counts of one vote of Colibrí."""
        answer = response.json()
        if not isinstance(answer, dict) or "number" not in answer:
            raise ParseError(f"the answer of {response.url} is not a vote")
        yield Item(response.request.item or "", sieve(answer, colibri.VOTING), part="detail")

    def parse_page(self, response: Response) -> Iterator[Yielded]:
        """A page of the Congress's open data: the files that it links to."""
        links = response.html().strings("//@href")
        kinds = _kinds(response.run.site)
        found = [each for link in links for each in _asked(urljoin(response.url, link), kinds)]
        if not found:
            raise ParseError(f"{response.url} links to no file of initiatives ({', '.join(kinds)}) or of a vote")
        yield from found

    def parse_file(self, response: Response) -> Iterator[Yielded]:
        """A file of the Congress's initiatives."""
        answer = response.json()
        if not isinstance(answer, list):
            raise ParseError(f"the answer of {response.url} is not a list of initiatives")
        page = urljoin(response.url, "/es/opendata/iniciativas")
        for id, entry in identified(answer, lambda entry: congress.initiative_id(entry, response.url)):
            yield Item(id, congress.initiative_item(entry, page))

    def parse_vote(self, response: Response) -> Iterator[Yielded]:
        """A file of one vote of the Congress."""
        answer = response.json()
        yield Item(congress.vote_id(answer, response.request.url), congress.vote_item(answer, response.request.url))

    def map(self, item: WholeItem, run: Run) -> Process:
        """An initiative or a vote; its id tells which, and of whom."""
        data, detail = item.part(LIST), item.part("detail")
        try:
            if item.id.startswith("votacion/"):
                return made.colibri_vote(data, detail, run.site.url(f"api/v1/voting/{item.id[9:]}/"), run.site)
            if "/votacion/" in item.id:
                return made.congress_vote(data, run.site)
            if "NUMEXPEDIENTE" in data:
                return made.of_congress(item.id, data, run.site)
            return made.of_colibri(data, run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _initiatives(site: Site, term: int, offset: int) -> Request:
    return Request(site.url("api/v1/initiative/", term=term, limit=_PAGE, offset=offset))


def _others(offset: int, page: colibri.Listing) -> range:
    """Where the other pages begin; the first asks for all, by the size that the API allows."""
    return range(0) if offset else offsets(0, page.limit, _PAGE, page.total)


def _number(url: str, name: str) -> int:
    value = parse_qs(urlsplit(url).query).get(name, ["0"])[0]
    return int(value) if value.isdecimal() else 0


def _asked(url: str, kinds: list[str]) -> list[Request]:
    """The request for ``url`` if it is a file that is read."""
    path = urlsplit(url).path
    if _VOTE.search(path):
        return [Request(url, then="parse_vote")]
    listed = _INITIATIVES.search(path)
    return [Request(url, then="parse_file")] if listed and listed[1] in kinds else []


def _pages(site: Site) -> list[str]:
    """The setting ``congress_pages``, checked."""
    pages = site.setting("congress_pages", list(_CATALOGUES))
    if not isinstance(pages, (list, tuple)) or not pages or not all(address(page) == page for page in pages):
        raise wrong(site, "congress_pages", pages, "a list of one or more http(s) addresses")
    return list(dict.fromkeys(pages))


def _kinds(site: Site) -> list[str]:
    """The setting ``congress_kinds``, checked."""
    kinds = site.setting("congress_kinds", list(_KINDS))
    fits = isinstance(kinds, (list, tuple)) and all(isinstance(each, str) and each.isidentifier() for each in kinds)
    if not fits or not kinds:
        raise wrong(site, "congress_kinds", kinds, f"a list of names of files, such as {_KINDS[0]}")
    return list(kinds)
