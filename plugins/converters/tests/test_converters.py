"""What each converter reads and writes, in routes of applications and of blueprints."""

from __future__ import annotations

import datetime as dt
import sys
import typing as t
import uuid
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings, strategies as st
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, BuildError
from werkzeug.test import create_environ

import kernos_converters.plugin
from kernos import Blueprint, Kernos, url_for
from kernos.errors import RegistrationError
from kernos_converters import enum_converter, register_enum

sys.path.insert(0, str(Path(__file__).parent))
from enumerations import Level, Same, Size

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_app(*rules: str) -> Kernos:
    app = Kernos("an_app", plugins=[kernos_converters.plugin], static_folder=None)
    for rule in rules:
        app.add_url_rule(rule, rule, lambda **values: repr(values))
    return app


def environ(path: str) -> dict[str, t.Any]:
    return {**create_environ("/"), "PATH_INFO": path.encode().decode("latin1")}


def read(app: Kernos, path: str) -> t.Any:
    """Return the one argument of the rule that answers a path."""
    (value,) = app.router.match(environ(path))[1].values()
    return value


def written(app: Kernos, rule: str, value: t.Any) -> str:
    with app.test_request_context():
        return url_for(rule, x=value)


# --- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "path", "value"),
    [
        ("/<date:x>", "/2024-02-29", dt.date(2024, 2, 29)),
        ("/<datetime:x>", "/2024-02-29T10:30:00", dt.datetime(2024, 2, 29, 10, 30)),
        ("/<datetime:x>", "/2024-02-29T10:30:00Z", dt.datetime(2024, 2, 29, 10, 30, 0, 0, dt.UTC)),
        (
            "/<datetime:x>",
            "/2024-02-29T10:30:00.000001+02:00",
            dt.datetime(2024, 2, 29, 8, 30, 0, 1, tzinfo=dt.UTC),
        ),
        ("/<slug:x>", "/rings-of-clay-2", "rings-of-clay-2"),
        ("/<ulid:x>", "/01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("/<ulid:x>", "/01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        (r'/<regex("[A-Z]{2}\d+"):x>', "/AB12", "AB12"),
        (r'/<regex("[A-Z]{2}(?:-\d+)?"):x>', "/AB", "AB"),
        (r'/<regex("[a-z]+/[a-z]+"):x>', "/ab/cd", "ab/cd"),
        ('/<enum("small", "large"):x>', "/large", "large"),
        ("/<enum(small, large):x>", "/small", "small"),
        ("/<enum(1, 10):x>", "/10", "10"),
        ('/<enum("a.b", "a+b"):x>', "/a+b", "a+b"),
        ('/<enum("enumerations:Size"):x>', "/small", Size.SMALL),
        ('/<enum("enumerations:Size"):x>', "/extra large/ž", Size.EXTRA_LARGE),
        ('/<enum("enumerations:Level"):x>', "/10", Level.HIGH),
        ("/<date:x>.html", "/2024-02-29.html", dt.date(2024, 2, 29)),
    ],
)
def test_a_text_gives_a_value(rule: str, path: str, value: object) -> None:
    found = read(make_app(rule), path)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/<date:x>", "/2023-02-29"),
        ("/<date:x>", "/0000-01-01"),
        ("/<date:x>", "/2024-2-9"),
        ("/<date:x>", "/20240229"),
        ("/<date:x>", "/2024-W09-4"),
        ("/<date:x>", "/\uff12\uff10\uff12\uff14-02-29"),
        ("/<date:x>", "/2024-02-29T10:30:00"),
        ("/<datetime:x>", "/2024-02-29"),
        ("/<datetime:x>", "/2024-02-29T24:30:00"),
        ("/<datetime:x>", "/2024-02-29T10:30:00+25:00"),
        ("/<datetime:x>", "/2024-02-29 10:30:00"),
        ("/<slug:x>", "/Rings"),
        ("/<slug:x>", "/rings--of"),
        ("/<slug:x>", "/-rings"),
        ("/<slug:x>", "/rings-"),
        ("/<slug:x>", "/žluť"),
        ("/<ulid:x>", "/81ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("/<ulid:x>", "/01ARZ3NDEKTSV4RRFFQ69G5FA"),
        ("/<ulid:x>", "/01ARZ3NDEKTSV4RRFFQ69G5FAU"),
        (r'/<regex("[A-Z]{2}\d+"):x>', "/AB12x"),
        (r'/<regex("[A-Z]{2}\d+"):x>', "/ab12"),
        ('/<enum("small", "large"):x>', "/smal"),
        ('/<enum("small", "large"):x>', "/smalllarge"),
        ('/<enum("a.b"):x>', "/axb"),
        ('/<enum("enumerations:Size"):x>', "/SMALL"),
    ],
)
def test_a_bad_value_is_a_404(rule: str, path: str) -> None:
    app = make_app(rule)
    with pytest.raises(NotFound):
        read(app, path)
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("rule", "value", "url"),
    [
        ("/<date:x>", "2024-02-29", "/2024-02-29"),
        ("/<datetime:x>", "2024-02-29T10:30:00+00:00", "/2024-02-29T10:30:00Z"),
        ("/<ulid:x>", "01arz3ndektsv4rrffq69g5fav", "/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ('/<enum("enumerations:Size"):x>', "small", "/small"),
        ('/<enum("enumerations:Level"):x>', 10, "/10"),
        ('/<regex("[^a]+"):x>', "ž?#", "/%C5%BE%3F%23"),
    ],
)
def test_urls_are_built_of_text_too(rule: str, value: object, url: str) -> None:
    assert written(make_app(rule), rule, value) == url


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("/<date:x>", dt.datetime(2024, 2, 29)),
        ("/<date:x>", "yesterday"),
        ("/<date:x>", 5),
        ("/<datetime:x>", dt.date(2024, 2, 29)),
        ("/<datetime:x>", "now"),
        ("/<slug:x>", "Rings of clay"),
        ("/<slug:x>", ""),
        ("/<ulid:x>", uuid.UUID(int=1)),
        ('/<enum("small", "large"):x>', "medium"),
        ('/<enum("enumerations:Size"):x>', Level.LOW),
        ('/<enum("enumerations:Size"):x>', ["small"]),
    ],
)
def test_no_url_is_built_of_a_value_that_would_not_come_back(rule: str, value: object) -> None:
    app = make_app(rule)
    with pytest.raises(BuildError):
        written(app, rule, value)


