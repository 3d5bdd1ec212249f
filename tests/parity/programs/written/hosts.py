"""Hosts, subdomains, mounts and proxies."""

from __future__ import annotations

import flask
from apparatus.asking import error_of
from flask import request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix


def _ask(app, path="/", **options):
    response = app.test_client().open(path, **options)
    return [response.status_code, response.headers.get("Location"), response.text[:300]]


def _show(**values):
    return f"{request.endpoint} {sorted(values.items())} {request.host}"


def _hosts():
    app = flask.Flask("x", host_matching=True, static_host="static.test")
    app.add_url_rule("/", "main", _show, host="main.test")
    app.add_url_rule("/", "user", _show, host="<name>.main.test")
    app.add_url_rule("/", "port", _show, host="main.test:8080")
    app.add_url_rule("/dir/", "dir", _show, host="main.test")
    app.add_url_rule("/any", "any", _show, host="<path:host>")
    app.add_url_rule("/none", "none", _show)
    return app


def hosts_are_matched():
    app = _hosts()
    return [
        _ask(app, path, base_url=base)
        for path, base in (
            ("/", "http://main.test"),
            ("/", "http://u.main.test"),
            ("/", "http://main.test:8080"),
            ("/", "https://main.test:443"),
            ("/", "http://other.test"),
            ("/dir", "http://main.test"),
            ("/dir", "https://main.test"),
            ("/dir", "http://other.test"),
            ("/any", "http://a.b.c"),
            ("/none", "http://main.test"),
            ("/none", "http://localhost"),
            ("/static/x", "http://static.test"),
            ("/", "http://MAIN.test"),
        )
    ]


def hosts_are_built():
    app = _hosts()
    seen = []
    for base in ("http://main.test", "http://other.test", "https://u.main.test:81/root"):
        with app.test_request_context("/", base_url=base):
            for endpoint, values in (
                ("main", {}),
                ("user", {"name": "z"}),
                ("port", {}),
                ("dir", {"_external": True}),
                ("none", {}),
                ("none", {"_external": True}),
                ("static", {"filename": "a.css"}),
                ("any", {"host": "x.y"}),
                ("main", {"_scheme": "https"}),
                ("user", {}),
            ):
                seen.append(error_of(flask.url_for, endpoint, **values))
    return seen


def blueprints_have_hosts():
    app = flask.Flask("x", host_matching=True, static_host="s.test")
    one = flask.Blueprint("one", "one", static_folder="static")
    one.add_url_rule("/", "index", _show, host="one.test")
    two = flask.Blueprint("two", "two", url_prefix="/two")
    two.add_url_rule("/", "index", _show, host="two.test")
    one.register_blueprint(two)
    app.register_blueprint(one)
    return [[rule.host, rule.rule, rule.endpoint] for rule in app.url_map.iter_rules()] and sorted(
        str([rule.host, rule.rule, rule.endpoint]) for rule in app.url_map.iter_rules()
    )


def _subdomains(**config):
    app = flask.Flask("x", subdomain_matching=True)
    app.config.update(SERVER_NAME="main.test:5000", **config)
    app.add_url_rule("/", "root", _show)
    app.add_url_rule("/", "user", _show, subdomain="<name>")
    app.add_url_rule("/dir/", "dir", _show, subdomain="api")
    blueprint = flask.Blueprint("area", "area", subdomain="area")
    blueprint.add_url_rule("/in/", "index", _show)
    nested = flask.Blueprint("nested", "nested", subdomain="deep")
    nested.add_url_rule("/", "index", _show)
    blueprint.register_blueprint(nested)
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, name="moved", subdomain="moved")
    return app


def subdomains_are_matched():
    seen = []
    for app in (
        _subdomains(),
        _subdomains(APPLICATION_ROOT="/root", PREFERRED_URL_SCHEME="https"),
    ):
        for path, base in (
            ("/", "http://main.test:5000"),
            ("/", "http://u.main.test:5000"),
            ("/dir", "http://api.main.test:5000"),
            ("/dir/", "http://api.main.test:5000"),
            ("/in", "http://area.main.test:5000"),
            ("/in/", "http://moved.main.test:5000"),
            ("/", "http://deep.area.main.test:5000"),
            ("/", "http://main.test"),
            ("/", "http://other.test"),
            ("/", "http://1.2.3.4"),
        ):
            seen.append(_ask(app, path, base_url=base))
        for path, subdomain in (("/", "u"), ("/dir", "api"), ("/", None)):
            seen.append(_ask(app, path, subdomain=subdomain))
    return seen


def subdomains_are_built():
    app = _subdomains(APPLICATION_ROOT="/root", PREFERRED_URL_SCHEME="https")
    seen = []
    for make in (
        app.app_context,
        lambda: app.test_request_context("/"),
        lambda: app.test_request_context("/", subdomain="u"),
        lambda: app.test_request_context("/", base_url="http://u.main.test:5000/x"),
    ):
        with make():
            for endpoint, values in (
                ("root", {}),
                ("user", {"name": "z"}),
                ("user", {"name": "u"}),
                ("dir", {}),
                ("area.index", {"_external": True}),
                ("area.nested.index", {}),
                ("moved.index", {"_scheme": "ws"}),
                ("root", {"_external": False}),
                ("root", {"_anchor": "a b", "q": ["1", "ü"]}),
            ):
                seen.append(error_of(flask.url_for, endpoint, **values))
    return seen


def a_server_name_without_subdomain_matching():
    app = flask.Flask("x")
    app.config["SERVER_NAME"] = "main.test"
    app.add_url_rule("/", "root", _show)
    app.add_url_rule("/sub", "sub", _show, subdomain="api")
    return [
        _ask(app, path, base_url=base)
        for path in ("/", "/sub")
        for base in ("http://main.test", "http://api.main.test", "http://other.test")
    ]


def trusted_hosts():
    app = flask.Flask("x")
    app.config["TRUSTED_HOSTS"] = ["good.test", ".sub.test"]
    app.add_url_rule("/", "root", _show)
    app.add_url_rule("/late", "late", lambda: request.host)
    app.register_error_handler(400, lambda e: (f"bad {type(e).__name__}", 400))
    return [
        _ask(app, path, base_url=f"http://{host}")
        for path in ("/", "/missing")
        for host in ("good.test", "a.sub.test", "sub.test", "evil.test", "good.test:81")
    ]


def mounted_and_proxied():
    outer, inner = flask.Flask("outer"), flask.Flask("inner")
    for app in (outer, inner):
        app.add_url_rule(
            "/",
            "i",
            lambda: [
                flask.current_app.name,
                flask.url_for("i"),
                flask.url_for("i", _external=True),
                request.path,
                request.root_path,
                request.full_path,
                request.url_root,
            ],
        )
        app.add_url_rule("/dir/", "dir", _show)
    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/in": inner.wsgi_app, "/whole": inner})
    outer.wsgi_app = ProxyFix(outer.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)
    headers = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "pub.test",
        "X-Forwarded-Prefix": "/pre",
        "X-Forwarded-For": "9.9.9.9",
    }
    return [
        _ask(outer, path, headers=more)
        for path in ("/", "/in/", "/in/dir", "/whole/", "/nope")
        for more in ({}, headers)
    ]
