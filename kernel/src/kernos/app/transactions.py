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
    + ("url_default_functions", "blueprints", "_blueprint_components", "extensions")
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
    names = {kind: dict(table) for kind, table in vars(app._template_names).items()}
    router: t.Any = app.__dict__.get("_url_router")
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
            _restore(getattr(app._template_names, kind), saved)
        if routes is not None:
            router.restore(routes)
        if cli is None:
            app.__dict__.pop("cli", None)
        elif hasattr(cli, "commands"):
            _restore(cli.commands, commands)
        for one, registered, taken_by in states:
            one._got_registered_once, one._taken_by = registered, taken_by
        raise


@contextlib.contextmanager
def removable(app: Kernos) -> t.Iterator[t.Callable[[], None]]:
    """Yield a function that takes back, at any later time, what the body registers.

    What others register in the meantime stays, and so does what they have put over it.
    """
    # A router's converters may be any mapping.
    before = [
        _copy(table if isinstance(table, (dict, list)) else dict(table))
        for table in _everything(app)
    ]
    rules = _rules(app)
    added: list[tuple[t.Any, t.Any]] = []

    def take_back() -> None:
        for table, part in added:
            _discard(table, part)
        _discard_rules(app, rules)

    yield take_back
    for table, saved in zip(_everything(app), before, strict=True):
        added.append((table, _added(table, saved)))
    rules = [one for one in _rules(app) if not any(one is other for other in rules)]


def _everything(app: Kernos) -> list[t.Any]:
    """Return all tables that a registration writes into, but the router's own."""
    commands = getattr(app.__dict__.get("cli"), "commands", None)
    converters = app._url_router.converters if app._has_component("routing") else {}
    tables = [getattr(app, name) for name in _TABLES]
    return [*tables, *vars(app._template_names).values(), converters, commands or {}]


def _rules(app: Kernos) -> list[t.Any]:
    return list(app._url_router.rules()) if app._has_component("routing") else []


def _added(table: t.Any, saved: t.Any) -> t.Any:
    """Return what is in a table, or in a list of it, and was not."""
    if isinstance(table, list):
        return [one for one in table if not any(one is other for other in saved)]
    found = {}
    for key, value in table.items():
        if key not in saved:
            found[key] = value if not isinstance(value, (dict, list)) else _added(value, ())
        elif isinstance(value, (dict, list)) and (part := _added(value, saved[key])):
            found[key] = part
    return found


def _discard(table: t.Any, part: t.Any) -> None:
    """Take out of a table what is still in it of a part; lists in it are replaced, for readers."""
    if isinstance(table, list):
        table[:] = _without(table, part)
        return
    for key, value in part.items():
        held = table.get(key)
        if isinstance(value, list) and isinstance(held, list):
            table[key] = _without(held, value)
        elif isinstance(value, dict) and isinstance(held, dict):
            _discard(held, value)
        elif held is value:
            del table[key]
        if isinstance(held, (dict, list)) and not table[key]:
            del table[key]


def _without(held: list[t.Any], part: t.Iterable[t.Any]) -> list[t.Any]:
    return [one for one in held if not any(one is other for other in part)]


def _discard_rules(app: Kernos, rules: list[t.Any]) -> None:
    """Have rules match no more; where a router cannot forget them, they answer 404."""
    if not rules:
        return
    router: t.Any = app._url_router
    held: t.Any = router.snapshot() if hasattr(router, "snapshot") else None
    if hasattr(held, "without"):
        router.restore(held.without(rules))
        return
    for rule in rules:
        app.view_functions[rule.endpoint] = _is_gone


def _is_gone(**_values: object) -> t.NoReturn:
    from werkzeug.exceptions import NotFound

    raise NotFound


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
