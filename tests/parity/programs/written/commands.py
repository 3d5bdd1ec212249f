"""The command line, the configuration, folders, and functions beside a request."""

from __future__ import annotations

import os
import pathlib
import sys
import tempfile

import click
import flask
import flask.cli
from apparatus.asking import error_of
from apparatus.echoing import make_app
from flask import g, request, session
from flask.cli import AppGroup, FlaskGroup, ScriptInfo, pass_script_info, with_appcontext


def commands_of_the_application():
    app = make_app()

    @app.cli.command("plain")
    @click.argument("name", default="nobody")
    def plain(name):
        click.echo(f"hello {name} {flask.current_app.name} {flask.has_request_context()}")

    @app.cli.command("bare", with_appcontext=False)
    def bare():
        click.echo(f"bare {flask.has_app_context()}")

    @app.cli.group()
    def grouped():
        """A group."""

    @grouped.command()
    def inner():
        click.echo(f"inner {flask.current_app.name}")

    group = AppGroup("other", help="Another group.")

    @group.command("deep")
    @click.pass_context
    def deep(ctx):
        click.echo(f"deep {ctx.command_path} {flask.current_app.name}")

    app.cli.add_command(group)

    @click.command("own")
    @with_appcontext
    def own():
        click.echo(f"own {flask.current_app.name}")

    app.cli.add_command(own)
    blueprint = flask.Blueprint("bp", "bp")
    merged = flask.Blueprint("merged", "merged", cli_group=None)
    named = flask.Blueprint("named", "named", cli_group="given")
    for one in (blueprint, merged, named):
        one.cli.command(f"in-{one.name}")(lambda one=one: click.echo(one.name))
        app.register_blueprint(one)
    runner = app.test_cli_runner()
    seen = []
    for line in (
        "plain",
        "plain you",
        "bare",
        "grouped inner",
        "other deep",
        "own",
        "bp in-bp",
        "in-merged",
        "given in-named",
        "nope",
    ):
        result = runner.invoke(args=line.split())
        seen.append([line, result.exit_code, result.output.splitlines()[:1]])
    seen.append(runner.invoke(plain, ["direct"]).output)
    seen.append(sorted(app.cli.commands))
    return seen


def the_group_of_flask():
    def create():
        app = make_app()
        app.cli.command("mine")(lambda: click.echo(f"mine {flask.current_app.debug}"))
        return app

    group = FlaskGroup(create_app=create, add_version_option=False, name="grp")

    @group.command("extra")
    @pass_script_info
    def extra(info):
        click.echo(f"extra {type(info).__name__} {info.load_app().name} {flask.current_app.name}")

    @group.command("free", with_appcontext=False)
    def free():
        click.echo(f"free {flask.has_app_context()}")

    from click.testing import CliRunner

    seen = []
    for line in (
        ["mine"],
        ["extra"],
        ["free"],
        ["--debug", "mine"],
        ["routes", "--sort", "rule"],
        ["nope"],
    ):
        result = CliRunner().invoke(group, line)
        seen.append(
            [
                line,
                result.exit_code,
                [text.rstrip() for text in result.output.splitlines()[:4]]
                if line != ["nope"]
                else None,
            ]
        )
    seen.append(
        sorted(group.list_commands(click.Context(group, obj=ScriptInfo(create_app=create))))
    )
    return seen


def a_group_that_loads_commands_itself():
    loaded = []

    class Group(FlaskGroup):
        def _load_plugin_commands(self):
            loaded.append("asked")
            super()._load_plugin_commands()

    group = Group(create_app=make_app)
    context = click.Context(group, obj=ScriptInfo(create_app=make_app))
    group.list_commands(context)
    group.get_command(context, "routes")
    FlaskGroup(create_app=make_app)._load_plugin_commands()
    return len(loaded)


