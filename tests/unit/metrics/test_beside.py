"""The same needs under two arms: who gains, who loses, what is silenced."""

import numpy as np
import pytest
from builders import by_hand_logs, by_hand_plan
from hypothesis import given
from hypothesis import strategies as st

from ccsim.logs.codes import Outcome
from ccsim.logs.logs import NEED
from ccsim.metrics.beside import Fates, fates_of, keys_beside, with_beside
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.metrics.measure import Measured, measure

RESOLVED, GIVEN_UP = int(Outcome.RESOLVED), int(Outcome.GIVEN_UP)
NOTHING = Measured((), np.zeros(0), np.zeros(0), np.zeros(0))


def table(plan, *fates):
    """Needs of the first type that arise as the window begins, each with its outcome, its end and its attempts."""
    rows = np.zeros(len(fates), dtype=NEED)
    for number, (outcome, ended, n_attempts) in enumerate(fates):
        rows[number]["need"], rows[number]["arises"] = number, plan.window[0]
        rows[number]["outcome"], rows[number]["ended"], rows[number]["n_attempts"] = outcome, ended, n_attempts
    return Fates(rows, np.arange(len(rows), dtype=float))


def beside(plan, here, there):
    """Numerator and denominator of each measure over all needs."""
    return {
        value.measure: (value.numerator, value.denominator)
        for value in with_beside(plan, NOTHING, here, there)
        if value.cell == ()
    }


def test_each_need_counts_where_it_fares_otherwise():
    plan = by_hand_plan()
    there = table(
        plan, (RESOLVED, 9.0, 1), (GIVEN_UP, 9.0, 0), (RESOLVED, 9.0, 1), (RESOLVED, 9.0, 1), (GIVEN_UP, 9.0, 1)
    )
    here = table(
        plan, (GIVEN_UP, 5.0, 0), (RESOLVED, 5.0, 1), (RESOLVED, 8.0, 1), (RESOLVED, 10.0, 2), (GIVEN_UP, 4.0, 1)
    )

    assert beside(plan, here, there) == {
        "resolved_only_here": (1.0, 5.0),
        "resolved_only_there": (1.0, 5.0),
        "resolved_sooner": (1.0, 5.0),
        "resolved_later": (1.0, 5.0),
        "resolved_by_both": (2.0, 5.0),
        "effort_of_both": (0.0, 2.0),
        "time_to_resolution_of_both": ((8.0 - 9.0) + (10.0 - 9.0), 2.0),
        "suppressed": (1.0, 5.0),
        "revealed": (1.0, 5.0),
    }


def test_an_arm_beside_itself_differs_nowhere():
    plan = by_hand_plan()
    fates = fates_of(plan, by_hand_logs())
    found = beside(plan, fates, fates)

    assert found.pop("resolved_by_both") == (5.0, 8.0)
    assert {above for above, _ in found.values()} == {0.0}


def test_the_effort_of_a_need_is_compared_where_both_resolve_it():
    """Of the needs of the hand-made hour the other arm gives up one, and resolves one that was given up."""
    plan, log = by_hand_plan(), by_hand_logs()
    here = fates_of(plan, log)
    rows, minutes = here.needs.copy(), here.minutes - [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    rows["outcome"][0], rows["outcome"][4] = GIVEN_UP, RESOLVED
    rows["ended"] -= 10.0
    found = beside(plan, here, Fates(rows, minutes))

    assert found["resolved_by_both"] == (4.0, 8.0)
    assert found["effort_of_both"] == pytest.approx((2.0 + 4.0 + 8.0 + 128.0, 4.0))
    assert found["time_to_resolution_of_both"] == (40.0, 4.0)


def test_without_needs_that_both_resolve_there_is_no_figure_over_them():
    plan = by_hand_plan()
    here, there = table(plan, (RESOLVED, 9.0, 1)), table(plan, (GIVEN_UP, 9.0, 1))

    assert beside(plan, here, there)["effort_of_both"] == (0.0, 0.0)


def test_each_need_s_minutes_by_the_clock_are_those_of_the_hand_made_hour():
    """In the order of the needs' ids, as test_by_hand.py has them; they add up to the effort of all needs."""
    plan, log = by_hand_plan(), by_hand_logs()
    minutes = fates_of(plan, log).minutes
    effort = next(one for one in measure(plan, log) if (one.measure, one.cell) == ("effort_minutes", ()))

    assert sorted(60.0 * minutes) == pytest.approx([0.0, 15.0, 110.0, 170.0, 200.0, 200.0, 460.0, 1805.0])
    assert minutes.sum() == pytest.approx(effort.numerator)


def test_needs_outside_the_window_and_needs_of_one_arm_alone_do_not_count():
    plan = by_hand_plan()
    here, there = table(plan, *[(RESOLVED, 9.0, 1)] * 3), table(plan, *[(GIVEN_UP, 9.0, 1)] * 3)
    here.needs["arises"][0] = there.needs["arises"][0] = plan.window[1]

    assert beside(plan, here, Fates(there.needs[:2], there.minutes[:2]))["resolved_only_here"] == (1.0, 1.0)


FATE = st.tuples(st.sampled_from([RESOLVED, GIVEN_UP]), st.sampled_from([1.0, 2.0]), st.integers(0, 1))


@given(st.lists(st.tuples(FATE, FATE), max_size=8))
def test_gains_less_losses_are_the_difference_in_needs_resolved(pairs):
    plan = by_hand_plan()
    here, there = (table(plan, *(pair[side] for pair in pairs)) for side in (0, 1))
    found = {measure: above for measure, (above, _) in beside(plan, here, there).items()}

    assert found["resolved_only_here"] - found["resolved_only_there"] == sum(
        (one[0] == RESOLVED) - (other[0] == RESOLVED) for one, other in pairs
    )
    assert found["revealed"] - found["suppressed"] == sum(one[2] - other[2] for one, other in pairs)


def test_they_stand_behind_the_arm_s_own_measures_by_need_type():
    plan, log = by_hand_plan(), by_hand_logs()
    own = measure(plan, log)
    fates = fates_of(plan, log)
    both = with_beside(plan, own, fates, fates)

    assert both.keys == own.keys + keys_beside(plan)
    assert both.numerators[: len(own.keys)].tolist() == pytest.approx(own.numerators.tolist(), nan_ok=True)
    assert len(keys_beside(plan)) == len(BESIDE) * (1 + len(plan.names.need_types))
    assert not set(BESIDE) & set(MEASURES)
