"""Flask's overridable methods: the signatures, and that an override is called at once."""

from __future__ import annotations

import inspect
import typing as t

import pytest
from kernel_harness import Log, call, make_app, raising
from werkzeug.exceptions import HTTPException

import kernos
from kernos import Blueprint, Kernos, Response
from kernos.ctx import AppContext, RequestContext
from kernos.lifecycle.faces import FACES

# --- the signatures of Flask 3.1.3 -----------------------------------------------------

#: Typed from Flask's API page; … stands for a default of Flask's own.
SIGNATURES = {
    "__call__": "(self, environ, start_response)",
    "wsgi_app": "(self, environ, start_response)",
    "request_context": "(self, environ)",
    "app_context": "(self)",
    "test_request_context": "(self, *args, **kwargs)",
    "full_dispatch_request": "(self)",
    "preprocess_request": "(self)",
    "dispatch_request": "(self)",
    "raise_routing_exception": "(self, request)",
    "make_default_options_response": "(self)",
    "make_response": "(self, rv)",
    "process_response": "(self, response)",
    "finalize_request": "(self, rv, from_error_handler=False)",
    "handle_http_exception": "(self, e)",
    "trap_http_exception": "(self, e)",
    "handle_user_exception": "(self, e)",
    "handle_exception": "(self, e)",
    "log_exception": "(self, exc_info)",
    "should_ignore_error": "(self, error)",
    "do_teardown_request": "(self, exc=…)",
    "do_teardown_appcontext": "(self, exc=…)",
    "ensure_sync": "(self, func)",
    "async_to_sync": "(self, func)",
    "redirect": "(self, location, code=302)",
    "inject_url_defaults": "(self, endpoint, values)",
    "handle_url_build_error": "(self, error, endpoint, values)",
    "update_template_context": "(self, context)",
    "make_config": "(self, instance_relative=False)",
    "make_aborter": "(self)",
    "auto_find_instance_path": "(self)",
    "open_resource": "(self, resource, mode='rb', encoding=None)",
    "open_instance_resource": "(self, resource, mode='rb', encoding='utf-8')",
    "get_send_file_max_age": "(self, filename)",
    "send_static_file": "(self, filename)",
    "make_shell_context": "(self)",
    "test_client": "(self, use_cookies=True, **kwargs)",
    "test_cli_runner": "(self, **kwargs)",
    "register_blueprint": "(self, blueprint, **options)",
    "iter_blueprints": "(self)",
    "add_url_rule": (
        "(self, rule, endpoint=None, view_func=None, provide_automatic_options=None, **options)"
    ),
    "run": "(self, host=None, port=None, debug=None, load_dotenv=True, **options)",
    "_find_error_handler": "(self, e, blueprints)",
    "route": "(self, rule, **options)",
    "get": "(self, rule, **options)",
    "post": "(self, rule, **options)",
    "put": "(self, rule, **options)",
    "delete": "(self, rule, **options)",
    "patch": "(self, rule, **options)",
    "endpoint": "(self, endpoint)",
    "before_request": "(self, f)",
    "after_request": "(self, f)",
    "teardown_request": "(self, f)",
    "context_processor": "(self, f)",
    "url_value_preprocessor": "(self, f)",
    "url_defaults": "(self, f)",
    "errorhandler": "(self, code_or_exception)",
    "register_error_handler": "(self, code_or_exception, f)",
    "template_filter": "(self, name=None)",
    "add_template_filter": "(self, f, name=None)",
    "template_test": "(self, name=None)",
    "add_template_test": "(self, f, name=None)",
    "template_global": "(self, name=None)",
    "add_template_global": "(self, f, name=None)",
    "teardown_appcontext": "(self, f)",
    "shell_context_processor": "(self, f)",
}


def _spelt(function: t.Callable[..., t.Any]) -> str:
    parts = []
    for one in inspect.signature(function).parameters.values():
        text = str(one.replace(annotation=one.empty))
        parts.append(f"{one.name}=…" if "object at" in text else text)
    return f"({', '.join(parts)})"


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_method_has_flasks_signature(name: str) -> None:
    assert _spelt(getattr(Kernos, name)) == SIGNATURES[name]


