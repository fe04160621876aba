"""Agents who differ, against chains that know who is idle."""

import numpy as np
import pytest
from scipy.stats import t as student
from worlds.base import changed

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.logs.codes import AgentState
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.chains import UNMARKED, explore, stationary

pytestmark = [pytest.mark.theory, pytest.mark.parametrize("engine", ["reference", "compiled"])]
CALLS, PATIENCE, TALK = 30 / 3600, 180.0, {"anna": 120.0, "ben": 300.0}
REPLICATIONS, WIDE = 24, student.ppf(0.975, 23)

PAIR = {
    "name": "pair",
    "calendar": {"days": 4, "warm_up": "3h", "follow_up": "0s"},
    "needs": {"volume": {"per_hour": 30}, "types": [{"name": "call"}]},
    "customers": {"patience": {"exponential": {"mean": "3min"}}},
    "agents": [
        {
            "name": "pair",
            "skills": ["call"],
            "staffing": {"agents": 2},
            "people": {"anna": {"handles": "0.8x"}, "ben": {"handles": "2x"}},
        }
    ],
    "handling": {"talk": {"exponential": {"mean": "150s"}}},
}


def busy_shares(plan, logs):
    """Each agent's share of the window at work."""
    start, end = plan.window
    rows = logs.agent_states[logs.agent_states["state"] == AgentState.TALK]
    spent = np.clip(rows["ends"], start, end) - np.clip(rows["starts"], start, end)
    return np.bincount(rows["agent"], spent, minlength=len(plan.agent_group)) / (end - start)


def agrees(mapping, engine, exact, by_agent):
    """Each figure within 3.5 standard errors, one in 500 by chance; of seven, with fresh seeds, one in 75."""
    plan, rows, busy = compile_plan(scenario_from(mapping)), [], []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
        busy.append(busy_shares(plan, logs))
    found = {one.measure: one for one in estimates(sample_of(rows), MEASURES, 0.95) if one.cell == {}}
    scores = {name: (found[name].value - value) / (found[name].half_width / WIDE) for name, value in exact.items()}
    errors = np.std(busy, axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    scores |= dict(zip(plan.names.agents, (np.mean(busy, axis=0) - by_agent) / errors, strict=True))
    print({name: round(float(score), 2) for name, score in scores.items()})
    assert all(abs(score) <= 3.5 for score in scores.values()), scores


def figures(moves):
    """What the chain of (who is at work, who waits) says; the first of the idle is asked first."""
    chain = explore((("anna", "ben"), 0), moves)
    shares = stationary(chain)
    idle, waiting = [state[0] for state in chain.states], np.array([state[1] for state in chain.states])
    assert shares[waiting == 60].sum() < 1e-9
    nobody = np.array([not who for who in idle])
    by_agent = [shares[[name not in who for who in idle]].sum() for name in TALK]
    mean = {
        "abandonment": shares @ waiting / PATIENCE / CALLS,
        "wait_offered": shares @ waiting / CALLS,
        "waited_share": shares[nobody].sum(),
        "occupancy": np.mean(by_agent),
    }
    return mean, by_agent


def longest_idle(state):
    """Calls go to who has been idle longest; who frees stands behind the others."""
    idle, waiting = state
    if idle:
        yield CALLS, (idle[1:], 0), UNMARKED
    elif waiting < 60:
        yield CALLS, ((), waiting + 1), UNMARKED
    for name, talk in TALK.items():
        if name not in idle:
            yield 1 / talk, (idle, waiting - 1) if waiting else ((*idle, name), 0), UNMARKED
    if waiting:
        yield waiting / PATIENCE, (idle, waiting - 1), UNMARKED


def test_a_quick_and_a_slow_agent_by_the_chain_of_who_is_idle_longest(engine):
    exact, by_agent = figures(longest_idle)

    assert by_agent[0] + 0.1 < by_agent[1]
    agrees(PAIR, engine, exact, by_agent)


def test_two_agents_of_one_speed_are_the_group_without_names(engine):
    alike = changed(PAIR, agents__pair__people={"anna": {"handles": "1.5x"}, "ben": {"handles": "1.5x"}})
    unnamed = changed(PAIR, agents__pair__people={}, handling={"talk": {"exponential": {"mean": "225s"}}})

    one, other = (simulate(compile_plan(scenario_from(each)), 1, engine=engine) for each in (alike, unnamed))

    assert len(one.attempts) > 1000
    np.testing.assert_allclose(one.attempts["ends"], other.attempts["ends"], rtol=1e-9)
    assert one.attempts["agent"].tolist() == other.attempts["agent"].tolist()


def test_the_least_occupied_first_brings_a_quick_and_a_slow_agent_closer(engine):
    plan, even = compile_plan(scenario_from(PAIR)), changed(PAIR, routing={"among_equals": "least_occupied"})

    idle_first = busy_shares(plan, simulate(plan, 1, engine=engine))
    busy_last = busy_shares(plan, simulate(compile_plan(scenario_from(even)), 1, engine=engine))

    assert idle_first[0] + 0.1 < idle_first[1]
    assert abs(busy_last[0] - busy_last[1]) < 0.02
