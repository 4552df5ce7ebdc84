"""The JSON Feed channel: what subscribers get of a listing, read back as JSON and held to the format's schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from federation import making
from federation.atom_rules import DATE, IRI, TAG
from federation.making import HUB, generously, listing, process, record
from folkmoot_federation.json_feed import JsonFeed
from folkmoot_hub.publisher import Listing, Tombstone
from folkmoot_hub.registry import load_plugins
from folkmoot_schema.codes import Flag, Stage, Status
from folkmoot_schema.process import Standing
from folkmoot_schema.texts import Text

_ADDRESSES = {"home_page_url", "feed_url", "url", "external_url", "about", "participate_url"}
_DATES = {"date_published", "date_modified", "updated", "at", "opens_at", "deadline_at"}


def parsed(*records: Any, **changes: Any) -> Any:
    return json.loads(JsonFeed().publish(listing(*records, **changes)))


def the_item(*records: Any, **changes: Any) -> Any:
    [item] = parsed(*records, **changes)["items"]
    return item


def broken(value: Any, name: str = "") -> Iterator[str]:
    """Every value in the document that is not of the form that its name promises."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from broken(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from broken(inner, name)
    elif (
        value is None
        or (name in _ADDRESSES and not IRI.fullmatch(value))
        or (name in _DATES and not DATE.fullmatch(value))
        or (name == "language" and not TAG.fullmatch(value))
    ):
        yield f"{name} is {value!r}"


@pytest.fixture(scope="session")
def schema(vocabularies: Path) -> jsonschema.Draft7Validator:
    """The schema of JSON Feed 1.1."""
    return jsonschema.Draft7Validator(json.loads((vocabularies / "feeds" / "jsonfeed-schema-v1.1.json").read_text()))


def test_the_plugin_brings_the_channel() -> None:
    assert [(one.id, one.path, one.media_type) for one in load_plugins().publishers if one.id == "json-feed"] == [
        ("json-feed", "/feed.json", "application/feed+json; charset=utf-8")
    ]


class TestAnyListing:
    @generously
    @given(given=making.listings())
    def test_is_valid_by_the_schema_of_the_format(self, schema: jsonschema.Draft7Validator, given: Listing) -> None:
        schema.validate(json.loads(JsonFeed().publish(given)))

    def test_that_is_not_valid_would_be_seen(self, schema: jsonschema.Draft7Validator) -> None:
        right = parsed(record())
        assert schema.is_valid(right)
        for wrong in (
            {**right, "_folkmoot": {"a.b": 1}},
            {**right, "icons": ""},
            {**right, "items": [{**right["items"][0], "tags": "open"}]},
            {**right, "items": [{"id": "1"}]},
        ):
            assert not schema.is_valid(wrong)

    @generously
    @given(making.listings())
    def test_has_addresses_dates_and_languages_that_are_ones(self, given: Listing) -> None:
        assert list(broken(json.loads(JsonFeed().publish(given)))) == []

    @generously
    @given(making.listings())
    def test_has_one_item_for_each_record_in_their_order(self, given: Listing) -> None:
        feed = json.loads(JsonFeed().publish(given))
        assert [(item["id"], item["url"], item["date_modified"]) for item in feed["items"]] == [
            (one.key, f"{HUB}/process/{one.path}", one.updated.strftime("%Y-%m-%dT%H:%M:%SZ")) for one in given.records
        ]

    @generously
    @given(making.listings())
    def test_gives_the_same_bytes_for_equal_listings(self, given: Listing) -> None:
        assert JsonFeed().publish(making.turned(given)) == JsonFeed().publish(given)

    @generously
    @given(making.listings())
    def test_moves_no_date_and_no_word_when_only_counts_or_harvests_do(self, given: Listing) -> None:
        assert JsonFeed().publish(making.later(given)) == JsonFeed().publish(given)

    @generously
    @given(making.listings())
    def test_tells_of_each_process_that_is_gone(self, given: Listing) -> None:
        told = json.loads(JsonFeed().publish(given))["_folkmoot"]["deleted"]
        assert [(one["key"], one["at"]) for one in told] == [
            (gone.key, gone.at.strftime("%Y-%m-%dT%H:%M:%SZ")) for gone in given.tombstones
        ]


@generously
@given(making.STRANGE)
def test_no_character_of_a_source_breaks_the_document(strange: str) -> None:
    data = JsonFeed().publish(making.strange(strange))
    assert list(broken(json.loads(data.decode("utf-8")))) == []


def test_half_a_character_is_replaced_wherever_it_stands() -> None:
    data = JsonFeed().publish(making.strange("a\ud800b")).decode("utf-8")
    told = json.loads(data)
    [item], [gone] = told["items"], told["_folkmoot"]["deleted"]
    for text in (told["title"], item["title"], item["authors"][0]["name"], gone["reason"]):
        assert text == "a\ufffdb"
    for text in (item["summary"], item["content_html"], item["_folkmoot"]["licence"]["rights"]):
        assert "a\ufffdb" in text


