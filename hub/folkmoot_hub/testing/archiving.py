"""A WARC out of a recording, always the same bytes: how samples of platforms that live in archives only are made.

::

    python -m folkmoot_hub.testing.archiving RECORDING FILE.warc.gz [--at 2013-05-01T10:00:00Z]

Each answer of ``recording.json`` becomes a capture of the instant in its ``captured_at``, else of its ``recorded``,
else of ``--at``. Several of one address are several captures.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO

import click
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from folkmoot_hub.errors import UsageError
from folkmoot_hub.fetch.recording import Recorded, load, read_body, true_at
from folkmoot_schema import dates

#: The namespace of the ids of records, so that equal captures have equal ones.
_IDS = uuid.UUID("5f9d6c1e-7b0a-5c1e-9d9a-3f0d2a7c4b11")


def write_warc(folder: Path, file: IO[bytes], *, at: datetime | None = None, gzip: bool = True) -> int:
    """Write the answers of the recording in ``folder`` to ``file``; how many. ``UsageError`` if one cannot be."""
    recording, place = load(folder)
    answers = [(entry, read_body(place, entry)) for entry in recording.responses]
    return write_captures(((entry, body, _taken(entry, at)) for entry, body in answers), file, gzip=gzip)


def write_captures(captures: Iterable[tuple[Recorded, bytes, datetime]], file: IO[bytes], *, gzip: bool = True) -> int:
    """Write answers, their bodies and when each was taken, in order of time; how many."""
    writer = WARCWriter(file, gzip=gzip)
    ordered = sorted(captures, key=lambda each: (each[2], each[0].url))
    for entry, body, taken in ordered:
        if entry.method != "GET" or not entry.url.startswith(("http://", "https://")):
            raise UsageError(f"{entry.method} {entry.url} cannot be captured; allowed: GET of http(s) addresses")
        writer.write_record(_record(writer, entry, body, dates.iso(taken)))
    return len(ordered)


def _taken(entry: Recorded, at: datetime | None) -> datetime:
    if entry.captured_at is not None:
        return dates.parse_instant(entry.captured_at)
    if entry.recorded is not None:
        return true_at(entry.recorded)
    if at is None:
        raise UsageError(f"{entry.url} does not say when it was taken; allowed: captured_at or recorded, or --at")
    return at


def _record(writer: WARCWriter, entry: Recorded, body: bytes, taken: str) -> object:
    name = uuid.uuid5(_IDS, f"{taken} {entry.url} {entry.status}")
    status = f"{entry.status} {HTTPStatus(entry.status).phrase}"
    headers = [(name, value) for name, value in entry.headers.items() if name.lower() != "content-length"]
    return writer.create_warc_record(
        entry.url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        warc_headers_dict={"WARC-Date": taken, "WARC-Record-ID": f"<urn:uuid:{name}>"},
        http_headers=StatusAndHeaders(status, [*headers, ("Content-Length", str(len(body)))], protocol="HTTP/1.1"),
    )


@click.command()
@click.argument("recording", type=click.Path(exists=True, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--at", help="When answers were taken that do not say it: an instant (RFC 3339).")
def main(recording: Path, file: Path, at: str | None) -> None:
    """Write RECORDING as the WARC file FILE, packed if its name ends in .gz."""
    made = BytesIO()
    try:
        moment = dates.parse_instant(at) if at else None
        count = write_warc(recording, made, at=moment, gzip=file.name.endswith(".gz"))
    except (UsageError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    file.write_bytes(made.getvalue())
    click.echo(f"{file}: {count} captures")


if __name__ == "__main__":
    main()
