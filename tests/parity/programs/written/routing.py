"""Prefixes, defaults, converters, methods, and URLs built from them."""

from __future__ import annotations

import flask
from apparatus.asking import error_of
from flask import g, request
from werkzeug.routing import BaseConverter, EndpointPrefix, Rule, RuleFactory, Subdomain, Submount


def _ask(app, path="/", **options):
    response = app.test_client().open(path, **options)
    return [response.status_code, response.headers.get("Location"), response.text[:300]]


def _show(**values):
    return f"{request.endpoint} {sorted(values.items())} {request.host}"


def url_defaults_and_preprocessors():
    app = flask.Flask("x")
    order = []

    @app.url_value_preprocessor
    def pull(endpoint, values):
        order.append(["app", endpoint, dict(values or {})])
        g.lang = (values or {}).pop("lang", None)

    @app.url_defaults
    def push(endpoint, values):
        if app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", g.get("lang") or "xx")

    blueprint = flask.Blueprint("bp", "bp", url_prefix="/<lang>/bp", url_defaults={"page": 1})

    @blueprint.url_value_preprocessor
    def pull_here(endpoint, values):
        order.append(["bp", endpoint, dict(values)])
        values["extra"] = g.lang

    @blueprint.url_defaults
    def push_here(endpoint, values):
        values["from"] = "bp"

    @blueprint.app_url_defaults
    def push_all(endpoint, values):
        values["all"] = "1"

    blueprint.add_url_rule(
        "/<int:page>",
        "paged",
        lambda page, extra: f"{page} {extra} {flask.url_for('.paged', page=2)}",
    )
    blueprint.add_url_rule(
        "/", "first", lambda page, extra: f"{page} {extra} {flask.url_for('home')}"
    )
    app.add_url_rule("/<lang>/", "home", lambda: flask.url_for("bp.paged", page=3))
    app.register_blueprint(blueprint)
    return [
        _ask(app, path) for path in ("/de/", "/de/bp/4", "/de/bp/", "/nope/nope/nope/nope")
    ], order


def static_files_of_blueprints():
    app = flask.Flask("x")
    one = flask.Blueprint("one", "one", static_folder="st", url_prefix="/one")
    two = flask.Blueprint("two", "two", static_folder="st", static_url_path="/files")
    one.register_blueprint(two, url_prefix="/two")
    app.register_blueprint(one)
    with app.test_request_context("/one/"):
        return sorted(rule.rule for rule in app.url_map.iter_rules()), [
            flask.url_for(endpoint, filename="a b.css")
            for endpoint in ("static", "one.static", "one.two.static")
        ]


def url_for_in_all_ways():
    app = flask.Flask("x")
    app.add_url_rule("/a/<int:n>", "a", _show)
    app.add_url_rule("/b/<path:p>", "b", _show, methods=["POST"])
    app.add_url_rule("/b", "b", _show, defaults={"p": "d"}, methods=["GET"])
    app.add_url_rule("/c/<x>", "c", _show)
    blueprint = flask.Blueprint("bp", "bp", url_prefix="/bp")
    blueprint.add_url_rule(
        "/",
        "i",
        lambda: str([flask.url_for(".i"), error_of(flask.url_for, "i"), flask.url_for("a", n=1)]),
    )
    app.register_blueprint(blueprint)
    seen = [_ask(app, "/bp/")]
    app.url_build_error_handlers.append(
        lambda error, endpoint, values: (
            f"handled {endpoint} {sorted(values)}" if endpoint == "h" else None
        )
    )
    with app.test_request_context("/a/1?x=1", base_url="http://h.test:80/root/"):
        for endpoint, values in (
            ("a", {"n": 2}),
            ("a", {"n": 2, "q": "ä b&c", "z": None}),
            ("a", {"n": 2, "q": [1, 2], "_anchor": "ü x"}),
            ("a", {"n": "no"}),
            ("a", {}),
            ("b", {"p": "x/y z", "_method": "POST"}),
            ("b", {"p": "d"}),
            ("b", {}),
            ("c", {"x": "a/b?c#d"}),
            ("c", {"x": ""}),
            ("h", {"k": 1}),
            ("nope", {}),
            (".a", {"n": 1}),
            ("a", {"n": 1, "_external": True, "_scheme": "https"}),
            ("a", {"n": 1, "_scheme": ""}),
            ("a", {"n": 1, "_scheme": "", "_external": True}),
            ("a", {"n": 1, "_scheme": "https", "_external": False}),
        ):
            seen.append(error_of(flask.url_for, endpoint, **values))
    with app.app_context():
        seen.append(error_of(flask.url_for, "a", n=1))
    app.config["SERVER_NAME"] = "srv.test"
    with app.app_context():
        seen += [
            flask.url_for("a", n=1),
            flask.url_for("a", n=1, _external=False),
            app.url_for("a", n=2),
        ]
    return seen


