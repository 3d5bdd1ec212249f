"""Each check of doctor: an application that fires it, one that does not, one silenced."""

from __future__ import annotations

import base64
import json
import os
import socket
import threading
import time
import types
import typing as t
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from acme_plugins import Broken, First, Second
from packaging.version import Version
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from kernos import Kernos
from kernos.contracts import SessionInterface
from kernos.errors import SessionUnavailable
from kernos.hooks import hookimpl, quarantining
from kernos.hooks.offers import Installed, Offer
from kernos_cli.doctor import forks, runtime
from kernos_cli.doctor.advisories import is_within
from kernos_cli.doctor.attestations import read_attested
from kernos_cli.doctor.running import examine, own_checks

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


def no_cache_control(app: Kernos, path: Path) -> None:
    app.session_cache_control = None


def in_folder(*steps: Set) -> Set:
    return lambda app, path: [os.chdir(path), *(step(app, path) for step in steps)]


#: What an advisory says, of a package that is surely installed.
HOLE = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "summary": "It leaks.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Kernos_JSON"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}],
        }
    ],
}


def advisories(*records: object) -> Set:
    def spoil(app: Kernos, path: Path) -> None:
        (path / "osv.json").write_text(json.dumps(list(records)))
        app.config["DOCTOR_ADVISORIES"] = str(path / "osv.json")

    return spoil


def hole(**package: t.Any) -> dict[str, t.Any]:
    (affected,) = t.cast("list[dict[str, t.Any]]", HOLE["affected"])
    return {**HOLE, "affected": [{**affected, **package}]}


def attested(*names: str, digest: str = "00") -> dict[str, t.Any]:
    """Return the provenance of some files, as an index serves it."""
    statements = [
        {"subject": [{"name": name, "digest": {"sha256": digest}}], "predicateType": "publish"}
        for name in names
    ]
    attestations = [
        {"envelope": {"statement": base64.b64encode(json.dumps(one).encode()).decode()}}
        for one in statements
    ]
    return {"version": 1, "attestation_bundles": [{"attestations": attestations}]}


def attestations(*names: str) -> Set:
    def spoil(app: Kernos, path: Path) -> None:
        folder = path / "attestations"
        folder.mkdir()
        (folder / "all.json").write_text(json.dumps(attested(*names)))
        (folder / "readme.txt").write_text("none")
        app.config["DOCTOR_ATTESTATIONS"] = str(folder)

    return spoil


def every_plugin(*, but: int = 0) -> list[str]:
    offers = {one.distribution: one for one in Kernos("acme").plugins.installed.offers}
    names = [
        f"{o.distribution.replace('-', '_')}-{o.version}-py3-none-any.whl" for o in offers.values()
    ]
    return names[but:]


class Backed(SessionInterface):
    """Sessions in a store of a test's."""

    def __init__(self, *answers: t.Any) -> None:
        self.answers = list(answers)

    def open_session(self, app, request):
        return None

    def probe_backend(self) -> float | None:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer


def slow_answer() -> None:
    """Let the clock that doctor looks at go on by a second."""
    now = runtime.time.perf_counter()
    runtime.time.perf_counter = lambda: now + 1  # type: ignore[assignment]


def backend(*answers: t.Any) -> Set:
    return lambda app, path: setattr(app, "session_interface", Backed(*answers))


def loading(start: t.Callable[[], object]) -> Set:
    """Stand for an application that starts something while it is loaded."""

    def spoil(app: Kernos, path: Path) -> None:
        before = forks.take()
        STARTED.append(start())
        forks.note(app, before)

    return spoil


STARTED: list[t.Any] = []
ENOUGH = threading.Event()


def a_thread() -> threading.Thread:
    thread = threading.Thread(target=ENOUGH.wait, name="acme-poller", daemon=True)
    thread.start()
    return thread


