"""The table that URLs are matched in: Werkzeug's rules of matching, without its waits.

Which rule wins, and when a slash is asked for, is Werkzeug's; a property test compares
the two. What differs is how: a part is matched in linear time (:mod:`parts`), and a
rule is added while other threads match, since every tuple here is replaced, never changed.
"""

from __future__ import annotations

import re
import typing as t
from collections import defaultdict

from werkzeug.routing import RequestPath, Rule, ValidationError
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect
from werkzeug.routing.matcher import StateMachineMatcher

from kernos_routing.parts import Part

if t.TYPE_CHECKING:
    from werkzeug.routing.rules import RulePart

_SLASHES = re.compile("/{2,}")

#: A rule that matched, and the texts of its arguments.
Found: t.TypeAlias = "tuple[Rule, t.Sequence[str]]"
#: The texts of the arguments in a part, and where it leads.
Step: t.TypeAlias = "tuple[t.Sequence[str], Node]"


class SlashMissing(Exception):
    """A rule matches the path with one more slash, and insists on it."""


class Node:
    """What can follow after some parts of a path."""

    __slots__ = ("dynamic", "rules", "static")

    def __init__(self) -> None:
        self.static: dict[str, Node] = {}
        self.dynamic: tuple[tuple[Part, Node], ...] = ()
        self.rules: tuple[Rule, ...] = ()

    def step(self, part: str) -> Step | None:
        """Return the texts of the first way that a part can go, and where it leads.

        None also where a way takes more than the part, or more than a glance.
        """
        child = self.static.get(part)
        if child is not None:
            return (), child
        for pattern, child in self.dynamic:
            if not pattern.isolated or (pattern.bound is not None and len(part) > pattern.bound):
                return None
            found = pattern.regex.match(part)
            if found is not None:
                return found.groups(), child
        return None


class Inquiry:
    """One search: what is asked for, and why rules on the way did not do."""

    __slots__ = ("allowed", "method", "parts", "websocket", "wrong_protocol")

    def __init__(self, parts: list[str], method: str, websocket: bool) -> None:
        self.parts = parts
        self.method = method
        self.websocket = websocket
        self.allowed: set[str] = set()
        self.wrong_protocol = False

    def first(self, rules: t.Iterable[Rule]) -> Rule | None:
        """Return the first rule that takes method and protocol; note why others do not."""
        for rule in rules:
            if rule.methods is not None and self.method not in rule.methods:
                self.allowed.update(rule.methods)
            elif rule.websocket != self.websocket:
                self.wrong_protocol = True
            else:
                return rule
        return None

    def with_slash(self, node: Node) -> Rule | None:
        """Return a rule that would match with a slash more, if it does not insist.

        Raises:
            SlashMissing: It does.
        """
        branch = node.static.get("")
        if branch is not None:
            for rule in branch.rules:
                if rule.websocket == self.websocket and (
                    rule.methods is None or self.method in rule.methods
                ):
                    if rule.strict_slashes:
                        raise SlashMissing
                    return rule
        return None


