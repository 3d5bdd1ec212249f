"""What tracers do: replace methods on classes and instances, early and late."""

from __future__ import annotations

import functools

import flask
import flask.app
import flask.blueprints
import flask.cli
import flask.ctx
import flask.globals
import flask.helpers
import flask.json
import flask.json.provider
import flask.sansio.app
import flask.sansio.scaffold
import flask.sessions
import flask.templating
import flask.testing
import flask.views
import flask.wrappers
from apparatus.patched import counted, make_app

METHODS = {
    "__call__": "/",
    "wsgi_app": "/",
    "request_context": "/",
    "app_context": "/",
    "full_dispatch_request": "/",
    "preprocess_request": "/",
    "dispatch_request": "/",
    "finalize_request": "/",
    "make_response": "/",
    "process_response": "/",
    "do_teardown_request": "/",
    "do_teardown_appcontext": "/",
    "create_url_adapter": "/",
    "ensure_sync": "/",
    "raise_routing_exception": "/missing",
    "make_default_options_response": "/",
    "handle_user_exception": "/error",
    "handle_exception": "/error",
    "log_exception": "/error",
    "handle_http_exception": "/abort",
    "should_ignore_error": "/error",
    "trap_http_exception": "/abort",
    "_find_error_handler": "/error",
    "url_for": "/redirect",
    "inject_url_defaults": "/redirect",
    "redirect": "/redirect",
    "update_template_context": "/page",
    "create_jinja_environment": "/page",
    "select_jinja_autoescape": "/page",
    "handle_url_build_error": "/",
    "get_send_file_max_age": "/file",
    "async_to_sync": "/",
}


def methods_on_the_flask_class():
    return {name: counted(flask.Flask, name, path) for name, path in METHODS.items()}


def methods_of_the_classes_that_flasks_derives_from():
    parts = {
        flask.sansio.app.App: (
            "should_ignore_error",
            "trap_http_exception",
            "_find_error_handler",
            "inject_url_defaults",
            "redirect",
            "select_jinja_autoescape",
        ),
        flask.sansio.scaffold.Scaffold: (),
    }
    return {
        f"{cls.__name__}.{name}": counted(cls, name, METHODS[name])
        for cls, names in parts.items()
        for name in names
    }


def methods_on_the_instance():
    return {
        name: counted(lambda app: app, name, path)
        for name, path in METHODS.items()
        if name != "__call__"
    }


def methods_on_a_subclass():
    class Sub(flask.Flask):
        pass

    return {
        name: counted(Sub, name, path, app=lambda: make_app(Sub)) for name, path in METHODS.items()
    }


def methods_on_flask_seen_through_a_subclass():
    class Sub(flask.Flask):
        def dispatch_request(self):
            return super().dispatch_request()

    return {
        name: counted(flask.Flask, name, path, app=lambda: make_app(Sub))
        for name, path in METHODS.items()
    }


def set_up_methods_on_the_class():
    seen = {}
    for owner in (flask.Flask, flask.Blueprint):
        for name in (
            "add_url_rule",
            "before_request",
            "after_request",
            "teardown_request",
            "errorhandler",
            "register_error_handler",
            "register_blueprint",
            "route",
            "context_processor",
            "endpoint",
            "get",
            "_method_route",
        ):
            calls = []
            original = getattr(owner, name)

            def wrapped(self, *arguments, calls=calls, original=original, **more):
                calls.append(len(arguments))
                return original(self, *arguments, **more)

            had, before = name in vars(owner), vars(owner).get(name)
            setattr(owner, name, wrapped)
            app = flask.Flask("x")
            target = app if owner is flask.Flask else flask.Blueprint("b", "b")
            target.route("/a")(lambda: "a")
            target.get("/b", endpoint="b")(lambda: "b")
            target.before_request(lambda: None)
            target.after_request(lambda r: r)
            target.teardown_request(lambda e: None)
            target.errorhandler(404)(lambda e: ("x", 404))
            target.register_error_handler(405, lambda e: ("x", 405))
            target.context_processor(dict)
            target.endpoint("z")(lambda: "z")
            target.register_blueprint(flask.Blueprint("c", "c", url_prefix="/c"))
            if target is not app:
                app.register_blueprint(target)
            seen[f"{owner.__name__}.{name}"] = calls
            if had:
                setattr(owner, name, before)
            else:
                delattr(owner, name)
    return seen


