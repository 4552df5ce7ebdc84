"""What dictionaries from outside this project say of two forms: ``PYTHONPATH=tests python -m hub.search.dictionaries``.

Debian's packages of hunspell and of voikko, which analyse a word as stem and affixes, and have no part in the search.
Greek has only a list of forms there: the lemmas of simplemma are asked too, which the search does without in Greek.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Final

from simplemma import lemmatize

#: Language → the package of its dictionary, and the name that hunspell knows it by.
HUNSPELL: Final = {
    "bg": ("hunspell-bg", "bg_BG"), "cs": ("hunspell-cs", "cs_CZ"), "da": ("hunspell-da", "da_DK"),
    "de": ("hunspell-de-de", "de_DE"), "el": ("hunspell-el", "el_GR"), "en": ("hunspell-en-gb", "en_GB"),
    "es": ("hunspell-es", "es_ES"), "et": ("myspell-et", "et_EE"), "fr": ("hunspell-fr-classical", "fr"),
    "ga": ("myspell-ga", "ga_IE"), "hr": ("hunspell-hr", "hr_HR"), "hu": ("hunspell-hu", "hu_HU"),
    "it": ("hunspell-it", "it_IT"), "lt": ("hunspell-lt", "lt_LT"), "lv": ("hunspell-lv", "lv_LV"),
    "nl": ("hunspell-nl", "nl"), "pl": ("hunspell-pl", "pl_PL"), "pt": ("hunspell-pt-pt", "pt_PT"),
    "ro": ("hunspell-ro", "ro_RO"), "sk": ("hunspell-sk", "sk_SK"), "sl": ("hunspell-sl", "sl_SI"),
    "sv": ("hunspell-sv", "sv_SE"),
}  # fmt: skip
VOIKKO: Final = "voikko-fi"
#: Language → the package of the dictionary that reviews it; for Maltese none can be had.
PACKAGES: Final = {**{language: package for language, (package, _) in HUNSPELL.items()}, "fi": VOIKKO}
#: Package → the program that reads it.
PROGRAMS: Final = {package: "voikkospell" if package == VOIKKO else "hunspell" for package in PACKAGES.values()}

#: What is said of two forms: made from one stem; both words, not said to be of one; one of them at least not known.
DERIVED, WORDS, UNKNOWN = "", "~", "?"

#: Word → its stems, none where it is known and only as a compound; unknown words are missing.
Stems = Mapping[str, frozenset[str]]

_HUNSPELL_STEM = re.compile(r"(?<!\S)st:(\S+)")
_VOIKKO_BASE = re.compile(r"^A\((.+?)\):\d+:BASEFORM=(.+)$", re.MULTILINE)


def version(language: str) -> str | None:
    """The installed version of the language's dictionary, None where it or its program is not installed."""
    package = PACKAGES[language]
    if shutil.which("dpkg-query") is None or shutil.which(PROGRAMS[package]) is None:
        return None
    command = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", package]
    status, _, found = subprocess.run(command, capture_output=True, text=True).stdout.partition(" ")
    return found if status == "installed" else None


def stems(language: str, words: Iterable[str]) -> Stems:
    """What the dictionary of ``language`` makes of ``words``."""
    asked = sorted(set(words))
    found = _voikko(asked) if language == "fi" else _hunspell(HUNSPELL[language][1], asked)
    if language == "el":
        return {word: stems | {lemmatize(word, lang="el")} for word, stems in found.items()}
    return found


def verdict(found: Stems, one: str, other: str) -> str:
    """What is said of ``one`` and ``other``."""
    if one not in found or other not in found:
        return UNKNOWN
    return DERIVED if found[one] & found[other] else WORDS


def _hunspell(dictionary: str, words: list[str]) -> Stems:
    """``hunspell -m``: a line for each analysis, ``st:`` before the stem; ``pa:`` before the parts of a compound."""
    found: dict[str, frozenset[str]] = {}
    for line in _run(["hunspell", "-d", dictionary, "-i", "utf-8", "-m"], words).splitlines():
        word, _, analysis = line.partition(" ")
        if "st:" in analysis or "pa:" in analysis:
            whole = () if "pa:" in analysis else _HUNSPELL_STEM.findall(analysis)
            found[word] = found.get(word, frozenset()).union(whole)
    return found


def _voikko(words: list[str]) -> Stems:
    found: dict[str, frozenset[str]] = {}
    for word, base in _VOIKKO_BASE.findall(_run(["voikkospell", "-d", "fi", "-M"], words)):
        found[word] = found.get(word, frozenset()) | {base}
    return found


def _run(command: list[str], words: list[str]) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    lines = "".join(f"{word}\n" for word in words)
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=True, env=environment).stdout


def main() -> int:
    """Print what each installed dictionary says of the table; 1 if it is something else than the table has."""
    from hub.search.inflections import TABLE, pairs

    wrong = 0
    for language, row in TABLE.items():
        if language not in PACKAGES or not (installed := version(language)):
            sys.stdout.write(f"{language}: not reviewed here ({row.dictionary})\n")
            continue
        listed = [*pairs(row.pairs), *pairs(row.missed)]
        found = stems(language, [word for pair in listed for word in pair[:2]])
        for one, other, said in listed:
            now = verdict(found, one, other)
            wrong += now != said
            sys.stdout.write(f"{language} {PACKAGES[language]} {installed}: {one} {other} {now or '='}")
            sys.stdout.write("\n" if now == said else f", not {said or '='}\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
