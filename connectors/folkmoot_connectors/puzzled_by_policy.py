"""Puzzled by Policy: what people were asked about immigration, and their debates as far as an archive has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from folkmoot_connectors import _policy_profiler as profiler
from folkmoot_connectors import _udebate as udebate
from folkmoot_connectors._settings import addresses, choice, wrong
from folkmoot_hub.connector import (
    LIST,
    Connector,
    Item,
    MappingError,
    ParseError,
    Request,
    Response,
    Run,
    Scope,
    Site,
    WholeItem,
    Yielded,
)
from folkmoot_schema.process import Process
from folkmoot_schema.texts import UNDETERMINED, is_tag

_PARTS: Final = ("questionnaire", "debates")
_FILE: Final = "policyprofiler.sql"
_PRINT: Final = "DesktopModules/uDebate/ThreadsPostsPrintTreeView.aspx"
_PAGES: Final = tuple(f"{tag}/udebate.aspx" for tag in ("en-GB", "el-GR", "es-ES", "hu-HU", "it-IT"))
# What else such an address may do (PostAction=Delete) is never asked: ours are made of the number alone.
_THREAD: Final = re.compile(
    r"udebatediscussion\.aspx\?(?:.*&)?Thread=(\d{1,9})(?!\d)|/Thread/(\d{1,9})(?!\d)", re.IGNORECASE
)


class PuzzledByPolicy(Connector):
    """Statements on immigration that people agreed or disagreed with, in five languages, and debates beside them.

    Platform
        Puzzled by Policy, a project of the EU's programme CIP from 2010 to 2013 or 2014: the Policy Profiler, a
        questionnaire, and U-Debate, debates as trees of arguments.
    Access
        ``part`` = "questionnaire" (default): the script ``policyprofiler.sql`` in the platform's public repository
        EuProfiler, whose INSERT statements hold the statements; the address of the raw file follows from repository
        and commit, and was asked by nobody of us. Proven on the real rows, in a transcription; the script's own form
        follows from what SQL Server's tools write. Setting ``file``: its name below ``base``; a JSON file of the same
        tables is read, too. None is shipped, and the platform never had an interface, so that there is no recording to
        replay as it is: a copy of the file on a server is a site of the operator's own, with its ``base``; one on the
        disk is replayed as a recording that has it as the answer to its address below ``base``, and whose ``site``
        block names ``file`` where that is another one.
        ``part`` = "debates": print views of threads from a web archive, in the form that U-Debate's code gives; no
        capture was seen. Settings: ``threads`` (numbers of threads, each with its language or "und"), ``pages`` (pages
        that link to threads; their names are inferred).
    Caveats
        One statement in five languages is one survey, of which English is taken for the original. It is closed and not
        just ended: nobody can answer any more, whatever else there is of the project, but no file says since when. A
        wording that one country has alone, by mistake, is not told;
        where countries have statements of their own (the fifteenth), all are told, by country, under the name of their
        category. Two languages name the country in the first statement, English does not; Hungarian has o for ő and u
        for ű; both stay. How people answered is in no file: there are no counts. Positions of 47 organisations are not
        told, though they are in the file: they are places on two axes and not answers (who was for the return of
        irregular immigrants has a 1, as who was against their children's citizenship), and to read them as agreement
        would turn them round. In debates the icon tells the type: comments of two kinds share one, an unknown type has
        that of an issue. A print view has neither dates nor status nor language; of the two scales of status in the
        code (1 and 2; created, opened, closed) none is there to be read.
    Licence
        GPL-3.0-or-later, copyright 2013 Athens Technology Center, for the repository with the questionnaire; none is
        stated for debates.
    Personal data
        No user, answer or profile is read. Posts are shown without authors, as the print view has them; e-mail
        addresses, telephone numbers and IP addresses are taken out of them, names in free texts cannot be.
    """

    id = "puzzled_by_policy"
    title = "Puzzled by Policy"
    homepage = "https://github.com/puzzledbypolicy"
    fields: ClassVar[Mapping[str, frozenset[str]]] = {LIST: profiler.FIELDS | udebate.FIELDS}
    settings = frozenset({"part", "file", "threads", "pages"})

    def start(self, run: Run) -> Iterator[Yielded]:
        """The file of the questionnaire; or the threads that are known and the pages that link to others."""
        file, threads = _file(run.site), _threads(run.site)
        pages = addresses(run.site, "pages", _PAGES, least=0 if threads else 1)
        if choice(run.site, "part", _PARTS, _PARTS[0]) == "questionnaire":
            yield Request(run.site.url(file), expect="text")
            return
        for number in threads:
            yield _thread(run.site, number)
        for page in pages:
            yield Request(page, then="parse_page", expect="html")

    def parse(self, response: Response) -> Iterator[Yielded]:
        """The tables of the questionnaire, as a script or as JSON: each statement once."""
        document = response.json() if response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else None
        found = profiler.tables(response.body, document, response.url)
        yield Scope("questionnaire", exhaustive=True)
        for told in profiler.statements(found):
            yield Item(f"statement/{told['number']}", told)
        if profiler.unnumbered(found):
            yield Item("", {})

    def parse_page(self, response: Response) -> Iterator[Yielded]:
        """A page of U-Debate: the threads that it links to."""
        links = response.html().strings("//a/@href")
        found = [int(each[1] or each[2]) for link in links if (each := _THREAD.search(link))]
        if not found:
            raise ParseError(f"{response.url} links to no thread of U-Debate")
        for number in dict.fromkeys(found):
            yield _thread(response.run.site, number)

    def parse_thread(self, response: Response) -> Iterator[Yielded]:
        """The print view of a thread."""
        number = int(parse_qs(urlsplit(response.request.url).query)["ThreadId"][0])
        language = _threads(response.run.site).get(number, UNDETERMINED)
        yield Item(f"thread/{number}", udebate.thread(response.html(), language))

    def map(self, item: WholeItem, run: Run) -> Process:
        """A statement or a thread; its id tells which."""
        kind, _, number = item.id.partition("/")
        site, data = run.site, item.part(LIST)
        try:
            if kind == "thread":
                return udebate.process(data, site.url(_PRINT, ThreadId=number), site)
            return profiler.process(data, site.homepage or site.base, site)
        except ValueError as error:
            raise MappingError(f"{item.id}: {error}") from error


def _thread(site: Site, number: int) -> Request:
    return Request(site.url(_PRINT, ThreadId=number), then="parse_thread", expect="html")


def _file(site: Site) -> str:
    name = site.setting("file", _FILE)
    if not isinstance(name, str) or not name or "://" in name:
        raise wrong(site, "file", name, f"the name of a file below base, such as {_FILE}")
    return name


def _threads(site: Site) -> dict[int, str]:
    """The setting ``threads``, checked: languages by number."""
    told = site.setting("threads", {})
    fits = isinstance(told, Mapping) and all(
        str(number).isdecimal() and isinstance(tag, str) and is_tag(tag) for number, tag in told.items()
    )
    if not fits:
        raise wrong(site, "threads", told, 'a table of languages by number, such as { 12 = "el", 13 = "und" }')
    return {int(number): tag for number, tag in told.items()}
