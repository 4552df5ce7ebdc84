"""The strainer for contact details and the sieve for fields."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_connectors._private import OMITTED, TEXT, sieve, without_contacts
from folkmoot_connectors._traces import without_traces

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
    "(+354) 555-1234",
    "+354 555 1234",
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
#: What only texts that people wrote freely are searched for: numbers without a prefix, personal ids, IP addresses.
TRACES = [
    "555-1234",
    "5551234",
    "555 1234",
    "845–9876",
    "010190-2939",
    "0101902939",
    "311299 2938",
    "150605-2250",
    "192.0.2.17",
    "203.0.113.9:8080",
    "2001:db8:85a3::8a2e:370:7334",
    "2001:db8::17",
    "fe80::1ff:fe23:4567:890a",
]
LABELLED = ["s. {}", "S: {}", "sími {}", "Sími: {}", "í síma {}", "símanúmer {}", "gsm {}", "tel. {}"]
#: What these rules leave alone beside all that is harmless: sums, years, counts, sections, laws, times, names of code.
NO_TRACES = [
    "2024-2025 and 1999–2000",
    "1.234.567 kr. or 12.345.678,90 kr.",
    "5551234 kr., 5551234 krónur, 5551234 ISK, EUR 5551234, € 5551234, 5551234 €",
    "5551234 íbúar, 4567890 signatures, 4500000 in all, 7000000",
    "500-1000 kr. and 450-1500 m and 600-1200",
    "in 600 2024 and 450 1999",
    "2021/0106(COD), COM(2021) 206, Ares(2019) 6127222, C-555/18, T-612/1234, 32016R0679",
    "lög nr. 33/1944, 123/2010 and reglugerð nr. 555-2019",
    "Article 192(1), § 4.2.10.1, section 3.1.2.100",
    "version 10.4.2.100, v2.10.4.255",
    "1.234.150.200 kr.",
    "mál nr. 5551234, no. 5551234, #5551234, 5551234/2020",
    "https://idea.example/post/5551234?id=555-1234 and https://192.0.2.17/a",
    "12:30:45, at 10:00::, std::vector, a::b",
    "ISSN 1234-5678, ISBN 978-99-555-1234-5",
    "450000-1200, 320190-2939, 011390-2939, 010190-2931",
    "256.300.1.2 and 1.2.3.4",
    "64.1466, -21.9426",
    "3551234 and 355-1234",
    "12 345 6789 and 555 1234 567",
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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Call (+354 555 1234) now", f"Call ({OMITTED}) now"),
        ("Call (+354) 555-1234 now", f"Call {OMITTED} now"),
        ("Call (01632 960001), or not", f"Call ({OMITTED}), or not"),
        ("Call (tel. +44 (0)20 7453 6000)", f"Call (tel. {OMITTED})"),
    ],
)
def test_brackets_stay_in_pairs(text: str, left: str) -> None:
    assert without_contacts(text) == left


@pytest.mark.parametrize("trace", TRACES)
def test_a_trace_of_somebody_is_taken_out_of_a_text_that_was_written_freely(trace: str) -> None:
    for before, after in (("Reach me: ", "."), ("<p>", "</p>"), ("(", ")"), ("", ""), ("I am at ", ", or not")):
        assert without_traces(f"{before}{trace}{after}") == f"{before}{OMITTED}{after}"
    assert without_contacts(f"It was {trace}") == f"It was {trace}"


@pytest.mark.parametrize("label", LABELLED)
@pytest.mark.parametrize("number", ["555 1234", "555-1234", "5551234", "555 2024", "3551234"])
def test_a_number_after_a_word_for_a_telephone_is_taken_out_of_such_a_text(label: str, number: str) -> None:
    assert without_traces(label.format(number)) == label.format(OMITTED)


@pytest.mark.parametrize("text", [*HARMLESS, *NO_TRACES])
def test_what_is_no_trace_stays(text: str) -> None:
    assert without_traces(text) == text


@given(st.integers(1, 10**9), st.sampled_from(["kr.", "krónur", "€", "EUR", "ISK", "%", "íbúar", "atkvæði"]))
def test_no_sum_is_taken_for_a_trace(number: int, unit: str) -> None:
    for written in (f"{number} {unit}", f"{number:,} {unit}".replace(",", "."), f"{unit} {number}"):
        assert without_traces(written) == written


@given(st.integers(1900, 2099), st.integers(1, 9999))
def test_no_year_and_no_number_of_a_law_is_taken_for_a_trace(year: int, number: int) -> None:
    for written in (
        f"{year}-{year + 1}",
        f"nr. {number}/{year}",
        f"{year}/{number:04}(COD)",
        f"{year}-{year % 100:02}",
    ):
        assert without_traces(written) == written


@pytest.mark.parametrize("scheme", ["mailto:x@mail.example", "tel:+3222990000", " MAILTO:x@mail.example?subject=a"])
def test_a_link_to_a_contact_keeps_its_words(scheme: str) -> None:
    link = f'<a class="x" href="{scheme}" title="y">Ask the team</a> or <a href="https://x.example">read</a>'
    assert without_contacts(link) == '<a>Ask the team</a> or <a href="https://x.example">read</a>'


@given(st.text(), st.sampled_from(MAILS[:2]), st.text())
def test_no_mail_address_survives_whatever_stands_around_it(before: str, mail: str, after: str) -> None:
    assert "mail.example" not in without_contacts(f"{before} {mail} {after}")


@given(st.text(alphabet="ab@.+0123456789 ()-[]&#;<>=\"':/", max_size=200))
def test_what_was_cleaned_stays_as_it_is(text: str) -> None:
    for strain in (without_contacts, without_traces):
        once = strain(text)
        assert strain(once) == once


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a",
            "@",
            "a@",
            "a.",
            "1 ",
            "+1",
            "<a href=",
            "(",
            " ",
            "a@b.",
            "0123 ",
            "<a ",
            "tel: ",
            "a[at]",
            "a (at) b. ",
        ),
        *("555-", "1:", "1.", "192.0.2.17", "010190-293", "s. ", "5551234 "),
    ],
)
def test_hostile_texts_cost_no_more_than_their_length(text: str) -> None:
    began = time.process_time()
    without_traces(text * (100_000 // len(text)))
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
        ({"text": "call 555-1234"}, {"text": "call 555-1234"}),
        ({"free": "call 555-1234 or x@mail.example"}, {"free": f"call {OMITTED} or {OMITTED}"}),
        ({"free": 5551234}, {}),
        ({"inner": {"a": True, "name": "x"}}, {"inner": {"a": True}}),
        ({"inner": [{"a": 1, "name": "x"}, "x", None, {"name": "x"}]}, {"inner": [{"a": 1}, {}]}),
        ({"inner": "x"}, {}),
        (None, {}),
        ([{"a": 1}], {}),
        ("a", {}),
    ],
)
def test_only_named_fields_of_the_expected_form_pass(value: Any, passed: dict[str, Any]) -> None:
    assert sieve(value, {"a": None, "text": TEXT, "free": without_traces, "inner": {"a": None}}) == passed
