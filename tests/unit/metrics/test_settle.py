"""Terms applied afterwards: the same numbers as though replications had been measured with them."""

import numpy as np
import pytest

from ccsim.engine.run import simulate
from ccsim.metrics.measure import measure, sample_of
from ccsim.metrics.settle import measure_open, open_layout_of, settled
from ccsim.plan.compile import compile_plan, terms_of
from ccsim.plan.terms import without_terms
from ccsim.scenario.load import load_scenario

CENTRE = """
name: small-centre
calendar: {days: 1, follow_up: 1 day}
needs:
  volume: {per_day: 400}
  intraday: {from: "08:00", every: 3h, shape: [3, 4, 6]}
  types:
    - {name: balance, share: 40%, complexity: low}
    - {name: billing, share: 60%, kind: failure, complexity: high, causes: {standing: 8, incidence_spread: 1.3}}
customers:
  patience: {phone: {exponential: {mean: 3min}}}
  redial: {probability: 45%, after: {exponential: {mean: 10min}}}
  balking: {per_waiting: 0.3}
  reconnect: {probability: 80%, after: {exponential: {mean: 2h}}}
  channels_preferred: {phone: 70%, post: 30%}
channels:
  - {name: phone, kind: live, open: "08:00-18:00", search_time: 60s, diverted: {post: 30%},
     callback: {waiting: 1, accepts: 50%, dialling: {time: 20s, reached: 80%, tries: 2, again_after: 30min}},
     when_closed: {returns: 70%, after: {exponential: {mean: 30min}}, diverted: {post: 20%}},
     gate: {levels: 3, level_time: 20s, solves: {balance: 50%, billing: 10%}, hangs_up_after: 5min,
            misroutes: {base: 20%, per_level: 2%, talk: 1min}}}
  - {name: post, kind: deferrable, answer_within: 12h, customer_time: 5min}
agents:
  - {name: generalists, skills: {balance: 1, billing: {rank: 2}},
     staffing: {shift: [early, late], agents: [4, 3]}, wage: 14/h, overtime: 20min}
  - {name: experts, skills: [billing],
     staffing: {from: "00:00", every: 4h, agents: [0, 0, 2, 2, 1, 0], days: Mon-Sun}, wage: 20/h}
shifts: {early: {from: "08:00", to: "14:00"}, late: {from: "12:00", to: "19:00"}}
shrinkage: 20%
handling:
  balance: {phone: {talk: {lognormal: {mean: 200s, cv: 0.8}}, wrap_up: 30s}, post: {work: 4min}}
  billing: {phone: {talk: {lognormal: {mean: 300s, cv: 0.8}}, wrap_up: 30s}, post: {work: 6min}}
resolution: {balance: 95%, billing: 70%}
money:
  {on_cost: 10%, overtime: 1.5x, telephony: 0.03/min, contacts: {post: 0.05/contact}, gate: 0.10/contact,
   fixed: 10/day}
service_level: {within: 20s, base: early_gone_left_out, short: 5s}
"""
TERMS = [
    {},
    {"service_level.within": "0s"},
    {"service_level.within": "1min", "service_level.base": "met_or_gone"},
    {"service_level.within": "5s", "service_level.short": "20s", "service_level.base": "met_or_short_gone"},
    {"service_level.base": "answered"},
    {"money.overtime": "2x"},
    {"agents.generalists.wage": "0/h", "agents.experts.wage": "0/h"},
    {"agents.generalists.wage": "13.37/h", "money.on_cost": "33%"},
    {
        "customers.effort": "{weights: {search: 2, gate: 1.5, queue: 3, talk: 0.5, typing: 0},"
        " penalties: {recontact: 5min, switch: 4min, transfer: 3min}}"
    },
]
LIMITS = (0.0, 5.0, 20.0, 60.0)


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    """A function from changes to the scenario of a small centre with transfers, e-mail, a gate and money."""
    path = tmp_path_factory.mktemp("settle") / "centre.yaml"
    path.write_text(CENTRE, encoding="utf-8")
    return lambda changes: load_scenario(path, sets=[f"{path_}={value}" for path_, value in changes.items()])


@pytest.fixture(scope="module")
def played(centre):
    """Two replications, measured with their terms left open."""
    plan = without_terms(compile_plan(centre({})), LIMITS)
    layout = open_layout_of(plan, LIMITS)
    logs = [simulate(plan, 7, replication=n, engine="reference") for n in (0, 1)]
    return sample_of([measure_open(plan, one, layout) for one in logs])


@pytest.mark.parametrize("changes", TERMS)
def test_terms_applied_afterwards_give_what_measuring_with_them_gives(centre, played, changes):
    scenario = centre(changes)
    plan = compile_plan(scenario)
    measured = [measure(plan, simulate(plan, 7, replication=n, engine="reference")) for n in (0, 1)]
    expected, found = sample_of(measured), settled(played, terms_of(scenario))

    assert found.keys == expected.keys
    assert found.waits.tolist() == expected.waits.tolist()
    for name, one, other in (
        ("above", found.numerators, expected.numerators),
        ("below", found.denominators, expected.denominators),
    ):
        money = np.array(["cost" in measure for measure, _ in found.keys])
        assert np.array_equal(one[:, ~money], other[:, ~money], equal_nan=True), name
        assert one[:, money] == pytest.approx(other[:, money], rel=1e-12), name


def test_the_centre_has_what_the_terms_are_about(played):
    """Else the test above could not fail."""
    total = {measure: played.numerators[0, column] for column, (measure, cell) in enumerate(played.keys) if cell == ()}
    steps = played.keys.index(("steps", ()))

    assert min(total[name] for name in ("abandoned", "balked", "effort_gate", "effort_typing", "cost_total")) > 0.0
    assert played.numerators[:, steps].min() > 0.0
    assert played.denominators[:, steps].min() > 0.0


def test_what_is_kept_does_not_depend_on_the_terms(centre):
    one, other = (without_terms(compile_plan(centre(changes)), LIMITS) for changes in (TERMS[0], TERMS[-1]))
    logs = simulate(one, 3, engine="reference")

    first, second = (measure_open(plan, logs, open_layout_of(plan, LIMITS)) for plan in (one, other))

    assert first.keys == second.keys
    assert np.array_equal(first.numerators, second.numerators, equal_nan=True)
    assert np.array_equal(first.denominators, second.denominators)
