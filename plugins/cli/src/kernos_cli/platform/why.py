"""``kernos plugins why``: who contributed a thing, by which rule, and what it hides."""

from __future__ import annotations

import json
import re
import typing as t

import click

from kernos.hooks.sources import Source, list_hooks, list_sources, locate
from kernos_cli.platform.nearest import nearest, refuse_name
from kernos_cli.platform.records import read_records
from kernos_cli.platform.target import WRONG, Target, find_target
from kernos_cli.script import ScriptInfo, pass_script_info

_VARIABLE = re.compile(r"<[^>]*>")


@click.command("why", short_help="Tell where something comes from.")
@click.argument("thing")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@pass_script_info
@click.pass_context
def why_command(ctx: click.Context, info: ScriptInfo, *, thing: str, as_json: bool) -> None:
    """Tell who contributed THING, from which file and line, by which rule, hiding what.

    THING is a slot, a route, a URL (it starts with '/'), an endpoint, a converter, a filter,
    a test, a global, a command, a configuration key, a hook, a blueprint, an extension or a
    plugin. 'kind:name' asks for one kind alone, such as 'filter:upper'.
    """
    target = find_target(info)
    sources = list_sources(target.app)
    sources += [*_builtin(target, sources), *_commands(ctx)]
    found = _matching(thing, sources) or _answering(target, thing, sources)
    if not found:
        plugins = [one.name for one in read_records(target)]
        if thing in plugins:
            raise click.UsageError(f"{thing!r} is a plugin: kernos plugins show {thing}")
        hooks = list_hooks(target.app)
        if thing in hooks or f"kernos_{thing}" in hooks:
            click.echo("[]" if as_json else f"hook {thing}: nothing implements it")
            return
        _refuse(thing, sources, [*hooks, *plugins])
    if as_json:
        click.echo(json.dumps([one.to_dict() for one in found], indent=2))
    else:
        for one in found:
            _echo(one)
    ctx.exit(0 if target.complete else WRONG)


def _refuse(thing: str, sources: t.Sequence[Source], others: t.Sequence[str]) -> t.NoReturn:
    """Answer a thing that is not there with what is near to it, of its kind where it has one."""
    kind, colon, name = thing.partition(":")
    kinds = {one.kind for one in sources}
    routes = {_VARIABLE.sub("1", one.name): one.name for one in sources if one.kind == "route"}
    if thing.startswith("/") and nearest(thing, routes):
        near = " or ".join(repr(routes[one]) for one in nearest(thing, routes))
        raise click.UsageError(f"No route answers {thing!r}. Did you mean {near}?")
    if colon and kind in kinds:
        refuse_name(kind, name, [one.name for one in sources if one.kind == kind])
    if colon and nearest(kind, kinds):
        refuse_name("kind of thing", kind, kinds)
    known = [*(one.name for one in sources), *others]
    refuse_name("slot, route, command, hook or other thing", thing, known)


def _echo(one: Source) -> None:
    click.echo(f"{one.kind} {one.name}")
    lines = [("from", one.owner), ("at", one.place), ("through", one.hook), ("because", one.rule)]
    for title, text in lines:
        if text:
            click.echo(f"  {title + ':':<9}{text}")
    for hidden in one.displaced:
        click.echo(f"  {'hides:':<9}{hidden}")


def _matching(thing: str, sources: t.Sequence[Source]) -> list[Source]:
    kind, colon, rest = thing.partition(":")
    kinds = {one.kind for one in sources}
    if colon and kind in kinds:
        return [one for one in sources if one.kind == kind and one.name == rest]
    names = {thing, f"kernos_{thing}"}
    found = [one for one in sources if one.name in names]
    endpoint = f"endpoint {thing!r},"
    return found or [one for one in sources if one.rule.startswith(endpoint)]


def _answering(target: Target, url: str, sources: t.Sequence[Source]) -> list[Source]:
    """Return the route that answers a URL, as a GET or by whatever method it takes."""
    from werkzeug.exceptions import HTTPException, MethodNotAllowed
    from werkzeug.routing import RequestRedirect
    from werkzeug.test import create_environ

    if not url.startswith(("/", "http://", "https://")):
        return []
    host, path = _split(url)
    method = "GET"
    for _ in range(2):
        try:
            rule, _ = target.app._url_router.match(create_environ(path, host, method=method))
        except RequestRedirect as error:
            return [Source("url", url, "the router", rule=f"redirected to {error.new_url}")]
        except MethodNotAllowed as error:
            method = next(iter(error.valid_methods or ["GET"]))
        except HTTPException:
            return []
        else:
            said = f"endpoint {str(rule.endpoint)!r},"
            return [
                one
                for one in sources
                if one.kind == "route" and one.name == rule.rule and one.rule.startswith(said)
            ]
    return []


def _split(url: str) -> tuple[str | None, str]:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None, parts.path or "/"


def _builtin(target: Target, sources: t.Iterable[Source]) -> list[Source]:
    """The names that the template engine brings along, where the application has no own."""
    found = []
    taken = {(one.kind, one.name) for one in sources}
    try:
        engines = target.app._components_of("templating")
    except Exception:
        return []
    for engine in engines:
        env = getattr(engine, "jinja_env", None)
        for table in ("filters", "tests", "globals"):
            for name, thing in getattr(env, table, {}).items():
                if (table[:-1], name) not in taken:
                    owner = f"the engine {type(engine).__name__}"
                    found.append(Source(table[:-1], name, owner, *locate(thing)))
    return found


def _commands(ctx: click.Context) -> list[Source]:
    """The commands of the executable itself, which go before an application's."""
    group = ctx.find_root().command
    held = getattr(group, "commands", {})
    rule = "built in; it goes before a command of the application of that name"
    return [
        Source("command", name, "kernos-cli", *locate(one), rule=rule)
        for name, one in held.items()
    ]
