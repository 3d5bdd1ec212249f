"""Every hook of the kernel, in the order in which an application meets them.

Arguments go by keyword, and an implementation names those it wants. ``app`` is the
application and ``ctx`` the request's context, always; what is new becomes an
attribute of ``ctx``, never a new argument.
"""

from __future__ import annotations

import typing as t

from kernos.hooks.markers import hookspec

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from werkzeug.routing import BaseConverter

    from kernos.app import Kernos
    from kernos.blueprints import Blueprint
    from kernos.contracts import (
        CommandLine,
        JSONProvider,
        Router,
        SessionInterface,
        TemplateEngine,
    )
    from kernos.ctx import AppContext, RequestContext
    from kernos.hooks.checks import Check
    from kernos.hooks.metrics import Metrics
    from kernos.typing import ResponseReturnValue
    from kernos.wrappers import Response

# --- one component answers: asked of the plugins of the slot's group ---------------


@hookspec
def kernos_provide_json(app: Kernos) -> JSONProvider | None:
    """Offer the JSON provider of one application.

    Called once, at the first use of the slot; of the chosen plugin only.
    """


@hookspec
def kernos_provide_sessions(app: Kernos) -> SessionInterface | None:
    """Offer the session interface of one application.

    Called once, at the first use of the slot; of the chosen plugin only.
    """


@hookspec
def kernos_provide_routing(app: Kernos) -> Router | None:
    """Offer the router of one application.

    Called once, in the application's constructor; of the chosen plugin only.
    """


@hookspec
def kernos_provide_templating(app: Kernos) -> TemplateEngine | None:
    """Offer a template engine to one application.

    Called once, at the first use of the slot; of every engine in the list.
    """


@hookspec
def kernos_provide_cli(app: Kernos | None) -> CommandLine | None:
    """Offer the command line of one application.

    Called at the first use of the slot; of the chosen plugin only. ``app`` is None
    when a blueprint asks for its group of commands before it has an application.
    """


# --- contributions: collected from all plugins while the application is set up -----


@hookspec
def kernos_register_hookspecs(app: Kernos) -> t.Iterable[object] | object | None:
    """Publish hooks of the plugin's own: modules or classes of ``@hookspec`` functions.

    Called once, before any other hook, so that other plugins may implement them.
    """


@hookspec
def kernos_register_slots(app: Kernos) -> t.Mapping[str, object] | None:
    """Publish slots of the plugin's own: ``{name: contract}``.

    Called once, after ``kernos_register_hookspecs``. A slot ``x`` is filled from the
    entry-point group ``kernos.x`` through the hook ``kernos_provide_x``.
    """


@hookspec
def kernos_register_config(app: Kernos) -> t.Mapping[str, object] | None:
    """Return defaults for the configuration, ``{KEY: value}``.

    Called once, in the constructor, before the application's own configuration is
    loaded. A key that is set already keeps its value.
    """


@hookspec
def kernos_register_converters(app: Kernos) -> t.Mapping[str, type[BaseConverter]] | None:
    """Return URL converters, ``{name: class}``. Called once, in the constructor."""


@hookspec
def kernos_app_created(app: Kernos) -> None:
    """Take notice of a new application. Called once, when its router exists."""


@hookspec
def kernos_register_blueprints(
    app: Kernos,
) -> t.Iterable[Blueprint | tuple[Blueprint, t.Mapping[str, object]]] | None:
    """Return blueprints, or pairs of a blueprint and options of its registration.

    Called once, as the last step but one of the constructor. Not for components.
    """


@hookspec
def kernos_register_commands(app: Kernos) -> t.Iterable[object] | None:
    """Return commands for ``app.cli``. Called once, the last step of the constructor."""


@hookspec
def kernos_register_json_types(
    app: Kernos,
) -> t.Mapping[type, t.Callable[[t.Any], object]] | None:
    """Return encoders, ``{type: function to something JSON has}``.

    Called once, when the JSON provider asks for them.
    """


