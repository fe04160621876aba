"""What the plan writes into a table is what `quantile` deals from it."""

import numpy as np
import pytest
from scipy import special, stats

from ccsim.draws.variates import quantile
from ccsim.plan.law import KNOTS, LOGIT_LIMIT, Law
from ccsim.plan.law_table import gamma_table, hyperexponential_table

# midpoints of equal steps in logit(u), and the probability of each step: fine in both tails
LOGITS = (np.arange(6_000) + 0.5) * (2 * 36.0 / 6_000) - 36.0
WEIGHTS = special.expit(LOGITS) * special.expit(-LOGITS) * (2 * 36.0 / 6_000)


def dealt(table, u):
    return quantile(Law.TABLE, 0.0, 0.0, 0.0, 0.0, 0.0, 0, KNOTS, table, u)


def moments(table):
    """Mean and variance of what the table deals, by summing over the midpoints."""
    values = np.array([dealt(table, u) for u in special.expit(LOGITS).tolist()])
    mean = np.sum(WEIGHTS * values)
    return mean, np.sum(WEIGHTS * (values - mean) ** 2)


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 3.0, 100.0, 2500.0])
def test_a_gamma_table_deals_scipys_quantiles(shape, uniforms):
    table = gamma_table(shape, 10.0)

    # linear between knots 0.018 apart in logit(u): relative error at most (0.018 / shape)**2 / 8
    tolerance = max(1e-4 / shape**2, 2e-5)
    same = stats.gamma.ppf(uniforms[:-1], shape, scale=10.0).tolist()
    assert [dealt(table, u) for u in uniforms[:-1]] == pytest.approx(same, rel=tolerance)


@pytest.mark.parametrize(("shape", "scale"), [(0.25, 40.0), (1.0, 10.0), (3.0, 60.0), (100.0, 0.01)])
def test_a_gamma_table_keeps_mean_and_variance(shape, scale):
    assert moments(gamma_table(shape, scale)) == pytest.approx((shape * scale, shape * scale**2), rel=2e-4)


def test_a_gamma_table_of_shape_1_is_exponential(uniforms):
    table = gamma_table(1.0, 300.0)

    exponential = [quantile(Law.EXPONENTIAL, 300.0, 0.0, 0.0, 0.0, 0.0, 0, 0, table, u) for u in uniforms]
    assert [dealt(table, u) for u in uniforms] == pytest.approx(exponential, rel=1e-4)


@pytest.mark.parametrize(
    ("means", "shares"), [([60.0, 900.0], [0.8, 0.2]), ([1.0, 10.0, 1e4], [0.5, 0.49, 0.01]), ([30.0], [1.0])]
)
def test_a_hyperexponential_table_has_the_mixtures_quantiles_and_moments(means, shares):
    means, shares = np.array(means), np.array(shares)
    table = hyperexponential_table(means, shares)
    knots = np.linspace(-LOGIT_LIMIT, LOGIT_LIMIT, KNOTS)

    below = sum(share * -np.expm1(-table / mean) for mean, share in zip(means, shares, strict=True))
    above = sum(share * np.exp(-table / mean) for mean, share in zip(means, shares, strict=True))
    half = KNOTS // 2

    # rounding to 12 digits moves the tail by at most its logarithm, 37, times half a unit of the twelfth digit
    assert below[:half] == pytest.approx(special.expit(knots[:half]), rel=5e-10)
    assert above[half:] == pytest.approx(special.expit(-knots[half:]), rel=5e-10)
    mean = np.sum(shares * means)
    assert moments(table) == pytest.approx((mean, np.sum(shares * 2 * means**2) - mean**2), rel=2e-4)


@pytest.mark.parametrize(
    "table",
    [
        gamma_table(0.1, 1.0),
        gamma_table(400.0, 0.01),
        hyperexponential_table(np.array([1.0, 50.0]), np.array([0.9, 0.1])),
    ],
)
def test_a_table_rises_has_12_digits_and_is_finite(table, uniforms):
    assert len(table) == KNOTS
    assert np.all(np.isfinite(table))
    assert np.all(np.diff(table) >= 0.0)
    assert table.tolist() == [float(f"{knot:.12g}") for knot in table]
    values = [dealt(table, u) for u in uniforms]
    assert values == sorted(values)
