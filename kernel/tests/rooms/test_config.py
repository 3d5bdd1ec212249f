"""The configuration, and the many places that it is filled from."""

from __future__ import annotations

import json
import tomllib
import typing as t
from datetime import timedelta

import pytest
from kernel_harness import make_app

from kernos import Config, Kernos
from kernos.config import ConfigAttribute


@pytest.fixture
def config(tmp_path) -> Config:
    return Config(tmp_path, {"A": 1})


def test_it_is_a_dictionary_that_starts_with_the_defaults(config: Config, tmp_path) -> None:
    assert isinstance(config, dict)
    assert config == {"A": 1}
    assert config.root_path == tmp_path
    assert Config(tmp_path) == {}


# --- objects and mappings --------------------------------------------------------------


class Settings:
    UPPER = 1
    lower = 2
    Mixed = 3

    @property
    def COMPUTED(self) -> int:
        return 4


def test_an_object_gives_its_upper_case_names(config: Config) -> None:
    config.from_object(Settings)
    assert config["UPPER"] == 1
    assert set(config) == {"A", "UPPER", "COMPUTED"}
    config.from_object(Settings())
    assert config["COMPUTED"] == 4


def test_an_object_may_be_named(config: Config) -> None:
    config.from_object("kernel_harness")
    assert "SECRET" in config
    with pytest.raises(ImportError):
        config.from_object("no.such.module")


def test_a_mapping_gives_its_upper_case_keys_and_keywords_win(config: Config) -> None:
    assert config.from_mapping({"A": 2, "lower": 3, "B": 4}, B=5, C=6) is True
    assert config == {"A": 2, "B": 5, "C": 6}
    assert config.from_mapping([("D", 7)]) is True
    assert config["D"] == 7
    assert config.from_mapping() is True


# --- files -----------------------------------------------------------------------------


def test_a_python_file_is_run(config: Config, tmp_path) -> None:
    (tmp_path / "settings.py").write_text("import os\nX = os.sep\ny = 1\nF = __file__\n", "utf-8")
    assert config.from_pyfile("settings.py") is True
    assert config["X"] == "/"
    assert config["F"] == str(tmp_path / "settings.py")
    assert "y" not in config


@pytest.mark.parametrize("method", ["from_pyfile", "from_file"])
def test_a_file_that_is_missing_is_an_error_unless_silent(
    config: Config, tmp_path, method: str
) -> None:
    rest = {} if method == "from_pyfile" else {"load": json.load}
    read = getattr(config, method)
    with pytest.raises(OSError, match="Unable to load configuration file") as caught:
        read("nowhere.cfg", **rest)
    assert caught.value.filename == str(tmp_path / "nowhere.cfg")
    assert read("nowhere.cfg", silent=True, **rest) is False
    assert read(".", silent=True, **rest) is False
    (tmp_path / "closed").write_text("", "utf-8")
    if method == "from_pyfile":
        assert read("closed/x.cfg", silent=True) is False
        (tmp_path / "bad.py").write_text("raise ValueError('x')", "utf-8")
        with pytest.raises(ValueError, match="x"):
            read("bad.py", silent=True)


def test_a_file_is_read_by_any_loader(config: Config, tmp_path) -> None:
    (tmp_path / "a.json").write_text('{"B": [1], "b": 2}', "utf-8")
    (tmp_path / "a.toml").write_text("C = 3\nd = 4\n", "utf-8")
    assert config.from_file("a.json", load=json.load) is True
    assert config.from_file("a.toml", load=tomllib.load, text=False) is True
    assert config == {"A": 1, "B": [1], "C": 3}


