"""The contract of the ``json`` slot."""

from __future__ import annotations

import typing as t
import weakref

from kernos.contracts.own_names import asked_of
from kernos.errors import PluginError

if t.TYPE_CHECKING:
    from kernos.app import Kernos
    from kernos.wrappers import Response


class JSONProvider:
    """How one application reads and writes JSON.

    Subclass it and write :meth:`dumps` and :meth:`loads`; the rest is inherited.
    One instance serves all threads: keep no request's state on ``self``.

    Args:
        app: The application that is served; None for use without one, in which
            case :meth:`response` uses the current application. It is kept as a
            weak proxy in ``_app``, so that provider and application are no cycle.

    Source: Flask's API page, ``flask.json.provider.JSONProvider``.
    """

    #: Set by :meth:`response`.
    mimetype: str = "application/json"

    def __init__(self, app: Kernos | None = None) -> None:
        self._app: Kernos = None if app is None else weakref.proxy(app)  # type: ignore[assignment]

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return ``obj`` as JSON text.

        Args:
            obj: The data.
            **kwargs: Passed on to the library behind the provider.

        Raises:
            TypeError: ``obj`` holds something that has no form in JSON.
            ValueError: ``obj`` refers to itself, or holds a number JSON lacks.
        """
        raise NotImplementedError

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Return the data that the JSON text ``s`` holds.

        Args:
            s: Text, or bytes in UTF-8, UTF-16 or UTF-32.
            **kwargs: Passed on to the library behind the provider.

        Raises:
            ValueError: ``s`` is not JSON, or nests deeper than the provider reads.
        """
        raise NotImplementedError

    def dump(self, obj: t.Any, fp: t.IO[str], **kwargs: t.Any) -> None:
        """Write ``obj`` as JSON to a file opened for text, which should be UTF-8."""
        fp.write(self.dumps(obj, **kwargs))

    def load(self, fp: t.IO[t.Any], **kwargs: t.Any) -> t.Any:
        """Return the data in a file opened for text, or for bytes in UTF-8."""
        return self.loads(fp.read(), **kwargs)

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Return a response that holds the arguments as JSON.

        One positional argument is the value itself, several are a list, keyword
        arguments are an object, none is ``null``.

        Raises:
            TypeError: Both positional and keyword arguments are given.
            PluginError: :meth:`dumps` returned no text.
        """
        return self._respond(args, kwargs)

    #: The response that is :meth:`_response_text` and no more: who sends it may ask for the
    #: text alone. A subclass's own ``response`` is another, unless it says so again.
    _text_response = response

    def _respond(self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]) -> Response:
        app: t.Any = self._app
        if app is None:
            import kernos

            app = kernos.current_app
        text = self._response_text(args, kwargs)
        return t.cast("Response", app.response_class(text, mimetype=self.mimetype))

    def _response_text(self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]) -> str:
        """Return the text of a response; its arguments are :meth:`response`'s."""
        obj = self._prepare_response_obj(args, kwargs)
        text: t.Any = self.dumps(obj)
        # Flask takes bytes, and programs written for it return them.
        lenient = not asked_of(self._app, "json_strict", True)
        if not isinstance(text, (str, bytes) if lenient else str):
            name_of = getattr(self._app, "_name_of_component", lambda one: type(one).__name__)
            raise PluginError(
                f"The JSON provider {name_of(self)} returned {type(text).__name__} from dumps().",
                why="a response is made of text",
                fix="def dumps(self, obj, **kwargs) -> str: ...",
            )
        return t.cast(str, text)

    def _prepare_response_obj(self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]) -> t.Any:
        if args and kwargs:
            raise TypeError("app.json.response() takes either args or kwargs, not both")
        if args:
            return args[0] if len(args) == 1 else args
        return kwargs or None
