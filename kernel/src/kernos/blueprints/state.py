"""One registration of a blueprint."""

from __future__ import annotations

import typing as t

from kernos.scaffold import _endpoint_from_view_func

if t.TYPE_CHECKING:
    from kernos import typing as kt
    from kernos.app import Kernos
    from kernos.blueprints.blueprint import Blueprint


class BlueprintSetupState:
    """One registration of a blueprint on an application; given to recorded functions."""

    def __init__(
        self,
        blueprint: Blueprint,
        app: Kernos,
        options: t.Any,
        first_registration: bool,
    ) -> None:
        self.app = app
        self.blueprint = blueprint
        self.options: dict[str, t.Any] = options
        #: False when the blueprint is registered a second time, under another name.
        self.first_registration = first_registration
        subdomain = options.get("subdomain")
        self.subdomain = blueprint.subdomain if subdomain is None else subdomain
        url_prefix = options.get("url_prefix")
        self.url_prefix = blueprint.url_prefix if url_prefix is None else url_prefix
        self.name: str = options.get("name", blueprint.name)
        self.name_prefix: str = options.get("name_prefix", "")
        self.url_defaults = {
            **blueprint.url_values_defaults,
            **options.get("url_defaults", {}),
        }

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: kt.RouteCallable | None = None,
        **options: t.Any,
    ) -> None:
        """Add a rule to the application, below the blueprint's prefix and name."""
        if self.url_prefix is not None:
            if rule:
                rule = f"{self.url_prefix.rstrip('/')}/{rule.lstrip('/')}"
            else:
                rule = self.url_prefix
        options.setdefault("subdomain", self.subdomain)
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)
        defaults = self.url_defaults
        if "defaults" in options:
            defaults = {**defaults, **options.pop("defaults")}
        self.app.add_url_rule(
            rule,
            f"{self.name_prefix}.{self.name}.{endpoint}".lstrip("."),
            view_func,
            defaults=defaults,
            **options,
        )


def nested_options(
    state: BlueprintSetupState, blueprint: Blueprint, inner: dict[str, t.Any], name: str
) -> dict[str, t.Any]:
    """Return the options of a nested blueprint: prefixes joined, subdomains stacked."""
    options = inner.copy()
    subdomain = options.get("subdomain")
    if subdomain is None:
        subdomain = blueprint.subdomain
    if state.subdomain is not None and subdomain is not None:
        options["subdomain"] = f"{subdomain}.{state.subdomain}"
    elif state.subdomain is not None or subdomain is not None:
        options["subdomain"] = subdomain if subdomain is not None else state.subdomain
    prefix = options.get("url_prefix")
    if prefix is None:
        prefix = blueprint.url_prefix
    if state.url_prefix is not None and prefix is not None:
        prefix = f"{state.url_prefix.rstrip('/')}/{prefix.lstrip('/')}"
    elif state.url_prefix is not None:
        prefix = state.url_prefix
    if prefix is not None:
        options["url_prefix"] = prefix
    options["name_prefix"] = name
    return options
