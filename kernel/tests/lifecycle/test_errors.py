"""Errors leave by one side door, and come back as responses."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import SECRET, Watch, call, install, make_app, raising, watch
from werkzeug.exceptions import (
    BadRequest,
    BadRequestKeyError,
    Forbidden,
    HTTPException,
    InternalServerError,
    NotFound,
)

import kernos
from kernos import Blueprint, Kernos, Response
from kernos.contracts import JSONProvider
from kernos.errors import PluginError
from kernos.signals import got_request_exception
from kernos.testing.doubles import doubles


class Broken(Exception):
    """What views of these tests raise."""


@pytest.fixture
def app() -> Kernos:
    return make_app()


@pytest.fixture
def watched(app: Kernos) -> Watch:
    return watch(app)


def view(app: Kernos, function: t.Callable[..., t.Any], path: str = "/") -> None:
    app.add_url_rule(path, path.strip("/") or "index", function, methods=["GET", "POST"])


# --- errors of the view ----------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        Broken(SECRET),
        MemoryError(SECRET),
        RecursionError(SECRET),
        StopIteration(SECRET),
        AssertionError(SECRET),
        ExceptionGroup(SECRET, [Broken(SECRET)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_a_view_is_a_500_and_teardown_is_told(
    app: Kernos, watched: Watch, error: Exception
) -> None:
    view(app, raising(error))
    assert b"Internal Server Error" in watched.fault(code=500).body
    assert watched.last_error is error
    error.__traceback__ = None  # it holds the frames of the request
    watched.check_freed()


def test_an_error_is_logged_with_path_method_and_traceback(app: Kernos) -> None:
    watched = watch(app)
    view(app, raising(Broken(SECRET)), "/a")
    records = watched.log.records
    call(app, "/a", "POST")
    (record,) = records
    assert record.getMessage() == "Exception on /a [POST]"
    assert record.exc_info[0] is Broken


def test_a_path_with_control_characters_is_logged_on_one_line(app: Kernos) -> None:
    watched = watch(app)
    app.before_request_funcs[None].append(raising(Broken))
    call(app, "/", PATH_INFO="/a\r\nERROR forged \x1b[31m")
    (record,) = watched.log.records
    assert record.getMessage() == r"Exception on /a\r\nERROR forged \x1b[31m [GET]"


def test_under_testing_and_propagation_the_error_reaches_the_caller(app: Kernos) -> None:
    view(app, raising(Broken))
    app.testing = True
    with pytest.raises(Broken):
        call(app)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert call(app).code == 500
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(Broken):
        call(app)
    app.config["PROPAGATE_EXCEPTIONS"] = None
    app.debug = True
    with pytest.raises(Broken):
        call(app)
    app.debug = False
    assert call(app).code == 500


# --- handlers --------------------------------------------------------------------------


def test_a_handler_is_found_by_code_before_class_and_blueprint_before_application(
    app: Kernos, watched: Watch
) -> None:
    blueprint = Blueprint("bp", __name__, url_prefix="/bp")
    inner = Blueprint("inner", __name__, url_prefix="/inner")
    for part in (blueprint, inner):
        part.add_url_rule("/403", "forbidden", lambda: kernos.abort(403))
        part.add_url_rule("/404", "missing", lambda: kernos.abort(404))
        part.add_url_rule("/broken", "broken", raising(Broken))
        part.add_url_rule("/key", "key", raising(KeyError))
    view(app, lambda: kernos.abort(403), "/403")
    app.register_error_handler(403, lambda error: ("app 403", 403))
    app.register_error_handler(HTTPException, lambda error: ("app http", error.code))
    app.register_error_handler(LookupError, lambda error: "app lookup")
    app.register_error_handler(Exception, lambda error: "app anything")
    blueprint.register_error_handler(HTTPException, lambda error: ("bp http", error.code))
    blueprint.register_error_handler(Broken, lambda error: "bp broken")
    blueprint.register_error_handler(404, lambda error: ("bp 404", 404))
    inner.register_error_handler(Broken, lambda error: "inner broken")
    blueprint.register_blueprint(inner)
    app.register_blueprint(blueprint)
    found = {
        path: call(app, path).text
        for path in [
            "/403",
            "/nowhere",
            "/bp/403",
            "/bp/404",
            "/bp/broken",
            "/bp/key",
            "/bp/inner/403",
            "/bp/inner/404",
            "/bp/inner/broken",
            "/bp/nowhere",
        ]
    }
    assert found == {
        "/403": "app 403",
        "/nowhere": "app http",
        "/bp/403": "app 403",  # a code wins over a class, wherever it is registered
        "/bp/404": "bp 404",
        "/bp/broken": "bp broken",
        "/bp/key": "app lookup",
        "/bp/inner/403": "app 403",
        "/bp/inner/404": "bp 404",
        "/bp/inner/broken": "inner broken",
        "/bp/nowhere": "app http",
    }
    assert not watched.log.records


def test_the_nearest_class_wins(app: Kernos) -> None:
    class Worse(Broken):
        pass

    app.register_error_handler(Exception, lambda error: "anything")
    app.register_error_handler(Broken, lambda error: "broken")
    view(app, raising(Worse))
    assert call(app).body == b"broken"


def test_a_handler_of_500_is_given_the_original_error(app: Kernos, watched: Watch) -> None:
    seen: list[t.Any] = []
    app.register_error_handler(500, lambda error: seen.append(error) or ("sorry", 500))
    error = Broken(SECRET)
    view(app, raising(error))
    assert watched.fault(code=500).body == b"sorry"
    assert isinstance(seen[0], InternalServerError)
    assert seen[0].original_exception is error


def test_abort_500_reaches_the_500_handler_and_is_not_logged(app: Kernos, watched: Watch) -> None:
    app.register_error_handler(500, lambda error: ("sorry", 500))
    view(app, lambda: kernos.abort(500))
    assert watched.fault(code=500, logged=0).body == b"sorry"


def test_an_http_error_without_handler_answers_for_itself(app: Kernos, watched: Watch) -> None:
    view(app, raising(Forbidden("keep out")))
    assert b"keep out" in watched.fault(code=403, logged=0).body


def test_abort_with_a_response_sends_that(app: Kernos, watched: Watch) -> None:
    app.register_error_handler(HTTPException, lambda error: "never")
    view(app, lambda: kernos.abort(Response("mine", 418)))
    assert watched.fault(code=418, logged=0).body == b"mine"


def test_an_error_that_a_handler_returns_is_the_answer(app: Kernos, watched: Watch) -> None:
    app.register_error_handler(Broken, lambda error: NotFound("gone"))
    view(app, raising(Broken))
    assert b"gone" in watched.fault(code=404, logged=0).body


@pytest.mark.parametrize("code", [100, 299, 600, 0, 418_000])
def test_a_handler_for_a_code_that_is_no_error_is_refused(app: Kernos, code: int) -> None:
    with pytest.raises(ValueError, match=f"{code}"):
        app.register_error_handler(code, str)
    assert app.error_handler_spec == {}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (Broken("x"), TypeError),
        (object, ValueError),
        (KeyboardInterrupt, ValueError),
        ("x", TypeError),
    ],
)
def test_a_handler_for_what_is_no_class_of_errors_is_refused(
    app: Kernos, wrong: t.Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        app.register_error_handler(wrong, str)
    with pytest.raises(error):
        app.errorhandler(wrong)(str)


# --- handlers that fail: F21, 3b -------------------------------------------------------


@pytest.mark.parametrize("answer", [None, 12, object()], ids=["None", "int", "object"])
def test_a_500_handler_that_answers_nothing_sensible_leaves_the_last_resort(
    app: Kernos, watched: Watch, answer: object
) -> None:
    app.register_error_handler(500, lambda error: answer)
    view(app, raising(Broken(SECRET)))
    answered = watched.fault(code=500, logged=2)
    assert b"Internal Server Error" in answered.body


def test_a_500_handler_that_raises_leaves_the_last_resort(app: Kernos, watched: Watch) -> None:
    app.register_error_handler(500, raising(KeyError(SECRET)))
    view(app, raising(Broken(SECRET)))
    answer = watched.fault(code=500, logged=2)
    assert b"Internal Server Error" in answer.body
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert watched.fault(method="HEAD", code=500, logged=2).body == b""


def test_a_handler_that_raises_is_answered_by_the_500_handler_and_called_once(
    app: Kernos, watched: Watch
) -> None:
    calls: list[str] = []

    def handler(error: Exception) -> t.NoReturn:
        calls.append("handler")
        raise KeyError(SECRET)

    app.register_error_handler(Broken, handler)
    app.register_error_handler(KeyError, lambda error: calls.append("never") or "never")
    app.register_error_handler(500, lambda error: calls.append("500") or ("sorry", 500))
    view(app, raising(Broken(SECRET)))
    assert watched.fault(code=500).body == b"sorry"
    assert calls == ["handler", "500"]


def test_a_handler_that_raises_its_own_error_again_does_not_recurse(
    app: Kernos, watched: Watch
) -> None:
    calls: list[str] = []

    def handler(error: Exception) -> t.NoReturn:
        calls.append("handler")
        raise error

    app.register_error_handler(Exception, handler)
    view(app, raising(Broken(SECRET)))
    watched.fault(code=500, logged=2)
    assert len(calls) <= 2


def test_a_handler_that_returns_none_is_an_error_of_its_own(app: Kernos, watched: Watch) -> None:
    app.register_error_handler(Broken, lambda error: None)
    app.register_error_handler(500, lambda error: ("sorry", 500))
    view(app, raising(Broken(SECRET)))
    assert watched.fault(code=500).body == b"sorry"


def test_a_handler_of_404_that_raises_http_errors_is_a_500(app: Kernos, watched: Watch) -> None:
    app.register_error_handler(404, raising(Forbidden()))
    watched.fault("/nowhere", code=500)


def test_got_request_exception_is_sent_once_though_handlers_fail(
    app: Kernos, watched: Watch
) -> None:
    sent: list[Exception] = []
    receiver = lambda sender, exception: sent.append(exception)
    app.register_error_handler(500, raising(KeyError(SECRET)))
    error = Broken(SECRET)
    view(app, raising(error))
    with got_request_exception.connected_to(receiver, app):
        watched.fault(code=500, logged=2)
    assert sent == [error]


def test_a_receiver_of_got_request_exception_that_raises_leaves_the_last_resort(
    app: Kernos, watched: Watch
) -> None:
    view(app, raising(Broken(SECRET)))
    with got_request_exception.connected_to(raising(KeyError(SECRET)), app):
        watched.fault(code=500)


# --- errors behind the view: F10, F11, F20, F25 ----------------------------------------


class WrongJSON(JSONProvider):
    answer: t.Any = None

    def dumps(self, obj, **kwargs):
        return self.answer

    def loads(self, s, **kwargs):
        raise KeyError(SECRET)


def with_header(name: str, value: str) -> Response:
    response = Response("body")
    response.headers._list.append((name, value))
    return response


def with_status(status: t.Any) -> Response:
    return Response("body", status=status)


BAD_RESPONSES: dict[str, t.Callable[[], t.Any]] = {
    "redirect to no URL": lambda: kernos.redirect("http://["),
    "header beyond Latin-1": lambda: ("body", {"X-Price": "€"}),
    "NUL in a header": lambda: with_header("X-A", "a\0b"),
    "line break in a header": lambda: with_header("X-A", "a\r\nX-B: c"),
    "line break in a header's name": lambda: with_header("X-A: 1\r\nX-B", "c"),
    "space in a header's name": lambda: with_header("X A", "c"),
    "empty header's name": lambda: with_header("", "c"),
    "header's name is no text": lambda: with_header(t.cast(str, 1), "a"),
    "content type beyond Latin-1": lambda: Response("body", content_type="text/€"),
    "content type with a line break": lambda: Response("body", content_type="text/a\r\nX: b"),
    "status with a line break": lambda: with_status("200 OK\r\nX: 1"),
    "status 0": lambda: with_status(0),
    "status 99": lambda: with_status(99),
    "status 1000": lambda: with_status(1000),
    "status 0 in a tuple": lambda: ("body", 0),
    "status text in a tuple": lambda: ("body", "200 OK\r\nX: 1"),
    "wsgi application that never starts": lambda: lambda environ, start_response: [],
    "None": lambda: None,
    "number": lambda: 12,
    "tuple of four": lambda: ("a", 1, {}, 2),
    "tuple of one": lambda: ("a",),
    "cookie with an attribute in its name": lambda: with_cookie("a;Domain=evil.example;x"),
    "cookie with a domain of two": lambda: with_cookie("a", domain="a;b"),
}


def with_cookie(key: str, **options: t.Any) -> Response:
    response = Response("body")
    response.set_cookie(key, "v", **options)
    return response


@pytest.mark.parametrize("name", BAD_RESPONSES)
def test_a_response_that_cannot_be_sent_reaches_the_handlers(name: str) -> None:
    app = make_app()
    watched = watch(app)
    app.register_error_handler(Exception, lambda error: (f"handled {type(error).__name__}", 500))
    view(app, lambda: BAD_RESPONSES[name]())
    assert watched.fault(code=500, logged=0, validate=False).body.startswith(b"handled ")


@pytest.mark.parametrize("name", BAD_RESPONSES)
def test_a_response_that_cannot_be_sent_is_a_500_where_nobody_handles_it(name: str) -> None:
    app = make_app()
    watched = watch(app)
    view(app, lambda: BAD_RESPONSES[name]())
    assert b"Internal Server Error" in watched.fault(code=500).body


def test_a_bad_response_of_a_handler_leaves_the_last_resort(app: Kernos, watched: Watch) -> None:
    app.register_error_handler(Exception, lambda error: ("handled", {"X-A": "€"}))
    view(app, raising(Broken(SECRET)))
    assert b"could not complete" in watched.fault(code=500, logged=2).body


@pytest.mark.parametrize("answer", [None, 12, b"bytes", ["list"]], ids=repr)
@pytest.mark.parametrize("how", ["dict", "jsonify"])
def test_a_json_provider_that_returns_no_text_is_a_500_that_names_it(
    answer: object, how: str
) -> None:
    app = make_app(components=doubles(json=WrongJSON))
    app.json.answer = answer
    watched = watch(app)
    view(app, (lambda: {"a": 1}) if how == "dict" else (lambda: kernos.jsonify(a=1)))
    records = list[t.Any]()
    watched.log.emit = lambda record: (records.append(record), watched.log.records.append(record))
    watched.fault(code=500)
    assert "WrongJSON" in str(records[0].exc_info[1])


def test_where_json_is_not_strict_bytes_are_taken_as_flask_takes_them() -> None:
    class Lenient(Kernos):
        json_strict = False

    app = make_app(kind=Lenient, components=doubles(json=WrongJSON))
    app.json.answer = b"[1]"
    view(app, lambda: kernos.jsonify(1))
    assert call(app).body == b"[1]"
    app.json.answer = None
    assert call(app).code == 500


def test_an_installed_json_provider_is_named_with_distribution_and_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    source = """
from kernos.contracts import JSONProvider
from kernos.hooks import hookimpl

