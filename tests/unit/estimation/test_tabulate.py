import pytest

from ccsim.errors import EstimateError
from ccsim.estimation.estimate import difference_of_means, difference_of_ratios, estimate_mean, estimate_ratio
from ccsim.estimation.tabulate import differences, estimates
from ccsim.metrics.cells import Value
from ccsim.metrics.definitions import MEASURES

NAN = float("nan")
PHONE = (("channel", "phone"),)


def replication(asa, n_answered, wait_p90=NAN):
    """Two values of one replication, a ratio and a mean."""
    return [Value("asa", PHONE, asa * n_answered, n_answered), Value("wait_p90", (), wait_p90, 1.0)]


FIRST = [replication(10.0, 3.0, 20.0), replication(12.0, 1.0, 26.0), replication(8.0, 2.0)]
SECOND = [replication(11.0, 3.0, 22.0), replication(15.0, 1.0, 27.0), replication(9.0, 2.0, 1.0)]


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
    assert (ratio.value, ratio.low, ratio.variance_ratio) == (expected.value, expected.low, expected.variance_ratio)
    assert ratio.value == pytest.approx(66 / 6 - 58 / 6)
    expected = difference_of_means([22.0, 27.0], [20.0, 26.0], 0.9)
    assert (mean.value, mean.high, mean.n) == (expected.value, expected.high, 2)


def test_only_cells_that_both_arms_have_are_compared():
    more = [[*row, Value("asa", (("channel", "chat"),), 1.0, 1.0)] for row in SECOND]
    compared = differences({"contain": FIRST, "open": more}, MEASURES, 0.9, baseline="contain")

    assert [one.cell for one in compared] == [{"channel": "phone"}, {}]


def test_nonsense_is_refused_with_a_reason():
    with pytest.raises(EstimateError, match="no replication"):
        estimates([], MEASURES, 0.95)
    with pytest.raises(EstimateError, match=r"wait_p90 \{\} was measured in 2 of 3"):
        estimates([FIRST[0], FIRST[1], FIRST[2][:1]], MEASURES, 0.95)
    with pytest.raises(EstimateError, match="baseline closed is none of the arms"):
        differences({"open": FIRST}, MEASURES, 0.95, baseline="closed")
    with pytest.raises(EstimateError, match="differ in their number"):
        differences({"open": FIRST, "contain": FIRST[:2]}, MEASURES, 0.95, baseline="open")
