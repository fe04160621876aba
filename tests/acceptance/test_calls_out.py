"""Callbacks and outbound calls against chains: who expects a call stands in line among those who wait on it."""

import numpy as np
import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student
from worlds.base import changed

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.logs.codes import EndReason
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.chains import UNMARKED, explore, stationary
from ccsim.theory.erlang import answer_erlang_c

pytestmark = [pytest.mark.theory, pytest.mark.parametrize("engine", ["reference", "compiled"])]
AGENTS, CALLS, TALK, PATIENCE, DIALLING, REACHED = 2, 18 / 3600, 240.0, 180.0, 30.0, 0.7
REPLICATIONS, LONGEST = 24, 9

DESK = {
    "name": "calls-out",
    "calendar": {"days": 4, "warm_up": "6h", "follow_up": "6h"},
    "needs": {"volume": {"per_hour": 18}, "types": [{"name": "call"}]},
    "customers": {"patience": {"exponential": {"mean": "3min"}}},
    "channels": [
        {
            "name": "phone",
            "callback": {
                "waiting": 1,
                "accepts": "60%",
                "dialling": {"time": {"exponential": {"mean": "30s"}}, "reached": "70%"},
            },
        }
    ],
    "agents": [{"name": "team", "skills": ["call"], "staffing": {"agents": AGENTS}}],
    "handling": {"talk": {"exponential": {"mean": "4min"}}},
}


def found_in(mapping, engine, replications=REPLICATIONS):
    plan, rows = compile_plan(scenario_from(mapping)), []
    for replication in range(replications):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
    return {(one.measure, *one.cell.values()): one for one in estimates(sample_of(rows), MEASURES, LEVEL)}


def agrees(mapping, engine, exact):
    """Each figure within 3.5 standard errors, one in 560 by chance."""
    found = found_in(mapping, engine)
    wide = student.ppf(0.5 + LEVEL / 2, REPLICATIONS - 1)
    scores = {key: (found[key].value - value) / (found[key].half_width / wide) for key, value in exact.items()}
    print(scores)
    assert all(abs(score) <= 3.5 for score in scores.values()), scores


@pytest.mark.parametrize("accepts", [0.0, 0.6, 1.0])
def test_a_virtual_hold_is_what_the_chain_of_the_line_says(accepts, engine):
    """A state is (calling, talking, the line): in line, W waits on the phone and E expects a call."""

    def moves(state):
        calling, talking, line = state
        if calling + talking < AGENTS:
            yield CALLS, (calling, talking + 1, ""), UNMARKED
        elif len(line) < LONGEST:
            takes = accepts if line else 0.0
            if takes < 1.0:
                yield CALLS * (1.0 - takes), (calling, talking, line + "W"), UNMARKED
            if takes > 0.0:
                yield CALLS * takes, (calling, talking, line + "E"), UNMARKED
        for place, one in enumerate(line):
            if one == "W":
                yield 1.0 / PATIENCE, (calling, talking, line[:place] + line[place + 1 :]), UNMARKED
        if talking:
            yield talking / TALK, freed(calling, talking - 1, line), UNMARKED
        if calling:
            yield calling * REACHED / DIALLING, (calling - 1, talking + 1, line), UNMARKED
            yield calling * (1.0 - REACHED) / DIALLING, freed(calling - 1, talking, line), UNMARKED

    def freed(calling, talking, line):
        if not line:
            return calling, talking, line
        return (calling + 1, talking, line[1:]) if line[0] == "E" else (calling, talking + 1, line[1:])

    chain = explore((0, 0, ""), moves)
    shares = stationary(chain)
    waiting, expecting = (np.array([state[2].count(one) for state in chain.states]) for one in "WE")
    calling, talking = (np.array([state[k] for state in chain.states]) for k in (0, 1))
    full = calling + talking == AGENTS
    callbacks = CALLS * accepts * shares[waiting + expecting > 0].sum()

    assert shares[waiting + expecting == LONGEST].sum() < 1e-3
    exact = {
        ("abandonment",): shares @ waiting / PATIENCE / (CALLS - callbacks),
        ("wait_offered",): shares @ waiting / (CALLS - callbacks),
        ("waited_share",): (CALLS * shares[full].sum() - callbacks) / (CALLS - callbacks),
        ("queue_length",): shares @ waiting,
        ("occupancy",): shares @ (calling + talking) / AGENTS,
    }
    if accepts > 0.0:
        exact |= {
            ("calls_out",): callbacks * 4 * 86400,
            ("calls_out_reached",): REACHED,
            ("calls_out_failed",): 1.0 - REACHED,
            ("calls_out_wait",): shares @ expecting / callbacks + DIALLING,
            ("dialling_occupancy",): shares @ calling / AGENTS,
        }
    agrees(changed(DESK, channels__phone__callback__accepts=f"{100 * accepts:g}%"), engine, exact)


