"""Flask's own ways of choosing a component: in a class, on an instance, by assignment."""

from __future__ import annotations

import typing as t

import pytest
from kernel_harness import call, make_app

import kernos
from kernos import Kernos
from kernos.app.components import Service
from kernos.contracts import JSONProvider
from kernos.errors import ComponentConflict, MissingComponent
from kernos.hooks import hookimpl
from kernos.testing.doubles import (
    EagerMemorySessions,
    MemoryJSON,
    MemoryRouter,
    MemorySessions,
    doubles,
)


class Tagged(MemoryJSON):
    """A provider whose answers say who wrote them."""

    tag = "tagged"

    def dumps(self, obj, **kwargs):
        return super().dumps({self.tag: obj}, **kwargs)


class Other(Tagged):
    tag = "other"


def say(app: Kernos) -> Kernos:
    app.add_url_rule("/", "index", lambda: [1])
    return app


def written(app: Kernos) -> str:
    """Return who wrote the JSON of a view, of the functions, and of the application."""
    answer = call(app).text
    with app.app_context():
        assert kernos.json.dumps([1]) == answer
    assert app.json.dumps([1]) == answer
    return answer


TAGGED, OTHER, PLAIN = '{"tagged": [1]}', '{"other": [1]}', "[1]"

# --- json ------------------------------------------------------------------------------


def test_a_provider_assigned_to_the_instance_is_used_at_once() -> None:
    app = say(make_app())
    assert written(app) == PLAIN
    app.json = Tagged(app)
    assert written(app) == TAGGED
    app.json = Other(app)
    assert written(app) == OTHER
    del app.json
    assert written(app) == PLAIN


def test_a_provider_class_in_a_subclass_makes_the_provider() -> None:
    class Mine(Kernos):
        json_provider_class = Tagged

    app = say(make_app(kind=Mine))
    assert written(app) == TAGGED
    assert app.json is app.json


def test_a_provider_class_on_the_instance_makes_the_provider_at_any_time() -> None:
    app = say(make_app())
    assert written(app) == PLAIN
    app.json_provider_class = Tagged
    assert written(app) == TAGGED
    app.json_provider_class = Other
    assert written(app) == OTHER
    del app.json_provider_class
    assert written(app) == PLAIN


def test_a_provider_class_patched_on_the_class_takes_effect_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = type("Mine", (Kernos,), {})
    app = say(make_app(kind=kind))
    assert written(app) == PLAIN
    monkeypatch.setattr(kind, "json_provider_class", Tagged, raising=False)
    assert written(app) == TAGGED


def test_a_provider_class_makes_one_provider_and_not_before_it_is_used() -> None:
    made: list[t.Any] = []

    class Counted(Tagged):
        def __init__(self, app: Kernos | None = None) -> None:
            super().__init__(app)
            made.append(self)

    app = say(make_app(kind=type("Mine", (Kernos,), {"json_provider_class": Counted})))
    app.freeze()
    assert app.has_component("json")
    assert made == []
    assert app.component("json") is app.json
    assert written(app) == TAGGED
    assert len(made) == 1


def test_a_provider_that_was_assigned_stays_though_the_class_is_patched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = type("Mine", (Kernos,), {})
    app = say(make_app(kind=kind))
    app.json = Other(app)
    assert written(app) == OTHER
    monkeypatch.setattr(kind, "json_provider_class", Tagged, raising=False)
    assert written(app) == OTHER
    app.json_provider_class = Tagged
    assert written(app) == TAGGED


def test_a_provider_made_by_a_subclasss_constructor_is_the_choice() -> None:
    class Mine(Kernos):
        def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().__init__(*args, **kwargs)
            self.json = Tagged(self)

    assert written(say(make_app(kind=Mine))) == TAGGED


def test_a_provider_as_a_class_attribute_is_the_choice() -> None:
    class Mine(Kernos):
        json = Tagged()

    assert written(say(make_app(kind=Mine))) == TAGGED


