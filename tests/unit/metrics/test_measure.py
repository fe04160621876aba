"""Every measure against the dumbest loops, on small logs of every kind."""

import math

import numpy as np
import pytest
from builders import NAN, by_hand_logs, by_hand_plan, leg_row, logs, need_row, plan_like, random_case
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import naive, quantiles_in

from ccsim.logs.codes import EndReason
from ccsim.metrics.cells import OF_CALLS_OUT, OF_RAISED, OF_SHARED, OF_SILENCE, OF_TARGET, OF_TOLERANCE, OF_WARM
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.layout import WAIT_EDGES
from ccsim.metrics.measure import measure


def compare_with_the_loops(plan, log):
    measured = measure(plan, log)
    found = {(value.measure, value.cell): (value.numerator, value.denominator) for value in measured}
    found |= quantiles_in(measured)
    expected = naive(plan, log)
    assert set(expected) <= set(found)
    for key, parts in found.items():
        if key in expected:
            # sums are taken in another order; hours are differences of moments of about 200 000 s
            np.testing.assert_allclose(parts, expected[key], rtol=1e-9, atol=1e-9, err_msg=str(key))
        else:
            assert math.isnan(parts[0]) or parts[0] == 0.0, key


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_measures_are_what_the_loops_say(seed):
    compare_with_the_loops(*random_case(seed))


def test_the_hand_made_hour_is_what_the_loops_say():
    compare_with_the_loops(by_hand_plan(), by_hand_logs())


def test_an_empty_log_has_every_cell_and_observes_nothing():
    plan = by_hand_plan()
    empty, full = measure(plan, logs()), measure(plan, by_hand_logs())

    assert {(value.measure, value.cell) for value in empty} == {(value.measure, value.cell) for value in full}
    assert all(value.denominator in (0.0, 1.0) or value.measure in OF_TIME for value in empty)


OF_TIME = ("queue_length", "backlog", "utilisation", "resolutions_per_hour")


def test_every_value_is_of_a_defined_measure_and_cell():
    plan, log = by_hand_plan(), by_hand_logs()
    seen = {(value.measure, tuple(key for key, _ in value.cell)) for value in measure(plan, log)}

    absent = (*OF_SHARED, *OF_TOLERANCE, *OF_RAISED, *OF_CALLS_OUT, *OF_WARM, *OF_SILENCE, *OF_TARGET)
    absent += ("exposure", "cut_off", "fte")

    assert seen == {
        (name, keys)
        for name, one in MEASURES.items()
        for keys in one.cells
        if not name.startswith(absent) and "segment" not in keys and keys != ("day", "interval")
    }


def test_no_value_is_given_twice():
    keys = [(value.measure, value.cell) for value in measure(by_hand_plan(), by_hand_logs())]

    assert len(keys) == len(set(keys))


def test_means_and_counts_have_the_denominator_one():
    for value in measure(by_hand_plan(), by_hand_logs()):
        assert MEASURES[value.measure].kind == "ratio" or value.denominator == 1.0, value


def test_definitions_are_complete():
    for name, one in MEASURES.items():
        assert one.name == name
        assert one.kind in ("ratio", "mean", "count", "quantile")
        assert one.clock in ("clock", "cohort")
        assert one.unit in ("share", "s", "min", "h", "days", "count", "visits", "money")
        assert one.words.endswith(".")


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("met_or_gone", 0.830),
        ("answered", 0.860),
        ("offered", 0.811),
        ("early_gone_left_out", 0.827),
        ("met_or_short_gone", 0.821),
        ("short_gone_left_out", 0.819),
    ],
)
def test_service_level_gives_the_icmi_figures_on_every_base(base, expected):
    """1000 answered, 60 abandoned; 860 and 20 of them within the threshold, 10 short (docs/model.md 3.1)."""
    answered = [one_leg(number, starts=100.0 + (20.0 if number < 860 else 21.0)) for number in range(1000)]
    waits = [5.0] * 10 + [20.0] * 10 + [21.0] * 40
    abandoned = [one_leg(1000 + number, ends=100.0 + wait) for number, wait in enumerate(waits)]
    values = measure(plan_like(base=base), logs(attempts=answered + abandoned))

    for name in ("service_level", f"service_level_{base}"):
        (value,) = [value for value in values if (value.measure, value.cell) == (name, ())]
        assert round(value.numerator / value.denominator, 3) == expected


def one_leg(number, *, starts=NAN, ends=500.0):
    """A visit that joins the only queue at 100 s, and is answered or leaves."""
    served = not math.isnan(starts)
    end = {"reason": EndReason.SERVED, "group": 0, "agent": 0, "talk_ends": ends, "wrap_up_ends": ends}
    end = end if served else {"reason": EndReason.ABANDONED}
    return leg_row(number << 4, queue=0, arrives=100.0, joins=100.0, starts=starts, ends=ends, **end)


