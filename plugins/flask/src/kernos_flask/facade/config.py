"""The configuration: ``kernos.config`` with Flask's prefix."""

import json
import typing as t

from werkzeug.utils import import_string as import_string

from kernos.config import Config as KernosConfig, ConfigAttribute as ConfigAttribute


class Config(KernosConfig):
    """A dictionary whose upper-case keys are settings."""

    env_prefix = "FLASK"

    def from_prefixed_env(
        self, prefix: str | None = "FLASK", *, loads: t.Callable[[str], t.Any] = json.loads
    ) -> bool:
        """Load the environment variables that start with ``prefix`` and an underscore."""
        # Never by ``env_prefix``, which may be a subclass's own affair.
        return super().from_prefixed_env("None" if prefix is None else prefix, loads=loads)
