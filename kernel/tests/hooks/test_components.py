from __future__ import annotations

import gc
import sys
import textwrap
import threading
import typing as t
import weakref
from pathlib import Path

import pytest

from kernos.contracts import JSONProvider
from kernos.errors import ComponentConflict, MissingComponent, PluginError, PluginVersionError
from kernos.hooks import hookimpl
from kernos.hooks.manager import PluginManager
from kernos.hooks.settings import read_settings

if t.TYPE_CHECKING:
    from conftest import App, Make, Site


class Provider(JSONProvider):
    def __init__(self, app: t.Any = None, name: str = "given") -> None:
        super().__init__(app)
        self.name = name

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return self.name

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return self.name


def dumped(app: t.Any) -> str:
    (provider,) = app.plugins.build("json")
    return str(provider.dumps(1))


# --- chosen and built


def test_the_chosen_component_is_built_once_and_the_others_are_not_imported(
    site: Site, make: Make
) -> None:
    for name in ("stdlib", "fast", "other"):
        site.json(name)
    app = make(components={"json": "fast"})
    assert "acme_json_fast" not in sys.modules
    assert dumped(app) == "fast"
    assert app.plugins.build("json") is app.plugins.build("json")
    assert not {"acme_json_stdlib", "acme_json_other"} & set(sys.modules)


def test_an_empty_slot_is_an_error_only_when_it_is_used(site: Site, make: Make) -> None:
    app = make()
    app.plugins.decide_all()
    assert app.plugins.choice("json").rule == "empty"
    with pytest.raises(MissingComponent) as caught:
        app.plugins.build("json")
    assert caught.value.fix == "pip install kernos-json"


def test_a_slot_that_is_none_is_refused(site: Site, make: Make) -> None:
    with pytest.raises(MissingComponent, match="no slot called 'jsn'"):
        make().plugins.build("jsn")


