"""An application written for Flask, for WSGI servers.

``gunicorn 'kernos_flask.wsgi:load("myapp:create_app()")'``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import kernos_flask

if TYPE_CHECKING:
    from kernos_flask.facade.app import Flask


def load(target: str | None = None, *, api: str | None = None) -> Flask:
    """Return the application that ``target`` names, running on Kernos.

    Args:
        target: As ``flask --app`` takes it: ``module``, ``module:name``, ``file.py``,
            ``module:factory("argument")``. None looks at ``FLASK_APP``, then for
            ``wsgi.py`` and ``app.py`` in the working directory.
        api: See :func:`kernos_flask.install`.
    """
    kernos_flask.install(api)
    import os

    from flask.cli import ScriptInfo

    path = target or os.environ.get("FLASK_APP")
    app: Flask = ScriptInfo(app_import_path=path, set_debug_flag=False).load_app()
    return app
