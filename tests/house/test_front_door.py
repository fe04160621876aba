"""The front door: its names resolve, are documented, and cost nothing until used."""

import ast
import importlib
import importlib.util
import subprocess
import sys

import pytest
from source_tree import PACKAGE, ROOT, tree

import ccsim

HEAVY = ("numba", "scipy.stats", "matplotlib")
ARCHITECTURE = ROOT / "docs" / "architecture.md"


def loaded_after(code: str) -> set[str]:
    """Names of the modules that a fresh interpreter has loaded after running code."""
    script = f"{code}\nimport sys\nprint('loaded:', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    return set(done.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("name", ccsim.__all__)
def test_a_public_name_resolves_and_is_documented(name):
    home = ccsim._HOME.get(name, "ccsim.provenance")
    # rooms come one by one; mypy refuses the front door as long as a name's home is missing
    if importlib.util.find_spec(home.rpartition(".")[0]) is None or importlib.util.find_spec(home) is None:
        pytest.skip(f"{home} does not exist yet")

    assert getattr(ccsim, name).__doc__
    assert f"`{name}`" in ARCHITECTURE.read_text(encoding="utf-8"), f"docs/architecture.md does not tell what {name} is"


def test_type_checkers_are_told_the_same_homes():
    seen = {
        alias.name: node.module
        for node in ast.walk(tree(PACKAGE / "__init__.py"))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ccsim.")
        for alias in node.names
    }

    assert seen == ccsim._HOME


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = ccsim.simulat


def test_every_public_name_is_offered_for_completion():
    assert set(ccsim.__all__) <= set(dir(ccsim))


def test_importing_ccsim_loads_nothing_big():
    loaded = loaded_after("import ccsim")

    assert loaded & {"numpy", "pydantic", "simpy", "typer", *HEAVY} == set()


def test_help_loads_neither_numba_nor_scipy_stats_nor_matplotlib():
    if not (PACKAGE / "cli" / "app.py").exists():
        pytest.skip("the command line does not exist yet")

    loaded = loaded_after(
        "import sys\nfrom ccsim.cli.app import main\nsys.argv = ['ccsim', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )

    assert loaded & set(HEAVY) == set()
    assert "ccsim.cli.app" in loaded


def test_the_top_level_script_is_the_command():
    if not (PACKAGE / "cli" / "app.py").exists():
        pytest.skip("the command line does not exist yet")

    done = subprocess.run(
        [sys.executable, "cli.py", "--version"], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert ccsim.__version__ in done.stdout
