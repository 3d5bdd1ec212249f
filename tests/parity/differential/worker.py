"""The child process: applications on one implementation, asked over a pipe.

    python worker.py flask|kernos [httpbin]

With a second word it serves that application, as it was installed, instead of those here.
A message is its length in four bytes, then a pickle. Messages and answers are plain values.
The clock stands still and what is random is not, so that answers are equal byte by byte.
"""

from __future__ import annotations

import io
import logging
import os
import pickle
import random
import struct
import sys
import time
import warnings
from pathlib import Path

NOW = 1_790_000_000.0


def main() -> None:
    """Answer messages until the pipe is closed."""
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if sys.argv[1] == "kernos":
        import kernos_flask

        kernos_flask.install()
    time.time = lambda: NOW
    time.sleep = lambda seconds: None
    os.urandom = bytes  # as many zeros
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    answerers = _answerers()
    while head := incoming.read(4):
        name, arguments = pickle.loads(incoming.read(*struct.unpack("!I", head)))
        answer = pickle.dumps(answerers[name](*arguments), pickle.HIGHEST_PROTOCOL)
        outgoing.write(struct.pack("!I", len(answer)) + answer)
        outgoing.flush()


def _answerers():
    import flask

    from differential import application

    if sys.argv[2:] == ["httpbin"]:
        import httpbin

        apps = {"httpbin": httpbin.app}
    else:
        apps = {name: make() for name, make in application.APPLICATIONS.items()}

    def identity():
        return {"file": flask.__file__, "bases": [base.__module__ for base in flask.Flask.mro()]}

    def talk(conversations):
        return [
            [
                [application.EVENTS.clear(), ask(apps[name], request, jar, seen)][1]
                for request in requests
            ]
            for name, requests in conversations
            for jar, seen in [({}, {})]
        ]

    def ask(app, request, jar, seen):
        random.seed(0)
        answer = respond(app, request, jar, seen)
        return (*answer, tuple(application.EVENTS))

    def sign(settings, sessions):
        app = _app_of_sessions(flask, settings)
        cookies = []
        for content in sessions:
            with app.test_request_context():
                session = app.session_interface.open_session(app, flask.request)
                session.update(content)
                response = app.response_class()
                app.session_interface.save_session(app, session, response)
            cookies.append(response.headers.get("Set-Cookie", "").partition(";")[0])
        return cookies

    def read(settings, cookies):
        app = _app_of_sessions(flask, settings)
        found = []
        for cookie in cookies:
            try:
                with app.test_request_context(headers={"Cookie": cookie}):
                    found.append(dict(flask.session))
            except Exception as error:
                found.append(f"raised {type(error).__name__}")
        return found

    def sign_text(settings, texts):
        app = _app_of_sessions(flask, settings)
        signer = app.session_interface.get_signing_serializer(app)
        signer.serializer = _AsItIs
        return [f"session={signer.dumps(text)}" for text in texts]

    def rules(name):
        return sorted(
            (rule.rule, sorted(rule.methods or ())) for rule in apps[name].url_map.iter_rules()
        )

    return {
        "identity": identity,
        "rules": rules,
        "talk": talk,
        "sign": sign,
        "read": read,
        "sign_text": sign_text,
    }


class _AsItIs:
    """The serializer of what is text already."""

    dumps = loads = staticmethod(lambda text: text)


def _app_of_sessions(flask, settings):
    app = flask.Flask("differential_sessions")
    for name, value in settings.get("JSON", {}).items():
        setattr(app.json, name, value)
    app.config.update(settings)
    return app


def respond(app, request, jar, seen):
    """Call the application as a server would; return status, headers and body.

    ``jar`` holds the client's cookies, ``seen`` what requests may quote of the last answer.
    """
    method, path, query, headers, body, extra = request
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body or method in {"POST", "PUT", "PATCH"}:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in headers:
        for key, known in seen.items():
            value = value.replace(f"<{key}>", known)
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        environ[key] = value
    cookies = [f"{name}={value}" for name, value in jar.items()]
    if "HTTP_COOKIE" in environ:
        cookies.append(environ["HTTP_COOKIE"])
    if cookies:
        environ["HTTP_COOKIE"] = "; ".join(cookies)
    environ.update(extra)
    started = []

    def start_response(status, sent, exc_info=None):
        started[:] = [status, list(sent)]
        return lambda data: None

    try:
        parts = app(environ, start_response)
        try:
            content = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
    except Exception as error:
        started[:] = [*(started or ["raised", []])]
        return started[0], started[1], f"raised {type(error).__name__}".encode()
    status, sent = started
    _remember(sent, jar, seen)
    return status, sent, content


def _remember(headers, jar, seen):
    for name, value in headers:
        key = name.lower()
        if key == "set-cookie":
            pair, _, attributes = value.partition(";")
            cookie, _, content = pair.partition("=")
            if "Max-Age=0" in attributes:
                jar.pop(cookie, None)
            else:
                jar[cookie] = content
        elif key in {"etag", "last-modified", "location"}:
            seen[key] = value


if __name__ == "__main__":
    main()
