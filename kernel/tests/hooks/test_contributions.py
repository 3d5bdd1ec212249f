from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from kernos.errors import ContributionConflict, PluginError
from kernos.hooks import hookimpl
from kernos.hooks.contributions import Conflict

if t.TYPE_CHECKING:
    from conftest import Make, Site


def config(tmp_path: Path, text: str) -> str:
    (tmp_path / "kernos.toml").write_text(text)
    return str(tmp_path)


def hook(kind: str, returned: str) -> str:
    return f"@hookimpl\ndef kernos_register_{kind}(app):\n    return {returned}\n"


# --- collected


def test_a_contribution_says_whose_it_is(site: Site, make: Make) -> None:
    site.feature("b", hook("config", "{'B': 1}"))
    site.feature("a", hook("config", "{'A': 1}"))
    site.feature("none", hook("config", "None"))
    found = make().plugins.collect("kernos_register_config")
    assert [(one.source_label, one.plugin_name, one.value) for one in found] == [
        ("a (acme-a 1.0.0)", "a", {"A": 1}),
        ("b (acme-b 1.0.0)", "b", {"B": 1}),
    ]


@pytest.mark.parametrize("kind", ["converters", "json_types", "config", "shell_context"])
def test_mappings_are_merged(site: Site, make: Make, kind: str) -> None:
    site.feature("a", hook(kind, "{'a': 1}"))
    site.feature("b", hook(kind, "{'b': 2}"))
    assert make().plugins.contributions(kind) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "kind", ["session_tags", "commands", "blueprints", "middleware", "checks"]
)
def test_lists_are_joined(site: Site, make: Make, kind: str) -> None:
    site.feature("a", hook(kind, "iter([1, 2])"))
    site.feature("b", hook(kind, "(3,)"))
    site.feature("c", hook(kind, "4"))
    site.feature("d", f"@hookimpl\ndef kernos_register_{kind}():\n    yield 5\n")
    app = make()
    assert app.plugins.contributions(kind) == [1, 2, 3, 4, 5]
    assert app.plugins.contributions(kind) == [1, 2, 3, 4, 5]


def test_a_class_alone_is_one_thing_and_a_blueprint_with_options_too(
    site: Site, make: Make
) -> None:
    site.feature("a", "class Tag:\n    __iter__ = None\n" + hook("session_tags", "Tag"))
    site.feature("b", hook("blueprints", "('bp', {'url_prefix': '/x'})"))
    plugins = make().plugins
    assert [one.__name__ for one in plugins.contributions("session_tags")] == ["Tag"]
    assert plugins.contributions("blueprints") == [("bp", {"url_prefix": "/x"})]


def test_template_names_are_three_tables(site: Site, make: Make) -> None:
    site.feature("a", hook("template_names", "{'filters': {'f': 1}, 'globals': {'g': 2}}"))
    site.feature("b", hook("template_names", "{'filters': {'h': 3}}"))
    assert make().plugins.contributions("template_names") == {
        "filters": {"f": 1, "h": 3},
        "tests": {},
        "globals": {"g": 2},
    }


def test_each_implementation_is_asked_once_but_of_shells_and_checks(
    site: Site, make: Make
) -> None:
    counted = "\n".join(
        f"@hookimpl\ndef kernos_register_{kind}(app):\n    app.seen.append({kind!r})\n"
        "    return {}\n"
        for kind in ("config", "shell_context")
    )
    site.feature("a", counted)
    app = make()
    for _ in range(3):
        app.plugins.contributions("config")
        app.plugins.collect("kernos_register_config", app=app)
        app.plugins.contributions("shell_context")
    assert app.seen.count("config") == 1
    assert app.seen.count("shell_context") == 3


def test_what_was_asked_for_is_known_and_what_nobody_asked_for_too(site: Site, make: Make) -> None:
    site.feature("a", hook("session_tags", "[]") + hook("config", "{}"))
    plugins = make().plugins
    plugins.contributions("config")
    assert plugins.asked == {"config"}
    assert plugins.unasked() == [("session_tags", "a (acme-a 1.0.0)")]


