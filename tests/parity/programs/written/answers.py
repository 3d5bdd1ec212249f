"""What views may return, streams, files, cookies, templates."""

from __future__ import annotations

import io

import flask
from apparatus.asking import error_of
from flask import request, session
from werkzeug.exceptions import NotFound


def _ask(app, path="/", **options):
    response = app.test_client().open(path, **options)
    return [response.status_code, response.text[:300]]


def what_views_may_return():
    app = flask.Flask("x")
    results = {
        "text": lambda: "text",
        "bytes": lambda: b"bytes",
        "bytearray": lambda: bytearray(b"array"),
        "generator": lambda: (part for part in ("a", "b")),
        "iterator": lambda: iter(["a", "b"]),
        "list": lambda: [1, {"a": 2}],
        "dict": lambda: {"b": 1, "a": None},
        "empty": lambda: "",
        "tuple2": lambda: ("t", 201),
        "tuple_headers": lambda: ("t", {"X-A": "1"}),
        "tuple_list": lambda: ("t", [("X-A", "1"), ("X-A", "2")]),
        "tuple3": lambda: ("t", "202 Fine", {"X-A": "1"}),
        "tuple_response": lambda: (flask.Response("r", headers={"X-A": "0"}), 203, {"X-A": "1"}),
        "tuple_dict": lambda: ({"a": 1}, 201),
        "status_text": lambda: ("t", "250"),
        "tuple1": lambda: ("t",),
        "tuple4": lambda: ("t", 1, 2, 3),
        "none": lambda: None,
        "int": lambda: 3,
        "float": lambda: 1.5,
        "true": lambda: True,
        "set": lambda: {1},
        "object": lambda: object(),
        "wsgi": lambda: NotFound(),
        "response_type": lambda: flask.Response,
        "none_status": lambda: ("t", None),
        "status_enum": lambda: ("t", __import__("http").HTTPStatus.ACCEPTED),
        "content_type": lambda: ("t", {"Content-Type": "text/x"}),
        "stream": lambda: flask.Response(
            flask.stream_with_context(part for part in ("a", request.path))
        ),
        "str_subclass": lambda: flask.templating.render_template_string("<{{ 1 }}>"),
        "markup": lambda: __import__("markupsafe").Markup("<b>"),
        "headers_object": lambda: (
            "t",
            __import__("werkzeug").datastructures.Headers({"X-A": "1"}),
        ),
        "jsonify_args": lambda: flask.jsonify(1, 2),
        "jsonify_none": lambda: flask.jsonify(),
        "no_content": lambda: ("", 204),
        "not_modified": lambda: ("body", 304),
        "early": lambda: ("body", 100),
    }
    for name, view in results.items():
        app.add_url_rule(f"/{name}", name, view)
    seen = {}
    for name in results:
        response = app.test_client().get(f"/{name}")
        seen[name] = [response.status, sorted(response.headers.items()), response.text[:80]]
    return seen


def streams_and_their_ends():
    app = flask.Flask("x")
    order = []
    app.teardown_request(lambda e: order.append("teardown"))

    @app.route("/gen")
    def gen():
        def generate():
            try:
                yield "a"
                yield "b"
            finally:
                order.append("closed")

        return generate()

    @app.route("/close")
    def close():
        response = flask.Response(iter("ab"))
        response.call_on_close(lambda: order.append("on close"))
        return response

    client = app.test_client()
    response = client.get("/gen", buffered=False)
    first = next(response.response)
    response.close()
    with client.get("/close") as closing:
        text = closing.text
    return first, text, order


def stream_with_context_in_its_forms():
    app = flask.Flask("x")
    app.secret_key = "s"

    @app.route("/decorated")
    def decorated():
        @flask.stream_with_context
        def generate(word):
            yield word
            yield request.args["q"]
            yield session.get("a", "none")

        session["a"] = "set"
        return generate("hi ")

    @app.route("/template")
    def template():
        return flask.stream_template_string(
            "{{ request.path }} {% for i in n %}{{ i }}{% endfor %}", n=range(3)
        )

    @app.route("/failing")
    def failing():
        def generate():
            yield "a"
            raise ValueError

        return flask.stream_with_context(generate())

    client = app.test_client()
    return (
        client.get("/decorated?q=1").text,
        client.get("/template").text,
        error_of(lambda: client.get("/failing").text),
    )


