"""Proposals of the people of Gothenburg to their city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from folkmoot_connectors._entries import entry_id
from folkmoot_connectors._pages import identified
from folkmoot_connectors._private import without_contacts
from folkmoot_connectors._settings import choice, wrong
from folkmoot_connectors._tables import heading, read_table
from folkmoot_connectors._values import (
    address,
    body,
    by_language,
    excerpt,
    fuller,
    line,
    local_id,
    moment,
    shortened,
    texts,
)
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Expect,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import Kind, OutcomeKind, Stage, Status, Unit
from folkmoot_schema.process import Organisation, Outcome, Phase, Process, Support, Threshold

#: So many votes within three months bring a proposal before the board that is responsible (goteborg.se).
_THRESHOLD: Final = Threshold(count=200)
_EXPECTED: Final[Mapping[str, Expect]] = {"csv": "any", "json": "json", "rss": "feed"}
#: What we look for, and what it is called by default: nobody has seen an export, so these are the city's words for it.
_COLUMNS: Final = {
    "number": "nummer",
    "title": "rubrik",
    "text": "beskrivning",
    "category": "kategori",
    "district": "stadsdel",
    "published": "publicerad",
    "closes": "slutdatum",
    "votes": "röster",
    "against": "röster emot",
    "comments": "kommentarer",
    "status": "status",
    "decision": "beslut",
    "board": "nämnd",
    "link": "länk",
}
_OF_FEED: Final = {
    **_COLUMNS,
    "number": "id",
    "title": "title",
    "text": "summary",
    "category": "categories",
    "published": "published",
    "link": "link",
}
# By the beginnings of the city's words (SOURCE.md).
_STATUSES: Final = (
    ("aktuell", Status.OPEN),
    ("under behandling", Status.UNDER_REVIEW),
    ("arkivera", Status.CLOSED),
)


class GothenburgForum(Connector):
    """Proposals of the people of Gothenburg: how many votes each has of those it needs, and what the boards decided.

    Platform
        Nothing is known of a Gothenburg Online forum; it is taken to be Göteborgsförslaget, the city's channel since
        2017, which runs DF RESPONS by Digital Fox. That this is what is meant is an inference.
    Access
        No proposal, feed or export was ever seen: everything about the shape is inferred, and nothing is proven on a
        recording. What is read is a table that the setting ``url`` leads to (the site's base by default). ``format``
        is csv (the default; with a line of headings, and commas, semicolons or tabs), json (a list of objects, or an
        object that holds it under the name in ``rows``) or rss. ``columns`` says what is called how: ``number``
        (nummer), ``title`` (rubrik), ``text`` (beskrivning), ``category`` (kategori), ``district`` (stadsdel),
        ``published`` (publicerad), ``closes`` (slutdatum), ``votes`` (röster), ``against`` (röster emot), ``comments``
        (kommentarer), ``status`` (status), ``decision`` (beslut), ``board`` (nämnd), ``link`` (länk); in a feed number,
        title, text, category, published and link are what RSS has for them. Number and title must be there, every
        other column may be missing.
    Caveats
        A proposal can be voted for during 90 days. An end is told only where the table has one: the schema cannot mark
        a date as computed, so none is. A table does not promise to be complete. Statuses are known by the beginning
        of the city's words; of any other one, and where none is told, only the dates are believed. A proposal with
        a decision counts as answered. Addresses with the portal's state (``!ut/p/``) do not last and are not kept.
    Licence
        None is stated; the credit goes to the city.
    Personal data
        Who proposes, votes or comments is never read: only the columns that are declared. E-mail addresses and
        telephone numbers inside texts are taken out.
    """

    id = "gothenburg_forum"
    title = "Göteborgsförslaget"
    homepage = "https://goteborg.se/goteborgsforslaget"
    version = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {LIST: frozenset(_COLUMNS) - {"number"}}
    settings = frozenset({"url", "format", "rows", "columns"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The table."""
        _columns(run.site)
        _rows(run.site)
        url = run.site.setting("url", run.site.base)
        wanted = address(url)
        if wanted is None:
            raise wrong(run.site, "url", url, "an absolute http(s) address")
        yield Request(wanted, expect=_EXPECTED[_format(run.site)])

    def parse(self, response: Response) -> Iterator[Yielded]:
        """Every row. None promises to be all."""
        columns = _columns(response.run.site)
        rows = _table(response, columns)
        yield Scope("table", exhaustive=False)
        for id, row in identified(rows, lambda row: _identity(row, columns["number"], response.url)):
            yield Item(id, _item(row, columns))

    def map(self, item: WholeItem, run: Run) -> Process:
        """A proposal."""
        told = texts(item.part(LIST), [name for name in _COLUMNS if name != "number"])
        try:
            return _process(told, run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _process(told: Mapping[str, str], site: Site) -> Process:
    tag = site.languages[0]
    summary = by_language({tag: excerpt(told["text"])}, tag)
    board = site.text_or_none(line(told["board"]))
    flag = _flag(told)
    return Process(
        kind=Kind.PROPOSAL,
        title=site.text(line(told["title"])),
        url=_link(told["link"]) or site.homepage or site.base,
        summary=summary,
        body=fuller(by_language({tag: body(told["text"])}, tag, html=True), summary),
        authority=Organisation(name=board) if board else site.authority,
        place=site.place,
        level=site.level,
        keywords=tuple(dict.fromkeys(filter(None, (line(told["category"]), line(told["district"]))))),
        stage=_stage(flag, told["decision"]),
        phases=_phases(told, site),
        flag=flag,
        source_status=line(told["status"]) or None,
        support=tuple(_support(told)),
        outcomes=_outcomes(told, site),
    )


def _flag(told: Mapping[str, str]) -> Status:
    word = line(told["status"]).lower()
    flag = next((status for begin, status in _STATUSES if word.startswith(begin)), Status.UNKNOWN)
    return Status.ANSWERED if line(told["decision"]) and flag is not Status.OPEN else flag


def _stage(flag: Status, decision: str) -> Stage:
    """By the rule that SOURCE.md infers."""
    if line(decision).lower().startswith("genomförs"):
        return Stage.POLICY_IMPLEMENTATION
    return Stage.POLICY_DESIGN if flag in {Status.UNDER_REVIEW, Status.ANSWERED} else Stage.AGENDA_SETTING


def _phases(told: Mapping[str, str], site: Site) -> tuple[Phase, ...]:
    opens, closes = moment(told["published"], "published"), moment(told["closes"], "closes")
    return (Phase(opens=opens, closes=closes, zone=site.zone),) if opens or closes else ()


def _support(told: Mapping[str, str]) -> Iterator[Support]:
    yield Support(unit=Unit.ENDORSEMENTS_FOR, count=_count(told, "votes"), threshold=_THRESHOLD)
    for name, unit in (("against", Unit.ENDORSEMENTS_AGAINST), ("comments", Unit.COMMENTS)):
        if (count := _count(told, name)) is not None:
            yield Support(unit=unit, count=count)


def _outcomes(told: Mapping[str, str], site: Site) -> tuple[Outcome, ...]:
    """What was decided, in the city's words; when, no column says."""
    decision = site.text_or_none(shortened(line(told["decision"]), 300))
    if decision is None:
        return ()
    refused = line(told["decision"]).lower().startswith("avsl")
    return (Outcome(kind=OutcomeKind.REJECTED if refused else OutcomeKind.DECISION, title=decision),)


def _count(told: Mapping[str, str], name: str) -> int | None:
    """A number, perhaps with blanks between its thousands; empty is unknown."""
    digits = "".join(told[name].split())
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 16):
        raise MappingError(f"{name}: {told[name]!r} is not a whole number")
    return int(digits)


def _link(value: str) -> str | None:
    return None if "!ut/p/" in value else address(value)


# Tables


def _table(response: Response, columns: Mapping[str, str]) -> list[Any]:
    form = _format(response.run.site)
    if form == "rss":
        return [{**entry, "id": entry_id(entry)} for entry in response.feed().entries()]
    names, rows = _of_csv(response) if form == "csv" else _of_json(response)
    missing = [columns[name] for name in ("number", "title") if heading(columns[name]) not in names]
    if missing and (rows or form == "csv"):
        raise ParseError(f"the table {response.url} has no column {', '.join(map(repr, missing))}")
    return rows


def _of_csv(response: Response) -> tuple[set[str], list[Any]]:
    """Headings, and rows by them; in UTF-8, or else as Swedish spreadsheets write (Windows-1252)."""
    try:
        text = response.text() if "charset" in response.headers.get("content-type", "") else response.body.decode()
    except UnicodeDecodeError:
        text = response.body.decode("cp1252", errors="replace")
    found = read_table(text, response.url)
    return set(found.names), list[Any](found.rows)


def _of_json(response: Response) -> tuple[set[str], list[Any]]:
    """Every name that a row has, and the rows by them, as headings."""
    answer, under = response.json(), _rows(response.run.site)
    rows = answer.get(under) if under and isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise ParseError(f"the answer of {response.url} has no list of rows{f' under {under!r}' if under else ''}")
    low = [{heading(name): value for name, value in row.items()} if isinstance(row, dict) else row for row in rows]
    return {name for row in low if isinstance(row, dict) for name in row}, low


def _identity(row: Any, column: str, url: str) -> str:
    number = row.get(heading(column)) if isinstance(row, dict) else None
    if isinstance(number, bool) or not isinstance(number, (str, int)) or not str(number).strip():
        raise ParseError(f"a row of {url} has no {column!r}")
    return local_id(str(number).strip(), url)


def _item(row: Any, columns: Mapping[str, str]) -> dict[str, str]:
    known = row if isinstance(row, dict) else {}
    told = {name: _cell(known.get(heading(column))) for name, column in columns.items() if name != "number"}
    return {name: without_contacts(value) for name, value in told.items() if value}


def _cell(value: Any) -> str:
    """A value as text: numbers are written out, of a list its first."""
    if isinstance(value, list):
        return _cell(value[0]) if value and not isinstance(value[0], list) else ""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


# Settings


def _format(site: Site) -> str:
    return choice(site, "format", _EXPECTED, default="csv")


def _rows(site: Site) -> str | None:
    rows = site.setting("rows")
    if rows is not None and not (isinstance(rows, str) and rows):
        raise wrong(site, "rows", rows, "the name under which the rows stand")
    if rows is not None and (form := _format(site)) != "json":
        raise wrong(site, "rows", rows, f"none, unless format is json (it is {form})")
    return rows


def _columns(site: Site) -> dict[str, str]:
    """Our names with those of the table."""
    default = _OF_FEED if _format(site) == "rss" else _COLUMNS
    given = site.setting("columns", {})
    if not isinstance(given, dict) or not all(isinstance(each, str) and each.strip() for each in given.values()):
        raise wrong(site, "columns", given, 'a table of names, such as { votes = "Antal röster" }')
    if unknown := [name for name in given if name not in _COLUMNS]:
        raise wrong(site, f"columns.{unknown[0]}", given[unknown[0]], ", ".join(_COLUMNS))
    return {**default, **given}
