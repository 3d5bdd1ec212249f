"""Subclasses that override what Flask calls for itself, in public and in private."""

from __future__ import annotations

import abc
import functools
import logging
import os
import tempfile
from unittest import mock

import flask
import flask.app
import flask.blueprints
import flask.cli
import flask.ctx
import flask.json.provider
import flask.sansio.app
import flask.sessions
import flask.templating
import flask.testing
import flask.wrappers
import jinja2
from apparatus.asking import get
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import cached_property


def _noting(cls, names):
    """Return a subclass that notes the calls of methods, and an instance's notes."""
    calls = []

    def method(name):
        def called(self, *arguments, **more):
            calls.append(name)
            return getattr(super(noted, self), name)(*arguments, **more)

        return called

    noted = type("Noted", (cls,), {})
    for name in names.split():
        if hasattr(cls, name):
            setattr(noted, name, method(name))
    return noted, calls


def hooks_of_the_constructor():
    names = "auto_find_instance_path make_config make_aborter add_url_rule _check_setup_finished"
    names += " create_jinja_environment create_global_jinja_loader"
    names += " select_jinja_autoescape get_send_file_max_age _find_error_handler"
    noted, calls = _noting(flask.Flask, names)
    app = noted("x")
    made = list(calls)
    calls.clear()
    app.add_url_rule("/", "index", lambda: flask.render_template_string("{{ 1 }}"))
    app.register_error_handler(404, lambda error: "none")
    told = list(calls)
    calls.clear()
    answers = [get(app), get(app, "/nope")]
    return made, told, answers, calls


def hooks_of_a_request():
    names = "request_context app_context preprocess_request dispatch_request process_response"
    names += " full_dispatch_request finalize_request make_response do_teardown_request url_for"
    names += " do_teardown_appcontext handle_http_exception handle_user_exception log_exception"
    names += " handle_exception ensure_sync trap_http_exception raise_routing_exception"
    names += " make_default_options_response inject_url_defaults handle_url_build_error"
    names += " should_ignore_error _find_error_handler redirect"
    noted, calls = _noting(flask.Flask, names)
    app = noted("x")
    app.secret_key = "s"
    app.add_url_rule("/", "index", lambda: flask.url_for("index"))
    app.add_url_rule("/boom", "boom", lambda: {}["x"])
    app.add_url_rule("/stop", "stop", lambda: flask.abort(409))
    app.add_url_rule("/away/", "away", lambda: flask.redirect("/"))
    app.add_url_rule("/lost", "lost", lambda: flask.url_for("nothing"))
    app.before_request(lambda: None)
    seen = {}
    client = app.test_client()
    for path in ("/", "/boom", "/stop", "/nope", "/away", "/away/", "/lost"):
        calls.clear()
        status = client.get(path).status_code
        seen[path] = [status, *calls]
    calls.clear()
    return seen, [client.options("/").status_code, *calls]


def the_private_finder_of_handlers():
    class App(flask.Flask):
        def _find_error_handler(self, error, blueprints):
            found = super()._find_error_handler(error, blueprints)
            if found is None and isinstance(error, HTTPException):
                return lambda error: (f"any {error.code} {list(blueprints)}", error.code)
            return found

    app = App("x")
    blueprint = flask.Blueprint("bp", "bp")
    blueprint.add_url_rule("/stop", "stop", lambda: flask.abort(418))
    blueprint.register_error_handler(409, lambda error: ("mine", 409))
    blueprint.add_url_rule("/mine", "mine", lambda: flask.abort(409))
    app.register_blueprint(blueprint)
    app.add_url_rule("/boom", "boom", lambda: [].pop())
    return [get(app, path) for path in ("/stop", "/mine", "/nope")], get(app, "/boom")[0]


def the_check_of_the_setup_is_off():
    class App(flask.Flask):
        def _check_setup_finished(self, f_name):
            pass

    app = App("x")
    app.add_url_rule("/", "index", lambda: "index")
    seen = [get(app)]
    app.add_url_rule("/late", "late", lambda: "late")
    app.before_request(lambda: flask.g.setdefault("late", 1) and None)
    app.register_blueprint(flask.Blueprint("bp", "bp"))
    return [*seen, get(app, "/late"), sorted(app.blueprints)]


