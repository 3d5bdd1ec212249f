"""What the tests of sessions have in hand."""

from __future__ import annotations

import typing as t
from abc import abstractmethod

import pytest

from kernos.app import Kernos
from kernos.contracts import SessionInterface
from kernos.globals import session
from kernos.helpers import flash, get_flashed_messages
from kernos.sessions import destroy, regenerate
from kernos.testing.client import KernosClient
from kernos.testing.conformance.kit import Kit

#: The keys of the kit's applications are this and more.
KEY = "the kit's, of more than sixteen bytes"


class Subject(Kit):
    """Interfaces, and applications to visit."""

    @abstractmethod
    def make_interface(self) -> SessionInterface:
        """Return a new interface, whose store is empty if it has one."""

    def make_app(self) -> Kernos:
        """Return an application with this kit's interface, and views to visit."""
        components = {**self.others, "sessions": self.make_interface()}
        app = Kernos(__name__, plugins=[], static_folder=None, components=components)
        app.secret_key = KEY
        app.testing = True
        for path, view in VIEWS.items():
            app.add_url_rule(path, path.strip("/").replace("/<value>", "_value"), view)
        return app

    def has(self, method: str) -> bool:
        """Tell whether the interface has an optional method; skip the test otherwise."""
        if not hasattr(self.make_interface(), method):
            pytest.skip(f"the interface has no {method}()")
        return True


def cookie_of(client: KernosClient) -> str:
    """Return the value of a visitor's session cookie."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def _nothing() -> str:
    return ""


def _read() -> dict[str, t.Any]:
    return dict(session)


def _write(value: str = "") -> str:
    session["value"] = value
    return ""


def _keep() -> str:
    session.permanent = True
    return ""


def _drop() -> str:
    session.permanent = False
    return ""


def _empty() -> str:
    session.clear()
    return ""


def _flash() -> str:
    flash("hello", "info")
    return ""


def _flashed() -> list[t.Any]:
    return list(get_flashed_messages(with_categories=True))


def _regenerate() -> str:
    regenerate()
    return ""


def _destroy() -> str:
    destroy()
    return ""


def _renew() -> str:
    destroy()
    return _write("renewed")


#: What a visitor may ask the kit's applications for.
VIEWS: dict[str, t.Callable[..., t.Any]] = {
    "/nothing": _nothing,
    "/read": _read,
    "/write": _write,
    "/write/<value>": _write,
    "/keep": _keep,
    "/drop": _drop,
    "/empty": _empty,
    "/flash": _flash,
    "/flashed": _flashed,
    "/regenerate": _regenerate,
    "/destroy": _destroy,
    "/renew": _renew,
}


__all__ = ["KEY", "VIEWS", "Subject", "cookie_of"]
