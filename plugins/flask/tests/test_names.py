"""Every name that the outside world uses is there; those it probes for are not."""

from __future__ import annotations

import importlib
import inspect
import pickle
import subprocess
import sys
from collections.abc import Iterator

import pytest

import kernos_flask

PRESENT = {
    "flask": """Flask Blueprint Request Response Config g current_app request session
        json views typing cli testing app blueprints config ctx debughelpers globals
        helpers logging sansio sessions signals templating wrappers
        abort redirect url_for jsonify make_response send_file send_from_directory flash
        get_flashed_messages render_template render_template_string stream_template
        stream_template_string get_template_attribute stream_with_context
        copy_current_request_context after_this_request has_app_context
        has_request_context template_rendered before_render_template message_flashed
        request_started request_finished got_request_exception request_tearing_down
        appcontext_tearing_down appcontext_pushed appcontext_popped""",
    "flask.app": """Flask Rule App T_shell_context_processor T_teardown T_template_filter
        T_template_global T_template_test""",
    "flask.blueprints": "Blueprint BlueprintSetupState",
    "flask.cli": """AppGroup FlaskGroup ScriptInfo with_appcontext click NoAppException
        cli find_best_app get_version load_dotenv locate_app prepare_import run_command
        shell_command routes_command pass_script_info main version_option
        find_app_by_string CertParamType SeparatedPathType show_server_banner
        get_debug_flag get_load_dotenv _app_option _debug_option _env_file_option""",
    "flask.config": "Config ConfigAttribute",
    "flask.ctx": """AppContext RequestContext _AppCtxGlobals after_this_request
        copy_current_request_context has_app_context has_request_context""",
    "flask.debughelpers": """DebugFilesKeyError FormDataRoutingRedirect
        UnexpectedUnicodeError attach_enctype_error_multidict
        explain_template_loading_attempts""",
    "flask.globals": """app_ctx request_ctx _cv_request _cv_app current_app g request
        session""",
    "flask.helpers": """abort flash get_debug_flag get_flashed_messages get_load_dotenv
        get_root_path get_template_attribute make_response redirect send_file
        send_from_directory stream_with_context url_for _prepare_send_file_kwargs
        _split_blueprint_path""",
    "flask.json": "dumps loads dump load jsonify provider tag",
    "flask.json.provider": "JSONProvider DefaultJSONProvider _default",
    "flask.json.tag": """TaggedJSONSerializer JSONTag TagDict PassDict TagTuple PassList
        TagBytes TagMarkup TagUUID TagDateTime""",
    "flask.logging": "default_handler has_level_handler wsgi_errors_stream create_logger",
    "flask.sansio.app": "App",
    "flask.sansio.blueprints": """Blueprint BlueprintSetupState DeferredSetupFunction
        T_after_request T_before_request T_error_handler T_teardown
        T_template_context_processor T_template_filter T_template_global T_template_test
        T_url_defaults T_url_value_preprocessor""",
    "flask.sansio.scaffold": """Scaffold setupmethod _endpoint_from_view_func
        find_package F T_after_request T_before_request T_error_handler T_route T_teardown
        T_template_context_processor T_url_defaults T_url_value_preprocessor""",
    "flask.sessions": """SessionInterface SessionMixin SecureCookieSession
        SecureCookieSessionInterface NullSession TaggedJSONSerializer
        session_json_serializer""",
    "flask.signals": """Namespace template_rendered before_render_template
        message_flashed request_started request_finished got_request_exception
        request_tearing_down appcontext_tearing_down appcontext_pushed
        appcontext_popped""",
    "flask.templating": """Environment DispatchingJinjaLoader render_template
        render_template_string stream_template stream_template_string""",
    "flask.testing": "FlaskClient EnvironBuilder FlaskCliRunner",
    "flask.typing": """AfterRequestCallable AppOrBlueprintKey BeforeFirstRequestCallable
        BeforeRequestCallable ErrorHandlerCallable HeaderValue HeadersValue ResponseClass
        ResponseReturnValue ResponseValue RouteCallable ShellContextProcessorCallable
        TeardownCallable TemplateContextProcessorCallable TemplateFilterCallable
        TemplateGlobalCallable TemplateTestCallable URLDefaultCallable
        URLValuePreprocessorCallable""",
    "flask.views": "View MethodView http_method_funcs",
    "flask.wrappers": "Request Response",
}

