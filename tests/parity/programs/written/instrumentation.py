"""Instrumentation as the packages of tracers and error reporters do it."""

from __future__ import annotations

import functools

import flask
import flask.app
import flask.blueprints
import flask.helpers
import flask.json
import flask.templating
import flask.views
from apparatus.asking import error_of, get

PATHS = ("/", "/item/3", "/boom", "/page", "/stream", "/abort", "/nope", "/bp/in", "/again")


def _fill(app):
    app.secret_key = "s"
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/page", "page", lambda: flask.render_template_string("a{{ 1 }}"))
    app.add_url_rule("/abort", "stop", lambda: flask.abort(418))
    app.add_url_rule("/again", "again", lambda: flask.redirect("/"))

    @app.route("/item/<int:n>")
    def item(n):
        flask.session["n"] = n
        return {"n": n}

    @app.route("/boom")
    def boom():
        raise ZeroDivisionError

    @app.route("/stream")
    def stream():
        return flask.Response(flask.stream_with_context(str(i) for i in range(3)))

    @app.errorhandler(404)
    def missing(error):
        return "missing", 404

    blueprint = flask.Blueprint("bp", __name__, url_prefix="/bp")
    blueprint.before_request(lambda: None)
    blueprint.add_url_rule("/in", "in", lambda: "in")
    app.register_blueprint(blueprint)
    return app


#: A stream is torn down once, after it, and not twice as with Flask.
WHOLE = tuple(path for path in PATHS if path != "/stream")


def _tour(app, paths=PATHS):
    client = app.test_client()
    return [[path, (answer := client.get(path)).status_code, answer.text[:20]] for path in paths]


def the_class_of_the_package_is_replaced():
    spans = []

    class Instrumented(flask.Flask):
        def __init__(self, *arguments, **more):
            super().__init__(*arguments, **more)
            inner = self.wsgi_app

            def outer(environ, start_response):
                environ["trace.start"] = len(spans)

                def started(status, headers, *rest):
                    headers.append(("X-Trace", str(environ["trace.start"])))
                    spans.append([status, environ.get("trace.rule")])
                    return start_response(status, headers, *rest)

                return inner(environ, started)

            self.wsgi_app = outer
            self.before_request(self._open_span)
            self.teardown_request(self._close_span)

        def _open_span(self):
            rule = flask.request.url_rule
            flask.request.environ["trace.rule"] = rule.rule if rule else None

        def _close_span(self, error):
            open_span = flask.request.environ.pop("trace.start", None)
            spans.append([open_span is not None, type(error).__name__])

    original = flask.Flask
    flask.Flask = Instrumented
    try:
        app = _fill(flask.Flask("x"))
    finally:
        flask.Flask = original
    answers = _tour(app, WHOLE)
    headers = dict(app.test_client().get("/").headers)
    return answers, spans, sorted(headers)


def one_application_is_instrumented_and_freed():
    app = _fill(flask.Flask("x"))
    seen = []
    kept = app.wsgi_app

    def outer(environ, start_response):
        seen.append(environ["PATH_INFO"])
        return kept(environ, start_response)

    def before():
        seen.append(flask.request.endpoint)

    def torn(error):
        seen.append(type(error).__name__)

    app.wsgi_app = outer
    app.before_request(before)
    app.teardown_request(torn)
    first = _tour(app)
    app.wsgi_app = kept
    app.before_request_funcs[None].remove(before)
    app.teardown_request_funcs[None].remove(torn)
    count = len(seen)
    return (
        first,
        _tour(app) == first,
        len(seen) == count,
        [one for one in seen if one != "NoneType"],
    )


def the_call_of_the_class_is_wrapped_and_signals_are_heard():
    seen = []
    original = flask.Flask.__call__

    def called(self, environ, start_response):
        seen.append("call")
        return original(self, environ, start_response)

    flask.Flask.__call__ = called

    def started(app, **more):
        request = flask.request._get_current_object()
        seen.append([request.endpoint, request.url_rule and request.url_rule.rule, sorted(more)])

    def failed(app, exception, **more):
        seen.append([type(exception).__name__, app is flask.current_app._get_current_object()])

    def rendering(app, template, context, **more):
        seen.append([template.name, sorted(context)[:2]])
        context["added"] = 1

    flask.request_started.connect(started)
    flask.got_request_exception.connect(failed)
    flask.before_render_template.connect(rendering)
    app = _fill(flask.Flask("x"))
    app.add_url_rule("/added", "added", lambda: flask.render_template_string("{{ added }}"))
    return _tour(app), get(app, "/added"), seen


