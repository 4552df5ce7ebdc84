"""Texts from sources made safe: sanitised HTML, or plain text.

The list of allowed elements is our own; nh3 (ammonia) does the work.
"""

from __future__ import annotations

import html
import re

import nh3

from folkmoot_schema.texts import clean, printable

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h3", "h4", "h5", "h6", "hr", "i",
    "ins", "li", "ol", "p", "pre", "q", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
# Headings of a source must not compete with those of the page that shows them.
_HEADING = re.compile(r"(</?)h[12]\b", re.IGNORECASE)
# A tag ends before the next one begins: where none is closed, to look for the end of each would take for ever.
_BLOCK = re.compile(r"<(?:/?(?:p|div|li|tr|h[1-6]|dd|dt|blockquote|table|ul|ol)|br|hr)\b[^<>]*>", re.IGNORECASE)
_MARK = re.compile(r"<[a-zA-Z/!][^<>]*>")

# Tags that are escaped even more often are taken out without a look at what they hold.
_DEEPEST = 4

# nh3 takes time by the square of the tags that are open at once. No text for people has this many; of one that does,
# the words are kept.
_MOST_TAGS = 10_000


def sanitise(value: str) -> str:
    """``value`` as HTML that can be shown: no scripts, styles, pictures, forms; only http(s) and mailto-free links."""
    cleaned = nh3.clean(
        _HEADING.sub(r"\1h3", _bounded(printable(value.replace("\r", "")))),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="external noopener nofollow",
    )
    # Once more: a reference such as &#155; has become the character by now.
    return re.sub(r"\n{3,}", "\n\n", printable(cleaned)).strip()


def plain(value: str) -> str:
    """``value``, which may hold HTML, as one line of plain text."""
    return clean(html.unescape(nh3.clean(_bounded(_BLOCK.sub(" ", printable(value))), tags=set())))


def line(value: str) -> str:
    """``value`` (plain, HTML, or HTML that was escaped) as one line of plain text without any tag."""
    text = plain(value) if looks_like_html(value) or "&" in value else clean(value)
    return unmarked(text)


def unmarked(text: str) -> str:
    """Plain text without the tags in it, as they stand there after an escaped text was read."""
    for _ in range(_DEEPEST):
        if not looks_like_html(text):
            return text
        text = plain(text)
    return clean(_MARK.sub(" ", text))


def _bounded(value: str) -> str:
    return value if value.count("<") <= _MOST_TAGS else html.escape(_MARK.sub(" ", value), quote=False)


def paragraphs(value: str) -> list[str]:
    """``value``, which may hold HTML, as plain paragraphs in order, without empty ones."""
    parts = _BLOCK.split(value)
    return [text for text in (unmarked(plain(part)) for part in parts) if text]


def looks_like_html(value: str) -> bool:
    """Whether ``value`` holds at least one tag."""
    return bool(_MARK.search(value))
