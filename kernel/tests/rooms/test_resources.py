"""Around an application: folders, logger, shell, test helpers, development server, end."""

from __future__ import annotations

import logging
import os
import sys
import types
import typing as t

import pytest
from kernel_harness import call, make_app, raising

import kernos
from kernos import Kernos
from kernos.app.moments import _close_all
from kernos.errors import KernosError, RegistrationError, SetupError
from kernos.hooks import hookimpl
from kernos.importing import find_package, get_root_path
from kernos.lazy import lazy
from kernos.logging import default_handler, has_level_handler, wsgi_errors_stream
from kernos.testing import EnvironBuilder, KernosClient

# --- where a module lives --------------------------------------------------------------


@pytest.fixture
def importable(tmp_path, monkeypatch: pytest.MonkeyPatch) -> t.Any:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "km_module.py").write_text("", "utf-8")
    (tmp_path / "km_package" / "inner").mkdir(parents=True)
    (tmp_path / "km_package" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "km_package" / "inner" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "km_space" / "part").mkdir(parents=True)
    (tmp_path / "km_space" / "part" / "__init__.py").write_text("", "utf-8")
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("km_")]:
        del sys.modules[name]


def test_the_root_path_is_the_modules_folder(importable) -> None:
    assert get_root_path("km_module") == str(importable)
    assert get_root_path("km_package") == str(importable / "km_package")
    assert get_root_path("km_package.inner") == str(importable / "km_package" / "inner")
    assert get_root_path("km_space.part") == str(importable / "km_space" / "part")
    assert "km_module" not in sys.modules, "a module is found without running it"
    assert get_root_path(__name__) == os.path.dirname(__file__)


def test_without_a_module_the_root_path_is_the_working_folder() -> None:
    for name in ("no_such_module_at_all", "no.such.module", "__nowhere__"):
        assert get_root_path(name) == os.getcwd()


def test_a_namespace_package_has_no_root_path(importable) -> None:
    with pytest.raises(RuntimeError, match=r"'km_space'.*root_path") as caught:
        get_root_path("km_space")
    assert "namespace" in str(caught.value)
    assert make_app("km_space", root_path="/x", instance_path="/i").root_path == "/x"


def test_a_module_from_elsewhere_says_its_file(importable, monkeypatch) -> None:
    class Loader:
        def create_module(self, spec):
            return types.ModuleType(spec.name)

        def exec_module(self, module):
            module.__file__ = "/elsewhere/km_odd.py"

    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "km_odd":
                from importlib.machinery import ModuleSpec

                return ModuleSpec(name, Loader(), origin=None)
            return None

    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    assert get_root_path("km_odd") == "/elsewhere"


def test_the_instance_folder_lies_beside_the_code(importable) -> None:
    assert make_app("km_module").instance_path == str(importable / "instance")
    assert make_app("km_package.inner").instance_path == str(importable / "instance")
    assert make_app("km_space.part").instance_path == str(importable / "instance")
    assert make_app("no_such_module").instance_path == os.path.join(os.getcwd(), "instance")


