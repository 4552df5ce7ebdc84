"""Folding: what is typed finds what is written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from folkmoot_hub.search import folding
from folkmoot_hub.search.folding import LONGEST, fold, spans, tokens

# Any text, and such as is thick with what folding is about: marks, ligatures, format characters, cases of one letter.
_TEXTS = st.text() | st.text("aAäÄ\u0308\u0327ßẞﬁŉİıIΣσςΐǅǆΆͅ\u200b\u200d\u00adøŁ½①ℌﷺ가각'_- ", max_size=12)


@given(_TEXTS)
@example("ǣ")  # its decomposition brings up a letter that has to be replaced
@example("ℏ")
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(_TEXTS)
def test_tokens_of_tokens_are_the_same(text: str) -> None:
    found = tokens(text)
    assert tokens(" ".join(found)) == found
    assert folding.name(folding.name(text)) == folding.name(text) == " ".join(found)


@given(_TEXTS, _TEXTS)
def test_words_do_not_depend_on_what_stands_beside_them(one: str, other: str) -> None:
    assert tokens(f"{one} {other}") == tokens(one) + tokens(other)


@given(_TEXTS)
def test_a_token_is_never_empty_nor_holds_white_space(text: str) -> None:
    assert all(token and not any(c.isspace() for c in token) and len(token) <= LONGEST for token in tokens(text))


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Straße", "STRASSE"),
        ("ΠΟΛΗΣ", "πόλης"),
        ("πόλισ", "ΠΌΛΙς"),
        ("ﬁnance", "Finance"),
        ("Łódź", "lodz"),
        ("Đakovo", "dakovo"),
        ("Ærø", "aero"),
        ("Þingvellir", "thingvellir"),
        ("İstanbul", "istanbul"),
        ("ısparta", "ISPARTA"),
        ("naïve", "nai\u0308ve"),
        ("Ångström", "ANGSTROM"),
        ("Участие", "УЧАСТИЕ"),
        ("Ħamrun", "hamrun"),
        ("２０２４", "2024"),
        ("par\u00adtici\u00adpation", "participation"),
    ],
)
def test_these_are_one_word(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)
    assert len(tokens(written)) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("  \n ", ()),
        ("!? — …", ()),
        ("e-mail", ("e", "mail")),
        ("COM(2024)12 final", ("com", "2024", "12", "final")),
        ("0123/2024", ("0123", "2024")),
        ("snake_case", ("snake", "case")),
        ("zero\u200bwidth", ("zero", "width")),
        ("l’eau", ("l", "eau")),
        ("日本 公園", ("日本", "公園")),
        ("x" * (LONGEST + 1), ("x" * LONGEST,)),
    ],
)
def test_letters_and_digits_make_tokens_and_all_else_parts_them(text: str, found: tuple[str, ...]) -> None:
    assert tokens(text) == found


@given(_TEXTS)
@example("½ naï\u0308ve")
@example("a\u200bb\u00ad")
def test_every_token_has_its_place(text: str) -> None:
    found = spans(text)
    assert len(found) == len(tokens(text))
    for (begin, end), token in zip(found, tokens(text), strict=True):
        assert 0 <= begin < end <= len(text)
        assert token in fold(text[begin:end])[: LONGEST + 20]
    # Two tokens can share a character (0¼ is 01 and 4), but their order is that of the text.
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(found))


@given(_TEXTS)
def test_each_character_folds_by_itself(text: str) -> None:
    assert "".join(map(fold, text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ()),
        ("l’eau, vive", ("l", "eau", "vive")),
        ("nai\u0308ve e\u0301te\u0301", ("nai\u0308ve", "e\u0301te\u0301")),
        ("par\u00adti zero\u200bwidth", ("par\u00adti", "zero", "width")),
        ("Straße ﬁn", ("Straße", "ﬁn")),
        ("½", ("½", "½")),
    ],
)
def test_a_place_is_where_the_word_is_written(text: str, places: tuple[str, ...]) -> None:
    assert tuple(text[begin:end] for begin, end in spans(text)) == places
