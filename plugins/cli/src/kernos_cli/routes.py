"""``kernos routes``: which URL is answered by which endpoint."""

from __future__ import annotations

import typing as t

import click

import kernos
from kernos_cli.script import with_appcontext
from kernos_cli.tables import echo_table

if t.TYPE_CHECKING:
    from kernos.contracts import Rule

AUTOMATIC_METHODS = frozenset({"HEAD", "OPTIONS"})


class Row(t.NamedTuple):
    """One route, ready to print."""

    endpoint: str
    methods: tuple[str, ...]
    domain: str
    rule: str


@click.command("routes", short_help="Show the application's routes.")
@click.option(
    "--sort",
    "-s",
    type=click.Choice(("endpoint", "methods", "domain", "rule", "match")),
    default="endpoint",
    help="What to sort by; 'match' is the order in which rules are tried.",
)
@click.option("--all-methods", is_flag=True, help="Show HEAD and OPTIONS too.")
@with_appcontext
def routes_command(sort: str, all_methods: bool) -> None:
    """Show all routes with their endpoints and methods."""
    by_host, rules = _read_rules()
    if not rules:
        click.echo("No routes were registered.")
        return
    hidden = frozenset() if all_methods else AUTOMATIC_METHODS
    rows = [_make_row(rule, by_host, hidden) for rule in rules]
    if sort != "match":
        rows.sort(key=lambda row: getattr(row, sort))

    headers = ["Endpoint", "Methods", "Host" if by_host else "Subdomain", "Rule"]
    table = [[row.endpoint, ", ".join(row.methods), row.domain, row.rule] for row in rows]
    if not any(row.domain for row in rows):
        del headers[2]
        for line in table:
            del line[2]
    echo_table(headers, table)


def _read_rules() -> tuple[bool, list[Rule]]:
    """Return whether hosts are matched, and the rules, from the map if there is one."""
    app = kernos.current_app
    url_map = getattr(app, "url_map", None)
    if url_map is None:  # a router that is not Werkzeug's
        return False, list(app._first_component("routing").rules())
    return url_map.host_matching, list(url_map.iter_rules())


def _make_row(rule: Rule, by_host: bool, hidden: frozenset[str]) -> Row:
    return Row(
        endpoint=str(rule.endpoint),
        methods=tuple(sorted(set(rule.methods or ()) - hidden)),
        domain=getattr(rule, "host" if by_host else "subdomain", None) or "",
        rule=rule.rule,
    )
