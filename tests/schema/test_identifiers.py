"""Keys and paths of processes, and addresses as IRIs."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from folkmoot_schema import identifiers
from folkmoot_schema.process import check_url
from schema.generating import local_ids, sources, urls


@pytest.mark.parametrize("source", ["", "ECI", "-eci", "eci-", "a b", "a/b", "a:b", "eci\n", "é", "x" * 101])
def test_a_wrong_source_id_is_refused_by_name(source: str) -> None:
    with pytest.raises(ValueError, match="is not a source id"):
        identifiers.check_source(source)


@pytest.mark.parametrize("local_id", ["", "x" * 501, "a\nb", "a\x7f", "a\ud800"])
def test_a_wrong_local_id_is_refused(local_id: str) -> None:
    with pytest.raises(ValueError, match="local id"):
        identifiers.check_local_id(local_id)


@pytest.mark.parametrize("key", ["", "urn:folkmoot:", "urn:folkmoot:eci", "urn:folkmoot:eci:", "urn:other:eci:1",
                                 "urn:folkmoot:E:1", "urn:folkmoot:eci:%FF", "urn:folkmoot:eci:%0A"])  # fmt: skip
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        identifiers.parse_key(key)


@given(sources(), local_ids())
def test_a_key_reads_back_to_the_source_and_id_it_was_made_of(source: str, local_id: str) -> None:
    key = identifiers.key(source, local_id)
    assert key.isascii()
    assert identifiers.parse_key(key) == (source, local_id)


@given(sources(), local_ids())
def test_a_path_is_two_segments_that_no_client_resolves_away(source: str, local_id: str) -> None:
    path = identifiers.path(source, local_id)
    assert path.count("/") == 1
    assert path.split("/")[1] not in {"", ".", ".."}
    assert urlsplit(f"https://hub.example/id/{path}").path == f"/id/{path}"


def test_local_ids_are_encoded_and_never_rewritten() -> None:
    assert identifiers.key("ep-petitions", "0123/2020") == "urn:folkmoot:ep-petitions:0123%2F2020"
    assert identifiers.path("x", "..") == "x/%2E%2E"
    assert identifiers.path("x", "a.b") == "x/a.b"


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("https://sample.example/a?b=c#d", "https://sample.example/a?b=c#d"),
        ("https://sample.example/?f[s]=open", "https://sample.example/?f%5Bs%5D=open"),
        ("https://sample.example/100%", "https://sample.example/100%25"),
        ("https://sample.example/%7Ea|b", "https://sample.example/%7Ea%7Cb"),
        ("https://sample.example/ø#a#b", "https://sample.example/%C3%B8#a%23b"),
        ("http://[2001:db8::1]/[x]", "http://[2001:db8::1]/%5Bx%5D"),
        ("package:sample.json", "package:sample.json"),
        ("GEO:52.5,13.4", "GEO:52.5,13.4"),
        ("org://sample.example/x", "org://sample.example/x"),
        ("geo:52.5,13.4", None),
        ("org:x", None),
        ("no scheme", None),
        ("", None),
    ],
)
def test_an_address_becomes_an_iri_by_encoding_only_what_none_may_hold(value: str, iri: str | None) -> None:
    assert identifiers.iri(value) == iri


@given(st.one_of(urls(), st.text().map("https://{}".format), st.text(min_size=1).map("urn:x:{}".format)))
def test_whatever_is_taken_as_an_address_is_an_iri_that_rdf_can_write(value: str) -> None:
    if value.startswith("http"):
        try:
            check_url(value, "address")
        except ValueError:
            return
    iri = identifiers.iri(value)
    assert iri is not None
    assert NamedNode(iri).value == iri
    assert identifiers.iri(iri) == iri
