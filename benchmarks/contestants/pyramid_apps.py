"""Pyramid."""

from __future__ import annotations

import typing as t
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about pkg_resources, which Pyramid still imports
    from pyramid.config import Configurator
    from pyramid.response import Response
    from pyramid.session import JSONSerializer, SignedCookieSessionFactory

SECRET_KEY = "0123456789abcdef" * 4


def factories(name: str) -> dict[str, t.Callable[..., t.Any]]:
    """Return what makes the applications; templates need a further distribution."""
    return {"plain": make_plain, "session": make_session, "routes": make_routes}


def make_plain() -> t.Any:
    """Text, JSON, and what a request carries."""
    config = Configurator()
    add(config, "/", lambda request: Response("Hello, World!"))
    add(config, "/json", lambda request: {"message": "Hello, World!"}, renderer="json")
    add(config, r"/user/{number:\d+}", user)
    add(config, "/search", lambda request: Response(request.GET["q"]))
    add(config, "/form", lambda request: Response(request.POST["name"]), request_method="POST")
    add(config, "/order", lambda request: Response(request.json_body["name"]))
    return config.make_wsgi_app()


def make_session() -> t.Any:
    """A counter of visits in the session."""
    factory = SignedCookieSessionFactory(
        SECRET_KEY,
        serializer=JSONSerializer(),
        timeout=None,
        reissue_time=None,  # a session that is only read is not written back, as in Flask
    )
    config = Configurator(session_factory=factory)
    add(config, "/visits", visits)
    add(config, "/visit", visit)
    return config.make_wsgi_app()


def make_routes(number: int) -> t.Any:
    """As many routes, each with a parameter of digits, that share one view."""
    config = Configurator()
    for part in range(number):
        add(config, rf"/part{part}/{{value:\d+}}", value)
    return config.make_wsgi_app()


def add(config: t.Any, pattern: str, view: t.Callable[[t.Any], t.Any], **options: t.Any) -> None:
    """Add a route and its view."""
    config.add_route(pattern, pattern)
    config.add_view(view, route_name=pattern, **options)


def user(request: t.Any) -> Response:
    """A typed parameter."""
    return Response(f"User {int(request.matchdict['number'])}")


def value(request: t.Any) -> Response:
    """What is behind each of many routes."""
    return Response(str(int(request.matchdict["value"])))


def visits(request: t.Any) -> Response:
    """Read the session."""
    return Response(f"{request.session.get('visits', 0)} visits")


def visit(request: t.Any) -> Response:
    """Read and write the session."""
    session = request.session
    session["visits"] = session.get("visits", 0) + 1
    return Response(f"{session['visits']} visits")