# --- round trips ------------------------------------------------------------------------------

SIZED = '/<enum("enumerations:Size"):x>'
EACH = {
    "/<date:x>": st.dates(),
    "/<datetime:x>": st.datetimes(
        timezones=st.none()
        | st.just(dt.UTC)
        | st.timedeltas(dt.timedelta(hours=-23), dt.timedelta(hours=23)).map(dt.timezone)
    ),
    "/<slug:x>": st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True),
    "/<ulid:x>": st.builds(
        str.__add__,
        st.sampled_from("01234567"),
        st.text(st.sampled_from(CROCKFORD), min_size=25, max_size=25),
    ),
    '/<regex("[^/x]{1,9}(?:x[a-z]+)*"):x>': st.from_regex(
        r"[^/x\ud800-\udfff]{1,9}(?:x[a-z]+)*", fullmatch=True
    ),
    SIZED: st.sampled_from(Size),
}
TOGETHER = make_app(*EACH)
ALONE = {rule: make_app(rule) for rule in EACH}


@pytest.mark.parametrize("rule", EACH)
@settings(deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_again(rule: str, data: st.DataObject) -> None:
    value = data.draw(EACH[rule])
    converter = next(r for r in TOGETHER.url_map.iter_rules() if r.rule == rule)._converters["x"]
    url = written(TOGETHER, rule, value)
    assert converter.to_python(unquote(url[1:])) == value
    assert read(ALONE[rule], unquote(url)) == value


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_path_is_a_value_that_is_written_again_or_a_404(text: str) -> None:
    path = f"/{text}"
    for rule in ("/<date:x>", "/<datetime:x>", "/<slug:x>", "/<ulid:x>"):
        app = ALONE[rule]
        try:
            value = read(app, path)
        except NotFound:
            continue
        assert read(app, written(app, rule, value)) == value


# --- where they are used ------------------------------------------------------------------------


def test_a_blueprint_uses_them_before_it_has_an_application() -> None:
    outer = Blueprint("outer", __name__, url_prefix="/<date:day>")
    inner = Blueprint("inner", __name__)

    @inner.get('/<slug:title>/<enum("enumerations:Size"):size>/<regex("[a-z]{2}"):lang>')
    def show(**values: object) -> str:
        return repr(sorted(values.items()))

    outer.register_blueprint(inner)
    app = make_app()
    app.register_blueprint(outer)
    text = app.test_client().get("/2024-02-29/clay-rings/small/cs").text
    assert text == repr(
        sorted(
            {
                "day": dt.date(2024, 2, 29),
                "title": "clay-rings",
                "size": Size.SMALL,
                "lang": "cs",
            }.items()
        )
    )


def test_the_installed_plugin_serves_every_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNOS_PLUGINS", "converters")
    app = Kernos("an_app", static_folder=None)
    app.add_url_rule("/<date:x>", "day", lambda x: x.isoformat())
    assert app.test_client().get("/2024-02-29").text == "2024-02-29"


def test_the_closer_converter_wins_whatever_the_order_of_rules() -> None:
    app = make_app("/<x>", "/<slug:x>", "/<date:x>")
    due = {"/2024-02-29": "/<date:x>", "/a-b": "/<slug:x>", "/A": "/<x>"}
    assert {path: app.router.match(environ(path))[0].rule for path in due} == due


def test_an_enumeration_is_registered_under_a_name_of_its_own() -> None:
    app = make_app()
    register_enum(app, Size)
    register_enum(app, Level, "stars")
    app.add_url_rule("/<size:x>", "size", lambda x: x.name)
    app.add_url_rule("/at/<stars:x>", "level", lambda x: x.name)
    client = app.test_client()
    assert client.get("/extra large/ž").text == "EXTRA_LARGE"
    assert client.get("/at/10").text == "HIGH"
    assert client.get("/at/5").status_code == 404
    assert written(app, "size", Size.SMALL) == "/small"
    assert issubclass(enum_converter(Size), BaseConverter)


def test_an_application_may_have_its_own_converter_of_a_name() -> None:
    class Own(BaseConverter):
        def to_python(self, value: str) -> str:
            return f"own {value}"

    app = make_app()
    app.url_map.converters["date"] = Own
    app.add_url_rule("/<date:x>", "x", lambda x: x)
    assert app.test_client().get("/now").text == "own now"


# --- what is refused when a rule is added ----------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[a", "no regular expression"),
        ("(a)", "'(a)'"),
        ("(?P<name>a)", "'(?P<name"),
        ("(?=a)b", "'(?=a)b'"),
        ("a(?!b).", "'(?!b).'"),
        (r"\ba", "'\\\\ba'"),
        ("^a$", "'^a$'"),
        ("(?:a+){2,}", "'{2,}'"),
        ("(?:a*)*", "may be empty"),
        ("(?:a?|b)+", "may be empty"),
        ("a++", "'+'"),
        ("(?>a)", "'(?>a)'"),
        ("(?i:a)", "'(?i:a)'"),
    ],
)
def test_a_pattern_that_could_backtrack_is_refused(pattern: str, why: str) -> None:
    app = make_app()
    with pytest.raises(RegistrationError) as caught:
        app.add_url_rule(f'/<regex("{pattern}"):x>', "x", lambda x: x)
    assert why in caught.value.why
    assert not list(app.router.rules())


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:a|aa)+b",
        "(?:a+)+b",
        "(?:a|a)*b",
        "a*a*a*a*a*a*b",
        "(?:[a-z]+-?)+!",
        "(?:a?b?)c",
        "(?:(?:a|b)+c?)+d",
        ".*.*.*=.*",
    ],
)
def test_a_hostile_text_is_done_with(pattern: str) -> None:
    """Trying way after way would not end within the age of the universe."""
    app = make_app(f'/<regex("{pattern}"):x>', f'/p/<regex("{pattern}"):x>-<slug:y>')
    for path in ("/" + "a" * 3000, "/p/" + "a" * 1500 + "-" * 1500, "/p/" + "a-" * 1500):
        with pytest.raises(NotFound):
            app.router.match(environ(path))


@pytest.mark.parametrize("rule", ["/<slug:x>!", "/<slug:x>-<slug:y>-<date:z>", "/<datetime:x>"])
def test_hostile_text_for_the_others_is_done_with(rule: str) -> None:
    app = make_app(rule)
    for text in ("a-" * 2000, "a" * 4000, "a" * 4000 + "-", "2024-02-29T10:30:00." + "1" * 4000):
        with pytest.raises(NotFound):
            app.router.match(environ(f"/{text}"))


@pytest.mark.parametrize(
    "rule",
    [
        "/<enum():x>",
        '/<enum(""):x>',
        '/<enum("enumerations:Same"):x>',
        '/<enum("enumerations:enum"):x>',
    ],
)
def test_an_enumeration_that_cannot_be_told_apart_is_refused(rule: str) -> None:
    app = make_app()
    with pytest.raises(RegistrationError):
        app.add_url_rule(rule, "x", lambda x: x)


def test_two_members_of_one_text_are_named() -> None:
    with pytest.raises(RegistrationError, match=r"Same\.NUMBER and Same\.TEXT both are '1'"):
        enum_converter(Same)
