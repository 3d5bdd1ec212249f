"""Environments with nothing in them, and the wheels to put there."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import textwrap
import typing as t
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUIETLY = ("--disable-pip-version-check", "--quiet")

#: The folder of each distribution of the repository, by the distribution's name.
DISTRIBUTIONS = {
    "kernos": ROOT / "kernel",
    **{
        f"kernos-{found.parent.name}": found.parent
        for found in sorted(ROOT.glob("plugins/*/pyproject.toml"))
    },
}


class Ran(t.NamedTuple):
    """What a program in an environment printed, and how it ended."""

    status: int
    output: str
    errors: str


class Environment:
    """A virtual environment that sees nothing but what is installed into it.

    Args:
        folder: Where to make it; removed by whoever made the folder.
        house: The folder of wheels that it installs from, and nothing else.
    """

    def __init__(self, folder: Path, house: Path) -> None:
        self.folder = folder
        self.house = house
        venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
        self.python = folder / "bin" / "python"

    def install(self, *names: str | Path, deps: bool = True) -> None:
        """Install from the house of wheels with pip; no index is asked."""
        self._pip(
            *("install", "--no-index", "--find-links", self.house, "--no-compile"),
            *(() if deps else ("--no-deps",)),
            *names,
        )

    def uninstall(self, *names: str) -> None:
        """Remove distributions with pip."""
        self._pip("uninstall", "--yes", *names)

    def run(self, *arguments: str | Path, cwd: Path | None = None, **settings: str) -> Ran:
        """Run the environment's Python with nothing of this process's environment."""
        done = subprocess.run(
            [self.python, *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=cwd or self.folder,
            stdin=subprocess.DEVNULL,
            env={
                "PATH": str(self.folder / "bin"),
                "HOME": str(self.folder),
                "XDG_CACHE_HOME": str(self.folder / "cache"),
                "PYTHONWARNINGS": "error",
                **settings,
            },
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def ask(self, program: str, cwd: Path | None = None, **settings: str) -> str:
        """Run a program that must succeed, and return what it printed."""
        ran = self.run("-c", textwrap.dedent(program), cwd=cwd, **settings)
        assert ran.status == 0, ran.output + ran.errors
        return ran.output.strip()

    def _pip(self, *arguments: str | Path) -> None:
        # What `pip --python` starts, without the pip that would do nothing but start it.
        succeed(self.python, _folder_of_pip() / "__pip-runner__.py", *QUIETLY, *arguments)


def _folder_of_pip() -> Path:
    spec = importlib.util.find_spec("pip")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def build_wheels(folders: t.Iterable[Path], into: Path, *, from_sdist: bool = False) -> list[Path]:
    """Build the wheels of distributions and return them.

    Args:
        folders: The distributions' sources.
        into: Where to put the wheels.
        from_sdist: Build the sdist first and the wheel from it, which proves the
            sdist complete; both are put there.
    """
    program = Path(__file__).with_name("build_distributions.py")
    kinds = ("--from-sdist",) if from_sdist else ()
    printed = succeed(sys.executable, "-W", "ignore", program, *kinds, into, *folders)
    return [into / name for name in printed.splitlines() if name.endswith(".whl")]


def build_wheel(folder: Path, into: Path, *, from_sdist: bool = False) -> Path:
    """Build one distribution's wheel, as :func:`build_wheels` does."""
    (made,) = build_wheels([folder], into, from_sdist=from_sdist)
    return made


def download_dependencies(house: Path, names: t.Iterable[str]) -> None:
    """Put every wheel that ``names`` need beside them, as requirements.lock pins them."""
    constraints = house / "constraints.txt"
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^([\w.-]+==[^\s\\]+(?: ;[^\\\n]+)?)", lock, re.MULTILINE)
    constraints.write_text("\n".join(pins))
    succeed(
        *(sys.executable, "-m", "pip", *QUIETLY),
        *("download", "--dest", house, "--find-links", house, "--prefer-binary"),
        *("--constraint", constraints, *names),
    )


def write_distribution(
    folder: Path,
    name: str,
    files: t.Mapping[str, str],
    entry_points: t.Mapping[str, t.Mapping[str, str]],
    dependencies: t.Sequence[str] = ("kernos>=1,<2",),
) -> Path:
    """Write the source of a third party's distribution and return its folder.

    Args:
        folder: Where to write it, in a folder of its own.
        name: The distribution's name.
        files: The text of each file, by its path.
        entry_points: ``{group: {name: object}}``.
        dependencies: What it asks pip for.
    """
    home = folder / name
    for path, text in files.items():
        target = home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text))
    packages = sorted({path.split("/")[0] for path in files})
    lines = [
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"',
        f'[project]\nname = "{name}"\nversion = "2.5.0"\nrequires-python = ">=3.11"',
        f"dependencies = {list(dependencies)!r}",
        *(
            "\n".join(
                [
                    f'[project.entry-points."{group}"]',
                    *(f'{key} = "{value}"' for key, value in names.items()),
                ]
            )
            for group, names in entry_points.items()
        ),
        f"[tool.hatch.build.targets.wheel]\npackages = {packages!r}",
    ]
    (home / "pyproject.toml").write_text("\n".join(lines))
    return home


def succeed(*command: str | Path) -> str:
    """Run a command and return what it printed; all of it is the message when it fails."""
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout
