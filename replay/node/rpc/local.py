"""Who may use a server on this machine: local programs, and pages in a browser that come from this machine."""

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

HOSTS: Final = ("127.0.0.1", "localhost", "::1", "[::1]")


def ensure_local(request: web.Request, *, on_loopback: bool = True) -> None:
    """Refuse pages of other origins, and foreign host names that resolve to this machine. Raises: HTTPForbidden."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if on_loopback and host not in HOSTS:
        raise web.HTTPForbidden(text=f"this node answers only to {', '.join(HOSTS[:2])}\n")
    origin = request.headers.get("Origin")
    if origin is not None and (urlsplit(origin).hostname or "") not in HOSTS:
        raise web.HTTPForbidden(text="pages of other origins are refused\n")
