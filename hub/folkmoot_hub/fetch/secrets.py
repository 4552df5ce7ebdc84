"""Secrets: a request holds placeholders, which become secrets when it is sent, and nowhere else.

A placeholder is ``{secret:name}``, as ``run.secret("name")`` gives it; in an address it may be percent-encoded.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Container
from urllib.parse import quote, quote_plus

_PLACEHOLDER = re.compile(r"(?:\{|%7B)secret(?::|%3A)([A-Za-z0-9_.-]+)(?:\}|%7D)", re.IGNORECASE)

#: Shorter values are not sought in answers: they stand there by chance, and to replace them would spoil the answer.
_LEAST = 4


class Sealed:
    """Opens the placeholders of one request, and seals what came back: a source may repeat a key in its answer.

    Only the secrets called ``allowed`` are opened: a placeholder that a source wrote into a redirect stays one.
    """

    def __init__(self, secrets: Callable[[str], str], allowed: Container[str]) -> None:
        self._secrets = secrets
        self._allowed = allowed
        self._opened: dict[str, str] = {}

    def open(self, text: str) -> str:
        """``text`` with secrets in place of its placeholders."""
        return self._open(text, lambda value: value)

    def open_url(self, url: str) -> str:
        """The address ``url`` with secrets, percent-encoded, in place of its placeholders."""
        return self._open(url, lambda value: quote(value, safe=""))

    def _open(self, text: str, written: Callable[[str], str]) -> str:
        return _PLACEHOLDER.sub(
            lambda match: written(self._value(match[1])) if match[1] in self._allowed else match[0], text
        )

    def _value(self, name: str) -> str:
        value = self._secrets(name)
        if len(value) >= _LEAST:
            placeholder = f"{{secret:{name}}}"
            self._opened |= dict.fromkeys(_spellings(value), placeholder)
        return value

    def seal(self, text: str) -> str:
        """``text`` with placeholders in place of every secret that was opened."""
        for value in self._longest_first():
            text = text.replace(value, self._opened[value])
        return text

    def seal_bytes(self, body: bytes) -> bytes:
        """As :meth:`seal`, for a body."""
        for value in self._longest_first():
            body = body.replace(value.encode(), self._opened[value].encode())
        return body

    def _longest_first(self) -> list[str]:
        # A secret may be the beginning of another one.
        return sorted(self._opened, key=len, reverse=True)


def _spellings(value: str) -> set[str]:
    """How an answer may repeat a secret: as it is, in an address, in JSON (which may escape slashes), in HTML."""
    in_json = {json.dumps(value, ensure_ascii=only)[1:-1] for only in (True, False)}
    in_json |= {text.replace("/", "\\/") for text in in_json}
    return {value, quote(value, safe=""), quote(value), quote_plus(value), html.escape(value), *in_json}


def names(*texts: str) -> frozenset[str]:
    """The names in the placeholders of ``texts``."""
    return frozenset(match[1] for text in texts for match in _PLACEHOLDER.finditer(text))


def holds_secret(text: str) -> bool:
    """Whether ``text`` has a placeholder."""
    return _PLACEHOLDER.search(text) is not None
