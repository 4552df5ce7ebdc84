"""The connector for Sirvo a mi País: the traps of its bulletins, the three that are known, and hostile pages.

| trap | test |
| --- | --- |
| the number in an address is often not that of the edition | test_the_edition_is_that_of_the_title |
| a title may have no edition | test_without_an_edition_in_the_title_none_is_known |
| month and year are no day | test_a_month_stays_a_month |
| other editions stand on the same page | test_the_month_is_that_of_this_edition |
| pages name many persons | test_nothing_but_title_edition_and_month_is_kept, test_who_stands_in_a_title_is_left_out |
| a page in place of a bulletin | test_a_page_that_is_no_bulletin_is_refused |
| no list of bulletins is left | test_the_pages_that_the_site_names_are_asked |
| a bulletin is nothing to take part in | test_a_bulletin_has_no_status_and_no_time_to_take_part |
| accents are written or not | test_accents_and_spaces_may_differ |
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import traps
from connectors.damage import damaged
from connectors.driving import NOW, answer, bundled, drive, under
from connectors.people import contacts_in, texts
from folkmoot_connectors.sirvo_a_mi_pais import SirvoAMiPais
from folkmoot_hub.connector import Item, MappingError, ParseError, Request, Run, Scope, Site, WholeItem
from folkmoot_hub.errors import ConfigError
from folkmoot_schema.codes import Kind
from folkmoot_schema.dates import Precision, precision
from folkmoot_schema.process import Process
from folkmoot_schema.validation import validate

TRAPS = (
    "the number in an address is often not that of the edition",
    "a title may have no edition",
    "month and year are no day",
    "other editions stand on the same page",
    "pages name many persons",
    "a page in place of a bulletin",
    "no list of bulletins is left",
    "a bulletin is nothing to take part in",
    "accents are written or not",
)

SITE = bundled("sirvo-a-mi-pais")
URL = f"{SITE.base}/-/boletin-sirvo-a-mi-pais-edicion-12"
NAME = "Boletín Sirvo a mi País"


def html(*paragraphs: str, title: str = f"{NAME} - Edición 12", head: str = "") -> str:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html><head>{head}</head><body><h1>{title}</h1>{body}</body></html>"


def item(body: str | bytes, url: str = URL, site: Site = SITE) -> Item:
    raw = body if isinstance(body, bytes) else body.encode()
    scope, found = answer(SirvoAMiPais, site, url, raw, expect="html")
    assert scope == Scope("bulletins", exhaustive=False)
    assert isinstance(found, Item)
    return found


def bulletin(body: str | bytes, url: str = URL, site: Site = SITE) -> dict[str, Any]:
    return {name: value for name, value in item(body, url, site).data.items() if name != "url"}


def mapped(found: Item) -> Process:
    return SirvoAMiPais().map(WholeItem(found.id, {"list": found.data}), Run(site=SITE, now=NOW))


def test_every_trap_has_its_test() -> None:
    assert traps.faults(sys.modules[__name__], TRAPS) == []


# What is asked


@pytest.mark.parametrize("pages", [[], "/-/a", [5], ["http://elsewhere.example/-/a"]])
def test_no_page_and_pages_that_are_none_of_the_site_are_refused(pages: Any) -> None:
    allowed = "a list of one or more addresses at the site's hosts, or of paths below its base"
    with pytest.raises(ConfigError, match=rf"^sirvo-a-mi-pais: setting pages: .* allowed: {allowed}$"):
        list(SirvoAMiPais().start(Run(site=under(SITE, {"pages": pages}), now=NOW)))


@pytest.mark.parametrize("name", ["", " ", 5, None])
def test_a_name_that_is_none_is_refused(name: Any) -> None:
    with pytest.raises(ConfigError, match=r"setting name: .* allowed: how the title of every bulletin begins"):
        list(SirvoAMiPais().start(Run(site=under(SITE, {"name": name}), now=NOW)))


def test_the_pages_that_the_site_names_are_asked() -> None:
    asked = [one for one in SirvoAMiPais().start(Run(site=SITE, now=NOW)) if isinstance(one, Request)]
    assert [one.url.rpartition("-")[2] for one in asked] == ["10", "11", "16"]
    assert {one.expect for one in asked} == {"html"}
    (other,) = SirvoAMiPais().start(Run(site=under(SITE, {"pages": ["/-/x"]}), now=NOW))
    assert isinstance(other, Request)
    assert other.url == f"{SITE.base}/-/x"


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Come back later</h1>",
        "<title>Sirvo a mi País</title>",
        html(NAME, title="Noticias"),
        html(title="Boletín Sirvo a mi Paisaje - Edición 3"),
        html(title="Miboletín Sirvo a mi País"),
        " ",
    ],
)
def test_a_page_that_is_no_bulletin_is_refused(body: str) -> None:
    with pytest.raises(ParseError, match=r"does not say that it is a bulletin|is not HTML"):
        item(body)


def test_an_address_that_is_no_bulletin_s_is_refused() -> None:
    with pytest.raises(ParseError, match="is not the address of a bulletin: /-/<name>"):
        item(html(), f"{SITE.base}/inicio")


# What is read


@pytest.mark.parametrize(("title", "edition"), [("Edición 13", 13), ("Edicion 7", 7), ("EDICIÓN N° 21", 21)])
def test_the_edition_is_that_of_the_title(title: str, edition: int) -> None:
    found = item(html(f"Edición {edition} - Mayo 2016", title=f"{NAME} - {title}"))
    assert found.id == "boletin-sirvo-a-mi-pais-edicion-12"
    assert found.data["edition"] == edition
    assert found.data["title"] == f"{NAME} - {title}"
    process = mapped(found)
    assert process.keywords == (f"Edición {edition}",)
    assert "12" not in process.title.values["es"]


def test_without_an_edition_in_the_title_none_is_known() -> None:
    found = item(html("Edición 12 - Diciembre 2015", title=NAME))
    assert found.data == {"url": URL, "title": NAME}
    assert (mapped(found).keywords, mapped(found).published) == ((), None)


def test_a_heading_without_edition_gives_way_to_one_with_it() -> None:
    assert bulletin(html(f"<h2>{NAME} - Edición 14 - Portal</h2>", title=NAME))["edition"] == 14
    assert bulletin(html(title="Noticias", head=f"<title>{NAME} - Edición 15</title>"))["edition"] == 15


def test_a_month_that_is_none_puts_the_item_aside() -> None:
    with pytest.raises(MappingError, match="x: 'May' is not a date"):
        mapped(Item("x", {"url": URL, "title": NAME, "month": "May"}))


@pytest.mark.parametrize(
    ("line", "month"),
    [
        ("Edición 12 - Diciembre 2015", "2015-12"),
        ("Edición 12 – septiembre de 2016", "2016-09"),
        ("Edición 12, setiembre del 2016", "2016-09"),
        ("EDICIÓN 12 | ENERO 2016", "2016-01"),
        ("Edición 12 - Brumario 2015", None),
        ("Edición 12 - Mayo", None),
        ("Edición 12 - Mayo 0016", None),
        ("Edición 123 - Mayo 2016", None),
        ("Mayo 2016", None),
        ("Edición 12", None),
    ],
)
def test_a_month_stays_a_month(line: str, month: str | None) -> None:
    process = mapped(item(html(line)))
    assert process.published == month
    assert month is None or precision(month) is Precision.MONTH


def test_the_month_is_that_of_this_edition() -> None:
    body = html("Edición 11 - Noviembre 2015", "Edición 13 - Enero 2016", "Edición 12 - Diciembre 2015")
    assert bulletin(body)["month"] == "2015-12"
    assert "month" not in bulletin(html("Edición 11 - Noviembre 2015"))


@pytest.mark.parametrize(
    "title", ["BOLETIN SIRVO A MI PAIS - Edición 12", "boletín  Sirvo\n a mi país: edicion 12", f"{NAME} Edición 12"]
)
def test_accents_and_spaces_may_differ(title: str) -> None:
    assert bulletin(html(title=title))["edition"] == 12


def test_old_bytes_are_read() -> None:
    assert bulletin(html().encode("cp1252"))["title"] == f"{NAME} - Edición 12"


def test_a_site_may_have_another_name() -> None:
    site = under(SITE, {"name": "Boletín (interno) de Núñez"})
    assert bulletin(html(title="Boletin (interno) de Núñez. Edición 3"), site=site)["edition"] == 3


# Persons


def test_nothing_but_title_edition_and_month_is_kept() -> None:
    body = html("Edición 12 - Mayo 2016", "<h2>Nobodyson, servidor del mes</h2>", "Nobodyson, nobody@x.example")
    assert bulletin(body) == {"title": f"{NAME} - Edición 12", "edition": 12, "month": "2016-05"}
    assert set(SirvoAMiPais.fields["list"]) == {"url", "title", "edition", "month"}


def test_who_stands_in_a_title_is_left_out() -> None:
    for title in (f"Nobodyson en el {NAME} - Edición 12", f"{NAME} - Edición 12 - Nobodyson", f"{NAME} con Nobodyson"):
        assert "Nobodyson" not in bulletin(html(title=title))["title"]


def test_a_bulletin_has_no_status_and_no_time_to_take_part() -> None:
    process = mapped(item(html("Edición 12 - Mayo 2016")))
    assert process.kind is Kind.BULLETIN
    assert (process.flag, process.source_status, process.participate_url) == (None, None, None)
    assert (process.published, process.phases) == ("2016-05", ())
    assert (process.support, process.outcomes, process.body, process.summary) == ((), (), None, None)


# Hostile pages


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 100))
def test_whatever_bytes_come_are_a_bulletin_or_a_drift(noise: bytes, at: int) -> None:
    good = html("Edición 12 - Mayo 2016").encode()
    for body in (noise, good[:at] + noise + good[at:]):
        with contextlib.suppress(ParseError, MappingError):
            mapped(item(body))


@settings(max_examples=100, deadline=None)
@given(damaged(dict(item(html("Edición 12 - Mayo 2016")).data)))
def test_a_damaged_item_is_mapped_or_put_aside(data: Any) -> None:
    with contextlib.suppress(MappingError):
        mapped(Item("x", data if isinstance(data, dict) else {"title": data}))


# The three bulletins that are known


@pytest.mark.recordings
class TestComposite:
    """True addresses, titles and months in markup of ours: a proof of what is made of the texts, not of their place."""

    def test_the_three_have_their_recorded_titles_editions_and_months(self, recordings: Path) -> None:
        known = json.loads((recordings / "sirvo-a-mi-pais" / "known-addresses.json").read_text())["pages"]
        driven = drive(SITE, recordings / "sirvo-a-mi-pais")
        assert driven.complete
        assert driven.quarantined == {}
        told = [(one.url, one.title.values["es"], one.published) for one in driven.processes.values()]
        assert told == [(each["url"], each["title"], each["date"]) for each in known]
        assert [parts["list"]["edition"] for parts in driven.items.values()] == [10, 11, 16]
        assert [one.published for one in driven.processes.values()] == ["2015-10", "2015-11", "2016-04"]
        assert [urlsplit(each["url"]).path.removeprefix("/-/") for each in known] == list(driven.items)

    def test_every_process_passes_the_schema_and_holds_no_contact(self, recordings: Path) -> None:
        driven = drive(SITE, recordings / "sirvo-a-mi-pais")
        assert [id for id, one in driven.processes.items() if not validate(one).ok] == []
        assert contacts_in(" ".join(texts(msgspec.to_builtins([driven.items, driven.processes])))) == []
