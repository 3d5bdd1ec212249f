"""The smallest application of WSGI."""

import typing as t


def app(environ: dict[str, t.Any], start_response: t.Any) -> list[bytes]:
    """Answer a text."""
    start_response(
        "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "13")]
    )
    return [b"Hello, World!"]
