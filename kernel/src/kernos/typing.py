"""The shapes that views, hooks and handlers take, as documented aliases."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from _typeshed.wsgi import (
        WSGIApplication as WSGIApplication,
        WSGIEnvironment as WSGIEnvironment,
    )
    from werkzeug.datastructures import Headers
    from werkzeug.sansio.response import Response

#: What the body of a response may be made of.
ResponseValue: t.TypeAlias = t.Union[
    "Response",
    str,
    bytes,
    list[t.Any],
    t.Mapping[str, t.Any],
    t.Iterator[str],
    t.Iterator[bytes],
    t.AsyncIterable[str],
    t.AsyncIterable[bytes],
]

HeaderValue: t.TypeAlias = t.Union[str, list[str], tuple[str, ...]]
HeadersValue: t.TypeAlias = t.Union[
    "Headers",
    t.Mapping[str, HeaderValue],
    t.Sequence[tuple[str, HeaderValue]],
]

#: What a view may return: a value, or a value with status and headers.
ResponseReturnValue: t.TypeAlias = t.Union[
    ResponseValue,
    tuple[ResponseValue, HeadersValue],
    tuple[ResponseValue, int],
    tuple[ResponseValue, int, HeadersValue],
    "WSGIApplication",
]

ResponseClass = t.TypeVar("ResponseClass", bound="Response")

AppOrBlueprintKey: t.TypeAlias = t.Optional[str]  # None means the application itself

AfterRequestCallable: t.TypeAlias = t.Union[
    t.Callable[[ResponseClass], ResponseClass],
    t.Callable[[ResponseClass], t.Awaitable[ResponseClass]],
]
BeforeFirstRequestCallable: t.TypeAlias = t.Union[
    t.Callable[[], None], t.Callable[[], t.Awaitable[None]]
]
BeforeRequestCallable: t.TypeAlias = t.Union[
    t.Callable[[], t.Optional[ResponseReturnValue]],
    t.Callable[[], t.Awaitable[t.Optional[ResponseReturnValue]]],
]
ShellContextProcessorCallable: t.TypeAlias = t.Callable[[], dict[str, t.Any]]
TeardownCallable: t.TypeAlias = t.Union[
    t.Callable[[t.Optional[BaseException]], None],
    t.Callable[[t.Optional[BaseException]], t.Awaitable[None]],
]
TemplateContextProcessorCallable: t.TypeAlias = t.Union[
    t.Callable[[], dict[str, t.Any]],
    t.Callable[[], t.Awaitable[dict[str, t.Any]]],
]
TemplateFilterCallable: t.TypeAlias = t.Callable[..., t.Any]
TemplateGlobalCallable: t.TypeAlias = t.Callable[..., t.Any]
TemplateTestCallable: t.TypeAlias = t.Callable[..., bool]
URLDefaultCallable: t.TypeAlias = t.Callable[[str, dict[str, t.Any]], None]
URLValuePreprocessorCallable: t.TypeAlias = t.Callable[
    [t.Optional[str], t.Optional[dict[str, t.Any]]], None
]

# The argument is the handler's own class of error; a Callable cannot say so.
ErrorHandlerCallable: t.TypeAlias = t.Union[
    t.Callable[[t.Any], ResponseReturnValue],
    t.Callable[[t.Any], t.Awaitable[ResponseReturnValue]],
]
RouteCallable: t.TypeAlias = t.Union[
    t.Callable[..., ResponseReturnValue],
    t.Callable[..., t.Awaitable[ResponseReturnValue]],
]
