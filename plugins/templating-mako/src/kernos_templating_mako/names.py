"""What templates can use by name: Kernos', the plugins' and the application's."""

from __future__ import annotations

import typing as t

from markupsafe import Markup

from kernos import current_app, g, get_flashed_messages, has_app_context, json, request, session

if t.TYPE_CHECKING:
    from kernos import Kernos

#: What could end a script, open a comment or leave an attribute, as JSON may write it.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&'"})


class Names:
    """The filters, tests and globals of one application; to Mako all are functions.

    Args:
        app: The application.
    """

    def __init__(self, app: Kernos) -> None:
        self._app = app
        self._contributed = app._plugin_contributions("template_names")
        self._own: dict[str, t.Any] = {
            "url_for": lambda *args, **values: app.url_for(*args, **values),
            "get_flashed_messages": get_flashed_messages,
            "config": app.config,
            "request": request,
            "session": session,
            "g": g,
            "tojson": self._tojson,
        }

    def now(self) -> dict[str, t.Any]:
        """Return all names, as of this moment; of equal ones globals win, then filters."""
        names = dict(self._own)
        for table in (self._contributed, vars(self._app._template_names)):
            for kind in ("tests", "filters", "globals"):
                names.update(table[kind])
        return names

    def _tojson(self, value: t.Any, indent: int | None = None) -> Markup:
        """Write JSON by the provider in force, for use within a script or an attribute."""
        app = self._app
        here = has_app_context() and current_app == app
        provider: t.Any = json if here else app.json  # a blueprint may have its own
        options = {} if indent is None else {"indent": indent}
        text: str = provider.dumps(value, **options)
        return Markup(text.translate(_ESCAPES))  # noqa: S704 - what could do harm is escaped


__all__ = ["Names"]
