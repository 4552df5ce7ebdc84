"""Votes of Agora Voting: the site of agoras until about 2014, and the voting service that came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from folkmoot_connectors import _agora_ciudadana as ciudadana
from folkmoot_connectors import _ballot_box as ballot_box
from folkmoot_connectors._ballot import process
from folkmoot_connectors._pages import further, identified, offsets
from folkmoot_connectors._settings import choice, several, wrong
from folkmoot_hub.connector import (
    LIST,
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
from folkmoot_schema.process import Process

_PRODUCTS: Final = ("agora-ciudadana", "ballot-box")
_IDS: Final = range(1, 2**63)
#: So many elections are on a page if nobody asks for another number.
_PAGE: Final = 20


class AgoraVoting(Connector):
    """Votes among options: what is asked, the options, and how many votes each got once the result is public.

    Platform
        Two products under one name. Agora Ciudadana was agoravoting.com until about 2014: groups ("agoras") with
        elections, delegation and comments. The voting service agora_elections came of it, later nVotes, now Sequent's
        ballot-box, used by parties and town halls.
    Access
        Setting ``product``: ``agora-ciudadana`` (the default) reads its open REST list of elections, 20 a page, and the
        details of those that the list tells in brief. Proven on the examples of its manual; that the list is brief
        is only in its code. ``ballot-box`` asks for the elections whose numbers are in ``elections``, one answer each,
        JSON without key; it has no list. Proven on three recorded answers, none of which is in the state in which
        results are public: how those are told is proven on the tallies of an earlier state. Setting ``persons`` (in
        both): numbers of elections whose options are persons.
    Caveats
        Agora Ciudadana tells no status: it follows from the dates at which something was archived or tallied,
        from the approval, and between start and end from the clock. Its times are taken for UTC. Ballot-box gives no
        zone either: its times are taken in the site's. Results are read only in the state ``results_pub``, though
        earlier states may hold some. Options are told with their number of votes, never as for and against: that of
        two answers one is a yes is no more than a guess. Borda, cumulative and transferable votes count points or
        ranks, so there only what won is told. Votes of ballot-box are in the language in which their result is to be
        printed, else in the site's. Translations that later versions may have, comments, delegations and
        the percentages are not read.
    Licence
        None is stated by either interface; the terms of each site apply.
    Personal data
        No user, creator, delegate, authority of the tally or hash of a ballot is read. The permalink of an election of
        Agora Ciudadana holds somebody's user name: the address of its data stands in its place. Where the options are
        persons, neither they nor their counts are kept: in layouts for candidates, in the choice of delegates, with
        a transferable vote, and in the elections that ``persons`` names. E-mail addresses and telephone numbers inside
        texts are taken out. A person who is an option of another vote is found by no rule.
    """

    id = "agora_voting"
    title = "Agora Voting"
    homepage = "https://github.com/sequentech/ballot-box"
    version = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {
        LIST: frozenset({*ciudadana.SHAPE, *ballot_box.SHAPE}),
        "detail": frozenset(ciudadana.SHAPE),
    }
    settings = frozenset({"product", "elections", "persons"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The list, or every election that is configured."""
        _persons(run.site)
        if _product(run.site) == "agora-ciudadana":
            if (given := run.site.setting("elections")) is not None:
                raise wrong(run.site, "elections", given, f"none, unless product is {_PRODUCTS[1]}: the list names all")
            yield Request(run.site.url("api/v1/election/"))
            return
        for id in several(run.site, "elections", (), _IDS, "numbers of elections, such as 31", least=1):
            yield Request(run.site.url(f"elections/api/election/{id}"), then="parse_ballot")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page of the list; the first one asks for all others."""
        answer = response.json()
        meta, entries = (answer.get("meta"), answer.get("objects")) if isinstance(answer, dict) else (None, None)
        total = meta.get("total_count") if isinstance(meta, dict) else None
        if not isinstance(entries, list) or not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise ParseError(f"the list {response.url} has no 'objects' with 'total_count'")
        found = identified(entries, lambda entry: _identity(entry, response.url))
        yield Scope(exhaustive=True)
        yield Total(total)
        begins = int(parse_qs(urlsplit(response.request.url).query).get("offset", ["0"])[0])
        size = (begins, len(entries), _PAGE, total)
        for offset in further(*size) if begins else offsets(*size):
            yield Request(response.run.site.url("api/v1/election/", limit=_PAGE, offset=offset))
        for id, entry in found:
            yield from self._election(id, entry, response.run.site)

    def _election(self, id: str, entry: Any, site: Site) -> Iterator[Yielded]:
        known = entry if isinstance(entry, dict) else {}
        if id and ciudadana.internal(known):
            yield Seen(id)
            return
        yield Item(id, ciudadana.item(known, id in _persons(site)))
        if id and "questions" not in known:
            yield Request(site.url(f"api/v1/election/{id}/"), then="parse_election", item=id)

    def parse_election(self, response: Response) -> Iterator[Yielded]:
        """All of one election of Agora Ciudadana, which must be the one that was asked for."""
        answer = response.json()
        found = _identity(answer, response.url)
        if found != response.request.item:
            raise ParseError(f"{response.url} is about {found}, not about {response.request.item}")
        yield Item(found, ciudadana.item(answer, found in _persons(response.run.site)), part="detail")

    def parse_ballot(self, response: Response) -> Iterator[Yielded]:
        """One election of ballot-box. Which others there are, no answer says."""
        id = urlsplit(response.request.url).path.rpartition("/")[2]
        yield Scope("configured", exhaustive=False)
        yield Item(id, ballot_box.item(response.json(), id, id in _persons(response.run.site), response.url))

    def map(self, item: WholeItem, run: Run) -> Process:
        """An election of either product; where list and details differ, the details hold."""
        persons = item.id in _persons(run.site)
        detail = item.part("detail")
        try:
            if _product(run.site) == "ballot-box":
                return process(ballot_box.ballot(item.id, item.part(LIST), run.site, persons), run.site)
            data, part = {**item.part(LIST), **detail}, "detail" if detail else LIST
            return process(ciudadana.ballot(item.id, data, run.site, persons, part), run.site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _identity(entry: Any, url: str) -> str:
    id = entry.get("id") if isinstance(entry, dict) else None
    if type(id) is not int or id not in _IDS:
        raise ParseError(f"an election of {url} has no 'id'")
    return str(id)


def _product(site: Site) -> str:
    return choice(site, "product", _PRODUCTS, default=_PRODUCTS[0])


def _persons(site: Site) -> frozenset[str]:
    found = several(site, "persons", (), _IDS, "numbers of elections, such as 31")
    return frozenset(str(id) for id in found)