def files_are_sent():
    app = flask.Flask("x", root_path="/")
    with app.test_request_context("/", headers={"Range": "bytes=0-3"}):
        response = flask.send_file(
            io.BytesIO(b"0123456789"),
            mimetype="text/x",
            download_name="a ü.txt",
            as_attachment=True,
            max_age=7,
            etag="tag",
            conditional=True,
        )
        seen = [response.status_code, sorted(response.headers.items(), key=str)]
    with app.test_request_context("/"):
        for call in (
            lambda: flask.send_file(io.StringIO("x")),
            lambda: flask.send_file(io.BytesIO(b"x")),
            lambda: flask.send_file(io.BytesIO(b"x"), download_name="x.css").mimetype,
            lambda: flask.send_from_directory("/etc", "../etc/passwd"),
            lambda: flask.send_from_directory("/etc", "nope-nope"),
            lambda: flask.send_file("/nope/nope"),
            lambda: app.send_static_file("x"),
            lambda: app.open_resource("etc/hostname", "w"),
            lambda: app.get_send_file_max_age("x"),
        ):
            result = error_of(call)
            seen.append("response" if isinstance(result, flask.Response) else result)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 100
    with app.app_context():
        seen.append(app.get_send_file_max_age("x"))
    return seen


def flashed_messages():
    app = flask.Flask("x")
    app.secret_key = "s"

    @app.route("/")
    def index():
        flask.flash("one")
        flask.flash(__import__("markupsafe").Markup("<b>"), "cat")
        return str(session["_flashes"])

    @app.route("/read")
    def read():
        seen = [
            flask.get_flashed_messages(with_categories=True),
            flask.get_flashed_messages(category_filter=["cat"]),
            flask.get_flashed_messages(),
        ]
        return str([seen, "_flashes" in session])

    client = app.test_client()
    return [client.get(path).text for path in ("/", "/read", "/read")]


def templates_in_their_ways():
    app = flask.Flask("x")
    app.template_filter("twice")(lambda v: v * 2)
    app.template_filter()(_named)
    app.template_test()(_named)
    app.template_global("three")(lambda: 3)
    app.add_template_global(4, "four")
    app.jinja_env.filters["direct"] = lambda v: f"<{v}>"
    app.jinja_env.globals.update(env_global="eg")
    blueprint = flask.Blueprint("bp", "bp")
    blueprint.app_template_filter("bp_filter")(lambda v: f"bp {v}")
    blueprint.app_context_processor(lambda: {"for_all": 1})
    blueprint.context_processor(lambda: {"only_bp": 1})
    source = (
        "{{ 'a'|twice }}{{ 1|_named }}{{ 1 is _named }}{{ three() }}{{ four }}"
        "{{ 'd'|direct }}{{ env_global }}{{ 'b'|bp_filter }}{{ for_all }}{{ only_bp }}"
        "{{ g.x }}{{ config.X }}{{ url_for('i') }}{{ get_flashed_messages() }}"
        "{{ request.method }}{{ session.a }}"
    )
    app.config["X"] = "cfg"
    app.add_url_rule("/", "i", lambda: flask.render_template_string(source))
    blueprint.add_url_rule("/bp", "i", lambda: flask.render_template_string(source))
    app.register_blueprint(blueprint)
    with app.test_request_context("/"):
        template = app.jinja_env.from_string("{% macro m(a) %}[{{ a }}]{% endmacro %}{{ x }}")
        seen = [
            flask.render_template(template, x=1),
            flask.render_template([template]),
            template.render(x=2),
        ]
        seen.append(error_of(flask.render_template, "nope.html"))
        seen.append(error_of(flask.render_template, ["nope.html", "nope2.html"]))
        seen.append(error_of(flask.render_template_string, "{{ undefined.x }}"))
        seen.append(error_of(flask.render_template_string, "{{ broken"))
        seen.append(
            flask.render_template_string(
                "{{ '<' }}{{ '<'|safe }}{% autoescape false %}{{ '<' }}{% endautoescape %}"
            )
        )
        seen.append(flask.render_template_string("{{ x|tojson }}", x={"a": "</script>'"}))
    return _ask(app), _ask(app, "/bp"), seen


def _named(value):
    return value


def context_processors_in_order():
    app = flask.Flask("x")
    app.context_processor(lambda: {"a": "first", "b": "first"})
    app.context_processor(lambda: {"b": "second", "request": "replaced"})
    blueprint = flask.Blueprint("bp", "bp")
    blueprint.context_processor(lambda: {"b": "bp"})
    blueprint.add_url_rule(
        "/bp",
        "i",
        lambda: flask.render_template_string("{{ a }} {{ b }} {{ request }}", a="given"),
    )
    app.add_url_rule(
        "/",
        "i",
        lambda: flask.render_template_string("{{ a }} {{ b }} {{ request }} {{ g }}", g="given"),
    )
    app.register_blueprint(blueprint)
    return _ask(app), _ask(app, "/bp")


