"""The test client, and what it keeps."""

from __future__ import annotations

import flask
import flask.cli
from apparatus.asking import error_of
from apparatus.echoing import make_app
from flask import g, request, session


def the_client_sends_everything():
    client = make_app().test_client()
    return [
        client.open(*arguments, **more).get_json(silent=True)
        for arguments, more in (
            (("/echo",), {}),
            (("/echo",), {"method": "POST", "data": {"a": "1"}}),
            (("/echo",), {"method": "POST", "json": {"a": 1}}),
            (("/echo",), {"headers": {"X-A": "1"}, "query_string": "q=1"}),
            (("/echo",), {"base_url": "https://h.test:8/p"}),
            (("/echo",), {"environ_base": {"REMOTE_ADDR": "1.2.3.4"}}),
            (("/echo",), {"environ_overrides": {"X_MINE": "yes"}}),
            (("/echo",), {"auth": ("u", "p")}),
            (("https://full.test/echo?x=1",), {}),
            ((flask.testing.EnvironBuilder(make_app(), "/echo", query_string={"b": 1}),), {}),
        )
    ]


def the_clients_defaults():
    client = make_app().test_client()
    client.environ_base["REMOTE_ADDR"] = "9.9.9.9"
    client.environ_base["HTTP_X_BASE"] = "b"
    client.allow_subdomain_redirects = True
    agent = make_app().test_client().environ_base["HTTP_USER_AGENT"].split("/")[0]
    return client.get("/echo").json, agent, client.preserve_context, sorted(client.environ_base)


def redirects_are_followed():
    client = make_app().test_client()
    response = client.get("/away", follow_redirects=True)
    posted = client.post("/post", data={"a": "1"}, follow_redirects=True)
    with client:
        client.get("/away", follow_redirects=True)
        inside = request.path
    return (
        response.json["url"],
        [one.status_code for one in response.history],
        posted.json["form"],
        response.request.path,
        inside,
    )


def cookies_of_the_client():
    app = make_app()
    client = app.test_client()
    client.set_cookie("a", "b")
    client.set_cookie("c", "d", domain="other.test", path="/p")
    seen = [
        client.get("/echo").json["cookies"],
        client.get("/echo", base_url="http://other.test/p").json["cookies"],
    ]
    client.get("/session/1")
    seen.append(
        [
            client.get_cookie("a").value,
            client.get_cookie("session") is not None,
            client.get_cookie("nope"),
        ]
    )
    client.delete_cookie("a")
    seen.append(sorted(client.get("/echo").json["cookies"]))
    seen.append(app.test_client(use_cookies=False).get("/session/1").status_code)
    return seen


def session_transactions():
    app = make_app()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["v"] = "set before"
        kept.permanent = True
    seen = [client.get("/session/other").text]
    with client.session_transaction() as kept:
        seen.append(dict(kept))
        kept.clear()
    with client.session_transaction(subdomain="x") as kept:
        seen.append(dict(kept))
    seen.append(client.get("/session/again").text)
    seen.append(
        error_of(lambda: app.test_client(use_cookies=False).session_transaction().__enter__())
    )

    def broken():
        with client.session_transaction() as kept:
            kept["lost"] = 1
            raise KeyError

    seen.append(error_of(broken))
    with client.session_transaction() as kept:
        seen.append(sorted(kept))
    with client:
        client.get("/")
        with client.session_transaction() as kept:
            kept["w"] = 1
        seen.append([request.path, dict(session)])
        client.get("/")
        seen.append(dict(session))
    return seen


def nested_clients():
    app = make_app()
    client = app.test_client()

    def nest():
        with client, client:
            pass

    with client as one, app.test_client() as two:
        one.get("/")
        two.get("/echo")
        seen = [request.path]
    return error_of(nest), seen


def context_kept_after_an_error():
    app = make_app()
    app.testing = True
    app.add_url_rule("/error", "error", lambda: setattr(g, "x", 1) or 1 // 0)
    with app.test_client() as client:
        client.get("/")
        seen = [error_of(client.get, "/error"), flask.has_request_context()]
    return seen, flask.has_request_context()


def attributes_of_the_answer():
    response = make_app().test_client().post("/echo", json={"a": 1})
    return [
        response.json == response.get_json(),
        response.text == response.get_data(as_text=True),
        response.request.path,
        response.request.method,
        response.is_json,
        response.status,
        type(response).__name__,
        isinstance(response, flask.Response),
        response.history,
        response.mimetype,
    ]
