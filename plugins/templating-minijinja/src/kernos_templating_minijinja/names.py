"""What templates can use by name: Kernos', the plugins' and the application's."""

from __future__ import annotations

import typing as t

import minijinja

from kernos import current_app, g, get_flashed_messages, has_app_context, json, request, session

if t.TYPE_CHECKING:
    from kernos import Kernos

#: What could end a script, open a comment or leave an attribute, as JSON may write it.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&'"})


class Names:
    """The filters, tests and globals of one application, as of this moment.

    Args:
        app: The application, weakly: what MiniJinja holds is never garbage.
    """

    def __init__(self, app: Kernos) -> None:
        self._app = app
        self._contributed = app._plugin_contributions("template_names")
        self._own: dict[str, dict[str, t.Any]] = {
            "filters": {"tojson": self._tojson},
            "tests": {},
            "globals": {
                "url_for": lambda *args, **values: app.url_for(*args, **values),
                "get_flashed_messages": get_flashed_messages,
                "config": app.config,
                "request": request,
                "session": session,
                "g": g,
            },
        }

    def now(self, kind: str) -> dict[str, t.Any]:
        """Return all ``"filters"``, ``"tests"`` or ``"globals"``."""
        return {
            **self._own[kind],
            **self._contributed[kind],
            **getattr(self._app._template_names, kind),
        }

    def _tojson(self, value: t.Any, indent: int | None = None) -> str:
        """Write JSON by the provider in force, for use within a script or an attribute."""
        app = self._app
        here = has_app_context() and current_app == app
        provider: t.Any = json if here else app.json  # a blueprint may have its own
        options = {} if indent is None else {"indent": indent}
        return minijinja.safe(provider.dumps(value, **options).translate(_ESCAPES))


__all__ = ["Names"]