def test_the_constructor_and_url_for_have_flasks_arguments() -> None:
    assert list(inspect.signature(Kernos).parameters)[:10] == [
        "import_name",
        "static_url_path",
        "static_folder",
        "static_host",
        "host_matching",
        "subdomain_matching",
        "template_folder",
        "instance_path",
        "instance_relative_config",
        "root_path",
    ]
    parameters = inspect.signature(Kernos.url_for).parameters
    assert list(parameters) == [
        "self",
        "endpoint",
        "_anchor",
        "_method",
        "_scheme",
        "_external",
        "values",
    ]
    assert {one.kind.name for one in list(parameters.values())[2:6]} == {"KEYWORD_ONLY"}


def test_every_face_of_the_line_is_in_the_list() -> None:
    assert set(FACES) - {"create_url_adapter", "request_class.close"} <= set(SIGNATURES)


def test_a_face_of_a_component_that_has_none_names_itself() -> None:
    app = make_app()
    for name in (
        "url_map",
        "create_url_adapter",
        "jinja_env",
        "create_jinja_environment",
        "create_global_jinja_loader",
        "select_jinja_autoescape",
    ):
        with pytest.raises(AttributeError, match=f"'{name}' belongs to .*Memory"):
            asking = getattr(app, name)
            asking(None) if name in ("create_url_adapter", "select_jinja_autoescape") else asking()
    with pytest.raises(AttributeError, match="jinja_loader"):
        app.jinja_loader


def test_a_face_hands_on_to_the_component_that_has_it() -> None:
    app = make_app()
    app.router.url_map = "the map"
    app.component("templating").jinja_env = "the environment"
    app.component("templating").select_jinja_autoescape = lambda filename: filename
    assert app.url_map == "the map"
    assert app.jinja_env == "the environment"
    assert app.select_jinja_autoescape("a") == "a"


# --- overrides take effect at once -----------------------------------------------------

#: For each method, a request that makes the kernel call it.
ROUTES: dict[str, tuple[str, str]] = {
    "wsgi_app": ("/", "GET"),
    "request_context": ("/", "GET"),
    "app_context": ("/", "GET"),
    "full_dispatch_request": ("/", "GET"),
    "preprocess_request": ("/", "GET"),
    "dispatch_request": ("/", "GET"),
    "raise_routing_exception": ("/nowhere", "GET"),
    "make_default_options_response": ("/", "OPTIONS"),
    "make_response": ("/", "GET"),
    "process_response": ("/", "GET"),
    "finalize_request": ("/", "GET"),
    "handle_http_exception": ("/nowhere", "GET"),
    "trap_http_exception": ("/nowhere", "GET"),
    "handle_user_exception": ("/fails", "GET"),
    "handle_exception": ("/fails", "GET"),
    "log_exception": ("/fails", "GET"),
    "should_ignore_error": ("/fails", "GET"),
    "_find_error_handler": ("/fails", "GET"),
    "do_teardown_request": ("/", "GET"),
    "do_teardown_appcontext": ("/", "GET"),
    "ensure_sync": ("/", "GET"),
    "async_to_sync": ("/async", "GET"),
    "redirect": ("/redirect", "GET"),
    "url_for": ("/url", "GET"),
    "inject_url_defaults": ("/url", "GET"),
    "handle_url_build_error": ("/nourl", "GET"),
    "update_template_context": ("/template", "GET"),
    "get_send_file_max_age": ("/static/app.txt", "GET"),
    "send_static_file": ("/static/app.txt", "GET"),
}


def make(kind: type[Kernos], tmp_path: t.Any) -> Kernos:
    (tmp_path / "static").mkdir(exist_ok=True)
    (tmp_path / "static" / "app.txt").write_text("static", "utf-8")
    app = make_app(kind=kind, root_path=str(tmp_path), static_folder="static")
    Log(app)
    app.url_build_error_handlers.append(lambda error, endpoint, values: "/built")
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/fails", "fails", raising(KeyError("x")))
    app.add_url_rule("/redirect", "redirect", lambda: kernos.redirect("/"))
    app.add_url_rule("/url", "url", lambda: kernos.url_for("index"))
    app.add_url_rule("/nourl", "nourl", lambda: kernos.url_for("nobody"))
    app.add_url_rule("/template", "template", lambda: kernos.render_template_string("x"))

    async def wait() -> str:
        return "waited"

    app.add_url_rule("/async", "async", wait)
    return app


