"""Cold transfers against Jackson's open network, warm ones against the chain of agents who stay with customers."""

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
PER_HOUR, HARD, SHARE = 60, 0.2, 0.25
DESK, EXPERTS = 5, 4
TALK, EXPERT_TALK = 240.0, 360.0
REPLICATIONS = 24

# every talk at the desk has one law, whether the customer is passed on or not, and so has every talk with an expert
CENTRE = {
    "name": "two-skills",
    "calendar": {"days": 4, "warm_up": "1 day", "follow_up": "6h"},
    "needs": {
        "volume": {"per_hour": PER_HOUR},
        "types": [
            {"name": "call", "share": f"{1 - HARD:.0%}", "skill": "desk"},
            {"name": "hard", "share": f"{HARD:.0%}", "skill": "experts"},
        ],
    },
    "agents": [
        {"name": "desk", "skills": ["desk"], "staffing": {"agents": DESK}},
        {"name": "experts", "skills": {"experts": {"handles": "1.5x"}}, "staffing": {"agents": EXPERTS}},
    ],
    "handling": {
        "call": {
            "phone": {
                "talk": {"exponential": {"mean": "4min"}},
                "transfers": {"to": "experts", "share": f"{SHARE:.0%}", "talk": {"exponential": {"mean": "4min"}}},
            }
        },
        "hard": {"phone": {"talk": {"exponential": {"mean": "4min"}}}},
    },
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


def test_two_skills_are_an_open_jackson_network(engine):
    first = PER_HOUR / 3600 * (1 - HARD)
    second = PER_HOUR / 3600 * HARD + first * SHARE
    front = answer_erlang_c(first, TALK, DESK, 20.0)
    back = answer_erlang_c(second, EXPERT_TALK, EXPERTS, 20.0)
    exact = {
        ("transferred_share", "phone.desk"): SHARE,
        ("asa", "phone.desk"): front.asa,
        ("waited_share", "phone.desk"): front.p_wait,
        ("asa", "phone.experts"): back.asa,
        ("waited_share", "phone.experts"): back.p_wait,
        ("service_level", "phone.experts"): back.service_level["offered"],
        ("transfer_wait", "phone.experts"): back.asa,
        ("queue_length", "phone.desk"): front.mean_queue,
        ("queue_length", "phone.experts"): back.mean_queue,
        ("occupancy", "desk"): front.occupancy,
        ("occupancy", "experts"): back.occupancy,
    }
    agrees(CENTRE, engine, exact)


WARM = changed(
    CENTRE,
    needs={"volume": {"per_hour": 36}, "types": [{"name": "call", "skill": "desk"}]},
    customers={"patience": {"exponential": {"mean": "5min"}}},
    agents__desk__staffing={"agents": 3},
    agents__experts__staffing={"agents": 2},
    handling={"call": CENTRE["handling"]["call"]},
    handling__call__phone__transfers__share="50%",
)


@pytest.mark.parametrize("stays", [90.0, np.inf])
def test_agents_who_stay_are_taken_from_the_desk_as_the_chain_says(stays, engine):
    """A state is (calls at the desk, experts busy, their line): in line, H has an agent with him and A is alone."""
    desk, experts, rate, share, patience, longest, most = 3, 2, 36 / 3600, 0.5, 300.0, 9, 16

    def moves(state):
        calls, busy, line = state
        talking = min(calls, desk - line.count("H"))
        if calls < most:
            yield rate, (calls + 1, busy, line), UNMARKED
        if talking:
            yield talking * (1.0 - share) / TALK, (calls - 1, busy, line), UNMARKED
        if talking and busy < experts:
            yield talking * share / TALK, (calls - 1, busy + 1, line), UNMARKED
        elif talking and len(line) < longest:
            yield talking * share / TALK, (calls - 1, busy, line + "H"), UNMARKED
        if calls > talking:
            yield (calls - talking) / patience, (calls - 1, busy, line), UNMARKED
        if busy:
            yield busy / EXPERT_TALK, (calls, busy if line else busy - 1, line[1:]), UNMARKED
        for place, one in enumerate(line):
            yield 1.0 / patience, (calls, busy, line[:place] + line[place + 1 :]), UNMARKED
            if one == "H" and stays < np.inf:
                yield 1.0 / stays, (calls, busy, line[:place] + "A" + line[place + 1 :]), UNMARKED

    chain = explore((0, 0, ""), moves)
    shares = stationary(chain)
    calls, busy = (np.array([state[k] for state in chain.states]) for k in (0, 1))
    held, inline = np.array([(state[2].count("H"), len(state[2])) for state in chain.states]).T
    talking = np.minimum(calls, desk - held)

    assert shares[(calls == most) | (inline == longest)].sum() < 1e-3
    exact = {
        ("abandonment",): shares @ (calls - talking) / patience / rate,
        ("wait_offered",): shares @ (calls - talking) / rate,
        ("waited_share",): shares[talking + held == desk].sum(),
        ("transferred_share",): share,
        ("queue_length", "phone.experts"): shares @ inline,
        ("occupancy", "desk"): shares @ (talking + held) / desk,
        ("consult_occupancy", "desk"): shares @ held / desk,
        ("consult", "desk"): shares @ held / (shares @ talking / TALK),
        ("aht", "desk"): TALK + shares @ held / (shares @ talking / TALK),
        ("occupancy", "experts"): shares @ busy / experts,
    }
    warm = {"exponential": {"mean": f"{stays}s"}} if stays < np.inf else "1000h"
    agrees(changed(WARM, handling__call__phone__transfers__warm=warm), engine, exact)
