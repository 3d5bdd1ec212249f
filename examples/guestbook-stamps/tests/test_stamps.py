"""The plugin in process: handed to the guestbook in code, as pip's entry point would be."""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree as ET

import pytest

import guestbook
import guestbook_stamps
from guestbook_stamps import plugin
from kernos import url_for

if t.TYPE_CHECKING:
    from pathlib import Path

    from kernos import Kernos


@pytest.fixture
def app(tmp_path: Path) -> Kernos:
    return guestbook.create_app(
        {"TESTING": True, "SECRET_KEY": "for tests " * 4},
        instance_path=str(tmp_path),
        components="default",
        plugins=[plugin],
    )


def test_the_sheet_shows_every_stamp(app: Kernos) -> None:
    page = app.test_client().get("/stamps/").text
    for name in guestbook_stamps.STAMPS:
        assert f'src="/stamps/{name}.svg" alt="{name}"' in page


@pytest.mark.parametrize("name", guestbook_stamps.STAMPS)
def test_a_picture_is_well_formed(app: Kernos, name: str) -> None:
    answer = app.test_client().get(f"/stamps/{name}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.cache_control.max_age == 86400
    ET.fromstring(answer.text)


@pytest.mark.parametrize("name", ["dodo", "SUN", "sun.svg", "1"])
def test_an_unknown_stamp_is_not_found(app: Kernos, name: str) -> None:
    assert app.test_client().get(f"/stamps/{name}.svg").status_code == 404


def test_the_converter_builds_urls_from_stamps(app: Kernos) -> None:
    with app.test_request_context():
        stamp = guestbook_stamps.STAMPS["olive"]
        assert url_for("stamps.picture", stamp=stamp) == "/stamps/olive.svg"


def test_an_application_may_use_the_converter_in_rules_of_its_own(app: Kernos) -> None:
    @app.get("/ground/<stamp:stamp>")
    def ground(stamp: guestbook_stamps.Stamp) -> str:
        return stamp.ground

    assert app.test_client().get("/ground/ship").text == "#1f4e79"


def test_a_name_always_gets_the_same_stamp() -> None:
    assert guestbook_stamps.stamp_for("Ada") is guestbook_stamps.stamp_for("ADA")
    assert len({guestbook_stamps.stamp_for(str(n)).name for n in range(100)}) == 5


def test_an_entry_carries_its_writers_stamp(app: Kernos) -> None:
    client = app.test_client()
    client.post("/", data={"name": "Ada", "message": "Hello"})
    expected = guestbook_stamps.stamp_for("Ada").name
    assert f'class="stamp" src="/stamps/{expected}.svg"' in client.get("/").text


def test_two_applications_share_the_plugin(tmp_path: Path) -> None:
    for name in ("one", "two"):
        app = guestbook.create_app(instance_path=str(tmp_path / name), plugins=[plugin])
        assert app.test_client().get("/stamps/").status_code == 200