class RouteMatcher(StateMachineMatcher):
    """Match as Werkzeug does; safe to use while rules are added.

    Args:
        merge_slashes: Whether a path with repeated slashes is redirected.
    """

    def __init__(self, merge_slashes: bool) -> None:
        super().__init__(merge_slashes)
        self._top = Node()
        #: ``{domain: {path: rules}}``, for the paths where only rules without
        #: arguments and extras can match. Paths are as the WSGI environment has them.
        self.plain: defaultdict[str, dict[str, tuple[Rule, ...]]] = defaultdict(dict)
        self._special: set[tuple[str, str]] = set()
        #: ``{domain: {path: node}}``, where a path without arguments leads.
        self._heads: defaultdict[str, dict[str, Node]] = defaultdict(dict)

    def add(self, rule: Rule) -> None:
        """Add a bound rule. Calls must not overlap; matching may go on meanwhile."""
        domain, *rest = rule._parts
        node = self._top
        head: list[str] | None = []
        for part in rule._parts:
            if not part.static:
                node = _dynamic_child(node, part)
                head = None
                continue
            node = node.static.setdefault(part.content, Node())
            if head is not None:
                head.append(part.content)
                self._heads[head[0]]["/".join(head[1:])] = node
        node.rules = (*node.rules, rule)
        if all(part.static for part in rule._parts):
            self._add_plain(rule, domain.content, "/".join(part.content for part in rest))

    def update(self) -> None:
        """Do nothing: the order is always right."""

    def _add_plain(self, rule: Rule, domain: str, path: str) -> None:
        paths = self.plain[domain]
        try:
            raw = path.encode().decode("latin1")
        except UnicodeEncodeError:
            return
        special = (
            (domain, raw) in self._special
            or path != "/" + path.lstrip("/")  # a match never sees it so
            or rule.arguments
            or rule.redirect_to is not None
            or rule.alias
            or rule.websocket
        )
        if special:
            self._special.add((domain, raw))
            paths.pop(raw, None)
        else:
            paths[raw] = (*paths.get(raw, ()), rule)

    def match(
        self, domain: str, path: str, method: str, websocket: bool
    ) -> tuple[Rule, dict[str, t.Any]]:
        """Return the rule for a path, and its arguments.

        Raises:
            NoMatch: There is none; the error knows which methods would do.
            RequestPath: The path is written in another way.
            RequestAliasRedirect: The rule is an alias.
        """
        found = None if websocket else self._go_straight(domain, path, method)
        if found is None:
            found = self._search_all(Inquiry([domain, *path.split("/")], method, websocket), path)
        rule, texts = found
        try:
            arguments = convert(rule, texts)
        except ValidationError as error:
            inquiry = Inquiry([domain, *path.split("/")], method, websocket)
            self._search(inquiry)
            raise NoMatch(inquiry.allowed, inquiry.wrong_protocol) from error
        if rule.alias and rule.map.redirect_defaults:
            raise RequestAliasRedirect(arguments, rule.endpoint)
        return rule, arguments

    def _go_straight(self, domain: str, path: str, method: str) -> Found | None:
        """Take at each part the way that a search tries first, and turn back nowhere.

        Most requests are answered so, without an account of all the ways. What it comes to
        is what the search would find first; None leaves the search to be made.
        """
        # Most paths have their arguments at the end: one look leads past what is before.
        head, slash, last = path.rpartition("/")
        node = self._heads[domain].get(head) if slash else None
        step = self._go_through(domain, path) if node is None else node.step(last)
        if step is None:
            return None
        texts, node = step
        for rule in node.rules:
            if (rule.methods is None or method in rule.methods) and not rule.websocket:
                return rule, texts
        return None

    def _go_through(self, domain: str, path: str) -> Step | None:
        """Take at each part the way that a search tries first; None where there is none."""
        node = self._top.static.get(domain)
        if node is None:
            return None
        texts: list[str] = []
        for part in path.split("/"):
            step = node.step(part)
            if step is None:
                return None
            more, node = step
            texts += more
        return texts, node

    def _search_all(self, inquiry: Inquiry, path: str) -> Found:
        """Return what any way through the rules leads to.

        Raises:
            NoMatch: None does; the error knows which methods would do.
            RequestPath: The path is written in another way.
        """
        try:
            found = self._search(inquiry)
            # What has no repeated slashes is searched again for the order alone in which a set
            # has the methods that were noted twice, as Werkzeug notes them.
            if found is None and self.merge_slashes and ("//" in path or inquiry.allowed):
                path = _SLASHES.sub("/", path)
                inquiry.parts = [inquiry.parts[0], *path.split("/")]
                found = self._search(inquiry)
                if found is not None and found[0].merge_slashes is not False:
                    raise RequestPath(path)
                found = None
        except SlashMissing:
            raise RequestPath(f"{path}/") from None
        if found is None:
            raise NoMatch(inquiry.allowed, inquiry.wrong_protocol)
        return found

    def _search(self, inquiry: Inquiry) -> Found | None:
        return self._follow(self._top, inquiry, inquiry.parts, 0, [])

    def _follow(
        self, node: Node, inquiry: Inquiry, parts: list[str], at: int, texts: list[str]
    ) -> Found | None:
        last = len(parts) - 1
        while at < last and not node.dynamic:  # there is one way only
            child = node.static.get(parts[at])
            if child is None:
                return None
            node = child
            at += 1
        if at > last:
            rule = inquiry.first(node.rules) or inquiry.with_slash(node)
            return None if rule is None else (rule, texts)
        part = parts[at]
        child = node.static.get(part)
        if child is not None:
            found = self._follow(child, inquiry, parts, at + 1, texts)
            if found is not None:
                return found
        for pattern, child in node.dynamic:
            taken = pattern.match("/".join(parts[at:]) if pattern.final else part)
            if taken is None:
                continue
            more, slash = taken
            if slash:
                found = self._follow(child, inquiry, [""], 0, texts + more)
            else:
                end = last + 1 if pattern.final else at + 1
                found = self._follow(child, inquiry, parts, end, texts + more)
            if found is not None:
                return found
        if not part and at == last:
            rule = inquiry.first(rule for rule in node.rules if not rule.strict_slashes)
            return None if rule is None else (rule, texts)
        return None


def _dynamic_child(node: Node, part: RulePart) -> Node:
    for pattern, child in node.dynamic:
        if pattern.part == part:
            return child
    child = Node()
    entries = (*node.dynamic, (Part(part), child))
    node.dynamic = tuple(sorted(entries, key=lambda entry: entry[0].part.weight))
    return child


def convert(rule: Rule, texts: t.Sequence[str]) -> dict[str, t.Any]:
    """Return a rule's arguments: its values converted, its defaults added.

    Raises:
        ValidationError: A converter refuses its text.
    """
    arguments: dict[str, t.Any] = {}
    at = 0
    for name, converter in rule._converters.items():
        try:
            arguments[name] = converter.to_python(texts[at])
            at += 1
        except ValidationError:
            raise
        except SystemExit as error:  # a URL must not end the process
            raise RuntimeError(f"{_which(name, rule)} called exit.") from error
        except Exception as error:
            error.add_note(f"{_which(name, rule)} could not convert a text.")
            raise
    if rule.defaults:
        arguments.update(rule.defaults)
    return arguments


def _which(name: str, rule: Rule) -> str:
    return f"{type(rule._converters[name]).__name__} of {name!r} in the rule {rule.rule!r}"
