"""``folkmoot show``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

import click

from folkmoot_hub.cli.output import print_json, say, write
from folkmoot_hub.cli.running import Command, any_hub, base_url
from folkmoot_hub.errors import UsageError
from folkmoot_hub.hub import Hub
from folkmoot_hub.markup import plain
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.search import query
from folkmoot_hub.web.items import whole_item
from folkmoot_hub.web.things import FORMS
from folkmoot_schema import identifiers
from folkmoot_schema.process import Licence, Organisation, Outcome, Phase, Place, Record, Support
from folkmoot_schema.texts import Text

_FORMATS: Final = ("jsonl", *(suffix[1:] for suffix in FORMS))
_ALLOWED: Final = "a key (urn:folkmoot:<source>:<id>) or <source>/<id>, as folkmoot search prints them"


@click.command(
    "show",
    cls=Command,
    examples=[
        "folkmoot show urn:folkmoot:eci:2024%2F900001",
        "folkmoot show eci/2024/900001 --hl fr",
        "folkmoot show eci/2024/900001 --format ttl",
    ],
)
@click.argument("process", metavar="KEY|SOURCE/ID")
@click.option("--hl", metavar="LANGUAGE", help="Show texts in this language where there are any.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one line of JSON: the same as --format jsonl.")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Print it as data, and in which form.")
def show(process: str, hl: str | None, as_json: bool, form: str | None) -> None:
    """Show everything that is known of one process."""
    if as_json and form not in {None, "jsonl"}:
        raise UsageError(f"--json and --format {form} contradict each other; allowed: one of them")
    language = query.parse([("hl", hl)], ("hl",)).hl if hl is not None else None
    languages = (language,) if language else ()
    with any_hub() as hub:
        record = the_record(hub, process)
        if as_json or form == "jsonl":
            observed = hub.store.observations(record.source, record.local_id)
            print_json(whole_item(record, base_url(hub), observed, languages))
        elif form:
            write(FORMS[f".{form}"].write(record, base_url(hub)).rstrip() + b"\n")
        else:
            for name, value in _lines(record, languages):
                say(f"{name:<13} {value}")
            _say_text(record, languages)


def named(process: str) -> tuple[str, str]:
    """``(source, local_id)`` of what a person typed; ``UsageError`` if it is neither a key nor ``source/id``."""
    try:
        if process.startswith("urn:"):
            return identifiers.parse_key(process)
        source, slash, local_id = process.partition("/")
        if not slash:
            raise ValueError(f"{process!r} names no process")  # noqa: TRY301 - one message for all that is wrong
        return identifiers.check_source(source), identifiers.check_local_id(local_id)
    except ValueError as error:
        raise UsageError(f"{error}; allowed: {_ALLOWED}") from error


def the_record(hub: Hub, process: str) -> Record:
    """The process that a person named; ``UsageError`` if it never was here, or is gone."""
    source, local_id = named(process)
    there = hub.store.get(source, local_id) or hub.store.get(source, unquote(local_id))
    if there is None:
        raise UsageError(f"{identifiers.key(source, local_id)} is not here; allowed: {_ALLOWED}")
    if isinstance(there, Tombstone):
        reason = there.reason or "its source deleted it"
        raise UsageError(f"{identifiers.key(source, local_id)} was removed on {there.at:%Y-%m-%d}: {reason}")
    return there


def _lines(record: Record, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name and value of all that is known, but for the longer texts."""
    process, standing = record.process, record.standing
    yield "key", record.key
    yield "title", _text(process.title, languages)
    yield "status", f"{standing.status}{f' (derived: {standing.reason})' if standing.derived else ''}"
    yield from _given("its word", process.source_status)
    if standing.deadline:
        yield "deadline", f"{standing.deadline} ({standing.deadline_zone})"
    yield "kind", ", ".join((process.kind, *process.flags))
    yield from _given("place", _place(process.place))
    yield from _given("level", process.level)
    yield from _given("organiser", _organisation(process.organiser, languages))
    yield from _given("authority", _organisation(process.authority, languages))
    yield from _given("topics", ", ".join((*process.topics, *process.keywords)))
    yield from _given("stage", process.stage)
    yield "address", process.url
    yield from _given("take part", process.participate_url)
    yield from _given("published", process.published)
    yield from (("phase", _phase(phase, languages)) for phase in process.phases)
    yield from (("support", _support(support, languages)) for support in process.support)
    yield from (("outcome", _outcome(outcome, languages)) for outcome in process.outcomes)
    yield from (("document", f"{_text(d.title, languages)} {d.url}".strip()) for d in process.documents)
    yield from (("reference", f"{link.kind} {link.value} {link.url or ''}".strip()) for link in process.links)
    yield from _history(record)