@hookspec
def kernos_register_session_tags(app: Kernos) -> t.Iterable[type] | None:
    """Return ``JSONTag`` classes. Called once, when the session interface asks."""


@hookspec
def kernos_register_template_names(
    app: Kernos,
) -> t.Mapping[str, t.Mapping[str, t.Callable[..., object]]] | None:
    """Return ``{"filters": {…}, "tests": {…}, "globals": {…}}``, each optional.

    Called once, when a template engine is built.
    """


@hookspec
def kernos_register_shell_context(app: Kernos) -> t.Mapping[str, object] | None:
    """Return names for the interactive shell. Called when a shell starts."""


@hookspec
def kernos_register_middleware(
    app: Kernos,
) -> t.Iterable[t.Callable[[WSGIApplication], WSGIApplication]] | None:
    """Return WSGI middleware: callables that take an application and return one.

    Called once, at the freeze. They stand outside the user's ``wsgi_app``; the
    first in order is the outermost.
    """


@hookspec
def kernos_register_checks(app: Kernos) -> t.Iterable[Check] | None:
    """Return checks for ``kernos doctor``, made by :func:`kernos.hooks.checks.check`.

    Called when it runs.
    """


@hookspec
def kernos_plugin_registered(app: Kernos, plugin: object) -> None:
    """Take notice of a plugin that was registered, each once, the earlier ones too."""


@hookspec
def kernos_metrics_ready(app: Kernos, metrics: Metrics) -> None:
    """Take the counts of plugins' calls, errors and seconds; ``metrics.read()`` tells them.

    Called once, before ``kernos_app_ready``, and only where metrics were asked for: by
    ``KERNOS_METRICS=1``, or by ``PLUGIN_METRICS`` in the configuration.
    """


@hookspec
def kernos_app_ready(app: Kernos) -> None:
    """Take notice that set-up has ended. Called once a process, after the freeze."""


@hookspec
def kernos_shutdown(app: Kernos) -> None:
    """Give back what was taken. Called at ``app.close()`` or process exit, in reverse."""


# --- a request: compiled at the freeze, called for each request --------------------


@hookspec
def kernos_request_started(app: Kernos, ctx: RequestContext) -> None:
    """Take notice of a request. Called before anything handles it, a 404 too.

    What it raises is logged, at most once a second, and the request goes on: refuse one
    in ``kernos_before_request``.
    """


@hookspec(firstresult=True)
def kernos_before_request(app: Kernos, ctx: RequestContext) -> ResponseReturnValue | None:
    """Answer in the view's place, or return None.

    Called before the application's own before-request functions, on a 404 too.
    """


@hookspec(firstresult=True)
def kernos_make_response(
    app: Kernos, ctx: RequestContext, value: object
) -> ResponseReturnValue | None:
    """Turn a view's return value of a type that the kernel does not know into one it does.

    Called for such values only, without their status and headers.
    """


@hookspec
def kernos_after_request(app: Kernos, ctx: RequestContext, response: Response) -> Response | None:
    """Return the response to send; None keeps the one that came in.

    Called after the application's own after-request functions, in reverse order,
    each with the answer of the one before.
    """


@hookspec
def kernos_exception_raised(app: Kernos, ctx: RequestContext, error: BaseException) -> None:
    """Take notice of an error that no handler of the application took.

    What it raises itself is logged, at most once a second, and changes no answer.
    """


@hookspec(firstresult=True)
def kernos_handle_exception(
    app: Kernos, ctx: RequestContext, error: Exception
) -> ResponseReturnValue | None:
    """Answer an error that no handler took, or return None for the generic 500."""


@hookspec
def kernos_teardown_request(app: Kernos, ctx: RequestContext, error: BaseException | None) -> None:
    """Clean up after a request. Called exactly once, after its teardown functions."""


@hookspec
def kernos_teardown_appcontext(app: Kernos, ctx: AppContext, error: BaseException | None) -> None:
    """Clean up after an application context. Called exactly once, after its functions."""
