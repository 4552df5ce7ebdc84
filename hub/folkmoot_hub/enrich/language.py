"""Which language a text is written in, where its source does not say so."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from folkmoot_schema.texts import UNDETERMINED

#: The official languages of the Union, and others that texts here may be in: were those left out, a Norwegian title
#: would be a confident Danish one.
KNOWN: Final = frozenset(
    "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv "
    "ar ca cy eu gl is lb mk no nn ru se sq sr tr uk".split()
)
#: So sure must one be, from 0 to 1, and so many letters must there be.
CONFIDENT: Final = 0.6
FEWEST: Final = 12
#: More characters than these add nothing to it.
_READ: Final = 2000
_loading = Lock()


def detect(text: str) -> str:
    """The language of ``text`` (ISO 639-1), ``und`` if it is too short to tell or could as well be another.

    The same text gets the same answer, always: the model is part of the library.
    """
    head = text[:_READ]
    if sum(map(str.isalpha, head)) < FEWEST:
        return UNDETERMINED
    found, confidence = _model().classify(head)
    return str(found) if confidence >= CONFIDENT else UNDETERMINED


def _model() -> LanguageIdentifier:
    with _loading:  # two threads at once would load its 80 MB twice
        return _loaded()


@cache
def _loaded() -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(KNOWN)
    return model
