"""The European Commission's portal for consultations and feedback, "Have your say"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from folkmoot_connectors import _have_your_say_process as made
from folkmoot_connectors._bodies import COMMISSION
from folkmoot_connectors._have_your_say_answers import (
    FIELDS,
    Page,
    detail_item,
    identity,
    listed,
    page,
    row_item,
)
from folkmoot_connectors._have_your_say_types import Detail, Row
from folkmoot_connectors._have_your_say_windows import phases, standing, windows
from folkmoot_connectors._pages import MOST_PAGES, identified
from folkmoot_connectors._settings import number, switch, wrong
from folkmoot_connectors._values import digest, read
from folkmoot_hub.connector import (
    Connector,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Seen,
    Site,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Level
from folkmoot_schema.process import Place, Process

_HOME = "https://ec.europa.eu/info/law/better-regulation/have-your-say"
#: The portal never gives more on one page (SOURCE.md).
_PAGE = 100
# Details are read again after this long though the list says the same: the number of feedback items is not in it.
_WEEK = 7 * 86400
_MONTH = 30 * 86400
_DATE = (re.compile(r"\d{4}/\d\d/\d\d", re.ASCII), "a day such as 2026/03/02")
#: The filters that work, and what their values look like. A list by words or dates promises nothing about the rest.
_FILTERS = {
    "text": (re.compile(r".*\S.*"), "words"),
    "topic": (re.compile(r"[A-Z_]+"), "a code such as CLIMA"),
    "feedbackStatus": (re.compile(r"OPEN|CLOSED|UPCOMING"), "OPEN, CLOSED, UPCOMING"),
    "feedbackOpenDateFrom": _DATE,
    "feedbackOpenDateClosedBy": _DATE,
}
_EXHAUSTIVE = {"topic", "feedbackStatus"}
_UNKNOWN = "The groupId cannot be found"


class HaveYourSay(Connector):
    """Consultations, calls for evidence and drafts on which the European Commission asks for feedback.

    Platform
        The portal at ec.europa.eu/info/law/better-regulation/have-your-say. An initiative runs through several
        publications (call for evidence, questionnaire, draft act, adopted proposal), each with its own window.
    Access
        Open JSON without key: ``brpapi/searchInitiatives`` lists, at most 100 a page, ``brpapi/groupInitiatives/{id}``
        tells all. Settings: ``page_size`` (1 to 100, default 100), ``filters`` (a table of ``text``, ``topic``,
        ``feedbackStatus``, ``feedbackOpenDateFrom``, ``feedbackOpenDateClosedBy``, the ones that the portal heeds;
        days as ``yyyy/MM/dd``), ``details`` (default true), ``feedback`` (default true: the number of feedback items).
        A list of ``feedbackStatus = "OPEN"`` is the scope ``open``.
    Caveats
        No complete recorded answer was at hand: fields and codes were put together from what clients of the portal
        say and quote, and the shape of details is the least certain. Both generations of lists are read. The portal
        ignores filters that it does not know; if more of a list contradict the topic or the status asked for than
        agree, the answer is refused. Windows of past publications begin, as far as is known, with their publication.
        Dates are local to Brussels. A window that has opened, has no end and of which the portal says nothing is
        unknown, not open: the list holds also what is over. Answers to questionnaires are in the count of feedback.
        Sizes of documents are not kept, since their unit is not stated.
    Licence
        The portal states none in its answers; documents of the Commission may be reused under its Decision
        2011/833/EU.
    Personal data
        Feedback is counted and never asked for: no text, name, organisation or login of anybody who gave it. E-mail
        addresses and telephone numbers inside texts are taken out.
    """

    id = "have_your_say"
    title = "Have your say (European Commission)"
    homepage = _HOME
    version = "1"
    fields = FIELDS
    settings = frozenset({"page_size", "filters", "details", "feedback"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The first page of the list."""
        _details(run.site)
        _feedback(run.site)
        yield Request(_list(run.site, 0))

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page of the list: its initiatives, the total, the details to ask, and with the first page all others.

        So whatever one of them says costs itself alone. Pages are asked before details: a list that is walked at once
        moves less meanwhile.
        """
        site = response.run.site
        found = page(response.json(), response.url)
        asked = _number(response.request.url)
        if found.number != asked:
            raise ParseError(f"{response.url} is page {found.number}, not {asked}: the page asked for was ignored")
        if not found.entries and 0 < asked < found.pages - 1:
            raise ParseError(f"{response.url} holds nothing, and is not the last of {found.pages} pages")
        filters = _filters(site)
        _check_heeded(found.entries, filters, response.url)
        scope = _scope(filters)
        yield Scope(scope, exhaustive=set(filters) <= _EXHAUSTIVE)
        yield Total(found.total, scope)
        for further in _others(found):
            yield Request(_list(site, further))
        for id, entry in identified(found.entries, lambda entry: identity(entry, response.url)):
            yield from self._entry(id, entry, site)

    def _entry(self, id: str, entry: Any, site: Site) -> Iterator[Yielded]:
        row = row_item(entry)
        yield Item(id, row)
        if not id:
            return
        if _details(site):
            yield Request(
                site.url(f"brpapi/groupInitiatives/{id}"),
                then="parse_detail",
                expect="text",  # JSON, or one sentence if the portal does not know the initiative; never HTML
                item=id,
                unless_same=digest(row),
                max_age=_WEEK if _may_change(row) else _MONTH,
            )

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        """The details of one initiative. One that is listed and has none is still there."""
        item = response.request.item or ""
        if _UNKNOWN in response.text()[:500] and not response.body.lstrip().startswith(b"{"):
            yield Seen(item)
            return
        details = response.json()
        found = identity(details, response.url)
        if found != item:
            raise ParseError(f"the details {response.url} are those of {found}, not of {item}")
        yield Item(item, detail_item(details, feedback=_feedback(response.run.site)), part="detail")

    def map(self, item: WholeItem, run: Run) -> Process:
        """An initiative with its titles, windows, count of feedback and documents."""
        row = read(item.part("list"), Row)
        detail = read(item.part("detail"), Detail)
        try:
            return _process(item.id, row, detail, run)
        except (ValueError, msgspec.ValidationError) as error:
            raise MappingError(f"{item.id}: {error}") from error


def _process(id: str, row: Row, detail: Detail, run: Run) -> Process:
    site = run.site
    title = made.title(row, detail, site.languages[0])
    if title is None:
        raise MappingError(f"{id} has no title")
    found = windows(row, detail)
    flag, word = standing(row, detail, found)
    summary, body = made.texts(detail, site.languages[0])
    authority = site.authority or COMMISSION
    return Process(
        kind=made.kind(detail, found),
        title=title,
        url=f"{(site.homepage or _HOME).rstrip('/')}/initiatives/{id}",
        summary=summary,
        body=body,
        organiser=made.department(detail),
        authority=authority,
        place=site.place or Place(country="EU"),
        level=site.level or Level.SUPRANATIONAL,
        topics=made.topics(row, detail),
        act_types=made.act_types(row, detail),
        keywords=made.keywords(row, detail),
        stage=made.stage(row, detail, found),
        phases=phases(found),
        flag=flag,
        source_status=word,
        support=made.support(detail) if _feedback(site) else (),
        outcomes=made.outcomes(row, detail, site, authority),
        documents=made.documents(detail, site),
        links=made.links(row, detail),
    )


def _details(site: Site) -> bool:
    return switch(site, "details", True)


def _feedback(site: Site) -> bool:
    return switch(site, "feedback", True)


def _list(site: Site, page: int) -> str:
    size = number(site, "page_size", _PAGE, most=_PAGE)
    return site.url("brpapi/searchInitiatives", **_filters(site), language="EN", page=page, size=size)


def _filters(site: Site) -> dict[str, str]:
    """The filters that the site sets; ``ConfigError`` for one that the portal does not heed."""
    filters = site.setting("filters", {})
    if not isinstance(filters, Mapping):
        raise wrong(site, "filters", filters, f"a table of {', '.join(_FILTERS)}")
    for name, value in filters.items():
        if name not in _FILTERS:
            heeded = ", ".join(_FILTERS)
            raise ConfigError(f"{site.id}: setting filters: {name}: the portal does not heed it; allowed: {heeded}")
        form, allowed = _FILTERS[name]
        if not isinstance(value, str) or not form.fullmatch(value):
            raise wrong(site, f"filters: {name}", value, allowed)
    return dict(filters)


def _scope(filters: Mapping[str, str]) -> str:
    if not filters:
        return "all"
    named = ",".join(f"{name}={value}" for name, value in sorted(filters.items()))
    return "open" if named == "feedbackStatus=OPEN" else named


def _check_heeded(entries: list[Any], filters: Mapping[str, str], url: str) -> None:
    """``ParseError`` if most entries contradict a filter: then it was ignored, and this is another list."""
    for name, values_of in (("topic", _topics), ("feedbackStatus", _words)):
        wanted = filters.get(name)
        against = sum(wanted not in values_of(row_item(entry)) for entry in entries) if wanted else 0
        if 2 * against > len(entries):
            share = f"{against} of {len(entries)} entries are others"
            raise ParseError(f"{url}: the filter {name}={wanted} was ignored: {share}")


def _topics(row: Mapping[str, Any]) -> set[Any]:
    return {each.get("code") for each in listed(row, "topics")}


def _words(row: Mapping[str, Any]) -> set[Any]:
    return {each.get("receivingFeedbackStatus") for each in listed(row, "currentStatuses")}


def _may_change(row: Mapping[str, Any]) -> bool:
    """Whether there is, or will be, a window of it: then people write, and the count moves."""
    return bool(_words(row) & {"OPEN", "UPCOMING"})


def _others(found: Page) -> range:
    """The pages to ask after one: after the first all others, after any other the one that it may have grown by."""
    if found.number == 0:
        return range(1, min(found.pages, found.total, MOST_PAGES))
    return range(found.number + 1, min(found.pages, found.number + 2) if found.entries else 0)


def _number(url: str) -> int:
    """The page that an address asks for."""
    found = parse_qs(urlsplit(url).query).get("page", [""])[0]
    if not found.isdecimal():
        raise ParseError(f"{url} is not the address of a page of a list")
    return int(found)