def _history(record: Record) -> Iterator[tuple[str, str]]:
    provenance = record.provenance
    yield "availability", record.process.availability
    yield "first seen", f"{record.first_seen:%Y-%m-%d %H:%M}Z, last seen {record.seen_at:%Y-%m-%d %H:%M}Z"
    yield "updated", f"{record.updated:%Y-%m-%d %H:%M}Z"
    if record.absent_since:
        yield "not listed", f"since {record.absent_since:%Y-%m-%d %H:%M}Z"
    address = provenance.url or provenance.original or "an unknown address"
    yield "found at", f"{address}, fetched {provenance.fetched_at:%Y-%m-%d %H:%M}Z"  # further parts are elsewhere
    if provenance.captured_at is not None:
        yield "captured", f"{provenance.captured_at:%Y-%m-%d %H:%M}Z from {provenance.original or 'an unknown address'}"
    yield "by", f"{provenance.connector} {provenance.connector_version}"
    yield from _given("missing", ", ".join(provenance.missing))
    yield "licence", _licence(record.licence)
    yield from _given("credit", record.licence.attribution)


def _given(name: str, value: str | None) -> Iterator[tuple[str, str]]:
    if value:
        yield name, value


def _text(text: Text | None, languages: tuple[str, ...]) -> str:
    return text.best(*languages)[1] if text else ""


def _place(place: Place | None) -> str:
    return ", ".join(part for part in (place.municipality, place.region, place.country) if part) if place else ""


def _organisation(organisation: Organisation | None, languages: tuple[str, ...]) -> str:
    return f"{_text(organisation.name, languages)} {organisation.homepage or ''}".strip() if organisation else ""


def _phase(phase: Phase, languages: tuple[str, ...]) -> str:
    window = f"{phase.opens or '…'} to {phase.closes or '…'} ({phase.zone})"
    return f"{phase.kind} {window} {_text(phase.label, languages)}".strip()


def _support(support: Support, languages: tuple[str, ...]) -> str:
    count = "unknown" if support.count is None else f"{support.count:,}"
    needed = f" of {support.threshold.count:,}" if support.threshold else ""
    where = " ".join(part for part in (support.place or "", _text(support.option, languages)) if part)
    return f"{count}{needed} {support.unit} {where}{' verified' if support.verified else ''} ({support.part})"


def _outcome(outcome: Outcome, languages: tuple[str, ...]) -> str:
    parts = (outcome.date or "", outcome.kind, _text(outcome.title, languages), outcome.url or "")
    return " ".join(part for part in parts if part)


def _licence(licence: Licence) -> str:
    named: Mapping[str, None] = dict.fromkeys(part for part in (licence.id, licence.name, licence.url) if part)
    return " ".join(named)


def _say_text(record: Record, languages: tuple[str, ...]) -> None:
    """Summary and body, a blank line in front of each; the body alone where it begins with the summary."""
    summary, body = (_plain(text, languages) if text else "" for text in (record.process.summary, record.process.body))
    repeated = body.startswith(summary.rstrip("…. "))
    for value in ("" if repeated else summary, body):
        if value:
            say()
            for paragraph in value.splitlines():
                say(paragraph)


def _plain(text: Text, languages: tuple[str, ...]) -> str:
    value = _text(text, languages)
    return plain(value) if text.html else value


COMMANDS = (show,)
