"""What is loaded before anybody searches."""

from __future__ import annotations

import pytest

from folkmoot_hub.search import languages, warming
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_schema.texts import Text
from hub.search.making import record


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The languages of which a dictionary was asked for a word that it can have, and "?" for the finding of one."""
    found: list[str] = []
    inner = languages.stem

    def stem(language: str, word: str) -> str | None:
        token = inner(language, word)
        found.append(language if token else f"nothing of {language}, which has no word {word}")
        return token

    monkeypatch.setattr(languages, "stem", stem)
    monkeypatch.setattr(warming, "detect", lambda text: found.append("?"))
    return found


def index(*tags: str) -> TantivyIndex:
    made = TantivyIndex()
    records = [(at, record(local_id=str(at), title=Text({tag: "Word"}, tag))) for at, tag in enumerate(tags, 1)]
    made.apply(records, [])
    return made


def test_what_the_languages_of_the_index_need_is_loaded(loaded: list[str]) -> None:
    tags = ("bg", "de-AT", "el", "ja", "mt", "sl", "und")
    made = index(*tags)
    loaded.clear()
    warming.warm(made)
    assert sorted(loaded) == ["?", "bg", "de", "el", "mt", "sl"]


def test_an_empty_index_needs_nothing(loaded: list[str]) -> None:
    warming.warm(TantivyIndex())
    assert loaded == []


def test_nothing_more_is_loaded_once_it_has_ended(loaded: list[str]) -> None:
    made = index("bg", "de", "el")
    loaded.clear()
    warming.warm(made, lambda: bool(loaded))
    assert len(loaded) == 1
