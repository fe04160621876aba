"""Two types whose priority grows with the wait, against Kleinrock's mean waits."""

import pytest
from scipy.stats import t as student

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.priorities import accumulating_waits

pytestmark = [pytest.mark.theory, pytest.mark.parametrize("engine", ["reference", "compiled"])]
REPLICATIONS, WIDE = 20, student.ppf(0.975, 19)


def desk(slow, quick):
    """4 agents, 80 % of whose time is asked for; priority rises by 1 in so long."""
    types = [
        {"name": "slow", "share": "40%", "skill": "call", "rises_every": slow},
        {"name": "quick", "share": "60%", "skill": "call", "rises_every": quick},
    ]
    return {
        "name": "ageing",
        "calendar": {"days": 6, "warm_up": "6h", "follow_up": "3h"},
        "needs": {"volume": {"per_hour": 48}, "types": types},
        "agents": [{"name": "team", "skills": ["call"], "staffing": {"agents": 4}}],
        "handling": {"talk": {"exponential": {"mean": "4min"}}},
    }


@pytest.mark.parametrize("ratio", [1, 2, 6])
def test_mean_waits_are_kleinrocks(ratio, engine):
    """Each within 3.5 standard errors, one in 400 by chance with a fresh seed."""
    plan, rows = compile_plan(scenario_from(desk(f"{10 * ratio}min", "10min"))), []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
    found = {
        one.cell.get("need_type"): one for one in estimates(sample_of(rows), MEASURES, 0.95) if one.measure == "asa"
    }

    exact = dict(zip(("slow", "quick"), accumulating_waits([0.4 * 48 / 3600, 0.6 * 48 / 3600], [1, ratio], 240.0, 4)))
    scores = {name: (found[name].value - wait) / (found[name].half_width / WIDE) for name, wait in exact.items()}
    print({name: round(float(score), 2) for name, score in scores.items()}, exact)
    assert all(abs(score) <= 3.5 for score in scores.values()), scores
