"""An application's stand-in, and one request through an interface."""

from __future__ import annotations

import logging
import typing as t
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

KEY = "a key of more than sixteen bytes"


class StandIn:
    """As much of an application as sessions ask for."""

    def __init__(self, secret_key: t.Any = KEY, **config: t.Any) -> None:
        self.config: dict[str, t.Any] = {
            "SECRET_KEY_FALLBACKS": None,
            "SESSION_COOKIE_NAME": "session",
            "SESSION_COOKIE_DOMAIN": None,
            "SESSION_COOKIE_PATH": None,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": False,
            "SESSION_COOKIE_PARTITIONED": False,
            "SESSION_COOKIE_SAMESITE": None,
            "SESSION_REFRESH_EACH_REQUEST": True,
            "APPLICATION_ROOT": "/",
            **config,
        }
        self.secret_key = secret_key
        self.debug = False
        self.testing = False
        self.permanent_session_lifetime = timedelta(days=31)
        self.logger = logging.getLogger("stand-in")
        self.tags: list[type] = []
        self.asked = 0

    def contributions(self, kind: str) -> list[type]:
        assert kind == "session_tags"
        self.asked += 1
        return self.tags


@dataclass
class Visit:
    """One request: the session in the middle, what the response says at the end."""

    app: t.Any
    interface: t.Any
    cookie: str | None = None
    response: Response = field(default_factory=Response)

    def __enter__(self) -> t.Any:
        headers = {} if self.cookie is None else {"Cookie": f"session={self.cookie}"}
        request = Request(EnvironBuilder(headers=headers).get_environ())
        self.session = self.interface.open_session(self.app, request)
        return self.session

    def __exit__(self, kind: object, *exc_info: object) -> None:
        if kind is None:
            self.interface.save_session(self.app, self.session, self.response)

    @property
    def header(self) -> str | None:
        return self.response.headers.get("Set-Cookie")

    @property
    def sent(self) -> str | None:
        """The value of the cookie that was sent; empty when it was deleted."""
        return None if self.header is None else self.header.partition(";")[0].partition("=")[2]

    @property
    def varies(self) -> bool:
        return "Cookie" in self.response.vary


@pytest.fixture(name="StandIn")
def _stand_in() -> type[StandIn]:
    return StandIn


@pytest.fixture(name="Visit")
def _visit() -> type[Visit]:
    return Visit
