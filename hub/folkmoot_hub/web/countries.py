"""Names of countries (ISO 3166-1, EU, XK) and of languages (BCP 47) in other languages: CLDR's, through Babel."""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from folkmoot_schema.texts import UNDETERMINED

#: What CLDR calls an unknown language is one that nobody stated.
_NOT_STATED: Final = "Language not stated"


def country(code: str, language: str = "en") -> str:
    """The name of a country in ``language``, its code where CLDR has none."""
    return str(_locale(language).territories.get(code, code))


def language(tag: str, language: str = "en") -> str:
    """The name of a language in ``language``, as it begins an entry of a list; its tag where CLDR has none."""
    if tag == UNDETERMINED and language == "en":
        return _NOT_STATED
    names = _locale(language).languages
    base = tag.partition("-")[0]
    name = str(names.get(tag.replace("-", "_")) or names.get(base) or tag)
    # CLDR has them as they stand within a sentence, which in most languages is in lower case.
    return name if name == tag else name[:1].upper() + name[1:]


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
