"""Transfers against Jackson's open network: each skill's queue is M/M/n, whoever comes from the other one."""

import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
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


def test_two_skills_are_an_open_jackson_network(engine):
    plan, rows = compile_plan(scenario_from(CENTRE)), []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
    found = {(one.measure, *one.cell.values()): one for one in estimates(sample_of(rows), MEASURES, LEVEL)}

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
    wide = student.ppf(0.5 + LEVEL / 2, REPLICATIONS - 1)
    scores = {key: (found[key].value - value) / (found[key].half_width / wide) for key, value in exact.items()}
    print(scores)
    assert all(abs(score) <= 3.5 for score in scores.values()), scores
