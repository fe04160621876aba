"""The docstring template and the room cards, checked over the syntax trees."""

import ast
import re
from pathlib import Path

import pytest
from source_tree import PACKAGE, functions, module_name, place, public, rooms, sources, tree

FIRST_LINE = 75
CARD_LINES = 12
SOURCED_ROOMS = ("theory", "estimation", "calibration")
UNSOURCED = ("theory/checks.py",)  # refuses arguments, computes nothing


def parameters(node: ast.FunctionDef) -> list[str]:
    """Names of a function's parameters, without self and cls."""
    args = node.args
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
    return [arg.arg for arg in named if arg.arg not in ("self", "cls") and not arg.arg.startswith("_")]


def first_line_faults(name: str, node: ast.AST) -> list[str]:
    """What is wrong with the first line of a docstring."""
    first = (ast.get_docstring(node) or "").split("\n")[0].strip()
    is_function = isinstance(node, ast.FunctionDef)
    checks = [
        (not first, "has no docstring"),
        (is_function and len(first) > FIRST_LINE, f"first line has {len(first)} characters, not {FIRST_LINE}"),
        (bool(first) and not first.endswith((".", "?", ":")), "first line is not a sentence with its full stop"),
        (bool(re.match(r"(?i)this (function|method|class|module)", first)), "first line says 'This function'"),
        (is_function and first.split(" ")[0].rstrip(":.") == name.rpartition(".")[2], "first line repeats the name"),
    ]
    return [fault for wrong, fault in checks if wrong]


def undocumented(node: ast.FunctionDef) -> list[str]:
    """Parameters that a docstring does not mention."""
    text = ast.get_docstring(node) or ""
    return [name for name in parameters(node) if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]


def is_told_elsewhere(file: Path) -> bool:
    """Whether a file's parameters are explained once for all, in its first docstring: the twin's steps."""
    return file.relative_to(PACKAGE).parts[:2] == ("engine", "compiled")


def is_command(file: Path) -> bool:
    """Whether a file's docstrings are help texts, whose parameters carry their own help."""
    return file.relative_to(PACKAGE).parts[0] == "cli"


def test_every_module_begins_with_a_sentence():
    faults = [
        f"{place(file, tree(file))}: {fault}"
        for file in sources()
        for fault in first_line_faults(module_name(file), tree(file))
    ]

    assert not faults, "\n".join(faults)


def test_every_public_name_begins_with_what_it_is():
    faults = [
        f"{named.place}: {named.name}: {fault}"
        for file in sources()
        for named in public(file)
        for fault in first_line_faults(named.name, named.node)
    ]

    assert not faults, "\n".join(faults)


def test_every_parameter_of_a_public_function_is_documented():
    faults = [
        f"{named.place}: {named.name}: {', '.join(missing)} not documented"
        for file in sources()
        if not is_command(file) and not is_told_elsewhere(file)
        for named in functions(file)
        if (missing := undocumented(named.node))
    ]

    assert not faults, "\n".join(faults)


def test_every_published_method_names_its_source():
    """The function says it itself, or its module says it for all of them."""
    faults = [
        f"{named.place}: {named.name}: no Source"
        for file in sources(*SOURCED_ROOMS)
        if file not in sources(*UNSOURCED) and "Source" not in (ast.get_docstring(tree(file)) or "")
        for named in functions(file)
        if "Source" not in (ast.get_docstring(named.node) or "")
    ]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("room", rooms())
def test_a_room_card_says_what_goes_in_and_what_comes_out(room):
    card = ast.get_docstring(tree(PACKAGE / room / "__init__.py")) or ""

    assert [word for word in ("Takes", "Gives") if word not in card] == []


@pytest.mark.parametrize(
    "file", [file for file in sources() if file.name == "__init__.py" and file.parent != PACKAGE], ids=module_name
)
def test_a_room_card_is_short_and_imports_nothing(file):
    body = tree(file).body

    assert len(body) == 1, f"{place(file, body[-1])}: a room card is a docstring and nothing else"
    assert ast.get_docstring(tree(file))
    assert len(file.read_text(encoding="utf-8").splitlines()) <= CARD_LINES


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("def f(x): pass", "no docstring"),
        (f'def f(x):\n    """{"a" * 80}."""', "characters"),
        ('def f(x):\n    """This function waits."""', "This function"),
        ('def f(x):\n    """f of x."""', "repeats the name"),
        ('def f(x):\n    """Share of needs"""', "full stop"),
    ],
)
def test_a_faulty_first_line_is_found(text, fault):
    assert any(fault in found for found in first_line_faults("ccsim.f", ast.parse(text).body[0]))


def test_a_parameter_left_out_is_found():
    text = 'def f(load, servers, *, level=1):\n    """Share that waits.\n\n    load : float, Erlangs\n    """'

    assert undocumented(ast.parse(text).body[0]) == ["servers", "level"]