class TestTheFeed:
    def test_begins_with_its_version_and_names_itself_and_its_page(self) -> None:
        feed = parsed(record(), self_url=f"{HUB}/feed.json?kind=consultation")
        assert next(iter(feed.items())) == ("version", "https://jsonfeed.org/version/1.1")
        assert feed["title"] == "Folkmoot: kind consultation"
        assert feed["feed_url"] == f"{HUB}/feed.json?kind=consultation"
        assert feed["home_page_url"] == f"{HUB}/?kind=consultation"
        assert "availability" in feed["description"]
        assert feed["authors"] == [{"name": "Folkmoot", "url": HUB}]

    def test_without_anything_says_when_that_came_about(self) -> None:
        feed = parsed(updated=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
        assert (feed["items"], feed["_folkmoot"]["deleted"]) == ([], [])
        assert feed["_folkmoot"]["updated"] == "2026-01-02T03:04:05Z"

    def test_of_samples_says_so(self) -> None:
        feed = parsed(record(), sample=True)
        assert feed["title"].endswith("(sample data)")
        assert feed["_folkmoot"]["sample"] is True
        [item] = feed["items"]
        assert item["title"].startswith("[Sample] ")
        assert item["_folkmoot"]["sample"] is True
        assert item["tags"][2] == "Sample"

    def test_says_why_something_went_where_that_is_known(self) -> None:
        gone = Tombstone(source="a.example", local_id="0123/2020", at=making.UPDATED, reason="its source deleted it")
        other = Tombstone(source="a.example", local_id="2", at=making.SEEN)
        assert parsed(tombstones=(gone, other))["_folkmoot"]["deleted"] == [
            {
                "key": "urn:folkmoot:a.example:0123%2F2020",
                "at": "2026-04-02T09:30:15Z",
                "reason": "its source deleted it",
            },
            {"key": other.key, "at": "2026-03-01T08:00:00Z"},
        ]


class TestAnItem:
    def test_has_the_key_the_addresses_and_the_dates(self) -> None:
        item = the_item(record(process(url="https://talk.exampleville.example/a|b")))
        assert item["id"] == "urn:folkmoot:exampleville.example:42"
        assert item["url"] == f"{HUB}/process/exampleville.example/42"
        assert item["external_url"] == "https://talk.exampleville.example/a%7Cb"
        assert (item["date_published"], item["date_modified"]) == ("2026-03-01T08:00:00Z", "2026-04-02T09:30:15Z")
        assert item["authors"] == [{"name": "Exampleville Council", "url": "https://exampleville.example/"}]
        assert item["tags"] == ["Consultation", "Open", "Environment", "Regions and cities", "Ireland"]

    def test_has_the_language_of_its_title_and_marks_content_in_another_one(self) -> None:
        item = the_item(record(), languages=("fr", "en"))
        assert (item["title"], item["language"]) == ("Un parc au bord de l’eau", "fr")
        assert item["content_html"].startswith('<div lang="en"><p lang="en">Consultation')
        english = the_item(record())
        assert english["language"] == "en"
        assert english["content_html"].startswith('<p lang="en">Consultation')

    def test_marks_a_machine_translation_in_the_language_tag(self) -> None:
        translated = Text({"el": "Πάρκο", "en": "Park"}, "el", machine=("en",))
        assert the_item(record(process(title=translated)))["language"] == "en-t-el-t0-und"

    def test_carries_in_the_extension_what_the_format_has_no_field_for(self) -> None:
        about = process(stage=Stage.POLICY_DESIGN, participate_url="https://talk.exampleville.example/a|b")
        assert the_item(record(about))["_folkmoot"] == {
            "source": "exampleville.example",
            "local_id": "42",
            "kind": "consultation",
            "status": "open",
            "derived": False,
            "stage": "policy-design",
            "topics": ["ENVI", "REGI"],
            "country": "IE",
            "opens_at": "2026-03-02T00:00:00Z",
            "deadline": "2026-07-31T17:00",
            "deadline_zone": "Europe/Dublin",
            "deadline_at": "2026-07-31T16:00:00Z",
            "availability": "live",
            "sample": False,
            "participate_url": "https://talk.exampleville.example/a%7Cb",
            "licence": {
                "url": "https://creativecommons.org/licenses/by/4.0/",
                "rights": "Licence: Creative Commons Attribution 4.0, CC-BY-4.0, "
                "https://creativecommons.org/licenses/by/4.0/. © Exampleville Council",
            },
        }

    def test_leaves_out_what_nobody_knows(self) -> None:
        one = record(
            process(place=None, topics=(), flags=(Flag.SAMPLE,)),
            standing=Standing(status=Status.UNKNOWN, derived=True),
        )
        own = the_item(one)["_folkmoot"]
        assert set(own) == {
            *("source", "local_id", "kind", "status", "derived", "availability", "sample", "licence"),
        }
        assert (own["status"], own["derived"], own["sample"]) == ("unknown", True, True)
