"""What customers tell again against its mean: contacts per need are geometric, and all but the first are longer."""

import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from

REPLICATIONS, PER_HOUR, RESOLVED, PASSED_ON = 24, 40, 0.6, 0.25
TALK, BRIEF, AGAIN, AT_HAND, AGENTS = 240.0, 60.0, 90.0, 0.3, 15

# so many agents that hardly anybody waits; every contact counts, and nobody is lost before the fifteenth attempt
DESK = {
    "name": "context",
    "calendar": {"days": 2, "warm_up": "12h", "follow_up": "12h"},
    "needs": {"volume": {"per_hour": PER_HOUR}, "types": [{"name": "call", "skill": "desk"}]},
    "customers": {
        "reconnect": {"probability": "100%", "after": {"exponential": {"mean": "10min"}}},
        "most_attempts": 15,
    },
    "agents": [{"name": "team", "skills": ["desk", "back"], "staffing": {"agents": AGENTS}}],
    "handling": {
        "talk": {"exponential": {"mean": "4min"}},
        "transfers": {"to": "back", "share": f"{PASSED_ON:.0%}", "talk": {"exponential": {"mean": "1min"}}},
    },
    "context": {"told_again": {"exponential": {"mean": "90s"}}, "at_hand": f"{AT_HAND:.0%}"},
    "resolution": f"{RESOLVED:.0%}",
}


@pytest.mark.theory
@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_talk_is_longer_by_what_is_told_again(engine):
    plan, rows = compile_plan(scenario_from(DESK)), []
    for replication in range(REPLICATIONS):
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        rows.append(measure(plan, logs))
    found = {one.measure: one for one in estimates(sample_of(rows), MEASURES, LEVEL) if one.cell == {}}

    # every attempt but the first, and after a transfer the first too; not the brief talk before a transfer
    attempts = 1.0 / RESOLVED
    told = attempts - 1.0 + PASSED_ON
    work = attempts * (TALK + PASSED_ON * BRIEF) + told * (1.0 - AT_HAND) * AGAIN
    exact = {
        "contacts_per_need": attempts * (1.0 + PASSED_ON),
        "aht": work / attempts / (1.0 + PASSED_ON),
        "effort_talk": work / 60.0,
        "occupancy": PER_HOUR / 3600 * work / AGENTS,
    }
    wide = student.ppf(0.5 + LEVEL / 2, REPLICATIONS - 1)
    scores = {name: (found[name].value - value) / (found[name].half_width / wide) for name, value in exact.items()}
    print(scores)
    assert all(abs(score) <= 3.5 for score in scores.values()), scores