class Silent(JSONProvider):
    def dumps(self, obj, **kwargs):
        return None

@hookimpl
def kernos_provide_json(app):
    return Silent(app)
"""
    monkeypatch.delenv("KERNOS_COMPONENTS", raising=False)
    install(monkeypatch, tmp_path, "silent-json", "kernos.json", source)
    app = make_app(components=doubles(json=None))
    app.testing = True
    view(app, lambda: {"a": 1})
    with pytest.raises(PluginError, match=r"it \(silent-json 1\.2\.3\)"):
        call(app)


def test_a_json_provider_that_fails_to_read_is_a_500(app: Kernos) -> None:
    app = make_app(components=doubles(json=WrongJSON))
    watched = watch(app)
    view(app, lambda: kernos.request.get_json())
    watched.fault(method="POST", code=500, data=b"{}", content_type="application/json")


# --- F20: after-request functions ------------------------------------------------------


def test_each_after_function_runs_once_though_one_raises(app: Kernos, watched: Watch) -> None:
    seen: list[str] = []

    def noting(name: str, error: Exception | None = None) -> t.Callable[[t.Any], t.Any]:
        def after(response: t.Any) -> t.Any:
            if kernos.request.path == "/":
                seen.append(name)
                if error is not None:
                    raise error
            return response

        return after

    for name, error in [("a", None), ("b", None), ("c", Broken(SECRET)), ("d", None)]:
        app.after_request(noting(name, error))
    view(app, lambda: kernos.session.update(a=1) or "body")
    answer = watched.fault(code=500)
    assert seen == ["d", "c", "b", "a"]
    assert answer.header("Set-Cookie"), "the session is saved all the same"


def test_each_after_function_runs_once_though_several_raise(app: Kernos, watched: Watch) -> None:
    seen: list[str] = []

    def failing(name: str) -> t.Callable[[t.Any], t.Any]:
        def after(response: t.Any) -> t.Any:
            if kernos.request.path == "/":
                seen.append(name)
                raise Broken(SECRET)
            return response

        return after

    for name in "abc":
        app.after_request(failing(name))
    view(app, lambda: "body")
    watched.fault(code=500, logged=2)
    assert seen == list(dict.fromkeys(seen))


def test_an_after_function_that_returns_none_is_named(app: Kernos, watched: Watch) -> None:
    def forgetful(response: t.Any) -> None:
        if kernos.request.path == "/":
            return None
        return response

    app.after_request(forgetful)
    view(app, lambda: "body")
    app.register_error_handler(TypeError, lambda error: (str(error), 500))
    assert b"forgetful" in watched.fault(code=500, logged=0).body


def test_after_functions_run_once_though_saving_the_session_fails() -> None:
    app = make_app()
    watched = watch(app)
    seen: list[str] = []
    app.after_request(lambda response: seen.append(kernos.request.path) or response)
    save = app.session_interface.save_session

    def failing(app, session, response):
        if kernos.request.path == "/":
            raise ConnectionError(SECRET)
        save(app, session, response)

    app.session_interface.save_session = failing
    view(app, lambda: kernos.session.update(a=1) or "body")
    watched.fault(code=500, logged=2)
    assert seen.count("/") == 1


def test_after_functions_run_once_though_a_receiver_of_request_finished_raises(
    app: Kernos, watched: Watch
) -> None:
    seen: list[str] = []
    app.after_request(lambda response: seen.append(kernos.request.path) or response)
    view(app, lambda: "body")
    fails = [True]

    def receiver(sender: t.Any, response: t.Any) -> None:
        if fails.pop() if fails else False:
            raise Broken(SECRET)

    with kernos.request_finished.connected_to(receiver, app):
        watched.fault(code=500)
    assert seen.count("/") == 1


def test_after_functions_run_once_though_the_response_cannot_be_sent(
    app: Kernos, watched: Watch
) -> None:
    seen: list[str] = []
    app.after_request(lambda response: seen.append(kernos.request.path) or response)
    view(app, lambda: ("body", {"X-A": "€"}))
    watched.fault(code=500)
    assert seen.count("/") == 1


def test_a_function_registered_for_this_request_runs_first_and_once(
    app: Kernos, watched: Watch
) -> None:
    seen: list[str] = []
    app.after_request(lambda response: seen.append("app") or response)

    def index() -> str:
        for name in ("first", "second"):
            kernos.after_this_request(lambda response, name=name: seen.append(name) or response)
        return "body"

    view(app, index)
    assert call(app).body == b"body"
    assert seen == ["first", "second", "app"]


def test_functions_for_one_request_are_not_kept_alive() -> None:
    import gc
    import weakref

    refs: list[t.Any] = []
    app = make_app()

    class Big:
        pass

    def index() -> str:
        big = Big()
        refs.append(weakref.ref(big))
        kernos.after_this_request(lambda response: (big, response)[1])
        return "body"

    view(app, index)
    call(app)
    gc.collect()
    assert refs[0]() is None


# --- traps -----------------------------------------------------------------------------


def test_trapped_http_errors_are_treated_like_any_other(app: Kernos) -> None:
    app.testing = True
    view(app, lambda: kernos.request.form["missing"])
    assert call(app).code == 400
    app.config["TRAP_BAD_REQUEST_ERRORS"] = True
    with pytest.raises(BadRequestKeyError, match="missing"):
        call(app)
    app.config["TRAP_BAD_REQUEST_ERRORS"] = None
    app.debug = True
    with pytest.raises(BadRequestKeyError):
        call(app)
    app.config["TRAP_BAD_REQUEST_ERRORS"] = False
    answer = call(app)
    assert answer.code == 400
    assert b"missing" in answer.body
    app.debug = False
    assert b"missing" not in call(app).body
    app.config["TRAP_HTTP_EXCEPTIONS"] = True
    with pytest.raises(NotFound):
        call(app, "/nowhere")
    with pytest.raises(BadRequest):
        call(app)


def test_a_redirect_that_loses_a_form_explains_itself_in_debug_mode(app: Kernos) -> None:
    from werkzeug.routing import RequestRedirect

    class Moved(RequestRedirect):
        code = 301

    app.testing = True
    view(app, lambda: "body", "/folder/")
    app.debug = True

    @app.before_request
    def change() -> None:
        kernos.request.routing_exception = Moved("http://localhost/folder/")

    with pytest.raises(AssertionError, match="http://localhost/folder/"):
        call(app, "/folder", "POST", data={"a": "b"})
    assert call(app, "/folder").code == 301
    app.debug = False
    assert call(app, "/folder", "POST", data={"a": "b"}).code == 301
