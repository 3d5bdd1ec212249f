"""``kernos plugins list``: without an application, with one, with broken plugins."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hand_made_site import Site

KEYS = [
    *("name", "distribution", "version", "group", "slot"),
    *("hooks", "state", "reason", "error", "import_ms"),
]

APP = """
    from kernos import Kernos

    app = Kernos(__name__, components={"json": "stdlib"})
    """


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.add(
        "hand-good",
        "kernos.plugins",
        "good",
        """
        import click
        from kernos.hooks import hookimpl

        @click.command()
        def wave():
            click.echo("waving")

        @hookimpl
        def kernos_register_commands(app):
            return [wave]
        """,
    )
    return made


def test_it_lists_what_is_installed_as_json(site: Site) -> None:
    records = site.list()

    assert all(list(record) == KEYS for record in records.values())
    click_record = records["click"]
    assert click_record["distribution"] == "kernos-cli"
    assert click_record["group"] == "kernos.cli"
    assert click_record["slot"] == "cli"
    assert click_record["state"] == "active"
    assert click_record["hooks"] == ["kernos_provide_cli"]
    good = records["good"]
    assert good["slot"] is None
    assert good["version"] == "2.5"
    assert good["hooks"] == ["kernos_register_commands"]
    assert good["import_ms"] > 0


def test_it_prints_a_table_that_awk_can_read(site: Site) -> None:
    done = site.run("plugins", "list")

    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["name", "distribution", "version", "fills", "state", "ms", "why"]
    assert ["good", "hand-good", "2.5", "kernos_register_commands", "active"] in [
        line[:5] for line in lines
    ]
    assert ["click", "kernos-cli", "cli", "active"] in [line[:2] + line[3:5] for line in lines]


def test_a_broken_plugin_is_shown_as_such(site: Site) -> None:
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")

    record = site.list()["torn"]
    table = site.run("plugins", "list")

    assert record["state"] == "failed"
    assert "torn apart" in record["error"]
    assert record["distribution"] == "hand-torn"
    assert table.returncode == 0
    (line,) = [line for line in table.stdout.splitlines() if line.startswith("torn")]
    assert "failed" in line
    assert "torn apart" in line


def test_a_broken_component_is_shown_as_such(site: Site) -> None:
    site.add("hand-json", "kernos.json", "torn", "raise SystemExit(3)")

    record = site.list(KERNOS_COMPONENTS="json=torn")["torn"]

    assert record["state"] == "failed"
    assert "SystemExit" in record["error"]


def test_broken_settings_do_not_stop_it(site: Site) -> None:
    assert "click" in site.list(KERNOS_COMPONENTS="nonsense")
    assert "click" in site.list(KERNOS_COMPONENTS="json=nothing")
    assert "click" in site.list(KERNOS_PLUGINS="nothing")


def test_a_disabled_plugin_is_shown_and_not_imported(site: Site) -> None:
    record = site.list(KERNOS_DISABLE="good")["good"]

    assert record["state"] == "disabled"
    assert record["import_ms"] is None


def test_an_application_file_is_not_imported_unless_it_is_named(site: Site) -> None:
    (site.work / "app.py").write_text("raise SystemExit('imported')")

    assert "click" in site.list()


def test_with_an_application_it_tells_what_that_one_chose(site: Site) -> None:
    site.add(
        "hand-json",
        "kernos.json",
        "other",
        """
        from kernos.hooks import hookimpl

        @hookimpl
        def kernos_provide_json(app):
            return None
        """,
    )
    (site.work / "mine.py").write_text(textwrap.dedent(APP))

    without = site.list(KERNOS_COMPONENTS="json=other")
    with_app = site.list("--app", "mine", KERNOS_COMPONENTS="json=other")

    assert (without["other"]["state"], without["stdlib"]["state"]) == ("active", "available")
    assert (with_app["other"]["state"], with_app["stdlib"]["state"]) == ("available", "active")


def test_with_an_application_broken_plugins_are_left_out(site: Site) -> None:
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    (site.work / "mine.py").write_text(textwrap.dedent(APP))

    records = site.list("--app", "mine")

    assert records["torn"]["state"] in ("failed", "quarantined")
    assert "torn apart" in records["torn"]["error"]
    assert records["good"]["state"] == "active"


def test_with_an_application_plugins_whose_hooks_fail_are_left_out(site: Site) -> None:
    site.add(
        "hand-torn",
        "kernos.plugins",
        "torn",
        """
        from kernos.hooks import hookimpl

        @hookimpl
        def kernos_register_commands(app):
            raise ValueError("torn apart")
        """,
    )
    (site.work / "mine.py").write_text(textwrap.dedent(APP))

    records = site.list("--app", "mine")

    assert records["torn"]["state"] == "quarantined"
    assert "torn apart" in records["torn"]["error"]
    assert records["stdlib"]["reason"] == "components= in code"


def test_an_application_that_breaks_is_told_beside_the_list(site: Site) -> None:
    (site.work / "mine.py").write_text("1 / 0")

    done = site.run("--app", "mine", "plugins", "list")

    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "kernos-cli" in done.stdout


def test_an_application_that_is_not_there_is_an_error(site: Site) -> None:
    done = site.run("--app", "nothing", "plugins", "list")

    assert done.returncode == 2
    assert "Could not import 'nothing'" in done.stderr


def test_commands_of_a_plugin_are_run(site: Site) -> None:
    (site.work / "mine.py").write_text(textwrap.dedent(APP))

    done = site.run("--app", "mine", "wave")

    assert (done.returncode, done.stdout) == (0, "waving\n"), done.stderr


def test_a_broken_plugin_stops_other_commands_in_few_words(site: Site) -> None:
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    (site.work / "mine.py").write_text(textwrap.dedent(APP))

    done = site.run("--app", "mine", "routes")
    helped = site.run("--app", "mine", "--help")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "hand-torn 2.5" in done.stderr
    assert "KERNOS_DISABLE=torn" in done.stderr
    assert "Traceback" not in done.stderr
    assert helped.returncode == 0
    assert "hand-torn 2.5" in helped.stderr
    assert "plugins" in helped.stdout


def test_a_misspelt_command_is_told_beside_a_broken_plugin(site: Site) -> None:
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    (site.work / "mine.py").write_text(textwrap.dedent(APP))

    near = site.run("--app", "mine", "rotes")
    unknown = site.run("--app", "mine", "wave")

    assert near.returncode == 2
    assert "Did you mean 'routes'?" in near.stderr
    assert "hand-torn 2.5" in near.stderr
    # It may well be one of the application's, which cannot be asked.
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("Error: ")
    assert "hand-torn 2.5" in unknown.stderr
    assert "No such command" not in unknown.stderr
