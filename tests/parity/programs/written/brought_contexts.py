"""The application context that a request brings along, from wherever it is asked for."""

from __future__ import annotations

import contextvars
import threading

import flask
from apparatus.asking import error_of
from apparatus.contexts import current, make_app
from flask import g, request
from flask.ctx import AppContext
from flask.globals import _cv_app, _cv_request, app_ctx, request_ctx
from flask.signals import appcontext_popped, appcontext_pushed


def _served(app, view, path="/view"):
    """Return what a view comes to, and what is current before and behind it."""
    seen = []
    app.add_url_rule(path, "view", lambda: seen.append(view()) or "done")
    before = current()
    text = app.test_client().get(path).get_data(as_text=True)
    return before, text, seen, current(), app.events


def asked_for_late():
    app = make_app()

    def view():
        first = flask.current_app.name
        g.x = 1
        return first, g.x, app_ctx.g.x, app_ctx.app is app, app_ctx.url_adapter is not None

    return _served(app, view)


def asked_for_by_teardown_alone():
    app = make_app()

    @app.teardown_request
    def late(error):
        g.x = "set at the end of the request"

    @app.teardown_appcontext
    def later(error):
        app.events.append(g.get("x"))

    return _served(app, lambda: "nothing")


def one_for_all_that_ask():
    app = make_app()

    @app.before_request
    def before():
        g.seen = [id(app_ctx._get_current_object())]

    @app.after_request
    def after(response):
        g.seen.append(id(_cv_app.get()))
        return response

    @app.teardown_request
    def teardown(error):
        app.events.append(len(set(g.seen)))

    return _served(app, lambda: g.seen.append(id(app_ctx._get_current_object())))


def pushed_again_in_its_request():
    app = make_app()

    def view():
        own = app_ctx._get_current_object()
        g.x = 1
        with own:
            with request_ctx:
                inside = g.x, app_ctx._get_current_object() is own
        return inside, g.x, app_ctx._get_current_object() is own, request.path

    return _served(app, view)


def another_of_the_same_application():
    app = make_app()

    def view():
        g.x = "outer"
        with app.app_context() as other:
            inside = "x" in g, app_ctx._get_current_object() is other
            g.x = "inner"
        return inside, g.x

    return _served(app, view)


def another_applications_inside():
    app, other = make_app(), make_app()
    other.name = "other"

    def view():
        g.x = "outer"
        with other.app_context():
            inside = flask.current_app.name, "x" in g, request.path
        with other.test_request_context("/item/2"):
            inside += flask.current_app.name, "x" in g, request.path
        return inside, flask.current_app.name, g.x, request.path

    return _served(app, view), other.events


def pushed_again_above_another_application():
    app, other = make_app(), make_app()
    other.name = "other"

    def view():
        with other.app_context():
            with request_ctx:
                inside = flask.current_app.name, request.path
            inside += (flask.current_app.name,)
        return inside, flask.current_app.name

    return _served(app, view), other.events


def a_request_inside_a_request():
    app = make_app()

    def view():
        g.x = "outer"
        with app.test_request_context("/item/3"):
            inside = g.x, request.path
            g.y = "set inside"
        return inside, g.y, request.path

    return _served(app, view)


def a_request_inside_before_anybody_asked():
    app = make_app()

    def view():
        with app.test_request_context("/item/3"):
            g.y = "set inside"
        return g.y, request.path

    return _served(app, view)


def a_client_inside_a_request():
    app = make_app()
    app.add_url_rule("/inner", "inner", lambda: str("x" in g))

    def view():
        g.x = "outer"
        return app.test_client().get("/inner").text, g.x

    return _served(app, view)


def popped_by_hand_in_a_request():
    app = make_app()

    def view():
        app_ctx._get_current_object().pop()
        return "popped"

    error_of(lambda: _served(app, view))  # whether it is raised or logged is said elsewhere
    return current(), app.events[:1], app.test_client().get("/").text


