"""Werkzeug's reloader, with a parent that lets its child end in order."""

from __future__ import annotations

import os
import subprocess

from werkzeug import _reloader
from werkzeug._internal import _log

#: How long a child may take to end by itself, in seconds.
PATIENCE_SECONDS = 5.0

#: The name to give as ``reloader_type``.
POLITE = "kernos"

# Werkzeug's own choice: watchdog where it is installed, else looking at the files.
_Loop: type[_reloader.ReloaderLoop] = _reloader.reloader_loops["auto"]

_RELOAD = 3  # the exit code by which the child asks to be started again


class PoliteReloaderLoop(_Loop):  # type: ignore[misc, valid-type]
    """Ends its child by SIGTERM; Werkzeug's would kill it, so that nothing cleans up."""

    def restart_with_reloader(self) -> int:
        """Run this command in a child, again each time the child asks for it."""
        environment = {**os.environ, "WERKZEUG_RUN_MAIN": "true"}
        while True:
            _log("info", f" * Restarting with {self.name}")
            arguments = _reloader._get_args_for_reloading()
            with subprocess.Popen(arguments, env=environment, close_fds=False) as child:  # noqa: S603 - itself
                try:
                    code = child.wait()
                except BaseException:
                    _end(child)
                    raise
            if code != _RELOAD:
                return code


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()


_reloader.reloader_loops[POLITE] = PoliteReloaderLoop
