"""Travel moves each arrival by a time of its own, so a Poisson stream stays one: the line is Erlang A's."""

import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.erlang import answer_erlang_a

REPLICATIONS = 24

STORE = {
    "name": "store",
    "calendar": {"days": 2, "warm_up": "6h", "follow_up": "6h"},
    "needs": {"volume": {"per_hour": 40}, "types": [{"name": "advice"}]},
    "customers": {"patience": {"exponential": {"mean": "6min"}}},
    "channels": [{"name": "store", "travel": {"exponential": {"mean": "25min"}}}],
    "agents": [{"name": "staff", "skills": ["advice"], "staffing": {"agents": 5}}],
    "handling": {"talk": {"exponential": {"mean": "8min"}}},
}


@pytest.mark.theory
@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_who_travels_meets_the_line_of_erlang_a(engine):
    exact = answer_erlang_a(40 / 3600, 480.0, 5, 360.0, acceptable_wait=20.0)
    plan, rows = compile_plan(scenario_from(STORE)), []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
    found = {one.measure: one for one in estimates(sample_of(rows), MEASURES, LEVEL) if one.cell == {}}
    wide = student.ppf(0.5 + LEVEL / 2, REPLICATIONS - 1)
    wanted = {
        "abandonment": exact.p_abandon,
        "wait_offered": exact.wait_offered,
        "waited_share": exact.p_wait,
        "occupancy": exact.occupancy,
        "effort_search": 25.0,
    }
    scores = {name: (found[name].value - value) / (found[name].half_width / wide) for name, value in wanted.items()}
    print(scores)
    assert all(abs(score) <= 3.5 for score in scores.values()), scores