def test_a_kind_that_is_none_is_refused_with_the_nearest(site: Site, make: Make) -> None:
    with pytest.raises(PluginError) as caught:
        make().plugins.contributions("convertrs")
    assert "kernos_register_convertrs" in caught.value.what
    assert "kernos_register_converters" in caught.value.fix


def test_a_call_with_other_arguments_than_the_hooks_is_refused(site: Site, make: Make) -> None:
    plugins = make().plugins
    with pytest.raises(TypeError, match="kernos_register_config takes app"):
        plugins.collect("kernos_register_config", ctx=1)
    with pytest.raises(TypeError, match="kernos_plugin_registered takes app, plugin"):
        plugins.notify("kernos_plugin_registered")


@pytest.mark.parametrize(
    ("kind", "returned", "said"),
    [
        ("config", "[1]", "it returns list, and a mapping is wanted"),
        ("converters", "'x'", "it returns str, and a mapping is wanted"),
        ("commands", "{'a': 1}", "it returns dict, and a list is wanted"),
        ("checks", "'check'", "it returns str, and a list is wanted"),
        ("template_names", "{'filter': {}}", "'filter'; the tables are filters, tests, globals"),
        ("template_names", "{'filters': []}", "it returns list, and a mapping is wanted"),
        ("commands", "(1 / 0 for _ in [1])", "ZeroDivisionError"),
    ],
)
def test_a_contribution_of_the_wrong_kind_is_refused_by_plugin_and_hook(
    site: Site, make: Make, kind: str, returned: str, said: str
) -> None:
    site.feature("potter", hook(kind, returned))
    with pytest.raises(PluginError) as caught:
        make().plugins.contributions(kind)
    assert f"potter (acme-potter 1.0.0) failed in kernos_register_{kind}" in caught.value.what
    assert said in caught.value.what


# --- wrappers


def wrapper(body: str, kind: str = "commands") -> str:
    return f"@hookimpl(wrapper=True)\ndef kernos_register_{kind}(app):\n    {body}\n"


def test_a_wrapper_may_add_to_what_was_collected_and_leave_out_of_it(
    site: Site, make: Make
) -> None:
    site.feature("a", hook("config", "{'A': 1}"))
    site.feature("b", hook("config", "{'B': 1}"))
    site.feature("w", wrapper("found = yield; return [found[1], {'W': 1}]", "config"))
    found = make().plugins.collect("kernos_register_config")
    assert [(one.plugin_name, one.value) for one in found] == [("b", {"B": 1}), ("w", {"W": 1})]


def test_a_wrapper_that_lets_out_no_list_is_refused(site: Site, make: Make) -> None:
    site.feature("w", wrapper("yield; return None"))
    with pytest.raises(PluginError) as caught:
        make().plugins.contributions("commands")
    assert "kernos_register_commands in the plugin w (acme-w 1.0.0)" in caught.value.what
    assert "NoneType" in caught.value.what


# --- conflicts


def test_two_sources_of_one_name_are_noted_and_the_first_stands(site: Site, make: Make) -> None:
    site.feature("a", hook("config", "{'X': 1, 'SAME': 'equal'}"))
    site.feature("b", hook("config", "{'X': 2, 'SAME': ''.join(['eq', 'ual'])}"))
    plugins = make().plugins
    assert plugins.contributions("config") == {"X": 1, "SAME": "equal"}
    assert plugins.conflicts == [Conflict("config", "X", "a (acme-a 1.0.0)", "b (acme-b 1.0.0)")]
    plugins.contributions("config")
    assert len(plugins.conflicts) == 1


