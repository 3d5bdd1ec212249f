"""Each check of doctor: an application that fires it, one that does not, one silenced."""

from __future__ import annotations

import os
import threading
import typing as t
from datetime import timedelta
from pathlib import Path

import pytest
from acme_plugins import Broken
from acme_plugins import First
from acme_plugins import Second
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from kernos import Kernos
from kernos.hooks import hookimpl
from kernos.hooks import quarantining
from kernos_cli.doctor.running import examine
from kernos_cli.doctor.running import own_checks

GOOD_KEY = "b7b5f9d3c1a84e0e9d2f6c5a4b3e2d1f"
Set: t.TypeAlias = t.Callable[[Kernos, Path], object]


class Case(t.NamedTuple):
    """What is done to a good application to fire a check, and how many findings it gives."""

    id: str
    spoil: Set
    count: int = 1


def config(**values: object) -> Set:
    return lambda app, path: app.config.update(values)


def environment(**values: str) -> Set:
    return lambda app, path: os.environ.update(values)


def rules(*found: tuple[str, str], **options: t.Any) -> Set:
    def spoil(app: Kernos, path: Path) -> None:
        for rule, endpoint in found:
            app.add_url_rule(rule, endpoint, lambda **values: "", **options)

    return spoil


def converter(pattern: str) -> Set:
    kind = type("Acme", (BaseConverter,), {"regex": pattern, "part_isolating": False})
    return lambda app, path: app.url_map.converters.update(acme=kind)


def wrapped(layer: t.Callable[..., t.Any], **options: t.Any) -> Set:
    return lambda app, path: setattr(app, "wsgi_app", layer(app.wsgi_app, **options))


def both(*steps: Set) -> Set:
    return lambda app, path: [step(app, path) for step in steps]


def file(name: str, text: str = "", mode: int | None = None) -> Set:
    def spoil(app: Kernos, path: Path) -> None:
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        if mode is not None:
            target.parent.chmod(mode)

    return spoil


def session_files_in(name: str) -> Set:
    return lambda app, path: app.config.update(SESSION_FILE_DIR=str(path / name))


def guarded(app: Kernos, path: Path) -> None:
    app.before_request(lambda: None)


def link(app: Kernos, path: Path) -> None:
    (path / "static").mkdir()
    (path / "static" / "out").symlink_to("/")


def no_escape(app: Kernos, path: Path) -> None:
    file("templates/a.html")(app, path)
    app.select_jinja_autoescape = lambda name: False  # type: ignore[method-assign]


def session_of(serializer: object) -> Set:
    def spoil(app: Kernos, path: Path) -> None:
        kind = type(app.session_interface)
        app.session_interface = type("Mine", (kind,), {"serializer": serializer})()

    return spoil


class Json:
    """A provider that is given as it is."""

    def __init__(self, error: type[BaseException] | None) -> None:
        self.error = error

    def dumps(self, obj: object, **kwargs: object) -> str:
        return "null"

    def loads(self, text: str | bytes, **kwargs: object) -> object:
        if self.error is not None:
            raise self.error
        return None


def json_of(error: type[BaseException] | None) -> Set:
    return lambda app, path: setattr(app, "json", Json(error))


def plugin(*bodies: object) -> Set:
    def spoil(app: Kernos, path: Path) -> None:
        for body in bodies:
            app.plugins.register(body)

    return spoil


class NoCheck:
    @hookimpl
    def kernos_register_checks(self, app):
        return ["no check"]


class Tags:
    @hookimpl
    def kernos_register_session_tags(self, app):
        return [int]


class NoTags:
    """Sessions that ask for no tags."""


def deaf_sessions(app: Kernos, path: Path) -> None:
    from kernos.contracts.sessions import SessionInterface

    class Deaf(SessionInterface):
        def open_session(self, app, request):
            return None

        def save_session(self, app, session, response):
            return None

    app.session_interface = Deaf()
    app.plugins.register(Tags())


def small_stack(app: Kernos, path: Path) -> None:
    threading.stack_size(64 * 1024)


def source_with_key(app: Kernos, path: Path) -> None:
    (path / "__init__.py").write_text(f'app.secret_key = "{GOOD_KEY}"')


