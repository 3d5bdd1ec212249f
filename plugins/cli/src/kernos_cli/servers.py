"""The servers that ``kernos run`` can start, each as a library in this process."""

from __future__ import annotations

import dataclasses
import importlib
import ipaddress
import pathlib
import signal
import socket
import sys
import threading
import typing as t

import click

from kernos_cli.dialect import FLASK
from kernos_cli.facade import install_flask
from kernos_cli.script import ScriptInfo

if t.TYPE_CHECKING:
    from kernos.typing import WSGIApplication

Serve: t.TypeAlias = t.Callable[[t.Any], None]


@dataclasses.dataclass
class Serving:
    """What was asked for on the command line."""

    info: ScriptInfo
    host: str
    port: int
    workers: int | None
    cert: t.Any
    reload: bool
    debugger: bool
    with_threads: bool
    extra_files: list[str] | None
    exclude_patterns: list[str] | None


@dataclasses.dataclass
class WorkerLoader:
    """Loads the application in a server's worker; can be sent to another process."""

    info: ScriptInfo

    def __call__(self, *_: object) -> WSGIApplication:
        """Return the application; a server may pass what it was told to serve."""
        if self.info.dialect == FLASK:  # in a process of its own the names may be missing
            install_flask()
        return t.cast("WSGIApplication", self.info.load_app())


def werkzeug(serving: Serving) -> Serve:
    """Serve with Werkzeug's development server."""
    if serving.workers is not None:
        raise click.UsageError("--workers needs --server gunicorn or --server granian.")
    if serving.debugger and not is_loopback(serving.host):
        raise click.UsageError(
            f"The debugger is not served on {serving.host!r}: whoever reaches it can run code"
            " on this machine. Take --no-debugger or --host 127.0.0.1."
        )

    def serve(app: WSGIApplication) -> None:
        from werkzeug.serving import run_simple

        from kernos_cli.reloader import POLITE

        if threading.current_thread() is threading.main_thread():
            # An exception, not death: what is registered for the end still runs.
            signal.signal(signal.SIGTERM, _leave)
        options: dict[str, t.Any] = {"reloader_type": POLITE} if serving.reload else {}
        run_simple(
            serving.host,
            serving.port,
            app,
            threaded=serving.with_threads,
            use_reloader=serving.reload,
            use_debugger=serving.debugger,
            ssl_context=serving.cert,
            extra_files=serving.extra_files,
            exclude_patterns=serving.exclude_patterns,
            **options,
        )

    return serve


def gunicorn(serving: Serving) -> Serve:
    """Serve with gunicorn: a master that forks workers, each of which loads the application."""
    _refuse(serving, "gunicorn", exclude_patterns="--exclude-patterns")
    base = _require("gunicorn.app.base", "gunicorn")
    errors = _require("gunicorn.errors", "gunicorn")
    cert, key = _certificate_files(serving, "gunicorn")
    settings = {
        "bind": _gunicorn_address(serving),
        "workers": serving.workers or 1,
        "reload": serving.reload,
        "reload_extra_files": serving.extra_files or [],
        "certfile": cert,
        "keyfile": key,
        # A socket in the user's home that nobody asked for.
        "control_socket_disable": True,
    }

    class Server(base.BaseApplication):  # type: ignore[misc, name-defined]
        def load_config(self) -> None:
            for name, value in settings.items():
                if name in self.cfg.settings and value is not None:
                    self.cfg.set(name, value)

        def load(self) -> WSGIApplication:
            try:
                return WorkerLoader(serving.info)()
            except click.ClickException as error:
                raise errors.AppImportError(error.format_message()) from error

    return lambda _: Server().run()


def granian(serving: Serving) -> Serve:
    """Serve with granian: a supervisor whose workers load the application."""
    _refuse(
        serving,
        "granian",
        exclude_patterns="--exclude-patterns",
        extra_files="--extra-files",
    )
    module = _require("granian", "granian")
    cert, key = _certificate_files(serving, "granian")
    if serving.reload:
        _require("watchfiles", "'granian[reload]'")
    unix = serving.host.removeprefix("unix://")
    address: dict[str, object] = (
        {"address": serving.host, "port": serving.port}
        if unix == serving.host
        else {"uds": pathlib.Path(unix)}
    )
    server = module.Granian(
        serving.info.app_import_path or "app",
        **address,
        interface="wsgi",
        workers=serving.workers or 1,
        reload=serving.reload,
        websockets=False,
        ssl_cert=cert and pathlib.Path(cert),
        ssl_key=key and pathlib.Path(key),
    )
    return lambda _: server.serve(target_loader=WorkerLoader(serving.info))


#: By the value of ``--server``: checks what was asked for, returns what serves it.
SERVERS: dict[str, t.Callable[[Serving], Serve]] = {
    "werkzeug": werkzeug,
    "gunicorn": gunicorn,
    "granian": granian,
}


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server that is bound to ``host``."""
    if host.startswith("unix://") or host == "localhost":
        return True
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return all(ipaddress.ip_address(item[4][0]).is_loopback for item in found)


def _leave(*_: object) -> t.NoReturn:
    sys.exit(0)


def _require(module: str, requirement: str) -> t.Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise click.UsageError(
            f"{module.partition('.')[0]} cannot be imported ({error}): pip install {requirement}"
        ) from error


def _refuse(serving: Serving, server: str, **names: str) -> None:
    for attribute, option in {"debugger": "--debugger", **names}.items():
        if getattr(serving, attribute):
            raise click.UsageError(f"{option} does not work with --server {server}.")


def _certificate_files(serving: Serving, server: str) -> tuple[str | None, str | None]:
    if serving.cert is None:
        return None, None
    if not isinstance(serving.cert, tuple):
        raise click.UsageError(f"--server {server} takes files for --cert and --key.")
    return serving.cert


def _gunicorn_address(serving: Serving) -> str:
    if serving.host.startswith("unix://"):
        return "unix:" + serving.host.removeprefix("unix://")
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    return f"{host}:{serving.port}"
