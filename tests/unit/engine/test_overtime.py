"""Shifts made longer by overtime, and what that costs; numbers on paper."""

import numpy as np
import pytest

from ccsim.metrics.measure import measure

SHIFTS = {"s": {"from": "00:00", "to": "00:10"}, "long": {"from": "00:00", "to": "00:20"}}
CALLS = "need arrives talk\nc1 550 100\nc2 700 100\nc3 1190 100\nc4 1195 10"


def team(shift="s", **more):
    return {"name": "g", "skills": ["a"], "staffing": {"shift": shift, "agents": 1}, "wage": "36/h"} | more


def whole(found):
    """Measures of the whole centre."""
    return {value.measure: value.numerator for value in measure(found.plan, found.logs) if value.cell == ()}


def test_an_agent_in_overtime_answers_as_on_a_longer_shift(day):
    over = day(CALLS, agents=[team(overtime="10min")], shifts=SHIFTS)
    longer = day(CALLS, agents=[team("long")], shifts=SHIFTS)

    for column in ("starts", "ends", "end_reason"):
        np.testing.assert_array_equal(over.logs.attempts[column], longer.logs.attempts[column])
    assert over.logs.agent_states.tolist() == longer.logs.agent_states.tolist()
    assert [float(over.leg(label)["starts"]) for label in ("c1", "c2", "c3")] == [550, 700, 1190]


def test_it_is_paid_beyond_the_schedule_at_its_own_wage(day):
    """600 s scheduled; on the floor until 1290, with the last call: 690 s of overtime at 1 cent and a half a second."""
    found = day(CALLS, agents=[team(overtime="10min")], shifts=SHIFTS, money={"overtime": "1.5x", "on_cost": "20%"})
    plain = day(CALLS, agents=[team(overtime="10min")], shifts=SHIFTS, money={"on_cost": "20%"})

    values = whole(found)
    assert values["scheduled_hours"] == pytest.approx(600 / 3600, rel=1e-12)
    assert values["overtime_hours"] == pytest.approx(690 / 3600, rel=1e-12)
    assert values["cost_wages"] == pytest.approx(1290 * 0.01 * 1.2, rel=1e-12)
    assert values["cost_overtime"] == pytest.approx(690 * 0.01 * 1.2 * 0.5, rel=1e-12)
    assert values["cost_total"] == pytest.approx(values["cost_wages"] + values["cost_overtime"], rel=1e-12)
    assert whole(plain)["cost_wages"] == values["cost_wages"]
    assert whole(plain)["cost_overtime"] == 0


def test_a_contact_that_outlasts_the_shift_is_overtime_too(day):
    """c1 keeps the agent until 650, 50 s beyond the shift."""
    found = day("need arrives talk\nc1 550 100", agents=[team()], shifts=SHIFTS, money={"overtime": "2x"})

    assert whole(found)["cost_overtime"] == pytest.approx(50 * 0.01, rel=1e-12)


def test_who_misses_the_shift_does_no_overtime(day):
    found = day(CALLS, agents=[team(overtime="10min", absence="100%")], shifts=SHIFTS, money={"overtime": "2x"})

    values = whole(found)
    assert values["absent_hours"] == pytest.approx(600 / 3600, rel=1e-12)
    assert values["overtime_hours"] == 0
    assert values["cost_total"] == pytest.approx(600 * 0.01, rel=1e-12)
