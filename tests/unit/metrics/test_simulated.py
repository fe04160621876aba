"""Simulated logs of a small centre with every module on: the laws hold, and measures are what the loops say."""

import numpy as np
import pytest
from naive import naive, quantiles_in

from ccsim.engine.run import simulate
from ccsim.logs.checks import check
from ccsim.logs.codes import EndReason, Outcome, Route
from ccsim.metrics.measure import measure
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario

EVERYTHING_ON = """
name: everything-on
calendar: {days: 1, warm_up: 1 day, follow_up: 1 day}
needs:
  volume: {per_day: 250}
  intraday: {from: "08:00", every: 3h, shape: [3, 4, 6]}
  types:
    - {name: balance, share: 40%, complexity: low}
    - {name: billing, share: 60%, kind: failure, complexity: high, causes: {standing: 8, incidence_spread: 1.3}}
customers:
  patience: {phone: {exponential: {mean: 3min}}}
  redial: {probability: 45%, after: {exponential: {mean: 10min}}}
  balking: {per_waiting: 0.5}
  gate_failure: {probability: 60%, after: {exponential: {mean: 10min}}}
  blocked: {probability: 50%, after: {exponential: {mean: 10min}}}
  reconnect: {probability: 80%, after: {exponential: {mean: 2h}},
              noticed: 70%, discovered_after: {exponential: {mean: 5h}}}
  channels_preferred: {phone: 70%, post: 20%, none: 10%}
  most_attempts: 4
  effort: {weights: {search: 1, gate: 1.5, queue: 1.5, talk: 1, typing: 1},
           penalties: {recontact: 5min, switch: 4min, transfer: 3min}}
channels:
  - {name: phone, kind: live, open: "08:00-18:00", at_closing: cut_off, lines: 4,
     prominence: 70%, friction: 5%, search_time: 60s,
     callback: {accepts: 30%, dialling: {time: 20s, reached: 50%, tries: 2, again_after: 10min}},
     silent: {share: 50%, found_out: 2min},
     diverted: {post: 30%},
     when_closed: {returns: 70%, after: {exponential: {mean: 30min}}, diverted: {post: 20%}},
     gate: {levels: 3, level_time: 20s, solves: {balance: 50%, billing: 10%},
            wrong_answer: 5%, blocked: 4%, hangs_up_after: 5min, opt_out: true, bypass: 10%,
            misroutes: {base: 5%, per_level: 2%, talk: 1min}}}
  - {name: post, kind: deferrable, answer_within: 12h, customer_time: 5min, views_per_hour: 40,
     tolerance: {lasts: {exponential: {mean: 3h}}, again: 50%, instead: {phone: 20%}, merges: 50%}}
agents:
  - {name: generalists, skills: {balance: 1, billing: {rank: 2, handles: 1.15x, resolves: -0.2}},
     staffing: {shift: [early, late], agents: [2, 1]}, wage: 14/h}
  - {name: experts, skills: [billing],
     staffing: {from: "00:00", every: 4h, agents: [0, 0, 1, 2, 1, 0], days: Mon-Sun}, wage: 20/h}
shifts: {early: {from: "08:00", to: "14:00"}, late: {from: "12:00", to: "19:00"}}
shrinkage: 20%
handling:
  balance: {phone: {talk: {lognormal: {mean: 200s, cv: 0.8}}, wrap_up: 30s}, post: {work: 4min}}
  billing: {phone: {talk: {lognormal: {mean: 300s, cv: 0.8}}, wrap_up: 30s}, post: {work: 6min}}
resolution: {balance: 95%, billing: 70%}
coding: {when_resolved: 97%, when_not: 50%}
insight:
  recorded: {phone: 90%}
  listening: {minutes_per_contact: 0s, manual_sample: 10%,
               speech_analytics: {coverage: 30%, recall: 70%}, agent_flags: 5%,
               text_analytics: {coverage: 40%, recall: 60%},
               log_analysis: 20%}
  detection: {count: 5, within: 90 days}
  found_anyway: {per_year: 10}
money: {on_cost: 10%, telephony: 0.03/min, contacts: {post: 0.05/contact}, gate: 0.10/contact,
        speech_analytics: 0.05/contact, text_analytics: 0.02/contact, manual_review: 1.50/contact, fixed: 10/day}
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenario") / "everything-on.yaml"
    path.write_text(EVERYTHING_ON)
    return compile_plan(load_scenario(path))


@pytest.fixture(scope="module", params=[1, 2])
def log(request, plan):
    return simulate(plan, request.param)


def test_every_law_holds(plan, log):
    check(plan, log)


def test_every_kind_of_end_and_outcome_happens(log):
    """Otherwise the two other tests show less than they say."""
    seldom = {EndReason.HORIZON, EndReason.CUT_OFF}
    assert {*log.attempts["end_reason"].tolist()} >= {*EndReason} - seldom
    assert {*log.needs["outcome"].tolist()} >= {*Outcome} - {Outcome.OPEN}
    assert {*log.signals["route"].tolist()} == {*Route} - {Route.FOUND_ANYWAY}


def test_measures_are_what_the_loops_say(plan, log):
    measured = measure(plan, log)
    found = {(value.measure, value.cell): (value.numerator, value.denominator) for value in measured}
    quantiles = quantiles_in(measured)
    for key, parts in naive(plan, log).items():
        # sums are taken in another order; many values are told apart to a 32nd of an octave
        is_quantile = isinstance(parts, float)
        one, near = (quantiles[key], 2.0 ** (1 / 32) - 1.0) if is_quantile else (found[key], 1e-9)
        np.testing.assert_allclose(one, parts, rtol=near, atol=1e-6, err_msg=str(key))


def test_wages_are_the_paid_hours_times_the_wage(plan, log):
    values = {(value.measure, value.cell): value.numerator for value in measure(plan, log)}
    hours = [values["agent_hours", (("group", name),)] for name in plan.names.groups]

    assert values["cost_wages", ()] == pytest.approx(sum(np.array(hours) * plan.groups["wage"] * 3600.0))