def test_conflicts_and_unknown_names_are_reported_from_metadata_alone(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.json("a", "raise SystemExit")
    site.json("b", "raise SystemExit")
    with pytest.raises(ComponentConflict):
        make().plugins.decide_all()
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=c")
    app = make()
    with pytest.raises(MissingComponent):
        app.plugins.decide_all()
    app.plugins.decide_all(settled={"json"})
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=b,sessions=x")
    with pytest.raises(MissingComponent, match="sessions"):
        make().plugins.decide_all()


def test_misfits_among_the_chosen_are_named_together_and_the_unchosen_do_not_matter(
    site: Site, make: Make
) -> None:
    site.json("old", requires=["kernos<1"])
    site.component("sessions", "older", requires=["kernos<0.5"])
    with pytest.raises(PluginVersionError) as caught:
        make().plugins.decide_all()
    assert "old (acme-json-old 1.0.0) wants kernos <1" in caught.value.what
    assert "older (acme-sessions-older 1.0.0)" in caught.value.what
    site.json("stdlib")
    app = make(components="default")
    app.plugins.decide_all()
    assert dumped(app) == "stdlib"
    app = make(components={"json": "old"})
    with pytest.raises(PluginVersionError):
        app.plugins.build("json")


def test_disabled_components_are_not_there(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site.json("stdlib")
    site.json("fast")
    monkeypatch.setenv("KERNOS_DISABLE", "fast")
    assert dumped(make()) == "stdlib"
    with pytest.raises(MissingComponent, match="disabled"):
        make(components={"json": "fast"}).plugins.build("json")
    monkeypatch.delenv("KERNOS_DISABLE")
    (tmp_path / "kernos.toml").write_text('[plugins]\ndisable = ["fast"]\n')
    root = str(tmp_path)
    assert dumped(make(root_path=root)) == "stdlib"
    assert dumped(make(root_path=root, components={"json": "fast"})) == "fast"


# --- given in code


def test_a_component_a_class_and_a_callable_may_be_given(site: Site, make: Make) -> None:
    provider = Provider(name="object")
    app = make(components={"json": provider})
    assert app.plugins.build("json") == [provider]
    app = make(components={"json": Provider})
    assert dumped(app) == "given"
    app = make(components={"json": lambda app: Provider(app, "made")})
    assert dumped(app) == "made"


class Engine:
    """Callable, and an engine all the same."""

    suffixes = (".x",)

    def __call__(self, app: object) -> t.NoReturn:
        raise RuntimeError("called")

    def get_template(self, name: str) -> t.NoReturn:
        raise LookupError(name)

    def from_string(self, source: str) -> t.NoReturn:
        raise LookupError(source)


def test_what_meets_the_contract_is_not_called_and_a_class_is(site: Site, make: Make) -> None:
    engine = Engine()
    assert make(components={"templating": engine}).plugins.build("templating") == [engine]

    class Made(Engine):
        def __init__(self, app: object) -> None:
            self.app = app

    (made,) = make(components={"templating": Made}).plugins.build("templating")
    assert isinstance(made, Made)


@pytest.mark.parametrize(
    ("slot", "given", "why"),
    [
        ("json", 3, "it must be a JSONProvider"),
        ("json", lambda app: None, "it must be a JSONProvider"),
        ("sessions", 3, "it must be a SessionInterface"),
        ("routing", 3, "a Router has add, build, converters, match, rules too"),
        ("templating", 3, "a TemplateEngine has from_string, get_template, suffixes too"),
        ("cli", 3, "a CommandLine has group, main, runner too"),
    ],
)
def test_what_does_not_meet_its_contract_is_refused(
    site: Site, make: Make, slot: str, given: object, why: str
) -> None:
    with pytest.raises(PluginError) as caught:
        make(components={slot: given}).plugins.build(slot)
    assert caught.value.why == why
    assert f"for the slot {slot!r}" in caught.value.what


def test_an_error_of_a_callable_given_in_code_is_its_own(site: Site, make: Make) -> None:
    with pytest.raises(ZeroDivisionError):
        make(components={"json": lambda app: 1 / 0}).plugins.build("json")


class Offering:
    def __init__(self, name: str = "offered", answer: bool = True) -> None:
        self.name = name
        self.answer = answer

    @hookimpl
    def kernos_provide_json(self, app: t.Any) -> Provider | None:
        return Provider(app, self.name) if self.answer else None


def test_an_offer_made_by_an_object_counts_as_chosen_in_code(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.json("fast")
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=fast")
    app = make(plugins=[Offering()])
    assert app.plugins.choice("json").rule == "code"
    assert dumped(app) == "offered"


def test_a_component_named_in_code_goes_before_an_objects_offer(site: Site, make: Make) -> None:
    site.json("fast")
    assert dumped(make(plugins=[Offering()], components={"json": "fast"})) == "fast"
    assert dumped(make(plugins=[Offering()], components="default")) == "offered"


def test_two_objects_that_offer_one_slot_are_a_conflict(site: Site, make: Make) -> None:
    app = make(plugins=[Offering("a"), Offering("b")])
    with pytest.raises(ComponentConflict) as caught:
        app.plugins.decide_all()
    assert "Offering (given in code)" in caught.value.what


def test_an_object_that_offers_nothing_leaves_the_slot_to_the_next_rule(
    site: Site, make: Make
) -> None:
    site.json("fast")
    assert dumped(make(plugins=[Offering(answer=False)])) == "fast"


def test_an_object_registered_later_counts_from_then_on(site: Site, make: Make) -> None:
    site.json("fast")
    app = make()
    assert dumped(app) == "fast"
    offering = Offering()
    app.plugins.register(offering)
    assert dumped(app) == "offered"
    app.plugins.unregister(offering)
    assert dumped(app) == "fast"


def test_a_choice_can_be_made_after_the_constructor(site: Site, make: Make) -> None:
    site.json("fast")
    site.json("slow")
    app = make(components={"json": "fast"})
    assert dumped(app) == "fast"
    app.plugins.set_choice("json", Provider(name="set"))
    assert dumped(app) == "set"
    app.plugins.set_choice("json", "slow")
    assert dumped(app) == "slow"


# --- the chosen plugin takes part


def test_a_provide_hook_of_a_feature_plugin_is_never_asked(site: Site, make: Make) -> None:
    site.json("stdlib")
    site.feature("sneaky", "@hookimpl\ndef kernos_provide_json(app):\n    raise SystemExit")
    assert dumped(make()) == "stdlib"


def test_a_wrapper_stands_around_the_providing_too(site: Site, make: Make) -> None:
    site.json("stdlib")
    site.feature(
        "w",
        "@hookimpl(wrapper=True)\ndef kernos_provide_json(app):\n"
        "    made = yield\n    made.name += '!'\n    return made\n",
    )
    assert dumped(make()) == "stdlib!"


def test_a_component_takes_part_in_other_hooks_from_its_first_use(site: Site, make: Make) -> None:
    site.json("fast", "@hookimpl\ndef kernos_before_request(app, ctx):\n    return 'early'")
    app = make()
    assert app.plugins.request_hooks.before_request == ()
    app.plugins.compile_request_hooks()
    before = app.plugins.request_hooks
    assert before.before_request == ()
    app.plugins.build("json")
    assert app.plugins.request_hooks is not before
    (call,) = app.plugins.request_hooks.before_request
    assert call("A", "C") == "early"


LATE = """
@hookimpl
def kernos_register_config(app):
    return {"SET": 1, "UNSET": 2}
@hookimpl
def kernos_app_created(app):
    app.seen.append("created")
@hookimpl
def kernos_app_ready(app):
    app.seen.append("ready")
"""


def test_a_component_built_late_is_given_what_it_missed_in_order(site: Site, make: Make) -> None:
    provide = """
    @hookimpl(specname="kernos_plugin_registered")
    def told(app, plugin):
        app.seen.append("told")
    """
    site.json("fast", LATE + textwrap.dedent(provide))
    source = Path(site.folder / "acme_json_fast.py")
    source.write_text(
        source.read_text().replace(
            "    return Provider(app)", "    app.seen.append('built')\n    return Provider(app)"
        )
    )
    app = make()
    app.plugins.contributions("config")
    app.config["SET"] = 0
    app.plugins.notify("kernos_app_created")
    app.plugins.notify("kernos_app_ready")
    app.plugins.build("json")
    assert app.config == {"SET": 0, "UNSET": 2}
    assert app.seen == ["told", "created", "built", "ready"]


def test_a_component_built_early_misses_nothing(site: Site, make: Make) -> None:
    site.json("fast", LATE)
    app = make()
    app.plugins.build("json")
    assert app.seen == []
    assert app.plugins.contributions("config") == {"SET": 1, "UNSET": 2}
    app.plugins.notify("kernos_app_created")
    app.plugins.notify("kernos_app_ready")
    assert app.seen == ["created", "ready"]


def test_a_component_that_is_first_used_by_a_notice_is_told_once(site: Site, make: Make) -> None:
    site.json("fast", LATE)
    site.feature("a", "@hookimpl\ndef kernos_app_ready(app):\n    app.plugins.build('json')")
    app = make()
    app.plugins.notify("kernos_app_ready")
    assert app.seen == ["ready"]


def test_a_late_wrapper_of_a_notice_has_missed_nothing(site: Site, make: Make) -> None:
    wrapper = "@hookimpl(wrapper=True)\ndef kernos_app_ready(app):\n    return (yield)"
    site.json("fast", wrapper)
    app = make()
    app.plugins.notify("kernos_app_ready")
    assert dumped(app) == "fast"


def test_a_late_components_defaults_that_collide_are_noted(site: Site, make: Make) -> None:
    site.json("fast", LATE)
    site.feature("a", "@hookimpl\ndef kernos_register_config():\n    return {'SET': 9}")
    app = make()
    app.config.update(app.plugins.contributions("config"))
    app.plugins.build("json")
    assert [one.name for one in app.plugins.conflicts] == ["SET"]
    assert app.config == {"SET": 9, "UNSET": 2}


def test_an_application_is_told_of_late_contributions(
    site: Site, make: Make, app_class: type[App], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        app_class, "take_late_contributions", lambda app, kind: told.append(kind), raising=False
    )
    extra = "".join(
        f"@hookimpl\ndef kernos_register_{kind}(app):\n    return []\n"
        for kind in ("middleware", "session_tags", "checks")
    )
    site.json("fast", extra)
    app = make()
    app.plugins.contributions("middleware")
    app.plugins.contributions("checks")
    app.plugins.build("json")
    assert told == ["middleware"]


@pytest.mark.parametrize("kind", ["blueprints", "commands", "converters"])
def test_what_belongs_in_a_feature_plugin_is_refused_in_a_component(
    site: Site, make: Make, kind: str
) -> None:
    site.json("fast", f"@hookimpl\ndef kernos_register_{kind}(app):\n    return []")
    with pytest.raises(PluginError) as caught:
        make().plugins.build("json")
    assert "fast (acme-json-fast 1.0.0)" in caught.value.what
    assert f"kernos_register_{kind}" in caught.value.what
    assert "kernos.plugins" in caught.value.fix


ROUTER = """
class Router:
    converters = {}
    def add(self): ...
    def match(self): ...
    def build(self): ...
    def rules(self): ...

@hookimpl
def kernos_provide_routing(app):
    return Router()

@hookimpl
def kernos_register_converters(app):
    return {"word": str}
"""


def test_routing_may_offer_converters(site: Site, make: Make) -> None:
    site.component("routing", "werkzeug", ROUTER)
    plugins = make().plugins
    assert plugins.contributions("converters") == {}
    plugins.build("routing")
    assert plugins.contributions("converters") == {"word": str}


# --- broken components


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise ValueError('x')", "cannot be loaded: ValueError: x"),
        ("", "does not implement kernos_provide_json"),
        ("@hookimpl\ndef kernos_provide_jsn(app): ...", "there is no such hook"),
        ("@hookimpl\ndef kernos_provide_json(app):\n    1 / 0", "failed in kernos_provide_json"),
        ("@hookimpl\ndef kernos_provide_json(app):\n    exit()", "failed in kernos_provide_json"),
        ("@hookimpl\ndef kernos_provide_json(app): ...", "returns None for the slot 'json'"),
        (
            "@hookimpl\ndef kernos_provide_json(app):\n    return 'x'",
            "an object of the class str for the slot 'json' (kernos_provide_json)",
        ),
        (
            "@hookimpl\ndef kernos_provide_json(app): ...\n"
            "@hookimpl\ndef kernos_register_config(app):\n    1 / 0",
            "failed in kernos_register_config",
        ),
        (
            "@hookimpl\ndef kernos_provide_json(app): ...\n"
            "@hookimpl\ndef kernos_register_slots(app):\n    1 / 0",
            "failed in kernos_register_slots",
        ),
    ],
)
def test_a_broken_component_is_named_whole_and_leaves_nothing(
    site: Site, make: Make, tmp_path: Path, source: str, said: str
) -> None:
    site.component("json", "fast", source)
    (tmp_path / "kernos.toml").write_text('[plugins]\non_error = "quarantine"\n')
    app = make(root_path=str(tmp_path))
    app.plugins.contributions("config")
    app.plugins.compile_request_hooks()
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            app.plugins.build("json")
        assert "fast (acme-json-fast 1.0.0)" in caught.value.what
        assert said in caught.value.what
    assert app.plugins.plugins() == []
    (record,) = app.plugins.report()
    assert record.state == "failed"
    assert said in record.reason


def test_a_component_whose_ready_hook_fails_leaves_nothing(site: Site, make: Make) -> None:
    site.json(
        "fast",
        "@hookimpl\ndef kernos_register_config(app):\n    return {'X': 1}\n"
        "@hookimpl\ndef kernos_app_ready(app):\n    1 / 0",
    )
    app = make()
    app.plugins.contributions("config")
    app.plugins.notify("kernos_app_ready")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError) as caught:
            app.plugins.build("json")
        assert "fast (acme-json-fast 1.0.0) in kernos_app_ready" in caught.value.__notes__[0]
        assert app.plugins.plugins() == []
        assert app.config == {}


