"""The encoder and decoder classes of Flask 2.2, which providers replaced.

Source: Flask's API page of version 2.2, ``flask.json.JSONEncoder``, ``JSONDecoder``.
"""

from __future__ import annotations

import json
import typing as t
import warnings

from kernos_json.convert import default


def _warn(name: str) -> None:
    warnings.warn(
        f"{name!r} is deprecated. Give the application a provider instead:"
        " app.json, or json_provider_class.",
        DeprecationWarning,
        stacklevel=3,
    )


class JSONEncoder(json.JSONEncoder):
    """Writes dates, UUIDs, decimals, dataclasses and ``__html__`` as the provider does.

    A subclass is assigned to ``json_encoder`` of an application or a blueprint.

    .. deprecated:: 1.0
        Use ``app.json``.
    """

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        _warn("JSONEncoder")

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        # A subclass has warned when it was defined; the provider makes one a call.
        if type(self) is JSONEncoder:
            _warn("JSONEncoder")
        super().__init__(*args, **kwargs)

    def default(self, o: t.Any) -> t.Any:
        """Return a form of ``o`` that JSON has; TypeError when there is none."""
        return default(o)


class JSONDecoder(json.JSONDecoder):
    """The standard library's decoder, unchanged.

    A subclass is assigned to ``json_decoder`` of an application or a blueprint.

    .. deprecated:: 1.0
        Use ``app.json``.
    """

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        _warn("JSONDecoder")

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        if type(self) is JSONDecoder:
            _warn("JSONDecoder")
        super().__init__(*args, **kwargs)


__all__ = ["JSONDecoder", "JSONEncoder"]
