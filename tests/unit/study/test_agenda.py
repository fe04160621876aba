"""Agendas: every point's settings, digest and seed, and the mistakes of all points before anything runs."""

import json

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario.load import load_scenario
from ccsim.scenario.show import digest
from ccsim.study.agenda import agenda_of, as_document, from_document

TINY = """\
name: tiny
calendar: {length: 30min}
needs: {volume: {per_hour: 60}, types: [{name: calls}]}
customers: {patience: {exponential: {mean: 3min}}}
agents: [{name: team, skills: [calls], staffing: {agents: 4}}]
handling: {talk: {exponential: {mean: 3min}}}
arms:
  now: {}
  gated: {channels: {phone: {gate: {levels: 2, solves: 50%}}}}
study: {replications: 3, seed: 7}
"""


@pytest.fixture
def study(tmp_path):
    """A function from the rest of a study file to its agenda and worlds."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")

    def agenda(rest, **how):
        path = tmp_path / "study.yaml"
        path.write_text(f"name: s\nscenario: tiny.yaml\nmeasures: [asa]\n{rest}\n", encoding="utf-8")
        return agenda_of(path, **how)

    return agenda


def settings(agenda):
    return [point.settings for point in agenda.points]


def test_arms_come_first_and_the_last_factor_moves_fastest(study):
    agenda, _ = study("arms: all\nfactors: {shrinkage: [0%, 10%]}")

    assert agenda.factors == ("arms", "shrinkage")
    assert settings(agenda) == [("now", "0%"), ("now", "10%"), ("gated", "0%"), ("gated", "10%")]
    assert (agenda.replications, agenda.seed, agenda.design) == (3, 7, "grid of 2 x 2, 4 points")


def test_a_points_scenario_is_the_arm_with_the_values_set(study, tmp_path):
    agenda, worlds = study("arms: all\nfactors: {shrinkage: [0%, 10%]}")

    by_hand = load_scenario(tmp_path / "tiny.yaml", arm="gated").with_("shrinkage", "10%")

    assert worlds.scenario(4) == by_hand
    assert agenda.points[3].digest == digest(by_hand)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{from: 0%, to: 30%, step: 10%}", ["0%", "10%", "20%", "30%"]),
        ("{from: 0%, to: 25%, step: 10%}", ["0%", "10%", "20%"]),
        ("{from: 0, to: 0.3, step: 0.1}", ["0", "0.1", "0.2", "0.3"]),
        ("{from: 0%, to: 10%, points: 4}", ["0%", "3.33333%", "6.66667%", "10%"]),
        ("{values: [1%, 0.5]}", ["1%", "0.5"]),
    ],
)
def test_a_range_keeps_its_unit_and_has_no_rounding_dust(study, written, shown):
    assert settings(study(f"factors: {{shrinkage: {written}}}")[0]) == [(label,) for label in shown]


def test_one_factor_moves_several_paths_with_one_value_or_with_named_levels(study):
    agenda, worlds = study(
        "factors:\n"
        "  work: {paths: [needs.volume.per_hour, agents.team.staffing.agents], values: [5, 6]}\n"
        "  way: {levels: {old: {shift_end: finish}, new: {service_level.within: 5s, shrinkage: 1%}}}"
    )

    last = worlds.scenario(4)

    assert settings(agenda)[3] == ("6", "new")
    assert (last.needs.volume.per_hour, last.service_level.within, last.shrinkage) == (6.0, 5.0, 0.01)


def test_a_sampled_range_has_six_digits_and_a_sampled_list_takes_turns(study):
    agenda, _ = study(
        "factors: {needs.volume.per_hour: {from: 30, to: 60}, shrinkage: [0%, 10%]}\ndesign: {sobol: {points: 8}}"
    )

    rates = [float(rate) for rate, _ in settings(agenda)]

    assert all(30.0 <= rate <= 60.0 and rate == round(rate, 4) for rate in rates)
    assert sorted(share for _, share in settings(agenda)) == ["0%"] * 4 + ["10%"] * 4


def test_a_factorial_takes_the_ends_of_a_range(study):
    agenda, _ = study("factors: {needs.volume.per_hour: {from: 30, to: 60}, shrinkage: [0%, 10%]}\ndesign: factorial")

    assert sorted(settings(agenda)) == [("30", "0%"), ("30", "10%"), ("60", "0%"), ("60", "10%")]
    assert agenda.design == "full factorial 2^2, 4 points"


def test_points_may_be_listed_one_by_one_with_their_arms(study):
    agenda, worlds = study("points: [{arms: gated, shrinkage: 5%}, {arms: now, shrinkage: 7%}]")

    assert settings(agenda) == [("gated", "5%"), ("now", "7%")]
    assert worlds.scenario(1).channels[0].gate is not None


def test_all_points_have_one_seed_unless_independent_seeds_are_asked_for(study):
    common, _ = study("factors: {shrinkage: [0%, 10%]}")
    own, _ = study("factors: {shrinkage: [0%, 10%]}\nseeds: independent")
    turned, _ = study("factors: {shrinkage: [10%, 0%]}\nseeds: independent")

    assert {point.seed for point in common.points} == {7}
    assert len({point.seed for point in own.points}) == 2
    assert {point.digest: point.seed for point in own.points} == {point.digest: point.seed for point in turned.points}


def test_an_agenda_survives_being_kept_as_text(study):
    agenda, _ = study("arms: all\nfactors: {shrinkage: [0%, 10%]}\nby: [channel]")

    assert from_document(json.loads(json.dumps(as_document(agenda)))) == agenda


@pytest.mark.parametrize(
    ("rest", "place", "rule"),
    [
        ("factors: {shrinkage: [0%, 130%]}", (4, 27), "more than the whole"),
        ("factors: {agents.taem.wage: [1/h]}", (4, 30), 'no item named "taem"'),
        ("arms: [now, gatd]", (4, 13), 'no arm is named "gatd"'),
        ("points: [{arms: gatd}]", (4, 17), 'no arm is named "gatd"'),
        ("factors: {shrinkage: [1%, 1%]}", (4, 22), '"1%" stands twice'),
        ("factors: {shrinkage: {from: 1%, to: 2%}}", (4, 22), "a range without steps"),
        ("factors: {shrinkage: {from: 1%, to: 2, step: 1%}}", (4, 22), "different units"),
        ("factors: {shrinkage: {from: 2%, to: 1%, step: 1%}}", (4, 22), "from the smaller"),
        ("factors: {shrinkage: {from: 1%, to: 2%, step: 0%}}", (4, 22), "the step is too small"),
        ("factors: {shrinkage: {from: 1%, to: 2%, points: 1}}", (4, 22), "1 points"),
        ("factors: {shrinkage: {from: low, to: 2%, points: 3}}", (4, 29), "low is no number"),
        ("factors: {shrinkage: [1%, 2%, 3%]}\ndesign: factorial", (4, 22), "takes two values"),
    ],
)
def test_a_mistake_is_told_at_its_place_before_anything_runs(study, rest, place, rule):
    with pytest.raises(ScenarioError) as caught:
        study(rest)

    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == place, problem
    assert rule in problem.rule


def test_the_mistakes_of_all_points_come_at_once(study):
    with pytest.raises(ScenarioError) as caught:
        study("factors: {shrinkage: [130%, 0%, 140%], needs.volume.per_hour: [10, -1]}")

    assert [problem.value for problem in caught.value.problems] == ["130%", "140%", "-1"]
