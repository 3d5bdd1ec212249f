"""The shapes of views, hooks and handlers, as in ``kernos.typing``."""

from kernos.typing import (
    AfterRequestCallable as AfterRequestCallable,
    AppOrBlueprintKey as AppOrBlueprintKey,
    BeforeFirstRequestCallable as BeforeFirstRequestCallable,
    BeforeRequestCallable as BeforeRequestCallable,
    ErrorHandlerCallable as ErrorHandlerCallable,
    HeadersValue as HeadersValue,
    HeaderValue as HeaderValue,
    ResponseClass as ResponseClass,
    ResponseReturnValue as ResponseReturnValue,
    ResponseValue as ResponseValue,
    RouteCallable as RouteCallable,
    ShellContextProcessorCallable as ShellContextProcessorCallable,
    TeardownCallable as TeardownCallable,
    TemplateContextProcessorCallable as TemplateContextProcessorCallable,
    TemplateFilterCallable as TemplateFilterCallable,
    TemplateGlobalCallable as TemplateGlobalCallable,
    TemplateTestCallable as TemplateTestCallable,
    URLDefaultCallable as URLDefaultCallable,
    URLValuePreprocessorCallable as URLValuePreprocessorCallable,
)
