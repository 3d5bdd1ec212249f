"""An application that keeps no session loads nothing of sessions; whoever comes later is heard.

Each program runs in a process of its own, in which nobody has imported kernos_sessions.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys

from kernos import Kernos, session

def loaded():
    return any(one.partition(".")[0] == "kernos_sessions" for one in sys.modules)

app = Kernos("program", static_folder=None)
app.secret_key = "k" * 32
opened = []

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

client = app.test_client()
assert client.get("/plain").text == "plain"
assert not loaded()
"""

#: Notes what is opened, and whether the URL was known by then.
NOTING = """
from kernos_sessions import SecureCookieSessionInterface

class Noting(SecureCookieSessionInterface):
    def open_session(self, app, request):
        opened.append(request.url_rule)
        return super().open_session(app, request)
"""

PROGRAMS = {
    "a session that is touched later is read and written": """
assert client.get("/read").text == "0"
assert loaded()
assert [client.get("/write").text for _ in range(2)] == ["1", "2"]
assert client.get("/read").text == "2"
assert client.get("/plain").text == "plain"
""",
    "a request with the cookie refreshes it where it is permanent": """
def keep():
    session.permanent = True
    return "kept"

app = Kernos("second", static_folder=None)
app.secret_key = "k" * 32
app.get("/keep")(keep)
app.get("/plain")(plain)
client = app.test_client()
assert "Set-Cookie" not in client.get("/plain").headers
assert "Set-Cookie" in client.get("/keep").headers
assert "Set-Cookie" in client.get("/plain").headers
""",
    "an interface that is assigned later is asked before the URL is matched": NOTING
    + """
app.session_interface = Noting()
client.get("/plain")
assert opened == [None], opened
""",
    "a class that is patched later is asked before the URL is matched": NOTING
    + """
def noting(self, app, request):
    opened.append(request.url_rule)
    return None

SecureCookieSessionInterface.open_session = noting
client.get("/plain")
assert opened == [None], opened
""",
    "a class that was patched after a session had been touched is asked too": """
from kernos_sessions import SecureCookieSessionInterface

client.get("/write")

def noting(self, app, request):
    opened.append(request.url_rule)
    return None

SecureCookieSessionInterface.open_session = noting
client.get("/plain")
assert opened == [None], opened
""",
    "a plugin's wrapper that stands around the hook is asked": """
from kernos.hooks import hookimpl

class Wraps:
    @hookimpl(wrapper=True)
    def kernos_provide_sessions(self, app):
        made = yield
        from kernos_sessions import SecureCookieSessionInterface

        class Noting(SecureCookieSessionInterface):
            def open_session(self, app, request):
                opened.append(request.url_rule)
                return super().open_session(app, request)

        return Noting()

wrapped = Kernos("wrapped", static_folder=None, plugins=[Wraps()])
wrapped.get("/plain")(plain)
wrapped.test_client().get("/plain")
assert opened == [None], opened
""",
    "another application of the process waits as well": """
other = Kernos("other", static_folder=None)
other.get("/plain")(plain)
other.test_client().get("/plain")
assert not loaded()
""",
    "a component chosen in code is made at once": NOTING
    + """
chosen = Kernos("chosen", static_folder=None, components={"sessions": lambda app: Noting()})
chosen.get("/plain")(plain)
chosen.test_client().get("/plain")
assert opened == [None], opened
""",
    "without a key a session that is written says so": """
bare = Kernos("bare", static_folder=None)
bare.testing = True
bare.get("/plain")(plain)
bare.get("/write")(write)
assert bare.test_client().get("/plain").text == "plain"
try:
    bare.test_client().get("/write")
except RuntimeError as error:
    assert "secret key" in str(error)
else:
    raise AssertionError("it was written")
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
