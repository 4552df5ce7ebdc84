"""The web application."""

from __future__ import annotations

import logging
from typing import Any, Final

from aiohttp import web
from aiohttp.http import HttpProcessingError

from folkmoot_hub.web import api, assets, channels, errors, machines, pages, security, things
from folkmoot_hub.web.asking import FACE
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.keeping import KEPT, Keep
from folkmoot_hub.web.routing import Router

#: No address takes a body; this is as much of one as is read before it is refused.
_LARGEST_BODY = 16 * 1024
#: Beyond this the server refuses a line by itself, with a 400 that names nothing.
_LONGEST_LINE = 64 * 1024


def create_app(hub: HubFace) -> web.Application:
    """The application that answers for ``hub``: pages, programming interface, things, channels, machines.

    Routes added to its router beside these are asked first.
    """
    app = web.Application(middlewares=[errors.problems], client_max_size=_LARGEST_BODY)
    app[FACE] = hub
    app[KEPT] = Keep()
    app.on_response_prepare.append(security.add_headers)
    router = Router()
    for part in (pages, api, things, machines, assets):
        part.add_routes(router)
    channels.add_routes(router, hub)
    # One catch-all: our own router reads the raw path, see there.
    app.router.add_route("*", "/{path:.*}", router.__call__)
    return app


def create_runner(app: web.Application, **options: Any) -> web.AppRunner:
    """What serves ``app``, without an access log: whoever reads here is not written down.

    Lines of 64 KB are read, so that a wrong parameter of any likely length is still named. A request that is no HTTP is
    answered with 400 and not written down, either. ``options`` are further ones of :class:`aiohttp.web.AppRunner`.
    """
    options |= {"max_line_size": _LONGEST_LINE, "max_field_size": _LONGEST_LINE, "logger": _LOG}
    return web.AppRunner(app, access_log=None, **options)


class _Ours(logging.Filter):
    """Lets pass what went wrong here, and not what a client sent that is no HTTP."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether ``record`` is written."""
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_LOG: Final = logging.getLogger(__name__)
_LOG.addFilter(_Ours())
