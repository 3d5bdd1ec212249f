"""The meta-path finder that answers ``flask``.

It answers the package alone, by a path: what lies below is then found by the
import system itself, with the loaders that every file on disk has.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution, DistributionFinder
    from types import ModuleType

#: The folder whose files are the package ``flask``. Cut from this file's own path,
#: since pathlib is not to be loaded here.
FOLDER = __file__.rpartition("finder.py")[0] + "facade"


class FacadeFinder:
    """Find ``flask``, and its metadata where Flask itself is not installed."""

    #: The API that the facade shows; see ``kernos_flask.install``.
    api: str = "3.1"

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return where the package ``flask`` is; None for every other name."""
        return self.spec() if fullname == "flask" else None

    def spec(self) -> ModuleSpec | None:
        """Return a new specification of the package."""
        from importlib.util import spec_from_file_location

        return spec_from_file_location(
            "flask", f"{FOLDER}/__init__.py", submodule_search_locations=[FOLDER]
        )

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterable[Distribution]:
        """Return Flask's metadata, asked by importlib.metadata or its backport."""
        from kernos_flask.metadata import find_flask

        return find_flask(self, context)

    def invalidate_caches(self) -> None:
        """Do nothing: no directory is listed here."""

    def owns(self, module: ModuleType) -> bool:
        """Return whether ``module`` is one of the facade's files."""
        origin = getattr(getattr(module, "__spec__", None), "origin", None)
        return isinstance(origin, str) and origin.startswith(FOLDER)

    def forget(self) -> None:
        """Remove the facade's modules from ``sys.modules``, under all their names."""
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in {"flask", "kernos_flask"} and self.owns(module):
                del sys.modules[name]
        sys.modules["kernos_flask"].__dict__.pop("facade", None)


#: One per process: the import system is one, too.
FINDER = FacadeFinder()