class _Proxy:
    """A wrapper that is an object with ``__get__``, as wrapt has it."""

    def __init__(self, wrapped, wrapper, instance=None):
        self.__wrapped__ = wrapped
        self._wrapper = wrapper
        self._instance = instance
        functools.update_wrapper(self, wrapped)

    def __get__(self, instance, owner):
        if instance is None:
            return self
        return _Proxy(self.__wrapped__.__get__(instance, owner), self._wrapper, instance)

    def __call__(self, *arguments, **more):
        return self._wrapper(self.__wrapped__, self._instance, arguments, more)

    def __getattr__(self, name):
        return getattr(self.__wrapped__, name)


_OF_APPS = """
wsgi_app dispatch_request preprocess_request process_response full_dispatch_request
finalize_request handle_exception handle_http_exception handle_user_exception add_url_rule
register_error_handler before_request after_request teardown_request endpoint
do_teardown_request do_teardown_appcontext make_response log_exception register_blueprint
try_trigger_before_first_request_functions route errorhandler url_for ensure_sync
""".split()


def methods_are_objects_with_get():
    calls = []

    def note(wrapped, instance, arguments, more):
        calls.append(wrapped.__name__)
        return wrapped(*arguments, **more)

    for name in _OF_APPS:
        if hasattr(flask.Flask, name):
            setattr(flask.Flask, name, _Proxy(getattr(flask.Flask, name), note))
    app = _fill(flask.Flask("x"))
    made = sorted({*calls})
    calls.clear()
    answers = _tour(app)
    order = {}
    for path in ("/", "/boom", "/abort", "/nope", "/bp/in"):
        calls.clear()
        app.test_client().get(path)
        order[path] = list(calls)
    return made, answers, order


def methods_of_blueprints_are_objects_with_get():
    calls = []

    def note(wrapped, instance, arguments, more):
        calls.append(wrapped.__name__)
        return wrapped(*arguments, **more)

    names = "add_url_rule endpoint before_request after_request teardown_request errorhandler"
    names += " before_app_request after_app_request app_errorhandler register record route"
    for name in names.split():
        kind = flask.Blueprint
        setattr(kind, name, _Proxy(getattr(kind, name), note))
    app = _fill(flask.Flask("x"))
    blueprint = flask.Blueprint("more", "more")
    blueprint.app_errorhandler(409)(lambda error: "409")
    blueprint.before_app_request(lambda: None)
    blueprint.after_request(lambda response: response)
    blueprint.route("/more")(lambda: "more")
    app.register_blueprint(blueprint)
    return calls, get(app, "/more"), get(app, "/bp/in")


def functions_of_modules_are_wrapped():
    calls = []
    places = {
        flask: "render_template_string jsonify abort redirect send_file url_for make_response",
        flask.templating: "_render render_template_string stream_template_string",
        flask.app: "get_flashed_messages",
        flask.json: "dumps loads",
        flask.helpers: "send_file",
    }
    for module, names in places.items():
        for name in names.split():
            if not hasattr(module, name):
                continue

            def wrapped(*arguments, original=getattr(module, name), name=name, **more):
                calls.append(name)
                return original(*arguments, **more)

            setattr(module, name, wrapped)
    app = _fill(flask.Flask("x"))
    app.add_url_rule("/jsonify", "jsonify", lambda: flask.jsonify(a=1))
    app.add_url_rule("/url", "url", lambda: flask.url_for("index", _external=True))
    return _tour(app), get(app, "/jsonify"), get(app, "/url"), calls


def views_are_wrapped_in_the_table():
    app = _fill(flask.Flask("x"))
    calls = []

    def wrap(endpoint, view):
        @functools.wraps(view)
        def timed(*arguments, **more):
            calls.append([endpoint, arguments, more])
            return view(*arguments, **more)

        return timed

    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = wrap(endpoint, view)
    first = _tour(app)
    for endpoint, view in list(app.view_functions.items()):
        app.view_functions[endpoint] = _Proxy(view, lambda w, i, a, k: w(*a, **k))
    return first == _tour(app), calls


def dispatching_is_replaced_on_the_instance():
    app = _fill(flask.Flask("x"))
    seen = []
    full, dispatch = app.full_dispatch_request, app.dispatch_request

    def outer():
        rule = flask.request.url_rule
        seen.append(["full", rule and rule.endpoint])
        response = full()
        seen.append(response.status_code)
        return response

    def inner():
        seen.append(["dispatch", flask.request.view_args])
        return dispatch()

    app.full_dispatch_request, app.dispatch_request = outer, inner
    first = _tour(app)
    del app.dispatch_request
    seen.append("without")
    app.test_client().get("/")
    return first, seen


