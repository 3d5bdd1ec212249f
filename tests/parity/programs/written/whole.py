"""Whole applications, with what belongs to one."""

from __future__ import annotations

import io
import sqlite3

import click
import flask
import flask.views
from flask import g, request, session
from werkzeug.security import check_password_hash, generate_password_hash


def _steps(client, steps):
    seen = []
    for method, path, options in steps:
        answer = client.open(path, method=method, **options)
        kept = {k: answer.headers.get(k) for k in ("Location", "Allow", "ETag", "Content-Range")}
        seen.append([method, path, answer.status_code, answer.get_data()[:300].decode("latin-1")])
        seen[-1].append({k: v for k, v in kept.items() if v})
    return seen


def a_blog_with_users_and_a_database():
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript("create table user(name, hash); create table post(author, title);")
    app = flask.Flask("blog")
    app.config.from_mapping(SECRET_KEY="dev", DEBUG_STEPS=[])
    closed = []
    auth = flask.Blueprint("auth", "auth", url_prefix="/auth")
    blog = flask.Blueprint("blog", "blog")

    def get_db():
        if "db" not in g:
            g.db = database.cursor()
        return g.db

    @app.teardown_appcontext
    def close_db(error):
        cursor = g.pop("db", None)
        closed.append(cursor is not None)

    @auth.before_app_request
    def load_user():
        name = session.get("user")
        g.user = name and get_db().execute("select * from user where name=?", [name]).fetchone()

    @auth.route("/register", methods=("GET", "POST"))
    def register():
        if request.method == "POST":
            name, password = request.form["name"], request.form.get("password", "")
            if password:
                hashed = generate_password_hash(password, "pbkdf2:sha256:10")
                get_db().execute("insert into user values(?, ?)", [name, hashed])
                return flask.redirect(flask.url_for(".login"))
            flask.flash("Password is required.")
        return flask.render_template_string("{{ get_flashed_messages() }} {{ url_for('.login') }}")

    @auth.route("/login", methods=("GET", "POST"))
    def login():
        error = None
        if request.method == "POST":
            found = get_db().execute("select * from user where name=?", [request.form["name"]])
            user = found.fetchone()
            if user is None or not check_password_hash(user[1], request.form["password"]):
                error = "Incorrect."
            else:
                session.clear()
                session["user"] = user[0]
                return flask.redirect(flask.url_for("index"))
            flask.flash(error, "bad")
        return flask.render_template_string(
            "{% for kind, text in get_flashed_messages(with_categories=true) %}"
            "{{ kind }}:{{ text }}{% endfor %}|{{ g.user }}"
        )

    @auth.route("/logout")
    def logout():
        session.clear()
        return flask.redirect(flask.url_for("index"))

    @blog.route("/create", methods=("POST",))
    def create():
        if g.user is None:
            return flask.redirect(flask.url_for("auth.login"))
        get_db().execute("insert into post values(?, ?)", [g.user[0], request.form["title"]])
        return flask.redirect(flask.url_for("blog.index"), 303)

    @blog.route("/")
    def index():
        posts = get_db().execute("select * from post").fetchall()
        return flask.render_template_string(
            "{{ posts|tojson }} {{ g.user and g.user[0] }}", posts=posts
        )

    app.register_blueprint(auth)
    app.register_blueprint(blog)
    app.add_url_rule("/", endpoint="index")

    @app.cli.command("count")
    @click.argument("word", default="posts")
    def count(word):
        click.echo(f"{get_db().execute('select count(*) from post').fetchone()[0]} {word}")

    form = {"name": "me", "password": "secret"}
    steps = [
        ("GET", "/", {}),
        ("POST", "/create", {"data": {"title": "no"}}),
        ("POST", "/auth/register", {"data": {"name": "me"}}),
        ("POST", "/auth/register", {"data": form}),
        ("POST", "/auth/login", {"data": {**form, "password": "x"}}),
        ("GET", "/auth/login", {}),
        ("POST", "/auth/login", {"data": form}),
        ("POST", "/create", {"data": {"title": "<one>"}, "follow_redirects": True}),
        ("GET", "/auth/logout", {"follow_redirects": True}),
        ("POST", "/auth/login", {"data": {"name": "x"}}),
        ("GET", "/auth/nope", {}),
    ]
    seen = _steps(app.test_client(), steps)
    output = app.test_cli_runner().invoke(args=["count", "all"]).output
    return seen, output, len(closed), sum(closed)


