"""Three workers that share nothing but a store answer every visitor as one would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import typing as t
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.server

SHOP = """
import os

from kernos import Kernos
from kernos import request
from kernos import session
from kernos.sessions import regenerate

app = Kernos(__name__)
app.config.from_pyfile(os.environ["SHOP_SETTINGS"])


@app.post("/login")
def login():
    session["user"] = request.form["user"]
    regenerate()
    return ""


@app.post("/cart/<item>")
def add(item):
    session["cart"] = {**session.get("cart", {}), item: True}
    return ""


@app.get("/")
def index():
    return {
        "user": session.get("user"),
        "cart": sorted(session.get("cart", {})),
        "worker": os.getpid(),
    }
"""

VISITORS = 12


class Shop:
    """Three gunicorns, each with one worker, that listen on one address.

    Args:
        folder: Where the shop is written, with its settings.
        component: What a single installed alternative would be.
        line: The one line of configuration.
    """

    def __init__(self, folder: Path, component: str, line: str) -> None:
        (folder / "shop.py").write_text(textwrap.dedent(SHOP))
        (folder / "settings.py").write_text(line)
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "SHOP_SETTINGS": str(folder / "settings.py"),
            "KERNOS_PLUGINS": "none",
            # Every alternative is installed here; where one is, this is not needed.
            "KERNOS_COMPONENTS": "json=stdlib,routing=werkzeug,templating=jinja2,"
            f"cli=click,sessions={component}",
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        # Held, so that nobody else is given the port between two workers' starts.
        self.held = socket.socket()
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.held.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.held.getsockname()[1]}"

    def start_worker(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.workers.append(
                subprocess.Popen(
                    [
                        *(sys.executable, "-m", "gunicorn", "--reuse-port", "--workers", "1"),
                        *("--threads", "4", "--no-control-socket"),
                        *("--bind", self.address, "shop:app"),
                    ],
                    env=self.environment,
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def kill_worker(self, number: int) -> None:
        os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait(15)

    def wait_for(self, count: int) -> None:
        """Wait until so many different workers have answered."""
        deadline = time.monotonic() + 60
        seen: set[int] = set()
        while len(seen) < count:
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            with Visitor(self, "nobody") as visitor:
                try:
                    seen.add(visitor.client.get("/").json()["worker"])
                except httpx.TransportError:
                    time.sleep(0.1)

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.terminate()
        for number, worker in enumerate(self.workers):
            try:
                worker.wait(15)
            except subprocess.TimeoutExpired:
                self.kill_worker(number)
        self.held.close()


class Visitor:
    """A browser: each request is a new connection, and is repeated when that breaks."""

    def __init__(self, shop: Shop, name: str) -> None:
        self.name = name
        self.client = httpx.Client(
            base_url=f"http://{shop.address}",
            timeout=20,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self.items: list[str] = []
        self.workers: set[int] = set()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.client.close()

    def ask(self, method: str, path: str, **options: t.Any) -> httpx.Response:
        for _ in range(50):
            try:
                answer = self.client.request(method, path, **options)
            except httpx.TransportError:  # the worker was killed, the next one is not
                time.sleep(0.02)
                continue
            assert answer.status_code == 200, answer.text
            return answer
        pytest.fail("no worker answers")

    def login(self) -> None:
        self.ask("POST", "/login", data={"user": self.name})

    def buy(self, item: str) -> None:
        self.ask("POST", f"/cart/{item}")
        self.items.append(item)

    def look(self) -> None:
        """See that the shop knows who this is, and what is in the cart."""
        found = self.ask("GET", "/").json()
        self.workers.add(found["worker"])
        assert found["user"] == self.name
        assert found["cart"] == sorted(self.items)


@pytest.fixture(params=["valkey", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> t.Iterator[Shop]:
    place = request.getfixturevalue(f"{request.param}_place")
    place.empty()
    shop = Shop(tmp_path, place.component, f"{place.setting} = {place.value!r}\n")
    try:
        for _ in range(3):
            shop.start_worker()
        shop.wait_for(3)
        yield shop
    finally:
        shop.stop()


def test_a_worker_is_killed_and_no_visitor_is_logged_out(shop: Shop) -> None:
    visitors = [Visitor(shop, f"visitor {number}") for number in range(VISITORS)]
    halfway = threading.Barrier(VISITORS + 1)
    failed: list[BaseException] = []

    def shopping(visitor: Visitor) -> None:
        try:
            visitor.login()
            for step in range(8):
                visitor.buy(f"before-{step}")
                visitor.look()
            halfway.wait(60)
            for step in range(8):
                visitor.buy(f"after-{step}")
                visitor.look()
        except BaseException as error:
            failed.append(error)
            halfway.abort()

    threads = [threading.Thread(target=shopping, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    try:
        halfway.wait(60)
        shop.kill_worker(1)
    except threading.BrokenBarrierError:
        pass  # what broke it is reported below
    for thread in threads:
        thread.join()
    assert not failed, (failed, (shop.folder / "log").read_text())
    assert len(set.union(*(visitor.workers for visitor in visitors))) == 3
    shop.start_worker()
    shop.wait_for(3)
    for visitor in visitors:
        visitor.look()
        visitor.client.close()


def test_one_visitors_requests_to_different_workers_at_once_all_count(shop: Shop) -> None:
    with Visitor(shop, "hasty") as visitor:
        visitor.login()
        cookies = dict(visitor.client.cookies)

        def buy(number: int) -> None:
            with Visitor(shop, "hasty") as tab:
                tab.client.cookies.update(cookies)
                for step in range(6):
                    tab.buy(f"{number}-{step}")
                visitor.items.extend(tab.items)

        threads = [threading.Thread(target=buy, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(visitor.items) == 24
        visitor.look()
