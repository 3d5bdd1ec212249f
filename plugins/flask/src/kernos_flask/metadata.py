"""Flask's metadata, for programs that ask which Flask is installed.

Loaded only by ``importlib.metadata`` itself, or by its backport, in the course of a
question. Where Flask is installed, its own metadata is the answer.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kernos_flask import FLASK_VERSION
from kernos_flask.finder import FOLDER

if TYPE_CHECKING:
    from kernos_flask.finder import FacadeFinder

FILES = {
    "METADATA": (
        "Metadata-Version: 2.4\n"
        "Name: Flask\n"
        f"Version: {FLASK_VERSION}\n"
        "Summary: Flask's import names, answered by Kernos.\n"
        "Requires-Dist: kernos-flask\n"
    ),
    "top_level.txt": "flask\n",
    "INSTALLER": "kernos-flask\n",
}


class ServedFlask:
    """The abstract half of a Distribution: what its files say, and where they lie."""

    def read_text(self, filename: str) -> str | None:
        """Return the text of one metadata file; None where there is none."""
        return FILES.get(filename)

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        """Return the path of a file of the distribution."""
        return Path(FOLDER).parent / path


def find_flask(finder: FacadeFinder, context: Any = None) -> Iterable[Any]:
    """Yield one distribution called Flask, unless it is not asked for or is there.

    Args:
        finder: Who asks, so that it is not asked in turn.
        context: A ``DistributionFinder.Context`` of either library; its class tells
            which, and so what the answer must be an instance of.
    """
    library: Any = sys.modules.get(type(context).__module__)
    if not hasattr(library, "Distribution"):
        library = importlib.metadata
    if context is None:
        context = library.DistributionFinder.Context()
    if "path" in vars(context) and context.path is not sys.path:
        return  # a question about certain folders, in which the facade is not
    if context.name is not None and context.name.lower() != "flask":
        return
    only_flask = library.DistributionFinder.Context(name="flask")
    if next(_found_by_others(finder, only_flask), None) is None:
        yield _kind(library.Distribution)()


def _found_by_others(finder: FacadeFinder, context: Any) -> Iterator[Any]:
    for other in sys.meta_path:
        find = getattr(other, "find_distributions", None)
        if find is not None and other is not finder:
            yield from find(context)


@lru_cache
def _kind(distribution: type) -> Any:
    return type("FlaskDistribution", (ServedFlask, distribution), {})
