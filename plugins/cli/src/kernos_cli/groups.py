"""The group that finds an application, and has its commands beside its own."""

from __future__ import annotations

import os
import traceback
import typing as t

import click

import kernos
from kernos.errors import nearest
from kernos_cli.app_group import AppGroup
from kernos_cli.dialect import FLASK, KERNOS, Dialect
from kernos_cli.discovery import NoAppException
from kernos_cli.doctor.command import doctor_command
from kernos_cli.extensions import find_commands, load_command
from kernos_cli.failures import INSTALLATION_ERRORS, echo_error
from kernos_cli.options import (
    make_app_option,
    make_debug_option,
    make_env_file_option,
    make_version_option,
)
from kernos_cli.plugins import plugins_group
from kernos_cli.routes import routes_command
from kernos_cli.run import run_command
from kernos_cli.script import ScriptInfo
from kernos_cli.shell import shell_command

if t.TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from kernos import Kernos


class KernosGroup(AppGroup):
    """The group that loads an application and adds its commands to its own.

    Subclasses change how the command line is called by the class data below.

    Args:
        add_default_commands: Have :attr:`default_commands`.
        create_app: A factory without arguments; without it ``--app`` decides.
        add_version_option: Have ``--version``.
        load_dotenv: Read the two dotenv files.
        set_debug_flag: Set the application's debug mode from the environment.
        **extra: click's arguments of a group.
    """

    dialect: t.ClassVar[Dialect] = KERNOS
    script_info_class: t.ClassVar[type[ScriptInfo]] = ScriptInfo
    default_commands: t.ClassVar[tuple[click.Command, ...]] = (
        run_command,
        shell_command,
        routes_command,
        plugins_group,
        doctor_command,
    )

    def __init__(
        self,
        add_default_commands: bool = True,
        create_app: t.Callable[..., Kernos] | None = None,
        add_version_option: bool = True,
        load_dotenv: bool = True,
        set_debug_flag: bool = True,
        **extra: t.Any,
    ) -> None:
        self.create_app = create_app
        self.load_dotenv = load_dotenv
        self.set_debug_flag = set_debug_flag
        self._env_file_option = make_env_file_option(self.dialect)
        self._app_option = make_app_option(self.dialect)

        params: list[click.Parameter] = [
            *(extra.pop("params", None) or ()),
            self._env_file_option,
            self._app_option,
            make_debug_option(),
        ]
        if add_version_option:
            params.append(make_version_option(self.dialect))
        settings = dict(extra.pop("context_settings", None) or {})
        settings.setdefault("auto_envvar_prefix", self.dialect.env_prefix)
        super().__init__(params=params, context_settings=settings, **extra)

        self._entry_points: dict[str, EntryPoint] | None = None
        if add_default_commands:
            for command in self.default_commands:
                self.add_command(command)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: t.Any,
    ) -> click.Context:
        """Start a command line: with a :class:`ScriptInfo`, unless one is given as ``obj``."""
        # Read by app.run(), which must not serve while a command imports the application;
        # one that installs the names of Flask by itself reads the other variable.
        for dialect in (self.dialect, FLASK):
            os.environ[dialect.variable("RUN_FROM_CLI")] = "true"
        if "obj" not in extra and "obj" not in self.context_settings:
            extra["obj"] = self.script_info_class(
                create_app=self.create_app,
                set_debug_flag=self.set_debug_flag,
                load_dotenv_defaults=self.load_dotenv,
                dialect=self.dialect,
            )
        return super().make_context(info_name, args, parent=parent, **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; for bare help too, which shows the application's commands."""
        helps = len(args) == 1 and args[0] in self.get_help_option_names(ctx)
        if helps or (not args and self.no_args_is_help):
            # Help ends the command before other options are looked at.
            self._env_file_option.handle_parse_result(ctx, {}, [])
            self._app_option.handle_parse_result(ctx, {}, [])
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command: an installed one, the group's own, or the application's."""
        info = ctx.ensure_object(ScriptInfo)
        self._load_installed(info.dialect, name)
        command = super().get_command(ctx, name)
        if command is not None:
            return command
        try:
            app = info.load_app()
        except NoAppException as error:
            echo_error(f"Error: {error.format_message()}")
            return None
        except INSTALLATION_ERRORS as error:
            # A slip of the pen is told as one; any other name may be the application's.
            if not nearest(name, self.commands, 0.6):
                raise
            echo_error(f"Error: {error}")
            return None
        # Pushed already here, so that callbacks of the command's options have it.
        if not kernos.has_app_context() or kernos.current_app._get_current_object() is not app:  # type: ignore[attr-defined]
            ctx.with_resource(app.app_context())
        return t.cast("click.Command | None", app.cli.get_command(ctx, name))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names; an application that cannot be loaded is reported."""
        info = ctx.ensure_object(ScriptInfo)
        self._load_installed(info.dialect)
        names = set(super().list_commands(ctx))
        try:
            names.update(info.load_app().cli.list_commands(ctx))
        except NoAppException as error:
            echo_error(f"Error: {error.format_message()}")
        except INSTALLATION_ERRORS as error:
            echo_error(f"Error: {error}")
        except Exception:
            echo_error(traceback.format_exc())
        return sorted(names)

    def _load_installed(self, dialect: Dialect, name: str | None = None) -> None:
        """Add commands of the dialect's entry-point group: all, or the one that is named.

        They go before the group's own: that is how an installed ``shell`` replaces it.
        """
        if dialect.command_group is None:
            return
        if self._entry_points is None:
            self._entry_points = find_commands(dialect.command_group)
        for wanted in [name] if name is not None else list(self._entry_points):
            entry = self._entry_points.pop(wanted, None)
            command = load_command(entry) if entry is not None else None
            if command is not None:
                self.add_command(command, wanted)