def script_info_by_hand():
    app = make_app()
    info = ScriptInfo(create_app=lambda: app)
    seen = [
        info.load_app() is app,
        info.load_app() is info._loaded_app,
        info.data,
        info.app_import_path,
    ]
    seen.append(error_of(ScriptInfo().load_app))
    return seen


def the_application_is_found():
    from types import ModuleType

    seen = []
    for names in (
        {"app": make_app()},
        {"application": make_app()},
        {"other": make_app()},
        {"create_app": make_app},
        {"make_app": make_app},
        {"a": make_app(), "b": make_app()},
        {"create_app": lambda needed: None},
        {},
    ):
        module = ModuleType("m")
        vars(module).update(names)
        result = error_of(flask.cli.find_best_app, module)
        seen.append(result if isinstance(result, BaseException) else result.name)
    module = ModuleType("m")
    module.app, module.factory = make_app(), lambda a=1, b="x": flask.Flask(f"made{a}{b}")
    for text in (
        "app",
        "factory",
        "factory()",
        "factory(2, b='y')",
        "nope",
        "factory(",
        "1",
        "factory(undefined)",
    ):
        result = error_of(flask.cli.find_app_by_string, module, text)
        seen.append(result if isinstance(result, BaseException) else result.name)
    return seen


def configuration_from_everywhere():
    app = make_app()
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "c.py").write_text("A = 1\nb = 2\nC_D = [1]\n")
    (folder / "c.json").write_text('{"E": {"F": 1}}')
    (folder / "c.toml").write_bytes(b'G = "h"\n[T]\nx = 1\n')
    os.environ["PROGRAM_CONFIG"] = str(folder / "c.py")
    os.environ["FLASK_NUMBER"] = "3"
    os.environ["FLASK_NESTED__KEY"] = '"v"'
    os.environ["FLASK_TEXT"] = "plain"
    os.environ["OTHER_X"] = "true"

    class Object:
        OBJ = 1
        lower = 2

        @property
        def PROP(self):
            return "p"

    import tomllib

    seen = [
        app.config.from_pyfile(str(folder / "c.py")),
        app.config.from_pyfile("nope.py", silent=True),
        error_of(app.config.from_pyfile, "nope.py"),
        app.config.from_file(str(folder / "c.json"), load=__import__("json").load),
        app.config.from_file(str(folder / "c.toml"), load=tomllib.load, text=False),
        app.config.from_envvar("PROGRAM_CONFIG"),
        app.config.from_envvar("NOPE", silent=True),
        error_of(app.config.from_envvar, "NOPE"),
        app.config.from_mapping({"M": 1, "m": 2}, N=3),
        error_of(app.config.from_mapping, {}, {}),
        app.config.from_object(Object()),
        app.config.from_prefixed_env(),
        app.config.from_prefixed_env("OTHER", loads=str.upper),
        error_of(app.config.from_object, "no.such.module"),
    ]
    names = "A C_D E G T M N OBJ PROP NUMBER NESTED TEXT X b m lower".split()
    return (
        seen,
        {name: app.config.get(name, "absent") for name in names},
        app.config.get_namespace("SESSION_COOKIE_", lowercase=False, trim_namespace=False),
    )


def instance_folders_and_resources():
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "instance").mkdir()
    (folder / "instance" / "i.txt").write_text("in instance")
    (folder / "instance" / "cfg.py").write_text("INST = 1")
    (folder / "r.txt").write_text("ü resource", encoding="utf-8")
    app = flask.Flask(
        "x",
        root_path=str(folder),
        instance_path=str(folder / "instance"),
        instance_relative_config=True,
    )
    app.config.from_pyfile("cfg.py")
    with (
        app.open_resource("r.txt") as one,
        app.open_instance_resource("i.txt", "r") as two,
        app.open_resource("r.txt", "r") as three,
    ):
        seen = [one.read().decode(), two.read(), three.read()]
    blueprint = flask.Blueprint("b", "b", root_path=str(folder))
    with blueprint.open_resource("r.txt", "rt") as four:
        seen.append(four.read())
    seen += [
        app.config["INST"],
        error_of(flask.Flask, "x", instance_path="relative"),
        error_of(app.open_resource, "r.txt", "a"),
    ]
    return seen


