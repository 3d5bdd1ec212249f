"""The Jinja environment of an application, whose names are read where they are kept.

Source: Flask's page "Templates"; Jinja's API page.
"""

from __future__ import annotations

import typing as t
from collections import ChainMap

import jinja2

from kernos import g
from kernos import get_flashed_messages
from kernos import has_request_context
from kernos import json
from kernos import request
from kernos import session

if t.TYPE_CHECKING:
    from kernos import Kernos


class Environment(jinja2.Environment):
    """A Jinja environment that knows its application.

    Args:
        app: The application; by default its loader is the environment's.
        **options: For ``jinja2.Environment``.
    """

    def __init__(self, app: Kernos, **options: t.Any) -> None:
        if "loader" not in options:
            options["loader"] = app.create_global_jinja_loader()
        super().__init__(**options)
        self.app = app


def furnish(environment: jinja2.Environment, app: Kernos) -> None:
    """Give an environment the application's names, live, and its JSON.

    What is assigned to the environment wins over what the application and then its
    plugins define, and that over Jinja's own.
    """
    contributed = app.contributions("template_names")
    env: t.Any = environment
    for kind in ("filters", "tests", "globals"):
        own: dict[str, t.Any] = {}
        jinja = getattr(env, kind)
        layers = ChainMap(own, getattr(app.template_names, kind), contributed[kind], jinja)
        setattr(env, kind, layers)
    environment.globals.maps[-1].update(  # type: ignore[attr-defined]
        url_for=app.url_for,
        get_flashed_messages=get_flashed_messages,
        config=app.config,
        # Proxies, so that a template that was imported without the context has them.
        request=request,
        session=session,
        g=g,
    )

    def dumps(obj: t.Any, **kwargs: t.Any) -> str:
        provider: t.Any = json if has_request_context() else app.json
        return t.cast(str, provider.dumps(obj, **kwargs))

    environment.policies["json.dumps_function"] = dumps
