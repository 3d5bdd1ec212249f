"""Where a module lives, found without running it.

Source: Flask's API page, "Application Object": ``root_path`` and ``instance_path``.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import typing as t

if t.TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


def get_root_path(import_name: str) -> str:
    """Return the folder of a module or package; the working directory for none.

    Args:
        import_name: The module's name; ``__main__`` in a program.

    Raises:
        RuntimeError: The module has no file, as a namespace package.
    """
    module = sys.modules.get(import_name)
    if module is not None and getattr(module, "__file__", None):
        return os.path.dirname(os.path.abspath(t.cast(str, module.__file__)))
    try:
        spec = importlib.util.find_spec(import_name)
        if spec is None:
            raise ValueError
    except (ImportError, ValueError):
        return os.getcwd()
    path = _file_of(spec, import_name)
    if path is None:
        raise RuntimeError(
            f"No root path can be found for the module {import_name!r}, because it has no"
            " file of its own.\n"
            "  why: it is a namespace package, or its import hook names no file\n"
            f'  fix: Kernos({import_name!r}, root_path="…")'
        )
    return os.path.dirname(os.path.abspath(path))


def _file_of(spec: ModuleSpec, import_name: str) -> str | None:
    loader: t.Any = spec.loader
    if loader is not None and hasattr(loader, "get_filename"):
        return t.cast(str, loader.get_filename(import_name))
    module = sys.modules.get(import_name) or importlib.import_module(import_name)
    return getattr(module, "__file__", None)


def find_package(import_name: str) -> tuple[str | None, str]:
    """Return the prefix that a package is installed under, and its folder.

    Returns:
        The prefix (None when the package is not installed) and the folder that holds
        the top package or module.
    """
    folder = os.path.abspath(_folder_of(import_name))
    prefix = os.path.abspath(sys.prefix)
    if os.path.commonpath([prefix, folder]) == prefix:
        return prefix, folder
    parent, name = os.path.split(folder)
    if name.lower() != "site-packages":
        return None, folder
    above, lib = os.path.split(parent)
    if lib.lower() == "lib":  # Windows
        return above, folder
    if os.path.basename(above).lower() in ("lib", "lib64"):  # POSIX
        return os.path.dirname(above), folder
    return parent, folder


def _folder_of(import_name: str) -> str:
    top = import_name.partition(".")[0]
    try:
        spec = importlib.util.find_spec(top)
        if spec is None:
            raise ValueError
    except (ImportError, ValueError):
        return os.getcwd()
    if spec.submodule_search_locations:
        if spec.origin in (None, "namespace"):
            return os.path.dirname(_namespace_location(import_name, spec))
        return os.path.dirname(os.path.dirname(spec.origin))
    return os.path.dirname(t.cast(str, spec.origin))


def _namespace_location(import_name: str, top: ModuleSpec) -> str:
    """Return the part of a namespace package that holds the module."""
    places = list(top.submodule_search_locations or ())
    spec = importlib.util.find_spec(import_name)
    if spec is not None and spec.submodule_search_locations:
        inner = os.path.commonpath(list(spec.submodule_search_locations))
        for place in places:
            if os.path.commonpath([place, inner]) == place:
                return place
    return places[0]


def auto_find_instance_path(import_name: str, name: str) -> str:
    """Return where an application keeps files of its own: beside the code, or ``var``."""
    prefix, folder = find_package(import_name)
    if prefix is None:
        return os.path.join(folder, "instance")
    return os.path.join(prefix, "var", f"{name}-instance")
