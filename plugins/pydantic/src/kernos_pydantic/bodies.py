"""A request's body as the argument of a view, checked by Pydantic."""

from __future__ import annotations

import functools
import typing as t

from pydantic import TypeAdapter, ValidationError
from werkzeug.exceptions import UnprocessableEntity

from kernos import current_app, jsonify, request

Body = t.TypeVar("Body")
Rest = t.ParamSpec("Rest")
Returned = t.TypeVar("Returned")

View = t.Callable[t.Concatenate[Body, Rest], Returned]


class BodyRefused(UnprocessableEntity):
    """A body that is JSON, and not what the view takes; answered with 422.

    Args:
        error: What Pydantic found.
    """

    def __init__(self, error: ValidationError) -> None:
        super().__init__(description="The body is not what this address takes.")
        #: One for each problem: ``{"field": "stones.0.carat", "message": "…"}``.
        self.errors: list[dict[str, str]] = [
            {"field": ".".join(map(str, problem["loc"])), "message": problem["msg"]}
            # Not the input: what somebody typed into a field is nobody else's.
            for problem in error.errors(include_url=False, include_input=False)
        ]
        self.response = jsonify(errors=self.errors)
        self.response.status_code = 422


def body(kind: type[Body]) -> t.Callable[[View[Body, Rest, Returned]], t.Callable[Rest, Returned]]:
    """Give a view its request's JSON body, as its first argument.

    Args:
        kind: A model, or any type that Pydantic can check: ``list[Ring]``, say.

    Returns:
        A decorator, to stand below the route's. The view raises :class:`BodyRefused` where
        the body does not fit, and is then not called; a body that is no JSON is a 400, and
        one that does not say it is a 415.
    """
    adapter = TypeAdapter(kind)

    def decorate(view: View[Body, Rest, Returned]) -> t.Callable[Rest, Returned]:
        @functools.wraps(view)
        def checked(*args: Rest.args, **kwargs: Rest.kwargs) -> Returned:
            data = request.get_json()
            try:
                value = adapter.validate_python(data)
            except ValidationError as error:
                raise BodyRefused(error) from error
            found: Returned = current_app.ensure_sync(view)(value, *args, **kwargs)
            return found

        return checked

    return decorate


__all__ = ["BodyRefused", "body"]
