"""What an application is told before it serves: routes, blueprints, names, functions."""

from __future__ import annotations

import typing as t

from kernos.errors import SetupError
from kernos.scaffold import Scaffold, _endpoint_from_view_func, setupmethod

if t.TYPE_CHECKING:
    from kernos import typing as kt
    from kernos.app.components import TemplateNames
    from kernos.blueprints import Blueprint
    from kernos.config import Config
    from kernos.contracts import Router

F = t.TypeVar("F", bound=t.Callable[..., t.Any])


class RegistrationMixin(Scaffold):
    """The registrations that only an application has."""

    if t.TYPE_CHECKING:
        blueprints: dict[str, Blueprint]
        config: Config
        _url_router: Router
        _template_names: TemplateNames
        teardown_appcontext_funcs: list[kt.TeardownCallable]
        shell_context_processors: list[kt.ShellContextProcessorCallable]
        _freeze_done: bool

    def _check_setup_finished(self, f_name: str) -> None:
        if self._freeze_done:
            raise SetupError(
                f"The setup method {f_name!r} can no longer be called on the application.",
                why="It has already handled its first request, so that the change would"
                " not be applied consistently",
                fix=f"call {f_name!r} while the application is set up, before it serves",
            )

    # --- blueprints --------------------------------------------------------------------

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: t.Any) -> None:
        """Take a blueprint's registrations into the application, all of them or none.

        Args:
            blueprint: The blueprint.
            **options: ``url_prefix``, ``subdomain``, ``url_defaults`` and ``name`` win
                over the blueprint's own; others are its recorded functions' to read.

        Raises:
            ValueError: A blueprint of that name is registered already.
        """
        # Where no blueprint is, none of this is needed.
        from kernos.app.transactions import transaction

        with transaction(t.cast("t.Any", self), blueprint):
            blueprint.register(t.cast("t.Any", self), options)

    def iter_blueprints(self) -> t.ValuesView[Blueprint]:
        """Return the blueprints in the order of their registration."""
        return self.blueprints.values()

    # --- routes ------------------------------------------------------------------------

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: kt.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        """Add a URL rule; see :meth:`Scaffold.add_url_rule`.

        Raises:
            TypeError: ``methods`` is a string.
            SetupError: The endpoint has another view already.
        """
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)
        methods = options.pop("methods", None)
        if methods is None:
            methods = getattr(view_func, "methods", None) or ("GET",)
        if isinstance(methods, str):
            raise TypeError(
                "Allowed methods must be a list of strings, for"
                ' example: @app.route(..., methods=["POST"])'
            )
        methods = {item.upper() for item in methods}
        required = set(getattr(view_func, "required_methods", ()))
        if provide_automatic_options is None:
            provide_automatic_options = getattr(view_func, "provide_automatic_options", None)
        if provide_automatic_options is None:
            provide_automatic_options = (
                "OPTIONS" not in methods and self.config["PROVIDE_AUTOMATIC_OPTIONS"]
            )
            if provide_automatic_options:
                required.add("OPTIONS")
        self._check_endpoint(endpoint, view_func)
        options.pop("endpoint", None)
        added: t.Any = self._url_router.add(rule, endpoint, methods | required, **options)
        added.provide_automatic_options = provide_automatic_options
        if view_func is not None:
            self.view_functions[endpoint] = view_func

    def _check_endpoint(self, endpoint: str, view_func: kt.RouteCallable | None) -> None:
        known = self.view_functions.get(endpoint)
        if view_func is not None and known is not None and known != view_func:
            raise SetupError(
                f"View function mapping is overwriting an existing endpoint function: {endpoint}",
                why=f"{known!r} is registered under that name already",
                fix='@app.route(..., endpoint="another_name")',
            )

    # --- names in templates ------------------------------------------------------------

    @setupmethod
    def template_filter(self, name: str | None = None) -> t.Callable[[F], F]:
        """Decorate a template filter; ``name`` is by default the function's."""
        return self._naming(name, self.add_template_filter)

    @setupmethod
    def add_template_filter(self, f: kt.TemplateFilterCallable, name: str | None = None) -> None:
        """Add a template filter."""
        self._template_names.filters[name or f.__name__] = f

    @setupmethod
    def template_test(self, name: str | None = None) -> t.Callable[[F], F]:
        """Decorate a template test; ``name`` is by default the function's."""
        return self._naming(name, self.add_template_test)

    @setupmethod
    def add_template_test(self, f: kt.TemplateTestCallable, name: str | None = None) -> None:
        """Add a template test."""
        self._template_names.tests[name or f.__name__] = f

    @setupmethod
    def template_global(self, name: str | None = None) -> t.Callable[[F], F]:
        """Decorate a template global; ``name`` is by default the function's."""
        return self._naming(name, self.add_template_global)

    @setupmethod
    def add_template_global(self, f: kt.TemplateGlobalCallable, name: str | None = None) -> None:
        """Add a template global."""
        self._template_names.globals[name or f.__name__] = f

    @staticmethod
    def _naming(
        name: str | None, add: t.Callable[[t.Any, str | None], None]
    ) -> t.Callable[[F], F]:
        def decorator(f: F) -> F:
            add(f, name)
            return f

        return decorator

    # --- functions -----------------------------------------------------------------------

    @setupmethod
    def teardown_appcontext(self, f: F) -> F:
        """Call a function when an application context ends, with the error or None."""
        self.teardown_appcontext_funcs.append(t.cast("kt.TeardownCallable", f))
        return f

    @setupmethod
    def shell_context_processor(self, f: F) -> F:
        """Call a function for names in the interactive shell."""
        self.shell_context_processors.append(t.cast("t.Any", f))
        return f