def one_wait(wait, **plan):
    """The service level of one visit answered after a wait, on a plan of one phone queue."""
    row = leg_row(
        16, queue=0, group=0, agent=0, arrives=10, joins=10, starts=10 + wait, talk_ends=90, ends=90, wrap_up_ends=90
    )
    log = logs(needs=[need_row(16, arises=10)], attempts=[row])
    values = {value.measure: value for value in measure(plan_like(**plan), log) if value.cell == ()}
    return values["service_level"].numerator


def test_a_wait_of_exactly_the_threshold_counts_as_within():
    assert one_wait(20.0) == 1.0
    assert one_wait(20.001) == 0.0


def test_a_threshold_survives_the_rounding_of_late_moments():
    """In binary a moment plus the threshold, minus the moment, may exceed the threshold; that must not count."""
    joins = 1234567.1
    row = leg_row(16, queue=0, group=0, agent=0, arrives=joins, joins=joins, starts=joins + 20.1, talk_ends=joins + 30,
                  ends=joins + 30, wrap_up_ends=joins + 30)  # fmt: skip
    assert (joins + 20.1) - joins > 20.1
    plan = plan_like(window=(0.0, 1_728_000.0), horizon=1_728_000.0, acceptable_wait=20.1)
    values = {value.measure: value for value in measure(plan, logs(attempts=[row])) if value.cell == ()}

    assert values["answered_within"].numerator == 1.0


def test_deferrable_channels_stay_out_of_the_figures_of_the_centre():
    plan, log = by_hand_plan(), by_hand_logs()
    kept = log.attempts[log.attempts["channel"] == 0]
    without = by_hand_logs(attempts=[tuple(row) for row in kept.tolist()])
    names = ("offered", "asa", "abandonment", "service_level", "aht", "queue_length", "waited_share")
    quantiles = ("wait_p90", "aht_p50")

    def centre(log):
        measured = measure(plan, log)
        values = [value for value in measured if value.cell == () and value.measure in names]
        return values, [quantiles_in(measured)[name, ()] for name in quantiles]

    assert centre(log) == centre(without)


def test_a_message_younger_than_its_deadline_is_not_judged():
    plan = by_hand_plan()

    def deadline(joins):
        waiting = leg_row(16, channel=1, queue=2, arrives=joins, joins=joins, ends=5400, reason=EndReason.HORIZON)
        values = measure(plan, logs(attempts=[waiting]))
        return next((v.numerator, v.denominator) for v in values if v[:2] == ("answered_within_deadline", ()))

    plan.channels["answer_within"][1] = 2000.0
    assert deadline(3500.0) == (0.0, 0.0)
    assert deadline(3300.0) == (0.0, 1.0)


def test_the_parts_of_effort_add_up():
    values = {value.measure: value.numerator for value in measure(by_hand_plan(), by_hand_logs()) if value.cell == ()}
    parts = ("search", "gate", "queue", "talk", "typing", "penalties")

    assert math.isclose(sum(values[f"effort_{part}"] for part in parts), values["effort_weighted_minutes"])


def test_intervals_pool_the_days_and_days_count_from_the_windows_first():
    """A window from 23:00 of day 1 to 01:00 of day 2: two clock intervals, two calendar days."""
    plan = plan_like(window=(169_200.0, 176_400.0), horizon=176_400.0, interval=3600.0)
    rows = [leg_row(16 * (i + 1), queue=0, arrives=t, joins=t, ends=t, reason=EndReason.ABANDONED) for i, t in
            enumerate((170_000.0, 172_799.0, 172_800.0))]  # fmt: skip
    found = {value.cell: value.numerator for value in measure(plan, logs(attempts=rows)) if value.measure == "offered"}

    assert found[(("interval", "23:00"),)] == 2
    assert found[(("interval", "00:00"),)] == 1
    assert (found[(("day", 0),)], found[(("day", 1),)]) == (2, 1)


def test_the_histogram_of_waits_counts_who_waited_at_most_so_long():
    """Waits 0 0 0 0 20 30 1805, as in test_by_hand.py."""
    counts = dict(zip(WAIT_EDGES, measure(by_hand_plan(), by_hand_logs()).waits))

    assert [counts[edge] for edge in (0.0, 15.0, 20.0, 30.0, 1800.0, 3600.0)] == [4, 4, 5, 6, 6, 7]
    assert NAN not in counts


def test_the_need_that_gives_a_cause_away_was_suffered_too():
    """Three needs at 100, 200 and 300 s; the cause is known at 200 s."""
    plan = plan_like(causes=({"need_type": 0},))
    needs = [need_row(number * 16, arises=100.0 * number, cause=0) for number in (1, 2, 3)]
    values = measure(plan, logs(needs=needs, causes=[(0, 0, 1.0, 200.0, 0)]))

    assert next(v.numerator for v in values if v[:2] == ("needs_before_detection", ())) == 2
