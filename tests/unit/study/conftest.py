from pathlib import Path

import pytest

from ccsim.scenario.load import load_scenario

TINY = """\
name: tiny
question: Do two do?
calendar: {length: 2h}
needs:
  volume: {per_hour: 30}
  types:
    - name: a
agents:
  - name: g
    skills: [a]
    staffing: {agents: 2}
handling: {talk: {exponential: {mean: 150s}}}
study: {replications: 4, seed: 9}
"""


@pytest.fixture
def tiny(tmp_path):
    """Writes the tiny scenario, with further lines, and gives its path."""

    def written(more="", name="tiny.yaml", *, old="", new=""):
        path = Path(tmp_path, name)
        text = TINY + more
        assert old in text
        path.write_text(text.replace(old, new) if old else text)
        return path

    return written


@pytest.fixture
def tiny_scenario(tiny):
    """The tiny scenario, with some of its values set."""

    def loaded(*sets, more=""):
        return load_scenario(tiny(more), sets=sets)

    return loaded
