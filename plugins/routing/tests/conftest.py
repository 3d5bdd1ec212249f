"""An application as the router sees one, and nothing more of it."""

from __future__ import annotations

from typing import Any

import pytest
from kernos_routing import WerkzeugRouter
from werkzeug.exceptions import BadRequest
from werkzeug.test import create_environ
from werkzeug.wrappers import Request

CONFIG = {
    "SERVER_NAME": None,
    "APPLICATION_ROOT": "/",
    "PREFERRED_URL_SCHEME": "http",
    "TRUSTED_HOSTS": None,
}


class GuardedRequest(Request):
    """A request that knows a bad host, as the kernel's does."""

    @property
    def host(self) -> str:
        if "@" in self.environ.get("HTTP_HOST", ""):
            raise BadRequest
        return super().host


class App:
    """What the router reads."""

    url_map_class = None
    url_rule_class = None
    request_class = GuardedRequest

    def __init__(
        self, *, host_matching: bool = False, subdomain_matching: bool = False, **config: Any
    ) -> None:
        self.host_matching = host_matching
        self.subdomain_matching = subdomain_matching
        self.config = {**CONFIG, **config}
        self.router = WerkzeugRouter(self)


class Context:
    """A request's context."""

    def __init__(self, app: App, path: str = "/", base_url: str | None = None, **kw: Any) -> None:
        self.environ = create_environ(path, base_url, **kw)
        self.request = app.request_class(self.environ)
        self.url_adapter = app.router.create_url_adapter(self.request)


class AppContext:
    """An application's context."""

    def __init__(self, app: App) -> None:
        self.url_adapter = app.router.create_url_adapter(None)


@pytest.fixture
def app() -> App:
    """An application without any settings."""
    return App()
