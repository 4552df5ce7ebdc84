"""Connectors for platforms that live in archives only: their samples, read out of a WARC, give the same records."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.driving import CONNECTORS
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Sample
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.fetch.replaying import replaying
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.testing.archiving import write_warc
from folkmoot_hub.testing.bench import bench
from folkmoot_schema.codes import Availability
from folkmoot_schema.process import Record

SAMPLES = [each for each in bundled_samples() if each.site.id in {"sample.obale", "sample.pueblo"}]


def harvested(sample: Sample, recording: Path, folder: Path) -> tuple[RunRow, dict[str, Record]]:
    fetcher: Fetcher = replaying(recording, sample.site, FixedClock(sample.at))
    with bench(folder, CONNECTORS[sample.site.connector], sample.site, sample.at) as found:
        row = found.harvest(fetcher)
        return row, dict(found.records())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.site.id)
def test_a_warc_of_a_sample_gives_the_same_archived_records(sample: Sample, tmp_path: Path) -> None:
    file = tmp_path / "sample.warc.gz"
    with file.open("wb") as written:
        assert write_warc(sample.folder, written) >= 3
    row, records = harvested(sample, file, tmp_path / "warc")
    _, expected = harvested(sample, sample.folder, tmp_path / "recording")
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