def test_it_can_be_asked_whether_a_component_exists(site: Site, make: Make) -> None:
    site.json("fast")
    app = make()
    assert not app.plugins.is_built("json")
    app.plugins.build("json")
    assert app.plugins.is_built("json")
    app.plugins.reset("json")
    assert not app.plugins.is_built("json")


def test_a_component_that_is_mended_is_built_at_the_next_try(site: Site, make: Make) -> None:
    site.json("fast", "raise ValueError")
    app = make()
    with pytest.raises(PluginError):
        app.plugins.build("json")
    path = site.folder / "acme_json_fast.py"
    # Of another length: in the same second, nothing else tells it from what was compiled.
    path.write_text(path.read_text().replace("raise ValueError", "# mended"))
    assert dumped(app) == "fast"


def test_an_interrupt_while_a_component_is_built_passes(site: Site, make: Make) -> None:
    site.component(
        "json", "fast", "@hookimpl\ndef kernos_provide_json(app):\n    raise KeyboardInterrupt"
    )
    with pytest.raises(KeyboardInterrupt):
        make().plugins.build("json")


def test_a_component_that_asks_for_itself_is_refused(site: Site, make: Make) -> None:
    site.component(
        "json", "fast", "@hookimpl\ndef kernos_provide_json(app):\n    app.plugins.build('json')"
    )
    with pytest.raises(PluginError) as caught:
        make().plugins.build("json")
    assert "asks for itself" in str(caught.value.__cause__)


