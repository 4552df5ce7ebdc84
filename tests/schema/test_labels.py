"""Labels of codes: the reader's language where there is one, English where there is none."""

from __future__ import annotations

import pytest

from folkmoot_schema import codes, labels


@pytest.mark.parametrize(
    ("name", "code", "language", "problem"),
    [
        ("kind", "plebiscite", "en", r"'plebiscite' is not in the list kind: consultation, .*petition"),
        ("kind", "petition", "nb", r"there are no labels in 'nb': bg, cs"),
        ("mood", "petition", "en", r"'mood.ttl' is not in the vocabulary"),
    ],
)
def test_what_there_is_none_of_is_named(name: str, code: str, language: str, problem: str) -> None:
    with pytest.raises(KeyError, match=problem):
        labels.label(name, code, language)


@pytest.mark.parametrize(
    ("name", "code", "language", "label"),
    [
        ("kind", "petition", "en", "Petition"),
        ("kind", "petition", "fi", "Vetoomus"),
        ("topic", "ENVI", "de", "Umwelt"),
        ("status", "open", "el", "Ανοικτή"),
    ],
)
def test_a_code_has_a_label_in_each_language(name: str, code: str, language: str, label: str) -> None:
    assert labels.label(name, code, language) == label


def test_labels_are_english_unless_asked_otherwise_and_in_the_order_of_the_list() -> None:
    assert labels.label("level", "local") == "Local"
    assert list(labels.in_language("status", "sv")) == [status.value for status in codes.Status]


@pytest.mark.parametrize(
    ("languages", "best"),
    [((), "en"), (("nb", "de-AT", "fr"), "de"), (("PT-BR",), "pt"), (("zh", "nb"), "en"), (("en", "de"), "en")],
)
def test_the_first_language_that_labels_are_in_is_best(languages: tuple[str, ...], best: str) -> None:
    assert labels.best(languages) == best
