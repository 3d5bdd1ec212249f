"""The template engine: Jinja, as an application of Flask knows it.

Source: Flask's API page, "Template Rendering"; Jinja's API page.
"""

from __future__ import annotations

import os
import typing as t
from functools import lru_cache

from jinja2 import FileSystemLoader

from kernos_templating.environment import Environment
from kernos_templating.environment import furnish
from kernos_templating.loading import DispatchingJinjaLoader

if t.TYPE_CHECKING:
    from jinja2 import BaseLoader
    from jinja2 import Environment as AnyEnvironment
    from jinja2 import Template

    from kernos import Blueprint
    from kernos import Kernos

#: Templates of these suffixes escape what they print.
ESCAPED = (".html", ".htm", ".xml", ".xhtml", ".svg")

#: How many sources given as text are kept compiled, and how long each may be.
COMPILED_SOURCES = 256
COMPILED_LENGTH = 100_000


class JinjaEngine:
    """Load templates by Jinja. One instance serves all threads.

    Args:
        app: The application that it renders for.
    """

    suffixes: tuple[str, ...] = (*ESCAPED, ".txt", ".j2", ".jinja", ".jinja2")

    def __init__(self, app: Kernos) -> None:
        self._app = app
        self._environment: AnyEnvironment | None = None
        self._compiled = lru_cache(COMPILED_SOURCES)(self._compile)

    # --- the contract --------------------------------------------------------------------

    def get_template(self, name: str) -> Template:
        """Return the template called ``name``.

        Raises:
            jinja2.TemplateNotFound: There is none; a LookupError.
        """
        return self._app.jinja_env.get_template(name)  # type: ignore[no-any-return]

    def select_template(self, names: t.Iterable[t.Any]) -> Template:
        """Return the first template that exists; a template object is returned as it is."""
        return self._app.jinja_env.select_template(names)  # type: ignore[no-any-return]

    def from_string(self, source: str) -> Template:
        """Return a template made of ``source``, compiled once while it is in use."""
        environment = self._app.jinja_env
        if len(source) > COMPILED_LENGTH:
            return environment.from_string(source)  # type: ignore[no-any-return]
        return self._compiled(environment, environment.autoescape, source)

    @staticmethod
    def _compile(environment: AnyEnvironment, _autoescape: object, source: str) -> Template:
        return environment.from_string(source)

    # --- Flask's faces ---------------------------------------------------------------------

    @property
    def jinja_env(self) -> AnyEnvironment:
        """The environment, made when it is first needed."""
        if self._environment is None:
            self._environment = self._app.create_jinja_environment()
        return self._environment

    def create_jinja_environment(self) -> AnyEnvironment:
        """Return a new environment with the application's options, names and JSON."""
        app = self._app
        options = dict(app.jinja_options)
        options.setdefault("autoescape", app.select_jinja_autoescape)
        if "auto_reload" not in options:
            reload = app.config["TEMPLATES_AUTO_RELOAD"]
            options["auto_reload"] = app.debug if reload is None else reload
        environment = (app.jinja_environment or Environment)(app, **options)
        furnish(environment, app)
        return t.cast("AnyEnvironment", environment)

    def create_global_jinja_loader(self) -> DispatchingJinjaLoader:
        """Return the loader of all templates of the application."""
        return DispatchingJinjaLoader(self._app)

    def jinja_loader_for(self, holder: Kernos | Blueprint) -> BaseLoader | None:
        """Return the loader of one template folder, None where there is none."""
        if holder.template_folder is None:
            return None
        return FileSystemLoader(os.path.join(holder.root_path, holder.template_folder))

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Tell whether a template escapes what it prints; one without a name does."""
        return True if filename is None else filename.endswith(ESCAPED)

    def set_auto_reload(self, value: bool) -> None:
        """Look for changed files from now on, or no longer."""
        if self._environment is not None:
            self._environment.auto_reload = value
