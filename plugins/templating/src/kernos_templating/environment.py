"""The Jinja environment of an application, whose names are read where they are kept.

Source: Flask's page "Templates"; Jinja's API page.
"""

from __future__ import annotations

import typing as t
from collections import ChainMap

import jinja2
from jinja2.runtime import new_context

from kernos import current_app, g, get_flashed_messages, has_app_context, json, request, session
from kernos.errors import PluginError
from kernos_templating.names import LiveNames

if t.TYPE_CHECKING:
    from jinja2.runtime import Context

    from kernos import Kernos


class Template(jinja2.Template):
    """A template that gathers the names of all tables at once before it renders."""

    def new_context(
        self,
        vars: dict[str, t.Any] | None = None,
        shared: bool = False,
        locals: t.Mapping[str, t.Any] | None = None,
    ) -> Context:
        """Return what the template's code reads its names from; see Jinja's."""
        names = self.globals
        if type(names) is ChainMap:
            own, live = names.maps
            if isinstance(live, LiveNames):
                names = {**live.merged(), **own}
        return new_context(self.environment, self.name, self.blocks, vars, shared, names, locals)


class Environment(jinja2.Environment):
    """A Jinja environment that knows its application.

    Args:
        app: The application; by default its loader is the environment's.
        **options: For ``jinja2.Environment``.
    """

    template_class = Template

    def __init__(self, app: Kernos, **options: t.Any) -> None:
        if "loader" not in options:
            options["loader"] = app.create_global_jinja_loader()
        super().__init__(**options)
        self.app = app


def furnish(environment: jinja2.Environment, app: Kernos) -> None:
    """Give an environment the application's names, live, and its JSON.

    Args:
        environment: Of any class: an application may bring its own.
        app: The application.
    """
    environment.globals.update(
        url_for=app.url_for,
        get_flashed_messages=get_flashed_messages,
        config=app.config,
        # Proxies, so that a template that was imported without the context has them.
        request=request,
        session=session,
        g=g,
    )
    contributed = app._plugin_contributions("template_names")
    for kind in ("filters", "tests", "globals"):
        own = getattr(environment, kind)
        table = getattr(app._template_names, kind)
        setattr(environment, kind, LiveNames(table, contributed[kind], own))
    environment.policies["json.dumps_function"] = _dumps_of(app)


def _dumps_of(app: Kernos) -> t.Callable[..., str]:
    """Return what the filter ``tojson`` writes with: the provider in force."""

    def dumps(obj: t.Any, **kwargs: t.Any) -> str:
        if has_app_context() and current_app == app:
            text: object = json.dumps(obj, **kwargs)  # a blueprint may have its own
        else:
            text = app.json.dumps(obj, **kwargs)
        if not isinstance(text, str):
            raise PluginError(
                f"The JSON provider {type(app.json).__name__} returned"
                f" {type(text).__name__} for the filter tojson.",
                why="dumps() returns text",
                fix="def dumps(self, obj, **kwargs) -> str: …",
            )
        return text

    return dumps
