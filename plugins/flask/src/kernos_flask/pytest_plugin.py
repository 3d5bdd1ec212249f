"""``pytest -p kernos_flask.pytest_plugin``: the tests meet Kernos as ``flask``.

A plugin named by ``-p`` is imported before those that pytest finds for itself, some
of which import ``flask`` at once.
"""

from __future__ import annotations

import kernos_flask

kernos_flask.install()


def pytest_report_header() -> str:
    """Say in the report's header what answers ``import flask``."""
    return f"flask: {kernos_flask.FLASK_VERSION}, answered by kernos"
