"""The web application."""

from __future__ import annotations

from aiohttp import web

from folkmoot_hub.web import api, assets, channels, errors, machines, pages, security, things
from folkmoot_hub.web.asking import FACE
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.routing import Router

#: No address takes a body; this is as much of one as is read before it is refused.
_LARGEST_BODY = 16 * 1024


def create_app(hub: HubFace) -> web.Application:
    """The application that answers for ``hub``: pages, programming interface, things, channels, machines.

    Routes added to its router beside these are asked first.
    """
    app = web.Application(middlewares=[errors.problems], client_max_size=_LARGEST_BODY)
    app[FACE] = hub
    app.on_response_prepare.append(security.add_headers)
    router = Router()
    for part in (pages, api, things, machines, assets):
        part.add_routes(router)
    channels.add_routes(router, hub)
    # One catch-all: our own router reads the raw path, see there.
    app.router.add_route("*", "/{path:.*}", router.__call__)
    return app
