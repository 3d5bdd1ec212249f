from __future__ import annotations

import json
import logging
import os
import signal
import sys
import typing as t
import warnings
from pathlib import Path

import pytest

from kernos.errors import ComponentConflict, MissingComponent, PluginError
from kernos.hooks import PluginRecord, effects, hookimpl, list_plugins, list_problems, quarantining
from kernos.hooks.manager import PluginManager
from kernos.hooks.standalone import command_line

if t.TYPE_CHECKING:
    from conftest import Make, Site

READY = "@hookimpl\ndef kernos_app_ready(app): ...\n"


def states(records: list[PluginRecord]) -> dict[str, str]:
    return {f"{one.group.removeprefix('kernos.')}/{one.name}": one.state for one in records}


def only(records: list[PluginRecord], name: str) -> PluginRecord:
    (record,) = [one for one in records if one.name == name]
    return record


def test_without_an_application_environment_and_metadata_tell(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.feature("good", READY)
    site.feature("off", "raise SystemExit")
    site.feature("broken", "raise ValueError('out of clay')")
    site.feature("misfit", requires=["kernos>=2"])
    site.json("stdlib")
    site.json("fast")
    site.component("sessions", "cookie", "raise ImportError")
    site.component("mail", "smtp")
    monkeypatch.setenv("KERNOS_DISABLE", "off")
    records = list_plugins()
    assert states(records) == {
        "json/fast": "active",
        "json/stdlib": "yielded",
        "mail/smtp": "available",
        "plugins/broken": "failed",
        "plugins/good": "active",
        "plugins/misfit": "failed",
        "plugins/off": "disabled",
        "sessions/cookie": "failed",
    }
    assert "acme_off" not in sys.modules
    assert "acme_json_stdlib" not in sys.modules
    good = only(records, "good")
    assert good.hooks == ("kernos_app_ready",)
    assert good.import_ms is not None
    assert (good.slot, good.label) == (None, "good (acme-good 1.0.0)")
    broken = only(records, "broken")
    assert "out of clay" in broken.reason
    assert "Traceback" in (broken.error or "")
    assert "wants kernos >=2" in only(records, "misfit").reason
    assert only(records, "fast").reason == "the only offer"
    assert only(records, "stdlib").reason == "makes way for fast (acme-json-fast 1.0.0)"
    assert only(records, "smtp").reason == "no slot is called 'mail'"
    assert only(records, "off").reason == "disabled by KERNOS_DISABLE"


def test_a_record_goes_into_json(site: Site) -> None:
    site.feature("good", READY)
    (record,) = list_plugins()
    data = json.loads(json.dumps(record.to_dict()))
    assert data["hooks"] == ["kernos_app_ready"]
    assert list(data) == [
        "name",
        "distribution",
        "version",
        "group",
        "slot",
        "value",
        "hooks",
        "state",
        "reason",
        "error",
        "import_ms",
        "effects",
    ]


CHANGES = {
    "print('hello')": ("prints",),
    "import sys\nsys.stderr.write('hello')": ("prints",),
    "import os\nos.chdir('/')": ("changes the working folder",),
    "import sys\nsys.path.append('/nowhere')": ("changes sys.path",),
    "import warnings\nwarnings.simplefilter('ignore')": ("changes the filters of warnings",),
    "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)": ("changes what signals do",),
    "import logging\nlogging.getLogger().setLevel(3)": ("configures the root logger",),
    "print('hello')\nraise ValueError": ("prints",),
    "x = 1": (),
}


@pytest.fixture
def _process_as_it_was(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    """Put back what an import may change, also when a test fails."""
    folder, level = Path.cwd(), logging.getLogger().level
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with warnings.catch_warnings():
        yield
    os.chdir(folder)
    logging.getLogger().setLevel(level)
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.usefixtures("_process_as_it_was")
@pytest.mark.parametrize(("source", "effects"), CHANGES.items())
def test_what_an_import_changes_of_the_process_is_told(
    site: Site, source: str, effects: tuple[str, ...]
) -> None:
    site.feature("a", source)
    streams = sys.stdout, sys.stderr
    (record,) = list_plugins()
    assert record.effects == effects
    assert (sys.stdout, sys.stderr) == streams


@pytest.mark.usefixtures("_process_as_it_was")
def test_it_is_told_of_plugins_that_an_application_loads_while_a_tool_looks(
    site: Site, make: Make
) -> None:
    site.feature("a", "import sys\nsys.stdout = KEPT = sys.stdout\nprint('hello')\n" + READY)
    with quarantining():
        app = make()
    (record,) = list_plugins(t.cast("t.Any", app))
    assert record.effects == ("prints",)
    sys.modules["acme_a"].KEPT.write("it goes on")
    sys.modules["acme_a"].KEPT.flush()


def test_what_another_thread_prints_meanwhile_is_not_the_plugins(site: Site) -> None:
    site.feature(
        "a",
        "import threading\n"
        "thread = threading.Thread(target=print, args=('from elsewhere',))\n"
        "thread.start()\nthread.join()\n",
    )
    (record,) = list_plugins()
    assert record.effects == ()


def test_where_no_tool_looks_nothing_is_noted(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> t.NoReturn:
        raise AssertionError("looked at the process")

    monkeypatch.setattr(effects, "_take", refuse)
    site.feature("a", "print('hello')")
    app = make()
    (record,) = list_plugins(t.cast("t.Any", app))
    assert record.effects == ()


def test_a_working_folder_that_is_gone_is_no_error(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    site.feature("a")
    (record,) = list_plugins()
    assert record.effects == ()


def test_nothing_need_be_imported(site: Site) -> None:
    site.feature("good", READY)
    (record,) = list_plugins(load=False)
    assert (record.state, record.hooks, record.import_ms) == ("active", (), None)
    assert "acme_good" not in sys.modules


def test_what_is_not_chosen_says_why(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.json("a")
    site.json("b")
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=b")
    site.feature("f")
    monkeypatch.setenv("KERNOS_PLUGINS", "none")
    records = list_plugins()
    assert states(records) == {
        "json/a": "available",
        "json/b": "active",
        "plugins/f": "available",
    }
    assert only(records, "a").reason == "KERNOS_COMPONENTS chose another"
    assert only(records, "f").reason == "not named by KERNOS_PLUGINS"
    assert only(records, "b").reason == "KERNOS_COMPONENTS"


def test_conflicts_are_told_and_not_raised(site: Site) -> None:
    site.json("a")
    site.json("b")
    site.feature("twin")
    site.add("other", {"kernos.plugins": {"twin": "twin"}})
    records = list_plugins()
    assert only(records, "a").state == "available"
    assert "2 distributions offer json" in only(records, "a").reason
    twins = [one for one in records if one.name == "twin"]
    assert [one.state for one in twins] == ["failed", "failed"]
    assert "2 distributions have a plugin called 'twin'" in twins[0].reason


def test_settings_that_are_wrong_are_told_and_not_raised(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site.json("a")
    site.feature("f")
    assert list_problems() == []
    monkeypatch.setenv("KERNOS_COMPONENTS", "json")
    assert states(list_plugins()) == {"json/a": "active", "plugins/f": "active"}
    (problem,) = list_problems()
    assert problem.startswith("KERNOS_COMPONENTS holds 'json'")
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=zzz,cli=x")
    monkeypatch.setenv("KERNOS_DISABLE", "unknown")
    assert "zzz" in only(list_plugins(), "a").reason
    (problem,) = list_problems()
    assert problem.startswith("No plugin called 'unknown'")


def test_odd_metadata_is_a_problem(site: Site, make: Make) -> None:
    bare = site.add("bare", {"kernos.json": {"a": "m"}})
    (bare / "METADATA").unlink()
    (problem,) = list_problems()
    assert str(bare) in problem
    assert list_problems(t.cast("t.Any", make())) == [problem]


def test_engines_behind_the_first_are_active_too(site: Site) -> None:
    site.engine("jinja2")
    site.engine("mako")
    records = list_plugins()
    assert states(records) == {"templating/jinja2": "active", "templating/mako": "active"}
    assert only(records, "mako").reason == "behind jinja2"


def test_the_file_is_asked_where_it_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site.json("a")
    site.feature("f")
    path = tmp_path / "some.toml"
    path.write_text('[plugins]\ndisable = ["a", "f"]\n')
    monkeypatch.setenv("KERNOS_CONFIG", str(path))
    records = list_plugins()
    assert states(records) == {"json/a": "disabled", "plugins/f": "disabled"}
    assert {one.reason for one in records} == {f"disabled in {path}"}


def test_a_plugin_with_hooks_of_others_says_so(site: Site) -> None:
    site.feature("a", "@hookimpl\ndef kernos_cart_changed(): ...")
    (record,) = list_plugins()
    assert "hooks of other plugins: kernos_cart_changed" in record.reason


def test_a_refused_function_is_a_failure(site: Site) -> None:
    site.feature("a", "@hookimpl\nasync def kernos_app_ready(app): ...")
    (record,) = list_plugins()
    assert record.state == "failed"
    assert "async" in record.reason


def test_a_forgotten_marker_is_a_failure(site: Site) -> None:
    site.feature("a", "def kernos_app_ready(app): ...")
    (record,) = list_plugins()
    assert record.state == "failed"
    assert "without the marker" in record.reason


def test_in_a_quarantine_applications_are_made_with_what_works(site: Site, make: Make) -> None:
    site.feature("a", "raise ValueError")
    with quarantining():
        assert states(make().plugins.report()) == {"plugins/a": "quarantined"}
    assert not PluginManager.always_quarantine


class Given:
    @hookimpl
    def kernos_app_ready(self) -> None: ...


def test_an_application_tells_what_it_chose(site: Site, make: Make) -> None:
    site.json("stdlib")
    site.json("fast", READY)
    site.feature("a", READY)
    app = make(components={"json": "fast"}, plugins=["a", Given()])
    records = list_plugins(t.cast("t.Any", app), load=False)
    assert states(records) == {
        "json/fast": "active",
        "json/stdlib": "available",
        "plugins/a": "active",
        f"plugins/{__name__}.Given": "active",
    }
    assert only(records, "a").hooks == ("kernos_app_ready",)
    assert only(records, "fast").hooks == ()
    assert only(records, f"{__name__}.Given").reason == "given in code"
    records = list_plugins(t.cast("t.Any", app))
    assert only(records, "fast").hooks == ("kernos_app_ready", "kernos_provide_json")


def test_an_application_that_chose_an_object_says_so(site: Site, make: Make) -> None:
    site.json("fast")
    app = make(components={"json": lambda app: None})
    (record,) = app.plugins.report()
    assert (record.state, record.reason) == ("available", "components= in code chose another")


# --- a command line without an application

CLICK = """
class Line:
    name = {name!r}
    def group(self, name): ...
    def runner(self, app): ...
    def main(self, app, args): ...

@hookimpl
def kernos_provide_cli(app):
    assert app is None
    return Line()
"""


def test_a_command_line_is_chosen_without_an_application(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingComponent, match="pip install kernos-cli"):
        command_line()
    site.component("cli", "click", CLICK.format(name="click"))
    site.component("cli", "typer", CLICK.format(name="typer"))
    assert t.cast("t.Any", command_line()).name == "typer"
    monkeypatch.setenv("KERNOS_COMPONENTS", "default")
    assert t.cast("t.Any", command_line()).name == "click"
    site.component("cli", "cyclopts", CLICK.format(name="cyclopts"))
    monkeypatch.delenv("KERNOS_COMPONENTS")
    with pytest.raises(ComponentConflict):
        command_line()
    monkeypatch.setenv("KERNOS_DISABLE", "typer,cyclopts")
    assert t.cast("t.Any", command_line()).name == "click"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "returns NoneType from kernos_provide_cli"),
        ("@hookimpl\ndef kernos_provide_cli(app):\n    return 3", "returns int"),
        ("@hookimpl\ndef kernos_provide_cli(app):\n    return app.x", "AttributeError"),
        ("@hookimpl\ndef kernos_provide_cli(application): ...", "unknown arguments"),
        ("raise ValueError", "cannot be loaded"),
    ],
)
def test_a_command_line_that_needs_an_application_is_named(
    site: Site, source: str, said: str
) -> None:
    site.component("cli", "click", source)
    with pytest.raises(PluginError) as caught:
        command_line()
    assert "click (acme-cli-click 1.0.0)" in caught.value.what
    assert said in caught.value.what


def test_a_plugin_given_in_code_that_is_left_out_is_in_the_list(make: Make, site: Site) -> None:
    class Torn:
        @hookimpl
        def kernos_register_config(self, app):
            raise ValueError("out of clay")

    with quarantining():
        app = make(plugins=[Torn()])
    app.plugins.contributions("config")
    (record,) = list_plugins(t.cast("t.Any", app))
    assert (record.state, record.distribution) == ("quarantined", "")
    assert "out of clay" in (record.error or "")
