"""The front page keeps up: its example is the shipped one, its ladder and its rooms are all there are."""

import re
from pathlib import Path

from ccsim import load_scenario

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> set[str]:
    """What stands in the first column of the table under a heading."""
    part = PAGE[PAGE.index(f"## {heading}") :].split("\n## ")[0]
    return {
        re.sub(r"\[(.*?)\].*|`", r"\1", row.split("|")[1]).strip()
        for row in re.findall(r"^\|.*", part, re.MULTILINE)[2:]
    }


def test_the_example_is_the_shipped_scenario(tmp_path):
    block = re.search(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert block
    (tmp_path / "example.yaml").write_text(block[1], encoding="utf-8")

    assert load_scenario(tmp_path / "example.yaml") == load_scenario(ROOT / "scenarios" / "erlang-floor.yaml")


def test_the_ladder_holds_every_shipped_scenario():
    assert first_cells("A ladder of scenarios") == {file.stem for file in (ROOT / "scenarios").glob("*.yaml")}


def test_the_table_of_rooms_holds_every_room():
    rooms = {file.parent.name for file in (ROOT / "ccsim").glob("*/__init__.py")}

    assert first_cells("Rooms") == rooms