def converters_of_the_applications_own():
    class Even(BaseConverter):
        regex = r"\d+"
        weight = 50

        def __init__(self, map, low="0", *, high=100):
            super().__init__(map)
            self.low, self.high = int(low), high

        def to_python(self, value):
            number = int(value)
            if number % 2:
                from werkzeug.routing import ValidationError

                raise ValidationError
            return number

        def to_url(self, value):
            return f"{value:03}"

    class FromContext(BaseConverter):
        def to_python(self, value):
            return f"{value} {flask.session.get('a')} {request.method} {flask.current_app.name}"

    app = flask.Flask("x")
    app.secret_key = "s"
    app.url_map.converters.update(even=Even, ctx=FromContext)
    app.add_url_rule("/e/<even(2, high=10):n>", "e", lambda n: flask.url_for("e", n=n))
    app.add_url_rule("/c/<ctx:n>", "c", lambda n: n)
    return [_ask(app, path) for path in ("/e/4", "/e/5", "/c/x")], error_of(
        app.add_url_rule, "/u/<unknown:x>", "u", _show
    )


def rules_added_to_the_map_by_hand():
    app = flask.Flask("x", static_folder=None)
    app.url_map.add(Rule("/raw", endpoint="raw"))
    app.url_map.add(
        Submount("/mount", [Rule("/a", endpoint="raw"), Rule("/b/<int:n>", endpoint="n")])
    )
    app.url_map.add(EndpointPrefix("pre/", [Rule("/p", endpoint="raw")]))
    app.view_functions["raw"] = _show
    app.endpoint("n")(_show)
    app.endpoint("pre/raw")(_show)

    class Factory(RuleFactory):
        def get_rules(self, map):
            yield Rule("/made", endpoint="raw", methods=["POST"])

    app.url_map.add(Factory())
    app.test_client().get("/raw")
    app.url_map.add(Rule("/late", endpoint="raw"))
    return [
        _ask(app, path, method=method)
        for path, method in (
            ("/raw", "GET"),
            ("/raw", "POST"),
            ("/mount/a", "GET"),
            ("/mount/b/3", "GET"),
            ("/p", "GET"),
            ("/made", "GET"),
            ("/made", "POST"),
            ("/late", "GET"),
        )
    ], [isinstance(Subdomain, type), len(list(app.url_map.iter_rules()))]


def settings_of_the_map():
    seen = []
    for name, value in (
        ("strict_slashes", False),
        ("merge_slashes", False),
        ("redirect_defaults", False),
        ("sort_parameters", True),
    ):
        app = flask.Flask("x")
        setattr(app.url_map, name, value)
        app.add_url_rule("/dir/", "dir", _show)
        app.add_url_rule("/file", "file", _show)
        app.add_url_rule("/p/", "p", _show, defaults={"n": 1})
        app.add_url_rule("/p/<int:n>", "p", _show)
        seen.append(
            [
                name,
                *[
                    _ask(app, path)
                    for path in ("/dir", "/dir/", "/file/", "//file", "/p/1", "/p/")
                ],
            ]
        )
        with app.test_request_context():
            seen.append(flask.url_for("file", b=1, a=2))
    return seen


def slashes_and_redirects():
    app = flask.Flask("x")
    app.add_url_rule("/dir/", "dir", _show, methods=["GET", "POST"])
    app.add_url_rule("/old/<int:n>", "old", redirect_to="/new/<n>")
    app.add_url_rule("/call/<int:n>", "call", redirect_to=lambda adapter, n: f"/new/{n + 1}")
    app.add_url_rule("/new/<int:n>", "new", _show)
    seen = [
        _ask(app, path, method=method, **more)
        for path, method, more in (
            ("/dir?a=b&c=ü", "GET", {}),
            ("/dir", "POST", {"data": {"a": "b"}}),
            ("/dir", "POST", {}),
            ("/dir", "HEAD", {}),
            ("/dir//", "GET", {}),
            ("/old/3", "GET", {}),
            ("/call/3?x=1", "GET", {}),
            ("/dir", "GET", {"base_url": "http://h.test/pre"}),
        )
    ]
    seen.append(app.test_client().get("/old/3", follow_redirects=True).text)
    app.debug = True
    seen.append(_ask(app, "/dir", method="POST", data={"a": "b"})[0])
    return seen


def methods_and_options():
    class Resource:
        methods = ["GET", "PATCH"]
        required_methods = ("PURGE",)
        provide_automatic_options = False

        def __call__(self):
            return request.method

    app = flask.Flask("x")
    app.add_url_rule("/obj", "obj", Resource())
    app.add_url_rule("/str", "str", _show, methods=["get", "Post"])
    app.add_url_rule("/both", "get", _show)
    app.add_url_rule("/both", "post", _show, methods=["POST"])
    app.route("/opt", methods=["OPTIONS", "GET"])(lambda: "own options")
    seen = [error_of(app.add_url_rule, "/bad", "bad", _show, methods="GET")]
    for path in ("/obj", "/str", "/both", "/opt"):
        for method in ("OPTIONS", "PATCH", "PURGE", "POST", "HEAD", "DELETE"):
            response = app.test_client().open(path, method=method)
            seen.append(
                [
                    path,
                    method,
                    response.status_code,
                    sorted((response.headers.get("Allow") or "").split(", ")),
                    response.text[:20],
                ]
            )
    app = flask.Flask("x")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.add_url_rule("/", "i", _show)
    seen.append(_ask(app, method="OPTIONS")[0])
    return seen


