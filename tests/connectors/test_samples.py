"""The samples: ours, invented, whole, in the platforms' true shape, and true at the moment they name."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from connectors.driving import Driven, drive, under
from connectors.people import contacts_in, texts
from folkmoot_connectors.sites import SAMPLES_AT, bundled_samples
from folkmoot_hub.connector import Sample
from folkmoot_hub.fetch.package import SCHEME
from folkmoot_hub.registry import load_plugins
from folkmoot_schema.codes import Kind, OutcomeKind, Status
from folkmoot_schema.dates import begins
from folkmoot_schema.process import Process
from folkmoot_schema.status import assess_process
from folkmoot_schema.validation import validate

#: Where names of XML come from; no answer is had there.
NAMESPACES = {"www.w3.org", "purl.org", "cordis.europa.eu"}
SAMPLES = {sample.site.id: sample for sample in bundled_samples()}
each_sample = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


def harvested(sample: Sample) -> Driven:
    return drive(sample.site, sample.folder)


def status_at_the_moment(sample: Sample, process: Process) -> Status:
    interval = timedelta(seconds=sample.site.interval)
    return assess_process(process, seen_at=begins("2026-03-02", "UTC"), now=sample.at, interval=interval).status


def recording(sample: Sample) -> dict[str, Any]:
    document = json.loads((sample.folder / "recording.json").read_text())
    assert isinstance(document, dict)
    return document


def files(sample: Sample) -> list[Path]:
    return sorted(path for path in sample.folder.iterdir() if path.name != "recording.json")


def test_every_connector_has_a_sample() -> None:
    registry = load_plugins()
    assert registry.samples == SAMPLES
    connectors = {sample.site.connector for sample in SAMPLES.values()}
    assert connectors == set(registry.connectors)


@each_sample
def test_a_sample_is_harvested_whole(sample: Sample) -> None:
    driven = harvested(sample)
    assert driven.complete
    assert driven.quarantined == {}
    assert driven.processes
    asked = {request.url for request in driven.requests if not request.url.startswith(SCHEME)}
    assert asked == {response["url"] for response in recording(sample)["responses"]}


EARLIER = [(sample, at, folder) for sample in SAMPLES.values() for at, folder in sample.earlier]
each_earlier = pytest.mark.parametrize(("sample", "at", "folder"), EARLIER, ids=[one.name for _, _, one in EARLIER])


@each_earlier
def test_an_earlier_recording_of_a_sample_is_of_its_site_and_day_and_is_harvested_whole(
    sample: Sample, at: datetime, folder: Path
) -> None:
    document = json.loads((folder / "recording.json").read_text())
    assert document["site"]["id"] == sample.site.id
    assert {response["recorded"] for response in document["responses"]} == {at.date().isoformat()}
    assert {path.name for path in folder.iterdir()} == {
        "recording.json", *(response["file"] for response in document["responses"]),
    }  # fmt: skip
    assert at < sample.at
    driven = drive(under(sample.site, document["site"]), folder)
    assert driven.complete
    assert driven.quarantined == {}
    assert set(driven.processes) <= set(harvested(sample).processes)
    assert all(process.title.best("en")[1].startswith("Sample") for process in driven.processes.values())
    assert not [found for path in folder.iterdir() for found in contacts_in(path.read_text())]


@each_sample
def test_every_process_of_a_sample_passes_the_schema(sample: Sample) -> None:
    assert {id: validate(one).errors for id, one in harvested(sample).processes.items() if not validate(one).ok} == {}


@each_sample
def test_the_site_of_a_recording_is_the_site_of_its_sample(sample: Sample) -> None:
    assert under(sample.site, recording(sample)["site"]) == sample.site
    assert sample.site.sample
    assert sample.site.enabled


@each_sample
def test_every_file_of_a_sample_is_an_answer(sample: Sample) -> None:
    shipped = {Path(each.url).name for each in harvested(sample).requests if each.url.startswith(SCHEME)}
    answers = {response["file"] for response in recording(sample)["responses"]}
    captures = {"sample.warc.gz"} if sample.site.via == "archive" else set()
    assert {path.name for path in files(sample)} == answers | shipped | captures


@each_sample
def test_every_answer_was_recorded_on_the_day_of_the_samples(sample: Sample) -> None:
    days = {response["recorded"] for response in recording(sample)["responses"]}
    assert days == {SAMPLES_AT.date().isoformat()}
    assert sample.at == SAMPLES_AT


@each_sample
def test_nothing_in_a_sample_is_real(sample: Sample) -> None:
    words = ("Sample", "Beispiel", "Exempel", "Exemple", "Muestra", "Esempio")
    for process in harvested(sample).processes.values():
        title = process.title.best("en", sample.site.languages[0])[1]
        assert title.startswith(words), title
    for path in [*files(sample), sample.folder / "recording.json"]:
        text = path.read_text(errors="replace")  # some are in old encodings
        assert contacts_in(text) == [], path.name
        for host in {
            urlsplit(word).hostname for word in text.replace('"', " ").replace("<", " ").split() if "://" in word
        }:
            known = host is None or host.endswith(".example") or host in NAMESPACES
            assert known, (path.name, host)


def test_no_address_of_a_sampled_process_leads_to_a_real_one() -> None:
    for sample in SAMPLES.values():
        for id, process in harvested(sample).processes.items():
            for url in (text for text in texts(msgspec.to_builtins(process)) if text.startswith("http")):
                host = urlsplit(url).hostname or ""
                known = host == "eur-lex.europa.eu" or url in process.act_types
                assert host.endswith(".example") or known, (id, url)


def test_samples_show_every_status_that_matters() -> None:
    found = Counter(
        status_at_the_moment(sample, process)
        for sample in SAMPLES.values()
        for process in harvested(sample).processes.values()
    )
    assert set(found) >= {
        Status.ANNOUNCED,
        Status.OPEN,
        Status.CLOSED,
        Status.UNDER_REVIEW,
        Status.ANSWERED,
        Status.UNSUCCESSFUL,
        Status.REFUSED,
        Status.WITHDRAWN,
    }
    assert found[Status.OPEN] >= 8


def test_what_a_sample_calls_open_is_open_at_its_moment() -> None:
    for sample in SAMPLES.values():
        for id, process in harvested(sample).processes.items():
            if process.flag in {Status.OPEN, Status.ANNOUNCED}:
                assert status_at_the_moment(sample, process) == process.flag, id


def test_the_register_shows_languages_outcomes_thresholds_and_unknown_counts() -> None:
    processes = harvested(SAMPLES["sample.register"]).processes
    assert len(processes["ECI(2025)900001"].title.values) == 24
    answered = processes["ECI(2019)900001"]
    assert {outcome.kind for outcome in answered.outcomes} == {OutcomeKind.REPLY, OutcomeKind.FOLLOW_UP}
    assert {one.threshold.celex for one in answered.support if one.place and one.threshold} == {"32014R0531"}
    assert processes["ECI(2013)900001"].support[0].count is None
    assert processes["90042"].flag is Status.REFUSED
    observed = [one.count for one in processes["ECI(2025)900001"].support if one.place is None]
    assert observed == [412300, 415870]


def test_countries_of_the_register_add_up_to_what_is_stated() -> None:
    checked = 0
    for id, process in harvested(SAMPLES["sample.register"]).processes.items():
        stated = [one.count for one in process.support if one.part == "detail" and one.place is None]
        countries = [one for one in process.support if one.place is not None]
        if stated and countries:
            checked += 1
            assert sum(one.count or 0 for one in countries if one.threshold) == stated[0], id
    assert checked == 7


def test_the_lists_of_the_register_count_what_they_hold() -> None:
    folder = SAMPLES["sample.register"].folder
    lists = [json.loads(path.read_text()) for path in sorted(folder.glob("list_all_*.json"))]
    assert sum(len(each["entries"]) for each in lists) == {each["recordsFound"] for each in lists}.pop()


def test_exampleville_shows_standing_forms_and_one_id_twice() -> None:
    driven = harvested(SAMPLES["sample.exampleville"])
    kinds = Counter(process.kind for process in driven.processes.values())
    assert kinds[Kind.STANDING_FORM] == 2
    assert {"parks-and-open-spaces/riverside", "transport/riverside"} <= set(driven.items)
    assert "housing/staff-survey" not in driven.items


def test_exempleville_has_details_in_the_documented_spelling() -> None:
    driven = harvested(SAMPLES["sample.exempleville"])
    assert all(set(parts) == {"list", "detail"} for parts in driven.items.values())
    open_ = driven.processes["urbanisme/place-du-marche"]
    assert open_.participate_url is not None
    assert open_.title.original == "fr"


def test_the_feeds_are_one_of_each_kind() -> None:
    assert b"<rss " in (SAMPLES["sample.noticias"].folder / "noticias.rss").read_bytes()
    assert b"http://www.w3.org/2005/Atom" in (SAMPLES["sample.ideen"].folder / "ideen.atom").read_bytes()


@pytest.mark.recordings
class TestShape:
    """The samples have no field that the platform's own answers do not have."""

    def test_the_list_of_the_register_has_the_recorded_fields(self, recordings: Path) -> None:
        real = json.loads((recordings / "eci" / "register_search_ALL_EN_0_1000_2025-09-17.json").read_text())
        for path in sorted(SAMPLES["sample.register"].folder.glob("list_all_*.json")):
            ours = json.loads(path.read_text())
            assert set(ours) == set(real)
            known = {name: type(value) for entry in real["entries"] for name, value in entry.items()}
            needed = set.intersection(*(set(entry) for entry in real["entries"]))
            for entry in ours["entries"]:
                assert {name: known[name] for name in entry} == {name: type(value) for name, value in entry.items()}
                assert needed <= set(entry)

    def test_the_details_of_the_register_have_fields_of_the_composites(self, recordings: Path) -> None:
        folder = recordings / "eci"
        real = [json.loads((folder / f"details_{name}composite_fixture.json").read_text()) for name in ("", "refused_")]
        named = {
            "id",
            "comRegNum",
            "registrationDate",
            "startCollectionDate",
            "earlyClosureDate",
            "partiallyRegistered",
        }
        known = {name for document in real for name in document} | named | {"lastCall", "submission"}
        for path in SAMPLES["sample.register"].folder.glob("details_*.json"):
            assert set(json.loads(path.read_text())) <= known, path.name

    def test_activities_have_the_recorded_fields(self, recordings: Path) -> None:
        path = recordings / "citizen-space" / "uk-caa-json_search_results-open-all.json"
        real = {name for activity in json.loads(path.read_text()) for name in activity}
        for id in ("sample.exampleville", "sample.exempleville"):
            for path in SAMPLES[id].folder.glob("search_*.json"):
                for activity in json.loads(path.read_text()):
                    assert set(activity) - {"areas", "participation_url", "resultsdate"} <= real
                    assert real - set(activity) <= {"participate_url", "resultdate"}
