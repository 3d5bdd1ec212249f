"""JSON as views call it: by the application's provider, or its blueprint's.

Source: Flask's API page, "JSON Support".
"""

from __future__ import annotations

import json as _json
import typing as t
import warnings

from kernos.globals import _cv_current_app, current_app

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.contracts import JSONProvider
    from kernos.wrappers import Response


def dumps(obj: t.Any, *, app: Kernos | None = None, **kwargs: t.Any) -> str:
    """Return ``obj`` as JSON text, by the current provider, else by Python's.

    Args:
        obj: The data.
        app: Deprecated: use its provider, ``app.json``.
        **kwargs: Passed on.
    """
    provider = _provider(app)
    if provider is not None:
        return provider.dumps(obj, **kwargs)
    kwargs.setdefault("default", _default)
    return _json.dumps(obj, **kwargs)


def dump(obj: t.Any, fp: t.IO[str], *, app: Kernos | None = None, **kwargs: t.Any) -> None:
    """Write ``obj`` as JSON to a file opened for text; see :func:`dumps`."""
    provider = _provider(app)
    if provider is not None:
        provider.dump(obj, fp, **kwargs)
    else:
        kwargs.setdefault("default", _default)
        _json.dump(obj, fp, **kwargs)


def loads(s: str | bytes, *, app: Kernos | None = None, **kwargs: t.Any) -> t.Any:
    """Return the data in JSON text, by the current provider, else by Python's."""
    provider = _provider(app)
    return (_json if provider is None else provider).loads(s, **kwargs)


def load(fp: t.IO[t.AnyStr], *, app: Kernos | None = None, **kwargs: t.Any) -> t.Any:
    """Return the data in a file of JSON; see :func:`loads`."""
    provider = _provider(app)
    return (_json if provider is None else provider).load(fp, **kwargs)


def jsonify(*args: t.Any, **kwargs: t.Any) -> Response:
    """Return a response that holds the arguments as JSON.

    One positional argument is the value, several are a list, keywords are an object.

    Raises:
        RuntimeError: No application is active.
        TypeError: Positional arguments and keywords are given.
    """
    provider = _provider(None)
    if provider is None:
        provider = current_app.json  # raises, and says why
    return provider.response(*args, **kwargs)


def _provider(app: Kernos | None) -> JSONProvider | None:
    if app is not None:
        warnings.warn(
            "The 'app' argument of the json functions is deprecated: use app.json instead.",
            DeprecationWarning,
            stacklevel=3,
        )
        return app.json
    ctx = _cv_current_app.get(None)
    return None if ctx is None else ctx._json_provider


def _default(obj: t.Any) -> t.Any:
    """Encode what Python's encoder refuses and every provider knows."""
    import dataclasses
    import decimal
    import uuid
    from datetime import date

    from werkzeug.http import http_date

    if isinstance(obj, date):
        return http_date(obj)
    if isinstance(obj, (decimal.Decimal, uuid.UUID)):
        return str(obj)
    if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
        return dataclasses.asdict(obj)
    if hasattr(obj, "__html__"):
        return str(obj.__html__())
    raise TypeError(f"Object of type {type(obj).__name__} is not JSON serializable")