@pytest.fixture
def expected(tmp_path: t.Any) -> dict[str, tuple[int, bytes]]:
    pytest.importorskip("asgiref")
    app = make(Kernos, tmp_path)
    return {
        name: (answer.code, answer.body)
        for name, (path, method) in ROUTES.items()
        for answer in [call(app, path, method)]
    }


def noting(name: str, calls: list[t.Any]) -> t.Callable[..., t.Any]:
    """Return an override that notes its arguments and goes on to the framework's method."""

    def override(self: Kernos, *args: t.Any, **kwargs: t.Any) -> t.Any:
        inspect.signature(getattr(Kernos, name)).bind(self, *args, **kwargs)
        calls.append(name)
        return original(self, *args, **kwargs)

    original = getattr(Kernos, name)
    return override


@pytest.mark.usefixtures("both_lookouts")
@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("where", ["subclass", "instance", "class"])
def test_an_override_is_called_and_changes_nothing_else(
    name: str, where: str, expected: t.Any, tmp_path: t.Any
) -> None:
    calls: list[t.Any] = []
    override = noting(name, calls)
    path, method = ROUTES[name]
    kind = type("Mine", (Kernos,), {name: override} if where == "subclass" else {})
    app = make(kind, tmp_path)
    if where != "subclass":
        call(app, path, method)
        assert calls == []
        if where == "class":
            setattr(kind, name, override)
        else:
            setattr(app, name, override.__get__(app))
    answer = call(app, path, method)
    assert calls
    assert set(calls) == {name}
    assert (answer.code, answer.body) == expected[name]
    if where != "subclass":
        delattr(kind if where == "class" else app, name)
        calls.clear()
        call(app, path, method)
        assert calls == []


@pytest.mark.parametrize(
    ("name", "override", "path", "expected_body"),
    [
        ("dispatch_request", lambda self: "mine", "/", b"mine"),
        ("preprocess_request", lambda self: "mine", "/", b"mine"),
        ("make_response", lambda self, rv: Response("mine"), "/", b"mine"),
        ("full_dispatch_request", lambda self: Response("mine"), "/", b"mine"),
        ("process_response", lambda self, response: Response("mine"), "/", b"mine"),
        ("finalize_request", lambda self, rv, e=False: Response("mine"), "/", b"mine"),
        ("handle_user_exception", lambda self, e: "mine", "/fails", b"mine"),
        ("handle_http_exception", lambda self, e: "mine", "/nowhere", b"mine"),
        ("handle_exception", lambda self, e: Response("mine"), "/fails", b"mine"),
        ("raise_routing_exception", lambda self, request: kernos.abort(418), "/x", b"teapot"),
        ("ensure_sync", lambda self, func: lambda *a, **k: "mine", "/", b"mine"),
        ("wsgi_app", lambda self, environ, start: Response("mine")(environ, start), "/", b"mine"),
        ("url_for", lambda self, *a, **k: "mine", "/url", b"mine"),
    ],
)
def test_what_an_override_answers_is_sent(
    name: str, override: t.Any, path: str, expected_body: bytes, tmp_path: t.Any
) -> None:
    app = make(type("Mine", (Kernos,), {name: override}), tmp_path)
    assert expected_body in call(app, path).body


def test_an_override_of_the_contexts_may_return_its_own(tmp_path: t.Any) -> None:
    class MyRequestContext(RequestContext):
        pass

    class MyAppContext(AppContext):
        pass

    class Mine(Kernos):
        def request_context(self, environ):
            return MyRequestContext(self, environ)

        def app_context(self):
            return MyAppContext(self)

    app = make(Mine, tmp_path)
    seen: list[type] = []
    app.add_url_rule(
        "/kinds",
        "kinds",
        lambda: (
            seen.extend(
                [type(kernos.globals._cv_request.get()), type(kernos.globals._cv_app.get())]
            )
            or "x"
        ),
    )
    call(app, "/kinds")
    assert seen == [MyRequestContext, MyAppContext]


def test_a_context_class_of_ones_own_may_match_by_itself(tmp_path: t.Any) -> None:
    class Matching(RequestContext):
        def match_request(self):
            self.request.url_rule, self.request.view_args = next(
                (rule, {}) for rule in self.app.router.rules() if rule.endpoint == "index"
            )

    class Mine(Kernos):
        def request_context(self, environ):
            return Matching(self, environ)

    assert call(make(Mine, tmp_path), "/anywhere").body == b"body"


