"""What doctor finds about what is installed, and the command itself."""

from __future__ import annotations

import base64
import collections
import hashlib
import importlib.metadata
import json
import sys
import typing as t
from pathlib import Path

import pytest
from hand_made_site import Site

from kernos import Kernos
from kernos_cli.doctor import runtime
from kernos_cli.doctor.running import examine

FEATURE = """
    from kernos.hooks import hookimpl

    @hookimpl
    def kernos_app_ready(app): ...
    """

BUSY = """
    import time
    begun = time.thread_time()
    while time.thread_time() < begun + 0.6:
        pass
    """


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    (made.work / "mine.py").write_text(
        "from kernos import Kernos\napp = Kernos(__name__)\n"
        "app.config.update(SECRET_KEY='b7b5f9d3c1a84e0e9d2f6c5a', TRUSTED_HOSTS=['a.example'])\n"
    )
    return made


def doctor(site: Site, *args: str, **env: str) -> tuple[int, dict[str, list[str]]]:
    done = site.run("--app", "mine", "doctor", "--json", *args, **env)
    assert done.stdout, done.stderr
    found: dict[str, list[str]] = {}
    for one in json.loads(done.stdout)["findings"]:
        found.setdefault(one["id"], []).append(one["message"])
    return done.returncode, found


def test_a_new_application_is_well(site: Site) -> None:
    done = site.run("--app", "mine", "doctor")
    assert (done.returncode, done.stdout) == (0, "No findings.\n")


def test_a_plugin_that_nobody_named_is_found(site: Site) -> None:
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    _, found = doctor(site, "--deploy")
    assert "good (hand-good 2.5) takes part because it is installed." in found["K-070"]
    assert found["K-073"] == ["hand-good is found through PYTHONPATH."]
    assert "K-070" not in doctor(site, "--deploy", KERNOS_PLUGINS="good")[1]
    assert "K-070" not in doctor(site, "--deploy", "--ignore", "K-070")[1]
    assert "K-070" not in doctor(site)[1]


def test_a_file_that_was_changed_is_found(site: Site) -> None:
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    module = site.folder / "hand_good.py"
    digest = base64.urlsafe_b64encode(hashlib.sha256(module.read_bytes()).digest())
    record = site.folder / "hand_good-2.5.dist-info" / "RECORD"
    record.write_text(f"hand_good.py,sha256={digest.rstrip(b'=').decode()},10\n")
    assert "K-071" not in doctor(site, "--deploy")[1]
    module.write_text(module.read_text() + "# touched\n")
    status, found = doctor(site, "--deploy")
    assert status == 1
    assert "1 files of hand-good" in found["K-071"][0]


def test_two_distributions_with_one_name_are_found(site: Site) -> None:
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    site.add("hand-twin", "kernos.plugins", "good", FEATURE)
    status, found = doctor(site)
    assert status == 1
    assert "good (hand-good 2.5) and good (hand-twin 2.5)" in found["K-072"][0]
    assert "K-084" in found


def test_a_plugin_for_another_kernos_is_found(site: Site) -> None:
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    metadata = site.folder / "hand_good-2.5.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace(">=1,<2", ">=7"))
    assert doctor(site)[1]["K-076"] == ["good (hand-good 2.5) wants kernos >=7."]


def test_a_plugin_for_any_kernos_is_found(site: Site) -> None:
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    metadata = site.folder / "hand_good-2.5.dist-info" / "METADATA"
    metadata.write_text("Metadata-Version: 2.1\nName: hand-good\nVersion: 2.5\n")
    status, found = doctor(site)
    assert (status, len(found["K-076"])) == (0, 1)
    assert "does not say which" in found["K-076"][0]


def test_a_slow_import_and_a_broken_plugin_are_found(site: Site) -> None:
    site.add("hand-slow", "kernos.plugins", "slow", BUSY)
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    status, found = doctor(site)
    assert status == 1
    (told,) = found["K-077"]
    assert told.startswith("slow (hand-slow 2.5) takes ")
    assert told.endswith(" ms of the processor's time when it is imported.")
    assert "torn apart" in found["K-081"][0]


def test_what_an_import_changes_of_the_process_is_found(site: Site) -> None:
    site.add("hand-loud", "kernos.plugins", "loud", "import os\nos.chdir('/')\n")
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    site.add("hand-json", "kernos.json", "other", "print('never imported')")
    status, found = doctor(site)
    assert status == 0
    told = "loud (hand-loud 2.5) changes the working folder when it is imported."
    assert found["K-077"] == [told]
    assert "K-077" not in doctor(site, "--ignore", "K-077")[1]
    shown = site.run("--app", "mine", "plugins", "show", "loud")
    assert "import:   changes the working folder" in shown.stdout


