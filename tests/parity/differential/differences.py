"""The table of what Kernos answers otherwise than Flask 3.1.3, and why.

docs/reference/differences.md is written from it. Every row is shown: by a request to which
both give the answers that the row names, or by a test elsewhere; tests check both.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from differential.pair import Answer, Request

#: Tells from a request and both answers whether this is the row that explains them.
Explains = t.Callable[[Request, Answer, Answer], bool]


def status(answer: Answer) -> object:
    """Return the number of the status, as text."""
    return answer.status[:3]


def body(answer: Answer) -> object:
    """Return the body as text."""
    return answer.body.decode()


def counted(event: str) -> t.Callable[[Answer], object]:
    """Return what counts the callbacks of one name."""
    return lambda answer: str(sum(1 for one in answer.events if one == event))


@dataclass(frozen=True)
class Shown:
    """A request, what is looked at in its answers, and what both say."""

    request: Request
    flask: str
    kernos: str
    look: t.Callable[[Answer], object] = status
    app: str = "unruly"


@dataclass(frozen=True)
class Difference:
    """One row: when it happens, what either does, and why Kernos does it so."""

    name: str
    rows: str
    when: str
    flask: str
    kernos: str
    why: str
    shown: Shown | None = None
    tests: tuple[str, ...] = ()
    explains: Explains | None = None


def ask(
    path: str, query: str = "", method: str = "GET", data: bytes = b"", **extra: str
) -> Request:
    """Return a request to the unruly application."""
    return (method, path, query, (), data, extra)


def _failed(answer: Answer) -> bool:
    """Tell whether an error was not handled: a 500, or raised under TESTING."""
    return answer.status[:3] == "500" or answer.status == "raised"


def _host(request: Request) -> str:
    return dict(request[3]).get("Host", request[5].get("HTTP_HOST", "localhost"))


def _bad_host(request: Request, flask: Answer, kernos: Answer) -> bool:
    return _host(request) in BAD_HOSTS and kernos.status[:3] == "400"


def _bad_date(request: Request, flask: Answer, kernos: Answer) -> bool:
    dated = ("If-Modified-Since", "If-Unmodified-Since", "If-Range")
    values = [value for name, value in request[3] if name in dated]
    return any("99999999999" in value for value in values) and _failed(flask)


def _streams_context(request: Request, flask: Answer, kernos: Answer) -> bool:
    return (
        request[1] in {"/stream/context", "/stream/template"}
        and flask[:3] == kernos[:3]
        and set(flask.events) == set(kernos.events)
        and kernos.events.count("app teardown NoneType") == 1
    )


def _save_fails(request: Request, flask: Answer, kernos: Answer) -> bool:
    return (
        request[1] == "/session/bad"
        and flask.status == kernos.status
        and flask.body == kernos.body
        and set(kernos.headers) <= set(flask.headers)
    )


def _bad_status(request: Request, flask: Answer, kernos: Answer) -> bool:
    number = flask.status.partition(" ")[0]
    return not (number.isdigit() and len(number) == 3) and kernos.status[:3] == "500"


def _bad_location(request: Request, flask: Answer, kernos: Answer) -> bool:
    return (
        request[1].startswith("/redirect/")
        and "to=http://[" in request[2]
        and (flask.status[:3], kernos.status[:3])
        in {("rai", "500"), ("500", "500"), ("rai", "rai")}
    )


def _bad_authorization(request: Request, flask: Answer, kernos: Answer) -> bool:
    return ("Authorization", BAD_BASIC) in request[3] and _failed(flask)


def _deep_json(request: Request, flask: Answer, kernos: Answer) -> bool:
    return request[4] == DEEP and _failed(flask)


BAD_HOSTS = ("xn--a", "[:1]:80")
BAD_BASIC = "Basic \xff"
BAD_DATE = "Thu, 01 Jan 99999999999 00:00:00 GMT"
DEEP = b"[" * 5000

STREAMS = "kernel/tests/lifecycle/test_streams.py::"
ERRORS = "kernel/tests/lifecycle/test_errors.py::"
TEARDOWN = "kernel/tests/lifecycle/test_teardown.py::"
COOKIE = "plugins/sessions/tests/test_cookie.py::"
PROGRAM = "tests/parity/programs/test_programs.py::test_a_program_comes_to_the_same"
HERE = "tests/parity/differential/test_sessions_travel.py::"

DIFFERENCES = (
    Difference(
        "a URL made to be slow",
        "F1",
        "A rule has several placeholders in one segment, and a URL of 200 separators nearly fits.",
        "tries every way: 29 seconds of one core for one request",
        "matches in linear time, 404",
        "One visitor must not be able to occupy a worker.",
        tests=(
            "plugins/routing/tests/test_matching.py::test_a_hostile_path_is_not_found_without_trying_its_ways",
            "plugins/routing/tests/test_patterns.py::test_the_work_grows_with_the_length_and_not_with_the_ways",
        ),
    ),
    Difference(
        "fallback keys that are no list",
        "F2",
        '`SECRET_KEY_FALLBACKS = "old"` instead of `["old"]`',
        "accepts each letter as a key that signs sessions",
        "TypeError when the first session is opened",
        "Anybody could sign a session with the key `o`.",
        tests=(COOKIE + "test_fallbacks_that_are_no_list_are_refused",),
    ),
    Difference(
        "an empty fallback key",
        "F3",
        '`SECRET_KEY_FALLBACKS = ["old", ""]`, as a variable that is not set leaves it',
        "accepts sessions signed with the empty key",
        "refuses the setting",
        "Anybody could sign a session.",
        tests=(COOKIE + "test_an_empty_fallback_is_refused",),
    ),
    Difference(
        "a date that no calendar has",
        "F4",
        "`If-Modified-Since` or the like with a year of eleven digits, for a static file",
        "500",
        "ignores the header, 200",
        "RFC 9110: a date that is invalid is ignored.",
        Shown(
            ("GET", "/static/digits.txt", "", (("If-Modified-Since", BAD_DATE),), b"", {}),
            "500",
            "200",
            app="main",
        ),
        explains=_bad_date,
    ),
    Difference(
        "a host that is no name",
        "F5",
        "`Host: xn--a`, and the view reads `request.url`",
        "500",
        "400",
        "The request is wrong, not the application.",
        Shown(ask("/url", HTTP_HOST="xn--a"), "500", "400"),
        explains=_bad_host,
    ),
    Difference(
        "a host that is no address",
        "F6",
        "`Host: [:1]:80`, and the view reads `request.url`, or a slash is redirected",
        "500",
        "400",
        "The request is wrong, not the application.",
        Shown(ask("/url", HTTP_HOST="[:1]:80"), "500", "400"),
        explains=_bad_host,
    ),
    Difference(
        "credentials that are no base64",
        "F7",
        "`Authorization: Basic` and a byte above 127",
        "500",
        "`request.authorization` is None",
        "As for all other headers that cannot be read.",
        Shown(ask("/authorization", HTTP_AUTHORIZATION=BAD_BASIC), "500", "200"),
        explains=_bad_authorization,
    ),
    Difference(
        "JSON that nests too deep",
        "F8",
        "A body of some thousand `[`",
        "500",
        "400",
        "The request is wrong, not the application.",
        Shown(ask("/json", "", "POST", DEEP, CONTENT_TYPE="application/json"), "500", "400"),
        explains=_deep_json,
    ),
    Difference(
        "a body that the server cannot read",
        "F9",
        "A malformed chunked body, when the server's stream raises its own error",
        "500",
        "400",
        "The request is wrong, not the application.",
        tests=(
            "kernel/tests/wrappers/test_request.py::test_a_body_that_the_server_cannot_deliver_is_a_400",
        ),
    ),
    Difference(
        "a response that cannot be sent",
        "F10",
        "A view returns a redirect to `http://[`, or a header with `€` in it",
        "raises out of the application, behind its error handlers",
        "the error meets the error handlers, as those of views do",
        "An application's own error page is shown for its own errors.",
        Shown(ask("/bad-location"), "raised", "handled ValueError", lambda a: (
            a.status if a.status == "raised" else body(a)
        )),
        (ERRORS + "test_a_response_that_cannot_be_sent_reaches_the_handlers",),
        _bad_location,
    ),
    Difference(
        "a status that holds a header",
        "F11",
        "A view returns the status `200 OK\\r\\nX: 1` or 42, or a header's name has a line break",
        "hands it to the server, which sends the injected header or breaks off",
        "ValueError, which meets the error handlers",
        "Response splitting.",
        Shown(ask("/bad-status"), "200", "500"),
        (ERRORS + "test_a_response_that_cannot_be_sent_reaches_the_handlers",),
        _bad_status,
    ),
    Difference(
        "a cookie's name that holds attributes",
        "F12",
        '`set_cookie("a;Domain=evil.example;x", …)`',
        "sends it",
        "ValueError",
        "What a user typed could set a cookie's domain.",
        Shown(ask("/bad-cookie"), "200", "500"),
    ),
    Difference(
        "a teardown function that raises",
        "F13",
        "One of several `teardown_request` functions raises, and the response is made",
        "skips those that are left; the response becomes the server's 500",
        "runs all, logs the error, sends the response (under TESTING it is raised)",
        "Connections would stay open; what was done is not undone by a 500.",
        Shown(ask("/teardown-fails"), "raised ValueError", "finished", body),
        (TEARDOWN + "test_all_teardown_functions_run_though_one_raises_and_the_response_is_kept",),
    ),
    Difference(
        "the teardown of a streamed response",
        "F14",
        "`stream_with_context` or `stream_template`",
        "runs teardown functions twice, the first time before the body",
        "runs them once, after the body",
        "What the stream uses is closed after it, not before.",
        Shown(ask("/stream"), "2", "1", counted("teardown")),
        (STREAMS + "test_a_stream_has_its_request_and_is_torn_down_once_after_it",),
        _streams_context,
    ),
    Difference(
        "streams that take turns",
        "F15",
        "Two streams with contexts are read in turn on one thread",
        "one shows the other's request",
        "each has its own",
        "The contexts belong to the iterator.",
        tests=(STREAMS + "test_two_streams_that_take_turns_on_one_thread_stay_apart",),
    ),
    Difference(
        "a stream that changes threads",
        "F16",
        "A stream is opened in one thread and closed in another",
        "LookupError, and teardown never runs",
        "teardown runs once",
        "Servers do it.",
        tests=(STREAMS + "test_a_stream_may_be_read_and_closed_in_other_threads",),
    ),
    Difference(
        "a stream that waits",
        "F17",
        "Other code runs on the thread while a stream is suspended",
        "sees the stream's request",
        "sees none",
        "The contexts belong to the iterator.",
        tests=(STREAMS + "test_no_context_is_current_while_a_stream_is_suspended",),
    ),
    Difference(
        "a receiver of appcontext_pushed that raises",
        "F18",
        "A signal's receiver raises while a context is pushed",
        "leaves the context on the thread for good",
        "unwinds",
        "The next request on the thread would see it.",
        tests=(TEARDOWN + "test_a_push_that_fails_leaves_no_context",),
    ),
    Difference(
        "a session store that is down",
        "F19",
        "`open_session` raises ConnectionError, and the application has a handler for it",
        "does not call the handler; 500",
        "calls it",
        "An application can say that it is a matter of minutes.",
        Shown(ask("/session", "down"), "500", "502"),
        ("kernel/tests/lifecycle/test_sessions.py::test_a_handler_for_the_stores_own_error_goes_first",),
    ),
    Difference(
        "an after-request function that raises",
        "F20",
        "An `after_request` function raises, or a session cannot be saved",
        "runs the functions before it a second time, on the error page; saves no session",
        "runs each once; the handler for the error's class answers",
        "A function that counts or releases something does so once a request.",
        Shown(ask("/after-fails"), "failed", "handled ValueError", body),
        (ERRORS + "test_each_after_function_runs_once_though_one_raises",),
        _save_fails,
    ),
    Difference(
        "a 500 handler that raises",
        "F21",
        "The handler of an error raises itself, or a receiver of `got_request_exception` does",
        "raises out of the application",
        "answers with a plain 500",
        "The client gets an answer whatever happens.",
        Shown(ask("/handler-fails"), "raised", "500", lambda a: a.status.split()[0]),
        (ERRORS + "test_a_500_handler_that_raises_leaves_the_last_resort",),
    ),
    Difference(
        "a signed session that cannot be read",
        "F22",
        "The cookie's signature is valid and its content is none of a session's",
        "500 on every request, until the visitor deletes the cookie",
        "an empty session; the cookie is deleted; one warning",
        "Applications that share a key, and releases that change tags, lock visitors out.",
        tests=(
            COOKIE + "test_signed_junk_is_an_empty_session_a_deleted_cookie_and_one_warning",
            HERE + "test_a_signed_session_that_is_none_is_empty_on_kernos_and_an_error_on_flask",
        ),
    ),
    Difference(
        "a session that inflates",
        "F23",
        "A signed cookie of 64 kB inflates to 50 MB",
        "inflates it",
        "reads an empty session beyond 1 MB",
        "Memory is not the visitor's to spend.",
        tests=(COOKIE + "test_a_cookie_inflates_to_a_megabyte_and_no_further",),
    ),
    Difference(
        "a session cookie that browsers drop",
        "F24",
        "The session's cookie is larger than 4093 bytes",
        "a warning by Python's `warnings`",
        "an error in the log; raised in debug mode",
        "The visitor would be logged out without a trace.",
        tests=(COOKIE + "test_a_cookie_that_is_too_large_is_logged_as_an_error",),
    ),
    Difference(
        "a JSON provider that returns nothing",
        "F25",
        "`dumps` returns None",
        "200 with an empty body",
        "500, and the provider is named in the log",
        "A client takes an empty 200 for success.",
        Shown(ask("/no-text"), "200", "500"),
        (ERRORS + "test_a_json_provider_that_returns_no_text_is_a_500_that_names_it",),
    ),
    Difference(
        "routes added while requests are served",
        "F27",
        "`url_map.add` in one thread, requests in others",
        "some requests end in a 500",
        "each request sees the map before or after",
        "The table is swapped by one assignment.",
        tests=(
            "plugins/routing/tests/test_map.py::test_rules_added_while_others_match_and_build_disturb_nobody",
        ),
    ),
    Difference(
        "a command that cannot be loaded",
        "F30",
        "One entry point of `flask.commands` in the environment is broken",
        "every `flask` command ends with its error",
        "names and skips it",
        "A package that is not used must not stop `flask run`.",
        tests=("plugins/cli/tests/test_groups.py::test_are_reported_and_skipped_when_broken",),
    ),
    Difference(
        "a query with raw bytes",
        "F31",
        "The server hands over a QUERY_STRING with a byte above 127",
        "500 when `request.args` is read",
        "a replacement character, as in the path",
        "The request is wrong, not the application.",
        Shown(ask("/args", "q=\xff"), "500", "200"),
    ),
    Difference(
        "the text of a session cookie",
        "§8",
        "The application's JSON provider is set to write otherwise (`sort_keys`, `ensure_ascii`)",
        "writes the session's cookie with those settings too",
        "writes cookies as Flask does by default; reads both",
        "A session must still be read when the JSON component is replaced.",
        tests=(HERE + "test_the_text_of_a_cookie_does_not_follow_the_json_provider",),
    ),
    Difference(
        "a session that nobody touches",
        "§7",
        "Code looks at the private `_session` of a context before the push, or nobody reads"
        " `session` at all",
        "opens the session when the context is pushed",
        "opens it when it is first touched, pushed or not",
        "Most requests need none. A session interface of your own, or one that is wrapped, is"
        " asked for each request, as by Flask.",
        tests=(PROGRAM,),
    ),
    Difference(
        "an environment that is changed after the request was made",
        "§7",
        "Code changes `environ` between `Request(environ)` and the first look at `request.path`",
        "has read method, path and headers when the request was made",
        "reads each when it is asked for, and sees the change",
        "A request that is not looked at costs nothing.",
        tests=(PROGRAM,),
    ),
    Difference(
        "a signal's own `send`, wrapped",
        "§7",
        "Code replaces `flask.request_started.send` and connects no receiver",
        "calls it",
        "does not: a signal without receivers is not sent",
        "Asking for receivers is all that a signal costs. Connect one to be called.",
        tests=(PROGRAM,),
    ),
    Difference(
        "what templates find",
        "§5",
        "`update_template_context` is overridden and lists the context; or a context processor of"
        " the application gives `request` another value, and the template is a blueprint's",
        "`session` is one of Jinja's globals; in blueprints the processor's value is lost",
        "`session` is in the context; the processor's value holds everywhere",
        "Not every template engine has globals.",
        tests=(PROGRAM,),
    ),
    Difference(
        "an application context that nobody asked for",
        "§7",
        "Code reads `flask.globals._cv_app` out of a `contextvars.Context`, or hides the request"
        " with `_cv_request.set(None)` and asks for `current_app`",
        "the context of each request was pushed: it is there",
        "is made when `app_ctx`, `g` or `_cv_app.get()` asks, and belongs to the request",
        "Most requests never ask, and none has to wait for what it does not use.",
        tests=(PROGRAM,),
    ),
    Difference(
        "`g` in the context of a template",
        "§7",
        "Code looks at the type of `context[\"g\"]`, in a receiver of `template_rendered` say",
        "it is the namespace itself",
        "it is the proxy, as `flask.g` is: it has the same attributes and compares equal",
        "A template that does not use it needs none.",
        tests=(PROGRAM,),
    ),
    Difference(
        "a class that notices patches",
        "§7",
        "Code lists `Flask.__subclasses__()`, or those of its own application, request or"
        " response class",
        "they are the program's",
        "`_Leaf` is among them, once an application has served: nobody looks anything up on it",
        "Python tells by it that a class was patched, which comparing each method would cost"
        " every request.",
        tests=(PROGRAM,),
    ),
    Difference(
        "mistakes with contexts",
        "§7",
        "A context is popped twice, or without a push; a proxy is iterated outside of its context",
        "LookupError or TypeError",
        "AssertionError or RuntimeError, which say what is missing",
        "The message names the mistake.",
        tests=(PROGRAM,),
    ),
)  # fmt: skip


def explain(request: Request, flask: Answer, kernos: Answer) -> Difference | None:
    """Return the row that explains why two answers differ."""
    for difference in DIFFERENCES:
        if difference.explains is not None and difference.explains(request, flask, kernos):
            return difference
    return None
