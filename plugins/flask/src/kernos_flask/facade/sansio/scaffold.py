"""What an application and a blueprint have in common, as in ``kernos.scaffold``."""

from kernos.importing import find_package as find_package
from kernos.scaffold import Scaffold as Scaffold
from kernos.scaffold import _endpoint_from_view_func as _endpoint_from_view_func
from kernos.scaffold import setupmethod as setupmethod
