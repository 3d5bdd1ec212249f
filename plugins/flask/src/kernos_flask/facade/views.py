"""Views made of classes, as in ``kernos.views``."""

from kernos.views import (
    MethodView as MethodView,
    View as View,
    http_method_funcs as http_method_funcs,
)

from .globals import current_app as current_app, request as request