def a_toolbar_is_put_into_pages():
    app = _fill(flask.Flask("x"))
    views = []

    def dispatch_request():
        request = flask.request
        if request.routing_exception is not None:
            app.raise_routing_exception(request)
        rule = request.url_rule
        views.append(rule.endpoint)
        return app.ensure_sync(app.view_functions[rule.endpoint])(**request.view_args)

    app.dispatch_request = dispatch_request

    @app.after_request
    def insert(response):
        if response.status_code != 200 or response.is_streamed or response.direct_passthrough:
            return response
        content = response.get_data(as_text=True)
        if response.mimetype == "text/html":
            response.response = [content, "<toolbar>"]
            response.content_length = len("".join(response.response))
        response.headers["X-Size"] = str(response.calculate_content_length())
        return response

    answers = _tour(app)
    headers = app.test_client().get("/").headers
    return answers, views, headers["X-Size"], headers["Content-Length"]


def spans_are_kept_by_request():
    app = _fill(flask.Flask("x"))
    spans, done = {}, []

    @app.before_request
    def begin():
        request = flask.request._get_current_object()
        spans[request] = [request.method, request.endpoint]

    @app.after_request
    def mark(response):
        spans[flask.request._get_current_object()].append(response.status_code)
        return response

    @app.teardown_request
    def end(error):
        span = spans.pop(flask.request._get_current_object(), None)
        if span is not None:
            done.append([*span, type(error).__name__])

    return _tour(app), done, len(spans)


def signals_in_all_the_ways_of_blinker():
    app, other = _fill(flask.Flask("x")), _fill(flask.Flask("y"))
    seen = []

    class Listener:
        def heard(self, sender, **more):
            seen.append(["method", sender.name])

    @flask.request_finished.connect_via(app)
    def only_mine(sender, response, **more):
        seen.append(["via", sender.name, response.status_code])

    listener = Listener()
    flask.request_started.connect(listener.heard, app)
    flask.request_tearing_down.connect(lambda s, **m: seen.append(sorted(m)), other, weak=False)
    get(app), get(other)
    del listener
    get(app)
    with flask.appcontext_pushed.connected_to(lambda s, **m: seen.append("pushed")):
        get(app)
    with flask.request_finished.muted():
        get(app)
    flask.request_finished.disconnect(only_mine, app)
    get(app)
    return (
        seen,
        bool(flask.request_finished.receivers),
        flask.request_finished.has_receivers_for(app),
    )


def receivers_of_signals_are_wrapped():
    app = _fill(flask.Flask("x"))
    calls = []
    signal = flask.request_started
    original = signal.receivers_for

    def receivers_for(sender):
        for receiver in original(sender):

            def traced(*arguments, receiver=receiver, **more):
                calls.append("traced")
                return receiver(*arguments, **more)

            yield traced

    heard = []
    signal.connect(lambda sender, **more: heard.append(sender.name), weak=False)
    signal.receivers_for = receivers_for
    return get(app), calls, heard


def a_reporter_hears_of_each_error_once():
    app = _fill(flask.Flask("x"))
    seen = []
    flask.got_request_exception.connect(
        lambda sender, exception, **more: seen.append([type(exception).__name__, sorted(more)]),
        app,
        weak=False,
    )
    app.add_url_rule("/handled", "handled", lambda: [].pop())
    app.register_error_handler(IndexError, lambda error: ("handled", 400))

    @app.after_request
    def fail(response):
        if flask.request.path == "/late":
            raise KeyError("late")
        return response

    app.add_url_rule("/late", "late", lambda: "late")
    answers = [*_tour(app), get(app, "/handled"), get(app, "/late")]
    app.testing = True
    return answers, type(error_of(get, app, "/boom")).__name__, seen


def environ_is_shared_with_the_middleware():
    app = _fill(flask.Flask("x"))
    seen = []
    inner = app.wsgi_app

    def outer(environ, start_response):
        body = inner(environ, start_response)
        request = environ.get("werkzeug.request")
        seen.append([request is None, sorted(k for k in environ if k.startswith("mine."))])
        try:
            yield from body
        finally:
            getattr(body, "close", lambda: None)()
            seen.append("closed")

    app.wsgi_app = outer

    @app.before_request
    def mark():
        flask.request.environ["mine.endpoint"] = flask.request.endpoint

    return _tour(app, WHOLE), seen


def metrics_are_labelled_by_rules():
    app = _fill(flask.Flask("x"))
    counts = {}

    def count(response):
        rule = getattr(flask.request, "url_rule", None)
        key = f"{flask.request.method} {rule} {response.status_code} {flask.request.blueprint}"
        counts[key] = counts.get(key, 0) + 1
        return response

    app.after_request(count)
    client = app.test_client()
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        for path in ("/", "/item/1", "/boom", "/bp/in", "/nope"):
            client.open(path, method=method)
    return counts
