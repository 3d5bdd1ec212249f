"""Routers with one fault each."""

from __future__ import annotations

import time
import typing as t

from planted_faults import PlantedFaults
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BuildError, RequestRedirect, ValidationError

from kernos import Kernos
from kernos.contracts import Router
from kernos.testing.conformance.routing import RouterKit
from kernos.testing.doubles import MemoryRouter, doubles
from kernos.testing.doubles.routing import MemoryRule


class Sound(RouterKit):
    others = doubles()
    component: type[t.Any] = MemoryRouter

    def make_router(self, app: Kernos) -> Router:
        return self.component(app)


FAULTS = PlantedFaults(Sound, "test_an_application_routes_by_it")


class Matching(MemoryRouter):
    """Looks at another request, or answers something else."""

    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        return environ

    def after(self, rule: MemoryRule, arguments: dict[str, t.Any]) -> t.Any:
        return rule, arguments

    def instead(self, error: HTTPException, environ: dict[str, t.Any]) -> t.Any:
        raise error

    def match(self, environ: t.Any) -> t.Any:
        environ = self.before(environ)
        try:
            rule, arguments = super().match(environ)
        except HTTPException as error:
            return self.instead(error, environ)
        return self.after(rule, arguments)


class Building(MemoryRouter):
    """Builds from other values, or another URL."""

    def before(self, values: dict[str, t.Any]) -> dict[str, t.Any]:
        return values

    def after(self, url: str, options: dict[str, t.Any]) -> str:
        return url

    def build(self, endpoint: t.Any, values: t.Any, **options: t.Any) -> str:
        return self.after(super().build(endpoint, self.before(values), **options), options)


class Adding(MemoryRouter):
    """Adds something else."""

    def added(self, rule: MemoryRule) -> None: ...

    def add(self, rule: str, endpoint: t.Any, methods: t.Any, **options: t.Any) -> t.Any:
        made = super().add(rule, endpoint, methods, **options)
        self.added(made)
        return made


# --- the table -------------------------------------------------------------------------------


@FAULTS.plant("test_it_is_a_router", "test_an_application_routes_by_it")
class CannotBuild:
    def __init__(self, app: Kernos) -> None:
        sound = self.sound = MemoryRouter(app)
        self.add, self.match, self.rules = sound.add, sound.match, sound.rules
        self.converters = sound.converters


@FAULTS.plant("test_a_rule_tells_what_it_was_added_with")
class ForgetsDefaults(Adding):
    def added(self, rule: MemoryRule) -> None:
        rule.defaults = {}


@FAULTS.plant("test_a_rule_tells_what_it_was_added_with")
class CountsNoDefaultsAsArguments(Adding):
    def added(self, rule: MemoryRule) -> None:
        rule.arguments -= set(rule.defaults)


@FAULTS.plant("test_rules_are_told_in_the_order_of_their_adding")
class SortsItsRules(MemoryRouter):
    def rules(self) -> t.Any:
        return tuple(sorted(self._rules, key=lambda one: one.rule))


@FAULTS.plant("test_an_unknown_converter_is_refused")
class TakesUnknownConvertersForText(MemoryRouter):
    def add(self, rule: str, endpoint: t.Any, methods: t.Any, **options: t.Any) -> t.Any:
        rule = rule.replace("no_such_converter:", "")
        return super().add(rule, endpoint, methods, **options)


@FAULTS.plant("test_an_unknown_converter_is_refused")
class KeepsWhatItRefused(MemoryRouter):
    def add(self, rule: str, endpoint: t.Any, methods: t.Any, **options: t.Any) -> t.Any:
        try:
            return super().add(rule, endpoint, methods, **options)
        except LookupError:
            super().add("/kept", endpoint, methods)
            raise


@FAULTS.plant("test_a_rule_without_a_slash_in_front_is_refused")
class AddsTheSlash(MemoryRouter):
    def add(self, rule: str, endpoint: t.Any, methods: t.Any, **options: t.Any) -> t.Any:
        return super().add("/" + rule.lstrip("/"), endpoint, methods, **options)


