"""Longer words for frequent mistakes, as in ``kernos.debughelpers``."""

from kernos.debughelpers import DebugFilesKeyError as DebugFilesKeyError
from kernos.debughelpers import FormDataRoutingRedirect as FormDataRoutingRedirect
from kernos.debughelpers import UnexpectedUnicodeError as UnexpectedUnicodeError
from kernos.debughelpers import attach_enctype_error_multidict as attach_enctype_error_multidict
