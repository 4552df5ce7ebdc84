"""``folkmoot validate``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import click
import msgspec

from folkmoot_hub.cli.output import print_json, say, watched
from folkmoot_hub.cli.running import DONE, FAILED, Command, any_hub, base_url
from folkmoot_hub.hub import Hub
from folkmoot_hub.web.items import Item
from folkmoot_schema.process import Record
from folkmoot_schema.validation import Finding, Report, Severity, shacl, validate, validate_json

#: So many records, spread over all, go through the shapes unless more are asked for.
_SAMPLE: Final = 25
#: The shapes take so many at a time: a graph in memory.
_STEP: Final = 100


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One finding as it is printed; ``where`` is a key, or a line of the file."""

    where: str
    severity: str
    path: str
    message: str


@click.command(
    "validate",
    cls=Command,
    examples=[
        "folkmoot validate",
        "folkmoot validate --source eci --all --warnings",
        "folkmoot validate processes.jsonl",
        "folkmoot export --format jsonl | folkmoot validate -",
    ],
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--source", metavar="SOURCE", help="Only what is stored of this source.")
@click.option("--all", "every", is_flag=True, help=f"All records through the SHACL shapes, not a sample of {_SAMPLE}.")
@click.option("--warnings", is_flag=True, help="Tell warnings, too.")
@click.option("--json", "as_json", is_flag=True, help="Print each finding as JSON, one a line.")
@click.pass_context
def validate_command(
    context: click.Context, file: Path | None, source: str | None, every: bool, warnings: bool, as_json: bool
) -> None:
    """Check what is stored against the schema and its SHACL shapes, or FILE (- for standard input).

    FILE holds a process, a record or an item of the programming interface as JSON on each line. Exits with 1 if there
    is an error.
    """
    checked = errors = 0
    if file is not None and (source or every):
        raise click.UsageError("--source and --all are about what is stored; allowed: a file without them")
    for told in _of_file(file) if file is not None else _of_store(source, every):
        if told is None:
            checked += 1
            continue
        errors += told.severity == Severity.ERROR
        if told.severity == Severity.ERROR or warnings:
            _tell(told, as_json)
    say(f"{checked} checked, {errors} errors", err=True)
    context.exit(FAILED if errors else DONE)


def _tell(told: Told, as_json: bool) -> None:
    if as_json:
        print_json(told)
    else:
        say(f"{told.where}: {told.severity}: {f'{told.path}: ' if told.path else ''}{told.message}")


#: None stands for one thing that has been checked.
_Findings = Iterator[Told | None]


def _of_store(source: str | None, every: bool) -> _Findings:
    with any_hub() as hub:
        site = hub.site(source).id if source else None
        total = sum(row.processes for row in hub.store.sources() if site in (None, row.site.id))
        shaped: list[Record] = []
        stride = 1 if every else max(1, total // _SAMPLE)
        records = (record for _, record in hub.store.all_records(site))
        for n, record in enumerate(watched(records, "validating", total, printing=True)):
            yield None
            yield from _told(record.key, validate(record.process))
            if n % stride == 0:
                shaped.append(record)
            if len(shaped) == _STEP:
                yield from _shapes(hub, shaped)
                shaped = []
        yield from _shapes(hub, shaped)


def _shapes(hub: Hub, records: list[Record]) -> _Findings:
    if records:
        for line in shacl(records, base_url(hub)):
            node, _, message = line.partition(": ")
            yield Told(where=node, severity=Severity.ERROR, path="shape", message=message)


def _of_file(file: Path) -> _Findings:
    with click.open_file(str(file), "rb") as lines:
        yield from _of_lines(lines, "line" if str(file) == "-" else f"{file}:")


def _of_lines(lines: IO[bytes] | Iterable[bytes], name: str) -> _Findings:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield None
            yield from _told(f"{name}{' ' if name == 'line' else ''}{number}", _report(line))


def _report(line: bytes) -> Report:
    """What is wrong with a process, a record or an item: the last has a key, which the others have not."""
    try:
        if "key" not in msgspec.json.decode(line, type=dict[str, msgspec.Raw]):
            return validate_json(line)
        msgspec.json.decode(line, type=Item)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        message, _, path = str(error).partition(" - at `$")
        return Report((Finding(Severity.ERROR, path.rstrip("`").lstrip("."), message),))
    return Report()


def _told(where: str, report: Report) -> _Findings:
    for finding in report.findings:
        yield Told(where=where, severity=str(finding.severity), path=finding.path, message=finding.message)


COMMANDS = (validate_command,)
