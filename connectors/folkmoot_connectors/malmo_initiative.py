"""Initiatives of the people of Malmö to their city."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from folkmoot_connectors._entries import entry_id
from folkmoot_connectors._private import without_contacts
from folkmoot_connectors._settings import wrong
from folkmoot_connectors._values import address, body, by_language, excerpt, fuller, line, local_id, moment, texts
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Item,
    MappingError,
    Page,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import Kind, LinkKind, Stage, Status, Unit
from folkmoot_schema.process import Link, Phase, Process, Support, Threshold

#: So many votes bring an initiative before the board that is responsible (malmo.se).
_THRESHOLD: Final = Threshold(count=100)
_CASE: Final = re.compile(r"[A-ZÅÄÖ]{1,4}\d{4,12}")
_ADDRESS: Final = re.compile(r"/listview/(\w{1,40})/detailsView/(\d{1,18})$", re.ASCII)
_VIEW: Final = re.compile(r"(?:\w+/)*listview/\w{1,40}", re.ASCII)
_PAGE: Final = re.compile(rf"{_VIEW.pattern}/detailsView/[1-9]\d{{0,17}}", re.ASCII)
_EXAMPLE: Final = "malmo_fp/listview/3GLM/detailsView/12630"
_NUMBERS: Final = range(1, 10**18)
#: What stands before the name of a person; it is looked for only so that it is taken for no value.
_TAKER: Final = "Initiativtagare"
_LABELS: Final = {
    "case": "Initiativets ärendenummer",
    "title": "Rubrik till initiativet",
    "text": "Beskrivning av initiativet",
    "opens": "Datum då initiativet registrerats",
    "more": "Länk till mera information",
}


class MalmoInitiative(Connector):
    """Initiatives of the people of Malmö: what they ask of their city, since when, and what it needs to be heard.

    Platform
        The Malmö Initiative (Malmöinitiativet): until about 2020 a petition software at initiativet.malmo.se, since
        then a list view of Flexite, with entry pages in the city's own service.
    Access
        Settings: ``feed`` is the address of the first platform's RSS feed, which is known from an application of 2017;
        its shape was never seen and is taken to be plain RSS 2.0. ``list`` is the list view, below the base, which
        links to its initiatives; that it does so is inferred. ``initiatives`` are pages that are asked beside them, or
        alone: numbers in the view that ``list`` names, or paths below the base
        (``malmo_fp/listview/3GLM/detailsView/12630``). One of the three must be there. An initiative's page is proven
        on the text of one real page: rows of a Swedish label and its value; the markup around them was not kept, so a
        value is looked for in whatever stands after its label.
    Caveats
        The number in an address is not the number of the case: an initiative is known by its case, and by view and
        address only where none is shown. Neither promises to be complete. How votes, decisions and the end of the
        voting are told, nobody of us has seen: votes stay unknown beside the 100 that are needed, no end is computed,
        since 3, 6, 9 or 12 months are the author's choice, and what is listed may be over. An initiative that both
        platforms held is two.
    Licence
        None is stated; the credit goes to the city.
    Personal data
        Who takes an initiative, who votes and who comments is never read. E-mail addresses and telephone numbers
        inside texts are taken out.
    """

    id = "malmo_initiative"
    title = "Malmö Initiative"
    homepage = "https://malmo.se/initiativet"
    version = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {
        LIST: frozenset({"title", "text", "opens", "more", "case", "url"})
    }
    settings = frozenset({"feed", "list", "initiatives"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The feed, the list view, and the initiatives that are named; at least one of them."""
        feed, view = _feed(run.site), _view(run.site)
        pages = _initiatives(run.site, view)
        if feed is None and view is None and not pages:
            raise wrong(run.site, "feed", feed, "an address, unless list or initiatives name something to read")
        if feed:
            yield Request(feed, then="parse_feed", expect="feed")
        if view:
            yield Request(run.site.url(view, lang="sv"), then="parse_list", expect="html")
        for path in pages:
            yield _page(run.site.url(path, lang="sv"))

    def parse_feed(self, response: Response) -> Iterator[Yielded]:
        """The first platform's initiatives: the newest, or all; it does not say."""
        yield Scope("feed", exhaustive=False)
        for entry in response.feed().entries():
            told = {
                "title": entry.get("title"),
                "text": entry.get("content") or entry.get("summary"),
                "opens": entry.get("published"),
                "url": entry.get("link"),
            }
            yield Item(entry_id(entry), _strained(told))

    def parse_list(self, response: Response) -> Iterator[Yielded]:
        """The list view: every initiative that it links to."""
        site = response.run.site
        links = (address(each, response.url) or "" for each in response.html().strings("//a/@href"))
        paths = dict.fromkeys(urlsplit(link).path for link in links if site.allows(link))
        found = [path for path in paths if _ADDRESS.search(path)]
        if not found:
            raise ParseError(f"the list {response.url} links to no initiative (…/detailsView/<number>)")
        root = urlsplit(site.base)
        for path in found:
            yield _page(f"{root.scheme}://{root.netloc}{path}?lang=sv")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """One initiative's page."""
        page, place = response.html(), _ADDRESS.search(urlsplit(response.request.url).path)
        told = {name: _value(page, label) for name, label in _LABELS.items()}
        if place is None or not told["title"]:
            raise ParseError(f"{response.url} shows no {_LABELS['title']!r}")
        case = told["case"] if _CASE.fullmatch(told["case"]) else ""
        id = local_id(case or f"{place[1]}/{place[2]}", response.url)
        yield Scope("list", exhaustive=False)
        yield Item(id, _strained({**told, "case": case, "url": response.request.url}))

    def map(self, item: WholeItem, run: Run) -> Process:
        """An initiative."""
        told = texts(item.part(LIST), ("title", "text", "opens", "more", "case", "url"))
        try:
            return _process(told, run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _process(told: Mapping[str, str], site: Site) -> Process:
    tag = site.languages[0]
    summary = by_language({tag: excerpt(told["text"])}, tag)
    opens = moment(told["opens"], "opens")
    return Process(
        kind=Kind.PETITION,
        title=site.text(line(told["title"])),
        url=address(told["url"]) or site.homepage or site.base,
        summary=summary,
        body=fuller(by_language({tag: body(told["text"])}, tag, html=True), summary),
        authority=site.authority,
        place=site.place,
        level=site.level,
        stage=Stage.AGENDA_SETTING,
        phases=(Phase(opens=opens, zone=site.zone),) if opens else (),
        # To be listed says nothing: what is over is listed, too.
        flag=Status.UNKNOWN,
        support=(Support(unit=Unit.ENDORSEMENTS_FOR, threshold=_THRESHOLD),),
        links=tuple(_links(told)),
    )


def _links(told: Mapping[str, str]) -> Iterator[Link]:
    if told["case"]:
        yield Link(kind=LinkKind.PETITION, value=told["case"])
    if more := address(told["more"]):
        yield Link(kind=LinkKind.WEBSITE, value=more, url=more)


def _page(url: str) -> Request:
    return Request(url, expect="html")


def _value(page: Page, label: str) -> str:
    """What stands after ``label``: beside the innermost element that holds it alone, or beside what holds only that.

    An empty value is empty, and what holds another label is none: it would tell what stands after that one.
    """
    for element in reversed(list(page.all(f"//body//*[normalize-space(translate(., ':', ' '))='{label}']"))):
        beside = element.first("following-sibling::*[1]")
        if beside is not None:
            return "" if any(other in beside.text for other in (*_LABELS.values(), _TAKER)) else beside.text
    return ""


def _strained(told: Mapping[str, Any]) -> dict[str, str]:
    return {name: without_contacts(value) for name, value in told.items() if isinstance(value, str) and value}


# Settings


def _feed(site: Site) -> str | None:
    feed = site.setting("feed")
    if feed is not None and (not isinstance(feed, str) or address(feed) != feed):
        raise wrong(site, "feed", feed, "an absolute http(s) address")
    return feed


def _view(site: Site) -> str | None:
    view = site.setting("list")
    if view is not None and not (isinstance(view, str) and _VIEW.fullmatch(view)):
        raise wrong(site, "list", view, "the path of a list view, such as malmo_fp/listview/3GLM")
    return view


def _initiatives(site: Site, view: str | None) -> list[str]:
    """The paths of the pages that are named, each once; a number is one in the view."""
    given = site.setting("initiatives", [])
    paths = [_path(each, view) for each in given] if isinstance(given, (list, tuple)) else [None]
    found = [path for path in paths if path is not None]
    if len(found) != len(paths):
        numbers = "numbers in the view, such as 12630" if view else "no numbers unless list names their view"
        raise wrong(site, "initiatives", given, f"a list of paths, such as {_EXAMPLE}; {numbers}")
    return list(dict.fromkeys(found))


def _path(value: object, view: str | None) -> str | None:
    if type(value) is int and view is not None and value in _NUMBERS:
        return f"{view}/detailsView/{value}"
    return value if isinstance(value, str) and _PAGE.fullmatch(value) else None
