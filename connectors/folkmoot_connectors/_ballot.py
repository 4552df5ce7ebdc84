"""A vote among options, however its platform writes it, as the parts of a process.

Options are told with the number of votes for each, None where it is not known or not public: never as votes for and
against, since no platform says which of two answers is which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Any, Final, NamedTuple

from folkmoot_connectors._values import address, body, by_language, excerpt, fuller, line, shortened
from folkmoot_hub.connector import Site
from folkmoot_schema.codes import Kind, OutcomeKind, Stage, Status, Unit
from folkmoot_schema.process import Document, Organisation, Outcome, Phase, Process, Support
from folkmoot_schema.texts import Text

#: Ways of counting in which a voter's ballot adds one to each option it names. All others count points or ranks.
_COUNTED_IN_VOTES: Final = frozenset({"plurality-at-large", "ONE_CHOICE", "APPROVAL"})


class Option(NamedTuple):
    """One answer of a question. ``won`` is what the platform says; ``counted`` is in the unit of the tally."""

    label: str
    details: str = ""
    urls: tuple[str, ...] = ()
    counted: float | None = None
    won: bool = False


class Question(NamedTuple):
    """What is asked, how it is counted, and among what one chooses."""

    title: str = ""
    description: str = ""
    tally: str = ""
    options: tuple[Option, ...] = ()


class Ballot(NamedTuple):
    """A vote. ``persons``: its options are candidates, who are named nowhere. ``published`` is when its result was."""

    title: str
    url: str
    language: str
    zone: str
    brief: str = ""
    description: str = ""
    organiser: Organisation | None = None
    persons: bool = False
    questions: tuple[Question, ...] = ()
    opens: str | None = None
    closes: str | None = None
    flag: Status | None = None
    word: str | None = None
    cast: int | None = None
    published: str | None = None
    part: str = "list"


def process(ballot: Ballot, site: Site) -> Process:
    """The process that the vote is. Who stands for election belongs to no step of a policy (SOURCE.md infers it)."""
    summary = by_language({ballot.language: excerpt(ballot.brief or ballot.description)}, ballot.language)
    whole = by_language({ballot.language: _whole_text(ballot)}, ballot.language, html=True)
    return Process(
        kind=Kind.ELECTION if ballot.persons else Kind.BALLOT,
        title=site.text(line(ballot.title), ballot.language),
        url=ballot.url,
        summary=summary,
        body=fuller(whole, summary),
        organiser=ballot.organiser or site.authority,
        authority=site.authority,
        place=site.place,
        level=site.level,
        stage=None if ballot.persons else Stage.POLICY_DESIGN,
        phases=_phases(ballot),
        flag=ballot.flag,
        source_status=ballot.word,
        support=tuple(_support(ballot)),
        outcomes=_outcomes(ballot),
        documents=_documents(ballot),
    )


def drop_options(*questions: Any) -> None:
    """Take the answers out of lists of questions, as they passed the sieve, in place."""
    for rows in questions:
        for each in rows if isinstance(rows, list) else [rows]:
            if isinstance(each, dict):
                each.pop("answers", None)


def _labelled(ballot: Ballot) -> Iterator[tuple[Question, str, Option]]:
    """Every option of every question, with a label that no other one has."""
    several, given, last = len(ballot.questions) > 1, set[str](), Counter[str]()
    for number, question in enumerate(ballot.questions, start=1):
        for option in () if ballot.persons else question.options:
            if name := line(option.label):
                label = shortened(f"{line(question.title) or number}: {name}" if several else name, 300)
                last[label] += 1
                while (unique := f"{label} ({last[label]})" if last[label] > 1 else label) in given:
                    last[label] += 1
                given.add(unique)
                yield question, unique, option


def _support(ballot: Ballot) -> Iterator[Support]:
    if ballot.cast is not None:
        yield Support(unit=Unit.PARTICIPANTS, count=ballot.cast, part=ballot.part)
    for question, label, option in _labelled(ballot):
        count = option.counted if question.tally in _COUNTED_IN_VOTES else None
        whole = int(count) if count is not None and count == int(count) else None
        yield Support(unit=Unit.VOTES, option=_text(ballot, label), count=whole, part=ballot.part)


def _outcomes(ballot: Ballot) -> tuple[Outcome, ...]:
    """The result as a report, with what won in its title: a vote is an account, no decision of an authority."""
    if ballot.published is None:
        return ()
    won = "; ".join(label for _, label, option in _labelled(ballot) if option.won)
    title = _text(ballot, shortened(won, 300)) if won else None
    return (Outcome(kind=OutcomeKind.REPORT, date=ballot.published[:10], title=title, url=ballot.url),)


def _documents(ballot: Ballot) -> tuple[Document, ...]:
    """What can be read about the options."""
    found: dict[str, Document] = {}
    for _, label, option in _labelled(ballot):
        for url in filter(None, (address(each, ballot.url) for each in option.urls)):
            found.setdefault(url, Document(url=url, title=_text(ballot, label)))
    return tuple(found.values())


def _phases(ballot: Ballot) -> tuple[Phase, ...]:
    if not (ballot.opens or ballot.closes):
        return ()
    return (Phase(opens=ballot.opens, closes=ballot.closes, zone=ballot.zone),)


def _whole_text(ballot: Ballot) -> str:
    sections = [body(ballot.description)]
    for question in ballot.questions:
        title = line(question.title)
        sections += [f"<h3>{escape(title)}</h3>" if title else "", body(question.description)]
        options = () if ballot.persons else question.options
        rows = [f"<li>{escape(line(each.label))}{_details(each)}</li>" for each in options if line(each.label)]
        sections.append(f"<ul>{''.join(rows)}</ul>" if rows else "")
    return body("\n".join(filter(None, sections)))


def _details(option: Option) -> str:
    details = body(option.details)
    return f"<br>{details}" if details else ""


def _text(ballot: Ballot, value: str) -> Text:
    return Text({ballot.language: value}, ballot.language)