def a_thread_that_ends() -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


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
    Case("K-025", environment(KERNOS_RUN_SERVER="granian")),
    Case("K-025", environment(GUNICORN_CMD_ARGS="--header-map=dangerous --workers 2")),
    Case("K-025", in_folder(file("gunicorn.conf.py", "workers = 2\nheader_map = 'dangerous'\n"))),
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
    Case("K-061", no_cache_control),
    Case("K-061", lambda app, path: setattr(app, "session_cache_control", "public, max-age=60")),
    Case("K-062", config(CORS_ORIGINS="*", CORS_SUPPORTS_CREDENTIALS=True)),
    Case("K-078", advisories(HOLE, HOLE), 2),
    Case("K-078", advisories(hole(ranges=[], versions=["0.9", "1.0"]))),
    Case("K-078", advisories()),
    Case("K-078", advisories("no record")),
    Case("K-078", config(DOCTOR_ADVISORIES="/nowhere/osv.json")),
    Case("K-080", attestations(*every_plugin(but=2)), 2),
    Case("K-082", deaf_sessions),
    Case("K-083", plugin(First(), Second())),
    Case("K-085", plugin(NoCheck())),
    Case("K-090", json_of(None)),
    Case("K-091", backend(SessionUnavailable("no answer"))),
    Case("K-091", backend(None, OSError("no answer"))),
    Case("K-091", backend(0, slow_answer)),
    Case("K-091", backend(0, lambda: time.time() - 60)),
    Case("K-091", backend(0, lambda: time.time() + 60)),
    Case("K-092", loading(a_thread)),
    Case("K-092", loading(lambda: socket.socketpair())),
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
    Case("K-025", environment(KERNOS_RUN_SERVER="gunicorn")),
    Case("K-025", environment(GUNICORN_CMD_ARGS="--header-map drop")),
    Case("K-025", in_folder(file("gunicorn.conf.py", "# header_map = 'dangerous'\n"))),
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
    Case("K-061", lambda app, path: setattr(app, "session_cache_control", "no-store")),
    Case("K-061", both(no_cache_control, lambda app, path: app.after_request(lambda r: r))),
    Case("K-062", config(CORS_ORIGINS=["https://example.com"], CORS_SUPPORTS_CREDENTIALS=True)),
    Case("K-078", advisories({**HOLE, "withdrawn": "2026-01-01T00:00:00Z"})),
    Case("K-078", advisories(hole(package={"ecosystem": "npm", "name": "kernos-json"}))),
    Case("K-078", advisories(hole(package={"ecosystem": "PyPI", "name": "acme-of-nobody"}))),
    Case("K-078", advisories(hole(ranges=[], versions=["0.9"]))),
    Case("K-078", advisories({"id": "PYSEC-2026-2"})),
    Case("K-080", attestations(*every_plugin())),
    Case("K-083", plugin(First())),
    Case("K-091", backend(None, None)),
    Case("K-091", backend(0, lambda: time.time() + 1)),
    Case("K-092", loading(lambda: None)),
    Case("K-092", loading(a_thread_that_ends)),
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


@pytest.fixture(autouse=True)
def _nothing_is_left_running(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    monkeypatch.setattr(runtime, "time", types.SimpleNamespace(**vars(time)))
    yield
    ENOUGH.set()
    while STARTED:
        match STARTED.pop():
            case threading.Thread() as thread:
                thread.join()
            case (socket.socket() as one, socket.socket() as other):
                one.close()
                other.close()
    ENOUGH.clear()


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
    backend_of(case, good)
    assert found(good, case.id, ignore=[case.id.replace("-", "").lower()]) == []
    backend_of(case, good)
    good.config["DOCTOR_IGNORE"] = [case.id]
    results = examine(good, deploy=True)
    assert {one.silenced for one in results if one.id == case.id} == {True}


def backend_of(case: Case, app: Kernos) -> None:
    """Give a backend its answers anew: each look takes some of them."""
    if case.id == "K-091":
        case.spoil(app, Path())


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


@pytest.mark.parametrize(
    ("events", "inside"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "1.5"}], True),
        ([{"introduced": "1.6"}], False),
        ([{"introduced": "0"}, {"fixed": "1.5"}], False),
        ([{"fixed": "1.5.1"}, {"introduced": "1"}], True),
        ([{"introduced": "0"}, {"last_affected": "1.5"}], True),
        ([{"introduced": "0"}, {"last_affected": "1.4"}], False),
        ([{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "1.4"}], True),
        ([{"introduced": "0"}, {"fixed": "no version"}], True),
        ([{"introduced": "no version"}], False),
        ([], False),
    ],
)
def test_a_range_of_an_advisory_is_read_as_osv_defines_it(
    events: list[dict[str, str]], inside: bool
) -> None:
    assert is_within(Version("1.5"), events) is inside