def properties_where_flask_has_attributes():
    class App(flask.Flask):
        @property
        def session_interface(self):
            return _Interface()

        @cached_property
        def jinja_options(self):
            return {"variable_start_string": "[[", "variable_end_string": "]]"}

        @property
        def response_class(self):
            return _Response

        @property
        def request_class(self):
            return _Request

        @property
        def json_provider_class(self):
            return _JSON

    class _Interface(flask.sessions.SecureCookieSessionInterface):
        def get_cookie_name(self, app):
            return "mine"

    class _Response(flask.Response):
        default_mimetype = "text/mine"

    class _Request(flask.Request):
        mine = "request"

    class _JSON(flask.json.provider.DefaultJSONProvider):
        compact = True

    app = App("x")
    app.secret_key = "s"
    app.add_url_rule("/", "index", lambda: flask.render_template_string("[[ request.mine ]]"))
    app.add_url_rule("/set", "set", lambda: flask.session.update(a=1) or {"a": 1})
    response = app.test_client().get("/set")
    return (
        get(app),
        response.text,
        response.mimetype,
        response.headers["Set-Cookie"].partition("=")[0],
    )


def a_framework_upon_flask_in_the_way_of_indico():
    class Environment(flask.templating.Environment):
        def get_template(self, name, parent=None, globals=None):
            return super().get_template(name.removeprefix("~"), parent, globals)

    class Blueprint(flask.Blueprint):
        def __init__(self, *arguments, **more):
            self._prefix_all = more.pop("prefix_all", "")
            super().__init__(*arguments, **more)

        def make_setup_state(self, app, options, first_registration=False):
            return State(self, app, options, first_registration)

        def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
            super().add_url_rule(self._prefix_all + rule, endpoint, view_func, **options)

    class State(flask.blueprints.BlueprintSetupState):
        def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
            if rule.startswith("!/"):
                kept, self.url_prefix = self.url_prefix, None
                super().add_url_rule(rule[1:], endpoint, view_func, **options)
                self.url_prefix = kept
            else:
                super().add_url_rule(rule, endpoint, view_func, **options)

    class Page:
        def __init__(self):
            self.made = True

        def process(self):
            return f"{type(self).__name__} {sorted(flask.request.view_args)}"

    class App(flask.Flask):
        jinja_environment = Environment

        @property
        def has_static_folder(self):
            return False

        @cached_property
        def manifest(self):
            return {"a.js": "a.1.js"}

        def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
            if isinstance(view_func, type):
                page = view_func
                view_func = functools.wraps(page, updated=())(lambda **values: page().process())
            return super().add_url_rule(rule, endpoint, view_func, **options)

    app = App("x")
    app.jinja_loader = jinja2.DictLoader({"page": "{{ a }} in {{ request.path }}"})
    blueprint = Blueprint("bp", "bp", url_prefix="/bp", prefix_all="/all")
    blueprint.add_url_rule("/page/<n>", "page", Page)
    blueprint._prefix_all = ""
    blueprint.add_url_rule("!/top", "top", lambda: flask.render_template("~page", a=1))
    app.register_blueprint(blueprint)
    return (
        [get(app, path) for path in ("/bp/all/page/3", "/top", "/static/x")],
        sorted(str(rule) for rule in app.url_map.iter_rules()),
        app.manifest,
    )


def rules_and_maps_of_ones_own():
    class MyRule(Rule):
        def __init__(self, string, *arguments, **more):
            self.mark = more.pop("mark", None)
            super().__init__(string, *arguments, **more)

        def get_empty_kwargs(self):
            return {**super().get_empty_kwargs(), "mark": self.mark}

    class MyMap(Map):
        default_subdomain_here = "x"

        def add(self, rulefactory):
            added.append(getattr(rulefactory, "rule", None))
            super().add(rulefactory)

    added = []

    class App(flask.Flask):
        url_rule_class = MyRule
        url_map_class = MyMap

    app = App("x")
    app.add_url_rule("/<int:n>", "item", lambda n: flask.request.url_rule.mark, mark="yes")
    app.url_map.add(MyRule("/late", endpoint="late", mark="late"))
    app.view_functions["late"] = lambda: flask.request.url_rule.mark
    with app.test_request_context():
        urls = [flask.url_for("item", n=1, q=2), flask.url_for("late", _external=True)]
    return get(app, "/1"), get(app, "/late"), added, urls, type(app.url_map).__name__


def requests_that_read_bodies_their_own_way():
    class Request(flask.Request):
        max_content_length = 50
        calls = []

        def on_json_loading_failed(self, error):
            self.calls.append(type(error).__name__)
            return {"failed": error is not None}

        def _load_form_data(self):
            self.calls.append("form")
            super()._load_form_data()

        def make_form_data_parser(self):
            self.calls.append("parser")
            return super().make_form_data_parser()

        @property
        def want_form_data_parsed(self):
            return super().want_form_data_parsed and "raw" not in self.args

    class App(flask.Flask):
        request_class = Request

    app = App("x")

    @app.route("/", methods=["POST"])
    def index():
        request = flask.request
        return {"form": request.form, "json": request.get_json(), "data": request.data.decode()}

    @app.route("/silent", methods=["POST"])
    def silent():
        return [flask.request.get_json(silent=True), flask.request.get_json(force=True)]

    client = app.test_client()
    return [
        client.post("/", data={"a": "1"}, headers={"Content-Type": form}).text
        for form in ("application/x-www-form-urlencoded",)
    ] + [
        client.post("/", data="{bad", content_type="application/json").text,
        client.post("/?raw", data="a=1", content_type="application/json").text,
        client.post("/silent", data="[1]", content_type="text/plain").text,
        client.post("/", data="x" * 60).status_code,
        Request.calls,
    ]


