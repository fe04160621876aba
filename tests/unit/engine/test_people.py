"""What chance makes of the agents of a replication."""

import numpy as np
import pytest

from ccsim import compile_plan, simulate
from ccsim.engine.people import absences, with_people
from ccsim.logs.checks import check
from ccsim.logs.codes import AgentState
from ccsim.metrics.measure import measure
from ccsim.scenario.load import scenario_from


def plan_of(*groups, **more):
    return compile_plan(
        scenario_from(
            {
                "name": "people",
                "calendar": {"length": "1h"},
                "needs": {"volume": {"per_hour": 10}, "types": [{"name": "a"}]},
                "agents": [{"skills": ["a"], **group} for group in groups],
                "handling": {"talk": "5min"},
            }
            | more
        )
    )


def speeds(*groups, replication=0):
    plan = plan_of(*groups)
    return with_people(plan, plan.agent_days[:0], 1, replication).agent_speed.tolist()


def team(agents, name="team", **more):
    return {"name": name, "staffing": {"agents": agents}} | more


def test_without_a_spread_chance_decides_nothing():
    plan = plan_of(team(3, people={"anna": {"handles": "0.8x"}}, speed_cut="10%"))

    assert with_people(plan, absences(plan, 1, 0), 1, 0) is plan
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


HOUR, DAY = 3600.0, 86400.0
WEEKS = {"calendar": {"days": 28, "follow_up": "0s"}, "shifts": {"day": {"from": "08:00", "to": "16:00"}}}
AROUND = {
    "calendar": {"days": 3, "follow_up": "0s"},
    "shifts": {"day": {"from": "00:00", "to": "24:00", "breaks": [{"at": "12:00", "for": "1h"}]}},
}


def crew(agents, absence, name="crew"):
    return {"name": name, "staffing": {"shift": "day", "agents": agents}, "absence": absence}


def test_missed_shifts_are_binomial():
    """Of 50 agents on 28 days, in 40 replications: the mean of 1400 tries, and their variance."""
    plan = plan_of(crew(50, "10%"), **WEEKS)
    found = np.array([len(absences(plan, 1, replication)) for replication in range(40)])

    sd = np.sqrt(1400 * 0.1 * 0.9)
    z = ((found.mean() - 140) / (sd / np.sqrt(40)), (found.var(ddof=1) / sd**2 - 1) / np.sqrt(2 / 39))
    print(z)
    assert max(map(abs, z)) < 4


def test_a_lower_share_misses_a_part_of_the_same_shifts():
    few, many = (set(absences(plan_of(crew(50, share), **WEEKS), 1, 0).tolist()) for share in ("5%", "20%"))

    assert 0 < len(few) < len(many)
    assert few < many


@pytest.mark.parametrize(("share", "lasts"), [("10%", 3), ("40%", 2)])
def test_absence_in_spells_is_the_chain_of_two_states(share, lasts):
    """Of 200 agents on 28 days in 20 replications: shares, both transitions, and the spread of the number missed."""
    p = float(share[:-1]) / 100
    goes_on, begins = 1 - 1 / lasts, p / (lasts * (1 - p))
    along = goes_on - begins
    plan = plan_of(crew(200, share) | {"absence_lasts": lasts}, **WEEKS)
    missed = np.zeros((20, 200, 28))
    for replication, days in enumerate(missed):
        away = absences(plan, 1, replication)
        days[away["agent"], away["day"] - 1] = 1
    missed = missed.reshape(-1, 28)
    n, totals = len(missed), missed.sum(axis=1)
    before, after = missed[:, :-1], missed[:, 1:]
    lag = np.arange(1, 28)
    variance = p * (1 - p) * (28 + 2 * ((28 - lag) * along**lag).sum())

    z = {
        "share": (totals.mean() - 28 * p) / np.sqrt(variance / n),
        "first day": (missed[:, 0].mean() - p) / np.sqrt(p * (1 - p) / n),
        "last day": (missed[:, -1].mean() - p) / np.sqrt(p * (1 - p) / n),
        "goes on": (after[before == 1].mean() - goes_on) / np.sqrt(goes_on / lasts / (before == 1).sum()),
        "begins": (after[before == 0].mean() - begins) / np.sqrt(begins * (1 - begins) / (before == 0).sum()),
        "spread": (totals.var() / variance - 1) / np.sqrt((((totals - 28 * p) ** 4).mean() / variance**2 - 1) / n),
    }
    print(z)
    assert max(map(abs, z.values())) < 4


