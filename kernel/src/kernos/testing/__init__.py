"""Help for tests: of applications, of extensions, and of components."""

from kernos.testing.client import EnvironBuilder, KernosClient

__all__ = ["EnvironBuilder", "KernosClient"]
