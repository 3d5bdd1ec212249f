"""The blueprint: it records, and an application plays it back."""

from __future__ import annotations

import os
import typing as t
import weakref
from functools import update_wrapper

from kernos.blueprints.app_wide import AppWideMixin
from kernos.blueprints.state import BlueprintSetupState, nested_options
from kernos.errors import SetupError
from kernos.globals import current_app
from kernos.lazy import lazy
from kernos.scaffold import _sentinel, setupmethod

if t.TYPE_CHECKING:
    from kernos import typing as kt
    from kernos.app import Kernos

DeferredSetupFunction = t.Callable[["BlueprintSetupState"], None]

_TABLES = (
    ("before_request_funcs", "after_request_funcs", "teardown_request_funcs")
    + ("url_default_functions", "url_value_preprocessors", "template_context_processors")
)  # fmt: skip


class Blueprint(AppWideMixin):
    """A part of an application: its routes and functions, registered all at once.

    Args:
        name: Stands before each endpoint's name; no dots.
        import_name: The module, usually ``__name__``.
        static_folder: Files to serve, relative to ``root_path``.
        static_url_path: Where to serve them.
        template_folder: Templates, found behind the application's own.
        url_prefix: Stands before each rule.
        subdomain: The subdomain of each rule.
        url_defaults: Values for arguments of each rule.
        root_path: The folder that the others start from.
        cli_group: The name of its group of commands; None merges them into the
            application's.
        components: Components of its own, ``{"json": …, "templating": …}``: a name, an
            object, or a callable that is given the application.
    """

    _got_registered_once = False
    #: The application that took it last, held weakly.
    _taken_by: weakref.ref[Kernos] | None = None

    def __init__(
        self,
        name: str,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        url_prefix: str | None = None,
        subdomain: str | None = None,
        url_defaults: dict[str, t.Any] | None = None,
        root_path: str | None = None,
        cli_group: str | None = _sentinel,  # type: ignore[assignment]
        *,
        components: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        super().__init__(
            import_name=import_name,
            static_folder=static_folder,
            static_url_path=static_url_path,
            template_folder=template_folder,
            root_path=root_path,
        )
        if not name:
            raise ValueError("A blueprint's 'name' may not be empty.")
        if "." in name:
            raise ValueError(f"The name {name!r} of a blueprint may not contain a dot.")
        self.name = name
        self.url_prefix = url_prefix
        self.subdomain = subdomain
        self.deferred_functions: list[DeferredSetupFunction] = []
        self.url_values_defaults = {} if url_defaults is None else url_defaults
        self.cli_group = cli_group
        self._own_components = dict(components or {})
        self._blueprints: list[tuple[Blueprint, dict[str, t.Any]]] = []

    @lazy
    def cli(self) -> t.Any:
        """The blueprint's group of commands, by the command line that is installed."""
        from kernos.hooks.standalone import command_line

        return command_line().group(self.name)

    @lazy
    def jinja_loader(self) -> t.Any:
        """Where the Jinja engine finds the blueprint's templates."""
        app = current_app if self._taken_by is None else self._taken_by()
        return t.cast("Kernos", app)._jinja_loader_for(self)

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_registered_once:
            raise SetupError(
                f"The setup method {f_name!r} can no longer be called on the blueprint"
                f" {self.name!r}.",
                why="It has already been registered at least once, so that the change"
                " would not be applied consistently",
                fix=f"call {f_name!r} before app.register_blueprint({self.name})",
            )

    # --- recording -----------------------------------------------------------------------

    @setupmethod
    def record(self, func: DeferredSetupFunction) -> None:
        """Call a function with the :class:`BlueprintSetupState` of each registration."""
        self.deferred_functions.append(func)

    @setupmethod
    def record_once(self, func: DeferredSetupFunction) -> None:
        """Like :meth:`record`, for the first registration on an application only."""

        def wrapper(state: BlueprintSetupState) -> None:
            if state.first_registration:
                func(state)

        self.record(update_wrapper(wrapper, func))

    def make_setup_state(
        self, app: Kernos, options: dict[str, t.Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """Return the state of one registration; a subclass may return its own."""
        return BlueprintSetupState(self, app, options, first_registration)

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: t.Any) -> None:
        """Nest a blueprint in this one.

        Args:
            blueprint: The inner one.
            **options: As for the application's method; they win over its own.

        Raises:
            ValueError: It is this very blueprint.
        """
        if blueprint is self:
            raise ValueError("Cannot register a blueprint on itself")
        self._blueprints.append((blueprint, options))

    # --- registration --------------------------------------------------------------------

    def register(self, app: Kernos, options: dict[str, t.Any]) -> None:
        """Put everything into an application; called by its ``register_blueprint``.

        Raises:
            ValueError: The name is taken on that application.
        """
        name = f"{options.get('name_prefix', '')}.{options.get('name', self.name)}"
        name = name.lstrip(".")
        if name in app.blueprints:
            bp_desc = "this" if app.blueprints[name] is self else "a different"
            again = " 'name=' gives it" if bp_desc == "this" else " 'name=' gives one"
            raise ValueError(
                f"The name {name!r} is already registered for {bp_desc} blueprint:"
                f"{again} another name."
            )
        first_bp_registration = not any(bp is self for bp in app.blueprints.values())
        app.blueprints[name] = self
        self._got_registered_once = True
        self._taken_by = weakref.ref(app)
        app._set_blueprint_components(name, self._own_components)
        state = self.make_setup_state(app, options, first_bp_registration)

        if self.has_static_folder:
            state.add_url_rule(
                f"{self.static_url_path}/<path:filename>",
                view_func=self.send_static_file,
                endpoint="static",
            )
        self._merge_tables(app, name)
        for deferred in self.deferred_functions:
            deferred(state)
        self._register_commands(app, options, name)
        for blueprint, inner in self._blueprints:
            blueprint.register(app, nested_options(state, blueprint, inner, name))

    def _register_commands(self, app: Kernos, options: dict[str, t.Any], name: str) -> None:
        cli = self.__dict__.get("cli")  # made only if somebody asked for it
        if cli is None or not getattr(cli, "commands", None):
            return
        group = options.get("cli_group", self.cli_group)
        if group is None:
            app.cli.commands.update(cli.commands)
        else:
            cli.name = name if group is _sentinel else group
            app.cli.add_command(cli)

    def _merge_tables(self, app: Kernos, name: str) -> None:
        def key(inner: str | None) -> str:
            return name if inner is None else f"{name}.{inner}"

        for inner, by_code in self.error_handler_spec.items():
            target = app.error_handler_spec[key(inner)]
            for code, handlers in by_code.items():
                target[code].update(handlers)
        for endpoint, view in self.view_functions.items():
            app.view_functions[endpoint] = view
        for table in _TABLES:
            source: dict[str | None, list[t.Any]] = getattr(self, table)
            destination: dict[str | None, list[t.Any]] = getattr(app, table)
            for inner, functions in source.items():
                destination.setdefault(key(inner), []).extend(functions)

    # --- routes ----------------------------------------------------------------------------

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: kt.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        """Add a URL rule, below the blueprint's prefix, under its name.

        Raises:
            ValueError: The endpoint's or the view's name has a dot.
        """
        if endpoint and "." in endpoint:
            raise ValueError("'endpoint' may not contain a dot '.' character.")
        if view_func and "." in getattr(view_func, "__name__", ""):
            raise ValueError("'view_func' name may not contain a dot '.' character.")
        self.record(
            lambda state: state.add_url_rule(
                rule,
                endpoint,
                view_func,
                provide_automatic_options=provide_automatic_options,
                **options,
            )
        )
