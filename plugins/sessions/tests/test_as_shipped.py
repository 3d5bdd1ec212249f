"""An application that keeps no session loads nothing of sessions; whoever comes later is heard.

Each program runs in a process of its own, in which nobody has imported kernos_sessions. What keeps
sessions in its stead derives from the contract, and was defined before the first request: a class
that is defined wakes everybody.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
import threading

from kernos import Kernos, session

def loaded():
    return "kernos_sessions" in sys.modules

def make(kind=Kernos, **kwargs):
    app = kind("program", static_folder=None, **kwargs)
    app.secret_key = "k" * 32

    @app.get("/plain")
    def plain():
        return "plain"

    @app.get("/read")
    def read():
        return str(session.get("n", 0))

    @app.get("/write")
    def write():
        session["n"] = session.get("n", 0) + 1
        return str(session["n"])

    @app.get("/keep")
    def keep():
        session.permanent = True
        return "kept"

    return app

def waiting(**kwargs):
    app = make(**kwargs)
    client = app.test_client()
    assert client.get("/plain").text == "plain"
    assert not loaded()
    return app, client
"""

#: Keeps sessions by the contract alone, and notes whether the URL is known when one is opened.
CONTRACT = """
from kernos.contracts import SessionInterface, SessionMixin
from kernos.hooks import hookimpl

opened = []

class Kept(dict, SessionMixin):
    modified = accessed = False

class Noting(SessionInterface):
    def open_session(self, app, request):
        opened.append(request.url_rule)
        return Kept()

    def save_session(self, app, session, response):
        pass

class Offers:
    @hookimpl
    def kernos_provide_sessions(self, app):
        return Noting()

class Wraps:
    @hookimpl(wrapper=True)
    def kernos_provide_sessions(self, app):
        yield
        return Noting()

class Says(Kernos):
    session_interface = Noting()

def is_asked_early(app, client):
    opened.clear()
    client.get("/plain")
    return opened == [None]
"""

#: Patches the class of the default, which is asked before the URL is known from then on.
PATCHING = """
from kernos_sessions import SecureCookieSessionInterface

opened = []
SecureCookieSessionInterface.open_session = lambda self, app, request: opened.append(
    request.url_rule
)
client.get("/plain")
assert opened == [None], opened
"""

PROGRAMS = {
    "a session that is touched later is read and written": """
app, client = waiting()
assert client.get("/read").text == "0"
assert loaded()
assert [client.get("/write").text for _ in range(2)] == ["1", "2"]
assert client.get("/read").text == "2"
assert client.get("/plain").text == "plain"
""",
    "a request with the cookie refreshes it where it is permanent": """
app, client = waiting()
assert "Set-Cookie" not in client.get("/plain").headers
assert "Set-Cookie" in client.get("/keep").headers
assert "Set-Cookie" in client.get("/plain").headers
""",
    "another application of the process waits as well": """
waiting()
waiting()
""",
    "without a key a session that is written says so": """
app, client = waiting()
app.testing = True
app.secret_key = None
try:
    client.get("/write")
except RuntimeError as error:
    assert "secret key" in str(error)
else:
    raise AssertionError("it was written")
""",
    "a class that says who keeps sessions": CONTRACT
    + """
app = make(Says)
assert is_asked_early(app, app.test_client())
""",
    "a class that says it later": CONTRACT
    + """
app, client = waiting()
Kernos.session_interface = Noting()
assert is_asked_early(app, client)
""",
    "an instance that says it later": CONTRACT
    + """
app, client = waiting()
app.session_interface = Noting()
assert is_asked_early(app, client)
del app.session_interface
assert not is_asked_early(app, client)
""",
    "a component that is chosen in code": CONTRACT
    + """
app = make(components={"sessions": lambda app: Noting()})
assert is_asked_early(app, app.test_client())
""",
    "a component that is chosen in code later": CONTRACT
    + """
app, client = waiting()
app.plugins.set_choice("sessions", lambda app: Noting())
assert is_asked_early(app, client)
""",
    "a plugin that offers one": CONTRACT
    + """
app = make(plugins=[Offers()])
assert is_asked_early(app, app.test_client())
""",
    "a plugin that comes later and offers one": CONTRACT
    + """
app, client = waiting()
app.plugins.register(Offers())
assert is_asked_early(app, client)
""",
    "a plugin's wrapper around the hook": CONTRACT
    + """
app = make(plugins=[Wraps()])
assert is_asked_early(app, app.test_client())
""",
    "a plugin's wrapper that comes later": CONTRACT
    + """
app, client = waiting()
app.plugins.register(Wraps())
assert is_asked_early(app, client)
""",
    "the default's class, patched after the first request": """
app, client = waiting()
"""
    + PATCHING,
    "the default's class, patched after a session was touched": """
app, client = waiting()
client.get("/write")
"""
    + PATCHING,
    "the contract's class, patched before the first request": CONTRACT
    + """
asked = []
stock = SessionInterface.get_cookie_name
SessionInterface.get_cookie_name = lambda self, app: asked.append(1) or stock(self, app)
app = make()
app.after_request(lambda response: response)
app.test_client().get("/plain")
assert asked
""",
    "the contract's class, patched after the first request": CONTRACT
    + """
app = make()
app.after_request(lambda response: response)
client = app.test_client()
client.get("/plain")
asked = []
stock = SessionInterface.get_cookie_name
SessionInterface.get_cookie_name = lambda self, app: asked.append(1) or stock(self, app)
client.get("/plain")
assert asked
""",
    "a class that is patched by another thread while it is looked at": """
from kernos.hooks.manager import PluginManager

opened = []
stock = PluginManager.is_as_shipped

def patch():
    from kernos_sessions import SecureCookieSessionInterface

    SecureCookieSessionInterface.open_session = lambda self, app, request: opened.append(
        request.path
    )

def is_as_shipped(self, slot):
    PluginManager.is_as_shipped = stock
    found = stock(self, slot)
    other = threading.Thread(target=patch)
    other.start()
    other.join()
    return found

PluginManager.is_as_shipped = is_as_shipped
client = make().test_client()
client.get("/plain")
client.get("/plain")
assert opened == ["/plain"], opened
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_sessions_that_nobody_has_touched(name: str) -> None:
    kept = {one: value for one, value in os.environ.items() if not one.startswith("KERNOS_")}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM + PROGRAMS[name]],
        env=kept | {"KERNOS_COMPONENTS": "default", "KERNOS_PLUGINS": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
