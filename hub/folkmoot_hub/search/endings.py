"""Endings that inflection puts behind a word, for the official languages that no stemmer of Snowball is for.

One ending is taken off, the longest that fits, and never so that less than :data:`SHORTEST` letters stay. That is crude
on purpose: it need not find a true stem, only the same one for most forms of a word, as the light stemmers do that
J. Savoy (for Bulgarian, 2007) and K. Kreslins (for Latvian, 1996) describe. The lists are ours, from the declension of
nouns and adjectives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: So many letters stay at least.
SHORTEST: Final = 3

#: Language → rounds, one a line, one after the other (in Bulgarian the article comes off before the plural,
#: in Maltese the vowel before what may be a plural or belong to the base form: kumitat, kumitati).
_LISTED: Final = {
    "bg": """
        ият ът ят та то те
        ища ове еве овци ия ии ий а я о е и ъ""",
    "lv": """
        ajam ajai ajās ajos ajām ajiem ajā iem ies iju ija ijas ijai ijā ijām ijās am ai ām ās as em ēm ēs es ie im is \
        īs īm os um us ū š s a ā e ē i ī o u""",
    "mt": """
        ijiet jiet iet ija ja ji i a u
        at""",
    "sk": """
        iach ách och ami ými ého ému ých ieho iemu ích ími ovi ovia ové ov ej ia ou ým ám om iu mi y a á e é \
        i í u ú ý""",
    "sl": """
        ega emu ema ama oma imi ami ovi ove ov em om am ah eh ih im oj o a e i u""",
}
ENDINGS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    language: tuple(tuple(sorted(line.split(), key=len, reverse=True)) for line in listed.splitlines() if line.strip())
    for language, listed in _LISTED.items()
}


def stripped(language: str, word: str) -> str:
    """``word``, in lower case, without the ending that one of ``language`` may have; all of it in other languages."""
    for endings in ENDINGS.get(language, ()):
        word = _without(word, endings)
    return word


def _without(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word
