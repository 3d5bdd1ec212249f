"""The freeze: when it comes, what it refuses, and what stays live behind it."""

from __future__ import annotations

import threading
import typing as t

import pytest
from kernel_harness import call, environ, make_app

import kernos
from kernos import Blueprint, Kernos
from kernos.errors import ComponentConflict, ContributionConflict, MissingComponent, SetupError
from kernos.hooks import hookimpl
from kernos.testing.doubles import MemoryJSON, MemoryRouter, doubles


@pytest.fixture
def app() -> Kernos:
    app = make_app()
    app.add_url_rule("/", "index", lambda: "index")
    return app


def _start(status: str, headers: t.Any) -> None:
    pass


def test_the_application_is_not_frozen_by_building_it_or_looking_at_it(app: Kernos) -> None:
    with app.app_context(), app.test_request_context("/"):
        kernos.url_for("index")
        app.preprocess_request()
    app.test_client()
    assert app.got_first_request is False
    app.add_url_rule("/late", "late", lambda: "late")


@pytest.mark.parametrize("how", ["freeze", "__call__", "wsgi_app", "full_dispatch_request"])
def test_the_first_real_request_freezes(app: Kernos, how: str) -> None:
    if how == "freeze":
        app.freeze()
    elif how == "full_dispatch_request":
        with app.test_request_context("/"):
            assert app.full_dispatch_request().data == b"index"
    else:
        list(getattr(app, how)(environ("/"), _start))
    assert app.got_first_request is True
    with pytest.raises(SetupError):
        app.add_url_rule("/late", "late", lambda: "late")


# --- refused registrations -------------------------------------------------------------

APP_METHODS: dict[str, tuple[t.Any, ...]] = {
    "add_template_filter": (str.upper,),
    "add_template_global": (str.upper,),
    "add_template_test": (str.upper,),
    "add_url_rule": ("/x", "x", lambda: "x"),
    "after_request": (str.upper,),
    "before_request": (str.upper,),
    "context_processor": (dict,),
    "delete": ("/x",),
    "endpoint": ("x",),
    "errorhandler": (404,),
    "get": ("/x",),
    "patch": ("/x",),
    "post": ("/x",),
    "put": ("/x",),
    "register_blueprint": (Blueprint("never", __name__),),
    "register_error_handler": (404, str),
    "route": ("/x",),
    "shell_context_processor": (dict,),
    "teardown_appcontext": (str.upper,),
    "teardown_request": (str.upper,),
    "template_filter": (),
    "template_global": (),
    "template_test": (),
    "url_defaults": (str.upper,),
    "url_value_preprocessor": (str.upper,),
}


@pytest.mark.parametrize("name", sorted(APP_METHODS))
def test_a_registration_after_the_freeze_is_refused(app: Kernos, name: str) -> None:
    app.freeze()
    with pytest.raises(AssertionError, match=f"'{name}' can no longer be called") as caught:
        getattr(app, name)(*APP_METHODS[name])
    assert isinstance(caught.value, SetupError)
    assert caught.value.why
    assert caught.value.fix


BLUEPRINT_METHODS: dict[str, tuple[t.Any, ...]] = {
    **{
        name: arguments
        for name, arguments in APP_METHODS.items()
        if hasattr(Blueprint, name) and name != "register_blueprint"
    },
    "add_app_template_filter": (str.upper,),
    "add_app_template_global": (str.upper,),
    "add_app_template_test": (str.upper,),
    "after_app_request": (str.upper,),
    "app_context_processor": (dict,),
    "app_errorhandler": (404,),
    "app_template_filter": (),
    "app_template_global": (),
    "app_template_test": (),
    "app_url_defaults": (str.upper,),
    "app_url_value_preprocessor": (str.upper,),
    "before_app_request": (str.upper,),
    "record": (str.upper,),
    "record_once": (str.upper,),
    "register_blueprint": (Blueprint("inner", __name__),),
    "teardown_app_request": (str.upper,),
}


@pytest.mark.parametrize("name", sorted(BLUEPRINT_METHODS))
def test_a_blueprints_registration_after_its_own_is_refused(app: Kernos, name: str) -> None:
    blueprint = Blueprint("bp", __name__)
    app.register_blueprint(blueprint)
    with pytest.raises(AssertionError, match=f"'{name}' can no longer be called") as caught:
        getattr(blueprint, name)(*BLUEPRINT_METHODS[name])
    assert isinstance(caught.value, SetupError)
    assert "register_blueprint" in caught.value.fix


def test_a_decorator_taken_before_the_freeze_registers_nothing_after_it(app: Kernos) -> None:
    decorator = app.route("/late")
    app.freeze()
    with pytest.raises(SetupError):
        decorator(lambda: "late")


# --- live tables -----------------------------------------------------------------------


def test_tables_rewritten_after_the_freeze_are_seen_by_the_next_request(app: Kernos) -> None:
    assert call(app).body == b"index"
    app.view_functions["index"] = lambda: "rewritten"
    assert call(app).body == b"rewritten"
    app.before_request_funcs[None].append(lambda: None)
    app.before_request_funcs.setdefault(None, []).append(lambda: "before")
    assert call(app).body == b"before"
    del app.before_request_funcs[None][:]
    seen: list[str] = []
    app.after_request_funcs.setdefault(None, []).append(lambda r: seen.append("after") or r)
    app.teardown_request_funcs.setdefault(None, []).append(lambda e: seen.append("teardown"))
    app.teardown_appcontext_funcs.append(lambda e: seen.append("appcontext"))
    app.url_value_preprocessors.setdefault(None, []).append(lambda e, v: seen.append("values"))
    assert call(app).body == b"rewritten"
    assert seen == ["values", "after", "teardown", "appcontext"]
    app.error_handler_spec[None][404][kernos.app.HTTPException] = lambda e: "nowhere"
    assert call(app, "/x").body == b"nowhere"
    app.router.add("/x", "late", {"GET"})
    app.view_functions["late"] = lambda: "late"
    assert call(app, "/x").body == b"late"
    app.error_handler_spec.clear()
    app.config["TRAP_HTTP_EXCEPTIONS"] = True
    app.testing = True
    with pytest.raises(kernos.app.HTTPException):
        call(app, "/y")


