"""The connector for FUPOL: its one record, and a feed that nobody has seen.

What is tested of the feed is what Blogger writes by default, in words of ours: that a pilot's blog has one is inferred.

| trap | test |
| --- | --- |
| no interface or data was ever public | test_the_record_is_all_that_there_is |
| no topic may be simulated | test_nothing_is_told_that_somebody_could_take_part_in |
| years are all that is known | test_dates_are_years |
| the platform is gone | test_the_platform_s_own_address_is_not_to_be_followed |
| the feed is inferred | test_a_feed_is_asked_only_where_it_is_configured |
| a feed names authors | test_authors_of_posts_are_not_read |
| a feed states no language | test_the_language_of_a_post_is_not_known |
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors import traps
from connectors.driving import NOW, answer, bundled, drive, under
from folkmoot_connectors.fupol import Fupol
from folkmoot_connectors.sites import bundled_samples
from folkmoot_hub.connector import ParseError, Request, Run
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Availability, Kind, PhaseKind, Status
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "no interface or data was ever public",
    "no topic may be simulated",
    "years are all that is known",
    "the platform is gone",
    "the feed is inferred",
    "a feed names authors",
    "a feed states no language",
)

SITE = bundled("fupol")
SAMPLE = next(sample for sample in bundled_samples() if sample.site.id == "sample.pilot")
FEED = "http://zagreb-fupol.blogspot.com/feeds/posts/default"
CURATED = json.loads(files("folkmoot_connectors").joinpath("data/projects.json").read_text())


def the_project() -> Process:
    return drive(SITE, []).processes["project/fupol"]


def started(**setting: Any) -> list[str]:
    return [one.url for one in Fupol().start(Run(site=under(SITE, setting), now=NOW)) if isinstance(one, Request)]


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


@pytest.mark.parametrize(
    "setting",
    [{"feeds": FEED}, {"feeds": ["https://elsewhere.example/feed"]}, {"records": "/projects.json"}, {"kind": "blog"}],
)
def test_a_setting_that_is_wrong_is_told(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"^fupol: setting {next(iter(setting))}: .* is wrong; allowed: "):
        started(**setting)


def test_a_feed_is_asked_only_where_it_is_configured() -> None:
    assert started() == ["package:data/projects.json"]
    assert started(feeds=[FEED]) == ["package:data/projects.json", FEED]


@pytest.mark.parametrize("document", [[], {}, {"projects": []}, {"projects": [CURATED["projects"][1]]}])
def test_a_file_without_the_record_is_a_drift(document: Any) -> None:
    with pytest.raises(ParseError, match=r"is no file of records|holds no record 'fupol'"):
        answer(Fupol, SITE, "https://x.example/y", document, then="parse_record")


# The record


def test_the_record_is_all_that_there_is() -> None:
    driven = drive(SITE, [])
    assert driven.complete
    assert list(driven.processes) == ["project/fupol"]
    assert validate(the_project()).ok
    assert (the_project().kind, the_project().flag) == (Kind.PROJECT, Status.ENDED)


def test_nothing_is_told_that_somebody_could_take_part_in() -> None:
    process = the_project()
    assert process.participate_url is None
    assert (process.support, process.outcomes, process.documents) == ((), (), ())
    assert {phase.kind for phase in process.phases} == {PhaseKind.IMPLEMENTATION}


def test_dates_are_years() -> None:
    assert [(one.opens, one.closes) for one in the_project().phases] == [("2011", "2015")]
    assert (the_project().observed_at, the_project().availability) == ("2015", Availability.RECORD_ONLY)


def test_the_platform_s_own_address_is_not_to_be_followed() -> None:
    website, *sources = the_project().links
    assert (website.value, website.url) == ("http://www.fupol.eu/", None)
    assert len(sources) == 3
    assert all(source.url and source.title for source in sources)
    assert the_project().url == sources[0].url


# Posts of a pilot

POST = """<feed xmlns="http://www.w3.org/2005/Atom"{language}><id>tag:blogger.com,1999:blog-1</id><title>x</title>
<entry><id>tag:blogger.com,1999:blog-1.post-2</id><published>2013-05-02T10:00:00Z</published><title>A post</title>
<content type="html">&lt;p&gt;Some words by us.&lt;/p&gt;</content><author><name>Nobody Nobodyson</name>
<email>noreply@blogger.com</email></author><link rel="alternate" href="http://zagreb-fupol.blogspot.com/2013/05/a.html"/>
</entry></feed>"""


def harvested(body: str, status: int = 200) -> Any:
    answers = [{"url": FEED, "status": status, "headers": {"content-type": "application/atom+xml"}, "content": body}]
    return drive(SITE, answers, feeds=[FEED])


def test_a_feed_that_is_not_there_costs_the_record_nothing() -> None:
    driven = harvested("gone", 404)
    assert list(driven.unanswered) == [FEED]
    assert list(driven.processes) == ["project/fupol"]


def test_a_post_is_news() -> None:
    process = harvested(POST.format(language="")).processes["tag:blogger.com,1999:blog-1.post-2"]
    assert process.kind is Kind.NEWS
    assert process.url == "http://zagreb-fupol.blogspot.com/2013/05/a.html"


@pytest.mark.parametrize(("stated", "language"), [("", "und"), (' xml:lang="hr"', "hr")])
def test_the_language_of_a_post_is_not_known(stated: str, language: str) -> None:
    process = harvested(POST.format(language=stated)).processes["tag:blogger.com,1999:blog-1.post-2"]
    assert process.title.original == language


def test_authors_of_posts_are_not_read() -> None:
    driven = harvested(POST.format(language=""))
    written = msgspec.json.encode([driven.items, list(driven.processes.values())]).decode()
    assert "Nobodyson" not in written
    assert "noreply" not in written


# What is known


@pytest.mark.recordings
def test_the_record_says_what_the_facts_say(recordings: Path) -> None:
    facts = json.loads((recordings / "fupol" / "known-addresses.json").read_text())
    record = next(each for each in CURATED["projects"] if each["id"] == "fupol")
    project = facts["project"]
    assert f"{record['start']}-{record['end']}" == project["years_as_told_by_the_coordinator"]
    assert (record["acronym"], record["title"]["en"]) == (project["acronym"], project["title"])
    assert project["coordinator"].startswith(record["coordinator"])
    assert f"{project['partners']} partners" in record["objective"]["en"]
    assert all(place.split(" (")[0] in record["objective"]["en"] for place in project["pilots"])
    assert {source["url"] for source in record["sources"]} <= set(facts["addresses"])


# The sample


def test_the_sample_shows_the_record_and_posts() -> None:
    driven = drive(SAMPLE.site, SAMPLE.folder)
    assert [one.kind for one in driven.processes.values()] == [Kind.PROJECT, Kind.NEWS, Kind.NEWS]
    assert "sample_author" not in msgspec.json.encode([driven.items, list(driven.processes.values())]).decode()
    assert "sample_author" in (SAMPLE.folder / "posts.atom").read_text()
