"""What chance makes of the agents of a replication."""

import numpy as np
import pytest

from ccsim import compile_plan
from ccsim.engine.people import with_people
from ccsim.scenario.load import scenario_from


def plan_of(*groups):
    return compile_plan(
        scenario_from(
            {
                "name": "people",
                "calendar": {"length": "1h"},
                "needs": {"volume": {"per_hour": 10}, "types": [{"name": "a"}]},
                "agents": [{"skills": ["a"], **group} for group in groups],
                "handling": {"talk": "5min"},
            }
        )
    )


def speeds(*groups, replication=0):
    return with_people(plan_of(*groups), 1, replication).agent_speed.tolist()


def team(agents, name="team", **more):
    return {"name": name, "staffing": {"agents": agents}} | more


def test_without_a_spread_chance_decides_nothing():
    plan = plan_of(team(3, people={"anna": {"handles": "0.8x"}}, speed_cut="10%"))

    assert with_people(plan, 1, 0) is plan
    assert plan.agent_speed.tolist() == pytest.approx([0.72, 0.9, 0.9], rel=1e-12)


def test_the_factors_are_lognormal_with_mean_one_and_the_written_deviation():
    """Of 40 000 agents: standard errors are .3 / 200 of the mean and about .002 of the deviation."""
    found = np.array([speeds(team(400, handles_spread="30%"), replication=n) for n in range(100)]).ravel()

    z = ((found.mean() - 1.0) / (0.3 / 200), (found.std() - 0.3) / 0.0016)
    print(z)
    assert max(map(abs, z)) < 4
    assert (found > 0.0).all()


def test_nobody_is_another_one_because_a_group_grows_or_another_comes():
    few = speeds(team(2, handles_spread="30%"))
    more = speeds(team(3, name="new"), team(5, handles_spread="30%"))

    assert more[:3] == [1.0, 1.0, 1.0]
    assert more[3:5] == few
    assert len(set(more[3:])) == 5


def test_groups_and_replications_differ():
    assert len({*speeds(team(1, handles_spread="30%")), *speeds(team(1, name="other", handles_spread="30%"))}) == 2
    assert speeds(team(1, handles_spread="30%")) != speeds(team(1, handles_spread="30%"), replication=1)


def test_a_written_factor_stands_and_moves_nobody_else():
    without = speeds(team(3, handles_spread="30%", people={"anna": {}, "ben": {}}))
    found = speeds(team(3, handles_spread="30%", people={"anna": {}, "ben": {"handles": "1.2x"}}))

    assert found == [without[0], 1.2, without[2]]
