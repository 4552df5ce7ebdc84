"""The strainer for contact details and the sieve for fields."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_connectors._private import OMITTED, TEXT, sieve, without_contacts

MAILS = [
    "somebody@mail.example",
    "some.body+tag@sub.mail.example",
    "mailto:somebody@mail.example",
    "o'body@mail.example",
    "ünder@bücher.example",
    "somebody (at) mail.example",
    "somebody[at]mail.example",
    "somebody [at] mail [dot] example",
    "somebody&#64;mail.example",
    "somebody&#x40;mail.example",
    "somebody%40mail.example",
    "somebody&commat;mail.example",
]
PHONES = [
    "+32 2 299 00 00",
    "+3222990000",
    "+44 (0)20 7453 6000",
    "+49-30-1234567",
    "00 32 2 299 00 00",
    "0032 22990000",
    "020 7453 6000",
    "01632 960001",
    "(01632) 960 001",
]
#: What must not be taken for a contact: dates, amounts, references, addresses, laws.
HARMLESS = [
    "from 1 January 2026 to 31 December 2027",
    "2026-03-02 or 02.03.2026 or 2026/03/02",
    "1 000 000 signatures and 24 631 712 in sum",
    "EUR 1,234,567.89",
    "ECI(2025)000007, C(2021)171, COM(2014) 177 final",
    "Regulation (EU) 2019/788 and 2011/833/EU",
    "Directive 2000/60/EC, OJ L 327, 22.12.2000, p. 1",
    "Article 192(1) TFEU",
    "ISBN 978-92-79-12345-6",
    "https://eci.ec.europa.eu/043/public/?lg=en&id=0123456789",
    "postcode 1049, GB-SW1A 1AA",
    "version 2.4.10",
    "opening at 09:00",
    "at the school (at lunch)",
    "@folkmoot writes",
]


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_address_is_taken_out_in_every_spelling(mail: str) -> None:
    for before, after in (("Write to ", "."), ("<p>", "</p>"), ("", "")):
        assert without_contacts(f"{before}{mail}{after}") == f"{before}{OMITTED}{after}"


@pytest.mark.parametrize("phone", PHONES)
def test_a_telephone_number_is_taken_out(phone: str) -> None:
    for before, after in (("Call ", "."), ("<p>", "</p>"), ("", "")):
        assert without_contacts(f"{before}{phone}{after}") == f"{before}{OMITTED}{after}"


@pytest.mark.parametrize("label", ["Tel", "tel.", "Phone:", "telephone", "Fax: "])
def test_a_number_after_a_word_that_says_so_is_taken_out_and_the_word_stays(label: str) -> None:
    cleaned = without_contacts(f"{label} 2990000 1")
    assert "2990000" not in cleaned
    assert cleaned.startswith(label.strip())


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_contact_stays(text: str) -> None:
    assert without_contacts(text) == text


@pytest.mark.parametrize("scheme", ["mailto:x@mail.example", "tel:+3222990000", " MAILTO:x@mail.example?subject=a"])
def test_a_link_to_a_contact_keeps_its_words(scheme: str) -> None:
    link = f'<a class="x" href="{scheme}" title="y">Ask the team</a> or <a href="https://x.example">read</a>'
    assert without_contacts(link) == '<a>Ask the team</a> or <a href="https://x.example">read</a>'


@given(st.text(), st.sampled_from(MAILS[:2]), st.text())
def test_no_mail_address_survives_whatever_stands_around_it(before: str, mail: str, after: str) -> None:
    assert "mail.example" not in without_contacts(f"{before} {mail} {after}")


@given(st.text(alphabet="ab@.+0123456789 ()-[]&#;<>=\"':/", max_size=200))
def test_what_was_cleaned_stays_as_it_is(text: str) -> None:
    once = without_contacts(text)
    assert without_contacts(once) == once


@pytest.mark.parametrize(
    "text",
    ["a", "@", "a@", "a.", "1 ", "+1", "<a href=", "(", " ", "a@b.", "0123 ", "<a ", "tel: ", "a[at]", "a (at) b. "],
)
def test_hostile_texts_cost_no_more_than_their_length(text: str) -> None:
    began = time.process_time()
    without_contacts(text * (100_000 // len(text)))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("value", "passed"),
    [
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"b": 2}, {}),
        ({"a": None}, {}),
        ({"a": {"name": "x"}}, {}),
        ({"a": ["x"]}, {}),
        ({"text": "ask x@mail.example"}, {"text": f"ask {OMITTED}"}),
        ({"text": 5}, {}),
        ({"inner": {"a": True, "name": "x"}}, {"inner": {"a": True}}),
        ({"inner": [{"a": 1, "name": "x"}, "x", None, {"name": "x"}]}, {"inner": [{"a": 1}, {}]}),
        ({"inner": "x"}, {}),
        (None, {}),
        ([{"a": 1}], {}),
        ("a", {}),
    ],
)
def test_only_named_fields_of_the_expected_form_pass(value: Any, passed: dict[str, Any]) -> None:
    assert sieve(value, {"a": None, "text": TEXT, "inner": {"a": None}}) == passed
