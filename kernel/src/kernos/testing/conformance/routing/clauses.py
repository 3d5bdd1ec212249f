"""What the contract of the ``routing`` slot says, clause by clause.

Sources: :mod:`kernos.contracts.routing`; Flask's pages "Quickstart", Routing, and "API", URL
Route Registrations.
"""

from __future__ import annotations

import typing as t
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BuildError, RequestRedirect
from werkzeug.test import create_environ

from kernos.blueprints import Blueprint
from kernos.contracts import Router, Rule
from kernos.globals import request
from kernos.helpers import url_for
from kernos.testing.conformance.routing.subject import Reversed, Subject

#: Text that may stand between two slashes of a path.
_segments = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1)


class Clauses(Subject):
    """The table, matching, converters, building; applications."""

    # --- the table ---------------------------------------------------------------------

    def test_it_is_a_router(self) -> None:
        assert isinstance(self.make_app().router, Router)

    def test_a_rule_tells_what_it_was_added_with(self) -> None:
        router = self.make_app().router
        rule = router.add("/p/<name>", "page", {"GET"}, defaults={"number": 1})
        assert isinstance(rule, Rule)
        assert rule.rule == "/p/<name>"
        assert rule.endpoint == "page"
        assert set(rule.methods or ()) == {"GET", "HEAD"}
        assert set(rule.arguments) == {"name", "number"}
        assert rule.defaults == {"number": 1}
        assert list(router.rules()) == [rule]

    def test_rules_are_told_in_the_order_of_their_adding(self) -> None:
        router = self.make_app().router
        for rule in ("/b", "/<x>", "/a", "/c/<int:x>"):
            router.add(rule, rule, {"GET"})
        assert [rule.rule for rule in router.rules()] == ["/b", "/<x>", "/a", "/c/<int:x>"]

    @pytest.mark.parametrize("rule", ["/<no_such_converter:x>", "/a/<no_such_converter:x>/b"])
    def test_an_unknown_converter_is_refused(self, rule: str) -> None:
        router = self.make_app().router
        with pytest.raises(LookupError, match="no_such_converter"):
            router.add(rule, "page", {"GET"})
        assert not list(router.rules())

    def test_a_rule_without_a_slash_in_front_is_refused(self) -> None:
        router = self.make_app().router
        with pytest.raises(ValueError, match="slash"):
            router.add("page", "page", {"GET"})
        assert not list(router.rules())

    def test_two_routers_share_nothing(self) -> None:
        one, other = self.make_app().router, self.make_app().router
        one.add("/p", "page", {"GET"})
        one.converters["reversed"] = Reversed
        assert not list(other.rules())
        assert "reversed" not in other.converters

    # --- matching ----------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("rule", "path", "arguments"),
        [
            ("/", "/", {}),
            ("/p", "/p", {}),
            ("/p/", "/p/", {}),
            ("/ž", "/ž", {}),
            ("/<x>", "/žluť", {"x": "žluť"}),
            ("/<string:x>", "/a b%", {"x": "a b%"}),
            ("/<int:x>", "/042", {"x": 42}),
            ("/<path:x>", "/a/b/c.txt", {"x": "a/b/c.txt"}),
            ("/a/<x>/b/<int:y>", "/a/1/b/2", {"x": "1", "y": 2}),
            ("/<x>.<int:y>", "/a.b.1", {"x": "a.b", "y": 1}),
        ],
    )
    def test_a_path_gives_rule_and_arguments(
        self, rule: str, path: str, arguments: dict[str, t.Any]
    ) -> None:
        app = self.make_app()
        added = app.router.add(rule, "page", {"GET"})
        found, values = app.router.match(create_environ(path))
        assert found is added
        assert values == arguments
        assert [type(value) for value in values.values()] == [
            type(value) for value in arguments.values()
        ]

    @pytest.mark.parametrize(
        ("rule", "path"),
        [
            ("/p", "/q"),
            ("/p", "/p/"),
            ("/p", "/P"),
            ("/p", "/p/q"),
            ("/<x>", "/"),
            ("/<x>", "/a/b"),
            ("/<int:x>", "/a"),
            ("/<int:x>", "/-1"),
            ("/<int:x>", "/" + "1" * 5000),
            ("/a/<int:x>", "/a/1a"),
        ],
    )
    def test_what_no_rule_fits_is_not_found(self, rule: str, path: str) -> None:
        app = self.make_app()
        app.router.add(rule, "page", {"GET"})
        with pytest.raises(NotFound):
            self.match(app, path)

    def test_each_match_has_arguments_of_its_own(self) -> None:
        app = self.make_app()
        app.router.add("/p", "page", {"GET"})
        self.match(app, "/p")[1]["x"] = 1
        assert self.match(app, "/p") == ("page", {})

    def test_the_method_chooses_and_the_others_are_told(self) -> None:
        app = self.make_app()
        app.router.add("/p", "get", {"GET"})
        app.router.add("/p", "post", {"POST", "PUT"})
        app.router.add("/all", "all", None)
        assert self.match(app, "/p")[0] == "get"
        assert self.match(app, "/p", "HEAD")[0] == "get"
        assert self.match(app, "/p", "PUT")[0] == "post"
        assert self.match(app, "/all", "BREW")[0] == "all"
        with pytest.raises(MethodNotAllowed) as caught:
            self.match(app, "/p", "DELETE")
        assert set(caught.value.valid_methods or ()) == {"GET", "HEAD", "POST", "PUT"}

    @pytest.mark.parametrize("first", ["/p/new", "/p/<name>"])
    def test_a_rule_without_variables_wins_in_any_order(self, first: str) -> None:
        app = self.make_app()
        for rule in (first, *{"/p/new", "/p/<name>"} - {first}):
            app.router.add(rule, rule, {"GET"})
        assert self.match(app, "/p/new") == ("/p/new", {})
        assert self.match(app, "/p/old") == ("/p/<name>", {"name": "old"})

    def test_defaults_are_arguments(self) -> None:
        app = self.make_app()
        app.router.add("/all", "all", {"GET"}, defaults={"page": 1})
        assert self.match(app, "/all") == ("all", {"page": 1})

    def test_a_missing_slash_is_redirected_with_the_query(self) -> None:
        app = self.make_app()
        app.router.add("/s/<x>/", "page", {"GET"})
        with pytest.raises(RequestRedirect) as caught:
            self.match(app, "/s/1", base_url="http://localhost/app", query_string="q=1")
        assert caught.value.code == 308
        url = urlsplit(caught.value.new_url)
        assert (url.netloc or "localhost", url.path, url.query) == (
            "localhost",
            "/app/s/1/",
            "q=1",
        )

    # --- converters ----------------------------------------------------------------------

    def test_a_converter_of_the_applications_own_converts_both_ways(self) -> None:
        app = self.make_app()
        app.router.converters["reversed"] = Reversed
        app.router.add("/<reversed:x>", "page", {"GET"})
        assert self.match(app, "/abc") == ("page", {"x": "cba"})
        with app.test_request_context():
            assert url_for("page", x="cba") == "/abc"

    def test_a_text_that_a_converter_refuses_is_not_found(self) -> None:
        app = self.make_app()
        app.router.converters["reversed"] = Reversed
        app.router.add("/<reversed:x>", "page", {"GET"})
        with pytest.raises(NotFound):
            self.match(app, "/a0")

    def test_an_error_of_a_converter_is_no_missing_page(self) -> None:
        app = self.make_app()
        app.router.converters["reversed"] = Reversed
        app.router.add("/<reversed:x>", "page", {"GET"})
        with pytest.raises(ValueError, match="a bug") as caught:
            self.match(app, "/bug")
        assert not isinstance(caught.value, HTTPException)

    def test_a_converter_serves_the_rules_that_come_after_it(self) -> None:
        app = self.make_app()
        app.router.add("/early/<int:x>", "early", {"GET"})
        app.router.converters["int"] = Reversed
        app.router.add("/late/<int:x>", "late", {"GET"})
        assert self.match(app, "/early/12") == ("early", {"x": 12})
        assert self.match(app, "/late/12") == ("late", {"x": "21"})

    # --- building ------------------------------------------------------------------------

    def test_what_is_left_over_becomes_the_query(self) -> None:
        app = self.make_app()
        app.router.add("/u/<name>", "user", {"GET"})
        ctx = app.test_request_context()
        url = app.router.build("user", {"name": "a/ž", "q": "a b"}, ctx=ctx)
        assert unquote(urlsplit(url).path) == "/u/a/ž"
        assert urlsplit(url).query == "q=a+b"

    def test_host_scheme_and_prefix_come_from_the_request(self) -> None:
        app = self.make_app()
        app.router.add("/p", "page", {"GET"})
        build = app.router.build
        ctx = app.test_request_context(base_url="http://example.org:81/app")
        assert build("page", {}, ctx=ctx) == "/app/p"
        assert build("page", {}, ctx=ctx, external=True) == "http://example.org:81/app/p"
        secure = build("page", {}, ctx=ctx, external=True, scheme="https")
        assert secure == "https://example.org:81/app/p"

    def test_host_scheme_and_prefix_come_from_the_configuration_outside_one(self) -> None:
        app = self.make_app()
        app.config.update(
            SERVER_NAME="example.org", APPLICATION_ROOT="/app", PREFERRED_URL_SCHEME="https"
        )
        app.router.add("/p", "page", {"GET"})
        built = app.router.build("page", {}, ctx=app.app_context(), external=True)
        assert built == "https://example.org/app/p"

    def test_the_rule_that_takes_method_and_values_is_built(self) -> None:
        app = self.make_app()
        app.router.add("/get", "page", {"GET"})
        app.router.add("/post", "page", {"POST"})
        app.router.add("/all", "all", {"GET"}, defaults={"number": 1})
        app.router.add("/all/<int:number>", "all", {"GET"})
        ctx = app.test_request_context()
        assert app.router.build("page", {}, ctx=ctx, method="POST") == "/post"
        assert app.router.build("all", {"number": 1}, ctx=ctx) == "/all"
        assert app.router.build("all", {"number": 2}, ctx=ctx) == "/all/2"

    @pytest.mark.parametrize(("endpoint", "values"), [("usr", {"name": "x"}), ("user", {})])
    def test_what_cannot_be_built_is_a_build_error(
        self, endpoint: str, values: dict[str, t.Any]
    ) -> None:
        app = self.make_app()
        app.router.add("/u/<name>", "user", {"GET"})
        with pytest.raises(BuildError) as caught:
            app.router.build(endpoint, values, ctx=app.test_request_context())
        assert caught.value.endpoint == endpoint

    @settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(_segments, st.integers(min_value=0))
    def test_a_url_that_was_built_is_matched(self, text: str, number: int) -> None:
        app = self.make_app()
        app.router.add("/<x>/in/<int:y>", "page", {"GET"})
        values = {"x": text, "y": number}
        path = app.router.build("page", values, ctx=app.test_request_context())
        environ = create_environ("/")
        environ["PATH_INFO"] = unquote(path, "latin1")
        assert app.router.match(environ)[1] == values

    def test_none_is_left_out_of_the_query_and_lists_repeat(self) -> None:
        app = self.make_app()
        app.router.add("/p", "page", {"GET"})
        ctx = app.test_request_context()
        url = app.router.build("page", {"none": None, "a": ["1", "2"], "b": "&="}, ctx=ctx)
        path, _, query = url.partition("?")
        assert (path, sorted(query.split("&"))) == ("/p", ["a=1", "a=2", "b=%26%3D"])

    def test_a_method_that_no_rule_takes_is_a_build_error(self) -> None:
        app = self.make_app()
        app.router.add("/get", "page", {"GET"})
        ctx = app.test_request_context()
        with pytest.raises(BuildError):
            app.router.build("page", {}, ctx=ctx, method="POST")

    def test_building_does_not_change_the_values(self) -> None:
        app = self.make_app()
        app.router.add("/u/<name>", "user", {"GET"})
        values = {"name": "x", "q": "1", "none": None}
        app.router.build("user", values, ctx=app.test_request_context())
        assert values == {"name": "x", "q": "1", "none": None}

    # --- while it serves -------------------------------------------------------------------

    def test_a_rule_added_later_is_matched_at_once(self) -> None:
        app = self.make_app()
        app.router.add("/<x>", "any", {"GET"})
        assert self.match(app, "/late")[0] == "any"
        app.router.add("/late", "late", {"GET"})
        assert self.match(app, "/late")[0] == "late"

    def test_what_was_added_since_a_snapshot_is_taken_back(self) -> None:
        app = self.make_app()
        router: t.Any = app.router
        if not hasattr(router, "snapshot"):
            pytest.skip("the router has no snapshot()")
        router.add("/kept", "kept", {"GET"})
        snapshot = router.snapshot()
        router.add("/gone", "gone", {"GET"})
        router.restore(snapshot)
        assert self.match(app, "/kept")[0] == "kept"
        assert [rule.rule for rule in router.rules()] == ["/kept"]
        with pytest.raises(NotFound):
            self.match(app, "/gone")
        router.add("/gone", "again", {"GET"})
        assert self.match(app, "/gone")[0] == "again"

    # --- in an application -------------------------------------------------------------------

    def test_an_application_routes_by_it(self) -> None:
        app = self.make_app()
        shop = Blueprint("shop", __name__, url_prefix="/shop")
        shop.add_url_rule(
            "/<int:number>", "item", lambda number: url_for(".item", number=number + 1)
        )
        app.register_blueprint(shop)
        app.add_url_rule("/where", "where", lambda: f"{request.endpoint} {request.url_rule}")
        client = app.test_client()
        assert client.get("/shop/1").text == "/shop/2"
        assert client.get("/where").text.startswith("where ")
        assert client.get("/shop/x").status_code == 404
        refused = client.post("/shop/1")
        assert refused.status_code == 405
        assert {"GET", "HEAD"} <= refused.allow.as_set(preserve_casing=True)


__all__ = ["Clauses"]
