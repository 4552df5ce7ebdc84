"""The RSS channel: what subscribers get of a listing, read back by feedparser and by lxml."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given
from lxml import etree

from federation import making
from federation.making import HUB, generously, listing, process, record
from federation.rss_rules import ATOM, CONTENT, DC, XML, broken
from folkmoot_federation.rss import Rss
from folkmoot_hub.publisher import Tombstone
from folkmoot_hub.registry import load_plugins
from folkmoot_schema.codes import Flag
from folkmoot_schema.texts import Text


def parsed(*records: Any, **changes: Any) -> etree._Element:
    """The channel of the document."""
    found = etree.fromstring(Rss().publish(listing(*records, **changes))).find("channel")
    assert found is not None
    return found


def the_item(*records: Any, **changes: Any) -> etree._Element:
    found = parsed(*records, **changes).find("item")
    assert found is not None
    return found


def test_the_plugin_brings_the_channel() -> None:
    assert [(one.id, one.path, one.media_type) for one in load_plugins().publishers if one.id == "rss"] == [
        ("rss", "/rss.xml", "application/rss+xml; charset=utf-8")
    ]


class TestAnyListing:
    @generously
    @given(making.listings())
    def test_keeps_every_rule_of_the_standard(self, given: Any) -> None:
        assert broken(etree.fromstring(Rss().publish(given))) == []

    @generously
    @given(making.listings())
    def test_is_read_by_feedparser_without_complaint(self, given: Any) -> None:
        feed = feedparser.parse(Rss().publish(given))
        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.version == "rss20"
        assert [entry.id for entry in feed.entries] == [one.key for one in given.records]
        for entry, one in zip(feed.entries, given.records, strict=True):
            assert datetime.fromtimestamp(calendar.timegm(entry.published_parsed), UTC) == one.updated
            assert entry.link == f"{HUB}/process/{one.path}"
            assert not entry.guidislink

    @generously
    @given(making.listings())
    def test_gives_the_same_bytes_for_equal_listings(self, given: Any) -> None:
        assert Rss().publish(making.turned(given)) == Rss().publish(given)

    @generously
    @given(making.listings())
    def test_moves_no_date_and_no_word_when_only_counts_or_harvests_do(self, given: Any) -> None:
        assert Rss().publish(making.later(given)) == Rss().publish(given)


@generously
@given(making.STRANGE)
def test_no_character_of_a_source_breaks_the_document(strange: str) -> None:
    data = Rss().publish(making.strange(strange))
    assert broken(etree.fromstring(data)) == []
    assert not feedparser.parse(data).bozo


class TestTheChannel:
    def test_names_itself_and_its_page(self) -> None:
        channel = parsed(record(), self_url=f"{HUB}/rss.xml?kind=consultation")
        assert channel.findtext("title") == "Folkmoot: kind consultation"
        assert channel.findtext("link") == f"{HUB}/?kind=consultation"
        [link] = channel.findall(f"{ATOM}link")
        assert dict(link.attrib) == {
            "rel": "self",
            "href": f"{HUB}/rss.xml?kind=consultation",
            "type": "application/rss+xml",
        }

    def test_says_that_it_carries_what_is_live_unless_asked_for_more(self) -> None:
        assert re.search("live at their sources.*availability", parsed().findtext("description") or "")

    def test_has_the_date_of_the_listing_also_when_empty(self) -> None:
        channel = parsed(updated=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
        assert channel.findtext("lastBuildDate") == "Fri, 02 Jan 2026 03:04:05 GMT"
        assert channel.find("item") is None

    def test_of_samples_says_so_in_title_description_and_category(self) -> None:
        channel = parsed(record(), sample=True)
        assert channel.findtext("title") == "Folkmoot: kind consultation (sample data)"
        assert "nvented" in (channel.findtext("description") or "")
        assert channel.findtext("category") == "Sample"
        assert (channel.findtext("item/title") or "").startswith("[Sample] ")
        assert "nvented" not in Rss().publish(listing(record())).decode()

    def test_leaves_out_what_is_gone_since_rss_has_no_form_for_it(self) -> None:
        gone = Tombstone(source="a.example", local_id="9", at=making.UPDATED, reason="deleted")
        assert Rss().publish(listing(record(), tombstones=(gone,))) == Rss().publish(listing(record()))


class TestAnItem:
    def test_has_the_key_the_address_and_the_date_of_its_last_change(self) -> None:
        item = the_item(record())
        guid = item.find("guid")
        assert guid is not None
        assert (guid.text, guid.get("isPermaLink")) == ("urn:folkmoot:exampleville.example:42", "false")
        assert item.findtext("link") == f"{HUB}/process/exampleville.example/42"
        assert item.findtext("pubDate") == "Thu, 02 Apr 2026 09:30:15 GMT"
        assert parsedate_to_datetime(item.findtext("pubDate") or "") == making.UPDATED

    def test_is_in_the_readers_language_where_there_is_one(self) -> None:
        item = the_item(record(), languages=("fr", "en"))
        assert item.findtext("title") == "Un parc au bord de l’eau"
        tongues = {etree.QName(each).localname: each.get(f"{XML}lang") for each in item if each.get(f"{XML}lang")}
        assert tongues == {"title": "fr", "description": "en", "encoded": "en", "creator": "en"}
        assert item.findtext(f"{DC}language") == "fr"

    def test_has_its_summary_as_html_and_its_whole_content(self) -> None:
        item = the_item(record(process(summary=Text({"en": "a < b & c"}, "en"))))
        assert item.findtext("description") == "a &lt; b &amp; c"
        content = item.find(f"{CONTENT}encoded")
        assert content is not None
        assert (content.text or "").endswith("<p>Tell us <b>where</b>.</p>")
        assert content.get(f"{XML}base") == "https://talk.exampleville.example/park"
        # What a reader shows of it, after it took the escapes away.
        [entry] = feedparser.parse(Rss().publish(listing(record(process(summary=Text({"en": "a < b"}, "en")))))).entries
        assert entry.summary == "a &lt; b"

    def test_is_sorted_by_the_labels_of_our_concepts_and_those_of_the_union(self) -> None:
        item = the_item(record(process(flags=(Flag.LAST_CALL,))))
        authority = "http://publications.europa.eu/resource/authority"
        assert [(one.get("domain"), one.text) for one in item.findall("category")] == [
            ("https://w3id.org/folkmoot/kind", "Consultation"),
            ("https://w3id.org/folkmoot/status", "Open"),
            ("https://w3id.org/folkmoot/flag", "Last call"),
            (f"{authority}/data-theme", "Environment"),
            (f"{authority}/data-theme", "Regions and cities"),
            (f"{authority}/country", "Ireland"),
        ]

    def test_names_organiser_source_and_licence(self) -> None:
        item = the_item(record(), sources={"exampleville.example": "Talk to Exampleville"})
        source = item.find("source")
        assert source is not None
        assert (source.text, source.get("url")) == (
            "Talk to Exampleville",
            f"{HUB}/rss.xml?source=exampleville.example",
        )
        assert item.findtext(f"{DC}creator") == "Exampleville Council"
        assert (item.findtext(f"{DC}rights") or "").endswith("© Exampleville Council")
        assert item.find("author") is None

    @pytest.mark.parametrize("sources", [{}, {"exampleville.example": "Talk"}])
    def test_without_an_organiser_is_by_its_source(self, sources: dict[str, str]) -> None:
        item = the_item(record(process(organiser=None)), sources=sources)
        assert item.findtext(f"{DC}creator") == sources.get("exampleville.example", "exampleville.example")

    def test_leads_to_its_source_too(self) -> None:
        item = the_item(record(process(participate_url="https://talk.exampleville.example/answer")))
        assert [(link.get("rel"), link.get("href")) for link in item.findall(f"{ATOM}link")] == [
            ("via", "https://talk.exampleville.example/park"),
            ("related", "https://talk.exampleville.example/answer"),
            ("license", "https://creativecommons.org/licenses/by/4.0/"),
        ]
