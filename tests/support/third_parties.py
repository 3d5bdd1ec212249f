"""Distributions as strangers write them, one for each slot and one feature plugin.

They are written from the contracts alone, and each leaves a mark in what it does, so that a
test can tell who answered.
"""

from __future__ import annotations

import typing as t


class Source(t.NamedTuple):
    """The source of one distribution."""

    name: str
    group: str
    entry: str
    files: dict[str, str]

    @property
    def entry_points(self) -> dict[str, dict[str, str]]:
        """Return what its metadata says it offers."""
        package = next(iter(self.files)).split("/")[0]
        return {self.group: {self.entry: f"{package}.plugin"}}


JSON = Source(
    "acme-json",
    "kernos.json",
    "acme",
    {
        "acme_json/__init__.py": "",
        "acme_json/plugin.py": """
            import json

            from kernos.contracts import JSONProvider
            from kernos.hooks import hookimpl


            class AcmeJSON(JSONProvider):
                def dumps(self, obj, **kwargs):
                    return json.dumps({"acme": obj})

                def loads(self, s, **kwargs):
                    return json.loads(s)["acme"]


            @hookimpl
            def kernos_provide_json(app):
                return AcmeJSON(app)
        """,
    },
)

SESSIONS = Source(
    "acme-sessions",
    "kernos.sessions",
    "memory",
    {
        "acme_sessions/__init__.py": "",
        "acme_sessions/plugin.py": """
            import secrets

            from kernos.contracts import SessionInterface
            from kernos.contracts import SessionMixin
            from kernos.hooks import hookimpl


            class MemorySession(dict, SessionMixin):
                key = None


            class MemorySessions(SessionInterface):
                def __init__(self):
                    self.kept = {}

                def open_session(self, app, request):
                    key = request.cookies.get("acme")
                    session = MemorySession(self.kept.get(key, {}))
                    session.key = key if key in self.kept else secrets.token_hex()
                    return session

                def save_session(self, app, session, response):
                    if session:
                        self.kept[session.key] = dict(session)
                        response.set_cookie("acme", session.key, httponly=True)


            @hookimpl
            def kernos_provide_sessions(app):
                return MemorySessions()
        """,
    },
)

ROUTING = Source(
    "acme-routing",
    "kernos.routing",
    "exact",
    {
        "acme_routing/__init__.py": "",
        "acme_routing/plugin.py": """
            import re
            from urllib.parse import quote

            from kernos.hooks import hookimpl
            from werkzeug.exceptions import MethodNotAllowed
            from werkzeug.exceptions import NotFound
            from werkzeug.routing import BuildError


            PART = re.compile(r"<(\\w+:)?(\\w+)>")


            class AcmeRule:
                def __init__(self, rule, endpoint, methods, defaults=None, **options):
                    self.rule = rule
                    self.endpoint = endpoint
                    self.methods = None if methods is None else set(methods) | {"HEAD"}
                    self.defaults = defaults
                    self.arguments = {found[2] for found in PART.finditer(rule)}
                    self.matches = re.compile(re.sub(PART, self.pattern, rule)).fullmatch

                def pattern(self, found):
                    piece = ".+" if found[1] == "path:" else "[^/]+"
                    return f"(?P<{found[2]}>{piece})"


            class AcmeRouter:
                def __init__(self):
                    self.converters = {}
                    self.table = []

                def add(self, rule, endpoint, methods, **options):
                    self.table.append(AcmeRule(rule, endpoint, methods, **options))
                    return self.table[-1]

                def match(self, environ):
                    allowed = set()
                    for rule in self.table:
                        found = rule.matches(environ["PATH_INFO"])
                        if found and (
                            rule.methods is None or environ["REQUEST_METHOD"] in rule.methods
                        ):
                            return rule, {**(rule.defaults or {}), **found.groupdict()}
                        if found:
                            allowed |= rule.methods
                    if allowed:
                        raise MethodNotAllowed(sorted(allowed))
                    raise NotFound("acme looked everywhere")

                def build(self, endpoint, values, *, ctx, **options):
                    for rule in self.table:
                        if rule.endpoint == endpoint and rule.arguments <= set(values):
                            fill = lambda found: quote(str(values[found[2]]))
                            return PART.sub(fill, rule.rule) + "#acme"
                    raise BuildError(endpoint, values, None)

                def rules(self):
                    return list(self.table)


            @hookimpl
            def kernos_provide_routing(app):
                return AcmeRouter()
        """,
    },
)

