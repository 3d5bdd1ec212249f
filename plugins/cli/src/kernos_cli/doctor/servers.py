"""Debug mode, the server and what stands before it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import typing as t

from kernos.hooks.checks import Finding, check

if t.TYPE_CHECKING:
    from kernos import Kernos

#: The first version with the last known fix against smuggled requests.
FIXED = {
    "gunicorn": (23, 0, 0),
    "h11": (0, 16, 0),
    "waitress": (3, 0, 1),
    "werkzeug": (3, 0, 6),
}
#: Servers that hand on headers with an underscore, as they were asked one by one.
LETS_UNDERSCORES_IN = ("granian",)
LIMIT_BYTES = 100_000


def layers(app: Kernos) -> t.Iterator[object]:
    """Yield the WSGI middleware around an application, from the outside."""
    layer: object = app.wsgi_app
    for _ in range(50):
        if getattr(layer, "__self__", None) is app:
            return
        yield layer
        layer = next(
            (
                found
                for name in ("app", "application", "wsgi_app", "_app", "_wsgi_app")
                if (found := getattr(layer, name, None)) is not None
            ),
            None,
        )
        if layer is None:
            return


@check("K-020", "Debug and test modes are off", level="error", deploy=True)
def debug_is_off(app: Kernos) -> t.Iterator[Finding]:
    """Errors then show source and values to whoever asks, or end the server's thread."""
    for name in ("DEBUG", "TESTING", "PROPAGATE_EXCEPTIONS"):
        if app.config.get(name):
            yield Finding(f"{name} is on.", f"{name} = False")


@check("K-021", "The development server is not what serves", level="error", deploy=True)
def server_is_no_toy(app: Kernos) -> t.Iterator[Finding]:
    """Werkzeug's server is neither made nor tested for the open network."""
    if os.environ.get("KERNOS_RUN_SERVER") == "werkzeug":
        yield Finding("KERNOS_RUN_SERVER is 'werkzeug'.", "KERNOS_RUN_SERVER=gunicorn")
    for name in ("KERNOS_RUN_DEBUGGER", "KERNOS_RUN_RELOAD"):
        if os.environ.get(name, "").lower() in ("1", "true", "yes", "on"):
            yield Finding(f"{name} is set.", f"unset {name}")


@check("K-022", "No debugger is wrapped around the application", level="error", deploy=True)
def no_debugger(app: Kernos) -> t.Iterator[Finding]:
    """It runs the code that a visitor types."""
    for layer in layers(app):
        if type(layer).__name__ in ("DebuggedApplication", "DebugToolbarMiddleware"):
            name = type(layer).__name__
            yield Finding(f"{name} stands around app.wsgi_app.", f"take {name} out")


@check("K-023", "The hosts that are answered are named", deploy=True)
def hosts_are_named(app: Kernos) -> t.Iterator[Finding]:
    """A made-up Host header ends up in links, in mails and in caches."""
    hosts = app.config.get("TRUSTED_HOSTS")
    if not hosts:
        yield Finding("TRUSTED_HOSTS is not set.", 'TRUSTED_HOSTS = ["example.com"]')
    elif any(host in ("*", ".") for host in hosts):
        yield Finding("TRUSTED_HOSTS lets every host in.", 'TRUSTED_HOSTS = ["example.com"]')


@check("K-024", "As many proxies are trusted as there are", level="error", deploy=True)
def proxies_are_counted(app: Kernos) -> t.Iterator[Finding]:
    """With too many, visitors choose their own address; with too few, all have the proxy's.

    PROXY_COUNT in the configuration says how many there are.
    """
    declared = app.config.get("PROXY_COUNT")
    fixes = [layer for layer in layers(app) if type(layer).__name__ == "ProxyFix"]
    if declared is None:
        return
    if declared and not fixes:
        yield Finding(f"PROXY_COUNT is {declared}, and no ProxyFix is there.", _fix(declared))
    for fix in fixes:
        for name in ("x_for", "x_proto", "x_host", "x_port", "x_prefix"):
            trusted = getattr(fix, name, 0)
            if trusted > declared or (name == "x_for" and trusted != declared):
                text = f"ProxyFix trusts {trusted} proxies ({name}), and there are {declared}."
                yield Finding(text, _fix(declared))


def _fix(count: int) -> str:
    return f"app.wsgi_app = ProxyFix(app.wsgi_app, x_for={count}, x_proto={count})"


@check("K-025", "Headers with an underscore in their name do not come in", deploy=True)
def underscores_are_stripped(app: Kernos) -> t.Iterator[Finding]:
    """WSGI has one name for X-Forwarded-For and X_Forwarded_For.

    A proxy that sets the first lets a visitor's own second one pass, and a server that hands
    it on lets visitors choose what only the proxy may say. Asked of the servers' settings that
    can be seen here: KERNOS_RUN_SERVER, GUNICORN_CMD_ARGS and gunicorn.conf.py.
    """
    server = os.environ.get("KERNOS_RUN_SERVER", "")
    if server in LETS_UNDERSCORES_IN:
        text = f"KERNOS_RUN_SERVER is {server!r}, which hands such headers on."
        yield Finding(text, "KERNOS_RUN_SERVER=gunicorn   # or drop them before it")
    if re.search(r"--header-map[= ]+dangerous\b", os.environ.get("GUNICORN_CMD_ARGS", "")):
        yield Finding("GUNICORN_CMD_ARGS lets such headers in.", "--header-map drop")
    try:
        with open("gunicorn.conf.py", encoding="utf-8") as file:
            settings = file.read(LIMIT_BYTES)
    except (OSError, ValueError):
        return
    if re.search(r"""^header_map\s*=\s*["']dangerous["']""", settings, re.MULTILINE):
        yield Finding("gunicorn.conf.py lets such headers in.", 'header_map = "drop"')


@check("K-026", "The installed servers have their last known fixes", deploy=True)
def servers_are_mended(app: Kernos) -> t.Iterator[Finding]:
    """Older ones let requests be smuggled past what stands before them."""
    for name, wanted in FIXED.items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
        if found < wanted:
            least = ".".join(map(str, wanted))
            yield Finding(
                f"{name} {version} is older than {least}.", f"pip install '{name}>={least}'"
            )


CHECKS = (
    debug_is_off,
    server_is_no_toy,
    no_debugger,
    hosts_are_named,
    proxies_are_counted,
    underscores_are_stripped,
    servers_are_mended,
)