def files_and_folders_their_own_way():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "a.txt"), "w") as file:
            file.write("content")

        class App(flask.Flask):
            def get_send_file_max_age(self, filename):
                return 7 if filename.endswith(".txt") else None

            def send_static_file(self, filename):
                if filename == "no":
                    raise NotFound("mine")
                return super().send_static_file(filename.removeprefix("v1/"))

            def open_resource(self, resource, mode="rb", *more):
                return super().open_resource(resource.lower(), mode, *more)

            def auto_find_instance_path(self):
                return folder

        app = App("x", static_folder=folder, root_path=folder)
        client = app.test_client()
        answers = [client.get(f"/static/{name}") for name in ("a.txt", "v1/a.txt", "no", "b")]
        with app.open_resource("A.TXT") as file:
            read = file.read().decode()
        with app.open_instance_resource("a.txt") as file:
            read += file.read().decode()
        seen = [[one.status_code, one.headers.get("Cache-Control")] for one in answers]
        return seen, read, app.instance_path == folder


def the_logger_and_errors_their_own_way():
    records = []

    class App(flask.Flask):
        @cached_property
        def logger(self):
            logger = logging.getLogger("mine")
            logger.error = lambda *arguments, **more: records.append([*arguments[:1], bool(more)])
            return logger

        def log_exception(self, exc_info):
            records.append(exc_info[0].__name__)
            super().log_exception(exc_info)

        def handle_exception(self, error):
            if isinstance(error, KeyError):
                return self.make_response(("by hand", 503))
            return super().handle_exception(error)

        def trap_http_exception(self, error):
            return isinstance(error, NotFound)

    app = App("x")
    app.add_url_rule("/key", "key", lambda: {}["x"])
    app.add_url_rule("/index", "index", lambda: [].pop())
    app.add_url_rule("/stop", "stop", lambda: flask.abort(409))
    return [get(app, path)[0] for path in ("/key", "/index", "/stop", "/nope")], records


def clients_and_runners_their_own_way():
    class Client(flask.testing.FlaskClient):
        def __init__(self, *arguments, **more):
            self.token = more.pop("token", None)
            super().__init__(*arguments, **more)

        def open(self, *arguments, **more):
            headers = more.pop("headers", {})
            return super().open(*arguments, headers={**headers, "X-Token": self.token}, **more)

    class Runner(flask.testing.FlaskCliRunner):
        def invoke(self, *arguments, **more):
            result = super().invoke(*arguments, **more)
            result.mine = True
            return result

    class App(flask.Flask):
        test_client_class = Client
        test_cli_runner_class = Runner

        def test_client(self, use_cookies=True, **more):
            return super().test_client(use_cookies, token="t", **more)

        def test_request_context(self, *arguments, **more):
            return super().test_request_context(*arguments, method="PUT", **more)

    app = App("x")
    app.add_url_rule("/", "index", lambda: flask.request.headers["X-Token"])
    app.cli.command("say")(lambda: print(flask.current_app.name))
    with app.test_request_context("/") as ctx:
        method = ctx.request.method
    result = app.test_cli_runner().invoke(args=["say"])
    return get(app), method, result.output, result.mine, type(app.test_client()).__name__


def urls_their_own_way():
    class App(flask.Flask):
        def url_for(self, endpoint, **values):
            if endpoint.startswith("http"):
                return endpoint
            return super().url_for(endpoint, **values)

        def inject_url_defaults(self, endpoint, values):
            values.setdefault("lang", "cs")
            super().inject_url_defaults(endpoint, values)

        def handle_url_build_error(self, error, endpoint, values):
            return f"lost:{endpoint}:{sorted(values)}"

        def create_url_adapter(self, request):
            adapter = super().create_url_adapter(request)
            if adapter is not None and request is not None:
                adapter.script_name = "/mounted/"
            return adapter

    app = App("x")
    app.config["SERVER_NAME"] = "example.org"
    names = ("http://a", "page", "nothing", "page")
    app.add_url_rule("/<lang>/", "page", lambda lang: " ".join(map(flask.url_for, names)))
    with app.app_context():
        outside = [flask.url_for(name) for name in names]
    return get(app, "/en/", base_url="http://example.org"), outside


