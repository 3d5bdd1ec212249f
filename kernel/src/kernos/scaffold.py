"""What an application and a blueprint share: routes, functions, handlers, folders.

Source: Flask's API page, "Application Object" and "Blueprint Objects".
"""

from __future__ import annotations

import os
import typing as t
from collections import defaultdict
from functools import update_wrapper

from werkzeug.exceptions import HTTPException, NotFound, default_exceptions

from kernos import globals as proxies
from kernos.dropped import Dropped
from kernos.errors import SetupError
from kernos.importing import get_root_path

if t.TYPE_CHECKING:
    from datetime import timedelta

    from kernos import typing as kt
    from kernos.wrappers import Response

F = t.TypeVar("F", bound=t.Callable[..., t.Any])

_sentinel = object()


def setupmethod(f: F) -> F:
    """Refuse the method once set-up has ended."""
    name = f.__name__

    def checked(self: Scaffold, *args: t.Any, **kwargs: t.Any) -> t.Any:
        self._check_setup_finished(name)
        return f(self, *args, **kwargs)

    return t.cast(F, update_wrapper(checked, f))


class Scaffold:
    """The registrations that an application and a blueprint have in common.

    The tables are plain dictionaries, keyed by blueprint name with None for the
    application itself. They stay live: what changes one later is seen by the next
    request. Only the methods refuse after set-up.

    Args:
        import_name: The module it is defined in, usually ``__name__``.
        static_folder: Files to serve, relative to ``root_path``.
        static_url_path: Where to serve them; by default the folder's name.
        template_folder: Templates, relative to ``root_path``.
        root_path: The folder that the others start from; by default the module's.
    """

    name: str
    _static_folder: str | None = None
    _static_url_path: str | None = None

    #: The deprecated coders of JSON; None leaves the provider its own.
    json_encoder: t.Any = Dropped("components={'json': …} or app.json")
    json_decoder: t.Any = Dropped("components={'json': …} or app.json")

    def __init__(
        self,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        root_path: str | None = None,
    ) -> None:
        self.import_name = import_name
        self.static_folder = static_folder
        self.static_url_path = static_url_path
        self.template_folder = template_folder
        self.root_path = get_root_path(import_name) if root_path is None else root_path
        self.view_functions: dict[str, kt.RouteCallable] = {}
        self.error_handler_spec: dict[
            str | None, dict[int | None, dict[type[Exception], kt.ErrorHandlerCallable]]
        ] = defaultdict(lambda: defaultdict(dict))
        self.before_request_funcs: dict[str | None, list[t.Any]] = defaultdict(list)
        self.after_request_funcs: dict[str | None, list[t.Any]] = defaultdict(list)
        self.teardown_request_funcs: dict[str | None, list[t.Any]] = defaultdict(list)
        self.template_context_processors: dict[str | None, list[t.Any]] = defaultdict(list)
        self.url_value_preprocessors: dict[str | None, list[t.Any]] = defaultdict(list)
        self.url_default_functions: dict[str | None, list[t.Any]] = defaultdict(list)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    def _check_setup_finished(self, f_name: str) -> None:
        raise NotImplementedError

    # --- folders ---------------------------------------------------------------------

    @property
    def static_folder(self) -> str | None:
        """The absolute path of the static folder; None serves no files."""
        if self._static_folder is None:
            return None
        return os.path.join(self.root_path, self._static_folder)

    @static_folder.setter
    def static_folder(self, value: str | os.PathLike[str] | None) -> None:
        self._static_folder = None if value is None else os.fspath(value).rstrip(r"\/")

    @property
    def has_static_folder(self) -> bool:
        """Whether a static folder is set; it need not exist."""
        return self.static_folder is not None

    @property
    def static_url_path(self) -> str | None:
        """Where static files are served; by default the folder's own name."""
        if self._static_url_path is not None:
            return self._static_url_path
        if self.static_folder is None:
            return None
        return f"/{os.path.basename(self.static_folder)}".rstrip("/")

    @static_url_path.setter
    def static_url_path(self, value: str | None) -> None:
        self._static_url_path = None if value is None else value.rstrip("/")

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Return how long a file may be cached, in seconds; None asks each time.

        By default ``SEND_FILE_MAX_AGE_DEFAULT``, a number or a timedelta.
        """
        value: int | timedelta | None = proxies.current_app.config["SEND_FILE_MAX_AGE_DEFAULT"]
        if value is None or isinstance(value, int):
            return value
        return int(value.total_seconds())

    def send_static_file(self, filename: str) -> Response:
        """Return a response that sends a file of the static folder.

        Raises:
            RuntimeError: There is no static folder.
        """
        if not self.has_static_folder:
            raise RuntimeError(f"{self!r} has no static folder: set 'static_folder'.")
        from kernos.helpers import is_hidden, send_from_directory

        folder = t.cast(str, self.static_folder)
        if not proxies.current_app._serves_hidden_files and is_hidden(folder, filename):
            raise NotFound
        return send_from_directory(
            folder,
            filename,
            max_age=self.get_send_file_max_age(filename),
        )

    def open_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = None
    ) -> t.IO[t.Any]:
        """Open a file for reading, by its path below ``root_path``.

        Args:
            resource: The path.
            mode: ``"r"``, ``"rt"`` or ``"rb"``.
            encoding: For text; UTF-8 by default.

        Raises:
            ValueError: The mode is not for reading.
        """
        if mode not in ("r", "rt", "rb"):
            raise ValueError("Resources can only be opened for reading.")
        path = os.path.join(self.root_path, resource)
        if mode == "rb":
            return open(path, mode)
        return open(path, mode, encoding=encoding or "utf-8")

    # --- routes ----------------------------------------------------------------------

    def _method_route(
        self, method: str, rule: str, options: dict[str, t.Any]
    ) -> t.Callable[[F], F]:
        if "methods" in options:
            raise TypeError(
                f"'{method.lower()}()' takes no 'methods'."
                " Use the 'route' decorator to name several."
            )
        return self.route(rule, methods=[method], **options)

    @setupmethod
    def get(self, rule: str, **options: t.Any) -> t.Callable[[F], F]:
        """Route GET requests; like :meth:`route`."""
        return self._method_route("GET", rule, options)

    @setupmethod
    def post(self, rule: str, **options: t.Any) -> t.Callable[[F], F]:
        """Route POST requests; like :meth:`route`."""
        return self._method_route("POST", rule, options)

    @setupmethod
    def put(self, rule: str, **options: t.Any) -> t.Callable[[F], F]:
        """Route PUT requests; like :meth:`route`."""
        return self._method_route("PUT", rule, options)

    @setupmethod
    def delete(self, rule: str, **options: t.Any) -> t.Callable[[F], F]:
        """Route DELETE requests; like :meth:`route`."""
        return self._method_route("DELETE", rule, options)

    @setupmethod
    def patch(self, rule: str, **options: t.Any) -> t.Callable[[F], F]:
        """Route PATCH requests; like :meth:`route`."""
        return self._method_route("PATCH", rule, options)

    @setupmethod
    def route(self, rule: str, **options: t.Any) -> t.Callable[[F], F]:
        """Decorate a view: call it for requests that match ``rule``.

        Args:
            rule: The URL rule.
            **options: As for :meth:`add_url_rule`, and ``endpoint``.
        """

        def decorator(f: F) -> F:
            self.add_url_rule(rule, options.pop("endpoint", None), f, **options)
            return f

        return decorator

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: kt.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        """Add a URL rule.

        Args:
            rule: The URL rule, which starts with a slash.
            endpoint: The name for :func:`url_for`; by default the view's own name.
            view_func: The view; it may also come later, into ``view_functions``.
            provide_automatic_options: Whether OPTIONS is answered by itself.
            **options: ``methods``, ``defaults``, ``subdomain`` … for the router.
        """
        raise NotImplementedError

    @setupmethod
    def endpoint(self, endpoint: str) -> t.Callable[[F], F]:
        """Decorate a view: call it for rules that were added with this endpoint."""

        def decorator(f: F) -> F:
            self.view_functions[endpoint] = f
            return f

        return decorator

    # --- functions around each request -----------------------------------------------

    @setupmethod
    def before_request(self, f: F) -> F:
        """Call a function before each view; what it returns, if not None, is the answer."""
        self.before_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def after_request(self, f: F) -> F:
        """Call a function with each response; it returns the response to send."""
        self.after_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def teardown_request(self, f: F) -> F:
        """Call a function when the request's context ends, with the error or None."""
        self.teardown_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def context_processor(self, f: F) -> F:
        """Call a function before each template; what it returns are variables."""
        self.template_context_processors[None].append(f)
        return f

    @setupmethod
    def url_value_preprocessor(self, f: F) -> F:
        """Call a function with endpoint and arguments before each view; it may change them."""
        self.url_value_preprocessors[None].append(f)
        return f

    @setupmethod
    def url_defaults(self, f: F) -> F:
        """Call a function with endpoint and arguments before a URL is built."""
        self.url_default_functions[None].append(f)
        return f

    # --- errors ------------------------------------------------------------------------

    @setupmethod
    def errorhandler(self, code_or_exception: type[Exception] | int) -> t.Callable[[F], F]:
        """Decorate a function: it answers errors of a class or a status code."""

        def decorator(f: F) -> F:
            self.register_error_handler(code_or_exception, f)
            return f

        return decorator

    @setupmethod
    def register_error_handler(
        self, code_or_exception: type[Exception] | int, f: kt.ErrorHandlerCallable
    ) -> None:
        """Let a function answer errors of a class or a status code.

        Raises:
            ValueError: The code is not one of an HTTP error.
            TypeError: An instance, or something that is no exception, is given.
        """
        exc_class, code = self._get_exc_class_and_code(code_or_exception)
        self.error_handler_spec[None][code][exc_class] = f

    @staticmethod
    def _get_exc_class_and_code(
        exc_class_or_code: type[Exception] | int,
    ) -> tuple[type[Exception], int | None]:
        kind: type[Exception] | int = exc_class_or_code
        if isinstance(kind, int):
            try:
                kind = default_exceptions[kind]
            except KeyError:
                raise ValueError(
                    f"{exc_class_or_code!r} is not a recognized HTTP error code. Use a"
                    " subclass of HTTPException with that code instead."
                ) from None
        if not isinstance(kind, type):
            raise TypeError(
                f"{kind!r} is an instance, not a class. Error handlers are registered for"
                " classes of exceptions and for codes of HTTP errors."
            )
        given: type = kind
        if not issubclass(given, Exception):
            raise ValueError(
                f"{given.__name__!r} is not a subclass of Exception. Error handlers are"
                " registered for classes of exceptions and for codes of HTTP errors."
            )
        return kind, kind.code if issubclass(kind, HTTPException) else None


def _endpoint_from_view_func(view_func: t.Callable[..., t.Any] | None) -> str:
    """Return the endpoint of a view that was given none: its name."""
    if view_func is None:
        raise SetupError(
            "A rule has neither an endpoint nor a view function.",
            why="the endpoint's name is by default the view's",
            fix='add_url_rule("/", endpoint="index")',
        )
    return view_func.__name__
