"""Every example on every page of prose does what the page says.

- ```console: each `$ ccsim ...` line runs; its output is compared with what follows, where `...` stands for anything.
  The block shows standard output, and after a refusal the message too. Lines starting with `> ` continue a command.
  Other commands (`$ make demo`) may be named, without output.
- ```python: runs in a namespace of its own, as a doctest if it shows prompts.
- ```yaml: a whole scenario (with `name:` and `needs:` at the margin) is loaded.

A block after the comment `<!-- skip: reason -->` is left out.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest
from source_tree import PACKAGE, ROOT

FOLDERS = ("docs", "scenarios", "experiments")
PAGES = sorted([*ROOT.glob("*.md"), *(page for name in FOLDERS for page in (ROOT / name).rglob("*.md"))])
FENCE = re.compile(
    r"^(?:<!-- skip: (?P<reason>.+?) -->\s*\n)?^(?P<indent> *)```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^(?P=indent)```",
    re.MULTILINE | re.DOTALL,
)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
REFUSED = (3, 4, 5)  # exit codes that a page may show: invalid input, a missed target, failed points


class Block(NamedTuple):
    """A fenced block of a page, and the reason if it is to be skipped."""

    name: str
    language: str
    text: str
    skip: str | None


class Command(NamedTuple):
    """A command on a page and the output it shows."""

    line: str
    shown: str


def blocks(text: str, page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(
            name=f"{page}:{text.count(chr(10), 0, match.start('text'))}",
            language=match["language"],
            text=textwrap.dedent(match["text"]),
            skip=match["reason"],
        )
        for match in FENCE.finditer(text)
    ]


def commands(text: str) -> list[Command]:
    """The commands of a console block with what they show."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        lines = part.splitlines()
        n = 1 + next((i for i, line in enumerate(lines[1:]) if not line.startswith("> ")), len(lines) - 1)
        line = " ".join(piece.removeprefix("> ").removesuffix("\\").strip() for piece in lines[:n])
        found.append(Command(line, "\n".join(lines[n:]).strip("\n")))
    return found


def same(shown: str, got: str) -> bool:
    """Whether output is what a page shows; `...` stands for anything, spaces at line ends for nothing."""
    shown, got = ("\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n" for text in (shown, got))
    return doctest.OutputChecker().check_output(shown, got, doctest.ELLIPSIS)


def is_scenario(block: Block) -> bool:
    """Whether a yaml block is a whole scenario, not a piece of one."""
    return all(re.search(rf"^{key}:", block.text, re.MULTILINE) for key in ("name", "needs"))


BLOCKS = [block for page in PAGES for block in blocks(page.read_text(encoding="utf-8"), str(page.relative_to(ROOT)))]


def of(*languages: str) -> list[Block]:
    """The blocks in these languages."""
    return [block for block in BLOCKS if block.language in languages]


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """An empty folder with copies of the shipped files, as a reader of the page would have them."""
    for name in ("scenarios", "experiments"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str, desk: Path) -> subprocess.CompletedProcess:
    """A command line of a page, carried out with `ccsim` meaning this clone."""
    tools = desk / ".bin"
    tools.mkdir(exist_ok=True)
    (tools / "ccsim").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n', encoding="utf-8")
    (tools / "ccsim").chmod(0o755)
    surroundings = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "120",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }
    kept = {key: value for key, value in os.environ.items() if key in ("HOME", "XDG_CACHE_HOME", "TMPDIR")}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        cwd=desk,
        env=kept | surroundings,
        timeout=300,
    )


@pytest.mark.parametrize("block", of("console"), ids=lambda block: block.name)
def test_a_console_block_shows_what_happens(block, desk):
    if block.skip:
        pytest.skip(block.skip)
    for command in commands(block.text):
        if not command.line.startswith("ccsim "):
            assert not command.shown, f"{block.name}: only ccsim's output can be checked: {command.line}"
            continue
        done = run(command.line, desk)
        got = done.stdout + (done.stderr if done.returncode in REFUSED else "")

        assert done.returncode in (0, *REFUSED), f"{block.name}: {command.line}: exit {done.returncode}\n{done.stderr}"
        assert not command.shown or same(command.shown, got), (
            f"{block.name}: {command.line}\nshown:\n{command.shown}\ngot:\n{got}"
        )


@pytest.mark.parametrize("block", of("python", "pycon"), ids=lambda block: block.name)
def test_a_python_block_runs(block, desk):
    if block.skip:
        pytest.skip(block.skip)
    if ">>> " not in block.text:
        exec(compile(block.text, block.name, "exec"), {"__name__": "__page__"})
        return
    report: list[str] = []
    test = doctest.DocTestParser().get_doctest(block.text, {}, block.name, block.name, 0)

    assert doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append).failed == 0, "".join(report)


@pytest.mark.parametrize("block", [block for block in of("yaml") if is_scenario(block)], ids=lambda block: block.name)
def test_a_yaml_block_with_a_whole_scenario_loads(block, desk):
    if block.skip:
        pytest.skip(block.skip)
    import ccsim

    (desk / "page.yaml").write_text(block.text, encoding="utf-8")

    assert ccsim.load_scenario(desk / "page.yaml").name


def test_every_relative_link_of_a_page_leads_somewhere():
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert not dead, "\n".join(dead)


def test_a_block_is_found_with_its_line_its_language_and_its_reason_to_skip():
    page = "one\n\n<!-- skip: needs a network -->\n```console\n$ ccsim --version\n```\n\n```python\nx = 1\n```\n"

    assert blocks(page, "page") == [
        Block("page:4", "console", "$ ccsim --version\n", "needs a network"),
        Block("page:8", "python", "x = 1\n", None),
    ]


def test_a_comment_skips_only_the_block_right_after_it():
    page = "<!-- skip: slow -->\ntext between\n```python\nx = 1\n```\n"

    assert blocks(page, "page")[0].skip is None


def test_a_command_goes_over_continued_lines_and_its_output_ends_at_the_next():
    text = "$ ccsim run a.yaml \\\n>   --seed 1\nfirst\n  second\n\n$ ccsim --version\n"

    assert commands(text) == [Command("ccsim run a.yaml --seed 1", "first\n  second"), Command("ccsim --version", "")]


def test_output_is_compared_to_the_letter_but_for_the_ellipsis():
    assert same("asa  12.3 s", "asa  12.3 s   \n")
    assert same("asa  ... s\n...\nend", "asa  12.3 s\n1\n2\nend\n")
    assert not same("asa  12.3 s", "asa  12.4 s")
    assert not same("asa  12.3 s", "asa 12.3 s")


def test_the_command_of_a_page_is_this_clone(desk):
    if not (PACKAGE / "cli" / "app.py").exists():
        pytest.skip("the command line does not exist yet")
    import ccsim

    assert ccsim.__version__ in run("ccsim --version", desk).stdout
