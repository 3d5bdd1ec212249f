"""What lies around an application: folders, files, its logger, its shell, its tests."""

from __future__ import annotations

import os
import typing as t

from kernos import globals as proxies
from kernos.globals import _cv_current_app, _cv_request
from kernos.importing import auto_find_instance_path
from kernos.lazy import lazy

if t.TYPE_CHECKING:
    import logging

    from kernos import typing as kt
    from kernos.ctx import RequestContext
    from kernos.testing.client import KernosClient


def default_context() -> dict[str, t.Any]:
    """Return what every template can use: ``g``, and in a request ``request, session``."""
    found: dict[str, t.Any] = {}
    # The proxies, so that only a template's use makes the one and opens the other.
    if _cv_current_app.get(None) is not None:
        found["g"] = proxies.g
    ctx = _cv_request.get(None)
    if ctx is not None:
        found["request"] = ctx.request
        found["session"] = proxies.session
    return found


class ResourcesMixin:
    """Folders, logger, shell and test helpers of an application."""

    if t.TYPE_CHECKING:
        import_name: str
        instance_path: str
        shell_context_processors: list[kt.ShellContextProcessorCallable]
        testing: bool

        def _first_component(self, slot: str) -> t.Any: ...
        def _plugin_contributions(self, kind: str) -> t.Any: ...
        def request_context(self, environ: t.Any) -> RequestContext: ...

    #: The class of :meth:`test_client`; None takes the framework's.
    test_client_class: type[KernosClient] | None = None
    #: The class of :meth:`test_cli_runner`; None takes the framework's.
    test_cli_runner_class: type[t.Any] | None = None
    #: The framework's own; None takes the kernel's client, and the command line's runner.
    default_test_client_class: t.ClassVar[type[t.Any] | None] = None
    default_test_cli_runner_class: t.ClassVar[type[t.Any] | None] = None

    @lazy
    def name(self) -> str:
        """The module's name; of a program, its file's."""
        if self.import_name != "__main__":
            return self.import_name
        import sys

        file = getattr(sys.modules["__main__"], "__file__", None)
        if file is None:
            return "__main__"
        return str(os.path.splitext(os.path.basename(file))[0])

    @lazy
    def logger(self) -> logging.Logger:
        """The logger named like the application."""
        from kernos.logging import create_logger  # where nothing is logged, none is needed

        return create_logger(t.cast("t.Any", self))

    def auto_find_instance_path(self) -> str:
        """Return where the instance folder is looked for when none is given."""
        return auto_find_instance_path(self.import_name, self.name)

    def open_instance_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = "utf-8"
    ) -> t.IO[t.Any]:
        """Open a file of the instance folder; unlike others it may be written."""
        path = os.path.join(self.instance_path, resource)
        if "b" in mode:
            return open(path, mode)
        return open(path, mode, encoding=encoding)

    def make_shell_context(self) -> dict[str, t.Any]:
        """Return the names of the interactive shell: ``app``, ``g``, and what is added."""
        names: dict[str, t.Any] = {"app": self, "g": proxies.g}
        names.update(self._plugin_contributions("shell_context"))
        for processor in self.shell_context_processors:
            names.update(processor())
        return names

    def test_client(self, use_cookies: bool = True, **kwargs: t.Any) -> KernosClient:
        """Return a client that sends requests to the application without a server.

        Set ``app.testing = True`` first, so that errors reach the test.
        """
        from kernos.testing.client import KernosClient

        kind: t.Any = self.test_client_class or self.default_test_client_class or KernosClient
        app: t.Any = self
        return kind(app, app.response_class, use_cookies=use_cookies, **kwargs)  # type: ignore[no-any-return]

    def test_cli_runner(self, **kwargs: t.Any) -> t.Any:
        """Return a runner whose ``invoke`` runs the application's commands."""
        kind = self.test_cli_runner_class or self.default_test_cli_runner_class
        if kind is not None:
            return kind(self, **kwargs)
        return self._first_component("cli").runner(self, **kwargs)

    def test_request_context(self, *args: t.Any, **kwargs: t.Any) -> RequestContext:
        """Return the context of a made-up request, to be used with ``with``.

        Takes the arguments of the test client's methods: path, ``method``, ``data`` …
        """
        from kernos.testing.client import EnvironBuilder

        builder = EnvironBuilder(t.cast("t.Any", self), *args, **kwargs)
        try:
            environ = builder.get_environ()
        finally:
            builder.close()
        return self.request_context(environ)