def a_rest_service_of_views():
    app = flask.Flask("rest")
    items = {1: {"id": 1, "name": "a"}}
    trace = []

    def traced(view):
        def wrapper(*arguments, **values):
            trace.append([view.__name__, sorted(values)])
            return view(*arguments, **values)

        return wrapper

    class Item(flask.views.MethodView):
        init_every_request = False
        decorators = [traced]

        def __init__(self, table):
            self.table = table

        def _find(self, number):
            return self.table.get(number) or flask.abort(404, f"no item {number}")

        def get(self, number):
            response = flask.jsonify(self._find(number))
            response.add_etag()
            return response.make_conditional(request)

        def patch(self, number):
            self._find(number).update(request.get_json())
            return self.table[number]

        def delete(self, number):
            del self.table[number]
            return "", 204

    class Group(flask.views.MethodView):
        def __init__(self, table):
            self.table = table

        def get(self):
            return list(self.table.values())

        def post(self):
            number = max(self.table) + 1
            self.table[number] = {"id": number, **request.get_json()}
            return self.table[number], 201, {"Location": flask.url_for("item", number=number)}

    app.add_url_rule("/items/<int:number>", view_func=Item.as_view("item", items))
    app.add_url_rule("/items/", view_func=Group.as_view("items", items))

    @app.errorhandler(Exception)
    def any_error(error):
        code = getattr(error, "code", 500)
        return {"error": type(error).__name__, "text": getattr(error, "description", "")}, code

    etag = app.test_client().get("/items/1").headers["ETag"]
    steps = [
        ("GET", "/items/", {}),
        ("GET", "/items", {}),
        ("POST", "/items/", {"json": {"name": "b"}}),
        ("POST", "/items/", {"data": "{", "content_type": "application/json"}),
        ("POST", "/items/", {"data": "x"}),
        ("GET", "/items/1", {"headers": {"If-None-Match": etag}}),
        ("HEAD", "/items/2", {}),
        ("OPTIONS", "/items/2", {}),
        ("PUT", "/items/2", {}),
        ("PATCH", "/items/2", {"json": {"name": "c"}}),
        ("DELETE", "/items/2", {}),
        ("GET", "/items/2", {}),
        ("DELETE", "/items/2", {}),
        ("GET", "/items/x", {}),
    ]
    return _steps(app.test_client(), steps), trace


def a_place_for_files():
    app = flask.Flask("files")
    app.config["MAX_CONTENT_LENGTH"] = 600
    kept = {}

    @app.route("/", methods=["POST"])
    def upload():
        files = request.files.getlist("file")
        for file in files:
            kept[file.filename] = (file.read(), file.mimetype)
        return flask.redirect(flask.url_for("download", name=files[0].filename))

    @app.route("/<path:name>")
    def download(name):
        if name not in kept:
            flask.abort(404)
        content, mimetype = kept[name]
        return flask.send_file(
            io.BytesIO(content),
            mimetype,
            as_attachment="save" in request.args,
            download_name=name,
            conditional=True,
            etag="tag",
            max_age=60,
        )

    app.register_error_handler(413, lambda error: ("too much", 413))
    data = {"file": [(io.BytesIO(b"0123456789"), "a/ž.txt"), (io.BytesIO(b"two"), "b.bin")]}
    steps = [
        ("POST", "/", {"data": data}),
        ("GET", "/a/ž.txt", {}),
        ("GET", "/a/ž.txt?save", {}),
        ("GET", "/a/ž.txt", {"headers": {"Range": "bytes=2-4"}}),
        ("GET", "/a/ž.txt", {"headers": {"Range": "bytes=20-"}}),
        ("GET", "/a/ž.txt", {"headers": {"If-None-Match": '"tag"'}}),
        ("GET", "/none", {}),
        ("POST", "/", {"data": {"file": (io.BytesIO(b"x" * 700), "big")}}),
        ("POST", "/", {"data": {"other": "1"}}),
    ]
    return _steps(app.test_client(), steps)