def test_a_class_attribute_left_at_the_frameworks_default_is_no_choice() -> None:
    class Framework(Kernos):
        json_provider_class = Other
        kernos_defaults: t.ClassVar[t.Mapping[str, object]] = {"json_provider_class": Other}

    assert written(say(make_app(kind=Framework))) == PLAIN

    class Application(Framework):
        json_provider_class = Tagged

    assert written(say(make_app(kind=Application))) == TAGGED


def test_flasks_way_wins_over_components() -> None:
    class Mine(Kernos):
        json_provider_class = Tagged

    assert written(say(make_app(kind=Mine, components=doubles(json=Other)))) == TAGGED


def test_flasks_way_settles_a_conflict() -> None:
    class Offer:
        @hookimpl
        def kernos_provide_json(self, app):
            return MemoryJSON(app)

    class Second(Offer):
        pass

    plugins = [Offer(), Second()]
    with pytest.raises(ComponentConflict):
        make_app(components=doubles(json=None), plugins=plugins).freeze()
    app = say(make_app(components=doubles(json=None), plugins=plugins))
    app.json = Tagged(app)
    assert written(app) == TAGGED


def test_flasks_way_fills_an_empty_slot() -> None:
    app = say(make_app(components={"routing": MemoryRouter}))
    app.json = Tagged(app)
    assert written(app) == TAGGED
    assert app.has_component("json") is True
    assert app.component("json") is app.json
    assert app.components_of("json") == [app.json]


def test_the_provider_knows_the_application_weakly() -> None:
    app = make_app()
    assert app.json._app.name == app.name
    assert isinstance(app.json, JSONProvider)


# --- sessions --------------------------------------------------------------------------


def test_an_interface_in_a_subclass_on_the_class_or_on_the_instance() -> None:
    mine, late, own = EagerMemorySessions(), MemorySessions(), EagerMemorySessions()
    kind = type("Mine", (Kernos,), {"session_interface": mine})
    app = make_app(kind=kind)
    app.add_url_rule("/", "index", lambda: str(dict(kernos.session)))
    assert app.session_interface is mine
    call(app)
    kind.session_interface = late
    assert app.session_interface is late
    app.session_interface = own
    assert app.session_interface is own
    assert app.component("sessions") is own
    del app.session_interface
    assert app.session_interface is late


def test_an_interface_patched_on_the_class_is_the_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = type("Mine", (Kernos,), {})
    app = make_app(kind=kind)
    patched = MemorySessions()
    monkeypatch.setattr(kind, "session_interface", patched, raising=False)

    @app.route("/")
    def index() -> str:
        kernos.session["a"] = 1
        return "x"

    call(app)
    assert len(patched.store) == 1


def test_the_services_read_on_the_class_are_descriptors() -> None:
    assert isinstance(Kernos.json, Service)
    assert isinstance(Kernos.router, Service)


# --- routing and others ----------------------------------------------------------------


def test_a_router_assigned_to_the_instance_serves() -> None:
    app = make_app()
    app.router = MemoryRouter(app)
    app.add_url_rule("/", "index", lambda: "x")
    assert app.component("routing") is app.router
    assert call(app).body == b"x"


def test_a_component_may_be_a_name_an_object_or_a_callable() -> None:
    made: list[Kernos] = []

    def factory(app: Kernos) -> Tagged:
        made.append(app)
        return Tagged(app)

    given = Tagged()
    assert make_app(components=doubles(json=given)).json is given
    app = make_app(components=doubles(json=factory))
    assert isinstance(app.json, Tagged)
    assert app.json is app.json
    assert made == [app]
    assert isinstance(make_app(components=doubles(json=Tagged)).json, Tagged)


@pytest.mark.parametrize("wrong", [object(), lambda app: None, lambda app: object()])
def test_a_component_that_does_not_meet_its_contract_is_refused(wrong: object) -> None:
    app = make_app(components=doubles(json=wrong))
    with pytest.raises(kernos.errors.PluginError, match="JSONProvider"):
        app.json