def templates_their_own_way():
    class App(flask.Flask):
        def create_jinja_environment(self):
            environment = super().create_jinja_environment()
            environment.filters["twice"] = lambda text: text * 2
            environment.globals["made_by"] = type(self).__name__
            return environment

        def create_global_jinja_loader(self):
            own = jinja2.DictLoader({"a.html": "{{ x|twice }} {{ made_by }}", "a.txt": "{{ x }}"})
            return jinja2.ChoiceLoader([own, super().create_global_jinja_loader()])

        def select_jinja_autoescape(self, filename):
            return filename is not None and not filename.endswith(".html")

        def update_template_context(self, context):
            super().update_template_context(context)
            context.setdefault("x", "<default>")

    app = App("x")
    with app.test_request_context():
        return (
            flask.render_template("a.html", x="<"),
            flask.render_template("a.txt", x="<"),
            flask.render_template("a.txt"),
            flask.render_template_string("{{ x }}"),
            flask.render_template(["none", "a.html"]),
            "twice" in app.jinja_env.filters,
        )


def requests_made_by_a_function():
    class Request(flask.Request):
        def __init__(self, environ, mark="none"):
            super().__init__(environ)
            self.mark = mark

    def make(environ):
        return Request(environ, "by a function")

    class App(flask.Flask):
        request_class = staticmethod(make)

    seen = []
    for app in (App("x"), flask.Flask("x")):
        app.add_url_rule("/", "index", lambda: getattr(flask.request, "mark", "no mark"))
        seen.append(get(app))
        app.request_class = functools.partial(Request, mark="a partial")
        seen.append(get(app))
        app.request_class = Request
        seen.append(get(app))
    return seen


def classes_of_other_metaclasses():
    class Named(abc.ABC):
        @abc.abstractmethod
        def name(self): ...

    class Response(Named, flask.Response):
        def name(self):
            return "response"

    class Interface(flask.sessions.SecureCookieSessionInterface, abc.ABC):
        pass

    class Context(flask.ctx.RequestContext, Named):
        def name(self):
            return "context"

    class App(flask.Flask, Named):
        response_class = Response
        session_interface = Interface()

        def request_context(self, environ):
            return Context(self, environ)

        name = "x"

    app = App("x")
    app.secret_key = "s"
    app.add_url_rule("/", "index", lambda: flask.globals.request_ctx.name())
    app.add_url_rule("/set", "set", lambda: flask.session.update(a=1) or "set")
    response = app.test_client().get("/set")
    return get(app), "Set-Cookie" in response.headers, isinstance(app.response_class(), Named)


def a_mock_that_is_a_response():
    made = mock.create_autospec(flask.Response, instance=True)
    with mock.patch.object(flask.Response, "set_data", autospec=True) as patched:
        flask.Response("x")
        called = patched.call_count
    app = flask.Flask("x")
    app.secret_key = "s"
    app.add_url_rule("/", "index", lambda: "index")
    interface = app.session_interface
    with mock.patch.object(interface, "open_session", wraps=interface.open_session) as opened:
        get(app)
        counts = [opened.call_count]
        get(app)
        counts.append(opened.call_count)
    with mock.patch("flask.app.RequestContext", side_effect=flask.ctx.RequestContext) as context:
        get(app)
        counts.append(context.call_count)
    return isinstance(made, flask.Response), called, counts, get(app)


def listed_after_a_request():
    class App(flask.Flask):
        pass

    app = App("app", static_folder=None)
    app.add_url_rule("/", "index", lambda: "body")
    app.test_client().get("/")
    return [kind.__name__ for kind in App.__subclasses__()]


def with_a_metaclass_of_its_own():
    class Single(type):
        made = None

        def __call__(cls, *args, **kwargs):
            if cls.made is None:
                cls.made = super().__call__(*args, **kwargs)
            return cls.made

    class App(flask.Flask, metaclass=Single):
        pass

    app = App("app", static_folder=None)
    app.add_url_rule("/", "index", lambda: "body")
    client = app.test_client()
    seen = [client.get("/").text, App("other") is app]
    App.dispatch_request = lambda self: "patched"
    seen.append(client.get("/").text)
    del App.dispatch_request
    App.make_response = lambda self, rv: self.response_class(f"made of {rv}")
    return [*seen, client.get("/").text, type(app) is App]


def told_of_its_subclasses():
    told = []

    class App(flask.Flask):
        def __init_subclass__(cls, **kwargs):
            super().__init_subclass__(**kwargs)
            told.append(cls.__name__)

    class Mine(App):
        pass

    app = Mine("app", static_folder=None)
    app.add_url_rule("/", "index", lambda: "body")
    return app.test_client().get("/").text, told
