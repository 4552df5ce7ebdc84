"""The texts of a process in one language of the reader's, as plain words or as HTML that is safe to show."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urljoin

from folkmoot_federation import words
from folkmoot_federation.elements import legal
from folkmoot_hub import markup
from folkmoot_hub.publisher import Listing
from folkmoot_schema import identifiers, phrases
from folkmoot_schema.codes import Flag
from folkmoot_schema.process import Outcome, Record
from folkmoot_schema.texts import Text, clean, cut

# A link as the sanitiser writes it.
_HREF = re.compile(r'(<a href=")([^"]*)"')


class Told(NamedTuple):
    """A text and its language tag; a machine translation is marked in the tag (BCP 47, extension T)."""

    text: str
    lang: str


def heading(listing: Listing) -> str:
    """What a channel is called."""
    title = listing.title.strip() or words.NAME
    return legal(f"{title} (sample data)" if listing.sample else title)


def about(listing: Listing, carried: str) -> str:
    """What a channel says of itself: ``carried`` is what it carries."""
    return " ".join((*([words.SAMPLE] if listing.sample else []), carried, words.LIVE_ONLY))


def plain(text: Text, languages: Sequence[str]) -> Told:
    """``text`` as one line without markup, in the first of ``languages`` that it exists in, else as written."""
    tag, value = _best(text, languages)
    return Told(markup.plain(value) if text.html else clean(value), _lang(text, tag))


def title(record: Record, languages: Sequence[str], sample: bool) -> Told:
    """The title, of great length its beginning; what is invented says so, since many readers show nothing else."""
    found = plain(record.process.title, languages)
    shown = cut(found.text or record.key)
    told = shown.casefold().startswith("sample")
    return Told(f"[Sample] {shown}" if is_sample(record, sample) and not told else shown, found.lang)


def summary(record: Record, languages: Sequence[str]) -> Told:
    """The source's summary, without one the facts."""
    if record.process.summary is not None and (found := plain(record.process.summary, languages)).text:
        return found
    return Told(f"{'. '.join(words.facts(record))}.", "en")


def content(record: Record, languages: Sequence[str], sample: bool) -> Told:
    """What is known of a process as HTML: the facts first (in English, marked so), its text, what came of it."""
    text = record.process.body or record.process.summary
    body = _html(text, languages, record.process.url) if text is not None else Told("", "en")
    notes = [words.SAMPLE] if is_sample(record, sample) else []
    english = "".join(f'<p lang="en">{html.escape(line)}</p>' for line in (*notes, " · ".join(words.facts(record))))
    return Told(english + body.text + _outcomes(record.process.outcomes, languages), body.lang)


def is_sample(record: Record, sample: bool) -> bool:
    """Whether ``record`` is invented: it says so, or the whole listing does."""
    return sample or Flag.SAMPLE in record.process.flags


def _html(text: Text, languages: Sequence[str], base: str) -> Told:
    tag, value = _best(text, languages)
    # Sanitised on the way in already; done again, since whoever changes the store would otherwise own the reader.
    shown = _absolute(markup.sanitise(value), base) if text.html else "".join(_paragraphs(value))
    return Told(shown, _lang(text, tag))


def _absolute(sanitised: str, base: str) -> str:
    """The same with whole addresses in its links: most readers know of no ``xml:base``, and JSON Feed has none."""

    def joined(link: re.Match[str]) -> str:
        try:
            return f'{link[1]}{html.escape(urljoin(base, html.unescape(link[2])))}"'
        except ValueError:  # such as a bracket that is never closed: as the source wrote it
            return link[0]

    return _HREF.sub(joined, sanitised)


def _paragraphs(value: str) -> Iterator[str]:
    for line in value.splitlines():
        if cleaned := clean(line):
            yield f"<p>{html.escape(cleaned)}</p>"


def _outcomes(outcomes: Sequence[Outcome], languages: Sequence[str]) -> str:
    items = "".join(f"<li>{_outcome(one, languages)}</li>" for one in outcomes)
    return f'<ul lang="en">{items}</ul>' if items else ""


def _outcome(outcome: Outcome, languages: Sequence[str]) -> str:
    kind = words.label("outcome-kind", outcome.kind)
    head = f"{kind}, {phrases.partial(outcome.date)}" if outcome.date else kind
    told = plain(outcome.title, languages) if outcome.title else None
    shown = f'<span lang="{told.lang}">{html.escape(told.text)}</span>' if told and told.text else ""
    address = identifiers.iri(outcome.url) if outcome.url else None
    if address is None:
        return f"{head}: {shown}" if shown else head
    return f'{head}: <a href="{html.escape(address)}" rel="external noopener nofollow">{shown or "its page"}</a>'


def _best(text: Text, languages: Sequence[str]) -> tuple[str, str]:
    tag, value = text.best(*languages)
    return tag, legal(value)  # before any markup is read: a lone surrogate cannot be


def _lang(text: Text, tag: str) -> str:
    """The tag as RDF bears it too: see :meth:`folkmoot_schema.texts.Text.tagged`."""
    return f"{tag}-t-{text.original.partition('-')[0]}-t0-und".lower() if tag in text.machine else tag