def test_what_an_application_starts_while_it_loads_is_found(site: Site) -> None:
    module = site.work / "mine.py"
    module.write_text(
        module.read_text()
        + "import threading\n"
        + "threading.Thread(target=threading.Event().wait, name='poller', daemon=True).start()\n"
    )
    told = "The thread 'poller' is started while the application loads."
    assert doctor(site, "--deploy")[1]["K-092"] == [told]
    assert "K-092" not in doctor(site)[1]


def test_advisories_and_attestations_are_named_in_every_way(site: Site) -> None:
    hole = {"package": {"ecosystem": "PyPI", "name": "hand-good"}, "versions": ["2.5"]}
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    (site.work / "osv").mkdir()
    (site.work / "osv" / "a.json").write_text(json.dumps({"id": "PYSEC-1", "affected": [hole]}))
    told = ["hand-good 2.5: PYSEC-1."]
    assert "K-078" not in doctor(site, "--deploy")[1]
    assert doctor(site, "--deploy", "--advisories", "osv")[1]["K-078"] == told
    assert doctor(site, "--deploy", KERNOS_DOCTOR_ADVISORIES="osv")[1]["K-078"] == told
    found = doctor(site, "--deploy", "--attestations", "osv")[1]
    assert "hand-good 2.5 has no attestation in osv." in found["K-080"]
    (site.work / "kernos.toml").write_text('[doctor]\nadvisories = "osv"\n')
    assert doctor(site, "--deploy")[1]["K-078"] == told
    assert "K-078" not in doctor(site)[1]


def test_a_name_like_an_official_one_is_found(site: Site) -> None:
    site.add("kernos-jsom", "kernos.plugins", "good", FEATURE)
    assert doctor(site)[1]["K-079"] == ["kernos-jsom is one letter from kernos-json."]


def test_a_lock_that_is_not_kept_is_found(site: Site) -> None:
    assert site.run("--app", "mine", "plugins", "lock").returncode == 0
    assert "K-075" not in doctor(site, "--deploy")[1]
    site.add("hand-good", "kernos.plugins", "good", FEATURE)
    found = doctor(site, "--deploy")[1]["K-075"]
    assert "kernos.lock: plugins: plugins/hand-good:good: nothing → 2.5" in found


def test_silenced_in_the_file_is_silent(site: Site) -> None:
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    (site.work / "kernos.toml").write_text('[doctor]\nignore = ["K-081"]\n')
    assert doctor(site) == (0, {})


def test_without_an_application_the_installation_is_looked_at(site: Site) -> None:
    (site.work / "mine.py").unlink()
    site.add("hand-torn", "kernos.plugins", "torn", "raise ValueError('torn apart')")
    done = site.run("doctor", "--deploy", "--ignore", "K-073,K-070,K-074")
    assert done.returncode == 1
    assert "K-081" in done.stdout
    assert "K-001" not in done.stdout


def test_an_application_that_breaks_is_an_error(site: Site) -> None:
    (site.work / "mine.py").write_text("1 / 0")
    done = site.run("--app", "mine", "doctor")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_an_unknown_id_is_answered_with_the_nearest(site: Site) -> None:
    done = site.run("--app", "mine", "doctor", "--ignore", "K-0411")
    assert done.returncode == 2
    assert "'K-041'" in done.stderr


@pytest.fixture
def app(tmp_path: Path) -> Kernos:
    return Kernos("acme_shop", root_path=str(tmp_path), plugins=[])


def messages(app: Kernos, id: str) -> list[str]:
    return [one.message for one in examine(app, deploy=True) if one.id == id]


def test_an_old_server_is_found(app: Kernos, monkeypatch: pytest.MonkeyPatch) -> None:
    assert messages(app, "K-026") == []
    real = importlib.metadata.version
    monkeypatch.setattr(
        importlib.metadata, "version", lambda name: "22.9" if name == "gunicorn" else real(name)
    )
    assert messages(app, "K-026") == ["gunicorn 22.9 is older than 23.0.0."]


def test_a_pth_file_with_code_is_found(
    app: Kernos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "plain.pth").write_text("/somewhere\n")
    (folder / "code.pth").write_text("import os; os.getcwd()\n")
    monkeypatch.setattr(sys, "path", [str(folder)])
    assert messages(app, "K-074") == ["code.pth runs code at every start."]


def test_an_old_python_is_found(app: Kernos, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    past = collections.defaultdict(lambda: dt.date(2020, 1, 1))
    assert messages(app, "K-093") == []
    monkeypatch.setattr(runtime, "LAST_DAYS", {sys.version_info[:2]: past[0]})
    assert "no fixes since 2020-01-01" in messages(app, "K-093")[0]


def test_few_open_files_are_found(app: Kernos, monkeypatch: pytest.MonkeyPatch) -> None:
    resource: t.Any = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (256, 4096))
    assert messages(app, "K-094") == ["A process may open 256 files."]
