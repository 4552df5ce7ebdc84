"""Files shipped with a connector: requests for ``package:<file>``."""

from __future__ import annotations

import asyncio
import importlib
import importlib.resources
from collections.abc import Callable
from pathlib import PurePosixPath

from folkmoot_hub.clock import Clock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import NotAllowed, NotFound
from folkmoot_hub.fetch.checks import check
from folkmoot_hub.fetch.protocol import Fetched, Fetcher, Validators

SCHEME = "package:"
_TYPES = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".toml": "application/toml",
    ".ttl": "text/turtle; charset=utf-8",
}


class PackageFetcher:
    """Reads files of a connector's own package. ``module_of`` gives the name of the module of a site's connector."""

    def __init__(self, module_of: Callable[[Site], str], clock: Clock) -> None:
        self._module_of = module_of
        self._clock = clock

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The file that ``request`` names, relative to the package that holds the connector's module."""
        name = _checked(request.url)
        body = await asyncio.to_thread(_read, self._module_of(site), name)
        headers = {"content-type": _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")}
        check(request, 200, headers, body)
        return Fetched(
            url=request.url, status=200, headers=headers, body=body, fetched_at=self._clock.now(), size=len(body)
        )

    async def close(self) -> None:
        """Nothing is held open."""


class WithPackages:
    """Sends requests for ``package:<file>`` to one fetcher and all others to another."""

    def __init__(self, inner: Fetcher, packages: Fetcher) -> None:
        self._inner = inner
        self._packages = packages

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The answer of whichever the request is for."""
        chosen = self._packages if request.url.startswith(SCHEME) else self._inner
        return await chosen.fetch(request, site, validators)

    async def close(self) -> None:
        """Close both."""
        await self._inner.close()
        await self._packages.close()


def _checked(url: str) -> str:
    name = url.removeprefix(SCHEME)
    parts = name.split("/")
    if not url.startswith(SCHEME) or "\\" in name or "\0" in name or any(part in {"", ".", ".."} for part in parts):
        raise NotAllowed(f"{url} names no file of the connector's package; allowed: such as {SCHEME}data/list.json")
    return name


def _read(module: str, name: str) -> bytes:
    try:
        package = importlib.import_module(module).__spec__
        anchor = (package.parent if package else None) or module
        return importlib.resources.files(anchor).joinpath(*name.split("/")).read_bytes()
    except (ModuleNotFoundError, TypeError) as error:
        raise NotFound(f"{SCHEME}{name}: the connector's package {module} cannot be found: {error}") from None
    except OSError:
        raise NotFound(f"{SCHEME}{name}: the package {anchor} ships no such file") from None
