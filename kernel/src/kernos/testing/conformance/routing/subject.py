"""What the tests of a router have in hand."""

from __future__ import annotations

import typing as t
from abc import abstractmethod

from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.test import create_environ

from kernos.app import Kernos
from kernos.contracts import Router
from kernos.testing.conformance.kit import Kit


class Reversed(BaseConverter):
    """A converter of an application's own."""

    def to_python(self, value: str) -> str:
        """Return the text from back to front; one with a 0 is refused."""
        if "0" in value:
            raise ValidationError
        if value == "bug":
            raise ValueError("a bug of the converter's")
        return value[::-1]

    def to_url(self, value: t.Any) -> str:
        """Return it as it was."""
        return super().to_url(str(value)[::-1])


class Subject(Kit):
    """Applications whose router is tested."""

    @abstractmethod
    def make_router(self, app: Kernos) -> Router:
        """Return a new router for an application that is just being made."""

    def make_app(self) -> Kernos:
        """Return an application whose router is this kit's, with no route yet."""
        components = {**self.others, "routing": self.make_router}
        return Kernos(__name__, plugins=[], static_folder=None, components=components)

    def match(
        self, app: Kernos, path: str, method: str = "GET", **options: t.Any
    ) -> tuple[t.Any, dict[str, t.Any]]:
        """Return endpoint and arguments of what answers a path."""
        environ = create_environ(path, method=method, **options)
        rule, arguments = app.router.match(environ)
        return rule.endpoint, arguments


__all__ = ["Reversed", "Subject"]
