"""The provider of the ``json`` slot on Python's standard library."""

from __future__ import annotations

import json
import typing as t

import kernos
from kernos.contracts import JSONProvider
from kernos.errors import PluginError
from kernos_json import coders
from kernos_json import convert
from kernos_json.reading import read_strict
from kernos_json.reading import refuse_surrogates
from kernos_json.reading import too_deep
from kernos_json.writing import Writer
from kernos_json.writing import make_writer

if t.TYPE_CHECKING:
    from kernos import Kernos
    from kernos import Response

_CODERS = ("json_encoder", "json_decoder")
_COMPACT = (",", ":")
_COMPACT_OPTION = {"separators": _COMPACT}


class DefaultJSONProvider(JSONProvider):
    """Write and read JSON with Python's ``json``.

    Beyond JSON's own types it writes dates as HTTP dates, decimals and UUIDs as text,
    instances of dataclasses as objects, what has ``__html__`` as its HTML, and the
    types that plugins contribute by ``kernos_register_json_types``.

    Source: Flask's API page, ``flask.json.provider.DefaultJSONProvider``.
    """

    #: Called for an object that JSON has no form for; returns one or raises TypeError.
    default: t.Callable[[t.Any], t.Any] = staticmethod(convert.default)

    #: Escape what is not ASCII, for readers that expect it; False is smaller.
    ensure_ascii: bool = True

    #: Write objects with their keys in order, which then must all be strings.
    sort_keys: bool = True

    #: Whether :meth:`response` saves space; None saves it out of debug mode.
    compact: bool | None = None

    mimetype: str = "application/json"

    #: Write and read nothing but JSON as RFC 8259 has it: no NaN, no infinity, no half
    #: pairs of surrogates, and at most :attr:`max_depth` levels. None follows the
    #: application's ``json_strict``, which is True where it has none.
    strict: bool | None = None

    #: How many arrays and objects of a text may stand in each other, while strict.
    max_depth: int = 256

    _settings: tuple[t.Any, ...] = ()
    _writers: tuple[Writer, Writer]
    _types: t.Mapping[type, t.Callable[[t.Any], object]] | None = None
    #: How many blueprints there were, and whether one has a coder class of its own.
    _coder_holders: tuple[int, bool] = (0, False)
    #: Whether the application's class has one; None before it was looked at.
    _class_has_coders: bool | None = None

    def __init__(self, app: Kernos | None = None) -> None:
        super().__init__(app)
        if self.strict is None:
            self.strict = bool(getattr(app, "json_strict", True))

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
        coder = self._coder("json_encoder")
        try:
            if coder is not None or (kwargs and kwargs != _COMPACT_OPTION):
                text = self._dumps_with(coder, obj, kwargs)
            else:
                settings = (self.default, self.ensure_ascii, self.sort_keys, self.strict)
                if settings != self._settings:
                    self._make_writers(settings)
                text = self._writers[1 if kwargs else 0](obj)
        except RecursionError as error:
            raise too_deep("it has too many levels, or holds itself") from error
        if self.strict:
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
            if self.strict:
                return read_strict(s, self.max_depth, kwargs)
            return json.loads(s, **kwargs)
        except RecursionError as error:
            raise too_deep("it has too many levels") from error

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Return a response that holds the arguments as JSON, and a final newline.

        One positional argument is the value itself, several are a list, keyword
        arguments are an object, none is ``null``. The text is indented in debug mode,
        or where :attr:`compact` is False.

        Raises:
            TypeError: Both positional and keyword arguments are given.
            PluginError: A subclass's ``dumps`` does not return text.
        """
        obj = self._prepare_response_obj(args, kwargs)
        app = kernos.current_app if self._app is None else self._app
        if app.debug if self.compact is None else not self.compact:
            text = self.dumps(obj, indent=2)
        else:
            text = self.dumps(obj, separators=_COMPACT)
        if not isinstance(t.cast(object, text), str):
            kind = type(self)
            raise PluginError(
                f"{kind.__module__}.{kind.__qualname__}.dumps returned {type(text).__name__}.",
                why="dumps of a JSON provider returns str",
                fix="return text.decode()   # if it is bytes",
            )
        return app.response_class(text + "\n", mimetype=self.mimetype)

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
            for separators in ((", ", ": "), _COMPACT)
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

    def _with_types(self, default: t.Callable[[t.Any], t.Any]) -> t.Callable[[t.Any], t.Any]:
        if self._types is None:
            ask = getattr(self._app, "contributions", None)
            self._types = {} if ask is None else ask("json_types")
        return convert.with_types(self._types, default)

    def _coder(self, name: str) -> t.Any:
        """Return the deprecated coder class that the blueprint or application has."""
        app: t.Any = self._app
        if app is None or not getattr(app, "_shows_dropped", True):
            return None
        blueprints = app.blueprints
        if self._class_has_coders is None:
            self._class_has_coders = any(getattr(app.__class__, one, None) for one in _CODERS)
        if (
            not self._class_has_coders
            and name not in app.__dict__
            and self._coder_holders == (len(blueprints), False)
        ):
            return None
        found = getattr(app, name, None)
        if len(blueprints) != self._coder_holders[0]:
            self._coder_holders = (
                len(blueprints),
                any(
                    getattr(one, "json_encoder", None) or getattr(one, "json_decoder", None)
                    for one in blueprints.values()
                ),
            )
        if self._coder_holders[1] and kernos.has_request_context():
            blueprint = blueprints.get(kernos.request.blueprint or "")
            found = getattr(blueprint, name, None) or found
        # The stock classes do what is done without them, and would warn.
        return None if found in (coders.JSONEncoder, coders.JSONDecoder) else found


__all__ = ["DefaultJSONProvider"]
