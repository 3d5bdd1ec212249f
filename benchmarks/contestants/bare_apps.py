"""A function of WSGI and nothing else: what any framework adds to."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import parse_qs

HTML = "text/html; charset=utf-8"
ENCODER = json.JSONEncoder(separators=(",", ":"))


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the one application."""
    return {"plain": lambda: app}


def app(environ: dict[str, t.Any], start_response: t.Any) -> list[bytes]:
    """Answer the simplest cases by hand."""
    path = environ["PATH_INFO"]
    status, media = "200 OK", HTML
    if path == "/":
        text = "Hello, World!"
    elif path == "/json":
        text, media = ENCODER.encode({"message": "Hello, World!"}), "application/json"
    elif path.startswith("/user/"):
        text = f"User {int(path[6:])}"
    elif path == "/search":
        text = parse_qs(environ["QUERY_STRING"])["q"][0]
    elif path == "/form":
        text = parse_qs(sent(environ).decode())["name"][0]
    elif path == "/order":
        text = json.loads(sent(environ))["name"]
    else:
        status, text = "404 Not Found", "Not Found"
    body = text.encode()
    start_response(status, [("Content-Type", media), ("Content-Length", str(len(body)))])
    return [body]


def sent(environ: dict[str, t.Any]) -> bytes:
    """Return the request's body."""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return body
