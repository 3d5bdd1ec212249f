"""What Kernos' providers have in common, whichever library writes and reads."""

from __future__ import annotations

import typing as t

import kernos
from kernos.contracts import JSONProvider
from kernos.contracts.own_names import asked_of
from kernos.errors import PluginError
from kernos_json import convert

if t.TYPE_CHECKING:
    from kernos import Kernos, Response

_COMPACT = (",", ":")
#: The options of ``dumps`` for a text that saves space.
COMPACT: dict[str, t.Any] = {"separators": _COMPACT}


class StandardProvider(JSONProvider):
    """The settings of a provider, and the response that holds what it writes.

    Subclass it and write ``dumps`` and ``loads``. One instance serves all threads.

    Args:
        app: The application that is served, or None.
    """

    #: Called for an object that JSON has no form for; returns one or raises TypeError.
    default: convert.Convert = staticmethod(convert.default)

    #: Escape what is not ASCII, for readers that expect it; False is smaller.
    ensure_ascii: bool = True

    #: Write objects with their keys in order, which then must all be strings.
    sort_keys: bool = True

    #: Whether :meth:`response` saves space; None saves it out of debug mode.
    compact: bool | None = None

    mimetype: str = "application/json"

    #: Write and read nothing but JSON as RFC 8259 has it: no NaN, no infinity, no half
    #: pairs of surrogates. None follows the application's ``json_strict``, which is
    #: True where it has none.
    strict: bool | None = None

    #: How many arrays and objects of a text may stand in each other.
    max_depth: int = 256

    _types: t.Mapping[type, convert.Convert] | None = None

    def __init__(self, app: Kernos | None = None) -> None:
        super().__init__(app)
        if self.strict is None:
            self.strict = bool(asked_of(app, "json_strict", True))

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Return a response that holds the arguments as JSON, and a final newline.

        One positional argument is the value itself, several are a list, keyword
        arguments are an object, none is ``null``. The text is indented in debug mode,
        or where :attr:`compact` is False.

        Raises:
            TypeError: Both positional and keyword arguments are given.
            PluginError: A subclass's ``dumps`` does not return text.
        """
        # As in Flask, not the contract's own: a patch of that one is none of this one.
        return self._respond(args, kwargs)

    _text_response = response

    def _response_text(self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]) -> str:
        """Return the text of a response; its arguments are :meth:`response`'s."""
        obj = self._prepare_response_obj(args, kwargs)
        app = kernos.current_app if self._app is None else self._app
        text: t.Any  # what a subclass's is, is to be seen
        if app.debug if self.compact is None else not self.compact:
            text = self.dumps(obj, indent=2)
        else:
            text = self.dumps(obj, separators=_COMPACT)
        if not isinstance(text, str):
            kind = type(self)
            raise PluginError(
                f"{kind.__module__}.{kind.__qualname__}.dumps returned {type(text).__name__}.",
                why="dumps of a JSON provider returns str",
                fix="return text.decode()   # if it is bytes",
            )
        return text + "\n"

    def contributed_types(self) -> t.Mapping[type, convert.Convert]:
        """Return how plugins write types of their own; it grows with late plugins."""
        if self._types is None:
            ask = asked_of(self._app, "contributions", None)
            self._types = {} if ask is None else ask("json_types")
        return self._types


__all__ = ["COMPACT", "StandardProvider"]
