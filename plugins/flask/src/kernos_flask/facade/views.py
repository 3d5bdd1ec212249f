"""Views made of classes, as in ``kernos.views``."""

from kernos.views import MethodView as MethodView
from kernos.views import View as View
from kernos.views import http_method_funcs as http_method_funcs

from .globals import current_app as current_app
from .globals import request as request
