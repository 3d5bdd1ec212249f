"""Registrations that fail half-way leave nothing behind."""

from __future__ import annotations

import contextlib
import typing as t

from kernos.blueprints import Blueprint

if t.TYPE_CHECKING:
    from kernos.app import Kernos

_TABLES = (
    ("view_functions", "error_handler_spec", "before_request_funcs", "after_request_funcs")
    + ("teardown_request_funcs", "template_context_processors", "url_value_preprocessors")
    + ("url_default_functions", "blueprints", "blueprint_components", "extensions")
    + ("teardown_appcontext_funcs", "shell_context_processors", "url_build_error_handlers")
    + ("config",)
)  # fmt: skip


@contextlib.contextmanager
def transaction(app: Kernos, *blueprints: Blueprint) -> t.Iterator[None]:
    """Put the application's tables, routes and commands back if the body raises.

    Args:
        app: The application.
        *blueprints: Those that are registered: they can be changed again.
    """
    tables = {name: _copy(getattr(app, name)) for name in _TABLES}
    names = {kind: dict(table) for kind, table in vars(app.template_names).items()}
    router: t.Any = app.__dict__.get("router")
    routes = router.snapshot() if hasattr(router, "snapshot") else None
    cli = app.__dict__.get("cli")
    commands = dict(getattr(cli, "commands", None) or {})
    states = [(one, one._got_registered_once, one._taken_by) for one in _family(blueprints)]
    try:
        yield
    except BaseException:
        for name, saved in tables.items():
            _restore(getattr(app, name), saved)
        for kind, saved in names.items():
            _restore(getattr(app.template_names, kind), saved)
        if routes is not None:
            router.restore(routes)
        if cli is None:
            app.__dict__.pop("cli", None)
        elif hasattr(cli, "commands"):
            _restore(cli.commands, commands)
        for one, registered, taken_by in states:
            one._got_registered_once, one._taken_by = registered, taken_by
        raise


def _family(blueprints: t.Iterable[t.Any]) -> t.Iterator[Blueprint]:
    """Yield blueprints and those nested in them, but not what is only like a blueprint."""
    for one in blueprints:
        if isinstance(one, Blueprint):
            yield one
            yield from _family(inner for inner, _ in one._blueprints)


def _copy(table: t.Any) -> t.Any:
    if isinstance(table, dict):
        return {key: _copy(value) for key, value in table.items()}
    return list(table) if isinstance(table, list) else table


def _restore(table: t.Any, saved: t.Any) -> None:
    """Give a table its former content; it stays the object that others may hold."""
    if isinstance(table, list):
        table[:] = saved
        return
    for key in [key for key in table if key not in saved]:
        del table[key]
    for key, value in saved.items():
        current = table.get(key)
        if isinstance(current, (dict, list)) and isinstance(value, (dict, list)):
            _restore(current, value)
        else:
            table[key] = value
