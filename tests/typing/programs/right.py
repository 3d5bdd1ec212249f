"""Implementations that type checkers let pass."""

from __future__ import annotations

import typing as t

from kernos import Kernos, Response
from kernos.contracts import JSONProvider
from kernos.hooks import hookimpl, hookspec, hookspecs

if t.TYPE_CHECKING:
    from kernos.ctx import RequestContext
    from kernos.typing import ResponseReturnValue


class Provider(JSONProvider):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return "{}"

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return None


@hookimpl(spec=hookspecs.kernos_provide_json)
def kernos_provide_json(app: Kernos) -> Provider:
    return Provider(app)


@hookimpl(spec=hookspecs.kernos_before_request, before="other", tryfirst=True)
def under_a_name_of_its_own(app: Kernos, ctx: RequestContext) -> ResponseReturnValue | None:
    return None if ctx.request.path == "/" else ("no", 404)


@hookimpl(spec=hookspecs.kernos_after_request, wrapper=True)
def around_the_others(
    app: Kernos, ctx: RequestContext, response: Response
) -> t.Generator[None, Response, Response]:
    answer = yield
    return answer


@hookimpl(spec=hookspecs.kernos_register_config)
def kernos_register_config(app: object) -> dict[str, object]:
    """Take more than is given, and return less than is asked for."""
    return {"GREETING": "hello"}


class AsAnObject:
    @hookimpl(spec=hookspecs.kernos_app_ready)
    def kernos_app_ready(self, app: Kernos) -> None: ...

    @hookimpl(spec=hookspecs.kernos_handle_exception)
    def kernos_handle_exception(
        self, app: Kernos, ctx: RequestContext, error: Exception
    ) -> str | None:
        return None


@hookspec(firstresult=True)
def acme_price(app: Kernos, article: str) -> int | None:
    """A hook that a plugin publishes."""


@hookimpl(spec=acme_price)
def asked(app: Kernos, article: str) -> int:
    return len(article)


@hookimpl
def kernos_app_created(app: Kernos) -> None: ...


@hookimpl(trylast=True)
def kernos_teardown_request(error: BaseException | None) -> None:
    """Take a part of the arguments: what the plain marker is for."""


# The decorated function is what it was, to whoever calls it.
created: None = kernos_app_created(Kernos("acme"))
price: int | None = asked(Kernos("acme"), "jar")
ready: None = AsAnObject().kernos_app_ready(Kernos("acme"))
