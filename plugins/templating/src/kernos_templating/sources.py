"""Templates that are given as text, compiled once while they are in use."""

from __future__ import annotations

import typing as t
from functools import lru_cache

from jinja2 import nodes

if t.TYPE_CHECKING:
    from types import CodeType

    from jinja2 import Environment, Template
    from jinja2.compiler import CodeGenerator

    from kernos import Kernos

#: How many sources are kept compiled.
LIMIT = 256
#: The longest that is kept, in characters.
LENGTH_LIMIT = 100_000


def _late(generator: type[CodeGenerator]) -> type[CodeGenerator]:
    """Return a generator that leaves every computation to the rendering."""

    class LateGenerator(generator):  # type: ignore[valid-type,misc]
        def _output_child_to_const(self, node: nodes.Expr, *args: t.Any) -> t.Any:
            if not isinstance(node, (nodes.TemplateData, nodes.Const)):
                raise nodes.Impossible
            return super()._output_child_to_const(node, *args)

    return LateGenerator


class Generation:
    """The templates compiled while an environment's settings were the same.

    Args:
        environment: What compiles them.
        settings: What the compiler takes into account.
    """

    def __init__(self, environment: Environment, settings: list[object]) -> None:
        self.environment = environment
        self.settings = settings
        # What is computed while compiling, a filter of a constant say, would stay as it
        # was for the visitor who came first.
        self._compiler: t.Any = environment.overlay(optimized=False)
        self._compiler.code_generator_class = _late(environment.code_generator_class)
        self.compile = lru_cache(maxsize=LIMIT)(self._compile)

    def _compile(self, source: str) -> Template:
        environment = self.environment
        code = t.cast("CodeType", self._compiler.compile(source))
        return environment.template_class.from_code(
            environment, code, environment.make_globals(None)
        )


class CompiledSources:
    """Compile text, and remember the result. Safe to use from all threads.

    A compiled template may hold how a filter or a test is called. It is therefore
    forgotten when filters, tests or settings of the environment change.

    Args:
        app: The application whose filters and tests count.
    """

    def __init__(self, app: Kernos) -> None:
        self._names = app._template_names
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