_CONVERTERS: dict[str, t.Any] = {}


@FAULTS.plant("test_two_routers_share_nothing")
class SharesConverters(MemoryRouter):
    def __init__(self, app: Kernos) -> None:
        super().__init__(app)
        _CONVERTERS.update(self.converters)
        self.converters = _CONVERTERS


# --- matching --------------------------------------------------------------------------------


@FAULTS.plant("test_a_path_gives_rule_and_arguments")
class KeepsArgumentsAsText(Matching):
    def after(self, rule: MemoryRule, arguments: dict[str, t.Any]) -> t.Any:
        if "y" in arguments:
            arguments["y"] = str(arguments["y"])
        return rule, arguments


@FAULTS.plant("test_a_path_gives_rule_and_arguments")
class DecodesLatin1(Matching):
    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        path = environ["PATH_INFO"]
        return {**environ, "PATH_INFO": path.encode().decode("latin1")}


@FAULTS.plant("test_what_no_rule_fits_is_not_found")
class IgnoresCase(Matching):
    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        return {**environ, "PATH_INFO": environ["PATH_INFO"].lower()}


@FAULTS.plant("test_what_no_rule_fits_is_not_found")
class IgnoresLastSlashes(Matching):
    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        path = environ["PATH_INFO"]
        return {**environ, "PATH_INFO": "/p" if path == "/p/" else path}


@FAULTS.plant("test_each_match_has_arguments_of_its_own")
class SharesArguments(Matching):
    def after(self, rule: t.Any, arguments: dict[str, t.Any]) -> t.Any:
        if arguments:
            return rule, arguments
        return rule, rule.__dict__.setdefault("shared", arguments)


@FAULTS.plant("test_the_method_chooses_and_the_others_are_told")
class TellsNoMethods(Matching):
    def instead(self, error: HTTPException, environ: dict[str, t.Any]) -> t.Any:
        if isinstance(error, MethodNotAllowed) and environ["REQUEST_METHOD"] == "DELETE":
            raise MethodNotAllowed
        raise error


@FAULTS.plant("test_the_method_chooses_and_the_others_are_told")
class AnswersHeadWithNothing(Matching):
    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        if environ["REQUEST_METHOD"] == "HEAD":
            raise MethodNotAllowed(valid_methods=["GET"])
        return environ


@FAULTS.plant(
    "test_the_method_chooses_and_the_others_are_told", "test_an_application_routes_by_it"
)
class FindsNothingForOtherMethods(Matching):
    def instead(self, error: HTTPException, environ: dict[str, t.Any]) -> t.Any:
        raise NotFound if isinstance(error, MethodNotAllowed) else error


@FAULTS.plant("test_a_rule_without_variables_wins_in_any_order")
class TakesTheFirstRule(MemoryRouter):
    def match(self, environ: t.Any) -> t.Any:
        for rule in self._rules:
            found = rule.match(environ["PATH_INFO"])
            if found is not None and environ["REQUEST_METHOD"] in (rule.methods or ()):
                return rule, found
        return super().match(environ)


@FAULTS.plant("test_defaults_are_arguments")
class LosesDefaults(Matching):
    def after(self, rule: MemoryRule, arguments: dict[str, t.Any]) -> t.Any:
        return rule, {name: arguments[name] for name in rule.pattern.groupindex}


class Redirecting(Matching):
    """Redirects to something else."""

    def url(self, url: str, environ: dict[str, t.Any]) -> str:
        raise NotImplementedError

    def instead(self, error: HTTPException, environ: dict[str, t.Any]) -> t.Any:
        if isinstance(error, RequestRedirect):
            raise RequestRedirect(self.url(error.new_url, environ))
        raise error


@FAULTS.plant("test_a_missing_slash_is_redirected_with_the_query")
class LosesTheQuery(Redirecting):
    def url(self, url: str, environ: dict[str, t.Any]) -> str:
        return url.partition("?")[0]