@pytest.mark.parametrize(
    ("kind", "returned", "noted", "name"),
    [
        ("converters", "{'x': object()}", "converters", "x"),
        ("json_types", "{complex: object()}", "json_types", "builtins.complex"),
        ("shell_context", "{'x': object()}", "shell_context", "x"),
        ("template_names", "{'tests': {'x': object()}}", "tests", "x"),
        (
            "commands",
            "[__import__('types').SimpleNamespace(name='x', a=object())]",
            "commands",
            "x",
        ),
        (
            "blueprints",
            "[__import__('types').SimpleNamespace(name='x', a=object())]",
            "blueprints",
            "x",
        ),
        (
            "blueprints",
            "[(__import__('types').SimpleNamespace(name=object()), {'name': 'y'})]",
            "blueprints",
            "y",
        ),
        (
            "session_tags",
            "[__import__('types').SimpleNamespace(key='x', a=object())]",
            "session_tags",
            "x",
        ),
    ],
)
def test_every_kind_that_has_names_has_conflicts(
    site: Site, make: Make, kind: str, returned: str, noted: str, name: str
) -> None:
    site.feature("a", hook(kind, returned))
    site.feature("b", hook(kind, returned))
    plugins = make().plugins
    plugins.contributions(kind)
    (conflict,) = plugins.conflicts
    assert (conflict.kind, conflict.name) == (noted, name)


def test_what_has_no_name_has_no_conflict(site: Site, make: Make) -> None:
    for name in ("a", "b"):
        site.feature(name, hook("middleware", "[object()]") + hook("session_tags", "[object()]"))
    plugins = make().plugins
    assert len(plugins.contributions("middleware")) == 2
    assert len(plugins.contributions("session_tags")) == 2
    assert plugins.conflicts == []


def test_what_cannot_be_compared_is_different(site: Site, make: Make) -> None:
    source = """
    class Odd:
        def __eq__(self, other):
            raise RuntimeError
    Odd.__qualname__ = 'Odd'
    """
    site.write("odd_of_tests", source)
    for name in ("a", "b"):
        site.feature(name, "import odd_of_tests\n" + hook("config", "{'X': odd_of_tests.Odd()}"))
    plugins = make().plugins
    plugins.contributions("config")
    assert len(plugins.conflicts) == 1


def test_a_conflict_is_refused_unless_the_application_settles_it(site: Site, make: Make) -> None:
    for name in ("a", "b"):
        site.feature(name, hook("config", f"{{'X': {name!r}}}"))
    plugins = make().plugins
    plugins.contributions("config")
    with pytest.raises(ContributionConflict) as caught:
        plugins.check_conflicts(lambda kind, name: False)
    error = caught.value
    assert error.what == (
        "Two plugins contribute 'X' (config): a (acme-a 1.0.0) and b (acme-b 1.0.0)."
    )
    assert error.fix.startswith("KERNOS_DISABLE=b ")
    assert isinstance(error, ValueError)
    plugins.check_conflicts(lambda kind, name: (kind, name) == ("config", "X"))


def test_contributions_fill_a_mapping_and_leave_it_with_their_plugin(
    site: Site, make: Make
) -> None:
    site.feature("a", hook("config", "{'A': 1, 'SET': 1}"))
    site.feature("b", hook("config", "{'B': 2}"))
    app = make()
    app.config["SET"] = 0
    app.plugins.fill("config", app.config)
    assert app.config == {"A": 1, "B": 2, "SET": 0}
    assert app.plugins.asked == {"config"}
    app.plugins.unregister("a")
    assert app.config == {"B": 2, "SET": 0}


def test_what_the_application_sets_otherwise_settles_a_conflict(site: Site, make: Make) -> None:
    for name in ("a", "b"):
        site.feature(name, hook("config", f"{{'X': {name!r}}}"))
    app = make()
    app.plugins.fill("config", app.config)
    assert app.config == {"X": "a"}
    with pytest.raises(ContributionConflict):
        app.plugins.check_conflicts(lambda kind, name: False)
    app.config["X"] = "mine"
    app.plugins.check_conflicts(lambda kind, name: False)


def test_a_conflict_found_after_the_freeze_is_refused_at_once(site: Site, make: Make) -> None:
    for name in ("a", "b"):
        site.feature(name, hook("template_names", f"{{'filters': {{'f': {name!r}, 'g': 1}}}}"))
    plugins = make().plugins
    plugins.check_conflicts(lambda kind, name: False)
    with pytest.raises(ContributionConflict, match=r"'f' \(filters\)"):
        plugins.contributions("template_names")


