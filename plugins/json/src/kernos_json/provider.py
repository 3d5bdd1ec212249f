"""The provider of the ``json`` slot on Python's standard library."""

from __future__ import annotations

import json
import typing as t
from operator import attrgetter

import kernos
from kernos_json import convert
from kernos_json.reading import read, refuse_surrogates, too_deep
from kernos_json.standard import COMPACT, StandardProvider
from kernos_json.writing import Writer, make_writer

_CODERS = ("json_encoder", "json_decoder")
_settings_of = attrgetter("default", "ensure_ascii", "sort_keys", "strict")


class DefaultJSONProvider(StandardProvider):
    """Write and read JSON with Python's ``json``.

    Beyond JSON's own types it writes dates as HTTP dates, decimals and UUIDs as text,
    instances of dataclasses as objects, what has ``__html__`` as its HTML, and the
    types that plugins contribute by ``kernos_register_json_types``.

    Source: Flask's API page, ``flask.json.provider.DefaultJSONProvider``.
    """

    #: Besides, how deep texts may nest is for the reader alone, and while strict only.
    max_depth: int = 256

    _settings: tuple[t.Any, ...] = ()
    _writers: tuple[Writer, Writer]
    #: How many blueprints there were when neither they nor the application's class had a
    #: coder class of their own.
    _bare: int | None = None

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return ``obj`` as JSON text.

        Args:
            obj: The data.
            **kwargs: Those of ``json.dumps``; ``default``, ``ensure_ascii`` and
                ``sort_keys`` are the attributes' unless given.

        Raises:
            TypeError: ``obj`` holds something that has no form in JSON.
            ValueError: It refers to itself, nests too deep, or holds a number or a
                character that JSON lacks.
        """
        settings = _settings_of(self)
        try:
            coder = self._coder("json_encoder")
            if coder is not None or (kwargs and kwargs != COMPACT):
                text = self._dumps_with(coder, obj, kwargs)
            else:
                if settings != self._settings:
                    self._make_writers(settings)
                text = self._writers[1 if kwargs else 0](obj)
        except RecursionError as error:
            raise too_deep("it has too many levels, or holds itself") from error
        if settings[3] and ("\\u" in text or not text.isascii()):  # strict
            refuse_surrogates(text)
        return text

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Return the data that JSON text holds.

        Args:
            s: Text, or bytes in UTF-8, UTF-16 or UTF-32.
            **kwargs: Those of ``json.loads``.

        Raises:
            ValueError: ``s`` is no JSON, nests too deep, or holds a number or a
                character that JSON lacks.
        """
        coder = self._coder("json_decoder")
        if coder is not None:
            kwargs.setdefault("cls", coder)
        try:
            return read(s, self.max_depth if self.strict else None, kwargs)
        except RecursionError as error:
            raise too_deep("it has too many levels") from error

    def _make_writers(self, settings: tuple[t.Any, ...]) -> None:
        default, ensure_ascii, sort_keys, strict = settings
        convert_object = self._with_types(default)
        plain, compact = (
            make_writer(
                convert_object,
                ensure_ascii=ensure_ascii,
                sort_keys=sort_keys,
                allow_nan=not strict,
                separators=separators,
            )
            for separators in ((", ", ": "), COMPACT["separators"])
        )
        # The writers first: another thread that sees the settings uses them.
        self._writers = (plain, compact)
        self._settings = settings

    def _dumps_with(
        self, coder: type[json.JSONEncoder] | None, obj: t.Any, kwargs: dict[str, t.Any]
    ) -> str:
        """Write with options, or an encoder class, that nothing was prepared for."""
        cls = kwargs.get("cls", coder)
        kwargs["cls"] = cls
        # An argument would hide the method that the class was written for.
        if cls is None or cls.default is json.JSONEncoder.default:
            kwargs.setdefault("default", self._with_types(self.default))
        kwargs.setdefault("ensure_ascii", self.ensure_ascii)
        kwargs.setdefault("sort_keys", self.sort_keys)
        kwargs.setdefault("allow_nan", not self.strict)
        return json.dumps(obj, **kwargs)

    def _with_types(self, default: convert.Convert) -> convert.Convert:
        return convert.with_types(self.contributed_types(), default)

    def _coder(self, name: str) -> t.Any:
        """Return the deprecated coder class that the blueprint or application has."""
        app: t.Any = self._app
        if app is None or (len(app.blueprints) == self._bare and name not in app.__dict__):
            return None
        blueprints = app.blueprints
        holders = (app.__class__, *blueprints.values())
        if not any(getattr(one, coder, None) for one in holders for coder in _CODERS):
            self._bare = len(blueprints)
        if not getattr(app, "_shows_dropped", True):
            return None
        found = getattr(app, name, None)
        if kernos.has_request_context():
            blueprint = blueprints.get(kernos.request.blueprint or "")
            found = getattr(blueprint, name, None) or found
        if found is None:
            return None
        from kernos_json import coders  # which somebody has imported who sets one

        # The stock classes do what is done without them, and would warn.
        return None if found in (coders.JSONEncoder, coders.JSONDecoder) else found


__all__ = ["DefaultJSONProvider"]
