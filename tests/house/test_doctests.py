"""Every example in a docstring gives what it says, in the room's own names.

Docstrings are taken from the syntax tree, so that compiled functions and properties are not overlooked.
"""

import ast
import doctest
import importlib

import pytest
from source_tree import module_name, sources, tree

PARSER = doctest.DocTestParser()
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def examples(file) -> list[tuple[str, int, str]]:
    """(name, line, docstring) of everything in a file whose docstring holds an example."""
    nodes = [
        node
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        (getattr(node, "name", ""), getattr(node, "lineno", 1), text)
        for node in nodes
        if ">>>" in (text := ast.get_docstring(node) or "")
    ]


@pytest.mark.parametrize("file", [file for file in sources() if examples(file)], ids=module_name)
def test_the_examples_of_a_module_give_what_they_say(file):
    module = importlib.import_module(module_name(file))
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    report: list[str] = []

    for name, line, text in examples(file):
        test = PARSER.get_doctest(text, dict(vars(module)), f"{module_name(file)}.{name}", str(file), line)
        runner.run(test, out=report.append)

    assert runner.summarize(verbose=False).failed == 0, "".join(report)
