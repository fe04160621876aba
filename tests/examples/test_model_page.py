"""The model page: its paths lead to fields, and what it calls off is off, row for row."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from ccsim import compile_plan, load_scenario, simulate
from ccsim.logs.logs import Logs

DOCS = Path(__file__).parents[2] / "docs"
LEFT_OUT = """
name: nothing-said
calendar: {length: 4h}
needs: {volume: {per_hour: 60}, types: [{name: calls}]}
customers: {patience: {exponential: {mean: 3min}}}
agents: [{name: agents, skills: [calls], staffing: {agents: 6}}]
handling: {talk: {exponential: {mean: 5min}}}
"""


def paths_of_symbols() -> list[str]:
    """Every scenario path in the table of symbols; `.after` stands beside the row's first path, `after` below it."""
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    table = text[text.index("| symbol |") : text.index("With every section off")]
    found = []
    for row in table.strip().splitlines()[2:]:
        first, *others = re.findall(r"`([^`]+)`", row.split("|")[2])
        found.append(first)
        for path in others:
            if path.startswith("."):
                found.append(first.rpartition(".")[0] + path)
            elif path != "gate":  # a name, not a field
                found.append(path if "." in path else f"{first}.{path}")
    return [re.sub(r"<\w+>", "<name>", path) for path in found]


def test_every_symbol_leads_to_a_field():
    known = re.findall(r"^\| `([^`]+)`", (DOCS / "fields.md").read_text(encoding="utf-8"), re.MULTILINE)

    # handling has names in between, which the table of symbols leaves out
    short = {re.sub(r"^handling\.<name>\.<name>", "handling", path) for path in known}

    assert [path for path in paths_of_symbols() if not any(f"{field}.".startswith(f"{path}.") for field in short)] == []


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_written_at_its_off_value_is_what_is_left_out(seed, tmp_path):
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    block = re.search(r"^```yaml\n(name: everything-off.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block
    logs = []
    for name, content in (("spelled-out", block[1]), ("left-out", LEFT_OUT)):
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
        logs.append(simulate(compile_plan(load_scenario(tmp_path / f"{name}.yaml")), seed))

    assert len(logs[0].attempts) > 100
    for field in fields(Logs):
        one, other = (getattr(each, field.name) for each in logs)
        # bytes, so that nan equals nan
        assert one.tobytes() == other.tobytes(), field.name