FIRING = [
    Case("K-001", config(SECRET_KEY=None)),
    Case("K-001", config(SECRET_KEY="dev")),
    Case("K-001", config(SECRET_KEY="15 bytes, short")),
    Case("K-001", config(SECRET_KEY="a" * 64)),
    Case("K-002", config(SECRET_KEY_FALLBACKS="old")),
    Case("K-002", config(SECRET_KEY_FALLBACKS=["", 7, GOOD_KEY]), 3),
    Case("K-002", config(SECRET_KEY_FALLBACKS=[str(n) * 32 for n in range(6)])),
    Case("K-003", source_with_key),
    Case("K-004", config(SECRET_KEY=42)),
    Case("K-010", config(SESSION_COOKIE_SECURE=False)),
    Case("K-011", config(SESSION_COOKIE_SAMESITE=None)),
    Case("K-011", config(SESSION_COOKIE_SAMESITE="None")),
    Case("K-012", config(SESSION_COOKIE_DOMAIN=".example.com")),
    Case("K-013", config(SESSION_COOKIE_NAME="session")),
    Case("K-014", config(PERMANENT_SESSION_LIFETIME=timedelta(days=32))),
    Case("K-015", session_of(__import__("pickle"))),
    Case("K-016", both(file("own/x", mode=0o755), session_files_in("own"))),
    Case("K-016", both(file("static/s/x", mode=0o700), session_files_in("static/s"))),
    Case("K-017", config(SESSION_REDIS_URL="redis://cache.example.com/0"), 2),
    Case("K-017", config(REDIS_URL="rediss://cache.example.com/0")),
    Case("K-018", config(MAX_COOKIE_SIZE=0)),
    Case("K-019", config(SESSION_COOKIE_HTTPONLY=False)),
    Case("K-020", config(DEBUG=True, TESTING=True, PROPAGATE_EXCEPTIONS=True), 3),
    Case("K-021", environment(KERNOS_RUN_SERVER="werkzeug", KERNOS_RUN_DEBUGGER="1"), 2),
    Case("K-022", wrapped(DebuggedApplication)),
    Case("K-023", config(TRUSTED_HOSTS=None)),
    Case("K-023", config(TRUSTED_HOSTS=["*"])),
    Case("K-024", config(PROXY_COUNT=1)),
    Case("K-024", both(config(PROXY_COUNT=1), wrapped(ProxyFix, x_for=2))),
    Case("K-030", config(MAX_CONTENT_LENGTH=None)),
    Case("K-031", config(MAX_FORM_MEMORY_SIZE=None, MAX_FORM_PARTS=None), 2),
    Case("K-032", json_of(RecursionError)),
    Case("K-032", json_of(KeyError)),
    Case("K-032", json_of(None)),
    Case("K-033", small_stack),
    Case("K-034", environment(GUNICORN_CMD_ARGS="--workers 2 --timeout 0")),
    Case("K-040", converter(r"(?:a+)+b")),
    Case("K-040", rules(("/<path:a>/<path:b>/<path:c>", "deep"))),
    Case("K-041", rules(("/x/<int:a>", "one"), ("/x/<int:b>", "two"))),
    Case("K-042", converter(r"(a|b)")),
    Case("K-042", converter(r"(")),
    Case("K-043", rules(("/admin/users", "users"))),
    Case("K-044", rules(("/trace", "trace"), methods=["TRACE"])),
    Case("K-050", no_escape),
    Case("K-051", file("templates/a.html", "{{ a|safe }} {{ b | safe }} {{ c|safer }}")),
    Case("K-052", file("templates/a.html", mode=0o777)),
    Case("K-053", both(file("static/.env"), file("static/.git/config")), 2),
    Case("K-053", link),
    Case("K-054", both(file("static/up/x"), config(UPLOAD_FOLDER="static/up"))),
    Case("K-060", lambda app, path: setattr(app, "response_headers", ()), 3),
    Case("K-062", config(CORS_ORIGINS="*", CORS_SUPPORTS_CREDENTIALS=True)),
    Case("K-082", deaf_sessions),
    Case("K-083", plugin(First(), Second())),
    Case("K-085", plugin(NoCheck())),
    Case("K-090", json_of(None)),
]  # fmt: skip

GOOD: list[Case] = [
    Case("K-002", config(SECRET_KEY_FALLBACKS=["0123456789abcdef0123456789abcdef"])),
    Case("K-003", config(SECRET_KEY="never written down anywhere")),
    Case("K-012", config(SESSION_COOKIE_DOMAIN="www.example.com")),
    Case("K-016", both(file("own/x", mode=0o700), session_files_in("own"))),
    Case("K-017", config(SESSION_REDIS_URL="redis://localhost/0")),
    Case("K-017", config(SESSION_REDIS_URL="rediss://:secret@cache.example.com/0")),
    Case("K-021", environment(KERNOS_RUN_SERVER="gunicorn")),
    Case("K-022", wrapped(ProxyFix)),
    Case("K-024", both(config(PROXY_COUNT=1), wrapped(ProxyFix, x_for=1))),
    Case("K-034", environment(GUNICORN_CMD_ARGS="--timeout 30")),
    Case("K-040", converter(r"[a-z]+")),
    Case("K-040", rules(("/<path:a>/edit", "edit"))),
    Case("K-041", rules(("/x/<int:a>", "one"), ("/x/<path:b>", "two"))),
    Case("K-042", converter(r"(?:a|b)")),
    Case("K-043", both(rules(("/admin/users", "users")), guarded)),
    Case("K-043", rules(("/administration", "words"))),
    Case("K-050", file("templates/a.html")),
    Case("K-051", file("templates/a.html", "{{ a }} safe")),
    Case("K-053", file("static/.well-known/security.txt")),
    Case("K-054", both(file("static/x"), config(UPLOAD_FOLDER="uploads"))),
    Case("K-060", lambda app, path: app.after_request(lambda response: response)),
    Case("K-062", config(CORS_ORIGINS=["https://example.com"], CORS_SUPPORTS_CREDENTIALS=True)),
    Case("K-083", plugin(First())),
]  # fmt: skip

