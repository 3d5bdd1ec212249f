"""Templates that are given as text, compiled once while they are in use."""

from __future__ import annotations

import typing as t
from functools import lru_cache

if t.TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import Template

    from kernos import Kernos

#: How many sources are kept compiled.
LIMIT = 256
#: The longest that is kept, in characters.
LENGTH_LIMIT = 100_000


class Generation:
    """The templates compiled while an environment's settings were the same.

    Args:
        environment: What compiles them.
        settings: What the compiler takes into account.
    """

    def __init__(self, environment: Environment, settings: list[object]) -> None:
        self.environment = environment
        self.settings = settings
        self.compile = lru_cache(maxsize=LIMIT)(environment.from_string)


class CompiledSources:
    """Compile text, and remember the result. Safe to use from all threads.

    A compiled template may hold the result of a filter, or how a test is called. It is
    therefore forgotten when filters, tests or settings of the environment change.

    Args:
        app: The application whose filters and tests count.
    """

    def __init__(self, app: Kernos) -> None:
        self._names = app.template_names
        self._generation: Generation | None = None

    def get(self, environment: Environment, source: str) -> Template:
        """Return the template of a text."""
        if len(source) > LENGTH_LIMIT:
            return environment.from_string(source)
        settings = [
            *vars(environment).values(),
            *environment.extensions,
            *self._names.filters.values(),
            *self._names.tests.values(),
        ]
        generation = self._generation
        if (
            generation is None
            or generation.environment is not environment
            or generation.settings != settings
        ):
            generation = self._generation = Generation(environment, settings)
        return generation.compile(source)
