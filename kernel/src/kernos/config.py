"""An application's configuration: a dictionary that can be filled from many sources.

Source: Flask's API page, "Configuration".
"""

from __future__ import annotations

import errno
import json
import os
import re
import types
import typing as t
from datetime import timedelta

from werkzeug.datastructures import ImmutableDict
from werkzeug.utils import import_string

if t.TYPE_CHECKING:
    from kernos.app import Kernos

T = t.TypeVar("T")

#: Values under such keys are not shown by ``repr``.
SECRETS = r"(?i)KEY|SECRET|TOKEN|PASSWORD"

#: Every setting that the kernel and the standard components read.
DEFAULT_CONFIG: t.Mapping[str, t.Any] = ImmutableDict(
    {
        "APPLICATION_ROOT": "/",
        "DEBUG": None,
        "EXPLAIN_TEMPLATE_LOADING": False,
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "MAX_COOKIE_SIZE": 4093,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1_000,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
        "PREFERRED_URL_SCHEME": "http",
        "PROPAGATE_EXCEPTIONS": None,
        "PROVIDE_AUTOMATIC_OPTIONS": True,
        "SECRET_KEY": None,
        "SECRET_KEY_FALLBACKS": None,
        "SEND_FILE_MAX_AGE_DEFAULT": None,
        "SERVER_NAME": None,
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_PARTITIONED": False,
        "SESSION_COOKIE_PATH": None,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": None,  # on, but in debug mode and on a loopback host
        "SESSION_REFRESH_EACH_REQUEST": True,
        "TEMPLATES_AUTO_RELOAD": None,
        "TESTING": False,
        "TRAP_BAD_REQUEST_ERRORS": None,
        "TRAP_HTTP_EXCEPTIONS": False,
        "TRUSTED_HOSTS": None,
        "USE_X_SENDFILE": False,
    }
)

#: Sent with every response that does not set them itself.
RESPONSE_HEADERS: tuple[tuple[str, str], ...] = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Frame-Options", "SAMEORIGIN"),
)


def get_debug_flag(name: str = "KERNOS_DEBUG") -> bool:
    """Tell whether the environment asks for debug mode."""
    value = os.environ.get(name)
    return bool(value) and str(value).lower() not in ("0", "false", "no")


class ConfigAttribute(t.Generic[T]):
    """An attribute of the application that stands for a configuration key.

    Args:
        name: The key.
        get_converter: Applied to the value at each read.
    """

    def __init__(self, name: str, get_converter: t.Callable[[t.Any], T] | None = None) -> None:
        self.__name__ = name
        self.get_converter = get_converter

    @t.overload
    def __get__(self, obj: None, owner: None) -> t.Self: ...

    @t.overload
    def __get__(self, obj: Kernos, owner: type[Kernos]) -> T: ...

    def __get__(self, obj: Kernos | None, owner: type[Kernos] | None = None) -> T | t.Self:
        if obj is None:
            return self
        value = obj.config[self.__name__]
        return value if self.get_converter is None else self.get_converter(value)

    def __set__(self, obj: Kernos, value: t.Any) -> None:
        obj.config[self.__name__] = value


