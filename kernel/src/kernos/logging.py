"""The application's logger.

Source: Flask's documentation, "Logging".
"""

from __future__ import annotations

import logging
import sys
import typing as t

from werkzeug.local import LocalProxy

from kernos.globals import _cv_request

if t.TYPE_CHECKING:
    from kernos.app import Kernos


def _current_errors_stream() -> t.TextIO:
    ctx = _cv_request.get(None)
    if ctx is None:
        return sys.stderr
    return t.cast(t.TextIO, ctx.request.environ["wsgi.errors"])


#: The server's error stream during a request, else the process's.
wsgi_errors_stream: t.TextIO = LocalProxy(_current_errors_stream)  # type: ignore[assignment]

#: Added to an application's logger that has no handler.
default_handler = logging.StreamHandler(wsgi_errors_stream)
default_handler.setFormatter(
    logging.Formatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
)


def has_level_handler(logger: logging.Logger) -> bool:
    """Tell whether some handler up the chain takes the logger's effective level."""
    level = logger.getEffectiveLevel()
    current: logging.Logger | None = logger
    while current is not None:
        if any(handler.level <= level for handler in current.handlers):
            return True
        current = current.parent if current.propagate else None
    return False


def create_logger(app: Kernos) -> logging.Logger:
    """Return the logger named like the application, set up if nobody did.

    It logs everything in debug mode unless a level is set, and to
    :data:`default_handler` unless a handler is.
    """
    logger = logging.getLogger(app.name)
    if app.debug and not logger.level:
        logger.setLevel(logging.DEBUG)
    if not has_level_handler(logger):
        logger.addHandler(default_handler)
    return logger
