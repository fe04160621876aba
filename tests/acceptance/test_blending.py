"""Calls and messages on the same agents, against chains of two classes: interruption, and a reserve of idle agents."""

import numpy as np
import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student
from worlds.base import changed, played

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.chains import UNMARKED, explore, stationary

pytestmark = [pytest.mark.theory, pytest.mark.parametrize("engine", ["reference", "compiled"])]
AGENTS, CALLS, MESSAGES, TALK, WORK, PATIENCE = 4, 30 / 3600, 10 / 3600, 240.0, 300.0, 180.0
REPLICATIONS = 24

DESK = {
    "name": "blending",
    "calendar": {"days": 4, "warm_up": "12h", "follow_up": "6h"},
    "needs": {
        "volume": {"per_hour": 40},
        "types": [
            {"name": "call", "share": "75%", "channels_preferred": {"phone": "100%"}},
            {"name": "mail", "share": "25%", "channels_preferred": {"post": "100%"}},
        ],
    },
    "customers": {"patience": {"exponential": {"mean": "3min"}}},
    "channels": [{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
    "agents": [{"name": "team", "skills": ["call", "mail"], "staffing": {"agents": AGENTS}}],
    "handling": {
        name: {
            "phone": {"talk": {"exponential": {"mean": "4min"}}},
            "post": {"work": {"exponential": {"mean": "5min"}}},
        }
        for name in ("call", "mail")
    },
}
INTERRUPTIBLE = changed(DESK, channels__post__interruptible=True)


def agrees(mapping, engine, exact):
    """Each figure within 3.5 standard errors, one in 560 by chance: level 1e-2 for the six."""
    plan, rows = compile_plan(scenario_from(mapping)), []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
    found = {(one.measure, *one.cell.values()): one for one in estimates(sample_of(rows), MEASURES, LEVEL)}
    wide = student.ppf(0.5 + LEVEL / 2, REPLICATIONS - 1)
    scores = {key: (found[key].value - value) / (found[key].half_width / wide) for key, value in exact.items()}
    print(scores)
    assert all(abs(score) <= 3.5 for score in scores.values()), scores


def figures(shares, messages, waiting, busy, all_taken):
    """What a chain says, by the shares of time in its states."""
    return {
        ("abandonment",): shares @ waiting / PATIENCE / CALLS,
        ("wait_offered",): shares @ waiting / CALLS,
        ("waited_share",): shares[all_taken].sum(),
        ("response_time",): shares @ messages / MESSAGES,
        ("backlog",): shares @ messages,
        ("occupancy",): shares @ busy / AGENTS,
    }


def test_calls_interrupt_messages_by_the_chain_of_two_classes(engine):
    """Calls are an Erlang A queue of their own; messages have the agents that calls leave."""

    def moves(state):
        calls, messages = state
        if calls < 30:
            yield CALLS, (calls + 1, messages), UNMARKED
        if messages < 120:
            yield MESSAGES, (calls, messages + 1), UNMARKED
        if calls:
            yield min(calls, AGENTS) / TALK + max(calls - AGENTS, 0) / PATIENCE, (calls - 1, messages), UNMARKED
        if messages and calls < AGENTS:
            yield min(messages, AGENTS - calls) / WORK, (calls, messages - 1), UNMARKED

    chain = explore((0, 0), moves)
    shares = stationary(chain)
    calls, messages = np.array(chain.states).T

    assert shares[(calls == 30) | (messages == 120)].sum() < 1e-9
    busy = np.minimum(calls + messages, AGENTS)
    agrees(INTERRUPTIBLE, engine, figures(shares, messages, np.maximum(calls - AGENTS, 0), busy, calls >= AGENTS))


@pytest.mark.parametrize("reserve", [0, 1, 2])
def test_a_reserve_keeps_idle_agents_for_calls_by_the_chain_of_two_classes(reserve, engine):
    def moves(state):
        calls, working, lying = state
        talking = min(calls, AGENTS - working)
        if calls < 30:
            yield CALLS, (calls + 1, working, lying), UNMARKED
        if AGENTS - working - talking > reserve:
            yield MESSAGES, (calls, working + 1, lying), UNMARKED
        elif lying < 100:
            yield MESSAGES, (calls, working, lying + 1), UNMARKED
        if calls > talking:
            yield (calls - talking) / PATIENCE, (calls - 1, working, lying), UNMARKED
        if talking:
            yield talking / TALK, begun(calls - 1, working, lying), UNMARKED
        if working:
            yield working / WORK, begun(calls, working - 1, lying), UNMARKED

    def begun(calls, working, lying):
        idle = AGENTS - working - min(calls, AGENTS - working)
        return (calls, working + 1, lying - 1) if lying and idle > reserve else (calls, working, lying)

    chain = explore((0, 0, 0), moves)
    shares = stationary(chain)
    calls, working, lying = np.array(chain.states).T
    talking = np.minimum(calls, AGENTS - working)

    assert shares[(calls == 30) | (lying == 100)].sum() < 1e-6
    busy = working + talking
    exact = figures(shares, working + lying, calls - talking, busy, busy == AGENTS)
    agrees(changed(DESK, agents__team__reserve=reserve), engine, exact)


def test_no_call_is_answered_at_another_moment_because_of_messages_that_it_interrupts(engine):
    """True of every path, to the last bit: whose talk it is does not matter where all are alike."""
    alone = changed(INTERRUPTIBLE, needs__types__mail__channels_preferred={"none": "100%"})

    _, with_them = played(INTERRUPTIBLE, engine=engine)
    _, without = played(alone, engine=engine)

    calls = with_them.attempts[with_them.attempts["channel"] == 0]
    assert len(calls) > 2000
    assert len(calls) < len(with_them.attempts)
    for column in ("need", "joins", "starts", "ends", "patience", "end_reason"):
        np.testing.assert_array_equal(calls[column], without.attempts[column])
