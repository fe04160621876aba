"""Many measures at once give what the scalar methods give one by one."""

import math

import numpy as np
import pytest

from ccsim.estimation import columns
from ccsim.estimation.estimate import difference_of_means, difference_of_ratios, estimate_mean, estimate_ratio

NAN = float("nan")
MANY = pytest.mark.parametrize("seed", range(20))
REPLICATIONS = pytest.mark.parametrize("n", [1, 2, 3, 40])


def values(seed, n):
    """Columns with and without gaps, one that never varies, one that is never observed, one observed at most once."""
    rng = np.random.default_rng(seed)
    table = rng.normal(50.0, 20.0, (n, 8))
    table[:, 1:4][rng.random((n, 3)) < 0.4] = NAN
    table[:, 4] = 3.0
    table[:, 5] = NAN
    table[1:, 6] = NAN
    table[:, 7] *= 1e9
    return table


def pairs(seed, n):
    """Numerators and denominators, some of them nothing, in one column all."""
    rng = np.random.default_rng(seed)
    above, below = rng.gamma(4.0, 5.0, (n, 6)), rng.poisson(3.0, (n, 6)).astype(np.float64)
    below[:, 1][rng.random(n) < 0.7] = 0.0
    below[:, 2] = 0.0
    above[:, 3] = 0.0
    below[:, 4] = 1.0
    return above * (below > 0.0), below


def agree(found, expected):
    """Every column's numbers are those of its scalar interval, nan for None."""
    assert len(found.value) == len(expected)
    for column, one in enumerate(expected):
        assert found.n[column] == one.n
        for name in ("value", "low", "high", "variance_ratio"):
            number, wanted = float(getattr(found, name)[column]), getattr(one, name, None)
            assert math.isnan(number) if wanted is None else number == pytest.approx(wanted, rel=1e-9), name


@MANY
@REPLICATIONS
def test_means_are_those_of_each_column(seed, n):
    table = values(seed, n)

    agree(columns.means(table, 0.9), [estimate_mean(column, 0.9) for column in table.T])


@MANY
@REPLICATIONS
def test_ratios_are_those_of_each_column(seed, n):
    above, below = pairs(seed, n)

    agree(columns.ratios(above, below, 0.9), [estimate_ratio(*pair, 0.9) for pair in zip(above.T, below.T)])


@MANY
@REPLICATIONS
def test_differences_of_means_are_those_of_each_column(seed, n):
    arm, baseline = values(seed, n), values(seed + 1000, n)

    found = columns.differences_of_means(arm, baseline, 0.95)

    agree(found, [difference_of_means(one, other, 0.95) for one, other in zip(arm.T, baseline.T)])


@MANY
@REPLICATIONS
def test_differences_of_ratios_are_those_of_each_column(seed, n):
    arm, baseline = pairs(seed, n), pairs(seed + 1000, n)

    found = columns.differences_of_ratios(arm, baseline, 0.95)

    by_column = zip(zip(*(part.T for part in arm)), zip(*(part.T for part in baseline)))
    agree(found, [difference_of_ratios(one, other, 0.95) for one, other in by_column])


def test_what_never_varies_has_no_width_whatever_its_rounding():
    found = columns.means(np.full((7, 1), 0.1), 0.95)

    assert found.low == found.high == found.value