def test_a_contract_that_cannot_be_asked_is_refused(site: Site, make: Make) -> None:
    site.feature(
        "shop",
        "import typing\nclass Mail(typing.Protocol):\n    def send(self): ...\n"
        "@hookimpl\ndef kernos_register_slots(app):\n    return {'mail': Mail}",
    )
    with pytest.raises(PluginError, match="cannot be checked"):
        make(components={"mail": 3}).plugins.build("mail")


# --- one module behind several entry points


def test_one_module_may_fill_two_slots_and_be_a_feature(site: Site, make: Make) -> None:
    site.json("all", LATE + ROUTER.partition("@hookimpl\ndef kernos_register")[0])
    module = "acme_json_all"
    site.add("more", {"kernos.routing": {"all": module}, "kernos.plugins": {"all": module}})
    app = make()
    app.plugins.notify("kernos_app_created")
    assert dumped(app) == "all"
    assert len(app.plugins.build("routing")) == 1
    assert app.seen == ["created"]
    assert len(app.plugins.plugins()) == 1


def test_a_module_given_in_code_that_is_installed_too_takes_part_once(
    site: Site, make: Make
) -> None:
    site.json("fast", LATE)
    import acme_json_fast  # type: ignore[import-not-found]

    app = make(plugins=[acme_json_fast], components={"json": "fast"})
    assert dumped(app) == "fast"
    assert len(app.plugins.plugins()) == 1


