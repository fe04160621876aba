"""Customers who leave without a word: the centre's own line is M/M/n, or a chain in which the gone stand among them."""

import numpy as np
import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student
from worlds.base import changed

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.chains import UNMARKED, explore, stationary
from ccsim.theory.erlang import answer_erlang_c

pytestmark = [pytest.mark.theory, pytest.mark.parametrize("engine", ["reference", "compiled"])]
AGENTS, CHATS, TALK, PATIENCE, DAYS = 2, 18 / 3600, 240.0, 180.0, 4
REPLICATIONS, LONGEST = 24, 9

DESK = {
    "name": "silent",
    "calendar": {"days": DAYS, "warm_up": "6h", "follow_up": "6h"},
    "needs": {"volume": {"per_hour": 18}, "types": [{"name": "chat"}]},
    "customers": {"patience": {"exponential": {"mean": "3min"}}},
    "channels": [{"name": "chat", "silent": {"share": "60%", "found_out": {"exponential": {"mean": "1min"}}}}],
    "agents": [{"name": "team", "skills": ["chat"], "staffing": {"agents": AGENTS}}],
    "handling": {"talk": {"exponential": {"mean": "4min"}}},
}


def agrees(mapping, engine, exact):
    """Each figure within 3.5 standard errors, one in 560 by chance."""
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


def test_where_all_leave_silently_and_are_as_much_work_the_line_is_that_of_erlang_c(engine):
    """The centre sees nobody leave, so its waits W are those of M/M/n; a customer has gone where W > patience."""
    line = answer_erlang_c(CHATS, TALK, AGENTS, acceptable_wait=20.0)
    ends = AGENTS / TALK - CHATS
    abandonment = line.p_wait / PATIENCE / (1.0 / PATIENCE + ends)
    exact = {
        ("abandonment",): abandonment,
        ("abandonment_silent",): abandonment,
        ("waited_share",): line.p_wait,
        ("wait_offered",): line.p_wait / (ends + 1.0 / PATIENCE),
        ("asa",): line.p_wait * ends / (ends + 1.0 / PATIENCE) ** 2 / (1.0 - abandonment),
        ("occupancy",): line.occupancy,
        ("silent_hours",): abandonment * CHATS * TALK * DAYS * 24,
    }
    agrees(
        changed(DESK, channels__chat__silent={"share": "100%", "found_out": {"exponential": {"mean": "4min"}}}),
        engine,
        exact,
    )


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_who_has_gone_stands_in_line_by_the_chain(share, engine):
    """A state is (looking, talking, the line): in line, W waits and G has gone without a word."""
    looks = 60.0

    def moves(state):
        looking, talking, line = state
        if looking + talking < AGENTS:
            yield CHATS, (looking, talking + 1, ""), UNMARKED
        elif len(line) < LONGEST:
            yield CHATS, (looking, talking, line + "W"), UNMARKED
        for place, one in enumerate(line):
            if one == "W":
                yield share / PATIENCE, (looking, talking, line[:place] + "G" + line[place + 1 :]), UNMARKED
                yield (1.0 - share) / PATIENCE, (looking, talking, line[:place] + line[place + 1 :]), UNMARKED
        if talking:
            yield talking / TALK, freed(looking, talking - 1, line), UNMARKED
        if looking:
            yield looking / looks, freed(looking - 1, talking, line), UNMARKED

    def freed(looking, talking, line):
        if not line:
            return looking, talking, line
        return (looking + 1, talking, line[1:]) if line[0] == "G" else (looking, talking + 1, line[1:])

    chain = explore((0, 0, ""), moves)
    shares = stationary(chain)
    waiting, gone = (np.array([state[2].count(one) for state in chain.states]) for one in "WG")
    looking, talking = (np.array([state[k] for state in chain.states]) for k in (0, 1))

    assert shares[waiting + gone == LONGEST].sum() < 1e-3
    exact = {
        ("abandonment",): shares @ waiting / PATIENCE / CHATS,
        ("abandonment_silent",): share * (shares @ waiting) / PATIENCE / CHATS,
        ("waited_share",): shares[looking + talking == AGENTS].sum(),
        ("wait_offered",): shares @ waiting / CHATS,
        ("queue_length",): shares @ waiting,
        ("occupancy",): shares @ (looking + talking) / AGENTS,
        ("silent_hours",): shares @ looking * DAYS * 24,
    }
    agrees(changed(DESK, channels__chat__silent__share=f"{share:.0%}"), engine, exact)
