"""Sirvo a mi País: copies of the bulletins of Colombia's civil service department."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import unquote, urlsplit

import msgspec

from folkmoot_connectors._captured import page
from folkmoot_connectors._settings import addresses, wrong
from folkmoot_connectors._values import local_id, read
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Item,
    MappingError,
    Page,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    WholeItem,
    Yielded,
)
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process

#: The part of a page's address that names what it shows (Liferay's asset publisher: ``/-/<slug>``).
_SLUG: Final = re.compile(r"/-/([^/]+)/?$")
#: The pages of which an address is known.
_KNOWN: Final = tuple(f"/-/boletin-sirvo-a-mi-pais-edicion-{number}" for number in (10, 11, 16))
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(), 1
    )
} | {"setiembre": 9}
_EDITION: Final = r"Edici[oó]n\s+(?:N[°ºo.]{1,2}\s*)?(?P<edition>\d{1,4})(?!\w)"
#: What stands between a name, its edition and its month.
_APART: Final = r"[\s.,:|–—-]+"
#: How the title of every bulletin begins.
_NAME: Final = "Boletín Sirvo a mi País"
_VOWELS: Final = {letter: group for group in ("[aá]", "[eé]", "[ií]", "[oó]", "[uúü]") for letter in group[1:-1]}
_ISSUE: Final = re.compile(
    rf"{_EDITION}{_APART}(?P<month>{'|'.join(_MONTHS)})[\s,]+(?:de(?:l)?\s+)?(?P<year>(?:19|20)\d\d)", re.IGNORECASE
)
_FALLBACK: Final = "cp1252"


class Bulletin(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept of a bulletin: its title up to the edition, the edition, and the month (``YYYY-MM``)."""

    url: str
    title: str
    edition: int | None = None
    month: str | None = None


class SirvoAMiPais(Connector):
    """Bulletins for Colombia's public servants: edition and month of each, from a web archive.

    Platform
        www.sirvoamipais.gov.co, of the Departamento Administrativo de la Función Pública, 2015 and later; whether it
        still answers is not known. Its software is Liferay (inferred from the form of its addresses).
    Access
        Copies of pages in a web archive. Setting ``pages`` names them (default: the three whose addresses are known);
        no list of bulletins was ever seen. Setting ``name`` is how the title of every bulletin begins. Addresses,
        titles and months of these three are recorded; the markup in which the connector was tried is ours, so that it
        reads texts, and asks nothing of their elements but that the title is a heading or the page's title.
    Caveats
        A bulletin tells; there is nothing to take part in. The number in an address is often not that of the edition:
        the title's counts, and where the title has none, none is known. The month is read only beside the edition
        of the title, and stays a month. An item is known by its address, so that two pages of one edition are two.
    Licence
        None is stated; the terms of the portal and of the archive apply.
    Personal data
        The pages name many private persons and civil servants. Title, edition and month are read and nothing else: no
        text, no heading of a section, no picture, and of a title what stands after the edition is left out.
    """

    id = "sirvo_a_mi_pais"
    title = "Sirvo a mi País"
    homepage = "http://www.sirvoamipais.gov.co"
    version = "1"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {LIST: frozenset(Bulletin.__struct_fields__)}
    settings = frozenset({"pages", "name"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The pages that the site names."""
        _name(run.site)
        for url in addresses(run.site, "pages", _KNOWN, least=1):
            yield Request(url, expect="html")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """A page, which must be a bulletin. That these are all is nowhere said."""
        url = response.request.url
        slug = _SLUG.search(urlsplit(url).path)
        if slug is None:
            raise ParseError(f"{url} is not the address of a bulletin: /-/<name>")
        bulletin = _bulletin(page(response, _FALLBACK), url, _name(response.run.site))
        yield Scope("bulletins", exhaustive=False)
        yield Item(local_id(unquote(slug[1]), url), msgspec.to_builtins(bulletin))

    def map(self, item: WholeItem, run: Run) -> Process:
        """A bulletin."""
        bulletin = read(item.part(LIST), Bulletin)
        try:
            return Process(
                kind=Kind.BULLETIN,
                title=run.site.text(bulletin.title),
                url=bulletin.url,
                organiser=run.site.authority,
                authority=run.site.authority,
                place=run.site.place,
                level=run.site.level,
                keywords=(f"Edición {bulletin.edition}",) if bulletin.edition is not None else (),
                published=bulletin.month,
            )
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _name(site: Site) -> str:
    name = site.setting("name", _NAME)
    if not isinstance(name, str) or not name.strip():
        raise wrong(site, "name", name, "how the title of every bulletin begins")
    return name.strip()


def _bulletin(found: Page, url: str, name: str) -> Bulletin:
    """The bulletin on a page; ``ParseError`` if neither a heading nor its title says that it is one.

    Nothing of the title is kept but its name and edition: before and after them may be whom it is about.
    """
    named = re.compile(rf"(?<!\w){_accented(name)}(?!\w)(?:{_APART}{_EDITION})?", re.IGNORECASE)
    titles = [told for text in found.strings("//h1 | //h2 | //h3 | //title") if (told := named.search(text))]
    if not titles:
        raise ParseError(f"{url} does not say that it is a bulletin: {name!r} is in no heading")
    told = next((each for each in titles if each["edition"]), titles[0])
    edition = int(told["edition"]) if told["edition"] else None
    return Bulletin(url=url, title=told[0], edition=edition, month=_month(found, edition))


def _accented(name: str) -> str:
    """A pattern for ``name`` with or without its accents, and with any spaces."""
    letters = (_VOWELS.get(letter, re.escape(letter)) for letter in name.lower())
    return r"\s+".join("".join(letters).split(re.escape(" ")))


def _month(found: Page, edition: int | None) -> str | None:
    """The month that stands beside this edition: another edition's, such as the last one's in a menu, is not it."""
    if edition is None:
        return None
    for text in found.strings("//body//text()[normalize-space()]"):
        for issue in _ISSUE.finditer(text):
            if int(issue["edition"]) == edition:
                return f"{issue['year']}-{_MONTHS[issue['month'].lower()]:02}"
    return None
