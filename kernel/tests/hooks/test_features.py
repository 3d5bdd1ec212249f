from __future__ import annotations

import logging
import sys
import threading
import types
import typing as t
from pathlib import Path

import pytest

from kernos.errors import (
    ComponentConflict,
    MissingComponent,
    PluginError,
    PluginVersionError,
    UnknownPlugin,
)
from kernos.hooks import hookimpl, hookspecs, loading
from kernos.hooks.loading import make_given_plugin
from kernos.hooks.manager import PluginManager

if t.TYPE_CHECKING:
    from conftest import Make, Site

#: A plugin that says that it was called.
LOUD = """
@hookimpl
def kernos_app_created(app):
    app.seen.append(__name__)
"""


@pytest.fixture
def config(tmp_path: Path) -> t.Callable[[str], str]:
    """Write kernos.toml; return the root_path that it is found in."""

    def write(text: str) -> str:
        folder = tmp_path / "root"
        folder.mkdir(exist_ok=True)
        (folder / "kernos.toml").write_text(text)
        return str(folder)

    return write


def test_a_module_given_in_code_is_called_by_its_name(site: Site, make: Make) -> None:
    site.write("given_of_tests", LOUD)
    import given_of_tests  # type: ignore[import-not-found]

    app = make(plugins=[given_of_tests])
    assert [plugin.name for plugin in app.plugins.plugins()] == ["given_of_tests"]


def created(app: t.Any) -> list[str]:
    app.plugins.notify("kernos_app_created", app=app)
    return [name.removeprefix("acme_") for name in app.seen]


# --- who loads


def test_all_that_is_installed_loads_in_name_order(site: Site, make: Make) -> None:
    for name in ("c", "a", "b"):
        site.feature(name, LOUD)
    assert created(make()) == ["a", "b", "c"]