@FAULTS.plant("test_a_missing_slash_is_redirected_with_the_query")
class LosesThePrefix(Redirecting):
    def url(self, url: str, environ: dict[str, t.Any]) -> str:
        return url.removeprefix(environ["SCRIPT_NAME"])


@FAULTS.plant("test_a_redirect_stays_on_the_host")
class RedirectsToOtherHosts(Redirecting):
    def url(self, url: str, environ: dict[str, t.Any]) -> str:
        return environ["PATH_INFO"] + "/"


@FAULTS.plant("test_any_path_is_matched_or_an_http_error")
class RedirectsByBackslashes(Redirecting):
    def url(self, url: str, environ: dict[str, t.Any]) -> str:
        return "/" + url.replace("\\", "/").replace("/http:/", "/")


# --- converters ------------------------------------------------------------------------------


@FAULTS.plant("test_a_converter_of_the_applications_own_converts_both_ways")
class BuildsWithoutConverters(Adding):
    def added(self, rule: MemoryRule) -> None:
        for _, converter in rule.variables():
            if "Reversed" in type(converter).__name__:
                converter.to_url = str


@FAULTS.plant("test_a_text_that_a_converter_refuses_is_not_found")
class PassesRefusalsOn(Adding):
    def added(self, rule: MemoryRule) -> None:
        for _, converter in rule.variables():
            converter.to_python = self._louder(converter.to_python)

    def _louder(self, convert: t.Callable[[str], object]) -> t.Callable[[str], object]:
        def louder(value: str) -> object:
            try:
                return convert(value)
            except ValidationError as error:
                raise ArithmeticError from error

        return louder


@FAULTS.plant("test_an_error_of_a_converter_is_no_missing_page")
class HidesErrorsOfConverters(MemoryRouter):
    def match(self, environ: t.Any) -> t.Any:
        try:
            return super().match(environ)
        except ValueError as error:
            raise NotFound from error


@FAULTS.plant("test_a_converter_serves_the_rules_that_come_after_it")
class ConvertsByTheLatest(MemoryRouter):
    def match(self, environ: t.Any) -> t.Any:
        for rule in self._rules:
            for place, part in enumerate(rule.parts):
                if isinstance(part, tuple) and "<int:" in rule.rule:
                    rule.parts[place] = (part[0], self.converters["int"](None))
        return super().match(environ)


# --- building --------------------------------------------------------------------------------


@FAULTS.plant("test_what_is_left_over_becomes_the_query")
class DropsTheRest(Building):
    def after(self, url: str, options: dict[str, t.Any]) -> str:
        return url.partition("?")[0]


@FAULTS.plant(
    "test_host_scheme_and_prefix_come_from_the_request",
    "test_urls_of_many_threads_are_kept_apart",
)
class ForgetsThePort(Building):
    def after(self, url: str, options: dict[str, t.Any]) -> str:
        return url.replace(":81", "").replace("/root", "")


@FAULTS.plant("test_host_scheme_and_prefix_come_from_the_configuration_outside_one")
class ForgetsTheApplicationRoot(Building):
    def after(self, url: str, options: dict[str, t.Any]) -> str:
        return url if hasattr(options["ctx"], "request") else url.replace("/app", "")


@FAULTS.plant("test_the_rule_that_takes_method_and_values_is_built")
class BuildsTheFirstRule(MemoryRouter):
    def build(self, endpoint: t.Any, values: t.Any, **options: t.Any) -> str:
        if endpoint == "page" and options.get("method") == "POST":
            options["method"] = None
        return super().build(endpoint, values, **options)


@FAULTS.plant("test_what_cannot_be_built_is_a_build_error")
class RaisesLookupErrors(MemoryRouter):
    def build(self, endpoint: t.Any, values: t.Any, **options: t.Any) -> str:
        try:
            return super().build(endpoint, values, **options)
        except BuildError as error:
            raise KeyError(endpoint) from error


@FAULTS.plant("test_a_method_that_no_rule_takes_is_a_build_error")
class BuildsForAnyMethod(MemoryRouter):
    def build(self, endpoint: t.Any, values: t.Any, **options: t.Any) -> str:
        try:
            return super().build(endpoint, values, **options)
        except BuildError:
            return super().build(endpoint, values, **{**options, "method": None})


