import copy
from pathlib import Path

import pytest

from ccsim.errors import InputError
from ccsim.scenario.load import load_arms, load_scenario

FULL = Path(__file__).with_name("full.yaml")

SMALL = """\
name: small
needs:
  volume: {per_day: 240}
  types:
    - {name: sales, share: 60%}
    - {name: support, share: 40%}
agents:
  - name: generalists
    skills: [sales, support]
    staffing: {agents: 3}
handling: {talk: 5min}
"""

SMALL_MAPPING = {
    "name": "small",
    "needs": {
        "volume": {"per_day": 240},
        "types": [{"name": "sales", "share": "60%"}, {"name": "support", "share": "40%"}],
    },
    "agents": [{"name": "generalists", "skills": ["sales", "support"], "staffing": {"agents": 3}}],
    "handling": {"talk": "5min"},
}


@pytest.fixture
def full_path():
    """A file that uses every field of the language."""
    return FULL


@pytest.fixture
def small():
    """The smallest two-type scenario, as a mapping to be changed."""
    return copy.deepcopy(SMALL_MAPPING)


@pytest.fixture
def load(tmp_path):
    """Writes a text (the small scenario with lines added) and loads it."""

    def loaded(text="", *, sets=(), base=SMALL, arm=None):
        path = tmp_path / "s.yaml"
        content = text if isinstance(text, bytes) else (base + text).encode()
        path.write_bytes(content)
        return load_scenario(path, sets=sets, arm=arm)

    return loaded


@pytest.fixture
def problems_of(tmp_path):
    """The problems of a text, each as `line:column path: rule | hint`."""

    def problems(text="", *, sets=(), base=SMALL):
        path = tmp_path / "s.yaml"
        path.write_bytes(text if isinstance(text, bytes) else (base + text).encode())
        with pytest.raises(InputError) as caught:
            load_arms(path, sets)
        return [
            f"{problem.line}:{problem.column} {problem.path}: {problem.rule}"
            + (f" | {problem.hint}" if problem.hint else "")
            for problem in caught.value.problems
        ]

    return problems
