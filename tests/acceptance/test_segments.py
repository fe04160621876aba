"""Segments of customers in one queue, against the closed forms for need types that differ so."""

import pytest
from acceptance.judge import LEVEL
from scipy.stats import t as student

from ccsim import compile_plan, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of
from ccsim.scenario.load import scenario_from
from ccsim.theory.patience import answer_patience_kinds, constant_patience, exponential_patience
from ccsim.theory.priorities import answer_priorities

pytestmark = [pytest.mark.theory, pytest.mark.parametrize("engine", ["reference", "compiled"])]
REPLICATIONS = 24


def desk(per_hour, agents, *segments, **customers):
    """A phone desk with exponential handling of 4 min."""
    return {
        "name": "segments",
        "calendar": {"length": "40h", "warm_up": "4h", "follow_up": "1h"},
        "needs": {"volume": {"per_hour": per_hour}, "types": [{"name": "call"}]},
        "customers": {"segments": list(segments), "count": 100_000} | customers,
        "agents": [{"name": "team", "skills": ["call"], "staffing": {"agents": agents}}],
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


def test_a_segment_with_priority_waits_as_cobham_says(engine):
    exact = answer_priorities([50 / 3600, 60 / 3600], 240.0, 8, acceptable_wait=20.0).waits
    vip, rest = {"name": "vip", "share": 50 / 110, "priority": 0}, {"name": "rest", "share": 60 / 110}

    agrees(desk(110, 8, vip, rest), engine, {("wait_offered", "vip"): exact[0], ("wait_offered", "rest"): exact[1]})


def test_segments_of_different_patience_meet_the_same_offered_wait(engine):
    """As two need types would: each figure of each segment by the offered wait of the mixture."""
    laws = [exponential_patience(60.0), constant_patience(180.0)]
    exact = answer_patience_kinds([120 / 3600, 180 / 3600], 240.0, 20, laws, acceptable_wait=20.0)
    hasty = {"name": "hasty", "share": "40%", "patience": {"exponential": {"mean": "1min"}}}

    agrees(
        desk(300, 20, hasty, {"name": "calm", "share": "60%"}, patience="3min"),
        engine,
        {
            (measure, name): value
            for name, answer in zip(("hasty", "calm"), exact)
            for measure, value in {
                "abandonment": answer.p_abandon,
                "wait_offered": answer.wait_offered,
                "asa": answer.asa,
                "service_level": answer.service_level["early_gone_left_out"],
            }.items()
        },
    )
