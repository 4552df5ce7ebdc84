"""The register of the European Citizens' Initiative."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from folkmoot_connectors import _eci_process as made
from folkmoot_connectors._bodies import COMMISSION
from folkmoot_connectors._eci_item import FIELDS, detail_item, row_digest, row_item
from folkmoot_connectors._eci_outcomes import outcomes, translations
from folkmoot_connectors._eci_support import support
from folkmoot_connectors._eci_types import Detail, Row
from folkmoot_connectors._pages import further, identified, offsets
from folkmoot_connectors._settings import switch, wrong
from folkmoot_connectors._values import address, fuller, local_id, read
from folkmoot_hub.connector import (
    Connector,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    Total,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import TERMINAL, Flag, Kind, Level, Stage, Status
from folkmoot_schema.process import Place, Process

# Beyond a changed row, details are read again after this long: a new follow-up to an answer need not show in the list.
_WEEK = 7 * 86400
_API = "core/api/register"
_HOME = "https://citizens-initiative.europa.eu"
_NUMBER = re.compile(r"^ECI\((\d{4})\)(\d{6})$", re.ASCII)
# The statuses that clients have seen working; others answer 400 (SOURCE.md).
_LIST = re.compile(r"^search/(ALL|ONGOING|ANSWERED|REFUSED)/([A-Z]{2})/(\d+)/(\d+)$", re.ASCII)
_SCOPES = {"ALL": "all", "ONGOING": "open"}


class Eci(Connector):
    """The register of the European Citizens' Initiative (ECI): every initiative since 2012, with counts per country.

    Platform
        The European Commission's register behind citizens-initiative.europa.eu. One million signatures, and a least
        number in seven Member States, oblige the Commission to answer.
    Access
        Open JSON without key: ``search/{status}/{LANG}/{offset}/{size}`` lists, ``details/{year}/{number}`` tells all.
        Settings: ``list`` (default ``search/ALL/EN/0/1000``), ``refused`` (default true: also list those whose
        registration was refused), ``details`` (default true). A list of ``ONGOING`` is the scope ``open``.
    Caveats
        A count of zero means "not reported" and is kept as unknown. List and details are two observations. The total
        is the one stated, not the sum of the countries: rows after the submission are not in it. The register's
        "latest update" does not move with the counts and is not kept. The page address of a refused initiative, which
        has no number, and that ``REJECTED`` means a refused registration, are inferred. Initiatives that say both
        "refused" and "registered" were registered after all and are listed once, with their number.
    Licence
        The register states none in its answers; documents of the Commission may be reused under its Decision
        2011/833/EU. The texts of initiatives are their organisers'.
    Personal data
        Names and addresses of organisers, substitutes and sponsors are dropped when an answer is read. An organiser
        is a legal entity by name, or "Citizens' committee" with its members' countries. E-mail addresses and
        telephone numbers inside texts are taken out.
    """

    id = "eci"
    title = "European Citizens' Initiative"
    homepage = "https://citizens-initiative.europa.eu"
    version = "2"
    fields = FIELDS
    settings = frozenset({"list", "refused", "details"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The list, and the list of refused ones."""
        _details(run.site)
        for url in _lists(run.site):
            yield Request(url)

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A list: its entries, its total, the details to ask, and with the first page all others.

        So whatever one of them says costs itself alone. What a short one leaves out is asked from where it ended.
        """
        site, asked = response.run.site, response.request.url
        scope, prefix, offset, size = _position(asked)
        answer = response.json()
        entries = answer.get("entries") if isinstance(answer, dict) else None
        total = answer.get("recordsFound") if isinstance(answer, dict) else None
        if not isinstance(entries, list) or not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise ParseError(f"the list {response.url} has no 'entries' with 'recordsFound'")
        yield Scope(scope, exhaustive=True)
        yield Total(total, scope)
        others = offsets if asked in _lists(site) else further
        for begins in others(offset, len(entries), size, total) if size else ():
            yield Request(f"{prefix}/{begins}/{size}")
        for id, entry in identified(entries, lambda entry: _local_id(entry, response.url)):
            yield from self._entry(id, entry, site)

    def _entry(self, id: str, entry: Any, site: Site) -> Iterator[Yielded]:
        yield Item(id, row_item(entry))
        if not id:
            return
        about = _number(entry) or _internal(entry)
        if about and _details(site):
            url = site.url(f"{_API}/details/{about}")
            yield Request(url, then="parse_detail", item=id, unless_same=row_digest(entry), max_age=_WEEK)

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        """The details of one initiative."""
        details = response.json()
        if not isinstance(details, dict) or not isinstance(details.get("linguisticVersions"), list):
            raise ParseError(f"the details {response.url} have no 'linguisticVersions'")
        item = response.request.item or ""
        about = details.get("comRegNum")
        if about and item.startswith("ECI(") and about != item:
            raise ParseError(f"the details {response.url} are those of {about}, not of {item}")
        yield Item(item, detail_item(details), part="detail")

    def map(self, item: WholeItem, run: Run) -> Process:
        """An initiative with all its languages, counts, phases and answers."""
        row = read(item.part("list"), Row)
        detail = read(item.part("detail"), Detail)
        try:
            return _process(item.id, row, detail, run)
        except (ValueError, msgspec.ValidationError) as error:
            raise MappingError(f"{item.id}: {error}") from error


def _details(site: Site) -> bool:
    return switch(site, "details", True)


def _lists(site: Site) -> list[str]:
    """Where the first page of each list is."""
    path = site.setting("list", "search/ALL/EN/0/1000")
    if not isinstance(path, str) or _LIST.match(path) is None:
        form = "search/<ALL, ONGOING, ANSWERED or REFUSED>/<LANGUAGE>/<offset>/<size>, such as search/ALL/EN/0/50"
        raise wrong(site, "list", path, form)
    refused = ["search/REFUSED/EN/0/1000"] if switch(site, "refused", True) else []
    return [site.url(f"{_API}/{each}") for each in (path, *refused)]


def _process(id: str, row: Row, detail: Detail, run: Run) -> Process:
    title = made.title(row, detail)
    if title is None:
        raise MappingError(f"{id} has no title")
    word = row.status or detail.status
    flag = STATUS_OF_REFUSED if _refused(row, detail) else made.STATUS.get(word or "")
    files = run.site.url(f"{_API}/document")
    url = _page(id, row, detail, run)
    authority = run.site.authority or COMMISSION
    answered = flag is Status.ANSWERED
    summary = made.text(row, detail, made.summary)
    return Process(
        kind=Kind.CITIZENS_INITIATIVE,
        title=title,
        url=url,
        summary=summary,
        body=fuller(made.text(row, detail, made.whole_text, html=True), summary),
        flags=_flags(row, detail, flag),
        organiser=made.organiser(detail, made.original(row, detail)),
        authority=authority,
        place=run.site.place or Place(country="EU"),
        level=run.site.level or Level.SUPRANATIONAL,
        topics=made.topics(detail),
        keywords=made.keywords(detail),
        stage=Stage.POLICY_DESIGN if answered else Stage.AGENDA_SETTING,
        phases=made.phases(detail),
        flag=flag,
        source_status=word,
        participate_url=_signing_page(row, detail) if flag is Status.OPEN else None,
        support=() if flag is STATUS_OF_REFUSED else support(row, detail),
        outcomes=outcomes(detail, files, authority),
        documents=made.documents(detail, files) + translations(detail),
        links=made.links(row, detail, url),
    )


#: A refused registration has no number, and its entry need not say its status.
STATUS_OF_REFUSED = Status.REFUSED


def _refused(row: Row, detail: Detail) -> bool:
    numbered = row.year and row.number
    return row.status == "REJECTED" or (not numbered and bool(detail.refusal_date or detail.refusal_document))


def _flags(row: Row, detail: Detail, flag: Status | None) -> tuple[Flag, ...]:
    last_call = detail.last_call if row.last_call is None else row.last_call
    return (Flag.LAST_CALL,) if last_call and flag not in TERMINAL else ()


def _page(id: str, row: Row, detail: Detail, run: Run) -> str:
    pages = f"{(run.site.homepage or _HOME).rstrip('/')}/initiatives/details"
    if row.year and row.number:
        return f"{pages}/{row.year}/{str(row.number).zfill(6)}_en"
    return f"{pages}/{id}_{made.original(row, detail)}"


def _signing_page(row: Row, detail: Detail) -> str | None:
    language = made.original(row, detail)
    of_original = (each.support_link for each in detail.linguistic_versions if made.tag(each.language_code) == language)
    return address(row.support_link) or next((url for url in map(address, of_original) if url), None)


def _position(url: str) -> tuple[str, str, int, int]:
    """``(scope, address without offset and size, offset, size)`` of a list; the offset counts entries, not pages."""
    path = url.partition(f"{_API}/")[2]
    found = _LIST.match(path)
    if found is None:
        raise ParseError(f"{url} is not the address of a list")
    word, _, offset, size = found.groups()
    return _SCOPES.get(word, word.lower()), url.rsplit("/", 2)[0], int(offset), int(size)


def _local_id(entry: Any, url: str) -> str:
    if isinstance(entry, Mapping):
        number = entry.get("pubRegNum") or entry.get("comRegNum")
        if isinstance(number, str) and number.strip():
            return local_id(number.strip(), url)
        if internal := _internal(entry):
            return internal
    raise ParseError(f"an entry of {url} has neither a registration number nor an id")


def _number(entry: Mapping[str, Any]) -> str | None:
    """``2024/000004`` of an entry, None for a refused one."""
    stated = f"ECI({entry.get('year')}){str(entry.get('number')).zfill(6)}"
    found = _NUMBER.match(stated) or _NUMBER.match(str(entry.get("pubRegNum")))
    return f"{found[1]}/{found[2]}" if found else None


def _internal(entry: Mapping[str, Any]) -> str | None:
    """The register's own id of an entry, the only one that a refused registration has."""
    id = entry.get("id")
    return str(id) if isinstance(id, int) and not isinstance(id, bool) else None