def test_a_template_name_that_is_added_after_the_freeze_is_seen(app: Kernos) -> None:
    app.freeze()
    app.template_names.filters["twice"] = lambda value: value * 2
    with app.app_context():
        assert kernos.render_template_string("{x|twice}", x="a") == "aa"


# --- errors at the freeze --------------------------------------------------------------


class Twin:
    """A plugin whose offer or contribution collides with another's."""

    def __init__(self, value: object) -> None:
        self.value = value

    @hookimpl
    def kernos_register_json_types(self, app):
        return {int: self.value}


def test_an_error_at_the_freeze_reaches_the_caller_and_the_next_request_tries_again() -> None:
    tries: list[str] = []

    class Late:
        @hookimpl
        def kernos_register_middleware(self, app):
            tries.append("try")
            if len(tries) < 3:
                raise ValueError("not yet")
            return []

    app = make_app(plugins=[Late()])
    app.add_url_rule("/", "index", lambda: "index")
    app.register_error_handler(Exception, lambda error: "handled")
    for _ in range(2):
        with pytest.raises(kernos.errors.PluginError, match="not yet"):
            call(app)
        assert app.got_first_request is False
    app.add_url_rule("/more", "more", lambda: "more")
    assert call(app).body == b"index"
    assert call(app, "/more").body == b"more"
    assert len(tries) == 3


def test_a_ready_hook_that_fails_is_tried_again_by_the_next_request() -> None:
    tries: list[str] = []

    class Late:
        @hookimpl
        def kernos_app_ready(self, app):
            tries.append("try")
            if len(tries) < 2:
                raise ValueError("not yet")

    app = make_app(plugins=[Late()])
    app.add_url_rule("/", "index", lambda: "index")
    with pytest.raises(ValueError, match="not yet"):
        call(app)
    assert call(app).body == b"index"
    call(app)
    assert len(tries) == 2


def test_contributions_that_collide_are_reported_at_the_freeze_at_the_latest() -> None:
    class One:
        @hookimpl
        def kernos_register_config(self, app):
            return {"LIMIT": 1}

    class Two:
        @hookimpl
        def kernos_register_config(self, app):
            return {"LIMIT": 2}

    app = make_app(plugins=[One(), Two()])
    with pytest.raises(ContributionConflict, match="'LIMIT'") as caught:
        app.freeze()
    assert "One" in caught.value.what
    assert "Two" in caught.value.what


def test_two_plugins_in_code_that_offer_one_slot_are_a_conflict() -> None:
    class Offer:
        @hookimpl
        def kernos_provide_json(self, app):
            return MemoryJSON(app)

    class Other(Offer):
        pass

    components = doubles(json=None)
    app = make_app(components=components, plugins=[Offer()])
    assert isinstance(app.json, MemoryJSON)
    app = make_app(components=components, plugins=[Offer(), Other()])
    with pytest.raises(ComponentConflict):
        app.freeze()


def test_a_component_that_nobody_offers_is_reported_at_the_freeze() -> None:
    app = make_app(components={"routing": MemoryRouter, "json": "orjsn"})
    with pytest.raises(MissingComponent, match="orjsn"):
        app.freeze()


def test_a_slot_that_does_not_exist_is_reported_in_the_constructor() -> None:
    with pytest.raises(MissingComponent, match=r"(?s)jsn.*json"):
        make_app(components={"jsn": MemoryJSON})


# --- threads ---------------------------------------------------------------------------


def test_threads_that_come_together_freeze_once_and_wait_for_it() -> None:
    ready: list[str] = []
    served_before_ready: list[bool] = []
    started = threading.Barrier(4)

    class Slow:
        @hookimpl
        def kernos_app_ready(self, app):
            release.wait(5)
            ready.append("ready")

    release = threading.Event()
    app = make_app(plugins=[Slow()])

    @app.route("/")
    def index():
        served_before_ready.append(not ready)
        return "index"

    answers: list[bytes] = []

    def request() -> None:
        started.wait(5)
        answers.append(call(app).body)

    threads = [threading.Thread(target=request) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait(5)
    threading.Timer(0.05, release.set).start()
    for thread in threads:
        thread.join(10)
    assert answers == [b"index"] * 3
    assert ready == ["ready"]
    assert served_before_ready == [False] * 3


def test_a_ready_hook_may_send_a_request_itself() -> None:
    warmed: list[bytes] = []

    class Warm:
        @hookimpl
        def kernos_app_ready(self, app):
            warmed.append(call(app).body)

    app = make_app(plugins=[Warm()])
    app.add_url_rule("/", "index", lambda: "index")
    assert call(app).body == b"index"
    assert warmed == [b"index"]


def test_an_application_that_is_forked_tells_its_plugins_again() -> None:
    import os

    ready: list[int] = []

    class Plugin:
        @hookimpl
        def kernos_app_ready(self, app):
            ready.append(os.getpid())

    app = make_app(plugins=[Plugin()])
    app.add_url_rule("/", "index", lambda: "index")
    app.freeze()
    kernos.app.moments._forget_readiness()  # what a forked child runs first
    assert call(app).body == b"index"
    assert ready == [os.getpid()] * 2
