"""``kernos run``: serve the application on this machine."""

from __future__ import annotations

import os
import traceback
import typing as t

import click

from kernos_cli.certificates import CertParamType, validate_key
from kernos_cli.dialect import KERNOS, Dialect
from kernos_cli.options import make_debug_option
from kernos_cli.platform.lock import make_locked_option
from kernos_cli.script import ScriptInfo, pass_script_info
from kernos_cli.servers import SERVERS, Serving

if t.TYPE_CHECKING:
    from kernos.typing import WSGIApplication


class SeparatedPathType(click.Path):
    """Several paths in one value, parted as ``PATH`` parts them: by ``:`` or ``;``."""

    def convert(
        self, value: t.Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> t.Any:
        """Return the list of paths, each checked as the type's options say."""
        convert = super().convert
        return [convert(item, param, ctx) for item in self.split_envvar_value(value)]


def show_server_banner(
    debug: bool | None, app_import_path: str | None, *, dialect: Dialect = KERNOS
) -> None:
    """Tell what is about to be served; once, not again in the reloader's process."""
    from werkzeug.serving import is_running_from_reloader

    if is_running_from_reloader():
        return
    if app_import_path is not None:
        click.echo(f" * Serving {dialect.product} app '{app_import_path}'")
    if debug is not None:
        click.echo(f" * Debug mode: {'on' if debug else 'off'}")


@click.command("run", short_help="Serve the application.")
@click.option("--host", "-h", default="127.0.0.1", help="The interface to bind to.")
@click.option("--port", "-p", default=5000, help="The port to bind to.")
@click.option(
    "--server",
    type=click.Choice(list(SERVERS)),
    default="werkzeug",
    show_default=True,
    help="Who serves. Only werkzeug, which is for development, has the debugger.",
)
@click.option(
    "--workers",
    "-w",
    type=click.IntRange(min=1),
    help="Number of worker processes; not with werkzeug.",
)
@click.option(
    "--cert",
    type=CertParamType(),
    help="Serve HTTPS with this certificate file, with 'adhoc', or an import path.",
    is_eager=True,
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True),
    callback=validate_key,
    expose_value=False,
    help="The certificate's key file.",
)
@click.option(
    "--reload/--no-reload",
    default=None,
    help="Start again when code changes. On in debug mode with werkzeug.",
)
@click.option(
    "--debugger/--no-debugger",
    default=None,
    help="Show the debugger on errors. On in debug mode with werkzeug.",
)
@click.option(
    "--with-threads/--without-threads",
    default=True,
    help="Serve several requests at a time.",
)
@click.option(
    "--extra-files",
    default=None,
    type=SeparatedPathType(),
    help=f"More files to watch for changes, parted by {os.pathsep!r}.",
)
@click.option(
    "--exclude-patterns",
    default=None,
    type=SeparatedPathType(),
    help=f"fnmatch patterns of files not to watch, parted by {os.pathsep!r}.",
)
@pass_script_info
def run_command(
    info: ScriptInfo, /, host: str, port: int, server: str, workers: int | None, **options: t.Any
) -> None:
    """Serve the application.

    The default server is made for development: it is neither secure nor fast nor
    stable enough for anything else. In debug mode it starts again when code changes,
    and shows a debugger on errors, which is refused to other machines.
    """
    debug = info.dialect.is_debug()
    development = server == "werkzeug"
    if options["reload"] is None:
        options["reload"] = debug and development
    if options["debugger"] is None:
        options["debugger"] = debug and development
    # Before the load: a wrong option must not wait for a slow application.
    serving = Serving(info=info, host=host, port=port, workers=workers, **options)
    serve = SERVERS[server](serving)
    app = _load(info) if development else None
    show_server_banner(debug, info.app_import_path, dialect=info.dialect)
    serve(app)


run_command.params[:0] = [make_debug_option(), make_locked_option()]


def _load(info: ScriptInfo) -> WSGIApplication:
    """Return the application, or one that answers with the error of loading it.

    The latter only in the reloader's process, which has to live on until the error
    is mended; at the first start the command fails.
    """
    from werkzeug.serving import is_running_from_reloader

    try:
        return t.cast("WSGIApplication", info.load_app())
    except Exception as error:
        if not is_running_from_reloader():
            raise
        traceback.print_exc()
        failure = error

    def fail(*_: object) -> t.NoReturn:
        raise failure from None

    return fail
