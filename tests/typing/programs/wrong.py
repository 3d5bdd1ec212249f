"""Implementations that type checkers refuse: each marked line is an error in both."""

from __future__ import annotations

import typing as t

from kernos import Kernos, Response
from kernos.contracts import JSONProvider
from kernos.hooks import hookimpl, hookspec, hookspecs

if t.TYPE_CHECKING:
    from kernos.ctx import RequestContext


@hookimpl(spec=hookspecs.kernos_provide_json)  # refused: the argument's name
def name_of_an_argument(application: Kernos) -> JSONProvider | None: ...


@hookimpl(spec=hookspecs.kernos_provide_json)  # refused: the argument's type
def type_of_an_argument(app: int) -> JSONProvider | None: ...


@hookimpl(spec=hookspecs.kernos_provide_json)  # refused: the result
def result(app: Kernos) -> str:
    return "json"


@hookimpl(spec=hookspecs.kernos_register_config, before="other")  # refused: the result
def result_of_a_collecting_hook(app: Kernos) -> list[str]:
    return []


@hookimpl(spec=hookspecs.kernos_after_request)  # refused: the second argument's type
def type_of_a_later_argument(app: Kernos, ctx: str, response: Response) -> Response | None: ...


@hookimpl(spec=hookspecs.kernos_after_request)  # refused: one argument too many
def one_too_many(
    app: Kernos, ctx: RequestContext, response: Response, now: float
) -> Response | None: ...


@hookimpl(spec=hookspecs.kernos_after_request, wrapper=True)  # refused: it does not yield
def no_generator(app: Kernos, ctx: RequestContext, response: Response) -> Response:
    return response


@hookspec
def acme_price(app: Kernos, article: str) -> int | None:
    """A hook that a plugin publishes."""


@hookimpl(spec=acme_price)  # refused: the result
def result_of_a_published_hook(app: Kernos, article: str) -> str:
    return article


class AsAnObject:
    @hookimpl(spec=hookspecs.kernos_app_ready)  # refused: the argument's name
    def name(self, application: Kernos) -> None: ...

    @hookimpl(spec=hookspecs.kernos_provide_json)  # refused: the result
    def result(self, app: Kernos) -> str:
        return "json"


hookimpl(spec=hookspecs.kernos_provide_jsn)  # refused: there is no such hook
hookimpl(specname=7)  # refused: no name