@pytest.mark.parametrize("kind", ["folder", "archive", "one", "query"])
def test_advisories_are_read_from_whatever_osv_hands_out(
    good: Kernos, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / kind
    text = json.dumps(HOLE)
    if kind == "folder":
        place.mkdir()
        (place / "a.json").write_text(text)
        (place / "readme.md").write_text("none")
    elif kind == "archive":
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("PYSEC-2026-1.json", text)
            archive.writestr("readme.md", "none")
    else:
        place.write_text(text if kind == "one" else json.dumps({"vulns": [HOLE]}))
    good.config["DOCTOR_ADVISORIES"] = str(place)
    (told,) = [one for one in examine(good, deploy=True) if one.id == "K-078"]
    assert told.message == "kernos-json 1.0.0: PYSEC-2026-1, CVE-2026-1: It leaks."
    assert told.fix == "pip install 'kernos-json>=1.0.1'"
    assert told.level == "error"


def test_a_hole_without_a_fix_says_so(good: Kernos, tmp_path: Path) -> None:
    advisories(hole(ranges=[], versions=["1.0.0"]))(good, tmp_path)
    (told,) = [one for one in examine(good, deploy=True) if one.id == "K-078"]
    assert told.fix == "pip uninstall kernos-json   # no fix"


def test_what_was_installed_is_held_against_what_was_attested(
    good: Kernos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "acme_hand-2.5.dist-info"
    folder.mkdir()
    (folder / "direct_url.json").write_text('{"archive_info": {"hashes": {"sha256": "ab"}}}')
    offer = Offer("kernos.json", "hand", "acme-hand", "2.5", "acme_hand", folder=str(folder))
    monkeypatch.setattr(good.plugins, "installed", Installed((offer,)))
    kept = tmp_path / "attestations"
    kept.mkdir()
    good.config["DOCTOR_ATTESTATIONS"] = str(kept)
    for digest, count in (("ab", 0), ("cd", 1)):
        data = attested("acme_hand-2.5.tar.gz", digest=digest)
        (kept / "a.json").write_text(json.dumps(data["attestation_bundles"][0]["attestations"][0]))
        told = [one for one in examine(good, deploy=True) if one.id == "K-080"]
        assert [one.level for one in told] == ["error"] * count


@pytest.mark.parametrize("text", ["[]", "{}", '{"envelope": {"statement": "e30="}}', "none", ""])
def test_what_is_no_attestation_attests_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    assert read_attested(str(tmp_path)) == {}


def test_a_backend_that_is_away_tells_no_secret(good: Kernos, tmp_path: Path) -> None:
    backend(OSError("redis://:hidden@far.example/ is away"))(good, tmp_path)
    (told,) = [one for one in examine(good, deploy=True) if one.id == "K-091"]
    assert told.message == "The backend of Backed (sessions) does not answer: OSError."
    assert told.level == "error"


def test_no_connection_is_opened_and_nothing_is_begun(
    good: Kernos, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> t.NoReturn:
        raise AssertionError("the network was asked")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    threads = threading.enumerate()
    told = examine(good, deploy=True)
    assert not [one for one in told if "check failed" in one.message]
    assert threading.enumerate() == threads


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
