"""The bundled sites and connectors: what an operator and a reader of the catalogue are told about them."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from connectors.driving import NOW
from folkmoot_connectors.sites import bundled_sites
from folkmoot_hub.connector import Connector, Request, Run, Site
from folkmoot_hub.fetch.package import SCHEME
from folkmoot_hub.registry import load_plugins
from folkmoot_schema import dates

REGISTRY = load_plugins()
SITES = bundled_sites()
OURS = {id: each for id, each in REGISTRY.connectors.items() if each.__module__.startswith("folkmoot_connectors.")}
HEADINGS = ("Platform", "Access", "Caveats", "Licence", "Personal data")
#: Hosts of communities of many bodies in many places: whoever wants one makes a site of its own.
OF_MANY = {"your-priorities.yrpri", "your-priorities.ypus"}


def test_the_plugin_is_whole() -> None:
    assert [broken for broken in REGISTRY.broken if broken.name.startswith("connectors")] == []
    assert set(OURS) == {
        "agora_voting",
        "citizen_space",
        "cordis",
        "eci",
        "ep_petitions",
        "feed",
        "fupol",
        "futurium",
        "gothenburg_forum",
        "have_your_say",
        "kosovakosovo",
        "malmo_initiative",
        "openkratio",
        "ourspace",
        "policy_compass",
        "puzzled_by_policy",
        "sirvo_a_mi_pais",
        "solvit",
        "your_priorities",
    }
    assert list(REGISTRY.sites) == [site.id for site in SITES]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_a_bundled_site_says_who_where_and_on_what_terms(site: Site) -> None:
    of_many = site.id in OF_MANY
    assert (site.place is None) == of_many
    assert (site.level is None) == of_many
    assert (site.authority is None) == of_many
    assert site.licence.attribution
    assert (site.languages == ("und",)) == of_many
    assert dates.zone(site.zone).key == site.zone
    assert site.pace >= 1
    assert not site.sample


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_a_bundled_site_can_be_started_and_asks_its_own_host_only(site: Site) -> None:
    asked = [one for one in OURS[site.connector]().start(Run(site=site, now=NOW)) if isinstance(one, Request)]
    assert asked
    assert all(site.allows(request.url) or request.url.startswith(SCHEME) for request in asked)


def test_no_two_sites_have_the_same_address() -> None:
    bases = [urlsplit(site.base).hostname for site in SITES]
    assert len(set(bases)) == len(bases)


def test_only_sites_that_a_recording_proves_are_on_by_themselves() -> None:
    assert [site.id for site in SITES if site.enabled] == ["eci", "citizen-space.uk-caa"]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_a_bundled_site_says_what_its_reading_was_proven_on(site: Site) -> None:
    assert site.evidence is not None
    assert (site.reach == "live") == (site.via == "web" and not site.ended)


@pytest.mark.recordings
def test_every_hub_of_citizen_space_that_public_code_names_is_a_site_and_no_other(recordings: Path) -> None:
    seen = json.loads((recordings / "citizen-space" / "hub-base-urls.json").read_text())
    named = {url for group, urls in seen.items() if isinstance(urls, list) and group != "demo" for url in urls}
    assert {site.base for site in SITES if site.connector == "citizen_space"} == named


@pytest.mark.recordings
def test_every_host_of_your_priorities_that_its_code_names_is_a_site(recordings: Path) -> None:
    told = (recordings / "better-reykjavik" / "SOURCE.md").read_text()
    [line] = re.findall(r"Hosts: (.+)", told)
    named = set(re.findall(r"`([\w.-]+)`", line.partition("(")[0]))
    assert len(named) == 5
    assert {urlsplit(site.base).hostname for site in SITES if site.connector == "your_priorities"} == named


# The catalogue page


def sections(connector: type[Connector]) -> Iterator[tuple[str, str]]:
    """The headings of a connector's docstring with what stands below each."""
    text = inspect.cleandoc(connector.__doc__ or "")
    for heading, below in re.findall(r"^([A-Z][a-z ]+)\n((?:    .+\n?)+)", text, re.MULTILINE):
        yield heading, " ".join(below.split())


@pytest.mark.parametrize("id", sorted(OURS))
def test_a_connector_s_docstring_has_every_heading_with_words_below(id: str) -> None:
    found = dict(sections(OURS[id]))
    assert tuple(found) == HEADINGS
    assert all(len(words) >= 20 for words in found.values())


@pytest.mark.parametrize("id", sorted(OURS))
def test_a_connector_s_docstring_begins_with_a_sentence_on_what_it_does(id: str) -> None:
    first = inspect.cleandoc(OURS[id].__doc__ or "").split("\n\n")[0]
    assert re.fullmatch(r"[A-Z].{20,}\.", first, re.DOTALL)


@pytest.mark.parametrize("id", sorted(OURS))
def test_every_setting_is_explained_under_access(id: str) -> None:
    found = dict(sections(OURS[id]))
    text = found["Access"] + found["Caveats"]
    assert [name for name in OURS[id].settings if f"``{name}``" not in text] == []


@pytest.mark.parametrize("id", sorted(OURS))
def test_no_declared_field_is_somebody_s_contact(id: str) -> None:
    names = {name.lower() for part in OURS[id].fields.values() for name in part}
    assert names
    wrong = [name for name in names if re.search(r"contact|mail|phone|author|members|sponsors|fullname", name)]
    assert wrong == []
