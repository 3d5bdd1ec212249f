"""Turn a facade that was loaded without ``install()`` into the package ``flask``."""

from __future__ import annotations

import inspect
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kernos_flask.finder import FacadeFinder

PRIVATE = "kernos_flask.facade"


def adopt_facade(finder: FacadeFinder) -> None:
    """Give the loaded facade modules the names that they have when installed.

    ``kernos_flask.Flask`` may have been used before ``install()``; a second copy of
    the same classes under ``flask`` would fail every isinstance between the two.
    """
    names = [name for name in sys.modules if name == PRIVATE or name.startswith(f"{PRIVATE}.")]
    for name in sorted(names):  # a package before what lies in it
        module = sys.modules[name]
        public = "flask" + name.removeprefix(PRIVATE)
        spec = finder.spec() if public == "flask" else find_spec(public)
        sys.modules[public] = module
        module.__name__ = public
        module.__spec__ = spec
        if spec is not None:
            module.__package__ = spec.parent
        _relabel(module, name, public)


def _relabel(module: ModuleType, private: str, public: str) -> None:
    for value in vars(module).values():
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        if value.__module__ == private:
            value.__module__ = public
