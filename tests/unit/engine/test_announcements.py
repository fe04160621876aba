"""What a customer who must wait is told, and what that does to his patience; times on paper."""

from itertools import pairwise
from math import inf, log

import numpy as np
import pytest
from scipy.integrate import quad

from ccsim.engine.laws import announced_patience, expected_wait
from ccsim.logs.codes import EndReason

SERVED, ABANDONED, BALKED = EndReason.SERVED, EndReason.ABANDONED, EndReason.BALKED


def told(handling="60s", **customers):
    return {"channels": [{"name": "phone", "announces": {"handling": handling}}], "customers": customers}


@pytest.mark.parametrize(("before", "over"), [(0.7, 1.15), (1.0, 1.5), (2.0, 0.5), (0.5, 1.0), (1.0, 1.0)])
@pytest.mark.parametrize("u", [0.05, 0.3, 0.6, 0.9])
def test_patience_is_where_the_hazard_adds_up_to_what_was_dealt(before, over, u):
    """theta k1 until the announced wait is over, theta k1 k2^minutes after it; by quadrature."""
    mean, wait = 180.0, 75.0
    dealt = -log(1.0 - u) * mean
    found = announced_patience(dealt, wait, before, over)

    def hazard(t):
        return before / mean * (over ** ((t - wait) / 60.0) if t > wait else 1.0)

    if found == inf:
        assert quad(hazard, 0.0, 100_000.0, points=[wait], limit=500)[0] < dealt / mean
    else:
        assert quad(hazard, 0.0, found, points=[wait])[0] == pytest.approx(dealt / mean, rel=1e-7)


def test_neutral_factors_leave_every_bit():
    dealt = np.random.default_rng(1).exponential(300.0, 200).tolist()

    assert [announced_patience(patience, 90.0, 1.0, 1.0) for patience in [*dealt, inf]] == [*dealt, inf]


@pytest.mark.parametrize(("before", "over"), [(0.7, 1.15), (2.0, 0.5), (1.0, 1.0)])
def test_longer_patience_stays_longer(before, over):
    found = [announced_patience(float(dealt), 90.0, before, over) for dealt in range(0, 1000, 7)]

    assert all(one < other or one == other == inf for one, other in pairwise(found))


def test_who_has_infinite_patience_keeps_it():
    assert [announced_patience(inf, 60.0, 0.5, over) for over in (0.5, 1.0, 1.5)] == [inf] * 3


def test_where_the_hazard_falls_some_never_leave():
    # 60 / ln 2 = 86.6 s of patience are used up in all eternity after the announced wait
    assert announced_patience(60.0 + 86.0, 60.0, 1.0, 0.5) < inf
    assert announced_patience(60.0 + 87.0, 60.0, 1.0, 0.5) == inf


def test_the_announced_wait_is_that_of_the_agents_on_the_floor():
    assert expected_wait(60.0, 0, 3) == 20.0
    assert expected_wait(60.0, 2, 3) == 60.0
    assert expected_wait(60.0, 2, 0) == 180.0


def test_patience_is_stretched_by_what_is_announced(day):
    customers = {"patience": "90s", "announced": {"before": "0.5x", "per_minute_over": "2x"}}
    found = day("need arrives talk\nc1 0 1000\nc2 10 -\nc3 20 -", **told(**customers))

    # c2 is told 60 s and uses up 30 s of patience until then, c3 is told 120 s and uses up 60 s
    assert found.leg("c2")["patience"] == announced_patience(90.0, 60.0, 0.5, 2.0)
    assert found.leg("c3")["patience"] == announced_patience(90.0, 120.0, 0.5, 2.0)
    assert found.leg("c2")["patience"] == pytest.approx(60.0 + 60.0 * log(1.0 + log(2.0) * 120.0 / 60.0) / log(2.0))
    assert [found.legs(label)[0][0] for label in ("c2", "c3")] == [ABANDONED] * 2


def test_agents_of_every_group_that_serves_the_queue_count_busy_or_on_overtime(day):
    customers = {"patience": "300s", "announced": {"per_minute_over": "2x"}}
    found = day(
        "need type arrives talk\nc1 a 0 1000\nc2 b 0 1000\nc3 a 0 1000\nc4 a 700 -",
        needs={"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"},
        agents=[
            {"name": "g", "skills": ["a"], "staffing": {"shift": "s", "agents": 1}},
            {"name": "h", "skills": ["b"], "staffing": {"agents": 1}},
            {"name": "i", "skills": {"a": 2, "b": 2}, "staffing": {"agents": 1}},
        ],
        shifts={"s": {"from": "00:00", "to": "00:10"}},
        **told("240s", **customers),
    )

    # c4 waits for g, whose shift ended at 600 in the middle of c1, and for i
    assert found.leg("c4")["patience"] == announced_patience(300.0, 120.0, 1.0, 2.0)


def test_who_is_served_at_once_is_told_nothing(day):
    found = day("need arrives\nc1 0", **told(balking={"announced_wait": "0.001s"}))

    assert found.legs("c1") == [(SERVED, 0, 0, 100, "g-1")]


def test_who_is_told_a_wait_far_beyond_his_scale_balks_from_an_empty_queue(day):
    found = day("need arrives\nc1 0\nc2 10", **told("1h", balking={"announced_wait": "1s"}))

    assert found.legs("c2") == [(BALKED, 10, None, 10, None)]


def test_without_an_announcement_nobody_balks_at_a_wait(day):
    found = day("need arrives\nc1 0\nc2 10", customers={"balking": {"announced_wait": "0.001s"}})

    assert found.legs("c2")[0][0] == SERVED


def test_a_replayed_patience_is_what_happened(day):
    customers = {"announced": {"before": "0.5x", "per_minute_over": "2x"}}
    found = day("need arrives patience\nc1 0 -\nc2 10 50", **told(**customers))

    assert found.legs("c2") == [(ABANDONED, 10, None, 60, None)]