def test_where_everybody_is_called_at_once_and_answers_the_queue_is_erlang_c(engine):
    desk = changed(DESK, channels__phone__callback={"dialling": {"time": "0s"}})
    exact = answer_erlang_c(CALLS, TALK, AGENTS, acceptable_wait=20.0)

    called, load = CALLS * exact.p_wait * 4 * 86400, CALLS * TALK / AGENTS
    agrees(
        desk,
        engine,
        {("calls_out",): called, ("calls_out_wait",): exact.asa / exact.p_wait, ("occupancy",): load},
    )


def test_nobody_who_comes_is_lost(engine):
    """Joined = answered + abandoned + still waiting + callbacks reached, failed and open."""
    plan = compile_plan(scenario_from(changed(DESK, calendar={"length": "30h"})))
    logs = simulate(plan, 1, engine=engine)
    found = {one.measure: one for one in measure(plan, logs) if one.cell == ()}
    legs = logs.attempts
    callbacks = legs[legs["dials"] >= 0]

    stays = found["answered"].numerator + found["abandoned"].numerator + found["unfinished_share"].numerator
    called = sum((callbacks["end_reason"] == one).sum() for one in (EndReason.SERVED, EndReason.CALLBACK_FAILED))
    called += (callbacks["end_reason"] == EndReason.HORIZON).sum()
    assert found["calls_out"].numerator == called == len(callbacks) > 20
    assert stays + called == len(legs)


OUTBOUND = {
    "name": "outbound",
    "calendar": {"days": 4, "warm_up": "6h", "follow_up": "1 day"},
    "needs": {
        "volume": {"per_hour": 36},
        "types": [
            {"name": "call", "share": "50%", "channels_preferred": {"phone": "100%"}},
            {"name": "list", "share": "50%", "channels_preferred": {"calls": "100%"}},
        ],
    },
    "customers": {"patience": {"exponential": {"mean": "3min"}}},
    "channels": [
        {"name": "phone"},
        {
            "name": "calls",
            "kind": "deferrable",
            "answer_within": "20min",
            "dialling": {"time": {"exponential": {"mean": "30s"}}, "reached": "40%"},
        },
    ],
    "agents": [{"name": "team", "skills": ["call", "list"], "reserve": 1, "staffing": {"agents": 3}}],
    "handling": {
        name: {
            "phone": {"talk": {"exponential": {"mean": "4min"}}},
            "calls": {"work": {"exponential": {"mean": "3min"}}},
        }
        for name in ("call", "list")
    },
}


def test_outbound_calls_blend_with_calls_by_the_chain_of_two_classes(engine):
    """A state is (calls, calling, talking to who was called, still to be called); one agent is kept back for calls."""
    agents, reserve, rate, work, reached = 3, 1, 18 / 3600, 180.0, 0.4

    def moves(state):
        calls, calling, talking, due = state
        out = calling + talking
        served = min(calls, agents - out)
        if calls < 25:
            yield rate, (calls + 1, calling, talking, due), UNMARKED
        if agents - out - served > reserve:
            yield rate, (calls, calling + 1, talking, due), UNMARKED
        elif due < 60:
            yield rate, (calls, calling, talking, due + 1), UNMARKED
        if calls > served:
            yield (calls - served) / PATIENCE, (calls - 1, calling, talking, due), UNMARKED
        if served:
            yield served / TALK, freed(calls - 1, calling, talking, due), UNMARKED
        if talking:
            yield talking / work, freed(calls, calling, talking - 1, due), UNMARKED
        if calling:
            yield calling * reached / DIALLING, (calls, calling - 1, talking + 1, due), UNMARKED
            yield calling * (1.0 - reached) / DIALLING, freed(calls, calling - 1, talking, due), UNMARKED

    def freed(calls, calling, talking, due):
        idle = agents - calling - talking - min(calls, agents - calling - talking)
        return (calls, calling + 1, talking, due - 1) if due and idle > reserve else (calls, calling, talking, due)

    chain = explore((0, 0, 0, 0), moves)
    shares = stationary(chain)
    calls, calling, talking, due = np.array(chain.states).T
    served = np.minimum(calls, agents - calling - talking)

    assert shares[(calls == 25) | (due == 60)].sum() < 1e-6
    exact = {
        ("abandonment",): shares @ (calls - served) / PATIENCE / rate,
        ("wait_offered",): shares @ (calls - served) / rate,
        ("occupancy",): shares @ (calling + talking + served) / agents,
        ("dialling_occupancy",): shares @ calling / agents,
        ("backlog",): shares @ (calling + talking + due),
        ("calls_out_reached", "calls"): reached,
        ("calls_out_wait", "calls"): shares @ due / rate + DIALLING,
    }
    agrees(OUTBOUND, engine, exact)


def test_more_tries_reach_more_by_the_geometric_law(engine):
    dialling = {"time": "30s", "reached": "40%", "tries": 3, "again_after": "2h"}
    agrees(
        changed(OUTBOUND, channels__calls__dialling=dialling),
        engine,
        {("calls_out_reached", "calls"): 1.0 - 0.6**3, ("calls_out_failed", "calls"): 0.6**3},
    )
