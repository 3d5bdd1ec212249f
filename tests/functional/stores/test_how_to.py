"""What the how-to shows runs as it is written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "share-sessions.md"
FILES = dict(
    re.findall(r'```python title="([^"]+)"\n(.*?)```', PAGE.read_text(encoding="utf-8"), re.DOTALL)
)

VISIT = """
import sys
from importlib import import_module
app = import_module(sys.argv[1]).app
app.config.from_pyfile("settings.py")
if sys.argv[1] != "shop":
    import kernos
    def index(): return {"user": kernos.session.get("user")}
    def login(): kernos.session["user"] = kernos.request.form["user"]; return ""
    app.add_url_rule("/", "index", index)
    app.add_url_rule("/login", "login", login, methods=["POST"])
client = app.test_client()
if sys.argv[2:]:
    client.set_cookie("session", sys.argv[2])
    assert client.get("/").json == {"user": "ada"}
else:
    client.post("/login", data={"user": "ada"})
    assert client.get("/").json == {"user": "ada"}
print(client.get_cookie("session").value)
"""

COOKIE_SHOP = """
from kernos import Kernos
app = Kernos(__name__, components={"sessions": "cookie"})
"""


@pytest.fixture
def visit(tmp_path: Path, valkey_place: t.Any, postgres_place: t.Any) -> t.Callable[..., str]:
    valkey_place.empty()
    postgres_place.empty()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "cookies.py").write_text(COOKIE_SHOP)
    assert valkey_place.setting in FILES["settings.py"]
    (tmp_path / "settings.py").write_text(
        f"SECRET_KEY = 'of more than sixteen bytes'\n"
        f"SESSION_KEY_PREFIX = 'shop:session:'\n"
        f"{valkey_place.setting} = {valkey_place.value!r}\n"
        f"{postgres_place.setting} = {postgres_place.value!r}\n"
    )

    def visit(module: str, *cookie: str, sessions: str = "redis") -> str:
        others = "json=stdlib,routing=werkzeug,templating=jinja2,cli=click"
        done = subprocess.run(
            [sys.executable, "-c", VISIT, module, *cookie],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(tmp_path),
                "KERNOS_PLUGINS": "none",
                "KERNOS_COMPONENTS": f"{others},sessions={sessions}",
            },
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return visit


def test_the_shop_and_both_moves(visit: t.Callable[..., str]) -> None:
    assert set(FILES) == {"shop.py", "settings.py", "moving.py", "moving_on.py"}
    signed = visit("cookies")
    in_redis = visit("moving", signed)
    assert in_redis != signed
    assert visit("shop", in_redis) == in_redis
    assert visit("moving_on", in_redis) == in_redis
    assert visit("shop", in_redis, sessions="sqlalchemy") == in_redis
