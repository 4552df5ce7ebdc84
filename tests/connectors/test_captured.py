"""Connectors for platforms that live in archives only: their samples, read out of a WARC, give the same records."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path

import pytest

from connectors.driving import CONNECTORS
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Sample
from folkmoot_hub.fetch.archive.fetcher import ArchiveFetcher
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.fetch.replaying import replaying
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.testing.archiving import write_warc
from folkmoot_hub.testing.bench import bench
from folkmoot_schema.codes import Availability
from folkmoot_schema.process import Record

ARCHIVED = [each for each in bundled_samples() if each.site.via == "archive"]
SAMPLES = [each for each in ARCHIVED if each.site.id in {"sample.obale", "sample.pueblo"}]


def harvested(sample: Sample, recording: Path, folder: Path) -> tuple[RunRow, dict[str, Record]]:
    return told(sample, replaying(recording, sample.site, FixedClock(sample.at)), folder)


def told(sample: Sample, fetcher: Fetcher, folder: Path) -> tuple[RunRow, dict[str, Record]]:
    with bench(folder, CONNECTORS[sample.site.connector], sample.site, sample.at) as found:
        row = found.harvest(fetcher)
        return row, dict(found.records())


@pytest.mark.parametrize("sample", ARCHIVED, ids=lambda sample: sample.site.id)
def test_a_sample_from_an_archive_ships_the_warc_that_its_recording_makes(sample: Sample) -> None:
    made = BytesIO()
    write_warc(sample.folder, made)
    shipped = gzip.decompress((sample.folder / "sample.warc.gz").read_bytes())
    assert shipped == gzip.decompress(made.getvalue()), (
        f"run python -m folkmoot_hub.testing.archiving on {sample.folder.name}"
    )
    assert isinstance(replaying(sample.folder, sample.site, FixedClock(sample.at)), ArchiveFetcher)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.site.id)
def test_a_warc_of_a_sample_gives_the_same_archived_records(sample: Sample, tmp_path: Path) -> None:
    file = tmp_path / "sample.warc.gz"
    with file.open("wb") as written:
        assert write_warc(sample.folder, written) >= 3
    row, records = harvested(sample, file, tmp_path / "warc")
    answers = ReplayFetcher(sample.folder, clock=FixedClock(sample.at))
    _, expected = told(sample, answers, tmp_path / "recording")
    assert (row.outcome, row.quarantined, len(records)) == ("complete", 0, 3)
    assert {id: one.process for id, one in records.items()} == {id: one.process for id, one in expected.items()}
    for record in records.values():
        assert record.process.availability is Availability.ARCHIVED
        assert record.process.observed_at is not None
        assert record.process.url.startswith("https://archive.example/samples/20")
        assert record.standing.status == "ended"


def test_a_sample_of_two_banks_is_told_in_the_languages_that_were_captured(tmp_path: Path) -> None:
    sample = next(each for each in SAMPLES if each.site.id == "sample.obale")
    file = tmp_path / "sample.warc.gz"
    with file.open("wb") as written:
        write_warc(sample.folder, written)
    _, records = harvested(sample, file, tmp_path / "warc")
    assert {id: sorted(one.process.title.values) for id, one in records.items()} == {
        "announcement": ["en", "sq", "sr"],
        "dialogue/7": ["en", "sq", "sr"],
        "news/12": ["en", "sr"],
    }
    # In turn: bytes that declare nothing, UTF-8 by the header, Windows-1250 by the page itself.
    assert records["news/12"].process.title.values["sr"] == "Primer: most se farba u ljubičasto"
    assert records["dialogue/7"].process.title.values["sr"] == "Primer: čiji je most?"
    body = records["announcement"].process.summary
    assert body is not None
    assert body.values["sr"].startswith("Napisano osamnaest meseci posle početka.")
