"""A router that tries one rule after the other."""

from __future__ import annotations

import re
import typing as t
import weakref
from urllib.parse import urlencode

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import (
    BuildError,
    IntegerConverter,
    PathConverter,
    RequestRedirect,
    UnicodeConverter,
    ValidationError,
)

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kernos.app import Kernos
    from kernos.ctx import AppContext, RequestContext

_PART = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


class Snapshot(t.NamedTuple):
    """What a router held at one moment."""

    rules: list[MemoryRule]
    converters: dict[str, t.Any]

    def without(self, rules: t.Iterable[MemoryRule]) -> Snapshot:
        """Return the same without some rules: restored, it has them forgotten."""
        gone = list(rules)
        kept = [one for one in self.rules if not any(one is other for other in gone)]
        return self._replace(rules=kept)


class MemoryRule:
    """One route: text and ``<name>`` or ``<converter:name>`` parts in turn."""

    def __init__(
        self,
        router: MemoryRouter,
        rule: str,
        endpoint: t.Any,
        methods: t.Collection[str] | None,
        *,
        defaults: t.Mapping[str, t.Any] | None = None,
        subdomain: str | None = None,
        host: str | None = None,
    ) -> None:
        if not rule.startswith("/"):
            raise ValueError(f"The rule {rule!r} does not start with a slash.")
        self.rule = rule
        self.endpoint = endpoint
        self.methods = None if methods is None else {*methods}
        if self.methods is not None and "GET" in self.methods:
            self.methods.add("HEAD")
        self.defaults = dict(defaults or {})
        # Kept and not looked at: this router knows one host.
        self.subdomain, self.host = subdomain, host
        self.parts: list[str | tuple[str, t.Any]] = []
        pattern = ""
        end = 0
        for found in _PART.finditer(rule):
            before, end = rule[end : found.start()], found.end()
            kind, name = found["converter"] or "default", found["name"]
            if kind not in router.converters:
                raise LookupError(f"The converter {kind!r} of {rule!r} is not known.")
            converter = router.converters[kind](None)
            self.parts += [before, (name, converter)]
            pattern += f"{re.escape(before)}(?P<{name}>{converter.regex})"
        self.parts.append(rule[end:])
        self.pattern = re.compile(pattern + re.escape(rule[end:]))
        self.arguments = {*self.defaults, *self.pattern.groupindex}

    def match(self, path: str) -> dict[str, t.Any] | None:
        """Return the arguments that a path holds, None if it is not this rule's."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        arguments = dict(self.defaults)
        try:
            for name, converter in self.variables():
                arguments[name] = converter.to_python(found[name])
        except ValidationError:
            return None
        return arguments

    def variables(self) -> t.Iterator[tuple[str, t.Any]]:
        """Yield the name and the converter of each part that varies."""
        for part in self.parts:
            if isinstance(part, tuple):
                yield part

    def fits(self, values: t.Mapping[str, t.Any], method: str | None) -> bool:
        """Tell whether a URL of this rule can be built."""
        if method is not None and self.methods is not None and method not in self.methods:
            return False
        if any(name not in values for name in self.pattern.groupindex):
            return False
        return all(values.get(name, value) == value for name, value in self.defaults.items())

    def build(self, values: t.Mapping[str, t.Any]) -> str:
        """Return the path, and what is left over as its query."""
        path = "".join(
            part if isinstance(part, str) else part[1].to_url(values[part[0]])
            for part in self.parts
        )
        rest = {
            name: value
            for name, value in values.items()
            if name not in self.arguments and value is not None
        }
        return f"{path}?{urlencode(rest, doseq=True)}" if rest else path


class MemoryRouter:
    """Keep rules in a list; one without variable parts goes before all others.

    Args:
        app: The application, whose configuration says what external URLs start with.
    """

    def __init__(self, app: Kernos) -> None:
        self._app = t.cast("Kernos", weakref.proxy(app))
        self._rules: list[MemoryRule] = []
        self.converters: t.MutableMapping[str, t.Any] = {
            "default": UnicodeConverter,
            "string": UnicodeConverter,
            "int": IntegerConverter,
            "path": PathConverter,
        }

    def add(
        self,
        rule: str,
        endpoint: t.Any,
        methods: t.Collection[str] | None,
        **options: t.Any,
    ) -> MemoryRule:
        """Add one route and return it; options are ``defaults``, ``subdomain``, ``host``."""
        added = MemoryRule(self, rule, endpoint, methods, **options)
        # Assigned, not appended: a thread that matches goes through the former list.
        self._rules = [*self._rules, added]
        return added

    def rules(self) -> t.Iterable[MemoryRule]:
        """Return the rules in the order in which they were added."""
        return tuple(self._rules)

    def snapshot(self) -> object:
        """Return the rules and the converters of this moment."""
        return Snapshot(self._rules, dict(self.converters))

    def restore(self, snapshot: t.Any) -> None:
        """Take back what was added since."""
        self._rules, converters = snapshot
        self.converters.clear()
        self.converters.update(converters)

    def match(self, environ: WSGIEnvironment) -> tuple[MemoryRule, dict[str, t.Any]]:
        """Return the rule that answers a request, and its arguments."""
        raw = environ.get("PATH_INFO", "")
        path = "/" + raw.encode("latin1").decode(errors="replace").lstrip("/")
        method = environ["REQUEST_METHOD"].upper()
        others: set[str] = set()
        for rule in sorted(self._rules, key=lambda one: bool(one.pattern.groupindex)):
            arguments = rule.match(path)
            if arguments is None:
                continue
            if rule.methods is None or method in rule.methods:
                return rule, arguments
            others |= rule.methods
        if others:
            raise MethodNotAllowed(valid_methods=sorted(others))
        if any(rule.match(path + "/") is not None for rule in self._rules):
            root, query = environ.get("SCRIPT_NAME", ""), environ.get("QUERY_STRING")
            raise RequestRedirect(f"{root}{path}/{'?' if query else ''}{query or ''}")
        raise NotFound

    def build(
        self,
        endpoint: t.Any,
        values: t.Mapping[str, t.Any],
        *,
        ctx: RequestContext | AppContext | None,
        method: str | None = None,
        scheme: str | None = None,
        external: bool | None = None,
    ) -> str:
        """Return the URL of an endpoint."""
        for rule in self._rules:
            if rule.endpoint == endpoint and rule.fits(values, method):
                path = rule.build(values)
                break
        else:
            raise BuildError(endpoint, values, method)
        request = getattr(ctx, "request", None)
        config = self._app.config
        root = config["APPLICATION_ROOT"] if request is None else request.root_path
        path = f"{root.rstrip('/')}{path}"
        if not external:
            return path
        if request is None:
            return f"{scheme or config['PREFERRED_URL_SCHEME']}://{config['SERVER_NAME']}{path}"
        return f"{scheme or request.scheme}://{request.host}{path}"