def test_a_shared_module_that_fails_for_one_slot_stays_for_the_other(
    site: Site, make: Make
) -> None:
    site.json("all")
    site.add("more", {"kernos.sessions": {"all": "acme_json_all"}})
    app = make()
    assert dumped(app) == "all"
    with pytest.raises(PluginError, match="does not implement kernos_provide_sessions"):
        app.plugins.build("sessions")
    assert len(app.plugins.plugins()) == 1


# --- templating holds several


def test_all_engines_are_built_in_order(site: Site, make: Make) -> None:
    for name in ("mako", "jinja2", "chameleon"):
        site.engine(name)
    names = [one.name for one in make().plugins.build("templating")]  # type: ignore[attr-defined]
    assert names == ["jinja2", "chameleon", "mako"]
    app = make(components={"templating": "mako+chameleon"})
    names = [one.name for one in app.plugins.build("templating")]  # type: ignore[attr-defined]
    assert names == ["mako", "chameleon", "jinja2"]


def test_objects_that_offer_engines_go_before_the_installed(site: Site, make: Make) -> None:
    class Offers:
        @hookimpl
        def kernos_provide_templating(self) -> Engine:
            return Engine()

    site.engine("jinja2")
    built = make(plugins=[Offers(), Offers()]).plugins.build("templating")
    assert [type(one).__name__ for one in built] == ["Engine", "Engine", "Engine"]
    assert [hasattr(one, "name") for one in built] == [False, False, True]


# --- a blueprint's


def test_a_blueprint_may_name_its_component(site: Site, make: Make) -> None:
    site.json("stdlib")
    site.json("fast", "@hookimpl\ndef kernos_before_request():\n    return 1")
    app = make(components="default")
    app.plugins.compile_request_hooks()
    own: t.Any = app.plugins.build_named("json", "fast")
    assert own.dumps(1) == "fast"
    assert app.plugins.build_named("json", "acme-json-fast:fast") is own
    assert app.plugins.build_named("json", "stdlib") is app.plugins.build("json")[0]
    assert len(app.plugins.request_hooks.before_request) == 1
    assert {one.name: one.reason for one in app.plugins.report()} == {
        "fast": "chosen by a blueprint",
        "stdlib": "components= in code",
    }