def test_names_in_code_are_these_and_no_others(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_PLUGINS", "none")
    for name in ("a", "b", "c"):
        site.feature(name, LOUD)
    assert created(make(plugins=["c", "acme-a:a", "c"])) == ["a", "c"]
    assert "acme_b" not in sys.modules
    assert created(make(plugins=[])) == []


@pytest.mark.parametrize(
    ("text", "loaded"), [("none", []), ("auto", ["a", "b"]), ("b", ["b"]), ("acme-a:a", ["a"])]
)
def test_the_environment_beats_the_file(
    site: Site,
    make: Make,
    config: t.Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    loaded: list[str],
) -> None:
    site.feature("a", LOUD)
    site.feature("b", LOUD)
    monkeypatch.setenv("KERNOS_PLUGINS", text)
    root = config('[plugins]\nautoload = false\nenable = ["a"]\ndisable = ["b"]\n')
    assert created(make(root_path=root)) == loaded


@pytest.mark.parametrize(
    ("text", "loaded"),
    [
        ("", ["a", "b"]),
        ("[plugins]\nautoload = true", ["a", "b"]),
        ("[plugins]\nautoload = false", []),
        ('[plugins]\nautoload = false\nenable = ["b"]', ["b"]),
        ('[plugins]\nenable = ["b"]', ["a", "b"]),
        ('[plugins]\ndisable = ["a"]', ["b"]),
        ('[plugins]\nautoload = false\nenable = ["a", "b"]\ndisable = ["acme-a:a"]', ["b"]),
    ],
)
def test_the_file_turns_plugins_on_and_off(
    site: Site, make: Make, config: t.Callable[[str], str], text: str, loaded: list[str]
) -> None:
    site.feature("a", LOUD)
    site.feature("b", LOUD)
    assert created(make(root_path=config(text))) == loaded


def test_what_is_disabled_in_the_environment_is_never_imported(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.feature("a", "raise SystemExit('imported')")
    site.feature("b", LOUD)
    monkeypatch.setenv("KERNOS_DISABLE", "a")
    assert created(make(plugins=["a", "b"])) == ["b"]
    assert created(make()) == ["b"]
    assert "acme_a" not in sys.modules


@pytest.mark.parametrize("where", ["code", "KERNOS_PLUGINS", "KERNOS_DISABLE", "file"])
def test_an_unknown_name_is_refused_with_the_near_ones(
    site: Site,
    make: Make,
    config: t.Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    site.feature("audit", LOUD)
    options: dict[str, t.Any] = {}
    if where == "code":
        options["plugins"] = ["adit"]
    elif where == "file":
        options["root_path"] = config('[plugin.adit]\non_error = "fail"')
    else:
        monkeypatch.setenv(where, "adit")
    with pytest.raises(UnknownPlugin) as caught:
        make(**options)
    error = caught.value
    assert "'adit'" in error.what
    assert {"file": "kernos.toml"}.get(where, where) in error.what
    assert "audit (acme-audit 1.0.0)" in error.why
    assert error.fix == "audit\npip install adit"
    assert isinstance(error, LookupError)


def test_an_unknown_name_where_nothing_is_installed(site: Site, make: Make) -> None:
    with pytest.raises(UnknownPlugin, match="no feature plugin is installed"):
        make(plugins=["acme-x:x"])


def test_a_components_name_among_the_plugins_says_where_it_belongs(site: Site, make: Make) -> None:
    site.json("fast")
    with pytest.raises(UnknownPlugin) as caught:
        make(plugins=["fast"])
    assert "fills the slot 'json'" in caught.value.why
    assert caught.value.fix == 'components={"json": "fast"}'


def test_two_distributions_with_one_name_are_a_conflict_and_never_one_of_them(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.feature("audit", LOUD)
    site.add("other", {"kernos.plugins": {"audit": "other_audit"}}, modules={"other_audit": LOUD})
    for plugins in (None, ["audit"]):
        with pytest.raises(ComponentConflict) as caught:
            make(plugins=plugins)
        assert "audit (acme-audit 1.0.0), audit (other 1.0.0)" in caught.value.what
        assert caught.value.fix == "KERNOS_DISABLE=other:audit"
    assert not {"acme_audit", "other_audit"} & set(sys.modules)
    assert created(make(plugins=["other:audit"])) == ["other_audit"]
    assert created(make(plugins=["other:audit", "acme-audit:audit"])) == ["audit", "other_audit"]
    monkeypatch.setenv("KERNOS_DISABLE", "other:audit")
    assert created(make()) == ["audit"]


def test_a_setting_for_a_slot_that_is_none_is_refused(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", "jsn=orjson")
    with pytest.raises(MissingComponent) as caught:
        make()
    assert "'jsn' (KERNOS_COMPONENTS)" in caught.value.what
    assert caught.value.fix == "json   # in place of jsn"
    with pytest.raises(MissingComponent, match="take 'zzzzzz' out"):
        make(components={"zzzzzz": "x", "jsn": None})


# --- objects


class Greeter:
    @hookimpl
    def kernos_app_created(self, app: t.Any) -> None:
        app.seen.append("greeter")


def test_objects_and_names_may_be_given_together(site: Site, make: Make) -> None:
    site.feature("a", LOUD)
    site.feature("b", LOUD)
    app = make(plugins=[Greeter(), "b", Greeter()])
    assert sorted(created(app)) == ["b", "greeter", "greeter"]
    labels = [plugin.label for plugin in app.plugins.plugins() if plugin.offer is None]
    name = f"{__name__}.Greeter"
    assert labels == [f"{name} (given in code)", f"{name}#2 (given in code)"]


def test_an_object_given_in_code_has_a_name_for_settings(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch, config: t.Callable[[str], str]
) -> None:
    root = config(f'[plugin."{__name__}.Greeter"]\non_error = "quarantine"')
    assert created(make(plugins=[Greeter()], root_path=root)) == ["greeter"]
    monkeypatch.setenv("KERNOS_DISABLE", f"{__name__}.Greeter")
    assert created(make(plugins=[Greeter()])) == []


def test_an_object_given_twice_is_refused(site: Site, make: Make) -> None:
    greeter = Greeter()
    with pytest.raises(PluginError, match="registered already"):
        make(plugins=[greeter, greeter])


def test_the_managers_of_two_applications_know_nothing_of_each_other(
    site: Site, make: Make
) -> None:
    site.feature("a", LOUD)
    one, two = make(), make(plugins=[Greeter()])
    assert created(one) == ["a"]
    assert created(two) == ["greeter"]
    assert one.seen == ["acme_a"]


# --- broken ones

BROKEN = {
    "exception": "raise ValueError('out of clay')",
    "group": "raise ExceptionGroup('out of clay', [ValueError()])",
    "syntax": "out of clay (",
    "import": "import out_of_clay",
    "name": "out_of_clay",
    "exit": "raise SystemExit('out of clay')",
    "base": "raise BaseException('out of clay')",
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN)
def test_a_plugin_that_breaks_at_import_is_named_whole(
    site: Site, make: Make, source: str
) -> None:
    site.feature("potter", source)
    with pytest.raises(PluginError) as caught:
        make()
    error = caught.value
    assert "potter (acme-potter 1.0.0) of the group kernos.plugins" in error.what
    assert "'acme_potter'" in error.why
    assert error.__cause__ is not None
    assert "KERNOS_DISABLE=potter" in error.fix


def test_an_interrupt_at_import_passes(site: Site, make: Make) -> None:
    site.feature("potter", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        make()


def test_a_library_that_is_missing_is_named_with_its_pip_line(site: Site, make: Make) -> None:
    site.feature("potter", "import clay_of_nowhere.wheel")
    with pytest.raises(PluginError) as caught:
        make()
    assert caught.value.fix == "pip install clay_of_nowhere   # or: KERNOS_DISABLE=potter"


@pytest.mark.parametrize(
    ("value", "said", "fix"),
    [
        ("acme_gone", "No module named", "pip install --force-reinstall acme"),
        ("acme_here.more", "not a package", "pip install --force-reinstall acme"),
        ("acme_here:nothing", "has no attribute 'nothing'", "KERNOS_DISABLE=x"),
        ("acme here", "is not 'module' or 'module:attribute'", "KERNOS_DISABLE=x"),
        ("", "is not 'module'", "KERNOS_DISABLE=x"),
        ("acme_here:TEXT", "is 'text'", "in its entry points"),
        ("acme_here:NONE", "is None", "in its entry points"),
    ],
)
def test_an_entry_point_that_leads_nowhere_is_refused(
    site: Site, make: Make, value: str, said: str, fix: str
) -> None:
    source = "TEXT = 'text'\nNONE = None\n"
    site.add("acme", {"kernos.plugins": {"x": value}}, modules={"acme_here": source})
    with pytest.raises(PluginError) as caught:
        make()
    assert said in caught.value.what
    assert "x (acme 1.0.0)" in caught.value.what
    assert fix in caught.value.fix


def test_an_entry_point_may_name_an_attribute(site: Site, make: Make) -> None:
    source = """
    class Box:
        class Inner:
            @staticmethod
            @hookimpl
            def kernos_app_created(app):
                app.seen.append("inner")
    """
    site.add(
        "acme", {"kernos.plugins": {"x": "acme_box : Box.Inner"}}, modules={"acme_box": source}
    )
    assert created(make()) == ["inner"]


def test_ranges_that_do_not_admit_this_kernos_are_named_together(site: Site, make: Make) -> None:
    site.feature("a", requires=["kernos>=2"])
    site.feature("b", requires=["kernos<1"])
    site.feature("c")
    with pytest.raises(PluginVersionError) as caught:
        make()
    error = caught.value
    assert "a (acme-a 1.0.0) wants kernos >=2" in error.what
    assert "b (acme-b 1.0.0) wants kernos <1" in error.what
    assert error.fix == "pip install --upgrade acme-a acme-b"
    assert "acme_a" not in sys.modules


def test_an_import_that_does_not_end_is_logged_while_it_lasts(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import waits until the log has named it; without that it fails."""
    gate: t.Any = types.ModuleType("acme_gate")
    gate.named = threading.Event()
    monkeypatch.setitem(sys.modules, "acme_gate", gate)
    monkeypatch.setattr(loading, "SLOW_SECONDS", 0.0)
    lines: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())
            gate.named.set()

    handler = Handler()
    logging.getLogger("kernos.plugins").addHandler(handler)
    try:
        site.feature("a", "import acme_gate\nassert acme_gate.named.wait(30)\n" + LOUD)
        assert created(make()) == ["a"]
    finally:
        logging.getLogger("kernos.plugins").removeHandler(handler)
    assert lines == ["The plugin a (acme-a 1.0.0) is still being imported after 0 s: acme_a."]


def test_an_import_that_ends_soon_leaves_no_line_and_no_thread(
    site: Site, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    before = threading.enumerate()
    site.feature("a")
    make()
    assert threading.enumerate() == before
    assert caplog.text == ""


# --- refused at registration

REFUSED = {
    "@hookimpl\ndef kernos_before_requst(app): ...": (
        "implements kernos_before_requst, and there is no such hook",
        "def kernos_before_request(…):   # in place of kernos_before_requst",
    ),
    "@hookimpl\ndef something_else_entirely(app): ...": ("no such hook", "delete something"),
    "@hookimpl(specname='kernos_app_redy')\ndef ready(app): ...": (
        "kernos_app_redy",
        "def kernos_app_ready(",
    ),
    "def kernos_app_ready(app): ...": (
        "kernos_app_ready without the marker",
        "@hookimpl   # above def kernos_app_ready",
    ),
    "def kernos_app_redy(app): ...": ("kernos_app_redy without the marker", "kernos_app_ready"),
    "@hookimpl\ndef kernos_app_ready(app, request): ...": (
        "implements kernos_app_ready with unknown arguments: request",
        "def kernos_app_ready(app):",
    ),
    "@hookimpl\ndef kernos_before_request(application, context): ...": (
        "application, context",
        "def kernos_before_request(app, ctx):",
    ),
    "@hookimpl\ndef kernos_app_ready(*, request): ...": ("request", "(app)"),
    "@hookimpl\nasync def kernos_app_ready(app): ...": ("async", "def kernos_app_ready"),
    "@hookimpl\nasync def kernos_app_ready(app):\n    yield": ("async", "def kernos_app_ready"),
    "@hookimpl\ndef kernos_app_ready(app):\n    yield": ("a generator", "wrapper=True"),
    "@hookimpl(wrapper=True)\ndef kernos_app_ready(app): ...": ("does not yield", "yield"),
    "import pluggy\n@pluggy.HookimplMarker('kernos')(hookwrapper=True)\n"
    "def kernos_app_ready(app):\n    yield": ("old-style wrapper", "wrapper=True"),
}


@pytest.mark.parametrize(("source", "expected"), REFUSED.items())
def test_what_cannot_be_a_hook_is_refused_at_registration(
    site: Site, make: Make, source: str, expected: tuple[str, str]
) -> None:
    site.feature("potter", source)
    with pytest.raises(PluginError) as caught:
        make()
    assert "potter (acme-potter 1.0.0)" in caught.value.what
    assert expected[0] in caught.value.what
    assert expected[1] in caught.value.fix


def test_the_marker_itself_refuses_an_old_style_wrapper() -> None:
    with pytest.raises(PluginError, match="not supported"):
        hookimpl(hookwrapper=True)  # type: ignore[call-overload]


def test_a_specification_names_the_hook(site: Site, make: Make) -> None:
    class Plugin:
        @hookimpl(spec=hookspecs.kernos_app_created)
        def under_another_name(self, app):
            app.seen.append("specified")

        @hookimpl(spec=hookspecs.kernos_app_created, wrapper=True)
        def around(self, app):
            app.seen.append("around")
            yield

    assert created(make(plugins=[Plugin()])) == ["around", "specified"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"spec": LOUD}, "names no specification"),
        ({"spec": make_given_plugin}, "names no specification"),
        ({"spec": hookspecs.kernos_app_ready, "specname": "x"}, "names the hook twice"),
    ],
)
def test_what_is_no_specification_is_refused(options: t.Any, said: str) -> None:
    with pytest.raises(PluginError, match=said):
        hookimpl(**options)


def test_an_optional_hook_may_be_unknown(site: Site, make: Make) -> None:
    site.feature("a", "@hookimpl(optionalhook=True)\ndef other_hook(x): ...\n" + LOUD)
    assert created(make()) == ["a"]


def test_functions_of_others_and_other_things_are_no_forgotten_hooks(
    site: Site, make: Make
) -> None:
    site.write("helpful", "def kernos_app_ready(): ...\n")
    source = """
    from helpful import kernos_app_ready
    from kernos.hooks import hookspec
    kernos_version = 1
    class kernos_thing: ...
    @hookspec
    def kernos_my_own(app): ...
    """
    site.feature("a", source)
    make()


def test_properties_of_a_plugin_are_not_evaluated(site: Site, make: Make) -> None:
    class Plugin(Greeter):
        @property
        def kernos_app_ready(self) -> t.NoReturn:
            raise RuntimeError("evaluated")

        @property
        def other(self) -> t.NoReturn:
            raise RuntimeError("evaluated")

    app = make(plugins=[Plugin()])
    assert created(app) == ["greeter"]


def test_what_pluggy_refuses_is_refused_with_the_plugins_name(site: Site, make: Make) -> None:
    class Odd(Greeter):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    with pytest.raises(PluginError, match=r"cannot be registered.*registered"):
        make(plugins=[Greeter(), Odd()])


def test_an_order_that_does_not_exist_is_refused_in_the_constructor(
    site: Site, make: Make
) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        site.feature(one, f"@hookimpl(before={other!r})\ndef kernos_app_ready(app): ...")
    with pytest.raises(PluginError, match="an order that does not exist"):
        make()


# --- quarantine


@pytest.mark.parametrize(
    "text",
    [
        '[plugins]\non_error = "quarantine"',
        '[plugin.potter]\non_error = "quarantine"',
        '[plugin."acme-potter:potter"]\non_error = "quarantine"',
    ],
)
@pytest.mark.parametrize(
    "source",
    [
        *BROKEN.values(),
        "@hookimpl\ndef kernos_app_redy(app): ...",
        "def kernos_app_ready(): ...",
        "@hookimpl\nasync def kernos_app_ready(): ...",
    ],
)
def test_a_quarantined_plugin_is_left_out_whole_and_logged_once(
    site: Site,
    make: Make,
    config: t.Callable[[str], str],
    caplog: pytest.LogCaptureFixture,
    text: str,
    source: str,
) -> None:
    site.feature("potter", LOUD + source)
    site.feature("other", LOUD)
    app = make(root_path=config(text))
    assert created(app) == ["other"]
    (logged,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "potter (acme-potter 1.0.0) is left out" in logged.getMessage()
    assert logged.exc_info is not None
    (record,) = [one for one in app.plugins.report() if one.name == "potter"]
    assert record.state == "quarantined"
    assert "acme-potter" in record.reason
    assert "Traceback" in (record.error or "")


def test_a_quarantined_misfit_does_not_stop_the_others(
    site: Site, make: Make, config: t.Callable[[str], str]
) -> None:
    site.feature("a", LOUD, requires=["kernos>=2"])
    site.feature("b", LOUD)
    app = make(root_path=config('[plugin.a]\non_error = "quarantine"'))
    assert created(app) == ["b"]


def test_one_plugins_policy_is_not_the_others(
    site: Site, make: Make, config: t.Callable[[str], str]
) -> None:
    site.feature("a", "raise ValueError")
    site.feature("b", "raise ValueError")
    with pytest.raises(PluginError, match=r"b \(acme-b"):
        make(root_path=config('[plugin.a]\non_error = "quarantine"'))


def test_a_tool_that_inspects_leaves_out_all_that_fails(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PluginManager, "always_quarantine", True)
    site.feature("broken", "raise SystemExit")
    site.feature("good", LOUD)
    site.feature("twin", LOUD)
    site.add("other", {"kernos.plugins": {"twin": "twin"}})
    monkeypatch.setenv("KERNOS_DISABLE", "unknown")
    monkeypatch.setenv("KERNOS_COMPONENTS", "jsn=x")
    app = make()
    assert created(app) == ["good"]
    problems = "\n".join(app.plugins.problems)
    assert "'unknown'" in problems
    assert "'twin'" in problems
    assert "'jsn'" in problems
    states = {one.label: one.state for one in app.plugins.report()}
    assert states == {
        "broken (acme-broken 1.0.0)": "quarantined",
        "good (acme-good 1.0.0)": "active",
        "twin (acme-twin 1.0.0)": "quarantined",
        "twin (other 1.0.0)": "quarantined",
    }


# --- register and unregister


def test_a_plugin_can_be_registered_and_dropped_by_hand(site: Site, make: Make) -> None:
    app = make()
    greeter = Greeter()
    app.plugins.register(greeter)
    assert created(app) == ["greeter"]
    app.plugins.unregister(greeter)
    app.seen.clear()
    assert created(app) == []
    app.plugins.register(greeter, name="hello")
    app.plugins.unregister("hello")
    with pytest.raises(PluginError, match="'hello' is not registered"):
        app.plugins.unregister("hello")
    with pytest.raises(PluginError, match="not registered"):
        app.plugins.unregister(greeter)


def test_registering_twice_is_refused(site: Site, make: Make) -> None:
    app = make()
    greeter = Greeter()
    app.plugins.register(greeter, name="hello")
    with pytest.raises(PluginError, match="registered already"):
        app.plugins.register(greeter)
    with pytest.raises(PluginError, match="'hello' is registered already"):
        app.plugins.register(Greeter(), name="hello")
    app.plugins.register(Greeter(), name="hello2")


def test_an_installed_plugin_can_be_dropped_by_its_name(site: Site, make: Make) -> None:
    site.feature("a", LOUD)
    app = make()
    app.plugins.unregister("a")
    assert created(app) == []


def test_a_refused_registration_leaves_nothing(site: Site, make: Make) -> None:
    class Wrong(Greeter):
        @hookimpl
        def kernos_app_redy(self, app: t.Any) -> None: ...

    app = make()
    wrong = Wrong()
    for _ in range(2):
        with pytest.raises(PluginError, match="kernos_app_redy"):
            app.plugins.register(wrong)
    assert created(app) == []


def test_one_that_is_registered_late_is_given_what_it_missed(site: Site, make: Make) -> None:
    class Late:
        @hookimpl
        def kernos_register_config(self) -> dict[str, int]:
            return {"SET": 1, "UNSET": 2}

        @hookimpl
        def kernos_app_created(self, app: t.Any) -> None:
            app.seen.append(("created", dict(app.config)))

        @hookimpl
        def kernos_app_ready(self, app: t.Any) -> None:
            app.seen.append("ready")

    app = make()
    late = Late()
    app.plugins.contributions("config")
    app.config["SET"] = 0
    app.plugins.notify("kernos_app_created")
    app.plugins.register(late)
    assert app.seen == [("created", {"SET": 0, "UNSET": 2})]
    app.plugins.unregister(late)
    assert app.config == {"SET": 0}
    app.plugins.notify("kernos_app_ready")
    app.plugins.register(late)
    assert app.seen[1:] == [("created", {"SET": 0, "UNSET": 2}), "ready"]


def test_what_comes_too_late_for_its_blueprints_is_refused(site: Site, make: Make) -> None:
    class Late:
        @hookimpl
        def kernos_register_blueprints(self) -> list[object]:
            return []

    app = make()
    app.plugins.register(Late())
    app.plugins.collect("kernos_register_blueprints")
    with pytest.raises(PluginError, match="comes too late") as caught:
        app.plugins.register(Late())
    assert "plugins=[PLUGIN]" in caught.value.fix
