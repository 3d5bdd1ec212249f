"""``kernos plugins show``, ``why``, ``order`` and ``conflicts``."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from acme_plugins import Broken, First, Second
from hand_made_site import Site

from kernos import Blueprint, Kernos
from kernos.errors import KernosError

Make = t.Callable[..., Kernos]
Invoke = t.Callable[..., t.Any]


@pytest.fixture
def shop(make_app: Make) -> t.Callable[[], Kernos]:
    def make() -> Kernos:
        app = make_app(First(), Second())
        app.config["OWN_URL"] = "the application's"
        app.add_template_filter(str.title, "own")
        bp = Blueprint("goods", __name__, url_prefix="/goods")
        bp.add_url_rule("/<int:number>", "one", one_good)
        app.register_blueprint(bp)
        app.add_url_rule("/", "home", home)
        app.extensions["acme"] = First()
        return app

    return make


def home() -> str:
    return "home"


def one_good(number: int) -> str:
    return str(number)


def told(done: t.Any) -> list[dict[str, t.Any]]:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("thing", "kind", "owner", "line_of"),
    [
        ("json", "slot", "stdlib (kernos-json 1.0.0)", None),
        ("FIRST_URL", "config", "acme.First (given in code)", First.kernos_register_config),
        ("OWN_URL", "config", "the application", None),
        ("APPLICATION_ROOT", "config", "the kernel", None),
        ("shout", "filter", "acme.First (given in code)", First.kernos_register_template_names),
        ("own", "filter", "the application", None),
        ("filter:upper", "filter", "the engine JinjaEngine", None),
        ("/goods/7", "route", "the application", one_good),
        ("/goods/<int:number>", "route", "the application", one_good),
        ("goods.one", "route", "the application", one_good),
        ("http://localhost/", "route", "the application", home),
        ("goods", "blueprint", "the application", None),
        ("int", "converter", "werkzeug (kernos-routing 1.0.0)", None),
        ("routes", "command", "kernos-cli", None),
        ("acme", "extension", "the application", None),
        ("before_request", "hook", "acme.First (given in code)", First.kernos_before_request),
    ],
)
def test_why_names_the_source_with_its_line(
    invoke: Invoke, shop: Make, thing: str, kind: str, owner: str, line_of: t.Any
) -> None:
    found = told(invoke("plugins", "why", thing, "--json", make=shop))[0]
    assert (found["kind"], found["owner"]) == (kind, owner)
    if line_of is not None:
        assert found["file"] == line_of.__code__.co_filename
        assert found["line"] == line_of.__code__.co_firstlineno


def test_why_tells_the_rule_and_what_is_hidden(invoke: Invoke, shop: Make) -> None:
    (slot,) = told(invoke("plugins", "why", "slot:json", "--json", make=shop))
    assert slot["rule"].startswith("2. chosen in the environment")
    (shared,) = told(invoke("plugins", "why", "SHARED_URL", "--json", make=shop))
    assert shared["displaced"] == ["acme.Second (given in code)"]
    assert shared["rule"] == "the first in the order of calling"
    (own,) = told(invoke("plugins", "why", "OWN_URL", "--json", make=shop))
    assert own["displaced"] == ["acme.First (given in code)"]


def test_why_tells_what_was_assigned_in_code(invoke: Invoke, make_app: Make) -> None:
    def make() -> Kernos:
        app = make_app()
        app.json = type("Mine", (type(app.json),), {})(app)
        return app

    (found,) = told(invoke("plugins", "why", "json", "--json", make=make))
    assert found["owner"] == "the application (Mine)"
    assert found["rule"].startswith("1. chosen in code")
    assert "stdlib (kernos-json 1.0.0)" in found["displaced"]


def test_why_prints_lines_for_people(invoke: Invoke, shop: Make) -> None:
    done = invoke("plugins", "why", "/goods/7", make=shop)
    assert done.stdout.splitlines()[0] == "route /goods/<int:number>"
    assert "because: endpoint 'goods.one', GET" in done.stdout


@pytest.mark.parametrize(
    ("args", "near"),
    [
        (("why", "jsn"), "'json'"),
        (("why", "shuot"), "'shout'"),
        (("why", "sesions"), "'sessions'"),
        (("why", "slot:jsn"), "'json'"),
        (("why", "/good/7"), "'/goods/<int:number>'"),
        (("why", "/goods/<int:numbr>"), "'/goods/<int:number>'"),
        (("why", "goods.oen"), "'goods'"),
        (("why", "converter:itn"), "'int'"),
        (("why", "filter:shuot"), "'shout'"),
        (("why", "filtre:shout"), "'filter'"),
        (("why", "test:defind"), "'defined'"),
        (("why", "command:rotes"), "'routes'"),
        (("why", "FRIST_URL"), "'FIRST_URL'"),
        (("why", "hook:kernos_befor_request"), "'kernos_before_request'"),
        (("why", "acme.Frist"), "'acme.First'"),
        (("show", "stdlb"), "'stdlib'"),
        (("show", "kernos-jsn"), "'kernos-json'"),
        (("order", "befor_request"), "'before_request'"),
        (("order", "kernos_ap_ready"), "'kernos_app_ready'"),
        (("disable", "stdlb"), "'stdlib'"),
        (("enable", "stdlb"), "'stdlib'"),
        (("lok",), "'lock'"),
        (("new", "acme", "--slot", "jsno"), "'json'"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(
    invoke: Invoke, shop: Make, args: tuple[str, ...], near: str
) -> None:
    done = invoke("plugins", *args, make=shop)
    assert done.exit_code == 2
    assert near in done.stderr


@pytest.mark.parametrize(
    ("args", "near"),
    [
        (("doctor", "--ignore", "K-7"), "'K-077'"),
        (("doctor", "--ignor", "K-077"), "'--ignore'"),
        (("rotes",), "'routes'"),
        (("run", "--server", "gunicron"), "'gunicorn'"),
    ],
)
def test_other_commands_answer_with_the_nearest_too(
    invoke: Invoke, shop: Make, args: tuple[str, ...], near: str
) -> None:
    done = invoke(*args, make=shop)
    assert done.exit_code == 2
    assert near in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "near"),
    [
        ("KERNOS_COMPONENTS", "jsn=orjson", "json"),
        ("KERNOS_COMPONENTS", "json=stdlb", "json=stdlib"),
        ("KERNOS_PLUGINS", "convertrs", "converters"),
    ],
)
def test_a_misspelt_setting_is_answered_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, near: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(KernosError) as caught:
        Kernos("acme_shop").freeze()
    assert near in caught.value.fix


def test_a_broken_plugin_takes_a_line_and_its_traceback_is_shown_where_it_is_asked_for(
    tmp_path: Path,
) -> None:
    site = Site(tmp_path)
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    (site.work / "mine.py").write_text("from kernos import Kernos\napp = Kernos(__name__)\n")
    for args in (("plugins", "order", "app_ready"), ("doctor",), ("plugins", "why", "json")):
        done = site.run("--app", "mine", *args)
        assert "ValueError: torn apart" in done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) == 2
    assert "Traceback" in site.run("--app", "mine", "plugins", "show", "torn").stdout


def test_order_tells_the_reason_of_each_place(invoke: Invoke, shop: Make) -> None:
    rows = told(invoke("plugins", "order", "before_request", "--json", make=shop))
    assert [row["owner"] for row in rows] == [
        "acme.First (given in code)",
        "acme.Second (given in code)",
    ]
    done = invoke("plugins", "order", "kernos_before_request", make=shop)
    assert done.stdout.startswith(" 1. acme.First")


def test_order_of_a_hook_that_nobody_implements_is_empty(invoke: Invoke) -> None:
    done = invoke("plugins", "order", "app_ready")
    assert (done.exit_code, done.stdout) == (0, "Nothing implements kernos_app_ready.\n")


def test_conflicts_name_both_sources_and_change_the_exit_status(
    invoke: Invoke, shop: Make, make_app: Make
) -> None:
    done = invoke("plugins", "conflicts", "--json", make=shop)
    assert done.exit_code == 1
    (row,) = json.loads(done.stdout)
    assert (row["kind"], row["name"]) == ("config", "SHARED_URL")
    assert row["sources"] == ["acme.First (given in code)", "acme.Second (given in code)"]
    assert invoke("plugins", "conflicts", make=make_app).exit_code == 0


def test_conflicts_tell_of_a_slot_that_nothing_decides(invoke: Invoke, shop: Make) -> None:
    done = invoke("plugins", "conflicts", KERNOS_COMPONENTS="json=nothing")
    assert done.exit_code == 1
    assert "Nothing called 'nothing' is installed for the slot 'json'" in done.stdout


def test_a_route_that_another_hides_is_a_conflict(invoke: Invoke, make_app: Make) -> None:
    def make() -> Kernos:
        app = make_app()
        app.add_url_rule("/<int:a>", "first", home)
        app.add_url_rule("/<int:b>", "second", one_good)
        return app

    done = invoke("plugins", "conflicts", make=make)
    assert done.exit_code == 1
    assert "route '/<int:b>': hidden by the endpoint 'first'" in done.stdout


def test_show_tells_what_a_plugin_adds(invoke: Invoke, shop: Make) -> None:
    (record,) = told(invoke("plugins", "show", "acme.First", "--json", make=shop))
    assert record["state"] == "active"
    assert {one["name"] for one in record["contributes"]} >= {"FIRST_URL", "shout"}
    (record,) = told(invoke("plugins", "show", "kernos-json", "--json", make=shop))
    assert (record["name"], record["slot"]) == ("stdlib", "json")
    text = invoke("plugins", "show", "kernos-json:stdlib", make=shop).stdout
    assert "state:    active" in text
    assert " ms\n" in text


def test_commands_work_when_a_plugin_is_broken(invoke: Invoke, make_app: Make) -> None:
    def make() -> Kernos:
        return make_app(First(), Broken())

    for args in (("why", "shout"), ("order", "before_request"), ("show", "stdlib"), ("list",)):
        assert invoke("plugins", *args, make=make).exit_code == 0


def test_commands_work_when_the_application_is_broken_and_say_so(invoke: Invoke) -> None:
    def make() -> Kernos:
        raise RuntimeError("no kiln")

    done = invoke("plugins", "why", "json", make=make)
    assert done.exit_code == 1
    assert "no kiln" in done.stderr
    assert "stdlib (kernos-json 1.0.0)" in done.stdout


def test_without_an_application_the_environment_tells(invoke: Invoke) -> None:
    (slot,) = told(invoke("plugins", "why", "sessions", "--json"))
    assert slot["owner"] == "cookie (kernos-sessions 1.0.0)"


@pytest.mark.parametrize(
    "setting", ["json=nothing", "nonsense", "routing=nothing", "sessions=nothing"]
)
def test_commands_work_when_the_settings_are_broken_and_say_so(
    invoke: Invoke, setting: str
) -> None:
    for args in (("show", "stdlib"), ("why", "sessions"), ("order", "app_ready")):
        done = invoke("plugins", *args, KERNOS_COMPONENTS=setting)
        assert done.exit_code in (0, 1), done.output
        assert not isinstance(done.exception, AssertionError)
    done = invoke("plugins", "conflicts", KERNOS_COMPONENTS=setting)
    assert done.exit_code == 1