def test_a_choice_may_be_changed_after_the_constructor() -> None:
    app = make_app(components={"routing": MemoryRouter})
    with pytest.raises(MissingComponent):
        app.component("json")
    app.plugins.set_choice("json", Tagged)
    assert isinstance(app.component("json"), Tagged)


# --- a blueprint's own -----------------------------------------------------------------


def test_a_blueprint_has_its_own_json_and_a_nested_one_the_nearest() -> None:
    app = make_app()
    outer = kernos.Blueprint(
        "outer", __name__, url_prefix="/outer", components={"json": lambda app: Tagged(app)}
    )
    inner = kernos.Blueprint("inner", __name__, url_prefix="/inner")
    own = kernos.Blueprint("own", __name__, url_prefix="/own", components={"json": Other()})
    for part in (app, outer, inner, own):
        part.add_url_rule("/", "dict", lambda: [1])
        part.add_url_rule("/jsonify", "jsonify", lambda: kernos.jsonify([1]))
        part.add_url_rule("/dumps", "dumps", lambda: kernos.json.dumps([1]))
        part.add_url_rule("/read", "read", lambda: type(kernos.request.json_module).__name__)
        part.add_url_rule("/fails", "fails", lambda: kernos.abort(418))
    outer.register_blueprint(inner)
    outer.register_blueprint(own)
    outer.register_error_handler(418, lambda error: ([1], 418))
    app.register_blueprint(outer)
    places = {"": PLAIN, "/outer": TAGGED, "/outer/inner": TAGGED, "/outer/own": OTHER}
    for prefix, expected in places.items():
        for path in ("/", "/jsonify", "/dumps"):
            assert call(app, prefix + path).text == expected
    assert call(app, "/outer/fails").text == TAGGED
    assert call(app, "/outer/own/read").text == "Other"
    assert call(app, "/outer/nowhere").code == 404


def test_a_blueprints_component_is_one_for_each_application() -> None:
    blueprint = kernos.Blueprint("bp", __name__, components={"json": Tagged})
    one, two = make_app("one"), make_app("two")
    for app in (one, two):
        app.register_blueprint(blueprint)
    first, second = (app._blueprint_components["json", "bp"][0] for app in (one, two))
    assert first is not second
    assert first._app.name == "one"


def test_a_blueprint_may_choose_by_name_only_what_is_offered() -> None:
    app = make_app()
    with pytest.raises(MissingComponent, match="nobody"):
        app.register_blueprint(kernos.Blueprint("bp", __name__, components={"json": "nobody"}))
    assert app.blueprints == {}


def test_a_blueprints_template_engine_stands_before_the_applications() -> None:
    class Loud:
        suffixes = (".loud",)

        def __init__(self, app: Kernos | None = None) -> None:
            pass

        def from_string(self, source: str) -> t.Any:
            return Text(source.upper())

        def get_template(self, name: str) -> t.Any:
            return Text(f"loud {name}")

    class Text:
        def __init__(self, text: str) -> None:
            self.name, self.text = None, text

        def render(self, context: t.Any) -> str:
            return self.text

        def stream(self, context: t.Any) -> t.Iterator[str]:
            yield self.text

    app = make_app()
    app.component("templating").sources["a.txt"] = "quiet"
    blueprint = kernos.Blueprint("bp", __name__, url_prefix="/bp", components={"templating": Loud})
    for part in (app, blueprint):
        part.add_url_rule("/text", "text", lambda: kernos.render_template_string("x"))
        part.add_url_rule("/file", "file", lambda: kernos.render_template("a.txt"))
        part.add_url_rule("/loud", "loud", lambda: kernos.render_template("a.loud"))
    app.register_blueprint(blueprint)
    assert [call(app, f"/bp/{path}").text for path in ("text", "file", "loud")] == [
        "X",
        "quiet",
        "loud a.loud",
    ]
    assert call(app, "/text").text == "x"
    assert call(app, "/loud").code == 500
