"""The names of templates, read where they are kept and at the moment they are needed."""

from __future__ import annotations

import typing as t
from collections import ChainMap
from collections.abc import MutableMapping


class LiveNames(ChainMap[str, t.Any]):
    """Filters, tests or globals: the application's, its plugins', and the engine's own.

    The first that knows a name wins. What is assigned here becomes the application's, so
    that of two definitions the later one counts, however each was made.

    Args:
        app: The application's table, which is written to.
        contributed: What plugins contribute.
        engine: What the engine brings.
    """

    def __init__(
        self, app: dict[str, t.Any], contributed: dict[str, t.Any], engine: dict[str, t.Any]
    ) -> None:
        super().__init__(app, contributed, engine)

    def merged(self) -> dict[str, t.Any]:
        """Return all of them in one new dictionary."""
        app, contributed, engine = self.maps
        return {**engine, **contributed, **app}

    # A renderer looks up each name that a template uses: ChainMap would raise and catch an
    # error for every table that does not have it.

    def __getitem__(self, name: str) -> t.Any:
        for table in self.maps:
            if name in table:
                return table[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in table for table in self.maps)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        for table in self.maps:
            table.pop(name, None)

    def pop(self, name: str, *default: t.Any) -> t.Any:
        """Remove a name wherever it is defined; return its value, or ``default``."""
        return MutableMapping.pop(self, name, *default)

    def copy(self) -> dict[str, t.Any]:  # type: ignore[override]
        """Return a dictionary of one's own, as copying a dictionary does."""
        return self.merged()

    def __copy__(self) -> dict[str, t.Any]:  # type: ignore[override]
        return self.merged()
