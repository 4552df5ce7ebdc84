"""The elections of Agora Ciudadana, agoravoting.com until about 2014: from what its list or its detail tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from folkmoot_connectors._ballot import Ballot, Option, Question, drop_options
from folkmoot_connectors._private import TEXT, Shape, sieve
from folkmoot_connectors._values import line, moment, read
from folkmoot_hub.connector import Site
from folkmoot_schema.codes import Status
from folkmoot_schema.process import Organisation

#: What passes. The permalink does not: it begins with the user name of who made the agora.
SHAPE: Final[Shape] = {
    "pretty_name": TEXT,
    "short_description": TEXT,
    "description": TEXT,
    "election_type": None,
    "is_approved": None,
    "voting_starts_at_date": None,
    "voting_ends_at_date": None,
    "voting_extended_until_date": None,
    "result_tallied_at_date": None,
    "archived_at_date": None,
    "direct_votes_count": None,
    "delegated_votes_count": None,
    "agora": {"pretty_name": TEXT},
    "questions": {
        "question": TEXT,
        "tally_type": None,
        "answers": {"value": TEXT, "details": TEXT, "url": TEXT},
    },
    "result": {
        "total_votes": None,
        "counts": {"tally_type": None, "answers": {"value": TEXT, "total_count": None, "won": None}},
    },
}
# The election in which an agora's members choose their delegates has a name or an address of its own (its code).
_DELEGATION: Final = ("delegation", "http://example.com/delegation/has/no/url/")


class _Answer(msgspec.Struct):
    value: str = ""
    details: str = ""
    url: str = ""
    total_count: float | None = None
    won: bool = False


class _Asked(msgspec.Struct):
    question: str = ""
    tally_type: str = ""
    answers: list[_Answer] = []


class _Result(msgspec.Struct):
    total_votes: int | None = None
    counts: list[_Asked] = []


class _Agora(msgspec.Struct):
    pretty_name: str = ""


class Election(msgspec.Struct):
    """An election as it is kept; what a tiny list does not tell is None or empty."""

    pretty_name: str
    short_description: str = ""
    description: str = ""
    election_type: str = ""
    is_approved: bool | None = None
    voting_starts_at_date: str | None = None
    voting_ends_at_date: str | None = None
    voting_extended_until_date: str | None = None
    result_tallied_at_date: str | None = None
    archived_at_date: str | None = None
    direct_votes_count: int | None = None
    delegated_votes_count: int | None = None
    agora: _Agora = msgspec.field(default_factory=_Agora)
    questions: list[_Asked] = []
    result: _Result | None = None


def internal(entry: Mapping[str, Any]) -> bool:
    """Whether it is the delegation of an agora, which is nobody else's affair."""
    name, url = _DELEGATION
    return entry.get("name") == name or str(entry.get("url")).startswith(url)


def item(entry: Mapping[str, Any], persons: bool) -> dict[str, Any]:
    """The fields that pass; without any option where these are ``persons``."""
    result = entry.get("result")
    passed = sieve({**entry, "result": _marked(result) if isinstance(result, Mapping) else None}, SHAPE)
    if persons or of_persons(passed):
        drop_options(passed.get("questions"), passed.get("result", {}).get("counts"))
    return passed


def of_persons(passed: Mapping[str, Any]) -> bool:
    """Whether its options are persons: delegates, or seats that a transferable vote fills (inferred)."""
    questions = passed.get("questions")
    tallies = [str(each.get("tally_type")) for each in questions] if isinstance(questions, list) else []
    return passed.get("election_type") == "SIMPLE_DELEGATION" or any("STV" in tally.upper() for tally in tallies)


def ballot(id: str, data: Mapping[str, Any], site: Site, persons: bool, part: str) -> Ballot:
    """The vote. Times have no zone and are UTC, as Django keeps them (inferred)."""
    election = read(data, Election)
    flag, word = _state(election)
    name = site.text_or_none(line(election.agora.pretty_name))
    tallied = moment(election.result_tallied_at_date, "result_tallied_at_date")
    return Ballot(
        title=election.pretty_name,
        url=site.url(f"api/v1/election/{id}/"),
        language=site.languages[0],
        zone="UTC",
        brief=election.short_description,
        description=election.description,
        organiser=Organisation(name=name) if name else None,
        persons=persons or of_persons(data),
        questions=tuple(_questions(election)),
        opens=moment(election.voting_starts_at_date, "voting_starts_at_date"),
        closes=_closes(election),
        flag=flag,
        word=word,
        cast=_cast(election),
        published=tallied if election.result else None,
        part=part,
    )


def _closes(election: Election) -> str | None:
    extended = moment(election.voting_extended_until_date, "voting_extended_until_date")
    return extended or moment(election.voting_ends_at_date, "voting_ends_at_date")


def _state(election: Election) -> tuple[Status | None, str | None]:
    """The platform has no field for it; in this order (SOURCE.md). Between start and end the clock decides."""
    if election.archived_at_date:
        return Status.ENDED, "archived"
    if election.result_tallied_at_date:
        return Status.CLOSED, "tallied"
    if election.is_approved is False:
        return Status.UNKNOWN, "requested"
    if not election.voting_starts_at_date:
        return (Status.ANNOUNCED, "approved") if election.is_approved else (Status.UNKNOWN, None)
    return None, None


def _cast(election: Election) -> int | None:
    """Who took part, by themselves or by a delegate; before the start there is nothing to count."""
    if election.result is not None and election.result_tallied_at_date:
        return election.result.total_votes
    direct, delegated = election.direct_votes_count, election.delegated_votes_count
    if not election.voting_starts_at_date or direct is None or delegated is None:
        return None
    return direct + delegated


def _questions(election: Election) -> list[Question]:
    """The questions, with their counts once they are tallied."""
    counts = election.result.counts if election.result and election.result_tallied_at_date else []
    asked = election.questions or counts
    return [
        Question(
            title=each.question,
            tally=counts[number].tally_type if number < len(counts) else each.tally_type,
            options=_options(each, counts[number] if number < len(counts) else _Asked()),
        )
        for number, each in enumerate(asked)
    ]


def _options(asked: _Asked, counted: _Asked) -> tuple[Option, ...]:
    by_value = {each.value: each for each in counted.answers}
    rows = ((each, by_value.get(each.value, _Answer())) for each in asked.answers)
    return tuple(
        Option(each.value, each.details, (each.url,), counted=told.total_count, won=told.won) for each, told in rows
    )


def _marked(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result whose answers say themselves whether they won."""
    counts = result.get("counts")
    rows = [each for each in counts if isinstance(each, Mapping)] if isinstance(counts, list) else []
    return {**result, "counts": [{**each, "answers": _won(each)} for each in rows]}


def _won(counted: Mapping[str, Any]) -> list[dict[str, Any]]:
    answers, winners = counted.get("answers"), counted.get("winners")
    known = winners if isinstance(winners, list) else []
    rows = [each for each in answers if isinstance(each, Mapping)] if isinstance(answers, list) else []
    return [{**each, "won": each.get("value") in known} for each in rows]
