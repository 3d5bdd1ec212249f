"""``disable``, ``enable``, ``lock``, ``run --locked``, ``bisect`` and ``--safe``."""

from __future__ import annotations

import json
import sys
import tomllib
import typing as t
from pathlib import Path

import pytest
from hand_made_site import Site

from kernos_cli.platform.bisect import Suspect, minimise

APP = "from kernos import Kernos\napp = Kernos(__name__)\n"
FEATURE = "from kernos.hooks import hookimpl\n@hookimpl\ndef kernos_app_ready(app): ...\n"
BREAKING = """
    from kernos.hooks import hookimpl

    @hookimpl
    def kernos_app_created(app):
        raise ValueError("out of clay")
    """
JSON = """
    from kernos.contracts import JSONProvider
    from kernos.hooks import hookimpl

    class Provider(JSONProvider):
        def dumps(self, obj, **kwargs):
            return "other"
        def loads(self, s, **kwargs):
            return "other"

    @hookimpl
    def kernos_provide_json(app):
        return Provider(app)
    """
WRITTEN = """\
# Ours.
[plugins]          # who takes part
on_error = "fail"  # never without the guard

[components]
json = "other"  # quick
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    (made.work / "mine.py").write_text(APP)
    made.add("hand-good", "kernos.plugins", "good", FEATURE)
    return made


def states(site: Site) -> dict[str, str]:
    return {name: one["state"] for name, one in site.list("--app", "mine").items()}


# --- disable and enable ----------------------------------------------------------------


def test_disable_and_enable_change_the_file_and_keep_its_comments(site: Site) -> None:
    site.add("hand-json", "kernos.json", "other", JSON)
    file = site.work / "kernos.toml"
    file.write_text(WRITTEN)
    done = site.run("--app", "mine", "plugins", "disable", "good")
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(file.read_text())["plugins"]["disable"] == ["good"]
    for comment in ("# Ours.", "# who takes part", "# never without the guard", "# quick"):
        assert comment in file.read_text()
    assert states(site)["good"] == "disabled"
    assert site.run("--app", "mine", "plugins", "disable", "good").returncode == 0
    assert tomllib.loads(file.read_text())["plugins"]["disable"] == ["good"]
    assert site.run("--app", "mine", "plugins", "enable", "hand-good:good").returncode == 0
    assert states(site)["good"] == "active"
    assert "# who takes part" in file.read_text()


def test_a_first_file_is_made_beside_the_application(site: Site) -> None:
    assert site.run("--app", "mine", "plugins", "disable", "good").returncode == 0
    assert tomllib.loads((site.work / "kernos.toml").read_text()) == {
        "plugins": {"disable": ["good"]}
    }


def test_where_nothing_loads_by_itself_enable_names_the_plugin(site: Site) -> None:
    file = site.work / "kernos.toml"
    file.write_text("[plugins]\nautoload = false\n")
    assert states(site)["good"] != "active"
    assert site.run("--app", "mine", "plugins", "enable", "good").returncode == 0
    assert states(site)["good"] == "active"


def test_a_broken_plugin_can_be_disabled(site: Site) -> None:
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    assert site.run("--app", "mine", "routes").returncode == 1
    assert site.run("--app", "mine", "plugins", "disable", "torn").returncode == 0
    assert site.run("--app", "mine", "routes").returncode == 0


@pytest.mark.parametrize("command", ["disable", "enable"])
def test_a_misspelt_plugin_changes_nothing(site: Site, command: str) -> None:
    done = site.run("--app", "mine", "plugins", command, "godo")
    assert done.returncode == 2
    assert "'good'" in done.stderr
    assert not (site.work / "kernos.toml").exists()


def test_a_chosen_component_is_not_disabled(site: Site) -> None:
    site.add("hand-json", "kernos.json", "other", JSON)
    (site.work / "kernos.toml").write_text(WRITTEN)
    done = site.run("--app", "mine", "plugins", "disable", "other")
    assert done.returncode == 1
    assert "choose another one" in done.stderr
    assert (site.work / "kernos.toml").read_text() == WRITTEN


def test_without_an_application_the_file_must_be_named(site: Site) -> None:
    (site.work / "mine.py").unlink()
    assert site.run("plugins", "disable", "good").returncode == 2
    assert site.run("plugins", "disable", "good", "--file", "other.toml").returncode == 0
    assert (site.work / "other.toml").exists()


# --- the lock --------------------------------------------------------------------------


def test_a_lock_holds_plugins_versions_winners_and_order(site: Site) -> None:
    done = site.run("--app", "mine", "plugins", "lock")
    assert done.returncode == 0, done.stderr
    lock = tomllib.loads((site.work / "kernos.lock").read_text())
    assert lock["plugins"]["plugins/hand-good:good"] == "2.5"
    assert lock["slots"]["json"] == "stdlib (kernos-json 1.0.0)"
    assert lock["order"]["kernos_app_ready"] == ["good"]
    text = (site.work / "kernos.lock").read_text()
    assert site.run("--app", "mine", "plugins", "lock").returncode == 0
    assert (site.work / "kernos.lock").read_text() == text
    assert site.run("--app", "mine", "plugins", "lock", "--check").returncode == 0


def test_run_locked_refuses_drift_and_shows_it(site: Site) -> None:
    assert site.run("--app", "mine", "plugins", "lock").returncode == 0
    site.add("hand-more", "kernos.plugins", "more", FEATURE)
    checked = site.run("--app", "mine", "plugins", "lock", "--check")
    assert checked.returncode == 1
    assert "plugins: plugins/hand-more:more: nothing → 2.5" in checked.stdout
    done = site.run("--app", "mine", "run", "--locked", "--port", "0")
    assert done.returncode == 1
    assert "order: kernos_app_ready: good → good, more" in done.stderr
    assert "Serving" not in done.stdout


def test_run_locked_without_a_lock_refuses_to_start(site: Site) -> None:
    done = site.run("--app", "mine", "run", "--locked")
    assert done.returncode == 1
    assert "kernos plugins lock" in done.stderr


def test_a_lock_that_is_none_is_refused(site: Site) -> None:
    (site.work / "kernos.lock").write_text("format = 99\n")
    done = site.run("--app", "mine", "plugins", "lock", "--check")
    assert done.returncode == 1
    assert "no lock of the format 1" in done.stderr


# --- bisect ----------------------------------------------------------------------------


@pytest.mark.parametrize("guilty", [{3}, {0}, {0, 7}, {1, 2, 5}])
def test_bisect_finds_the_smallest_set_that_fails(guilty: set[int]) -> None:
    suspects = [Suspect(str(number), None) for number in range(8)]
    needed = [suspects[number] for number in sorted(guilty)]

    def fails(kept: t.Sequence[Suspect]) -> bool:
        return all(one in kept for one in needed)

    assert minimise(suspects, fails) == needed


def bisect(site: Site, program: str, *args: str) -> tuple[int, dict[str, t.Any], str]:
    command = ("plugins", "bisect", "--json", *args, "--", sys.executable, "-c", program)
    done = site.run("--app", "mine", *command, KERNOS_COMPONENTS="")
    return done.returncode, json.loads(done.stdout), done.stderr


def test_bisect_finds_the_plugin_that_breaks_a_command(site: Site) -> None:
    site.add("hand-more", "kernos.plugins", "more", FEATURE)
    site.add("hand-torn", "kernos.plugins", "torn", BREAKING)
    status, found, errors = bisect(site, "import mine")
    assert (status, found["culprits"]) == (0, ["hand-torn:torn"]), errors


def test_bisect_finds_a_component_that_breaks_a_command(site: Site) -> None:
    site.add("hand-json", "kernos.json", "other", JSON)
    (site.work / "kernos.toml").write_text('[components]\njson = "other"\n')
    program = "import mine; assert mine.app.json.dumps(1) == '1'"
    status, found, errors = bisect(site, program)
    assert (status, found["culprits"]) == (0, ["hand-json:other"]), errors


def test_bisect_tells_when_there_is_nothing_to_find(site: Site) -> None:
    assert bisect(site, "pass")[:2][0] == 1
    status, found, _ = bisect(site, "raise SystemExit(3)")
    assert status == 1
    assert "without any of the plugins too" in found["message"]


# --- safe ------------------------------------------------------------------------------


def test_safe_takes_the_defaults_whatever_was_chosen(site: Site) -> None:
    site.add("hand-json", "kernos.json", "other", JSON)
    site.add("hand-torn", "kernos.plugins", "torn", BREAKING)
    (site.work / "mine.py").write_text(
        "from kernos import Kernos\napp = Kernos(__name__, components={'json': 'other'})\n"
    )
    assert site.run("--app", "mine", "routes").returncode == 1
    done = site.run("--safe", "--app", "mine", "routes")
    assert done.returncode == 0, done.stderr
    assert "Safe mode" in done.stderr
    told = site.run("--safe", "--app", "mine", "plugins", "why", "json", "--json")
    assert json.loads(told.stdout)[0]["owner"] == "stdlib (kernos-json 1.0.0)"
