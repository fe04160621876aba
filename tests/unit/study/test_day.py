import numpy as np
import pytest

from ccsim.plan.compile import compile_plan
from ccsim.study.day import folded, on_working_days, present


@pytest.fixture
def two_days(tiny_scenario):
    """Two days from 00:15 of the first, in hours, with eight agents from 00:00 to 12:00 and two in the rest."""
    return compile_plan(
        tiny_scenario(
            "calendar={warm_up: 15min, length: 48h, follow_up: 5h, interval: 1h}",
            'agents.g.staffing={from: "00:00", every: 12h, agents: [8, 2]}',
        )
    )


def test_every_second_of_the_window_is_folded_onto_its_hour_and_no_other(two_days):
    seconds = folded(two_days, np.diff(two_days.bins))

    # the window ends at 00:15 of the third day
    assert seconds.tolist() == [7200] * 24


def test_what_lies_outside_the_window_is_left_out(two_days):
    late = (two_days.bins[:-1] >= two_days.window[1]).astype(float)
    early = (two_days.bins[1:] <= two_days.window[0]).astype(float)

    assert late.sum() > 0
    assert early.sum() > 0
    assert folded(two_days, late).sum() == 0
    assert folded(two_days, early).sum() == 0


def test_the_number_present_is_the_mean_over_the_windows_days(two_days):
    assert present(two_days, two_days.scheduled[0]).tolist() == [8] * 12 + [2] * 12


def test_a_day_on_which_nobody_works_thins_out_no_roster(tiny_scenario):
    """Seven days, the agents on five of them: on those there are eight, not eight times five sevenths."""
    plan = compile_plan(
        tiny_scenario(
            "calendar={start: 2026-01-05, days: 7}",
            'agents.g.staffing={from: "08:00", every: 4h, agents: [8, 2], days: Mon-Fri}',
        )
    )

    assert on_working_days(plan, plan.scheduled[0])[16:32].tolist() == [8] * 8 + [2] * 8
    assert present(plan, plan.scheduled[0])[16] == 8 * 5 / 7


def test_hours_that_the_window_does_not_touch_have_nobody(tiny_scenario):
    plan = compile_plan(tiny_scenario())

    assert present(plan, plan.scheduled[0]).tolist() == [2] * 4 + [0] * 44
