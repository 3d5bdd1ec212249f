"""Two distributions: one publishes a hook and a slot, the other implements and fills them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hand_made_site import Site

PUBLISHER = """
    from kernos.hooks import hookimpl
    from kernos.hooks import hookspec

    class Mailer:
        def send(self, text): ...

    class Hooks:
        @staticmethod
        @hookspec(firstresult=True)
        def acme_price(app, article):
            \"\"\"Return what an article costs, or None.\"\"\"

    @hookimpl
    def kernos_register_hookspecs(app):
        return Hooks

    @hookimpl
    def kernos_register_slots(app):
        return {"mail": Mailer}
    """
#: Names the hook alone, and takes part in an application without a publisher too.
IMPLEMENTER = """
    from kernos.hooks import hookimpl

    @hookimpl(optionalhook=True)
    def acme_price(article):
        return len(article)

    @hookimpl
    def kernos_register_config(app):
        return {"TILL": "open"}
    """
MAILER = """
    from hand_shop import Mailer
    from kernos.hooks import hookimpl

    class Pigeon(Mailer):
        def send(self, text):
            return f"{text}, by pigeon"

    @hookimpl
    def kernos_provide_mail(app):
        return Pigeon()
    """
APP = """
from kernos import Kernos

app = Kernos(__name__)

@app.cli.command("ask")
def ask():
    print(app.config["TILL"], app.plugins.call("acme_price", article="jar"))
    print(app.component("mail").send("hello"))

@app.cli.command("till")
def till():
    print(app.config["TILL"])
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    (made.work / "mine.py").write_text(APP)
    made.add("hand-till", "kernos.plugins", "till", IMPLEMENTER)
    return made


def test_what_one_publishes_another_implements_and_fills(site: Site) -> None:
    site.add("hand-shop", "kernos.plugins", "shop", PUBLISHER)
    site.add("hand-pigeon", "kernos.mail", "pigeon", MAILER)
    done = site.run("--app", "mine", "ask", KERNOS_COMPONENTS="mail=pigeon")
    assert done.stdout == "open 3\nhello, by pigeon\n", done.stderr
    told = site.run("--app", "mine", "plugins", "order", "acme_price")
    assert told.stdout.startswith(" 1. till (hand-till 2.5): by name")
    (hook,) = json.loads(
        site.run("--app", "mine", "plugins", "why", "acme_price", "--json").stdout
    )[:1]
    assert (hook["owner"], hook["rule"]) == ("shop (hand-shop 2.5)", "publishes this hook")
    (slot,) = json.loads(
        site.run(
            "--app", "mine", "plugins", "why", "slot:mail", "--json", KERNOS_COMPONENTS=""
        ).stdout
    )
    assert slot["owner"] == "pigeon (hand-pigeon 2.5)"
    assert slot["rule"].startswith("4. the only offer")
    assert site.list("--app", "mine", KERNOS_COMPONENTS="")["pigeon"]["state"] == "active"
    assert site.run("--app", "mine", "doctor").stdout.count("K-08") == 0


def test_a_published_hooks_order_is_locked(site: Site) -> None:
    site.add("hand-shop", "kernos.plugins", "shop", PUBLISHER)
    assert site.run("--app", "mine", "plugins", "lock").returncode == 0
    lock = tomllib.loads((site.work / "kernos.lock").read_text())
    assert lock["order"]["acme_price"] == ["till"]


def test_without_its_publisher_an_optional_hook_is_not_called(site: Site) -> None:
    done = site.run("--app", "mine", "till")
    assert done.stdout == "open\n", done.stderr
    told = site.run("--app", "mine", "plugins", "order", "acme_pric")
    assert told.returncode == 2


def test_a_published_hook_that_is_misspelt_is_answered_with_the_nearest(site: Site) -> None:
    site.add("hand-shop", "kernos.plugins", "shop", PUBLISHER)
    told = site.run("--app", "mine", "plugins", "order", "acme_pric")
    assert "Did you mean 'acme_price'" in told.stderr


def test_two_publishers_of_one_hook_stop_an_application_and_not_the_tools(site: Site) -> None:
    site.add("hand-shop", "kernos.plugins", "shop", PUBLISHER)
    site.add("hand-stall", "kernos.plugins", "stall", PUBLISHER)
    done = site.run("--app", "mine", "till")
    assert done.returncode == 1
    assert "The plugin stall (hand-stall 2.5) publishes the hook acme_price" in done.stderr
    assert "which shop (hand-shop 2.5) has published already" in done.stderr
    assert "KERNOS_DISABLE=stall" in done.stderr
    found = site.list("--app", "mine")
    assert (found["shop"]["state"], found["stall"]["state"]) == ("active", "quarantined")
    assert site.run("--app", "mine", "till", KERNOS_DISABLE="hand-stall:stall").returncode == 0