def folders_of_packages():
    folder = pathlib.Path(tempfile.mkdtemp())
    package = folder / "program_pkg"
    package.mkdir()
    (package / "__init__.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    (package / "sub.py").write_text(
        "import flask\n"
        "bp = flask.Blueprint('b', __name__, template_folder='t', static_folder='s')\n"
    )
    sys.path.insert(0, str(folder))
    import program_pkg
    from program_pkg import sub

    relative = lambda path: os.path.relpath(path, folder)
    return [
        relative(program_pkg.app.root_path),
        relative(program_pkg.app.instance_path),
        relative(sub.bp.root_path),
        relative(sub.bp.static_folder),
        sub.bp.static_url_path,
        program_pkg.app.name,
        [relative(path) for path in sub.bp.jinja_loader.searchpath],
        [relative(path) for path in program_pkg.app.jinja_loader.searchpath],
        relative(flask.helpers.get_root_path("program_pkg.sub")),
    ]


def the_shell_context():
    app = make_app()
    app.shell_context_processor(lambda: {"extra": 1, "app": "mine"})
    with app.app_context():
        return {key: str(value) for key, value in app.make_shell_context().items()}


def reprs():
    app = make_app()
    with app.test_request_context("/echo?a=b") as ctx:
        return [
            repr(app),
            str(app),
            repr(flask.Blueprint("b", "b")),
            repr(request),
            repr(ctx),
            repr(g),
            repr(session),
            repr(app.test_client()).split(" ")[0],
            repr(flask.Response("x")),
            repr(app.config)[:10],
            repr(app.url_map).split("(")[0],
        ]


def aborting():
    app = make_app()
    with app.test_request_context():
        return [
            error_of(flask.abort, 404),
            error_of(flask.abort, 404, "text"),
            error_of(flask.abort, 499),
            error_of(flask.abort, flask.Response("x", 418)),
            getattr(error_of(flask.abort, 404, description="d"), "description", None),
            getattr(error_of(flask.abort, 405, valid_methods=["GET"]), "valid_methods", None),
            flask.redirect("/a", 301).status_code,
            error_of(flask.redirect, "/a", 200).status_code
            if not isinstance(error_of(flask.redirect, "/a", 200), BaseException)
            else "refused",
            flask.redirect("/a", Response=flask.Response).location,
        ]


def json_functions():
    import datetime as dt
    import decimal
    import io
    import uuid

    values = {
        "d": dt.date(2020, 1, 2),
        "t": dt.datetime(2020, 1, 2, 3, 4, 5),
        "u": uuid.UUID(int=5),
        "n": decimal.Decimal("1.10"),
        "s": "ü<>&'",
        "nested": {"b": 1, "a": (1, 2)},
    }
    app = make_app()
    seen = [flask.json.dumps({"b": 1, "a": "ü"}), flask.json.loads("[1]")]
    for context in (app.app_context(), app.test_request_context()):
        with context:
            stream = io.StringIO()
            flask.json.dump(values, stream, indent=1)
            seen += [
                flask.json.dumps(values),
                stream.getvalue(),
                flask.json.loads(b'{"a": 1}'),
                flask.json.load(io.StringIO("1")),
                flask.json.dumps([1], separators=(",", ":")),
            ]
            seen.append(error_of(flask.json.dumps, object()))
            seen.append(error_of(flask.json.dumps, {1: 1, "a": 2}))
            seen.append(flask.json.dumps(float("nan")))
            seen.append(flask.jsonify(values).get_data(as_text=True))
            seen.append(flask.json.dumps(object(), default=lambda o: "own"))
    return seen
