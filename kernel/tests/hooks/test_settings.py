from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from kernos.errors import RegistrationError
from kernos.hooks.settings import Chosen, read_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "kernos.toml"
    path.write_text(text)
    return path


@pytest.fixture
def app_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an importable package ``shop_of_tests``, in a project folder."""
    project = tmp_path / "project"
    folder = project / "shop_of_tests"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(project))
    return folder


def test_nothing_said_is_nothing_chosen() -> None:
    settings = read_settings()
    assert settings.chosen("json") is None
    assert settings.disabled == ()
    assert settings.on_error("any") == "fail"
    assert settings.named_slots() == []


# --- components


def test_code_beats_environment_beats_file(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(app_folder, '[components]\njson = "f"\nsessions = "f"\ncli = "f"\n')
    monkeypatch.setenv("KERNOS_COMPONENTS", " json = e , sessions=e ")
    settings = read_settings("shop_of_tests", str(app_folder), components={"json": "c"})
    assert settings.chosen("json") == Chosen("code", "components= in code", ("c",))
    assert settings.chosen("sessions") == Chosen("environment", "KERNOS_COMPONENTS", ("e",))
    assert settings.chosen("cli") == Chosen("file", str(path), ("f",))
    assert settings.chosen("routing") is None
    assert settings.named_slots() == [
        ("json", "components= in code"),
        ("json", "KERNOS_COMPONENTS"),
        ("sessions", "KERNOS_COMPONENTS"),
        ("json", str(path)),
        ("sessions", str(path)),
        ("cli", str(path)),
    ]


def test_the_word_default_takes_every_default_beside_what_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", "default,json=orjson")
    settings = read_settings()
    assert settings.chosen("json") == Chosen("environment", "KERNOS_COMPONENTS", ("orjson",))
    found = settings.chosen("sessions")
    assert found is not None
    assert found.default
    assert found.rule == "environment"


def test_default_in_code_beats_names_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=orjson")
    found = read_settings(components="default").chosen("json")
    assert found == Chosen("code", "components= in code", default=True)


def test_none_in_code_chooses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", "json=orjson")
    found = read_settings(components={"json": None}).chosen("json")
    assert found is not None
    assert found.rule == "environment"


def test_several_names_stand_in_order_wherever_they_are_said(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ('"a + b"', '["a", "b"]'):
        write(app_folder, f"[components]\ntemplating = {text}\n")
        found = read_settings("shop_of_tests", str(app_folder)).chosen("templating")
        assert found is not None
        assert found.parts == ("a", "b")
    monkeypatch.setenv("KERNOS_COMPONENTS", "templating=a+b")
    found = read_settings().chosen("templating")
    assert found is not None
    assert found.parts == ("a", "b")
    engine = object()
    for given in ("a+b", ["a", "b"], ("a", engine), engine):
        found = read_settings(components={"templating": given}).chosen("templating")
        assert found is not None
        assert found.parts == {
            "a+b": ("a", "b"),
        }.get(given if isinstance(given, str) else "", found.parts)
    assert found is not None
    assert found.parts == (engine,)


@pytest.mark.parametrize("text", ["orjson", "json=", "=orjson", "json=a,json=b", "json=a+", "a=+"])
def test_an_environment_that_chooses_nothing_is_refused(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_COMPONENTS", text)
    with pytest.raises(RegistrationError, match="KERNOS_COMPONENTS"):
        read_settings()


@pytest.mark.parametrize(
    "components", ["orjson", ["json"], {"json": []}, {"json": "+"}, {"json": ""}, 3]
)
def test_code_that_chooses_nothing_is_refused(components: object) -> None:
    with pytest.raises(RegistrationError, match=r"component|chooses|choice"):
        read_settings(components=components)  # type: ignore[arg-type]


# --- plugins


@pytest.mark.parametrize(
    ("text", "plugins"),
    [("", None), (" ", None), ("auto", True), ("none", ()), ("a, b:c,", ("a", "b:c"))],
)
def test_plugins_in_the_environment(
    text: str, plugins: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERNOS_PLUGINS", text)
    assert read_settings().environment.plugins == plugins


def test_plugins_in_code_are_names_and_objects() -> None:
    assert read_settings().code.plugins is None
    assert read_settings(plugins=[]).code.plugins == ()
    assert read_settings(plugins=iter(["a", 3])).code.plugins == ("a", 3)
    with pytest.raises(RegistrationError, match="a list is wanted"):
        read_settings(plugins="audit")


def test_what_is_disabled_is_read_at_construction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERNOS_DISABLE", "a, b:c ,,")
    settings = read_settings()
    monkeypatch.delenv("KERNOS_DISABLE")
    assert settings.disabled == ("a", "b:c")


def test_the_file_says_all_there_is(app_folder: Path) -> None:
    write(
        app_folder,
        """
        [plugins]
        autoload = false
        enable = ["a", "b"]
        disable = ["c"]
        on_error = "quarantine"
        [plugin."acme:x"]
        on_error = "fail"
        [plugin.y]
        """,
    )
    settings = read_settings("shop_of_tests", str(app_folder))
    file = settings.file
    assert (file.autoload, file.enable, file.disable) == (False, ("a", "b"), ("c",))
    assert settings.on_error("acme:x", "x") == "fail"
    assert settings.on_error("acme:y", "y") == "quarantine"
    assert settings.disabled_for(None) == ("c",)
    assert settings.disabled_for(Chosen("file", "")) == ("c",)
    assert settings.disabled_for(Chosen("environment", "")) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[component]", "component"),
        ("x = 1", "'x'"),
        ("components = 1", "components is 1"),
        ("[components]\njson = 1", "components.json is 1"),
        ("[components]\njson = []", r"components.json is \[\]"),
        ('[components]\njson = ["a", 1]', "components.json"),
        ('[components]\njson = ""', "components.json"),
        ('[components]\njson = "a+"', "components.json"),
        ("[plugins]\nautolod = true", "autoload   # in place of autolod"),
        ("[plugins]\nloading = true", "delete loading"),
        ("[plugins]\nautoload = 1", "plugins.autoload is 1"),
        ('[plugins]\nenable = "a"', "plugins.enable is 'a'"),
        ("[plugins]\ndisable = [1]", r"plugins.disable is \[1\]"),
        ('[plugins]\non_error = "ignore"', "plugins.on_error is 'ignore'"),
        ("[plugins]\non_error = 1", "plugins.on_error is 1"),
        ('[plugin.x]\non_error = "no"', 'plugin."x".on_error'),
        ("[plugin.x]\nonerror = 1", r'\[plugin."x"\] has an unknown key'),
        ("[plugin]\nx = 1", 'plugin."x" is 1'),
        ("plugin = 1", "plugin is 1"),
        ("plugins = []", r"plugins is \[\]"),
        ("[plugins", "cannot be read"),
        ("\0", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_key(app_folder: Path, text: str, said: str) -> None:
    path = write(app_folder, text)
    with pytest.raises(RegistrationError, match=said) as caught:
        read_settings("shop_of_tests", str(app_folder))
    assert str(path) in caught.value.what


# --- where the file lies


def name_in(path: Path) -> Path:
    return write(path, f'[components]\njson = "{path.name}"\n')


def found(import_name: str | None, root_path: Path | None) -> str | None:
    path = read_settings(import_name, None if root_path is None else str(root_path)).file.path
    return path or None


def test_the_file_that_kernos_config_names_goes_first(
    app_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_in(app_folder)
    named = tmp_path / "elsewhere.toml"
    named.write_text("")
    monkeypatch.setenv("KERNOS_CONFIG", str(named))
    assert found("shop_of_tests", app_folder) == str(named)
    monkeypatch.setenv("KERNOS_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(RegistrationError, match="no such file"):
        read_settings()


def test_the_applications_folder_goes_before_its_packages_holder(app_folder: Path) -> None:
    assert found("shop_of_tests", app_folder) is None
    outer = name_in(app_folder.parent)
    assert found("shop_of_tests", app_folder) == str(outer)
    assert found("shop_of_tests.views.deep", app_folder) == str(outer)
    inner = name_in(app_folder)
    assert found("shop_of_tests", app_folder) == str(inner)


def test_a_package_that_is_imported_already_is_found_as_well(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = name_in(app_folder.parent)
    module = types.ModuleType("shop_of_tests")
    module.__path__ = [str(app_folder)]
    monkeypatch.setitem(sys.modules, "shop_of_tests", module)
    assert found("shop_of_tests", None) == str(path)


def test_a_single_module_has_its_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lone_app_of_tests.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    path = name_in(tmp_path)
    assert found("lone_app_of_tests", tmp_path) == str(path)
    assert found("lone_app_of_tests", None) == str(path)


def test_the_bare_working_folder_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name_in(tmp_path)
    assert found(None, None) is None
    assert found("nowhere_to_be_found", tmp_path) is None
    assert found("nowhere_to_be_found", None) is None


def test_a_root_path_that_somebody_chose_is_read_without_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    path = name_in(chosen)
    monkeypatch.chdir(tmp_path)
    assert found("nowhere_to_be_found", chosen) == str(path)


def test_an_interactive_main_has_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name_in(tmp_path)
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert found("__main__", tmp_path) is None
    main.__file__ = str(tmp_path / "app.py")
    assert found("__main__", tmp_path) == str(tmp_path / "kernos.toml")


def test_a_main_that_was_run_by_module_name_belongs_to_its_package(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = name_in(app_folder.parent)
    main = types.ModuleType("__main__")
    main.__spec__ = types.SimpleNamespace(name="shop_of_tests.__main__")  # type: ignore[assignment]
    main.__file__ = str(app_folder / "__main__.py")
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert found("__main__", app_folder) == str(path)


def test_a_module_without_a_spec_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "odd_of_tests", None)
    assert found("odd_of_tests", None) is None
    assert found("", None) is None
    assert found("sys", None) is None


def test_a_namespace_package_is_held_by_the_folder_of_its_first_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "space_of_tests").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    path = name_in(tmp_path)
    assert found("space_of_tests.app", None) == str(path)


def test_the_file_silences_checks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "kernos.toml"
    file.write_text('[doctor]\nignore = ["K-013"]\n')
    monkeypatch.setenv("KERNOS_CONFIG", str(file))
    assert read_settings().file.doctor_ignore == ("K-013",)
    file.write_text('[doctor]\nadvisories = "osv"\nattestations = "/kept"\n')
    assert read_settings().file.doctor_paths == {
        "advisories": str(file.parent / "osv"),
        "attestations": "/kept",
    }
    file.write_text("[doctor]\nadvisories = 7\n")
    with pytest.raises(RegistrationError, match=r"doctor\.advisories"):
        read_settings()
    file.write_text('[doctor]\nignore = "K-013"\n')
    with pytest.raises(RegistrationError, match=r"doctor\.ignore"):
        read_settings()


def test_safe_lets_nothing_count_that_was_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERNOS_CONFIG", str(tmp_path / "not there"))
    monkeypatch.setenv("KERNOS_PLUGINS", "a,b")
    monkeypatch.setenv("KERNOS_SAFE", "1")
    settings = read_settings(components={"json": "orjson"}, plugins=["c"])
    chosen = settings.chosen("json")
    assert chosen == Chosen("environment", "KERNOS_SAFE", default=True)
    assert settings.environment.plugins == ()
    assert settings.code.plugins is None
    monkeypatch.setenv("KERNOS_SAFE", "0")
    with pytest.raises(RegistrationError, match="no such file"):
        read_settings()
