"""What a planner gets who installs the package instead of cloning it."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from source_tree import ROOT, sources

pytestmark = pytest.mark.slow


def run(*command: object, where: Path) -> subprocess.CompletedProcess:
    """A command that must succeed, in a folder of its own, without this clone on the path."""
    surroundings = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=where,
        env=surroundings,
        timeout=900,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the source archive and the wheel made from it."""
    folder = tmp_path_factory.mktemp("dist")
    # the backend is one of the development tools, so that building needs no second download
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, where=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built) -> Path:
    """The wheel."""
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The programs of an environment that holds the wheel and what it needs, nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", where=folder)
    python = folder / "env" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", wheel, where=folder)
    return python.parent


def test_the_wheel_holds_every_module_and_every_shipped_scenario(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(file.relative_to(ROOT)) for file in sources()}
    scenarios = {f"ccsim/shipped/scenarios/{file.name}" for file in (ROOT / "scenarios").glob("*.yaml")}

    assert modules | scenarios | {"ccsim/py.typed"} <= held


def test_the_wheel_holds_nothing_but_the_package_and_its_label(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"ccsim"}


def test_the_source_archive_holds_the_tests_the_docs_and_the_licence(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}

    assert {"LICENSE", "README.md", "Makefile", "cli.py", "tests/conftest.py", "docs/architecture.md"} <= held


def test_the_installed_package_comes_from_the_wheel(installed, tmp_path):
    told = run(installed / "python", "-c", "import ccsim; print(ccsim.__version__, ccsim.__file__)", where=tmp_path)

    assert str(installed.parent) in told.stdout


def test_the_installed_command_tells_its_version(installed, tmp_path):
    from ccsim import __version__

    assert __version__ in run(installed / "ccsim", "--version", where=tmp_path).stdout


def test_the_installed_command_starts_a_scenario_and_checks_it(installed, tmp_path):
    run(installed / "ccsim", "init", where=tmp_path)
    written = sorted(tmp_path.rglob("*.yaml"))

    assert written, "ccsim init wrote no scenario"
    for scenario in written:
        run(installed / "ccsim", "check", scenario, where=tmp_path)
