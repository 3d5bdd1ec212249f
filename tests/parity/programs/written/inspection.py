"""What programs ask of classes: their bases, signatures, sources, annotations."""

from __future__ import annotations

import copy
import inspect
import pickle
import typing as t

import flask
import flask.cli
import flask.sansio.app
import flask.sansio.blueprints
import flask.sansio.scaffold
import flask.testing
import flask.views
from apparatus.asking import error_of
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.routing import Map, Rule


def inheritance_as_programs_check_it():
    from flask.sansio.app import App
    from flask.sansio.blueprints import Blueprint
    from flask.sansio.scaffold import Scaffold
    from werkzeug.wrappers import Request, Response

    app = flask.Flask("x")
    return [
        issubclass(flask.Flask, App),
        issubclass(flask.Flask, Scaffold),
        issubclass(flask.Blueprint, Blueprint),
        issubclass(flask.Blueprint, Scaffold),
        issubclass(flask.Request, Request),
        issubclass(flask.Response, Response),
        issubclass(flask.Config, dict),
        isinstance(app.config, flask.Config),
        isinstance(app, flask.app.Flask),
        isinstance(app.session_interface, SecureCookieSessionInterface),
        isinstance(app.json, DefaultJSONProvider),
        isinstance(app.jinja_env, flask.templating.Environment),
        isinstance(app.cli, flask.cli.AppGroup),
        isinstance(app.test_client(), flask.testing.FlaskClient),
        isinstance(app.test_cli_runner(), flask.testing.FlaskCliRunner),
        isinstance(app.url_map, Map),
        [isinstance(rule, Rule) for rule in app.url_map.iter_rules()],
        issubclass(flask.cli.FlaskGroup, flask.cli.AppGroup),
        issubclass(flask.views.MethodView, flask.views.View),
        isinstance(flask.request_started, __import__("blinker").NamedSignal),
        flask.Flask.__mro__[-1] is object,
        flask.Flask.__name__,
        flask.Flask.__module__,
        flask.Flask.__qualname__,
    ]


def the_constructor_takes_flasks_arguments_by_position():
    app = flask.Flask("x", "/st", "stat", None, False, False, "tpl", None, False, "/tmp")
    return app.static_url_path, app.static_folder, app.template_folder, app.root_path


def signatures():
    seen = {}
    for cls, names in {
        flask.Flask: """add_template_filter add_url_rule after_request app_context
            async_to_sync before_request context_processor create_url_adapter
            dispatch_request do_teardown_request do_teardown_appcontext endpoint
            ensure_sync errorhandler finalize_request full_dispatch_request get
            handle_url_build_error inject_url_defaults iter_blueprints log_exception
            make_response open_instance_resource open_resource post preprocess_request
            process_response redirect register_blueprint register_error_handler
            request_context route run select_jinja_autoescape send_static_file
            shell_context_processor teardown_request template_filter test_client
            test_cli_runner test_request_context trap_http_exception url_defaults
            url_for url_value_preprocessor wsgi_app make_config""",
        flask.Blueprint: """add_app_template_filter add_url_rule app_errorhandler
            app_template_filter before_app_request make_setup_state record record_once
            register register_blueprint teardown_app_request""",
        flask.Config: """from_envvar from_file from_mapping from_object from_pyfile
            get_namespace""",
        flask.testing.FlaskClient: "open session_transaction",
        flask.sessions.SessionInterface: """open_session save_session get_cookie_name
            should_set_cookie is_null_session make_null_session get_expiration_time""",
        flask.ctx.RequestContext: "push pop copy match_request",
        flask.ctx.AppContext: "push pop",
        flask.views.View: "as_view dispatch_request",
    }.items():
        for name in names.split():
            seen[f"{cls.__name__}.{name}"] = [
                f"{one.name} {one.kind.name} {one.default is not one.empty}"
                for one in inspect.signature(getattr(cls, name)).parameters.values()
            ]
    return seen


def pickles_and_copies():
    values = (
        flask.Flask,
        flask.Blueprint,
        flask.Request,
        flask.url_for,
        flask.jsonify,
        SessionMixin,
        SecureCookieSession,
        flask.Config,
    )
    seen = [pickle.loads(pickle.dumps(value)) is value for value in values]
    config = flask.Flask("x").config
    seen.append([type(copy.copy(config)).__name__, copy.deepcopy(dict(config)) == dict(config)])
    made = pickle.loads(pickle.dumps(SecureCookieSessionInterface()))
    seen.append(type(made).__name__)
    return seen


def hints_of_typing_resolve():
    import flask.typing as ft

    names = sorted(name for name in vars(ft) if name[0].isupper())

    def view(app: flask.Flask) -> flask.Response: ...
    def hook(f: flask.sessions.SessionMixin) -> flask.Config: ...

    def plain(value: flask.Response, app: flask.Flask, r: flask.Request) -> flask.Blueprint: ...

    return names, [
        len(t.get_type_hints(one, {**vars(flask), "ft": ft, "flask": flask}))
        for one in (view, hook, plain)
    ]


def sources_can_be_read():
    seen = []
    for value in (
        flask.Flask,
        flask.Flask.wsgi_app,
        flask.render_template,
        flask.views.View,
        flask.Request,
    ):
        seen.append(len(inspect.getsource(value)) > 20)
        seen.append(inspect.getsourcefile(value) is not None)
    return seen


def subclasses_that_name_generics():
    class MyConfig(flask.config.ConfigAttribute[int]):
        pass

    class App(flask.Flask):
        number = flask.config.ConfigAttribute("NUMBER")
        converted = flask.config.ConfigAttribute("CONVERTED", get_converter=int)

    app = App("x")
    app.number = 3
    app.config["CONVERTED"] = "4"
    return (
        app.config["NUMBER"],
        app.number,
        app.converted,
        type(App.number).__name__,
        MyConfig.__name__,
    )


def rules_of_the_static_folder():
    seen = []
    for more in (
        {},
        {"static_folder": None},
        {"static_url_path": "/s"},
        {"static_folder": "a/b"},
        {"static_url_path": ""},
        {"static_folder": "/abs/dir"},
    ):
        app = flask.Flask("x", **more)
        seen.append(
            [
                more,
                app.has_static_folder,
                app.static_url_path,
                [rule.rule for rule in app.url_map.iter_rules()],
            ]
        )
    seen.append(error_of(flask.Flask, "x", host_matching=True))
    seen.append(
        [
            rule.host
            for rule in flask.Flask("x", host_matching=True, static_host="h").url_map.iter_rules()
        ]
    )
    return seen


def attributes_of_a_new_application():
    app = flask.Flask("flask_programs")
    names = sorted(name for name in vars(app) if not name.startswith("_"))
    return [
        app.name,
        app.import_name,
        app.debug,
        app.testing,
        app.secret_key,
        app.permanent_session_lifetime.days,
        app.extensions,
        app.blueprints,
        app.shell_context_processors,
        app.teardown_appcontext_funcs,
        app.url_build_error_handlers,
        app.subdomain_matching,
        app.jinja_options,
        app.logger.name,
        dict(app.view_functions).keys() == {"static"},
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors.keys() == {None},
        app.url_value_preprocessors,
        app.url_default_functions,
        app.error_handler_spec,
        type(app.error_handler_spec).__name__,
        type(app.before_request_funcs).__name__,
        sorted(app.config),
        [
            name
            for name in (
                "import_name",
                "extensions",
                "view_functions",
                "config",
                "aborter",
                "blueprints",
            )
            if name not in names
        ],
    ]