def test_a_blueprint_may_bring_its_component(site: Site, make: Make) -> None:
    provider = Provider()
    app = make()
    assert app.plugins.build_named("json", provider) is provider
    made: t.Any = app.plugins.build_named("json", lambda app: Provider(app, "made"))
    assert made.dumps(1) == "made"
    with pytest.raises(PluginError, match="JSONProvider"):
        app.plugins.build_named("json", 3)


def test_a_blueprint_may_name_several_engines(site: Site, make: Make) -> None:
    site.engine("jinja2")
    site.engine("mako")
    plugins = make().plugins
    built: t.Any = plugins.build_named("templating", "mako+jinja2")
    assert [one.name for one in built] == ["mako", "jinja2"]
    one: t.Any = plugins.build_named("templating", "mako")
    assert one is built[0]


def test_a_blueprints_unknown_name_is_refused(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.json("fast")
    with pytest.raises(MissingComponent) as caught:
        make().plugins.build_named("json", "fst")
    assert "components= of a blueprint" in caught.value.what
    assert 'components={"json": "fast"}' in caught.value.fix
    monkeypatch.setenv("KERNOS_DISABLE", "fast")
    with pytest.raises(MissingComponent, match="disabled"):
        make().plugins.build_named("json", "fast")


# --- threads and memory


def test_threads_that_meet_at_the_first_use_get_one_component(site: Site, make: Make) -> None:
    site.component(
        "json",
        "slow",
        """
from kernos.contracts import JSONProvider
import time

@hookimpl
def kernos_provide_json(app):
    app.seen.append("built")
    time.sleep(0.05)
    return JSONProvider(app)
""",
    )
    app = make()
    found: list[object] = []
    barrier = threading.Barrier(4)

    def use() -> None:
        barrier.wait()
        found.extend(app.plugins.build("json"))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    assert app.seen == ["built"]


def test_a_request_inside_a_plugin_ends_on_the_hooks_it_began_with(site: Site, make: Make) -> None:
    entered, dropped = threading.Event(), threading.Event()

    class Slow:
        @hookimpl
        def kernos_request_started(self, app: t.Any) -> None:
            entered.set()
            dropped.wait(5)
            app.seen.append("slow")

    class Other:
        @hookimpl(trylast=True)
        def kernos_request_started(self, app: t.Any) -> None:
            app.seen.append("other")

    app = make()
    slow = Slow()
    app.plugins.register(slow)
    app.plugins.register(Other())
    app.plugins.compile_request_hooks()

    def request() -> None:
        for call in app.plugins.request_hooks.request_started:
            call(app, None)

    thread = threading.Thread(target=request)
    thread.start()
    assert entered.wait(5)
    app.plugins.unregister(slow)
    dropped.set()
    thread.join()
    assert app.seen == ["slow", "other"]
    request()
    assert app.seen == ["slow", "other", "other"]


def test_a_forked_process_begins_with_a_free_lock(site: Site, make: Make) -> None:
    site.json("fast")
    app = make()
    thread = threading.Thread(target=app.plugins._lock.acquire)
    thread.start()
    thread.join()
    app.plugins.after_fork()
    assert dumped(app) == "fast"
    app.plugins.decide_all()


def test_the_manager_does_not_keep_its_application_alive(site: Site, app_class: type[App]) -> None:
    site.feature("a", LATE)
    site.json("fast", LATE)
    gc.disable()
    try:
        app = app_class()
        app.plugins = PluginManager(t.cast("t.Any", app), read_settings())
        plugins = app.plugins
        plugins.load_features()
        plugins.contributions("config")
        plugins.notify("kernos_app_created")
        plugins.build("json")
        plugins.compile_request_hooks()
        plugins.report()
        gone = weakref.ref(app)
        app.__dict__.clear()
        del app
        assert gone() is None
    finally:
        gc.enable()
    with pytest.raises(ReferenceError):
        plugins.notify("kernos_app_created")
