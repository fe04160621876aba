import numpy as np
import pytest

from ccsim.errors import EstimateError
from ccsim.estimation.estimate import difference_of_means, difference_of_ratios, estimate_mean, estimate_ratio
from ccsim.estimation.tabulate import differences, estimates
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import Sample

NAN = float("nan")
PHONE = (("channel", "phone"),)


def sample(*rows, keys=(("asa", PHONE), ("time_to_detect", ()))):
    """One row for each replication: numerator and denominator of each key in turn."""
    numbers = np.array(rows, dtype=np.float64).reshape(len(rows), -1)
    return Sample(keys, numbers[:, ::2], numbers[:, 1::2], np.zeros(0))


FIRST = sample((30.0, 3.0, 20.0, 1.0), (12.0, 1.0, 26.0, 1.0), (16.0, 2.0, NAN, 1.0))
SECOND = sample((33.0, 3.0, 22.0, 1.0), (15.0, 1.0, 27.0, 1.0), (18.0, 2.0, 1.0, 1.0))


def test_estimates_carry_the_definition_and_the_interval_of_their_kind():
    ratio, mean = estimates(FIRST, MEASURES, 0.9)

    expected = estimate_ratio([30.0, 12.0, 16.0], [3.0, 1.0, 2.0], 0.9)
    assert (ratio.measure, ratio.cell, ratio.unit, ratio.kind, ratio.level, ratio.n) == (
        *("asa", {"channel": "phone"}, "s", "ratio", 0.9, 3),
    )
    assert (ratio.value, ratio.low, ratio.high) == (expected.value, expected.low, expected.high)
    assert ratio.half_width == (ratio.high - ratio.low) / 2
    expected = estimate_mean([20.0, 26.0], 0.9)
    assert (mean.cell, mean.kind, mean.value, mean.low, mean.n) == ({}, "mean", expected.value, expected.low, 2)


def test_differences_pair_each_arm_with_the_baseline():
    ratio, mean = differences({"open": SECOND, "contain": FIRST}, MEASURES, 0.9, baseline="contain")

    columns = ([33.0, 15.0, 18.0], [3.0, 1.0, 2.0]), ([30.0, 12.0, 16.0], [3.0, 1.0, 2.0])
    expected = difference_of_ratios(*columns, 0.9)
    assert (ratio.measure, ratio.cell, ratio.arm, ratio.baseline) == ("asa", {"channel": "phone"}, "open", "contain")
    assert ratio.value == expected.value
    assert (ratio.low, ratio.variance_ratio) == pytest.approx((expected.low, expected.variance_ratio), rel=1e-12)
    assert ratio.value == pytest.approx(66 / 6 - 58 / 6)
    expected = difference_of_means([22.0, 27.0], [20.0, 26.0], 0.9)
    assert (mean.value, mean.high, mean.n) == (expected.value, expected.high, 2)


def test_only_cells_that_both_arms_have_are_compared():
    keys = (("asa", (("channel", "chat"),)), *SECOND.keys)
    more = Sample(
        keys, np.insert(SECOND.numerators, 0, 1.0, 1), np.insert(SECOND.denominators, 0, 1.0, 1), SECOND.waits
    )
    compared = differences({"contain": FIRST, "open": more}, MEASURES, 0.9, baseline="contain")

    assert [one.cell for one in compared] == [{"channel": "phone"}, {}]
    assert compared == differences({"contain": FIRST, "open": SECOND}, MEASURES, 0.9, baseline="contain")


def test_nonsense_is_refused_with_a_reason():
    few = Sample(FIRST.keys, FIRST.numerators[:2], FIRST.denominators[:2], FIRST.waits)
    none = Sample(FIRST.keys, FIRST.numerators[:0], FIRST.denominators[:0], FIRST.waits)
    with pytest.raises(EstimateError, match="no replication"):
        estimates(none, MEASURES, 0.95)
    with pytest.raises(EstimateError, match="level lies between 0 and 1"):
        estimates(FIRST, MEASURES, 95.0)
    with pytest.raises(EstimateError, match="baseline closed is none of the arms"):
        differences({"open": FIRST}, MEASURES, 0.95, baseline="closed")
    with pytest.raises(EstimateError, match="differ in their number"):
        differences({"open": FIRST, "contain": few}, MEASURES, 0.95, baseline="open")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((np.inf, 1.0, 1.0, 1.0), "needs finite"),
        ((NAN, 1.0, 1.0, 1.0), "needs finite"),
        ((1.0, -1.0, 1.0, 1.0), "not negative"),
        ((1.0, 1.0, np.inf, 1.0), "infinite value"),
    ],
)
def test_numbers_that_no_measure_has_are_refused(row, reason):
    ones = (1.0, 1.0, 1.0, 1.0)
    broken, sound = sample(row, ones), sample(ones, ones)
    with pytest.raises(EstimateError, match=reason):
        estimates(broken, MEASURES, 0.95)
    with pytest.raises(EstimateError, match=reason):
        differences({"a": broken, "b": sound}, MEASURES, 0.95, baseline="a")
