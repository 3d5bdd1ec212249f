"""The application's views: what requests are read with, and answers are made with."""

from __future__ import annotations

import io
import time

import flask
import flask.views
from flask import request, session
from flask.sessions import TaggedJSONSerializer
from werkzeug.datastructures import Headers


def add_pages(app):
    """Add every view to the application."""
    _add_readers(app)
    _add_answers(app)
    _add_sessions(app)
    _add_files(app)
    _add_streams(app)
    _add_templates(app)
    _add_classes(app)
    _add_urls(app)


def _add_readers(app):
    @app.route("/echo", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def echo():
        return {
            "method": request.method,
            "url": request.url,
            "base_url": request.base_url,
            "root_url": request.root_url,
            "full_path": request.full_path,
            "host": request.host,
            "args": request.args.to_dict(flat=False),
            "form": request.form.to_dict(flat=False),
            "values": request.values.to_dict(flat=False),
            "files": [
                [key, file.filename, file.mimetype, file.read().decode("latin-1")]
                for key, file in request.files.items(multi=True)
            ],
            "cookies": request.cookies.to_dict(flat=False),
            "mimetype": request.mimetype,
            "length": request.content_length,
            "is_json": request.is_json,
            "json": request.get_json(silent=True),
            "accepts": str(request.accept_mimetypes),
            "best": request.accept_mimetypes.best_match(["text/html", "application/json"]),
            "languages": request.accept_languages.best_match(["de", "en"]),
            "agent": str(request.user_agent),
            "etags": str(request.if_none_match),
            "range": str(request.range),
            "since": str(request.if_modified_since),
            "authorization": None if request.authorization is None else request.authorization.type,
            "user": getattr(request.authorization, "username", None),
            "address": request.remote_addr,
            "secure": request.is_secure,
            "xhr": request.headers.get("X-Requested-With"),
            "headers": sorted(request.headers.items()),
        }

    @app.route("/json", methods=["POST", "PUT"])
    def read_json():
        return flask.jsonify(request.json)

    @app.post("/json/forced")
    def read_json_forced():
        return flask.jsonify(got=request.get_json(force=True))

    @app.post("/data")
    def read_data():
        data = request.get_data()
        return flask.Response(data, mimetype="application/octet-stream")

    @app.post("/stream-in")
    def read_stream():
        parts = []
        while part := request.stream.read(7):
            parts.append(part)
        return flask.jsonify([part.decode("latin-1") for part in parts])

    @app.post("/upload")
    def upload():
        file = request.files["file"]
        return f"{file.filename}|{file.mimetype}|{len(file.read())}|{sorted(request.form)}"

    @app.post("/limited")
    def limited():
        request.max_content_length = 10
        return str(len(request.get_data()))


def _add_answers(app):
    from differential.application import values_of_every_kind

    @app.get("/answer/<kind>")
    def answer(kind):
        kinds = {
            "text": lambda: "text",
            "bytes": lambda: b"\xff\x00",
            "bytearray": lambda: bytearray(b"array"),
            "dict": lambda: {"b": 1, "a": [None, True]},
            "list": lambda: [1, "zwei", {"3": 4}],
            "status": lambda: ("created", 201),
            "reason": lambda: ("odd", "299 Odd Enough"),
            "headers": lambda: ("head", {"X-One": "1", "Content-Type": "text/x-own"}),
            "pairs": lambda: ("pairs", 200, [("X-Two", "1"), ("X-Two", "2")]),
            "own-headers": lambda: ("own", Headers([("X-A", "1"), ("x-a", "2")])),
            "response": lambda: flask.Response("given", 203, {"X-Given": "yes"}),
            "replaced": lambda: (flask.Response("old", headers={"X-O": "1"}), 404, {"X-O": "2"}),
            "generator": lambda: (str(number) for number in range(4)),
            "wsgi": lambda: flask.Response.force_type(_wsgi_page, request.environ),
            "callable": lambda: _wsgi_page,
            "empty": lambda: "",
            "204": lambda: ("", 204),
            "304": lambda: ("ignored", 304),
            "none": lambda: None,
            "number": lambda: 5,
            "short-tuple": lambda: ("only",),
            "long-tuple": lambda: ("a", 200, {}, 1),
            "tuple-none": lambda: (None, 200),
            "jsonify": lambda: flask.jsonify(1, 2, "three"),
            "jsonify-names": lambda: flask.jsonify(b=2, a=1),
            "jsonify-none": lambda: flask.jsonify(),
            "jsonify-wrong": lambda: flask.jsonify(1, a=2),
            "jsonify-object": lambda: flask.jsonify(object()),
            "kinds": lambda: flask.jsonify(values_of_every_kind()),
            "made": lambda: flask.make_response(("made", 299, {"X-Made": "1"})),
            "mixed-keys": lambda: {1: "int", "b": "text"},
        }
        if kind not in kinds:
            flask.abort(404)
        return kinds[kind]()

    @app.get("/cookies/<kind>")
    def cookies(kind):
        response = flask.make_response("cookies")
        if kind == "set":
            response.set_cookie("plain", "1")
            response.set_cookie("full", "ä; b", 60, path="/x", secure=True, samesite="Lax")
            response.set_cookie("quoted", 'a"b\\c,d', httponly=True, domain="example.org")
        elif kind == "delete":
            response.delete_cookie("plain")
            response.delete_cookie("full", path="/x")
        response.vary.add("Accept")
        return response

    @app.get("/later")
    def later():
        for word in ("one", "two"):

            @flask.after_this_request
            def add(response, word=word):
                response.headers["X-Later"] = response.headers.get("X-Later", "") + word
                response.set_cookie(word, word)
                return response

        return "later"

    @app.route("/cached", methods=["GET", "POST"])
    def cached():
        response = flask.make_response("cached content")
        response.add_etag()
        response.last_modified = time.gmtime(1_700_000_000)
        response.cache_control.max_age = 30
        return response.make_conditional(request, accept_ranges=True, complete_length=14)

    @app.get("/async/<int:number>")
    async def wait(number):
        if number > 10:
            flask.abort(406)
        return {"waited": number, "path": request.path}


def _wsgi_page(environ, start_response):
    start_response("207 Multi-Status", [("X-Wsgi", "1"), ("Content-Type", "text/plain")])
    return [b"from ", environ["PATH_INFO"].encode("latin-1")]


def _add_sessions(app):
    serializer = TaggedJSONSerializer()

    @app.get("/session")
    def show():
        return flask.Response(serializer.dumps(dict(session)), mimetype="application/json")

    @app.get("/session/untouched")
    def untouched():
        return "untouched"

    @app.get("/session/set/<key>/<value>")
    def put(key, value):
        session[key] = value
        return "set"

    @app.get("/session/<action>")
    def act(action):
        def keep():
            session.permanent = True

        actions = {
            "clear": session.clear,
            "pop": lambda: session.pop("user", None),
            "permanent": keep,
            "nested": lambda: session.setdefault("list", []).append(1),
            "touch": lambda: setattr(session, "modified", True),
            "count": lambda: session.update(count=session.get("count", 0) + 1),
            "tagged": lambda: session.update(tagged=((1, 2), b"\x00", flask.Flask.__name__)),
            "read": lambda: session.get("user"),
            "bad": lambda: session.update(bad=object()),
        }
        if action not in actions:
            flask.abort(404)
        actions[action]()
        return f"{action} {session.modified} {session.permanent}"

    @app.post("/login")
    def login():
        session["user"] = request.form.get("user", "unnamed")
        flask.flash(f"Welcome {session['user']}", "info")
        flask.flash("once")
        return flask.redirect(flask.url_for("page", name="home"))

    @app.get("/flashed")
    def flashed():
        only = request.args.getlist("only")
        return flask.jsonify(flask.get_flashed_messages(True, only))


def _add_files(app):
    folder = app.static_folder or ""

    @app.get("/file/<kind>")
    def file(kind):
        if kind == "attachment":
            return flask.send_file(
                f"{folder}/digits.txt", as_attachment=True, download_name="für dich.txt"
            )
        if kind == "memory":
            data = io.BytesIO(b"in memory")
            return flask.send_file(data, mimetype="text/plain", max_age=5, etag="own")
        if kind == "relative":
            return flask.send_file("static/style.css", conditional=False)
        if kind == "nameless":
            return flask.send_file(io.BytesIO(b"x"))
        return flask.send_from_directory("static", kind)

    @app.get("/download/<path:name>")
    def download(name):
        return flask.send_from_directory(folder, name, as_attachment="as" in request.args)


def _add_streams(app):
    from differential.application import EVENTS

    @app.get("/stream/<kind>")
    def stream(kind):
        def parts():
            EVENTS.append("stream starts")
            for number in range(3):
                yield f"{number} {request.path if kind == 'context' else ''}\n"
            if kind == "fails":
                raise ValueError("in the middle")
            EVENTS.append("stream ends")

        if kind == "context":
            session["streamed"] = True
            return flask.stream_with_context(parts())
        response = flask.Response(parts(), mimetype="text/plain")
        response.call_on_close(lambda: EVENTS.append("response closed"))
        return response

    @app.get("/stream/template")
    def streamed_template():
        return flask.Response(flask.stream_template("page.html", name="streamed"))


def _add_templates(app):
    @app.get("/page/<name>")
    def page(name):
        return flask.render_template("page.html", name=name)

    @app.get("/template/<kind>")
    def template(kind):
        kinds = {
            "list": lambda: flask.render_template(["absent.html", "plain.txt"], name="<b>"),
            "string": lambda: flask.render_template_string("{{ n }}{{ g.seen }}", n="<i>"),
            "absent": lambda: flask.render_template("absent.html"),
            "broken": lambda: flask.render_template_string("{% if %}"),
            "undefined": lambda: flask.render_template_string("[{{ nothing }}]"),
            "deep": lambda: flask.render_template_string("{{ nothing.more }}"),
            "macro": lambda: flask.get_template_attribute("plain.txt", "none")(),
            "url": lambda: flask.render_template_string("{{ url_for('nowhere') }}"),
            "json": lambda: flask.render_template_string("{{ v|tojson }}", v={"a": "<'&>"}),
            "config": lambda: flask.render_template_string("{{ config.SESSION_COOKIE_NAME }}"),
        }
        if kind not in kinds:
            flask.abort(404)
        return kinds[kind]()


def _add_classes(app):
    class Items(flask.views.MethodView):
        decorators = [_marked]

        def get(self, number=None):
            return {"get": number}

        def post(self):
            return {"post": request.get_json()}, 201

        def delete(self, number):
            return "", 204

    class Page(flask.views.View):
        methods = ["GET", "POST"]
        init_every_request = False

        def __init__(self, name):
            self.name = name

        async def dispatch_request(self):
            return f"{self.name} by {request.method}"

    items = Items.as_view("items")
    app.add_url_rule("/items/", view_func=items, methods=["GET", "POST"])
    app.add_url_rule("/items/<int:number>", view_func=items, methods=["GET", "DELETE"])
    app.add_url_rule("/class", view_func=Page.as_view("class_page", "paged"))


def _marked(view):
    def marked(**values):
        response = flask.make_response(view(**values))
        response.headers["X-Marked"] = "yes"
        return response

    return marked


def _add_urls(app):
    @app.get("/urls/<word>")
    def urls(word):
        made = {
            "same": flask.url_for("urls", word=word),
            "kept": flask.url_for("urls"),
            "query": flask.url_for("no_slash", b=[1, 2], a="ä &", none=None),
            "anchor": flask.url_for("slash", _anchor="x y"),
            "external": flask.url_for("slash_value", number=3, _external=True),
            "scheme": flask.url_for("slash", _scheme="ftp", _external=True),
            "default": flask.url_for("pages", page=1),
            "other": flask.url_for("pages", page=2),
            "method": flask.url_for("verbs", _method="PUT"),
            "list": flask.url_for("list", items=["a", "ö"]),
            "child": flask.url_for("parent.child.index", number=4),
            "again": flask.url_for("again.index"),
            "float": flask.url_for("float", number=1.5),
            "path": flask.url_for("path", rest="a b/c?d"),
            "unicode": flask.url_for("unicode", word="ß"),
            "digits": flask.url_for("digits", number=42),
        }
        return flask.jsonify(made)

    @app.get("/redirect/<int:code>")
    def redirected(code):
        target = request.args.get("to", "/noslash")
        return flask.redirect(target, code)

    @app.get("/no-such-url")
    def no_such_url():
        return flask.url_for("nowhere", word=None)
