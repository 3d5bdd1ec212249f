"""What models are to the JSON provider."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from pydantic import BaseModel


def to_plain(model: BaseModel) -> object:
    """Return a model as JSON has it: the forms are Pydantic's, the names are aliases."""
    return model.model_dump(mode="json", by_alias=True)


__all__ = ["to_plain"]