def cookies_and_sessions():
    app = flask.Flask("x")
    app.config.update(
        SECRET_KEY="s",
        PERMANENT_SESSION_LIFETIME=60,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/p",
    )

    @app.route("/<do>")
    def do(do):
        if do == "set":
            session["n"] = {"a": (1, 2), "b": b"x"}
        elif do == "permanent":
            session.permanent = True
        elif do == "clear":
            session.clear()
        elif do == "nested":
            session["n"]["a"] = 3
            session.modified = True
        elif do == "peek":
            return str(session._get_current_object().accessed)
        return str(sorted(session.items()))

    client = app.test_client()
    seen = []
    for path in ("/peek", "/set", "/read", "/nested", "/read", "/permanent", "/clear", "/read"):
        response = client.get(path, base_url="http://localhost/p")
        cookie = response.headers.get("Set-Cookie", "")
        seen.append(
            [
                path,
                response.text,
                response.headers.get("Vary"),
                cookie.partition(";")[2].replace(" ", "").split("Expires")[0],
                bool(cookie),
            ]
        )
    return seen


def session_without_a_key():
    app = flask.Flask("x")
    app.add_url_rule(
        "/read", "read", lambda: str([session.get("a"), "a" in session, len(session)])
    )
    app.add_url_rule("/write", "write", lambda: session.update(a=1) or "x")
    app.add_url_rule("/flash", "flash", lambda: flask.flash("x") or "x")
    app.testing = True
    return (
        _ask(app, "/read"),
        error_of(_ask, app, "/write"),
        error_of(_ask, app, "/flash"),
        error_of(_ask, app, "/nope"),
    )


def request_bodies():
    app = flask.Flask("x")
    app.config["MAX_CONTENT_LENGTH"] = 100

    @app.route("/", methods=["POST"])
    def index():
        return {
            "json": request.get_json(silent=True),
            "is_json": request.is_json,
            "form": request.form.to_dict(flat=False),
            "files": {k: [v.filename, v.read().decode()] for k, v in request.files.items()},
            "data": request.get_data(as_text=True),
            "values": request.values.to_dict(),
            "length": request.content_length,
            "type": request.mimetype,
        }

    app.add_url_rule("/json", "json", lambda: request.json, methods=["POST"])

    @app.route("/limit", methods=["POST"])
    def limit():
        request.max_content_length = 5
        return request.get_data()

    client = app.test_client()
    calls = [
        ("/", {"json": [1]}),
        ("/", {"data": {"a": ["1", "2"]}}),
        ("/", {"data": {"f": (io.BytesIO(b"x"), "f.txt")}}),
        ("/", {"data": b"raw", "content_type": "text/plain"}),
        ("/", {"data": b"{", "content_type": "application/json"}),
        ("/", {"data": b"x" * 200}),
        ("/json", {"data": b"{", "content_type": "application/json"}),
        ("/json", {"data": b"{}"}),
        ("/json", {"data": b"{}", "content_type": "application/merge+json"}),
        ("/limit", {"data": b"123456"}),
    ]
    return [
        [r.status_code, r.text[:400]] for path, more in calls for r in [client.post(path, **more)]
    ]


def the_application_is_called_as_wsgi():
    app = flask.Flask("x")
    app.add_url_rule("/", "i", lambda: ("x", {"X-A": "ü".encode().decode("latin1")}))
    from werkzeug.test import create_environ, run_wsgi_app

    seen = []
    for environ in (
        create_environ("/"),
        create_environ("/", method="HEAD"),
        create_environ("/nope"),
    ):
        parts, status, headers = run_wsgi_app(app, environ)
        seen.append([b"".join(parts).decode()[:50], status, sorted(headers)])
    environ = create_environ("/")
    app(
        environ,
        lambda status, headers, exc_info=None: seen.append(
            [type(status).__name__, type(headers).__name__, [type(x).__name__ for x in headers[0]]]
        ),
    )
    return seen


def make_response_in_its_forms():
    app = flask.Flask("x")
    with app.test_request_context():
        return [
            [r.status_code, r.get_data(as_text=True), r.mimetype, type(r).__name__]
            for r in (
                flask.make_response(),
                flask.make_response("a"),
                flask.make_response("a", 201),
                flask.make_response(("a", 201)),
                flask.make_response({"a": 1}, 202, {"X": "1"}),
                flask.make_response(flask.Response("x", 203)),
                app.make_response(("a", 204)),
                app.make_response(NotFound()),
                flask.make_response([1, 2]),
                flask.make_response(b"x", [("X", "1")]),
            )
        ]


def response_attributes():
    app = flask.Flask("x")
    with app.test_request_context("/p"):
        r = flask.Response('{"a": 1}', mimetype="application/json", status="299 Odd")
        r.set_cookie("a", "b", httponly=True, samesite="Strict", partitioned=False)
        r.delete_cookie("c")
        r.headers["Location"] = "/rel"
        r.cache_control.max_age = 3
        r.vary.add("X")
        r.add_etag()
        r.last_modified = 0
        r.content_language.add("de")
        return [
            r.json,
            r.get_json(),
            r.is_json,
            r.status,
            r.max_cookie_size,
            r.calculate_content_length(),
            r.is_sequence,
            r.is_streamed,
            sorted(r.get_wsgi_headers(request.environ).items()),
            repr(r),
            r.default_mimetype,
        ]