#: Fired by what is installed, in test_installation.py.
ELSEWHERE = {
    *("K-026", "K-070", "K-071", "K-072", "K-073", "K-074", "K-075", "K-076", "K-077"),
    *("K-079", "K-081", "K-084", "K-093", "K-094"),
}


@pytest.fixture(autouse=True)
def _stack_as_it_was() -> t.Iterator[None]:
    before = threading.stack_size()
    yield
    threading.stack_size(before)


@pytest.fixture
def good(tmp_path: Path) -> Kernos:
    """An application without a finding, even for the open network."""
    with quarantining():
        app = Kernos("acme_shop", root_path=str(tmp_path), plugins=[])
    app.config.update(
        SECRET_KEY=GOOD_KEY,
        SESSION_COOKIE_NAME="__Host-session",
        TRUSTED_HOSTS=["example.com"],
    )
    return app


def found(app: Kernos, id: str, ignore: t.Collection[str] = ()) -> list[str]:
    results = examine(app, deploy=True, ignore=ignore)
    return [one.message for one in results if one.id == id and not one.silenced]


def spoil(case: Case, app: Kernos, path: Path) -> None:
    with quarantining():
        case.spoil(app, path)


def test_a_good_application_has_no_finding(good: Kernos) -> None:
    site = {"K-074"}  # the environment that tests run in is not the application's
    assert [one for one in examine(good, deploy=True) if one.id not in site] == []


def test_a_new_application_has_no_finding(tmp_path: Path) -> None:
    app = Kernos("acme_new", root_path=str(tmp_path), plugins=[])
    app.add_url_rule("/", "hello", lambda: "Hello, World!")
    assert examine(app, deploy=False) == []


@pytest.mark.parametrize("case", FIRING, ids=lambda case: case.id)
def test_it_is_found(case: Case, good: Kernos, tmp_path: Path) -> None:
    spoil(case, good, tmp_path)
    assert len(found(good, case.id)) == case.count


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.id)
def test_what_is_good_is_left_alone(case: Case, good: Kernos, tmp_path: Path) -> None:
    spoil(case, good, tmp_path)
    assert found(good, case.id) == []


@pytest.mark.parametrize(
    "case", {case.id: case for case in FIRING}.values(), ids=lambda case: case.id
)
def test_it_is_silenced(case: Case, good: Kernos, tmp_path: Path) -> None:
    spoil(case, good, tmp_path)
    assert found(good, case.id, ignore=[case.id.replace("-", "").lower()]) == []
    good.config["DOCTOR_IGNORE"] = [case.id]
    results = examine(good, deploy=True)
    assert {one.silenced for one in results if one.id == case.id} == {True}


def test_every_check_has_an_application_that_fires_it() -> None:
    assert {one.id for one in own_checks()} == {case.id for case in FIRING} | ELSEWHERE


def test_ids_are_single_and_every_check_says_why() -> None:
    ids = [one.id for one in own_checks()]
    assert len(set(ids)) == len(ids)
    assert all(one.why or one.id == "K-085" for one in own_checks())


def test_no_finding_tells_a_secret(good: Kernos, tmp_path: Path) -> None:
    source_with_key(good, tmp_path)
    good.config.update(SECRET_KEY_FALLBACKS=[GOOD_KEY], REDIS_URL="redis://:hidden@far.example/")
    text = repr(examine(good, deploy=True))
    assert GOOD_KEY not in text
    assert "hidden" not in text


def test_no_view_is_run(good: Kernos) -> None:
    def view() -> str:
        raise AssertionError("a view was run")

    good.add_url_rule("/", "view", view)
    good.before_request(view)
    assert not [one for one in examine(good, deploy=True) if "view was run" in one.message]


def test_a_check_that_fails_is_a_finding_of_its_own(good: Kernos) -> None:
    from kernos.hooks.checks import check

    @check("ACME-001", "The kiln is hot")
    def kiln(app):
        raise RuntimeError("no kiln")

    class Kiln:
        @hookimpl
        def kernos_register_checks(self, app):
            return [kiln]

    good.plugins.register(Kiln())
    (one,) = [one for one in examine(good, deploy=False) if one.id == "ACME-001"]
    assert (one.level, one.source.partition(" ")[2]) == ("error", "(given in code)")
    assert "RuntimeError: no kiln" in one.message


def test_a_broken_plugin_is_found(tmp_path: Path) -> None:
    with quarantining():
        app = Kernos("acme_shop", root_path=str(tmp_path), plugins=[Broken()])
    assert [one.id for one in examine(app, deploy=False)] == ["K-081"]
