"""The types of ``--cert`` and ``--key``: files, ``adhoc``, or an SSL context."""

from __future__ import annotations

import importlib
import typing as t

import click
from werkzeug.utils import import_string

if t.TYPE_CHECKING:
    import ssl

ADHOC = "adhoc"


class CertParamType(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4
    """A certificate file, the word ``adhoc``, or the import path of an SSLContext."""

    name = "path"

    def __init__(self) -> None:
        self.path_type = click.Path(exists=True, dir_okay=False, resolve_path=True)

    def convert(
        self, value: t.Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> t.Any:
        """Return the path, ``"adhoc"``, or the SSLContext."""
        try:
            import ssl  # noqa: F401
        except ImportError:
            raise click.BadParameter(
                "'--cert' needs a Python that was built with SSL.", ctx, param
            ) from None

        try:
            return self.path_type(value, param, ctx)
        except click.BadParameter:
            word = click.STRING(value, param, ctx).lower()
            if word == ADHOC:
                if not _has_cryptography():
                    raise click.BadParameter(
                        "an ad-hoc certificate needs cryptography: pip install cryptography",
                        ctx,
                        param,
                    ) from None
                return word
            context = import_string(value, silent=True)
            if is_ssl_context(context):
                return context
            raise


def validate_key(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Join ``--key`` to ``--cert``: two files belong together, the other forms stand alone.

    Runs for ``--key``, which is handled after ``--cert`` in whatever order they are
    given, and makes the parameter ``cert`` a pair of paths.
    """
    cert = ctx.params.get("cert")
    alone = "'adhoc'" if cert == ADHOC else "an SSLContext" if is_ssl_context(cert) else None
    if value is None:
        if cert and not alone:
            raise click.BadParameter("is needed when '--cert' is a file.", ctx, param)
        return None
    if alone:
        raise click.BadParameter(f"has no use when '--cert' is {alone}.", ctx, param)
    if not cert:
        raise click.BadParameter("needs '--cert' as well.", ctx, param)
    ctx.params["cert"] = cert, value
    return value


def is_ssl_context(value: object) -> t.TypeGuard[ssl.SSLContext]:
    """Tell whether ``value`` is an SSLContext; also where Python has no SSL."""
    try:
        import ssl
    except ImportError:
        return False
    return isinstance(value, ssl.SSLContext)


def _has_cryptography() -> bool:
    try:
        importlib.import_module("cryptography")
    except ImportError:
        return False
    return True