def test_an_overridden_url_adapter_matches(tmp_path: t.Any) -> None:
    class Adapter:
        def __init__(self, app: Kernos, request: t.Any) -> None:
            self.app, self.request = app, request

        def match(self, return_rule: bool) -> t.Any:
            assert return_rule
            if self.request.path == "/400":
                kernos.abort(400)
            return next(r for r in self.app.router.rules() if r.endpoint == "index"), {}

        def allowed_methods(self) -> list[str]:
            return ["BREW"]

    class Mine(Kernos):
        def create_url_adapter(self, request):
            if request is not None and request.path == "/refused":
                kernos.abort(421)
            return Adapter(self, request) if request is not None else None

    app = make(Mine, tmp_path)
    assert call(app, "/anywhere").body == b"body"
    assert call(app, "/400").code == 400
    assert call(app, "/refused").code == 421
    assert call(app, "/anywhere", "OPTIONS").header("Allow") == "BREW"
    with app.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME"):
        kernos.url_for("index")


def test_a_url_adapter_put_into_the_context_matches(tmp_path: t.Any) -> None:
    app = make(Kernos, tmp_path)
    ctx = app.test_request_context("/anywhere")
    rule = next(rule for rule in app.router.rules() if rule.endpoint == "index")

    class Adapter:
        def match(self, return_rule: bool) -> t.Any:
            return rule, {}

    ctx.url_adapter = Adapter()
    with ctx:
        assert kernos.request.endpoint == "index"


def test_options_are_answered_with_the_methods_of_the_url() -> None:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "x", methods=["GET", "PUT"])
    app.add_url_rule("/", "other", lambda: "x", methods=["DELETE"])
    app.add_url_rule("/own", "own", lambda: "mine", methods=["GET", "OPTIONS"])
    app.add_url_rule("/no", "no", lambda: "x", provide_automatic_options=False)
    answer = call(app, "/", "OPTIONS")
    assert answer.code == 200
    allowed = set(str(answer.header("Allow")).split(", "))
    assert allowed == {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
    assert call(app, "/own", "OPTIONS").body == b"mine"
    assert call(app, "/no", "OPTIONS").code == 405
    app = make_app()
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.add_url_rule("/", "index", lambda: "x")
    assert call(app, "/", "OPTIONS").code == 405


def test_faces_called_by_hand_work_on_the_current_request() -> None:
    app = make_app()
    ended: list[t.Any] = []
    app.add_url_rule("/", "index", lambda: "body")
    app.add_url_rule("/<name>", "named", lambda name: name)
    app.before_request(lambda: "early" if kernos.request.args else None)
    app.after_request(lambda response: response.headers.update({"X-A": "b"}) or response)
    app.teardown_request(ended.append)
    app.teardown_appcontext(ended.append)
    with app.test_request_context("/"):
        assert app.preprocess_request() is None
        assert app.dispatch_request() == "body"
        assert app.process_response(app.make_response("x")).headers["X-A"] == "b"
        assert app.process_response(app.make_response("x")).headers["X-A"] == "b"
        assert app.finalize_request("y").headers["X-A"] == "b"
        assert app.full_dispatch_request().data == b"body"
        assert app.full_dispatch_request().headers["X-A"] == "b"
        error = KeyError()
        app.do_teardown_request(error)
        app.do_teardown_appcontext(error)
        assert ended == [error, error]
        try:
            raise error
        except KeyError:
            app.do_teardown_request()
            app.do_teardown_appcontext()
        assert ended == [error] * 4
        with pytest.raises(KeyError):
            app.handle_user_exception(error)
        answer = app.handle_http_exception(kernos.app.HTTPException("x"))
        assert isinstance(answer, HTTPException)
    with app.test_request_context("/?a=b"):
        assert app.preprocess_request() == "early"
    app.do_teardown_appcontext(None)
    assert ended[-1] is None


def test_a_blueprint_and_an_application_share_the_scaffold() -> None:
    shared = [name for name in SIGNATURES if name[0] != "_" and hasattr(Blueprint, name)]
    assert len(shared) == 20
    for name in shared:
        assert _spelt(getattr(Blueprint, name)) == SIGNATURES[name]
