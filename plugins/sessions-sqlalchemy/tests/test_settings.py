"""What the configuration may say, and what is refused with the line that cures it."""

from __future__ import annotations

import typing as t

import pytest
import sqlalchemy as sa

from kernos import Kernos, session
from kernos.errors import MissingComponent, RegistrationError
from kernos_sessions_sqlalchemy import make_sessions


def make_app(**config: t.Any) -> Kernos:
    app = Kernos("shop", plugins=[], components={"sessions": "sqlalchemy"})
    app.config.update(config)
    app.add_url_rule("/<value>", view_func=lambda value: session.setdefault("value", value))
    return app


def test_the_component_is_chosen_by_its_name_and_needs_no_secret_key(url: str) -> None:
    app = make_app(SESSION_SQLALCHEMY_URL=url)
    client = app.test_client()
    assert client.get("/one").text == "one"
    assert client.get("/two").text == "one"
    app.session_interface.store.close()


def test_a_table_that_is_gone_is_a_503_whose_log_holds_no_data(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(SESSION_SQLALCHEMY_URL=url)
    client = app.test_client()
    assert client.get("/one").status_code == 200
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE kernos_sessions"))
    engine.dispose()
    assert app.test_client().get("/a-private-value").status_code == 503
    assert "kernos_sessions" in caplog.text
    assert "'a-private-value'" not in caplog.text
    assert '"a-private-value"' not in caplog.text
    app.session_interface.store.close()


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ({}, "SESSION_SQLALCHEMY_URL is not set"),
        ({"SESSION_SQLALCHEMY_URL": 5}, "SESSION_SQLALCHEMY_URL is int, not str"),
        ({"SESSION_SQLALCHEMY_URL": "pg:secret@host"}, "SESSION_SQLALCHEMY_URL cannot be read"),
        ({"SESSION_SQLALCHEMY_URL": "nobody://secret"}, "SESSION_SQLALCHEMY_URL cannot be read"),
        ({"SESSION_SQLALCHEMY_URL": "sqlite://"}, "SESSION_SQLALCHEMY_URL names a database in"),
        (
            {"SESSION_SQLALCHEMY_URL": "sqlite:///x", "SESSION_SQLALCHEMY_TABLE": ""},
            "SESSION_SQLALCHEMY_TABLE is not set",
        ),
    ],
)
def test_a_wrong_setting_is_refused(config: dict[str, t.Any], what: str) -> None:
    with pytest.raises(RegistrationError) as caught:
        make_sessions(make_app(**config))
    assert caught.value.what.startswith(what)
    assert what.split(maxsplit=1)[0] in caught.value.fix
    assert "secret" not in str(caught.value)


def test_a_driver_that_is_not_installed_is_named_with_the_pip_line() -> None:
    with pytest.raises(MissingComponent, match="driver") as caught:
        make_sessions(make_app(SESSION_SQLALCHEMY_URL="postgresql+pg8000://host/x"))
    assert "pip install" in caught.value.fix
