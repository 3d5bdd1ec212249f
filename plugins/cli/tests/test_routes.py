"""``kernos routes``."""

from __future__ import annotations

import types
import typing as t

import pytest
from click.testing import CliRunner

from kernos import Kernos
from kernos_cli import KernosGroup


def routes(app: Kernos, *args: str) -> list[str]:
    result = CliRunner().invoke(
        KernosGroup(create_app=lambda: app), ["routes", *args], catch_exceptions=False
    )
    assert result.exit_code == 0
    return result.output.splitlines()


@pytest.fixture
def shop(app: Kernos) -> Kernos:
    app.add_url_rule("/static/<path:filename>", endpoint="static")
    app.add_url_rule("/get_post/<int:x>/<int:y>", methods=["GET", "POST"], endpoint="yyy_get_post")
    app.add_url_rule("/zzz_post", methods=["POST"], endpoint="aaa_post")
    return app


def test_routes_stand_in_columns_by_endpoint(shop: Kernos) -> None:
    assert routes(shop) == [
        "Endpoint      Methods    Rule",
        "------------  ---------  -------------------------",
        "aaa_post      POST       /zzz_post",
        "static        GET        /static/<path:filename>",
        "yyy_get_post  GET, POST  /get_post/<int:x>/<int:y>",
    ]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("endpoint", ["aaa_post", "static", "yyy_get_post"]),
        ("methods", ["static", "yyy_get_post", "aaa_post"]),
        ("rule", ["yyy_get_post", "static", "aaa_post"]),
        ("match", None),
    ],
)
def test_routes_can_be_sorted(shop: Kernos, sort: str, order: list[str] | None) -> None:
    if order is None:
        order = [rule.endpoint for rule in shop.url_map.iter_rules()]

    assert [line.split()[0] for line in routes(shop, "-s", sort)[2:]] == order


def test_automatic_methods_are_shown_on_demand(shop: Kernos) -> None:
    assert "GET, HEAD, OPTIONS, POST" not in "\n".join(routes(shop))
    assert "GET, HEAD, OPTIONS, POST" in "\n".join(routes(shop, "--all-methods"))


def test_no_routes_are_said_in_words(app: Kernos) -> None:
    assert routes(app) == ["No routes were registered."]


@pytest.mark.parametrize(
    ("option", "arguments", "header"),
    [("subdomain", {}, "Subdomain"), ("host", {"host_matching": True}, "Host")],
)
def test_domains_have_a_column_where_there_are_some(
    option: str, arguments: dict[str, t.Any], header: str
) -> None:
    app = Kernos("tested", root_path="/", static_folder=None, **arguments)
    app.add_url_rule("/a", endpoint="second", **{option: "a.test"})
    app.add_url_rule("/b", endpoint="first", **{option: "b.test"})

    assert routes(app, "--sort", "domain") == [
        f"Endpoint  Methods  {header:9}  Rule".replace("Host       ", "Host    "),
        f"--------  -------  {'-' * max(6, len(header))}  ----",
        *(
            f"{endpoint:8}  GET      {domain:{max(6, len(header))}}  {rule}"
            for endpoint, domain, rule in [("second", "a.test", "/a"), ("first", "b.test", "/b")]
        ),
    ]


class PlainRouter:
    """A router with nothing of Werkzeug's: no map, rules without domains."""

    def __init__(self) -> None:
        self.converters: dict[str, t.Any] = {}
        self.held: list[types.SimpleNamespace] = []

    def add(self, rule: str, endpoint: str, methods: t.Any, **options: object) -> t.Any:
        made = types.SimpleNamespace(
            rule=rule, endpoint=endpoint, methods=methods, arguments=(), defaults=None
        )
        self.held.append(made)
        return made

    def match(self, environ: object) -> t.Any:
        raise NotImplementedError

    def build(self, endpoint: str, values: object, *, ctx: object, **options: object) -> str:
        raise NotImplementedError

    def rules(self) -> t.Any:
        return self.held


def test_any_router_that_meets_the_contract_can_be_shown() -> None:
    app = Kernos(
        "tested", root_path="/", static_folder=None, components={"routing": PlainRouter()}
    )
    app.add_url_rule("/b", endpoint="b", methods=["POST"], provide_automatic_options=False)
    app.add_url_rule("/a", endpoint="a", methods=["PUT"], provide_automatic_options=False)

    assert routes(app, "-s", "match")[2:] == [
        "b         POST     /b",
        "a         PUT      /a",
    ]