TEMPLATING = Source(
    "acme-templating",
    "kernos.templating",
    "dollars",
    {
        "acme_templating/__init__.py": "",
        "acme_templating/plugin.py": """
            import os
            import string

            from kernos.contracts.templating import template_folders
            from kernos.hooks import hookimpl


            class DollarTemplate:
                def __init__(self, name, source):
                    self.name = name
                    self.template = string.Template(source)

                def render(self, context):
                    return "acme: " + self.template.safe_substitute(context)

                def stream(self, context):
                    yield self.render(context)


            class Dollars:
                suffixes = (".dollar",)

                def __init__(self, app):
                    self.app = app

                def get_template(self, name):
                    folders = template_folders(self.app)
                    for folder in folders:
                        path = os.path.join(folder, name)
                        if os.path.isfile(path):
                            with open(path, encoding="utf-8") as file:
                                return DollarTemplate(name, file.read())
                    raise LookupError(f"no {name!r} in {folders}")

                def from_string(self, source):
                    return DollarTemplate(None, source)


            @hookimpl
            def kernos_provide_templating(app):
                return Dollars(app)
        """,
    },
)

CLI = Source(
    "acme-cli",
    "kernos.cli",
    "plain",
    {
        "acme_cli/__init__.py": "",
        "acme_cli/plugin.py": """
            import contextlib
            import io

            from kernos.hooks import hookimpl


            class Group:
                def __init__(self, name):
                    self.name = name
                    self.commands = {}

                def command(self, name):
                    def keep(function):
                        self.commands[name] = function
                        return function
                    return keep

                def add_command(self, command, name=None):
                    self.commands[name or command.name] = command


            class Result:
                def __init__(self, output):
                    self.output = output
                    self.exit_code = 0


            class Runner:
                def __init__(self, app):
                    self.app = app

                def invoke(self, args):
                    with contextlib.redirect_stdout(io.StringIO()) as out:
                        with self.app.app_context():
                            self.app.cli.commands[args[0]]()
                    return Result("acme: " + out.getvalue())


            class Plain:
                def group(self, name):
                    return Group(name)

                def runner(self, app, **options):
                    return Runner(app)

                def main(self, app, args):
                    return Runner(app).invoke(args)


            @hookimpl
            def kernos_provide_cli(app):
                return Plain()
        """,
    },
)

FEATURE = Source(
    "acme-feature",
    "kernos.plugins",
    "greetings",
    {
        "acme_feature/__init__.py": "",
        "acme_feature/plugin.py": """
            from kernos import Blueprint
            from kernos.hooks import hookimpl
            from werkzeug.routing import BaseConverter

            pages = Blueprint("greetings", __name__, url_prefix="/greetings")


            class Loud(BaseConverter):
                def to_python(self, value):
                    return value.upper()


            @pages.get("/<loud:name>")
            def greet(name):
                return f"acme: HELLO {name}"


            @hookimpl
            def kernos_register_converters():
                return {"loud": Loud}


            @hookimpl
            def kernos_register_blueprints():
                return [pages]


            @hookimpl
            def kernos_register_config():
                return {"ACME_SETTING": 5}


            @hookimpl
            def kernos_after_request(response):
                response.headers["X-Acme"] = "yes"
        """,
    },
)

EACH = {
    source.group.removeprefix("kernos."): source
    for source in (JSON, SESSIONS, ROUTING, TEMPLATING, CLI, FEATURE)
}
