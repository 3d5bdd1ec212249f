"""The template engine: MiniJinja, a quick Jinja that is written in Rust."""

from __future__ import annotations

import threading
import typing as t
import weakref

import minijinja
from markupsafe import escape

from kernos_templating_minijinja.folders import Folders
from kernos_templating_minijinja.names import Names

if t.TYPE_CHECKING:
    from kernos import Kernos

#: A template called so does not write HTML; every other escapes what it prints.
PLAIN_TEXT = (".txt.minijinja", ".txt.mj")


class MiniJinjaTemplate:
    """A template that is ready to render; its source is compiled at the first rendering.

    Args:
        engine: What renders it.
        name: The name it was loaded by; None when it came from a string.
        source: The text, when it came from a string.
    """

    def __init__(self, engine: MiniJinjaEngine, name: str | None, source: str = "") -> None:
        self._engine = engine
        self._source = source
        self.name = name

    def render(self, context: t.Mapping[str, t.Any], /) -> str:
        """Return the whole text.

        Raises:
            minijinja.TemplateError: It fails; ``name`` and ``line`` say where.
        """
        environment = self._engine.environment()
        try:
            if self.name is None:
                return environment.render_str(self._source, **context)
            return environment.render_template(self.name, **context)
        except minijinja.TemplateError as error:
            if error.kind == "TemplateNotFound":
                error.add_note(f"It belongs to the template {self.name or '<string>'!r}.")
            raise

    def stream(self, context: t.Mapping[str, t.Any], /) -> t.Iterator[str]:
        """Yield the whole text as one piece: MiniJinja renders in one go."""
        yield self.render(context)


class MiniJinjaEngine:
    """Load templates by MiniJinja. One instance serves all threads.

    Args:
        app: The application that it renders for.
    """

    suffixes: tuple[str, ...] = (".minijinja", ".mj")

    def __init__(self, app: Kernos) -> None:
        self._app = t.cast("Kernos", weakref.proxy(app))
        self._names = Names(self._app)
        self._folders = Folders(self._app)
        self._making = threading.Lock()
        self._settings: tuple[t.Any, ...] = ()
        self._environment = minijinja.Environment()

    def get_template(self, name: str) -> MiniJinjaTemplate:
        """Return the template called ``name``.

        Raises:
            TemplateMissing: There is none; a LookupError that names the places searched.
        """
        self._folders.find(name, again=self._reloads())
        return MiniJinjaTemplate(self, name)

    def from_string(self, source: str) -> MiniJinjaTemplate:
        """Return a template made of ``source``."""
        return MiniJinjaTemplate(self, None, source)

    def environment(self) -> minijinja.Environment:
        """Return MiniJinja's environment with the names and settings of this moment.

        It is never changed: when a filter is added, say, the next rendering gets another.
        """
        kinds = ("filters", "tests", "globals")
        names: dict[str, t.Any] = {kind: self._names.now(kind) for kind in kinds}
        settings = (self._reloads(), self._app.debug, *names.values())
        if not _same(settings, self._settings):
            with self._making:
                if not _same(settings, self._settings):
                    self._environment = self._make_environment(names)
                    self._settings = settings
        return self._environment

    def _make_environment(self, names: dict[str, t.Any]) -> minijinja.Environment:
        return minijinja.Environment(
            loader=self._load,
            auto_escape_callback=_is_html,
            finalizer=_printed,
            # Errors then show the values of variables, which is not for everybody's logs.
            debug=self._app.debug,
            reload_before_render=self._reloads(),
            **names,
        )

    def _load(self, name: str) -> str | None:
        try:
            path = self._folders.find(name, again=self._reloads())
        except LookupError:
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()

    def _reloads(self) -> bool:
        reload = self._app.config["TEMPLATES_AUTO_RELOAD"]
        return bool(self._app.debug if reload is None else reload)


def _is_html(name: str) -> bool:
    return not name.endswith(PLAIN_TEXT)


@minijinja.pass_state
def _printed(state: t.Any, value: t.Any) -> t.Any:
    """Return what is printed for a value: escaped as Jinja escapes it, ``__html__`` as it is."""
    if value is None:  # MiniJinja tells no difference between it and what is not defined
        return ""
    return minijinja.safe(str(escape(value))) if state.auto_escape else value


def _same(one: tuple[t.Any, ...], other: tuple[t.Any, ...]) -> bool:
    """Tell whether settings are the same; values of names are compared by identity."""
    if len(one) != len(other):
        return False
    for mine, theirs in zip(one, other, strict=True):
        if not isinstance(mine, dict):
            if mine != theirs:
                return False
        elif len(mine) != len(theirs) or any(
            name not in theirs or theirs[name] is not value for name, value in mine.items()
        ):
            return False
    return True


__all__ = ["MiniJinjaEngine", "MiniJinjaTemplate"]
