"""The shapes of views, hooks and handlers, as in ``kernos.typing``."""

from kernos.typing import AfterRequestCallable as AfterRequestCallable
from kernos.typing import AppOrBlueprintKey as AppOrBlueprintKey
from kernos.typing import BeforeFirstRequestCallable as BeforeFirstRequestCallable
from kernos.typing import BeforeRequestCallable as BeforeRequestCallable
from kernos.typing import ErrorHandlerCallable as ErrorHandlerCallable
from kernos.typing import HeadersValue as HeadersValue
from kernos.typing import HeaderValue as HeaderValue
from kernos.typing import ResponseClass as ResponseClass
from kernos.typing import ResponseReturnValue as ResponseReturnValue
from kernos.typing import ResponseValue as ResponseValue
from kernos.typing import RouteCallable as RouteCallable
from kernos.typing import ShellContextProcessorCallable as ShellContextProcessorCallable
from kernos.typing import TeardownCallable as TeardownCallable
from kernos.typing import TemplateContextProcessorCallable as TemplateContextProcessorCallable
from kernos.typing import TemplateFilterCallable as TemplateFilterCallable
from kernos.typing import TemplateGlobalCallable as TemplateGlobalCallable
from kernos.typing import TemplateTestCallable as TemplateTestCallable
from kernos.typing import URLDefaultCallable as URLDefaultCallable
from kernos.typing import URLValuePreprocessorCallable as URLValuePreprocessorCallable
