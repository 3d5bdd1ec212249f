"""The template engine: Jinja, as an application of Flask knows it.

Source: Flask's API page, "Template Rendering"; Jinja's API page.
"""

from __future__ import annotations

import threading
import typing as t

from jinja2 import TemplateNotFound, TemplatesNotFound

from kernos import Kernos
from kernos_templating.environment import Environment, furnish
from kernos_templating.explaining import places, searched
from kernos_templating.loading import DispatchingJinjaLoader, folder_loader
from kernos_templating.sources import CompiledSources

if t.TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment as AnyEnvironment, Template

    from kernos import Blueprint

#: Templates of these suffixes escape what they print.
ESCAPED = (".html", ".htm", ".xml", ".xhtml", ".svg")


class JinjaEngine:
    """Load templates by Jinja. One instance serves all threads.

    Args:
        app: The application that it renders for. What Flask's applications override,
            ``create_jinja_environment`` and its sisters, is called on the application.
    """

    suffixes: tuple[str, ...] = (*ESCAPED, ".txt", ".j2", ".jinja", ".jinja2")

    def __init__(self, app: Kernos) -> None:
        self._app = app
        self._environment: AnyEnvironment | None = None
        self._making = threading.RLock()
        self._sources = CompiledSources(app)

    # --- the contract --------------------------------------------------------------------

    def get_template(self, name: str) -> Template:
        """Return the template called ``name``.

        Raises:
            jinja2.TemplateNotFound: There is none; a LookupError.
        """
        environment = self._current_environment()
        try:
            return environment.get_template(name)
        except TemplateNotFound as error:
            if error.message != name:
                raise
            # A loader of the application's own says no more than the name.
            raise TemplateNotFound(name, f"{name} {_searched_by(environment)}") from error

    def select_template(self, names: t.Iterable[t.Any]) -> Template:
        """Return the first template that exists; a template object is returned as it is.

        Raises:
            jinja2.TemplatesNotFound: There is none of them; a LookupError.
        """
        environment = self._current_environment()
        names = list(names)
        try:
            return environment.select_template(names)
        except TemplatesNotFound as error:
            message = f"{error.message} {_searched_by(environment)}"
            raise TemplatesNotFound(names, message) from error

    def from_string(self, source: str) -> Template:
        """Return a template made of ``source``, compiled once while it is in use."""
        return self._sources.get(self._current_environment(), source)

    # --- Flask's faces -------------------------------------------------------------------

    @property
    def jinja_env(self) -> AnyEnvironment:
        """The environment, made when it is first needed."""
        environment = self._environment
        if environment is None:
            with self._making:
                if self._environment is None:
                    self._environment = self._face("create_jinja_environment")()
                environment = self._environment
        return t.cast("AnyEnvironment", environment)

    @jinja_env.setter
    def jinja_env(self, value: AnyEnvironment) -> None:
        self._environment = value

    def create_jinja_environment(self) -> AnyEnvironment:
        """Return a new environment with the application's options, names and JSON."""
        app = self._app
        options = dict(app.jinja_options)
        options.setdefault("autoescape", self._face("select_jinja_autoescape"))
        if "auto_reload" not in options:
            reload = app.config["TEMPLATES_AUTO_RELOAD"]
            options["auto_reload"] = app.debug if reload is None else reload
        environment: AnyEnvironment = (app.jinja_environment or Environment)(app, **options)
        furnish(environment, app)
        return environment

    def create_global_jinja_loader(self) -> DispatchingJinjaLoader:
        """Return the loader of all templates of the application."""
        return DispatchingJinjaLoader(self._app)

    def jinja_loader_for(self, holder: Kernos | Blueprint) -> BaseLoader | None:
        """Return the loader of one template folder, None where there is none."""
        return folder_loader(holder)

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Tell whether a template escapes what it prints; one without a name does."""
        return True if filename is None else filename.endswith(ESCAPED)

    def set_auto_reload(self, value: bool) -> None:
        """Look for changed files from now on, or no longer."""
        if self._environment is not None:
            self._environment.auto_reload = value

    # --- overrides -----------------------------------------------------------------------

    def _current_environment(self) -> AnyEnvironment:
        if self._is_overridden("jinja_env"):
            return t.cast("AnyEnvironment", self._app.jinja_env)
        return self.jinja_env

    def _face(self, name: str) -> t.Any:
        """Return the application's own override of a method, else the engine's method."""
        return getattr(self._app if self._is_overridden(name) else self, name)

    def _is_overridden(self, name: str) -> bool:
        app = self._app
        return name in vars(app) or getattr(type(app), name) is not getattr(Kernos, name)


def _searched_by(environment: AnyEnvironment) -> str:
    loader = environment.loader
    return searched([] if loader is None else places(loader))