def endpoints_twice_and_setup_errors():
    app = flask.Flask("x")
    app.add_url_rule("/", "i", _show)
    seen = [
        error_of(app.add_url_rule, "/2", "i", lambda: 1),
        error_of(app.add_url_rule, "/2", "i", _show),
        error_of(app.add_url_rule, "no-slash", "n", _show),
        error_of(app.add_url_rule, "/3"),
        error_of(flask.Blueprint, "a.b", "x"),
        error_of(flask.Blueprint, "", "x"),
        error_of(app.register_blueprint, flask.Blueprint("b", "b")),
        error_of(app.register_blueprint, flask.Blueprint("b", "b")),
        error_of(flask.Blueprint("c", "c").add_url_rule, "/", "a.b", _show),
        error_of(app.get, "/", methods=["POST"]),
        error_of(app.register_error_handler, 999, _show),
        error_of(app.register_error_handler, "404", _show),
        error_of(app.register_error_handler, ValueError("x"), _show),
        error_of(app.register_error_handler, 42, _show),
    ]
    app.test_client().get("/")
    late = flask.Blueprint("late", "late")
    for call in (
        lambda: app.add_url_rule("/late", "late", _show),
        lambda: app.before_request(_show),
        lambda: app.register_blueprint(late),
        lambda: app.errorhandler(404)(_show),
        lambda: app.template_filter("x")(str),
        lambda: app.context_processor(dict),
        lambda: app.teardown_appcontext(_show),
        lambda: app.shell_context_processor(dict),
        lambda: app.url_defaults(_show),
        lambda: app.endpoint("x")(_show),
        lambda: setattr(app, "static_folder", "x"),
    ):
        result = error_of(call)
        seen.append(result if isinstance(result, BaseException) else "allowed")
    return seen


def nested_blueprints_with_names():
    app = flask.Flask("x", static_folder=None)
    a, b, c = (flask.Blueprint(name, name, url_prefix=f"/{name}") for name in "abc")
    order = []
    for one in (a, b, c):
        one.before_request(lambda name=one.name: order.append(name))
        one.add_url_rule(
            "/",
            "i",
            lambda: str(
                [request.blueprint, request.blueprints, flask.url_for(".i"), request.endpoint]
            ),
        )
    b.register_blueprint(c)
    a.register_blueprint(b, name="bee", url_prefix="/bee")
    a.register_blueprint(c, name="see", url_prefix="/see")
    app.register_blueprint(a)
    app.register_blueprint(a, name="a2", url_prefix="/a2")
    app.register_blueprint(b)
    return (
        [
            _ask(app, path)
            for path in ("/a/", "/a/bee/", "/a/bee/c/", "/a/see/", "/a2/bee/c/", "/b/c/")
        ],
        order,
        list(app.blueprints),
        error_of(a.register_blueprint, a),
    )


def request_attributes_of_routing():
    app = flask.Flask("x")
    blueprint = flask.Blueprint("bp", "bp")

    @app.before_request
    def note():
        g.seen = [
            request.endpoint,
            str(request.url_rule),
            request.view_args,
            request.blueprint,
            request.blueprints,
            type(request.routing_exception).__name__,
        ]

    blueprint.add_url_rule("/bp/<x>", "x", lambda x: str(g.seen))
    app.register_blueprint(blueprint)
    app.register_error_handler(404, lambda e: (str(g.seen), 404))
    app.register_error_handler(
        405, lambda e: (str([*g.seen, e.valid_methods and sorted(e.valid_methods)]), 405)
    )
    return [_ask(app, "/bp/1"), _ask(app, "/nope"), _ask(app, "/bp/1", method="POST")]


def view_args_changed_before_the_view():
    app = flask.Flask("x")
    app.before_request(lambda: request.view_args.update(n=7))
    app.add_url_rule("/<int:n>", "n", lambda n: str(n))
    return _ask(app, "/1")


def the_url_rule_changed_before_the_view():
    app = flask.Flask("x")
    app.add_url_rule("/a", "a", lambda: "a")
    app.add_url_rule("/b", "b", lambda: "b")

    def swap():
        request.url_rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "b")

    app.before_request(swap)
    return _ask(app, "/a")


def the_routing_error_taken_away():
    app = flask.Flask("x")
    app.add_url_rule("/a", "a", lambda: "a")

    def rescue():
        if request.routing_exception is not None:
            request.routing_exception = None
            request.url_rule, request.view_args = app.create_url_adapter(request).match(
                "/a", return_rule=True
            )

    app.before_request(rescue)
    return _ask(app, "/nope")