def in_threads_with_the_variables():
    app = make_app()

    def view():
        seen = []
        gate = threading.Barrier(4)

        def ask():
            gate.wait()
            seen.append(id(g._get_current_object()))

        threads = [
            threading.Thread(target=contextvars.copy_context().run, args=[ask]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(set(seen)), seen[0] == id(g._get_current_object())

    return _served(app, view)


def in_the_variables_of_a_request_that_has_ended():
    app = make_app()
    kept = []

    def view():
        g.x = 1
        kept.append(contextvars.copy_context())
        return "kept"

    return _served(app, view), kept[0].run(lambda: (flask.current_app.name, g.x, request.path))


def told_by_signals():
    app = make_app()
    pushed, popped = [], []

    def on_push(sender):
        g.x = "set by a receiver"
        pushed.append(sender is app)

    def on_pop(sender):
        popped.append(sender is app)

    with appcontext_pushed.connected_to(on_push, app):
        with appcontext_popped.connected_to(on_pop, app):
            return _served(app, lambda: g.x), pushed, popped


def told_that_it_ends_alone():
    app = make_app()
    popped = []

    def on_pop(sender):
        popped.append(sender is app)

    with appcontext_popped.connected_to(on_pop, app):
        return _served(app, lambda: "nothing"), popped


class Counted(flask.Flask):
    made = 0

    def app_context(self):
        type(self).made += 1
        return AppContext(self)


def made_by_an_override():
    app = Counted("counted")
    app.events = []
    return _served(app, lambda: g.setdefault("x", 1)), app.made


def torn_down_by_an_override():
    class Torn(flask.Flask):
        def do_teardown_appcontext(self, exc=None):
            self.events.append(("torn down", g.get("x")))
            super().do_teardown_appcontext(exc)

    app = Torn("torn")
    app.events = []
    return _served(app, lambda: g.setdefault("x", 1))


def patched_while_serving():
    app = make_app()
    stock = AppContext.push
    pushed = []

    def push(self):
        pushed.append(self.app.name)
        return stock(self)

    before = _served(app, lambda: g.setdefault("x", 1))
    AppContext.push = push
    try:
        text = app.test_client().get("/").text
    finally:
        AppContext.push = stock
    return before, text, pushed, app.test_client().get("/").text, pushed


def read_by_a_stream():
    app = make_app()

    @app.get("/stream")
    def stream():
        def items():
            yield str(g.get("x"))
            g.x = "set by the stream"
            yield g.x

        g.x = "set by the view"
        return flask.Response(flask.stream_with_context(items()))

    return app.test_client().get("/stream").text, sorted(set(app.events)), current()


def asked_for_by_a_stream_alone():
    app = make_app()

    @app.get("/stream")
    def stream():
        def items():
            g.x = "set by the stream"
            yield g.x
            yield flask.current_app.name

        return flask.Response(flask.stream_with_context(items()))

    return app.test_client().get("/stream").text, sorted(set(app.events)), current()


def kept_by_the_client():
    app = make_app()
    app.add_url_rule("/set", "set", lambda: str(g.setdefault("x", 1)))
    with app.test_client() as client:
        client.get("/set")
        kept = g.x, request.path, flask.current_app.name
        client.get("/item/1")
        kept += "x" in g, request.path
    return kept, current()


def in_a_template():
    app = make_app()

    @app.context_processor
    def add():
        return {"same": g}

    def view():
        g.x = "from g"
        source = "{{ g.x }} {{ same.x }} {{ 'x' in g }} {{ g.get('y', 'none') }}"
        return flask.render_template_string(source)

    return _served(app, view)


def given_to_a_templates_signal():
    app = make_app()
    seen = []

    def on_render(sender, template, context):
        seen.append((context["g"].x, context["g"] == g))

    def view():
        g.x = 1
        return flask.render_template_string("{{ g.x }}")

    with flask.template_rendered.connected_to(on_render, app):
        return _served(app, view), seen


def read_out_of_the_variables():
    app = make_app()
    return _served(app, lambda: error_of(lambda: contextvars.copy_context()[_cv_app].app.name))


def without_its_request():
    app = make_app()

    def view():
        token = _cv_request.set(None)
        try:
            return error_of(lambda: flask.current_app.name), current()
        finally:
            _cv_request.reset(token)

    return _served(app, view)


def type_of_g_in_a_template():
    app = make_app()
    seen = []

    def on_render(sender, template, context):
        seen.append(type(context["g"]).__name__)

    with flask.template_rendered.connected_to(on_render, app):
        return _served(app, lambda: flask.render_template_string("x")), seen
