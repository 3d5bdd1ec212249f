"""What an application and a blueprint have in common, as in ``kernos.scaffold``."""

from jinja2 import BaseLoader as BaseLoader
from jinja2 import FileSystemLoader as FileSystemLoader
from werkzeug.exceptions import HTTPException as HTTPException
from werkzeug.exceptions import default_exceptions as default_exceptions

from kernos.importing import find_package as find_package
from kernos.scaffold import Scaffold as Scaffold
from kernos.scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from kernos.scaffold import setupmethod as setupmethod

from ..helpers import get_root_path as get_root_path
