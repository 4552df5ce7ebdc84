"""Which tool reads which language, and what becomes of words that are none."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simplemma.strategies.dictionaries import stream_dictionary_factory

from folkmoot_hub.search import endings, languages
from folkmoot_hub.search.folding import tokens
from folkmoot_hub.search.languages import DICTIONARIES, OFFICIAL, SNOWBALL, among, stem


def test_every_official_language_is_read_by_something() -> None:
    assert len(OFFICIAL) == 24
    assert all(one in SNOWBALL or one in DICTIONARIES or one in endings.ENDINGS for one in OFFICIAL)


@pytest.mark.parametrize(
    ("tag", "read"), [("de", "de"), ("pt-BR", "pt"), ("sr", None), ("und", None), ("mul", None), ("nb", None)]
)
def test_the_tag_tells_the_language(tag: str, read: str | None) -> None:
    assert languages.language(tag) == read


@pytest.mark.parametrize(
    ("language", "word", "found"),
    [
        ("de", "HÄUSER", "de:haus"),
        ("de", "Ha\u0308user", "de:haus"),  # decomposed, as some systems deliver it
        ("de", "Häu\u00adser", "de:haus"),
        ("en", "ﬁnes", "en:fine"),
        ("el", "ΠΟΛΕΙΣ", "el:πολ"),
        ("hr", "škole", "hr:skol"),
        ("mt", "liġijiet", "mt:lig"),
        ("bg", "законите", "bg:закон"),
        ("bg", "parks", None),  # in other letters than those of the language
        ("el", "parks", None),
        ("en", "законите", None),
        ("en", "2024", None),
        ("en", "covid19", None),
        ("en", "x", None),
        ("en", "", None),
        ("en", "½", None),
        ("et", "a" * 100, "et:" + "a" * 100),
        ("et", "a" * 101, None),
    ],
)
def test_stems_are_folded_tokens_of_their_language(language: str, word: str, found: str | None) -> None:
    assert stem(language, word) == found


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(OFFICIAL), st.text("abcdeéßžšıİøłńαβπσςдияéŉ½1-'\u0308\u00ad", max_size=8))
def test_any_word_has_a_sound_stem_or_none(language: str, word: str) -> None:
    found = stem(language, word)
    if found is not None:
        name, colon, rest = found.partition(":")
        assert (name, colon) == (language, ":")
        assert tokens(rest) == (rest,)
        assert among([found]) == (language,)


def test_no_ending_leaves_less_than_three_letters() -> None:
    assert endings.stripped("mt", "jiet") == "jiet"
    assert endings.stripped("mt", "liġijiet") == "liġ"
    assert endings.stripped("mt", "ħut") == "ħut"
    assert endings.stripped("bg", "законите") == "закон"
    assert endings.stripped("en", "parks") == "parks"


def test_a_dictionary_stays_loaded_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(latin: str, cyrillic: str) -> list[str | None]:
        return [stem(language, cyrillic if language == "bg" else latin) for language in DICTIONARIES]

    assert None not in ask("zebra", "зебра")

    def loaded(language: str) -> None:
        raise AssertionError(f"the dictionary of {language} is loaded a second time")

    monkeypatch.setattr(stream_dictionary_factory, "StreamMap", loaded)
    assert None not in ask("zebraz", "зебраз")


def test_threads_do_not_share_a_stemmer() -> None:
    """A stemmer keeps the word at hand in itself: two threads on one would give each other's stems."""
    words = ["petitions", "consultations", "regulations", "forests", "cities"]
    expected = [stem("en", word) for word in words]
    wrong: list[object] = []
    made: set[int] = set()

    def work() -> None:
        stemmer = languages._stemmer("english")
        made.add(id(stemmer))
        barrier.wait()
        for _ in range(300):
            got = [languages.stem.__wrapped__("en", word) for word in words]
            if got != expected:
                wrong.append(got)
        barrier.wait()

    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(made) == 4
