"""Finding an application: from what a user types to the object that serves."""

from __future__ import annotations

import ast
import inspect
import os
import pathlib
import sys
import traceback
import types
import typing as t

import click

import kernos
from kernos_cli.dialect import KERNOS, Dialect

if t.TYPE_CHECKING:
    from kernos import Kernos

APP_NAMES = ("app", "application")
FACTORY_NAMES = ("create_app", "make_app")


class NoAppException(click.UsageError):
    """No application can be found or loaded; shown as a wrong use of the command."""


def find_best_app(module: t.Any, *, dialect: Dialect = KERNOS) -> Kernos:
    """Return the one application that ``module`` obviously means.

    Looked for in this order: an application called ``app`` or ``application``, the
    only application in the module, what ``create_app()`` or ``make_app()`` returns.

    Raises:
        NoAppException: There is none, there are several, or the factory needs
            arguments.
    """
    for name in APP_NAMES:
        if _is_app(candidate := getattr(module, name, None)):
            return candidate

    found = [value for value in vars(module).values() if _is_app(value)]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoAppException(
            f"Module {module.__name__!r} holds {len(found)} {dialect.product} applications:"
            f" say which one with '{module.__name__}:name'."
        )

    for name in FACTORY_NAMES:
        factory = getattr(module, name, None)
        if not inspect.isfunction(factory):
            continue
        try:
            product = factory()
        except TypeError as error:
            if not _refused_arguments(error):
                raise
            raise NoAppException(
                f"The factory {name!r} of module {module.__name__!r} cannot be called without"
                f" arguments: give them with '{module.__name__}:{name}(args)'."
            ) from error
        if _is_app(product):
            return product

    raise NoAppException(
        f"Module {module.__name__!r} has neither a {dialect.product} application nor a"
        f" factory of one: name it with '{module.__name__}:name'."
    )


def find_app_by_string(
    module: types.ModuleType, app_name: str, *, dialect: Dialect = KERNOS
) -> Kernos:
    """Return the application that ``app_name`` stands for in ``module``.

    Args:
        module: Where to look.
        app_name: The name of an application or of a factory, or a call of a factory
            whose arguments are literals: ``create_app("dev", debug=True)``.
        dialect: The command line's names, for the errors.

    Raises:
        NoAppException: It cannot be read, found or called, or is no application.
    """
    name, args, kwargs = _parse_reference(app_name)
    try:
        value = getattr(module, name)
    except AttributeError as error:
        raise NoAppException(f"Module {module.__name__!r} has no attribute {name!r}.") from error

    if inspect.isfunction(value):
        try:
            value = value(*args, **kwargs)
        except TypeError as error:
            if not _refused_arguments(error):
                raise
            raise NoAppException(
                f"The factory {app_name!r} in module {module.__name__!r} does not take these"
                f" arguments: {error}."
            ) from error
    if _is_app(value):
        return value
    raise NoAppException(
        f"'{module.__name__}:{app_name}' is not a valid {dialect.product} application but"
        f" {type(value).__name__!r}."
    )


def prepare_import(path: str | os.PathLike[str]) -> str:
    """Return the module name for a path or a dotted name, and make it importable.

    The folder that holds the top package comes first in ``sys.path`` afterwards.
    """
    target = pathlib.Path(os.path.realpath(path))
    if target.suffix == ".py":
        target = target.with_suffix("")
    if target.name == "__init__":
        target = target.parent

    names = [target.name]
    folder = target.parent
    while (folder / "__init__.py").exists() and folder != folder.parent:
        names.append(folder.name)
        folder = folder.parent
    if not sys.path or sys.path[0] != str(folder):
        sys.path.insert(0, str(folder))
    return ".".join(reversed(names))


@t.overload
def locate_app(
    module_name: str,
    app_name: str | None,
    raise_if_not_found: t.Literal[True] = True,
    *,
    dialect: Dialect = ...,
) -> Kernos: ...


@t.overload
def locate_app(
    module_name: str,
    app_name: str | None,
    raise_if_not_found: bool,
    *,
    dialect: Dialect = ...,
) -> Kernos | None: ...


def locate_app(
    module_name: str,
    app_name: str | None,
    raise_if_not_found: bool = True,
    *,
    dialect: Dialect = KERNOS,
) -> Kernos | None:
    """Import a module and return the application in it.

    Args:
        module_name: The dotted name of the module.
        app_name: See :func:`find_app_by_string`; None takes :func:`find_best_app`.
        raise_if_not_found: False returns None when there is no such module.
        dialect: The command line's names, for the errors.

    Raises:
        NoAppException: The module is missing, an import inside it fails, or it has
            no such application.
    """
    try:
        # Not importlib.import_module: its own frames would hide where it failed.
        __import__(module_name)
    except ImportError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise NoAppException(
                f"An import failed inside {module_name!r}:\n\n{traceback.format_exc()}"
            ) from error
        if raise_if_not_found:
            raise NoAppException(f"Could not import {module_name!r}.") from error
        return None
    module = sys.modules[module_name]
    if app_name is None:
        return find_best_app(module, dialect=dialect)
    return find_app_by_string(module, app_name, dialect=dialect)


def _is_app(value: object) -> t.TypeGuard[Kernos]:
    return isinstance(value, kernos.Kernos)


def _refused_arguments(error: TypeError) -> bool:
    # The traceback begins in our own frame; a second one means that the factory ran.
    return error.__traceback__ is not None and error.__traceback__.tb_next is None


def _parse_reference(text: str) -> tuple[str, list[t.Any], dict[str, t.Any]]:
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise NoAppException(
            f"{text!r} is neither the name of an attribute nor a call of a function."
        ) from error
    if isinstance(node, ast.Name):
        return node.id, [], {}
    if not isinstance(node, ast.Call):
        raise NoAppException(
            f"{text!r} is neither the name of an attribute nor a call of a function."
        )
    if not isinstance(node.func, ast.Name):
        raise NoAppException(f"The function in {text!r} must be a simple name.")
    try:
        args = [ast.literal_eval(argument) for argument in node.args]
        kwargs = {
            keyword.arg: ast.literal_eval(keyword.value)
            for keyword in node.keywords
            if keyword.arg is not None
        }
    except ValueError as error:
        raise NoAppException(f"The arguments in {text!r} must be literal values.") from error
    if len(kwargs) != len(node.keywords):
        raise NoAppException(f"The arguments in {text!r} must be literal values.")
    return node.func.id, args, kwargs