# --- a hook that raises


def test_a_hook_that_raises_at_set_up_is_named_whole(site: Site, make: Make) -> None:
    site.feature("potter", hook("config", "1 / 0"))
    with pytest.raises(PluginError) as caught:
        make().plugins.contributions("config")
    error = caught.value
    assert "potter (acme-potter 1.0.0) failed in kernos_register_config" in error.what
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert error.fix.startswith("KERNOS_DISABLE=potter")


def test_an_exit_is_contained_and_an_interrupt_passes(site: Site, make: Make) -> None:
    site.feature("potter", hook("config", "exit()"))
    app = make()
    with pytest.raises(PluginError, match="SystemExit"):
        app.plugins.contributions("config")

    class Interrupting:
        @hookimpl
        def kernos_register_commands(self) -> t.NoReturn:
            raise KeyboardInterrupt

    app = make(plugins=[Interrupting()])
    with pytest.raises(KeyboardInterrupt):
        app.plugins.contributions("commands")


def test_a_quarantined_plugin_that_fails_half_way_leaves_nothing(
    site: Site, make: Make, tmp_path: Path
) -> None:
    half = (
        hook("config", "{'HALF': 1}")
        + "@hookimpl(specname='kernos_register_commands')\ndef a_first(app):\n    return ['c']\n"
        + hook("commands", "1 / 0")
        + "@hookimpl\ndef kernos_before_request(app): ...\n"
    )
    site.feature("half", half)
    site.feature("whole", hook("commands", "['w']") + hook("config", "{'WHOLE': 1}"))
    app = make(root_path=config(tmp_path, '[plugins]\non_error = "quarantine"'))
    plugins = app.plugins
    for one in plugins.collect("kernos_register_config"):
        app.config.update(one.value)
        for key in one.value:
            plugins.on_removal(one, lambda key=key: app.config.pop(key))
    plugins.compile_request_hooks()
    assert len(plugins.request_hooks.before_request) == 1
    assert app.config == {"HALF": 1, "WHOLE": 1}
    assert plugins.contributions("commands") == ["w"]
    assert app.config == {"WHOLE": 1}
    assert plugins.contributions("config") == {"WHOLE": 1}
    assert plugins.request_hooks.before_request == ()
    assert [plugin.name for plugin in plugins.plugins()] == ["whole"]


def test_a_contribution_that_cannot_be_applied_gives_its_plugin_up(
    site: Site, make: Make, tmp_path: Path
) -> None:
    site.feature("a", hook("blueprints", "['bp']"))
    plugins = make().plugins
    (one,) = plugins.collect("kernos_register_blueprints")
    with pytest.raises(PluginError) as caught:
        plugins.failed(one, "kernos_register_blueprints", ValueError("name taken"))
    assert "a (acme-a 1.0.0) failed in kernos_register_blueprints" in caught.value.what
    plugins = make(root_path=config(tmp_path, '[plugins]\non_error = "quarantine"')).plugins
    (one,) = plugins.collect("kernos_register_blueprints")
    plugins.failed(one, "kernos_register_blueprints", ValueError("name taken"))
    assert plugins.plugins() == []
    plugins.failed(one, "kernos_register_blueprints", ValueError("again"))


# --- notices

NOTICE = "@hookimpl\ndef {hook}(app):\n    app.seen.append(__name__)\n    {body}\n"


def test_all_are_notified_and_one_error_is_raised_as_itself(site: Site, make: Make) -> None:
    site.feature("a", NOTICE.format(hook="kernos_app_ready", body="1 / 0"))
    site.feature("b", NOTICE.format(hook="kernos_app_ready", body=""))
    app = make()
    with pytest.raises(ZeroDivisionError) as caught:
        app.plugins.notify("kernos_app_ready", app=app)
    assert app.seen == ["acme_a", "acme_b"]
    assert caught.value.__notes__ == ["raised by the plugin a (acme-a 1.0.0) in kernos_app_ready"]


