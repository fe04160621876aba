"""Targets cannot be fooled: a centre that serves few never reads as one that reaches what is aimed at."""

import pytest

from ccsim.report.targets import sentences, targets_sheet
from ccsim.study.compare import compare

ROOM = """\
name: room
calendar: {length: 4h}
needs: {volume: {per_hour: 60}, types: [{name: calls}]}
channels: [{name: phone}]
customers: {patience: {exponential: {mean: 3min}}}
agents: [{name: team, skills: [calls], staffing: {agents: 6}}]
handling: {talk: 4min}
targets:
  - {measure: asa, at_most: 20s}
  - {measure: service_level, at_least: 80%}
  - {measure: abandonment, at_most: 5%}
  - {measure: wait_p90, at_most: 20s}
arms: {now: {}, other: {OTHER}}
compare: {levelling: none}
study: {replications: 6, seed: 3}
"""


@pytest.fixture
def verdicts(tmp_path):
    """The verdicts and the sentence of a centre that one change made worse."""

    def of(change):
        path = tmp_path / "room.yaml"
        path.write_text(ROOM.replace("OTHER", change), encoding="utf-8")
        result = compare(path, engine="reference")
        other = next(arm for arm in result.arms if arm.name == "other")
        sheet = targets_sheet(result)
        beside = {row[0]: row[sheet.columns.index("other")] for row in sheet.rows}
        said = next(text for text in sentences(result) if text.startswith("other "))
        return [one.verdict for one in other.targets], beside, said

    return of


@pytest.mark.parametrize("change", ["channels.phone.open: []", "channels.phone.prominence: 0%"])
def test_a_centre_that_nobody_can_reach_meets_no_target_of_service(verdicts, change):
    found, beside, said = verdicts(change)

    assert found == ["unknown"] * 4
    assert beside["Beside it: needs resolved"].startswith("0.0 %")
    assert said.startswith("other meets 0 of its 4 targets, with 0.0 %")
    assert "of the needs resolved; not known yet: ASA at most 20 s (nothing observed), " in said


def test_a_centre_of_one_line_meets_them_beside_the_needs_that_it_leaves(verdicts):
    found, beside, said = verdicts("channels.phone.lines: 1")

    # nobody waited, so that how long somebody would has not been seen
    assert found == ["unknown", "met", "met", "met"]
    resolved = float(beside["Beside it: needs resolved"].split()[0])
    assert resolved < 35.0
    assert said.startswith(f"other meets 3 of its 4 targets, with {beside['Beside it: needs resolved']} of the needs")


def test_a_centre_of_one_agent_misses_them(verdicts):
    found, _, said = verdicts("agents.team.staffing.agents: 1")

    assert found == ["missed"] * 4
    assert said.startswith("other meets 0 of its 4 targets")
