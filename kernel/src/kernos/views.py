"""Views that are classes.

Source: Flask's API page, "Class-Based Views".
"""

from __future__ import annotations

import typing as t

from kernos.globals import current_app, request

if t.TYPE_CHECKING:
    from kernos import typing as kt

http_method_funcs = frozenset(
    ["get", "post", "head", "options", "delete", "put", "trace", "patch"]
)


class View:
    """Subclass it, write :meth:`dispatch_request`, and route :meth:`as_view`."""

    #: The methods of its routes; by default the router's own, GET.
    methods: t.ClassVar[t.Collection[str] | None] = None
    #: Whether OPTIONS is answered by itself; None leaves it to the route.
    provide_automatic_options: t.ClassVar[bool | None] = None
    #: Applied to the view function that :meth:`as_view` makes, the first one innermost.
    decorators: t.ClassVar[list[t.Callable[..., t.Any]]] = []
    #: Whether each request gets an instance of its own; False shares one, which must
    #: then keep nothing of a request on ``self``.
    init_every_request: t.ClassVar[bool] = True

    def dispatch_request(self) -> kt.ResponseReturnValue:
        """Answer a request; the arguments of the URL come as keywords."""
        raise NotImplementedError

    @classmethod
    def as_view(cls, name: str, *class_args: t.Any, **class_kwargs: t.Any) -> kt.RouteCallable:
        """Return a view function that makes an instance and calls it.

        Args:
            name: The function's name, and so the endpoint's.
            *class_args: For the constructor.
            **class_kwargs: For the constructor.
        """
        view: t.Any
        if cls.init_every_request:

            def view(**kwargs: t.Any) -> t.Any:
                self = view.view_class(*class_args, **class_kwargs)
                return current_app.ensure_sync(self.dispatch_request)(**kwargs)

        else:
            shared = cls(*class_args, **class_kwargs)

            def view(**kwargs: t.Any) -> t.Any:
                return current_app.ensure_sync(shared.dispatch_request)(**kwargs)

        if cls.decorators:
            view.__name__ = name
            view.__module__ = cls.__module__
            for decorator in cls.decorators:
                view = decorator(view)
        view.view_class = cls
        view.__name__ = name
        view.__doc__ = cls.__doc__
        view.__module__ = cls.__module__
        view.methods = cls.methods
        view.provide_automatic_options = cls.provide_automatic_options
        return t.cast("kt.RouteCallable", view)


class MethodView(View):
    """A view with one method for each HTTP method, such as ``get`` and ``post``."""

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        if "methods" in cls.__dict__:
            return
        methods: set[str] = set()
        for parent in cls.__bases__:
            methods.update(getattr(parent, "methods", None) or ())
        methods.update(name.upper() for name in http_method_funcs if hasattr(cls, name))
        if methods:
            cls.methods = methods

    def dispatch_request(self, **kwargs: t.Any) -> kt.ResponseReturnValue:
        """Call the method named like the request's; HEAD falls back to ``get``."""
        method = getattr(self, request.method.lower(), None)
        if method is None and request.method == "HEAD":
            method = getattr(self, "get", None)
        assert method is not None, f"Unimplemented method {request.method!r}"
        return t.cast("kt.ResponseReturnValue", current_app.ensure_sync(method)(**kwargs))
