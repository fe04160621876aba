"""Who may import whom: the contracts of pyproject.toml, and that every room is placed in them."""

import re
import tomllib

from importlinter import cli as import_linter
from source_tree import ROOT, rooms

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def test_every_import_contract_is_kept(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))

    kept = import_linter.lint_imports(no_cache=True) == import_linter.EXIT_STATUS_SUCCESS

    assert kept, capsys.readouterr().out


def test_every_room_has_its_place_in_the_layers():
    layers = CONTRACTS[0]["layers"]
    placed = {name for layer in layers for name in re.findall(r"\w+", layer)}

    assert CONTRACTS[0]["exhaustive"]
    assert set(rooms()) <= placed


def test_every_folder_with_python_files_is_a_package():
    """A folder without `__init__.py` is invisible to the import contracts."""
    folders = {file.parent for file in (ROOT / "ccsim").rglob("*.py")}

    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
