"""JSON providers, Jinja environments and maps of URLs of an application's own."""

from __future__ import annotations

import flask
import flask.cli
import flask.sansio.app
import flask.sansio.blueprints
import flask.sansio.scaffold
import flask.testing
import flask.views
from apparatus.asking import error_of, get
from flask import request
from flask.json.provider import DefaultJSONProvider, JSONProvider
from werkzeug.routing import Map, Rule


def json_provider_class():
    class Provider(DefaultJSONProvider):
        mimetype = "application/vnd.x+json"
        sort_keys = False
        compact = True

        @staticmethod
        def default(o):
            if isinstance(o, complex):
                return [o.real, o.imag]
            return DefaultJSONProvider.default(o)

        def dumps(self, obj, **kwargs):
            kwargs.setdefault("indent", 1)
            return super().dumps(obj, **kwargs)

        def loads(self, s, **kwargs):
            return {"loaded": super().loads(s, **kwargs)}

    class App(flask.Flask):
        json_provider_class = Provider

    app = App("x")
    app.add_url_rule(
        "/", view_func=lambda: {"b": 1j, "got": request.get_json()}, methods=["GET", "POST"]
    )
    response = app.test_client().post("/", json={"a": 1})
    seen = [response.text, response.mimetype, response.json, type(app.json).__name__]
    with app.app_context():
        seen += [
            flask.json.dumps(1j),
            flask.json.loads("1"),
            flask.render_template_string("{{ [number]|tojson }}", number=1j),
        ]
    return seen


def json_provider_written_anew():
    import json

    class Provider(JSONProvider):
        def dumps(self, obj, **kwargs):
            return "D" + json.dumps(obj, **kwargs)

        def loads(self, s, **kwargs):
            if isinstance(s, bytes):
                s = s.decode()
            return json.loads(s.lstrip("D"), **kwargs)

    app = flask.Flask("x")
    app.json = Provider(app)
    app.add_url_rule("/", view_func=lambda: flask.jsonify(request.get_json()), methods=["POST"])
    response = app.test_client().post("/", json={"a": [1, "ü"]})
    return response.text, response.mimetype, response.json, app.json._app is not None


def json_provider_that_answers_itself():
    class Provider(DefaultJSONProvider):
        def response(self, *arguments, **more):
            obj = self._prepare_response_obj(arguments, more)
            response = self._app.response_class("own " + self.dumps(obj), mimetype=self.mimetype)
            response.headers["X-Own"] = "1"
            return response

    app = flask.Flask("x")
    app.json = Provider(app)
    app.add_url_rule("/dict", "dict", lambda: {"a": 1})
    app.add_url_rule("/list", "list", lambda: [1])
    app.add_url_rule("/many", "many", lambda: flask.jsonify(1, 2))
    app.add_url_rule("/both", "both", lambda: flask.jsonify(1, a=2))
    return [get(app, path) for path in ("/dict", "/list", "/many", "/both")]


def the_default_of_the_provider_as_a_function():
    import datetime as dt
    import decimal
    import uuid

    from flask.json.provider import _default

    return [
        _default(dt.date(2020, 1, 2)),
        _default(decimal.Decimal("1.5")),
        _default(uuid.UUID(int=1)),
        error_of(_default, object()),
        DefaultJSONProvider.default is _default,
    ]


def jinja_environment_class():
    class Environment(flask.templating.Environment):
        def __init__(self, app, **options):
            super().__init__(app, **options)
            self.made_for = app.name

        def join_path(self, template, parent):
            return f"joined/{template}"

    class App(flask.Flask):
        jinja_environment = Environment
        jinja_options = {"trim_blocks": True, "extensions": ["jinja2.ext.do"]}

        def select_jinja_autoescape(self, filename):
            return filename is not None and filename.endswith(".x")

        def create_jinja_environment(self):
            environment = super().create_jinja_environment()
            environment.filters["shout"] = str.upper
            environment.globals["made"] = 1
            return environment

        def create_global_jinja_loader(self):
            from jinja2 import DictLoader

            return DictLoader({"a.x": "{{ '<' }}", "a.html": "{{ '<' }}"})

    app = App("x")
    with app.test_request_context("/"):
        return [
            app.jinja_env.made_for,
            flask.render_template_string("{{ 'a'|shout }}{{ made }}{% do 1 %}{{ request.path }}"),
            flask.render_template("a.x"),
            flask.render_template("a.html"),
            flask.render_template_string("{{ '<' }}"),
            type(app.jinja_env).__name__,
            app.jinja_env.trim_blocks,
        ]


def jinja_loader_of_the_application():
    from jinja2 import ChoiceLoader, DictLoader

    app = flask.Flask("x")
    app.jinja_loader = ChoiceLoader([DictLoader({"a": "A {{ g }}"}), DictLoader({"b": "B"})])
    app.jinja_env.loader
    with app.app_context():
        seen = [flask.render_template("b"), flask.render_template(["nope", "b"])]
    app.jinja_env.loader = DictLoader({"c": "C"})
    with app.app_context():
        seen += [flask.render_template("c"), error_of(flask.render_template, "d")]
    return seen


def url_map_class_and_rule_class():
    class MyRule(Rule):
        def __init__(self, string, **options):
            self.scope = options.pop("scope", None)
            super().__init__(string, **options)

    class MyMap(Map):
        default_converters = dict(Map.default_converters)

        def bind_to_environ(self, environ, *arguments, **more):
            adapter = super().bind_to_environ(environ, *arguments, **more)
            adapter.seen = True
            return adapter

    class App(flask.Flask):
        url_rule_class = MyRule
        url_map_class = MyMap

    app = App("x")
    app.add_url_rule("/a/<int:n>", "a", lambda n: str(request.url_rule.scope), scope="admin")
    with app.test_request_context("/a/3") as ctx:
        seen = getattr(ctx.url_adapter, "seen", None)
    return [
        get(app, "/a/3"),
        [type(rule).__name__ for rule in app.url_map.iter_rules()],
        type(app.url_map).__name__,
        seen,
    ]


def a_rule_that_matches_otherwise():
    class Lower(Rule):
        def match_compare_key(self):
            return super().match_compare_key()

        def get_rules(self, map):
            yield self
            twin = self.empty()
            twin.rule = "/twin" + self.rule
            twin.endpoint = self.endpoint
            yield twin

    app = flask.Flask("x", static_folder=None)
    app.url_rule_class = Lower
    app.add_url_rule("/a", "a", lambda: request.url_rule.rule)
    return [get(app, path) for path in ("/a", "/twin/a", "/b")]