def test_several_errors_of_a_notice_are_a_group(site: Site, make: Make) -> None:
    for name in ("a", "b"):
        site.feature(name, NOTICE.format(hook="kernos_app_ready", body="1 / 0"))
    app = make()
    with pytest.raises(ExceptionGroup, match="several plugins failed in kernos_app_ready"):
        app.plugins.notify("kernos_app_ready")


def test_a_quarantined_plugin_that_fails_a_notice_is_dropped(
    site: Site, make: Make, tmp_path: Path
) -> None:
    site.feature("a", NOTICE.format(hook="kernos_app_ready", body="1 / 0"))
    site.feature("b", NOTICE.format(hook="kernos_app_ready", body=""))
    app = make(root_path=config(tmp_path, '[plugin.a]\non_error = "quarantine"'))
    app.plugins.notify("kernos_app_ready")
    assert [plugin.name for plugin in app.plugins.plugins()] == ["b"]


def test_wrappers_stand_around_notices(site: Site, make: Make) -> None:
    site.feature("a", NOTICE.format(hook="kernos_app_ready", body=""))
    site.feature(
        "w",
        "@hookimpl(wrapper=True)\ndef kernos_app_ready(app):\n"
        "    app.seen.append('in')\n    yield\n    app.seen.append('out')\n",
    )
    app = make()
    app.plugins.notify("kernos_app_ready")
    assert app.seen == ["in", "acme_a", "out"]


def test_shutdown_runs_in_reverse_all_of_it_and_once(site: Site, make: Make) -> None:
    for name in ("a", "b", "c"):
        site.feature(name, NOTICE.format(hook="kernos_shutdown", body="1 / 0"))
    app = make()
    with pytest.raises(ExceptionGroup) as caught:
        app.plugins.close()
    assert app.seen == ["acme_c", "acme_b", "acme_a"]
    assert len(caught.value.exceptions) == 3
    app.plugins.close()
    assert len(app.seen) == 3


def test_an_interrupt_in_a_notice_passes_after_the_others_whatever_the_policy(
    site: Site, make: Make, tmp_path: Path
) -> None:
    site.feature("a", NOTICE.format(hook="kernos_app_ready", body="raise KeyboardInterrupt"))
    site.feature("b", NOTICE.format(hook="kernos_app_ready", body=""))
    app = make(root_path=config(tmp_path, '[plugins]\non_error = "quarantine"'))
    with pytest.raises(KeyboardInterrupt):
        app.plugins.notify("kernos_app_ready")
    assert app.seen == ["acme_a", "acme_b"]


def test_each_plugin_is_told_of_each_once_of_the_earlier_ones_too(site: Site, make: Make) -> None:
    listener = """
    @hookimpl
    def kernos_plugin_registered(app, plugin):
        app.seen.append((__name__, getattr(plugin, '__name__', type(plugin).__name__)))
    """
    site.feature("b", listener)
    site.feature("a")
    app = make()
    assert app.seen == [("acme_b", "acme_a"), ("acme_b", "acme_b")]

    class Late:
        @hookimpl
        def kernos_plugin_registered(self, app: t.Any, plugin: t.Any) -> None:
            app.seen.append(("late", getattr(plugin, "__name__", type(plugin).__name__)))

    app.seen.clear()
    late = Late()
    app.plugins.register(late)
    assert sorted(app.seen) == [
        ("acme_b", "Late"),
        ("late", "Late"),
        ("late", "acme_a"),
        ("late", "acme_b"),
    ]
    app.seen.clear()
    app.plugins.unregister(late)
    app.plugins.register(late)
    assert ("acme_b", "Late") in app.seen
    app.seen.clear()
    app.plugins.register(object(), name="silent")
    assert sorted(app.seen) == [("acme_b", "object"), ("late", "object")]


