"""Help for tests: of applications, of extensions, and of components."""

from kernos.testing.client import EnvironBuilder
from kernos.testing.client import KernosClient

__all__ = ["EnvironBuilder", "KernosClient"]