class Config(dict):  # type: ignore[type-arg]
    """A dictionary whose upper-case keys are settings.

    Args:
        root_path: Relative file names start here.
        defaults: What it holds at first.
    """

    #: What :meth:`from_prefixed_env` reads when it is not told.
    env_prefix: t.ClassVar[str] = "KERNOS"

    def __init__(
        self, root_path: str | os.PathLike[str], defaults: dict[str, t.Any] | None = None
    ) -> None:
        super().__init__(defaults or {})
        self.root_path = root_path

    def from_envvar(self, variable_name: str, silent: bool = False) -> bool:
        """Load the Python file that an environment variable names.

        Returns:
            Whether a file was loaded; False only when ``silent``.

        Raises:
            RuntimeError: The variable is not set or empty, and ``silent`` is False.
        """
        filename = os.environ.get(variable_name)
        if filename:
            return self.from_pyfile(filename, silent=silent)
        if silent:
            return False
        raise RuntimeError(
            f"The environment variable {variable_name!r} is not set, so no configuration"
            f" file could be loaded. Set it to the file's path: {variable_name}=settings.py"
        )

    def from_prefixed_env(
        self,
        prefix: str | None = None,
        *,
        loads: t.Callable[[str], t.Any] = json.loads,
    ) -> bool:
        """Load the environment variables that start with ``prefix`` and an underscore.

        A value that ``loads`` cannot read stays text. A double underscore leads into
        nested dictionaries, which are made where missing. Names go in sorted order.

        Returns:
            Always True.
        """
        start = f"{self.env_prefix if prefix is None else prefix}_"
        for name in sorted(os.environ):
            if not name.startswith(start):
                continue
            value: t.Any = os.environ[name]
            try:
                value = loads(value)
            except Exception:  # noqa: S110 - whatever the given loader raises: it is text
                pass
            *path, last = name[len(start) :].split("__")
            holder: t.Any = self
            for part in path:
                holder = holder.setdefault(part, {})
            holder[last] = value
        return True

    def from_pyfile(self, filename: str | os.PathLike[str], silent: bool = False) -> bool:
        """Run a Python file and take its upper-case names.

        Args:
            filename: Absolute, or relative to the root path.
            silent: Return False when there is no such file.

        Raises:
            OSError: The file cannot be read, and is not merely missing while ``silent``.
        """
        path = os.path.join(self.root_path, filename)
        module = types.ModuleType("config")
        module.__file__ = path
        try:
            with open(path, "rb") as source:
                exec(compile(source.read(), path, "exec"), module.__dict__)  # noqa: S102 - documented
        except OSError as error:
            missing = (errno.ENOENT, errno.EISDIR, errno.ENOTDIR)
            if silent and error.errno in missing:
                return False
            error.strerror = f"Unable to load configuration file ({error.strerror})"
            raise
        self.from_object(module)
        return True

    def from_object(self, obj: object | str) -> None:
        """Take the upper-case attributes of an object, or of what an import name means."""
        if isinstance(obj, str):
            obj = import_string(obj)
        for key in dir(obj):
            if key.isupper():
                self[key] = getattr(obj, key)

    def from_file(
        self,
        filename: str | os.PathLike[str],
        load: t.Callable[[t.IO[t.Any]], t.Mapping[str, t.Any]],
        silent: bool = False,
        text: bool = True,
    ) -> bool:
        """Take the upper-case keys of what ``load`` reads from a file.

        Args:
            filename: Absolute, or relative to the root path.
            load: Given the open file, for instance ``tomllib.load``.
            silent: Return False when there is no such file.
            text: Open it as text; ``tomllib`` wants False.
        """
        path = os.path.join(self.root_path, filename)
        try:
            with open(path, "r" if text else "rb") as source:
                loaded = load(source)
        except OSError as error:
            if silent and error.errno in (errno.ENOENT, errno.EISDIR):
                return False
            error.strerror = f"Unable to load configuration file ({error.strerror})"
            raise
        return self.from_mapping(loaded)

    def from_mapping(self, mapping: t.Mapping[str, t.Any] | None = None, **kwargs: t.Any) -> bool:
        """Take upper-case keys, keywords before the mapping's; others are ignored."""
        for key, value in {**dict(mapping or {}), **kwargs}.items():
            if key.isupper():
                self[key] = value
        return True

    def get_namespace(
        self, namespace: str, lowercase: bool = True, trim_namespace: bool = True
    ) -> dict[str, t.Any]:
        """Return the settings whose key starts with ``namespace``.

        Args:
            namespace: For instance ``"IMAGE_STORE_"``.
            lowercase: Return the keys in lower case.
            trim_namespace: Return the keys without ``namespace``.
        """
        found = {}
        for key, value in self.items():
            if key.startswith(namespace):
                short = key[len(namespace) :] if trim_namespace else key
                found[short.lower() if lowercase else short] = value
        return found

    def __repr__(self) -> str:
        shown = {
            key: "…" if value and re.search(SECRETS, str(key)) else value
            for key, value in self.items()
        }
        return f"<{type(self).__name__} {shown!r}>"