def test_an_environment_variable_names_a_file(
    config: Config, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.cfg").write_text("B = 2", "utf-8")
    with pytest.raises(RuntimeError, match="'SETTINGS_OF_TEST' is not set"):
        config.from_envvar("SETTINGS_OF_TEST")
    assert config.from_envvar("SETTINGS_OF_TEST", silent=True) is False
    monkeypatch.setenv("SETTINGS_OF_TEST", "a.cfg")
    assert config.from_envvar("SETTINGS_OF_TEST") is True
    assert config["B"] == 2
    monkeypatch.setenv("SETTINGS_OF_TEST", "missing.cfg")
    assert config.from_envvar("SETTINGS_OF_TEST", silent=True) is False
    with pytest.raises(OSError, match="Unable"):
        config.from_envvar("SETTINGS_OF_TEST")


# --- environment -----------------------------------------------------------------------


def test_prefixed_variables_are_read_in_order_and_into_depth(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "KERNOS_NUMBER": "1",
        "KERNOS_TRUE": "true",
        "KERNOS_TEXT": "plain",
        "KERNOS_LIST": "[1, 2]",
        "KERNOS_DEEP__IN__SIDE": "3",
        "KERNOS_DEEP__OTHER": "x",
        "KERNOSX_NO": "1",
        "MY_KEY": "4",
    }.items():
        monkeypatch.setenv(name, value)
    assert config.from_prefixed_env() is True
    assert config["NUMBER"] == 1
    assert config["TRUE"] is True
    assert config["TEXT"] == "plain"
    assert config["LIST"] == [1, 2]
    assert config["DEEP"] == {"IN": {"SIDE": 3}, "OTHER": "x"}
    assert "NO" not in config
    config.from_prefixed_env("MY", loads=str.upper)
    assert config["KEY"] == "4"
    monkeypatch.setenv("MY_KEY", "a")
    config.from_prefixed_env("MY", loads=lambda text: 1 / 0)
    assert config["KEY"] == "a"


def test_a_class_may_have_another_prefix(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    class Mine(Config):
        env_prefix: t.ClassVar[str] = "MINE"

    monkeypatch.setenv("MINE_A", "1")
    config = Mine(tmp_path)
    config.from_prefixed_env()
    assert config == {"A": 1}


# --- reading ---------------------------------------------------------------------------


def test_a_namespace_is_a_dictionary_of_its_own(config: Config) -> None:
    config.from_mapping(STORE_TYPE="fs", STORE_PATH="/var", OTHER=1)
    assert config.get_namespace("STORE_") == {"type": "fs", "path": "/var"}
    assert config.get_namespace("STORE_", lowercase=False) == {"TYPE": "fs", "PATH": "/var"}
    assert config.get_namespace("STORE_", trim_namespace=False) == {
        "store_type": "fs",
        "store_path": "/var",
    }


def test_repr_shows_no_secret(config: Config) -> None:
    secret = {
        "SECRET_KEY": "hidden-1",
        "API_TOKEN": "hidden-2",
        "DB_PASSWORD": "hidden-3",
        "SECRET_KEY_FALLBACKS": ["hidden-4"],
    }
    config.from_mapping(secret, PLAIN="shown", EMPTY_TOKEN=None)
    shown = repr(config)
    assert "shown" in shown
    assert "'EMPTY_TOKEN': None" in shown
    assert "hidden" not in shown
    assert shown.startswith("<Config {")


# --- attributes of the application -----------------------------------------------------


def test_attributes_of_the_application_stand_for_settings() -> None:
    app = make_app()
    app.testing = True
    app.secret_key = "x"
    assert (app.config["TESTING"], app.config["SECRET_KEY"]) == (True, "x")
    app.config["TESTING"] = False
    assert app.testing is False
    app.permanent_session_lifetime = 60
    assert app.config["PERMANENT_SESSION_LIFETIME"] == 60
    assert app.permanent_session_lifetime == timedelta(seconds=60)
    app.permanent_session_lifetime = timedelta(days=1)
    assert app.permanent_session_lifetime == timedelta(days=1)
    assert isinstance(Kernos.testing, ConfigAttribute)


def test_a_subclass_may_have_attributes_of_its_own() -> None:
    class Mine(Kernos):
        limit = ConfigAttribute[int]("LIMIT", get_converter=int)

    app = make_app(kind=Mine)
    app.limit = "3"
    assert app.limit == 3
    with pytest.raises(KeyError):
        make_app(kind=Mine).limit


def test_an_application_may_make_its_configuration_itself() -> None:
    class MyConfig(Config):
        pass

    class Mine(Kernos):
        config_class = MyConfig
        default_config: t.ClassVar[t.Mapping[str, t.Any]] = {
            **Kernos.default_config,
            "MINE": True,
        }

        def make_config(self, instance_relative=False):
            config = super().make_config(instance_relative)
            config["MADE"] = instance_relative
            return config

    app = make_app(kind=Mine, instance_relative_config=True)
    assert isinstance(app.config, MyConfig)
    assert (app.config["MINE"], app.config["MADE"]) == (True, True)


def test_two_applications_share_no_settings() -> None:
    one, two = make_app("one"), make_app("two")
    one.config["A"] = 1
    assert "A" not in two.config
    assert "A" not in Kernos.default_config