ATTRIBUTES = {
    ("flask", "Flask"): """_method_route _find_error_handler __call__ wsgi_app
        request_class response_class jinja_environment json_provider_class
        session_interface url_rule_class url_map_class aborter_class config_class
        app_ctx_globals_class jinja_options default_config test_client_class
        test_cli_runner_class test_client test_cli_runner full_dispatch_request
        handle_user_exception handle_exception handle_http_exception finalize_request
        dispatch_request preprocess_request process_response make_response
        do_teardown_request do_teardown_appcontext ensure_sync async_to_sync
        inject_url_defaults handle_url_build_error raise_routing_exception
        log_exception make_config make_aborter make_shell_context
        make_default_options_response auto_find_instance_path select_jinja_autoescape
        create_global_jinja_loader create_jinja_environment create_url_adapter
        update_template_context should_ignore_error trap_http_exception
        open_resource open_instance_resource send_static_file get_send_file_max_age
        add_template_filter add_template_test add_template_global""",
    ("flask", "Blueprint"): """_method_route _got_registered_once record record_once
        make_setup_state register register_blueprint app_errorhandler before_app_request
        after_app_request teardown_app_request app_context_processor app_url_defaults
        app_url_value_preprocessor app_template_filter app_template_test
        app_template_global add_app_template_filter send_static_file open_resource
        get_send_file_max_age""",
    ("flask.testing", "FlaskClient"): """_add_cookies_to_wsgi
        _request_from_builder_args session_transaction open""",
    ("flask.globals", "_cv_app"): "get set reset",
}

ABSENT = {
    "flask": "_request_ctx_stack _app_ctx_stack Module Markup escape signals_available",
    "flask.json": "JSONEncoder JSONDecoder",
    "flask.signals": "signals_available",
}

HOMES = {
    "flask.app": "Flask",
    "flask.blueprints": "Blueprint",
    "flask.config": "Config",
    "flask.ctx": "_AppCtxGlobals",
    "flask.sansio.app": "App",
    "flask.sansio.blueprints": "Blueprint",
    "flask.testing": "FlaskClient EnvironBuilder FlaskCliRunner",
    "flask.wrappers": "Request Response",
    "flask.cli": "FlaskGroup ScriptInfo",
}


def words(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, name) for key, names in table.items() for name in names.split()]


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KERNOS_COMPONENTS", "default")
    was = kernos_flask.installed()
    kernos_flask.install()
    yield
    kernos_flask.install("3.1")
    if not was:
        kernos_flask.uninstall()


@pytest.mark.parametrize(("module", "name"), words(PRESENT))
def test_the_name_is_there(module: str, name: str) -> None:
    assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize(("where", "names"), ATTRIBUTES.items())
def test_the_attributes_are_there(where: tuple[str, str], names: str) -> None:
    holder = getattr(importlib.import_module(where[0]), where[1])
    missing = [name for name in names.split() if not hasattr(holder, name)]
    assert missing == []


@pytest.mark.parametrize(("module", "name"), words(ABSENT))
def test_a_name_that_flask_dropped_is_absent(module: str, name: str) -> None:
    assert not hasattr(importlib.import_module(module), name)
    assert importlib.util.find_spec("flask.scaffold") is None


@pytest.mark.parametrize(("module", "name"), words(HOMES))
def test_a_class_tells_the_module_that_flasks_own_tells(module: str, name: str) -> None:
    kind = getattr(importlib.import_module(module), name)
    assert (kind.__module__, kind.__qualname__) == (module, name)
    assert pickle.loads(pickle.dumps(kind)) is kind


