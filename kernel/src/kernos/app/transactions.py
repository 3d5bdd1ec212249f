"""Registrations that fail half-way leave nothing behind."""

from __future__ import annotations

import contextlib
import typing as t

if t.TYPE_CHECKING:
    from kernos.app import Kernos

_TABLES = (
    ("view_functions", "error_handler_spec", "before_request_funcs", "after_request_funcs")
    + ("teardown_request_funcs", "template_context_processors", "url_value_preprocessors")
    + ("url_default_functions", "blueprints", "blueprint_components", "extensions")
    + ("teardown_appcontext_funcs", "shell_context_processors", "url_build_error_handlers")
)  # fmt: skip


@contextlib.contextmanager
def transaction(app: Kernos) -> t.Iterator[None]:
    """Put the application's tables and routes back if the body raises."""
    tables = {name: _copy(getattr(app, name)) for name in _TABLES}
    names = {kind: dict(table) for kind, table in vars(app.template_names).items()}
    router: t.Any = app.__dict__.get("router")
    routes = router.snapshot() if hasattr(router, "snapshot") else None
    try:
        yield
    except BaseException:
        for name, saved in tables.items():
            _restore(getattr(app, name), saved)
        for kind, saved in names.items():
            _restore(getattr(app.template_names, kind), saved)
        if routes is not None:
            router.restore(routes)
        raise


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