def test_spells_as_long_as_chance_makes_them_are_no_spells():
    """Half of the shifts, two in a row: to the last bit what each shift by itself gives."""
    by_itself, in_spells = (crew(50, "50%") | more for more in ({}, {"absence_lasts": 2}))

    alone, spells = (absences(plan_of(one, **WEEKS), 1, 0) for one in (by_itself, in_spells))

    assert alone.tolist() == spells.tolist()
    assert len(alone) > 500


def test_a_lower_share_in_spells_misses_a_part_of_the_same_shifts():
    few, many = (
        set(absences(plan_of(crew(50, share) | {"absence_lasts": 4}, **WEEKS), 1, 0).tolist())
        for share in ("5%", "20%")
    )

    assert 0 < len(few) < len(many)
    assert few < many


def test_an_agent_misses_the_same_days_when_the_group_grows():
    few = absences(plan_of(crew(5, "20%"), **WEEKS), 1, 0)
    more = absences(plan_of(team(3) | {"name": "a"}, crew(9, "20%"), **WEEKS), 1, 0)

    assert [(agent + 3, day) for agent, day, *_ in few.tolist()] == [
        (agent, day) for agent, day, *_ in more.tolist() if agent < 8
    ]


def test_the_days_that_are_left_are_one_shift_where_they_touch():
    """Round the clock for three days; the second of them is missed, with its break."""
    plan = plan_of(crew(1, "50%"), **AROUND)
    second = plan.agent_days[plan.agent_days["starts"] == DAY]

    found = with_people(plan, second, 1, 0)
    first = with_people(plan, plan.agent_days[plan.agent_days["starts"] == 0], 1, 0)

    assert plan.shifts.tolist() == [(0, 0.0, 3 * DAY)]
    assert found.shifts.tolist() == [(0, 0.0, DAY), (0, 2 * DAY, 3 * DAY)]
    assert found.breaks["starts"].tolist() == [12 * HOUR, 2 * DAY + 12 * HOUR]
    assert first.shifts.tolist() == [(0, DAY, 3 * DAY)]
    assert not found.shifts.flags.writeable


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_who_is_absent_is_paid_and_does_nothing(engine):
    group = crew(20, "25%") | {"wage": "36/h"}
    plan = plan_of(group, **(WEEKS | {"calendar": {"days": 5, "follow_up": "0s", "interval": "1h"}}))
    away = absences(plan, 1, 0)
    logs = simulate(plan, 1, engine=engine)
    check(plan, logs)

    rows = logs.agent_states[logs.agent_states["state"] == AgentState.ABSENT]
    assert 10 < len(away) < 40
    assert rows[["agent", "starts", "ends"]].tolist() == away[["agent", "starts", "ends"]].tolist()
    values = {value.measure: value.numerator for value in measure(plan, logs) if value.cell == ()}
    assert values["absent_hours"] == pytest.approx(8.0 * len(away), rel=1e-12)
    assert values["scheduled_hours"] == pytest.approx(20 * 5 * 8.0, rel=1e-12)
    assert values["agent_hours"] == pytest.approx(800.0 + values["overtime_hours"], rel=1e-12)
    assert logs.ledger["amount"].sum() == pytest.approx(36.0 * values["agent_hours"], rel=1e-9)


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_with_every_shift_missed_nobody_is_served(engine):
    logs = simulate(plan_of(crew(2, "100%"), **AROUND), 1, engine=engine)

    assert len(logs.attempts) > 100
    assert np.isnan(logs.attempts["starts"]).all()
    assert set(logs.agent_states["state"].tolist()) == {AgentState.ABSENT}


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_a_contact_of_the_shift_before_is_finished_first(engine):
    """Calls of seven minutes one after another: one is in hand at midnight, as the missed shift begins."""
    busy = {"needs": {"volume": {"per_hour": 60}, "types": [{"name": "a"}]}, "handling": {"talk": "7min"}}
    plan = plan_of(crew(1, "50%"), **(AROUND | busy))
    found = 0
    for replication in range(8):
        days = absences(plan, 1, replication)["day"].tolist()
        logs = simulate(plan, 1, replication=replication, engine=engine)
        check(plan, logs)
        for row in logs.agent_states[logs.agent_states["state"] == AgentState.ABSENT]:
            before = int(row["starts"] // DAY)
            if before > 0 and before not in days:
                found += 1
                assert 0 < row["starts"] - before * DAY < 420
                assert row["starts"] in logs.agent_states["ends"]
    assert found > 0
