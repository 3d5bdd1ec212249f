"""``create_url_adapter`` answers as Flask 3.1.3's does; the tables were recorded from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError
from werkzeug.test import create_environ, run_wsgi_app

from kernos import Kernos, Request

MakeApp = Callable[..., Kernos]

NOT = "NotFound"
# host_matching, subdomain_matching, SERVER_NAME, default_subdomain; the base URL; then the
# matches of /p, /h (on api.) and /s, and the URLs of "plain", of it external, of "hosted".
RECORDED = [
    (
        (False, False, None, ""),
        "http://example.com/",
        (
            "plain",
            NOT,
            "http://example.com/s/",
            "/p",
            "http://example.com/p",
            "http://api.example.com/h",
        ),
    ),
    (
        (False, False, None, ""),
        "https://other.org:8443/app/",
        (
            "plain",
            NOT,
            "https://other.org:8443/app/s/",
            "/app/p",
            "https://other.org:8443/app/p",
            "https://api.other.org:8443/app/h",
        ),
    ),
    (
        (False, False, "example.com", ""),
        "http://127.0.0.1:5000/",
        (
            "plain",
            NOT,
            "http://example.com/s/",
            "/p",
            "http://example.com/p",
            "http://api.example.com/h",
        ),
    ),
    (
        (False, True, "example.com", ""),
        "http://example.com/",
        (
            "plain",
            NOT,
            "http://example.com/s/",
            "/p",
            "http://example.com/p",
            "http://api.example.com/h",
        ),
    ),
    (
        (False, True, "example.com", ""),
        "http://api.example.com/",
        (NOT, "hosted", NOT, "http://example.com/p", "http://example.com/p", "/h"),
    ),
    (
        (False, True, "example.com", ""),
        "https://other.org:8443/app/",
        (
            NOT,
            NOT,
            NOT,
            "https://example.com/app/p",
            "https://example.com/app/p",
            "https://api.example.com/app/h",
        ),
    ),
    (
        (False, True, None, ""),
        "http://api.example.com/",
        (
            "plain",
            NOT,
            "http://api.example.com/s/",
            "/p",
            "http://api.example.com/p",
            "http://api.api.example.com/h",
        ),
    ),
    (
        (True, False, "example.com", ""),
        "http://api.example.com/",
        (NOT, "hosted", NOT, "http:///p", "http:///p", "/h"),
    ),
    (
        (True, False, None, ""),
        "https://other.org:8443/app/",
        (NOT, NOT, NOT, "https:///app/p", "https:///app/p", "https://api.example.com/app/h"),
    ),
    (
        (False, True, "example.com:80", ""),
        "http://api.example.com/",
        (NOT, "hosted", NOT, "http://example.com/p", "http://example.com/p", "/h"),
    ),
    (
        (False, True, "example.com:80", ""),
        "https://other.org:8443/app/",
        (
            NOT,
            NOT,
            NOT,
            "https://example.com:80/app/p",
            "https://example.com:80/app/p",
            "https://api.example.com:80/app/h",
        ),
    ),
    (
        (False, False, "example.com", "www"),
        "http://api.example.com/",
        (
            "plain",
            NOT,
            "http://www.example.com/s/",
            "/p",
            "http://www.example.com/p",
            "http://api.example.com/h",
        ),
    ),
    (
        (False, True, "example.com", "www"),
        "http://api.example.com/",
        (NOT, "hosted", NOT, "http://www.example.com/p", "http://www.example.com/p", "/h"),
    ),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Current server name")  # Werkzeug's
@pytest.mark.parametrize(("settings", "base_url", "expected"), RECORDED)
def test_hosts_and_subdomains_are_handled_as_in_flask(
    make_app: MakeApp,
    settings: tuple[bool, bool, str | None, str],
    base_url: str,
    expected: tuple[str, ...],
) -> None:
    host_matching, subdomain_matching, server_name, default_subdomain = settings
    app = make_app(
        host_matching=host_matching,
        subdomain_matching=subdomain_matching,
        SERVER_NAME=server_name,
    )
    app.router.url_map.default_subdomain = default_subdomain
    where = {
        "host" if host_matching else "subdomain": "api.example.com" if host_matching else "api"
    }
    app.router.add("/p", "plain", ["GET"])
    app.router.add("/h", "hosted", ["GET"], **where)
    app.router.add("/s/", "slash", ["GET"])
    found = []
    for path in ("/p", "/h", "/s"):
        ctx = app.test_request_context(path, base_url)
        answers = set()
        for match in (
            lambda ctx=ctx: app.router.match(ctx.environ),
            lambda ctx=ctx: ctx.url_adapter.match(return_rule=True),
        ):
            try:
                answers.add(match()[0].endpoint)
            except HTTPException as error:
                answers.add(getattr(error, "new_url", type(error).__name__))
        assert len(answers) == 1
        found += answers
    ctx = app.test_request_context("/p", base_url)
    found.append(app.router.build("plain", {}, ctx=ctx))
    found.append(app.router.build("plain", {}, ctx=ctx, external=True))
    found.append(app.router.build("hosted", {}, ctx=ctx))
    assert tuple(found) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"SERVER_NAME": "example.com"}, "http://example.com/p"),
        (
            {
                "SERVER_NAME": "example.com",
                "APPLICATION_ROOT": "/app",
                "PREFERRED_URL_SCHEME": "https",
            },
            "https://example.com/app/p",
        ),
    ],
)
def test_without_a_request_the_settings_say_where_we_are(
    make_app: MakeApp, config: dict[str, str], expected: str
) -> None:
    app = make_app(**config)
    app.router.add("/p", "plain", ["GET"])
    assert app.router.build("plain", {}, ctx=app.app_context()) == expected


def test_without_a_request_and_a_server_name_there_is_no_adapter(app: Kernos) -> None:
    assert app.router.create_url_adapter(None) is None


GOOD, BAD = None, SecurityError
TRUST = [
    (["example.com"], "example.com", GOOD),
    (["example.com"], "example.com:81", GOOD),
    (["example.com"], "api.example.com", BAD),
    (["example.com"], "evil.org", BAD),
    (["example.com"], "", BAD),
    (["example.com"], None, BAD),
    ([".example.com"], "api.example.com", GOOD),
    ([".example.com"], "evil.org", BAD),
    ("example.com", "example.com", GOOD),
    ("example.com", "evil.org", BAD),
    ([], "evil.org", GOOD),
    (None, "evil.org", GOOD),
    (None, "", GOOD),
    (None, None, GOOD),
]


@pytest.mark.parametrize("way", ["match", "match_in_full", "create_url_adapter"])
@pytest.mark.parametrize(("trusted", "host", "error"), TRUST)
def test_a_host_that_is_not_trusted_is_answered_with_400(
    make_app: MakeApp,
    way: str,
    trusted: object,
    host: str | None,
    error: type[HTTPException] | None,
) -> None:
    app = make_app(TRUSTED_HOSTS=trusted)
    app.router.add("/p", "plain", ["GET"])
    environ = create_environ("/p")
    environ.pop("HTTP_HOST")
    if host is not None:
        environ["HTTP_HOST"] = host
    question = app.request_class(environ) if way == "create_url_adapter" else environ
    for _ in range(2):  # the second time the host is known
        if error is None:
            getattr(app.router, way)(question)
        else:
            with pytest.raises(error) as caught:
                getattr(app.router, way)(question)
            assert caught.value.code == 400


def test_hosts_that_are_trusted_later_are_trusted_at_once(app: Kernos) -> None:
    app.router.add("/p", "plain", ["GET"])
    environ = create_environ("/p", "http://evil.org")
    app.router.match(environ)
    app.config["TRUSTED_HOSTS"] = ["example.com"]
    with pytest.raises(SecurityError):
        app.router.match(environ)
    app.config["TRUSTED_HOSTS"].append("evil.org")
    app.router.match(environ)


def test_the_trusted_hosts_of_the_request_class_count(make_app: MakeApp) -> None:
    class Trusting(Request):
        trusted_hosts = ["example.com"]

    app = make_app(request_class=Trusting)
    app.router.add("/p", "plain", ["GET"])
    app.router.match(create_environ("/p", "http://example.com"))
    with pytest.raises(SecurityError):
        app.router.match(create_environ("/p", "http://evil.org"))


def test_each_host_is_looked_at_once_and_not_endlessly_many_are_kept(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kernos_routing.hosts

    asked = []

    class Asking(Request):
        @property
        def host(self) -> str:
            asked.append(self.environ["HTTP_HOST"])
            return super().host

    app = make_app(request_class=Asking, TRUSTED_HOSTS=[".org"])
    monkeypatch.setattr(kernos_routing.hosts, "LIMIT", 2)
    app.router.add("/p", "plain", ["GET"])
    for host in ("a.org", "a.org", "b.org", "c.org", "c.org", "a.org"):
        app.router.match(create_environ("/p", f"http://{host}"))
    assert asked == ["a.org", "b.org", "c.org", "a.org"]


BAD_HOSTS = ["xn--a", "[:1]:80", "a@b", "a/..", "a,b", "a:99999", "a" * 300, "a\x00", "a\r"]


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_bad_host_is_answered_with_400_wherever_it_is_needed(app: Kernos, host: str) -> None:
    app.router.add("/p", "plain", ["GET"])
    app.router.add("/s/", "slash", ["GET"])
    environ = {**create_environ("/p"), "HTTP_HOST": host}
    assert app.router.match(environ)[0].endpoint == "plain"  # nobody needs to know
    with pytest.raises(BadRequest):
        app.router.match({**environ, "PATH_INFO": "/s"})
    with pytest.raises(BadRequest):
        app.router.create_url_adapter(app.request_class(environ))
    ctx = app.request_context(environ)
    assert app.router.build("plain", {}, ctx=ctx) == "/p"
    with pytest.raises(BadRequest):
        app.router.build("plain", {}, ctx=ctx, external=True)


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_a_bad_host_is_a_400_before_anything_else(app: Kernos, host: str) -> None:
    app.add_url_rule("/p", view_func=lambda: "", endpoint="p")
    environ = {**create_environ("/p"), "HTTP_HOST": host}
    _, status, _ = run_wsgi_app(app, environ)
    assert status.startswith("400")


def test_the_host_is_checked_before_the_path(app: Kernos) -> None:
    app.config["TRUSTED_HOSTS"] = ["example.com"]
    with pytest.raises(SecurityError):
        app.router.match(create_environ("/missing", "http://evil.org"))


def test_checking_a_host_leaves_the_environment_alone(app: Kernos) -> None:
    app.router.add("/p", "plain", ["GET"])
    environ = create_environ("/p")
    before = dict(environ)
    app.router.match(environ)
    assert environ == before


@pytest.mark.parametrize("place", ["class", "application", "router", "context"])
def test_an_adapter_of_the_applications_own_builds(make_app: MakeApp, place: str) -> None:
    class Own:
        def build(self, endpoint: str, values: object, **options: object) -> str:
            return "/own"

    app = (
        make_app(create_url_adapter=lambda self, request: Own())
        if place == "class"
        else make_app()
    )
    app.router.add("/p", "plain", ["GET"])
    ctx = app.test_request_context()
    if place == "application":
        app.create_url_adapter = lambda request: Own()
    elif place == "router":
        app.router.create_url_adapter = lambda request: Own()
    elif place == "context":
        ctx.url_adapter = Own()
    assert app.router.build("plain", {}, ctx=ctx) == "/own"