@pytest.mark.parametrize(
    ("site", "prefix"),
    [
        ("lib/python3.11/site-packages", ""),
        ("Lib/site-packages", ""),
        ("lib64/python3.11/site-packages", ""),
        ("odd/site-packages", "odd"),
    ],
)
def test_the_instance_folder_of_an_installed_module_lies_below_its_prefix(
    tmp_path, monkeypatch: pytest.MonkeyPatch, site: str, prefix: str
) -> None:
    folder = tmp_path / site
    folder.mkdir(parents=True)
    (folder / "km_installed.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    assert find_package("km_installed") == (str(tmp_path / prefix), str(folder))
    app = make_app("km_installed")
    assert app.instance_path == str(tmp_path / prefix / "var" / "km_installed-instance")


def test_a_module_below_the_interpreters_prefix_is_installed(
    importable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(importable))
    assert find_package("km_module") == (str(importable), str(importable))


# --- name and logger -------------------------------------------------------------------


def test_a_programs_name_is_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert make_app("__main__").name == "__main__"
    main.__file__ = "/srv/shop.py"
    assert make_app("__main__").name == "shop"
    assert make_app("pack.age").name == "pack.age"


@pytest.fixture
def logger() -> t.Iterator[logging.Logger]:
    found = logging.getLogger("km_logged")
    level, handlers = found.level, found.handlers[:]
    yield found
    found.level, found.handlers[:], found.propagate = level, handlers, True


def test_the_logger_is_named_like_the_application(logger: logging.Logger) -> None:
    app = make_app("km_logged")
    assert app.logger is logger
    assert default_handler not in logger.handlers, "pytest's handler takes everything"


def test_a_logger_that_nobody_set_up_writes_to_the_servers_stream(
    logger: logging.Logger,
) -> None:
    import io

    logger.propagate = False
    app = make_app("km_logged")
    app.debug = True
    assert app.logger.level == logging.DEBUG
    assert default_handler in app.logger.handlers
    errors = io.StringIO()
    app.add_url_rule("/", "index", lambda: app.logger.info("said") or "x")
    call(app, validate=False, **{"wsgi.errors": errors})
    assert "INFO in test_resources: said" in errors.getvalue()
    assert wsgi_errors_stream._get_current_object() is sys.stderr


def test_a_level_that_is_set_is_kept(logger: logging.Logger) -> None:
    logger.setLevel(logging.WARNING)
    app = make_app("km_logged")
    app.debug = True
    assert app.logger.level == logging.WARNING


def test_whether_a_handler_takes_the_level(logger: logging.Logger) -> None:
    logger.propagate = False
    assert has_level_handler(logger) is False
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    assert has_level_handler(logger) is False
    handler.setLevel(logging.INFO)
    assert has_level_handler(logger) is True


# --- shell and commands ----------------------------------------------------------------


def test_the_shells_names_are_the_applications_the_plugins_and_the_processors() -> None:
    class Plugin:
        @hookimpl
        def kernos_register_shell_context(self, app):
            return {"db": "plugin", "x": 1}

    app = make_app(plugins=[Plugin()])
    app.shell_context_processor(lambda: {"db": "processor"})
    names = app.make_shell_context()
    assert names["app"] is app
    assert (names["db"], names["x"]) == ("processor", 1)
    with app.app_context():
        assert names["g"] == kernos.g


def test_the_runner_of_commands_may_be_another_class() -> None:
    class Runner:
        def __init__(self, app: Kernos, **options: t.Any) -> None:
            self.app, self.options = app, options

    app = make_app()
    app.test_cli_runner_class = Runner
    runner = app.test_cli_runner(echo=True)
    assert (runner.app, runner.options) == (app, {"echo": True})


# --- the test client -------------------------------------------------------------------


@pytest.fixture
def app() -> Kernos:
    app = make_app()
    app.add_url_rule("/", "index", lambda: kernos.request.url)
    app.add_url_rule("/agent", "agent", lambda: str(kernos.request.user_agent))
    app.add_url_rule("/move", "move", lambda: kernos.redirect("/agent"))
    app.add_url_rule("/base", "base", lambda: str(kernos.request.environ.get("km.base")))
    return app


def test_the_client_is_of_the_class_that_is_asked_for(app: Kernos) -> None:
    class Mine(KernosClient):
        def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
            self.word = kwargs.pop("word")
            super().__init__(*args, **kwargs)

    assert type(app.test_client()) is KernosClient
    app.test_client_class = Mine
    client = app.test_client(word="x", use_cookies=False)
    assert (client.word, client.application) == ("x", app)


def test_the_client_fills_in_what_the_configuration_says(app: Kernos) -> None:
    client = app.test_client()
    assert client.get("/").text == "http://localhost/"
    app.config.update(
        SERVER_NAME="a.example:8000", APPLICATION_ROOT="/root", PREFERRED_URL_SCHEME="https"
    )
    assert client.get("/?a=b").text == "https://a.example:8000/root/?a=b"
    assert client.get("/", subdomain="sub").text == "https://sub.a.example:8000/root/"
    assert client.get("/", url_scheme="http").text == "http://a.example:8000/root/"
    assert client.get("http://b.example/?q=1").text == "http://b.example/root/?q=1"
    assert client.get("/", base_url="http://c.example/x").text == "http://c.example/x/"
    with pytest.raises(AssertionError, match="base_url"):
        client.get("/", base_url="http://c.example", subdomain="x")


def test_the_client_names_itself_and_takes_a_base(app: Kernos) -> None:
    client = app.test_client()
    assert client.get("/agent").text.startswith("Werkzeug/")
    client.environ_base.update({"km.base": "kept", "HTTP_USER_AGENT": "mine"})
    assert client.get("/agent").text == "mine"
    assert client.get("/base").text == "kept"
    assert client.get("/base", environ_base={"km.base": "given"}).text == "given"


def test_the_client_takes_builders_requests_and_environments(app: Kernos) -> None:
    client = app.test_client()
    client.environ_base["km.base"] = "kept"
    builder = EnvironBuilder(app, "/base")
    assert client.open(builder).text == "kept"
    assert client.open(builder.get_request()).text == "kept"
    assert client.open(builder.get_environ()).text == "kept"
    builder.close()


def test_the_client_follows_redirects_and_keeps_the_last_request(app: Kernos) -> None:
    with app.test_client() as client:
        response = client.get("/move", follow_redirects=True)
        assert response.text.startswith("Werkzeug/")
        assert kernos.request.path == "/agent"
        assert [one.status_code for one in response.history] == [302]


def test_a_test_request_context_takes_what_the_client_takes(app: Kernos) -> None:
    with app.test_request_context("/x", method="POST", json={"a": 1}, headers={"X-A": "b"}):
        assert kernos.request.json == {"a": 1}
        assert kernos.request.headers["X-A"] == "b"
        assert kernos.request.method == "POST"


# --- the development server ------------------------------------------------------------


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[t.Any]:
    calls: list[t.Any] = []

    def run_simple(host: str, port: int, app: Kernos, **options: t.Any) -> None:
        app.freeze()
        calls.append((host, port, options))

    monkeypatch.setattr("werkzeug.serving.run_simple", run_simple)
    return calls


PLAIN = {"use_reloader": False, "use_debugger": False, "threaded": True}
DEBUG = {"use_reloader": True, "use_debugger": True, "threaded": True}


def test_run_serves_on_this_machine(app: Kernos, served: list[t.Any]) -> None:
    app.run()
    app.run("0.0.0.0", 80, threaded=False, use_reloader=True)
    app.config["SERVER_NAME"] = "a.example:8000"
    app.run()
    app.run(port=0)
    assert served == [
        ("127.0.0.1", 5000, PLAIN),
        ("0.0.0.0", 80, {**PLAIN, "threaded": False, "use_reloader": True}),
        ("a.example", 8000, PLAIN),
        ("a.example", 0, PLAIN),
    ]
    app.add_url_rule("/late", "late", lambda: "the set-up may go on behind run()")


def test_debug_mode_brings_reloader_and_debugger(app: Kernos, served: list[t.Any]) -> None:
    app.run(debug=True)
    assert app.debug is True
    app.run(debug=False)
    assert served == [("127.0.0.1", 5000, DEBUG), ("127.0.0.1", 5000, PLAIN)]


@pytest.mark.parametrize("host", ["0.0.0.0", "a.example", "192.168.0.1", "::"])
def test_the_debugger_is_served_to_this_machine_only(
    app: Kernos, served: list[t.Any], host: str
) -> None:
    with pytest.raises(RegistrationError, match="debugger"):
        app.run(host, debug=True)
    app.run(host, debug=True, use_debugger=False)
    assert len(served) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "::1", "unix:///tmp/x"])