def test_the_order_of_a_hook_can_be_told(site: Site, make: Make) -> None:
    site.feature("a", "@hookimpl(after='b')\ndef kernos_app_ready(app): ...")
    site.feature("b", "@hookimpl\ndef kernos_app_ready(app): ...")
    site.feature("c", "@hookimpl(tryfirst=True)\ndef kernos_app_ready(app): ...")
    assert make().plugins.order("kernos_app_ready") == [
        "c (acme-c 1.0.0): tryfirst",
        "b (acme-b 1.0.0): a (acme-a 1.0.0) has after='b'",
        "a (acme-a 1.0.0): a (acme-a 1.0.0) has after='b'",
    ]


def test_wrappers_are_told_first_whatever_they_are_called(site: Site, make: Make) -> None:
    site.feature("a", "@hookimpl(after='b')\ndef kernos_app_ready(app): ...")
    site.feature("b", "@hookimpl\ndef kernos_app_ready(app): ...")
    for name in ("x", "z"):
        wrapper = "@hookimpl(wrapper=True{})\ndef kernos_app_ready(app):\n    yield\n"
        site.feature(name, wrapper.format(", tryfirst=True" if name == "z" else ""))
    plugins = make().plugins
    assert plugins.order("kernos_app_ready") == [
        "z (acme-z 1.0.0): tryfirst",
        "x (acme-x 1.0.0): by name",
        "b (acme-b 1.0.0): a (acme-a 1.0.0) has after='b'",
        "a (acme-a 1.0.0): a (acme-a 1.0.0) has after='b'",
    ]
    plain, wrappers = plugins._roster.registry.implementations("kernos_app_ready")
    assert [one.place.name for one in (*wrappers, *plain)] == ["z", "x", "b", "a"]


# --- hooks and slots of a plugin's own

PUBLISHER = """
from kernos.hooks import hookspec

class Specs:
    @hookspec
    def kernos_cart_changed(self, app, cart):
        "Take notice of a cart."
    @hookspec(firstresult=True)
    def kernos_cart_price(self, app, cart):
        "Price a cart."

class More:
    @hookspec
    def kernos_register_taxes(self, app):
        "Contribute anything."

@hookimpl
def kernos_register_hookspecs(app):
    return [Specs, More]

class Mailer:
    pass

@hookimpl
def kernos_register_slots(app):
    return {"mail": Mailer}
"""
USER = """
@hookimpl
def kernos_cart_changed(cart):
    return cart + 1
@hookimpl
def kernos_cart_price(app, cart):
    return cart * 2
"""


def test_a_plugin_publishes_hooks_that_others_implement(site: Site, make: Make) -> None:
    site.feature("a", USER)
    site.feature("shop", PUBLISHER)
    plugins = make().plugins
    assert plugins.call("kernos_cart_changed", cart=1) == [2]
    assert plugins.call("kernos_cart_price", cart=4) == 8
    with pytest.raises(PluginError, match="no hook called 'kernos_cart'"):
        plugins.call("kernos_cart")


def test_a_published_kind_of_contribution_is_a_list_of_what_was_returned(
    site: Site, make: Make
) -> None:
    site.feature("a", hook("taxes", "{'vat': 20}"))
    site.feature("b", hook("taxes", "'none'"))
    site.feature("shop", PUBLISHER)
    assert make().plugins.contributions("taxes") == [{"vat": 20}, "none"]


def test_arguments_are_checked_against_published_hooks(site: Site, make: Make) -> None:
    site.feature("a", "@hookimpl\ndef kernos_cart_changed(basket): ...")
    site.feature("shop", PUBLISHER)
    with pytest.raises(PluginError) as caught:
        make()
    assert "a (acme-a 1.0.0) implements kernos_cart_changed" in caught.value.what
    assert caught.value.why == "the hook has app, cart"