def test_attributes_that_flask_dropped_are_absent() -> None:
    import flask

    app, blueprint = flask.Flask("x"), flask.Blueprint("b", "x")
    for holder in (app, blueprint, flask.Flask, flask.Blueprint):
        for name in ("json_encoder", "json_decoder"):
            assert not hasattr(holder, name)
    for name in ("before_first_request", "env", "session_cookie_name"):
        assert not hasattr(app, name)


def test_assigning_a_dropped_attribute_changes_nothing_else() -> None:
    import flask

    app = flask.Flask("x")
    app.json_encoder = 1  # type: ignore[assignment]
    assert app.json_encoder == 1
    assert not hasattr(flask.Flask("y"), "json_encoder")


def test_the_dropped_names_are_there_when_they_are_asked_for() -> None:
    import flask
    import flask.signals

    kernos_flask.install("2.2")
    assert flask.escape("<") == "&lt;"
    assert flask.Markup("<b>").striptags() == ""
    with pytest.warns(DeprecationWarning, match="signals_available"):
        assert flask.signals.signals_available is True
    for name in ("JSONEncoder", "JSONDecoder"):
        assert inspect.isclass(getattr(flask.json, name))
    for name in ("json_encoder", "json_decoder"):
        assert hasattr(flask.Flask, name)
        assert hasattr(flask.Blueprint("b", "x"), name)
    for name in ("_request_ctx_stack", "Module", "before_first_request"):
        assert not hasattr(flask, name)


def test_a_name_that_never_was_is_no_attribute() -> None:
    import flask

    with pytest.raises(AttributeError, match="module 'flask' has no attribute 'nope'"):
        _ = flask.nope
    with pytest.raises(ImportError, match="nope"):
        from flask import nope  # noqa: F401


def test_the_version_attribute_warns_and_answers() -> None:
    import flask

    with pytest.warns(DeprecationWarning, match="__version__"):
        assert flask.__version__ == "3.1.3"


def test_the_classes_stand_in_flasks_order() -> None:
    import flask
    from flask.sansio.app import App
    from flask.sansio.blueprints import Blueprint as SansioBlueprint
    from flask.sansio.scaffold import Scaffold

    import kernos

    assert issubclass(flask.Flask, App)
    assert issubclass(App, Scaffold)
    assert issubclass(App, kernos.Kernos)
    assert issubclass(flask.Blueprint, SansioBlueprint)
    assert issubclass(SansioBlueprint, Scaffold)


def test_proxies_signals_and_context_variables_are_the_kernels() -> None:
    import flask.globals
    import flask.signals

    import kernos.globals
    import kernos.signals

    for name in PRESENT["flask.globals"].split():
        assert vars(flask.globals)[name] is vars(kernos.globals)[name]
    for name in PRESENT["flask.signals"].split():
        assert vars(flask.signals)[name] is vars(kernos.signals)[name]


def test_flask_is_imported_without_the_command_line() -> None:
    code = (
        "import kernos_flask; kernos_flask.install()\n"
        "import flask, sys\n"
        "print([n for n in ('click', 'rich', 'flask.cli', 'flask.testing') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode() == "[]\n"


def test_the_dropped_encoders_work_when_they_are_asked_for() -> None:
    import flask

    kernos_flask.install("2.2")
    with pytest.warns(DeprecationWarning, match="JSONEncoder"):

        class Encoder(flask.json.JSONEncoder):
            def default(self, o: object) -> object:
                return f"<{type(o).__name__}>"

    app, blueprint = flask.Flask("x"), flask.Blueprint("b", "x", url_prefix="/b")
    with pytest.warns(DeprecationWarning, match="json_encoder"):
        blueprint.json_encoder = Encoder
    blueprint.add_url_rule("/", "index", lambda: flask.jsonify(object()))
    app.register_blueprint(blueprint)
    assert app.test_client().get("/b/").json == "<object>"
    with pytest.warns(DeprecationWarning, match="json_encoder"):
        app.json_encoder = Encoder
    with app.app_context():
        assert flask.json.dumps([object()]) == '["<object>"]'
    with pytest.warns(DeprecationWarning, match="'app' argument"):
        assert flask.json.dumps(object(), app=app) == '"<object>"'
