"""The same needs under two arms: who gains, who loses, what is silenced."""

import numpy as np
import pytest
from builders import by_hand_logs, by_hand_plan
from hypothesis import given
from hypothesis import strategies as st

from ccsim.logs.codes import Outcome
from ccsim.logs.logs import NEED
from ccsim.metrics.beside import keys_beside, with_beside
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
    return rows


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
        "suppressed": (1.0, 5.0),
        "revealed": (1.0, 5.0),
    }


def test_an_arm_beside_itself_differs_nowhere():
    plan, needs = by_hand_plan(), by_hand_logs().needs

    assert {above for above, _ in beside(plan, needs, needs).values()} == {0.0}


def test_needs_outside_the_window_and_needs_of_one_arm_alone_do_not_count():
    plan = by_hand_plan()
    here, there = table(plan, *[(RESOLVED, 9.0, 1)] * 3), table(plan, *[(GIVEN_UP, 9.0, 1)] * 3)
    here["arises"][0] = there["arises"][0] = plan.window[1]

    assert beside(plan, here, there[:2])["resolved_only_here"] == (1.0, 1.0)


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
    both = with_beside(plan, own, log.needs, log.needs)

    assert both.keys == own.keys + keys_beside(plan)
    assert both.numerators[: len(own.keys)].tolist() == pytest.approx(own.numerators.tolist(), nan_ok=True)
    assert len(keys_beside(plan)) == len(BESIDE) * (1 + len(plan.names.need_types))
    assert not set(BESIDE) & set(MEASURES)
