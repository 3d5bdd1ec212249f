"""What commands know about the application they belong to, and how they reach it."""

from __future__ import annotations

import functools
import re
import typing as t

import click

import kernos
from kernos_cli.dialect import KERNOS, Dialect
from kernos_cli.discovery import NoAppException, locate_app, prepare_import

if t.TYPE_CHECKING:
    from kernos import Kernos

F = t.TypeVar("F", bound=t.Callable[..., t.Any])

DEFAULT_FILES = ("wsgi.py", "app.py")

# A colon parts module and name, unless it belongs to a Windows drive.
_COLON = re.compile(r":(?![\\/])")


class ScriptInfo:
    """Loads the application when a command first needs it. The context's ``obj``.

    Args:
        app_import_path: What ``--app`` says: ``folder/module:name``.
        create_app: A function without arguments that returns the application; it
            goes before the import path.
        set_debug_flag: Set the application's debug mode from the environment.
        load_dotenv_defaults: Read the two dotenv files, unless the environment
            says otherwise.
        dialect: The command line's names; None takes those of the class.
    """

    dialect: Dialect = KERNOS

    def __init__(
        self,
        app_import_path: str | None = None,
        create_app: t.Callable[..., Kernos] | None = None,
        set_debug_flag: bool = True,
        load_dotenv_defaults: bool = True,
        *,
        dialect: Dialect | None = None,
    ) -> None:
        self.app_import_path = app_import_path
        self.create_app = create_app
        self.set_debug_flag = set_debug_flag
        self._dotenv_by_default = load_dotenv_defaults
        self.adopt(dialect or self.dialect)
        #: Free for commands to hand things on.
        self.data: dict[t.Any, t.Any] = {}
        self._loaded_app: Kernos | None = None

    def adopt(self, dialect: Dialect) -> None:
        """Speak ``dialect`` from now on."""
        self.dialect = dialect
        self.load_dotenv_defaults = dialect.wants_dotenv(self._dotenv_by_default)

    def load_app(self) -> Kernos:
        """Return the application; it is loaded by the first call.

        Raises:
            NoAppException: There is none to be found.
        """
        if self._loaded_app is None:
            app = self._find()
            if self.set_debug_flag:
                app.debug = self.dialect.is_debug()
            self._loaded_app = app
        return self._loaded_app

    def _find(self) -> Kernos:
        if self.create_app is not None:
            app: Kernos | None = self.create_app()
        elif self.app_import_path:
            path, _, name = _COLON.sub("\0", self.app_import_path, count=1).partition("\0")
            app = locate_app(prepare_import(path), name or None, dialect=self.dialect)
        else:
            app = self._find_in_default_files()
        if app is not None:
            return app
        raise NoAppException(
            f"Could not locate a {self.dialect.product} application: name it with"
            f" '{self.dialect.program} --app' or the environment variable"
            f" {self.dialect.variable('APP')!r}, or put it into 'wsgi.py' or 'app.py' in"
            " the working directory."
        )

    def _find_in_default_files(self) -> Kernos | None:
        for file in DEFAULT_FILES:
            app = locate_app(
                prepare_import(file), None, raise_if_not_found=False, dialect=self.dialect
            )
            if app is not None:
                return app
        return None


#: Hand the :class:`ScriptInfo` to a command as its first argument.
pass_script_info = click.make_pass_decorator(ScriptInfo, ensure=True)


def with_appcontext(f: F) -> F:
    """Run a command inside the context of the application, which is loaded for it.

    Commands made by ``app.cli``, ``blueprint.cli`` and :class:`AppGroup` are run so
    anyway.
    """

    @click.pass_context
    def wrapper(ctx: click.Context, /, *args: t.Any, **kwargs: t.Any) -> t.Any:
        if not kernos.has_app_context():
            app = ctx.ensure_object(ScriptInfo).load_app()
            ctx.with_resource(app.app_context())
        return ctx.invoke(f, *args, **kwargs)

    return t.cast("F", functools.update_wrapper(wrapper, f))