@FAULTS.plant("test_none_is_left_out_of_the_query_and_lists_repeat")
class WritesNone(Building):
    def before(self, values: dict[str, t.Any]) -> dict[str, t.Any]:
        return {name: "None" if value is None else value for name, value in values.items()}


@FAULTS.plant("test_none_is_left_out_of_the_query_and_lists_repeat")
class WritesListsAsText(Building):
    def before(self, values: dict[str, t.Any]) -> dict[str, t.Any]:
        return {n: str(value) if isinstance(value, list) else value for n, value in values.items()}


@FAULTS.plant("test_building_does_not_change_the_values")
class EatsValues(Building):
    def before(self, values: dict[str, t.Any]) -> dict[str, t.Any]:
        kept = dict(values)
        values.pop("q", None)
        return kept


@FAULTS.plant("test_a_url_that_was_built_is_matched")
class QuotesTwice(Building):
    def after(self, url: str, options: dict[str, t.Any]) -> str:
        return url.replace("%", "%25")


@FAULTS.plant("test_a_value_does_not_leave_its_place_in_a_url")
class QuotesNothing(Adding):
    def added(self, rule: MemoryRule) -> None:
        for _, converter in rule.variables():
            converter.to_url = str


# --- while it serves -------------------------------------------------------------------------


@FAULTS.plant("test_a_rule_added_later_is_matched_at_once")
class RemembersPaths(Matching):
    def match(self, environ: t.Any) -> t.Any:
        key = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        known = self.__dict__.setdefault("known", {})
        if key not in known:
            known[key] = super().match(environ)
        return known[key]


@FAULTS.plant("test_what_was_added_since_a_snapshot_is_taken_back")
class KeepsWhatWasTakenBack(MemoryRouter):
    def restore(self, snapshot: t.Any) -> None: ...


@FAULTS.plant("test_rules_are_added_while_other_threads_match")
class EmptiesTheTableToAdd(MemoryRouter):
    def add(self, rule: str, endpoint: t.Any, methods: t.Any, **options: t.Any) -> t.Any:
        former, self._rules = self._rules, []
        time.sleep(0)
        made = super().add(rule, endpoint, methods, **options)
        time.sleep(0)
        self._rules = [*former, made]
        return made


@FAULTS.plant("test_matches_of_many_threads_are_kept_apart")
class KeepsWhatItMatched(Matching):
    def after(self, rule: MemoryRule, arguments: dict[str, t.Any]) -> t.Any:
        self.found = rule, arguments
        time.sleep(0)
        return self.found


@FAULTS.plant("test_urls_of_many_threads_are_kept_apart")
class KeepsWhereItIs(MemoryRouter):
    def build(self, endpoint: t.Any, values: t.Any, **options: t.Any) -> str:
        self.ctx = options.pop("ctx")
        time.sleep(0)
        return super().build(endpoint, values, ctx=self.ctx, **options)


# --- hostile input ---------------------------------------------------------------------------


@FAULTS.plant("test_bytes_that_are_no_utf8_are_text_all_the_same")
class DecodesStrictly(Matching):
    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        environ["PATH_INFO"].encode("latin1").decode()
        return environ


@FAULTS.plant("test_any_path_is_matched_or_an_http_error")
class WantsASlash(Matching):
    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        if environ["PATH_INFO"][:1] not in ("", "/"):
            raise ValueError(environ["PATH_INFO"])
        return environ


@FAULTS.plant("test_an_empty_path_is_the_root")
class FindsNothingAtNothing(Matching):
    def before(self, environ: dict[str, t.Any]) -> dict[str, t.Any]:
        if not environ["PATH_INFO"]:
            raise NotFound
        return environ


@FAULTS.plant("test_a_path_that_could_be_cut_in_many_ways_is_soon_refused")
class TriesAllWays(MemoryRouter):
    """The double as it is."""
