"""The package as syntax trees: what the house tests read instead of importing."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ccsim"


class Named(NamedTuple):
    """A public function or class, where it stands, and its dotted name."""

    name: str
    place: str
    node: ast.AST


def sources(*rooms: str) -> list[Path]:
    """Python files of these rooms or files (paths below ccsim/), all of them without argument."""
    wanted = [PACKAGE / room for room in rooms] or [PACKAGE]
    return sorted(file for path in wanted for file in ([path] if path.suffix else path.rglob("*.py")) if file.exists())


def rooms() -> list[str]:
    """Names of the folders directly below ccsim/ that hold Python files."""
    return sorted({file.relative_to(PACKAGE).parts[0] for file in sources() if file.parent != PACKAGE})


def tree(file: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def module_name(file: Path) -> str:
    """The dotted name under which the file is imported."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def place(file: Path, node: ast.AST) -> str:
    """file:line, to click on."""
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def public(file: Path) -> Iterator[Named]:
    """Public classes and functions of a file, with the public methods of public classes."""
    if any(part.startswith("_") and part != "__init__.py" for part in file.relative_to(PACKAGE).parts):
        return
    yield from _public_in(tree(file).body, file, module_name(file))


def functions(file: Path) -> Iterator[Named]:
    """Public functions and methods of a file."""
    return (named for named in public(file) if isinstance(named.node, ast.FunctionDef | ast.AsyncFunctionDef))


def _public_in(body: list[ast.stmt], file: Path, prefix: str) -> Iterator[Named]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield Named(f"{prefix}.{node.name}", place(file, node), node)
        if isinstance(node, ast.ClassDef):
            yield from _public_in(node.body, file, f"{prefix}.{node.name}")