def test_this_machine_has_several_names(app: Kernos, served: list[t.Any], host: str) -> None:
    app.run(host, debug=True)
    assert served[0][0] == host


def test_a_command_line_that_runs_the_module_is_not_blocked(
    app: Kernos, served: list[t.Any], monkeypatch: pytest.MonkeyPatch, capsys: t.Any
) -> None:
    monkeypatch.setenv("KERNOS_RUN_FROM_CLI", "true")
    app.run()
    assert served == []
    assert "Ignoring a call to 'app.run()'" in capsys.readouterr().out


def test_the_command_line_loads_environment_files_and_shows_a_banner(
    app: Kernos, served: list[t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    line = app.component("cli")

    def load_dotenv(app: Kernos) -> None:
        told.append("dotenv")
        monkeypatch.setenv("KERNOS_DEBUG", "1")

    line.load_dotenv = load_dotenv
    line.show_server_banner = lambda app: told.append("banner")
    app.run(load_dotenv=False)
    app.run()
    assert told == ["banner", "dotenv", "banner"]
    assert [options["use_debugger"] for _, _, options in served] == [False, True]


# --- the end ---------------------------------------------------------------------------


def test_all_of_the_shutdown_runs_in_reverse_though_some_fails() -> None:
    ran: list[str] = []

    class A:
        @hookimpl
        def kernos_shutdown(self, app):
            ran.append("a")

    class B:
        @hookimpl
        def kernos_shutdown(self, app):
            ran.append("b")
            raise ValueError("b")

    app = make_app(plugins=[A(), B()])
    with pytest.raises(ValueError, match="b"):
        app.close()
    assert ran == ["b", "a"]
    app.close()
    assert ran == ["b", "a"]


def test_frozen_applications_are_closed_at_exit_though_one_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ran: list[str] = []

    class Plugin:
        def __init__(self, name: str, fails: bool = False) -> None:
            self.name, self.fails = name, fails

        @hookimpl
        def kernos_shutdown(self, app):
            ran.append(self.name)
            if self.fails:
                raise ValueError(self.name)

    apps = [make_app(plugins=[Plugin("one", True)]), make_app(plugins=[Plugin("two")])]
    never = make_app(plugins=[Plugin("never")])
    for app in apps:
        app.freeze()
    _close_all()
    assert sorted(ran) == ["one", "two"]
    assert "failed at shutdown" in caplog.text
    assert never.got_first_request is False


def test_got_first_request_may_be_set_as_tests_of_old_do(app: Kernos) -> None:
    app._got_first_request = True
    with pytest.raises(SetupError):
        app.route("/x")
    app._got_first_request = False
    assert app._got_first_request is False
    app.add_url_rule("/x", "x", lambda: "x")


# --- small things ----------------------------------------------------------------------


def test_a_lazy_attribute_is_made_once_and_may_be_set_and_deleted() -> None:
    class Holder:
        made = 0

        @lazy
        def value(self) -> int:
            """Say it."""
            self.made += 1
            return self.made

    holder = Holder()
    assert (holder.value, holder.value) == (1, 1)
    del holder.value
    assert holder.value == 2
    holder.value = 9
    assert holder.value == 9
    assert Holder.value.__doc__ == "Say it."


def test_an_error_says_what_why_and_how_and_survives_pickling() -> None:
    import pickle

    error = SetupError("what", why="why", fix="one\ntwo")
    assert str(error) == "what\n  why: why\n  fix: one\n       two"
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is SetupError
    assert str(again) == str(error)
    assert str(KernosError("alone")) == "alone"


def test_async_functions_that_need_no_answer_are_left_alone(app: Kernos) -> None:
    assert app.ensure_sync(len) is len
    with pytest.raises(ZeroDivisionError):
        raising(ZeroDivisionError)()


def test_the_contract_of_sessions_has_defaults() -> None:
    from kernos.contracts import SessionInterface

    app = make_app()
    interface = SessionInterface()
    for missing in (
        lambda: interface.open_session(app, kernos.Request({})),
        lambda: interface.save_session(app, {}, kernos.Response()),
    ):
        with pytest.raises(NotImplementedError):
            missing()
    app.config["APPLICATION_ROOT"] = "/root"
    assert interface.get_cookie_path(app) == "/root"
    app.config["SESSION_COOKIE_PATH"] = "/path"
    assert interface.get_cookie_path(app) == "/path"
    assert interface.is_null_session(interface.make_null_session(app))