def test_without_the_publisher_its_hooks_are_unknown(
    site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.feature("a", USER)
    site.feature("shop", PUBLISHER)
    monkeypatch.setenv("KERNOS_DISABLE", "shop")
    with pytest.raises(PluginError, match="there is no such hook"):
        make()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (hook("hookspecs", "[object()]"), "specifies no hook"),
        (hook("hookspecs", "[hookspecs]"), "has published already"),
        (hook("slots", "{'json': int}"), "has published already"),
        (hook("slots", "{'plugins': int}"), "has published already"),
        (hook("slots", "{'no slot': int}"), "publishes the slot"),
        (hook("slots", "{'mail': 3}"), "publishes the slot"),
        (hook("slots", "{3: int}"), "publishes the slot"),
        (hook("slots", "[1]"), "a mapping is wanted"),
    ],
)
def test_what_cannot_be_published_is_refused(
    site: Site, make: Make, source: str, said: str
) -> None:
    site.feature("shop", "from kernos.hooks import hookspecs\n" + source)
    with pytest.raises(PluginError) as caught:
        make()
    assert "shop (acme-shop 1.0.0)" in caught.value.what
    assert said in caught.value.what


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("hook kernos_cart_changed", PUBLISHER.replace("mail", "post")),
        ("slot 'mail'", hook("slots", "{'mail': int}")),
    ],
)
def test_two_publishers_of_one_name_are_both_named(
    site: Site, make: Make, what: str, said: str
) -> None:
    site.feature("shop", PUBLISHER)
    site.feature("stall", said)
    with pytest.raises(PluginError) as caught:
        make()
    assert f"The plugin stall (acme-stall 1.0.0) publishes the {what}" in caught.value.what
    assert "which shop (acme-shop 1.0.0) has published already" in caught.value.what
    assert caught.value.fix.startswith("KERNOS_DISABLE=stall")


def test_what_the_kernel_has_published_is_said_to_be_its_own(site: Site, make: Make) -> None:
    site.feature("shop", hook("slots", "{'json': int}"))
    with pytest.raises(PluginError, match="which the kernel has published already"):
        make()


def test_a_published_slot_is_filled_from_its_group(site: Site, make: Make) -> None:
    site.feature("shop", PUBLISHER)
    mailer = (
        "from acme_shop import Mailer\n@hookimpl\ndef kernos_provide_mail(app):\n    return {}"
    )
    site.component("mail", "smtp", mailer.format("Mailer()"))
    plugins = make(components={"mail": "smtp"}).plugins
    (built,) = plugins.build("mail")
    assert type(built).__name__ == "Mailer"
    assert plugins.choice("mail").rule == "code"
    assert make().plugins.choice("mail").rule == "only"


def test_a_published_slot_may_come_with_a_specification_of_its_own(site: Site, make: Make) -> None:
    own = "    @hookspec\n    def kernos_provide_mail(self, app): ...\n"
    site.feature("shop", PUBLISHER.replace("class Specs:\n", "class Specs:\n" + own))
    site.component("mail", "bad", "@hookimpl\ndef kernos_provide_mail(app):\n    return 3")
    with pytest.raises(PluginError, match="must be a Mailer"):
        make().plugins.build("mail")


def test_a_dropped_publisher_takes_its_hooks_and_slots_with_it(site: Site, make: Make) -> None:
    site.feature("shop", PUBLISHER)
    site.feature("other", NOTICE.format(hook="kernos_app_created", body=""))
    app = make()
    plugins = app.plugins
    plugins.unregister("shop")
    with pytest.raises(PluginError, match="no hook called"):
        plugins.call("kernos_cart_changed", cart=1)
    with pytest.raises(LookupError, match="no slot called 'mail'"):
        plugins.choice("mail")
    plugins.notify("kernos_app_created")
    assert app.seen == ["acme_other"]


def test_a_quarantined_publisher_leaves_no_hook(site: Site, make: Make, tmp_path: Path) -> None:
    site.feature("shop", PUBLISHER + "@hookimpl\ndef kernos_app_redy(app): ...")
    site.feature("a", USER.replace("@hookimpl", "@hookimpl(optionalhook=True)"))
    plugins = make(root_path=config(tmp_path, '[plugin.shop]\non_error = "quarantine"')).plugins
    assert [plugin.name for plugin in plugins.plugins()] == ["a"]
    with pytest.raises(PluginError, match="no hook called"):
        plugins.call("kernos_cart_price", cart=1)
