"""``kernos shell``: a Python prompt inside the application's context."""

from __future__ import annotations

import code
import os
import sys
import typing as t

import click

import kernos
from kernos_cli.script import with_appcontext


@click.command("shell", short_help="Open a Python shell in the application's context.")
@with_appcontext
def shell_command() -> None:
    """Open a Python shell in the application's context.

    Its names are those of the application's shell context; the file that
    PYTHONSTARTUP names is run first.
    """
    app = kernos.current_app
    names: dict[str, t.Any] = {}
    startup = os.environ.get("PYTHONSTARTUP")
    if startup and os.path.isfile(startup):
        with open(startup, "rb") as file:
            exec(compile(file.read(), startup, "exec"), names)  # noqa: S102 - the user's own
    names.update(app.make_shell_context())
    _complete_with(names)
    code.interact(
        banner=(
            f"Python {sys.version} on {sys.platform}\n"
            f"App: {app.import_name}\n"
            f"Instance: {app.instance_path}"
        ),
        local=names,
    )


def _complete_with(names: dict[str, t.Any]) -> None:
    # The site module sets the hook that makes a prompt comfortable: history, tab key.
    hook = getattr(sys, "__interactivehook__", None)
    if hook is None:
        return
    try:
        import readline
        from rlcompleter import Completer
    except ImportError:
        pass
    else:
        readline.set_completer(Completer(names).complete)
    hook()