def the_constructor_on_the_class():
    calls = []
    original = flask.Flask.__init__

    def wrapped(self, *arguments, **more):
        calls.append([len(arguments), sorted(more)])
        original(self, *arguments, **more)
        self.wsgi_app = _Middleware(self.wsgi_app, calls)

    flask.Flask.__init__ = wrapped
    app = make_app()
    app.test_client().get("/")
    return calls


class _Middleware:
    def __init__(self, app, calls):
        self.app, self.calls = app, calls

    def __call__(self, environ, start_response):
        self.calls.append(environ["PATH_INFO"])
        return self.app(environ, start_response)


def middleware_put_around_after_the_first_request():
    app, calls = make_app(), []
    client = app.test_client()
    client.get("/")
    app.wsgi_app = _Middleware(app.wsgi_app, calls)
    client.get("/page")
    return calls


def wsgi_app_replaced_on_the_class_after_the_instance():
    app, calls = make_app(), []
    app.wsgi_app = _Middleware(app.wsgi_app, calls)
    original = flask.Flask.wsgi_app
    flask.Flask.wsgi_app = lambda self, *a: (calls.append("class"), original(self, *a))[1]
    app.test_client().get("/")
    return calls


def view_functions_wrapped_in_all():
    app, calls = make_app(), []
    client = app.test_client()
    client.get("/")
    for name, view in app.view_functions.items():

        @functools.wraps(view)
        def wrapped(*arguments, name=name, view=view, **more):
            calls.append(name)
            return view(*arguments, **more)

        app.view_functions[name] = wrapped
    client.get("/")
    client.get("/item/3")
    return calls


def before_request_funcs_put_in_front():
    app, calls = make_app(), []
    app.before_request(lambda: calls.append("second"))
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: calls.append("first"))
    app.test_client().get("/")
    app.before_request_funcs[None].insert(0, lambda: calls.append("zeroth"))
    app.test_client().get("/")
    return calls


def dispatch_replaced_by_one_that_does_it_itself():
    def dispatch(self):
        request = flask.globals.request_ctx.request
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        rule = request.url_rule
        view = self.view_functions[rule.endpoint]
        return self.ensure_sync(view)(**request.view_args)

    flask.Flask.dispatch_request = dispatch
    client = make_app().test_client()
    return client.get("/item/2").text, client.get("/nope").status_code


def wsgi_app_written_anew():
    class App(flask.Flask):
        def wsgi_app(self, environ, start_response):
            ctx = self.request_context(environ)
            error = None
            try:
                try:
                    ctx.push()
                    response = self.full_dispatch_request()
                except Exception as e:
                    error = e
                    response = self.handle_exception(e)
                except BaseException as e:
                    error = e
                    raise
                return response(environ, start_response)
            finally:
                if "werkzeug.debug.preserve_context" in environ:
                    environ["werkzeug.debug.preserve_context"](flask.globals._cv_app.get())
                    environ["werkzeug.debug.preserve_context"](flask.globals._cv_request.get())
                if error is not None and self.should_ignore_error(error):
                    error = None
                ctx.pop(error)

    app = make_app(App)
    events = []
    app.teardown_request(lambda e: events.append(type(e).__name__))
    client = app.test_client()
    answers = [client.get(path).status_code for path in ("/", "/error", "/nope", "/session")]
    with client:
        client.get("/read")
        answers.append(flask.session["a"])
    return answers, events, client.get("/read").text


def full_dispatch_written_anew():
    class App(flask.Flask):
        def full_dispatch_request(self):
            try:
                flask.request_started.send(self, _async_wrapper=self.ensure_sync)
                rv = self.preprocess_request()
                if rv is None:
                    rv = self.dispatch_request()
            except Exception as e:
                rv = self.handle_user_exception(e)
            return self.finalize_request(rv)

    app = make_app(App)
    app.register_error_handler(ValueError, lambda e: ("handled", 500))
    client = app.test_client()
    return [client.get(path).text for path in ("/", "/error", "/session", "/read")]


def a_descriptor_in_the_place_of_a_method():
    class Wrapper:
        def __init__(self, wrapped, calls):
            self.wrapped, self.calls = wrapped, calls

        def __get__(self, instance, owner=None):
            bound = self.wrapped.__get__(instance, owner)

            def call(*arguments, **more):
                self.calls.append(len(arguments))
                return bound(*arguments, **more)

            return call

    seen = {}
    for name in ("full_dispatch_request", "wsgi_app", "__call__", "dispatch_request"):
        original, calls = getattr(flask.Flask, name), []
        setattr(flask.Flask, name, Wrapper(original, calls))
        make_app().test_client().get("/")
        setattr(flask.Flask, name, original)
        seen[name] = calls
    return seen
