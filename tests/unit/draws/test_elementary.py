import itertools
import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import special

from ccsim.draws.elementary import exp, ln, logistic, logit, normal_quantile, power


def units_off(value, exact):
    """Distance from the exact (decimal) result, in units in the last place."""
    return abs(Decimal(value) - exact) / Decimal(math.ulp(float(exact)))


@pytest.fixture
def positive(seed):
    """Numbers over all magnitudes, more of them near 1, and every power of 2 around it."""
    rng = np.random.default_rng(seed)
    everywhere = np.ldexp(rng.uniform(0.5, 1.0, 1500), rng.integers(-1070, 1024, 1500))
    near_one = 1.0 + np.ldexp(rng.uniform(-1.0, 1.0, 500), rng.integers(-52, -1, 500))
    return [*everywhere.tolist(), *near_one.tolist(), *np.ldexp(1.0, np.arange(-60, 60)).tolist()]


def test_ln_is_within_one_unit_in_the_last_place(positive):
    with localcontext(prec=50):
        worst = max(units_off(ln(x), Decimal(x).ln()) for x in positive if x != 1.0)

    print(f"worst {float(worst):.3f} units")
    assert worst < 1


def test_exp_is_within_one_unit_in_the_last_place(seed):
    rng = np.random.default_rng(seed)
    # up to -708 the result is a normal number; below, the grid of doubles is coarser than the method
    arguments = [
        *rng.uniform(-708, 709.7, 1500).tolist(),
        *(rng.uniform(-1, 1, 500) * 2.0 ** -rng.integers(0, 60, 500)).tolist(),
    ]

    with localcontext(prec=50):
        worst = max(units_off(exp(x), Decimal(x).exp()) for x in arguments)

    print(f"worst {float(worst):.3f} units")
    assert worst < 1


def test_ln_and_exp_never_fall_between_neighbouring_numbers(positive, seed):
    rng = np.random.default_rng(seed)
    for x in [*positive, *np.nextafter(rng.uniform(0.0, 1.0, 20_000), 1.0).tolist()]:
        assert ln(math.nextafter(x, math.inf)) >= ln(x)
    for x in [*rng.uniform(-40.0, 40.0, 20_000).tolist(), *(0.5 * math.log(2) * np.arange(-99, 100)).tolist()]:
        assert exp(math.nextafter(x, math.inf)) >= exp(x)


def test_special_values():
    assert (ln(0.0), ln(1.0), ln(math.inf)) == (-math.inf, 0.0, math.inf)
    assert (exp(-math.inf), exp(0.0), exp(-0.0), exp(math.inf)) == (0.0, 1.0, 1.0, math.inf)
    assert math.isnan(ln(-1.0))
    assert math.isnan(ln(math.nan))
    assert math.isnan(exp(math.nan))
    assert (exp(709.8), exp(-746.0)) == (math.inf, 0.0)
    assert ln(5e-324) == pytest.approx(math.log(5e-324), rel=1e-15)
    # log of the largest double, the last argument that does not overflow
    assert exp(7.09782712893383973096e02) == pytest.approx(1.797693134862273e308, rel=1e-12)


def test_a_power_is_exact_where_a_switched_off_effect_needs_it():
    assert [power(x, 0.0) for x in (0.0, 0.3, 1.0, 7.0)] == [1.0] * 4
    assert [power(1.0, k) for k in (-3.0, 0.5, 40.0)] == [1.0] * 3
    assert (power(0.0, 2.0), power(0.0, -1.0)) == (0.0, math.inf)


def test_powers_agree_with_the_library(seed):
    rng = np.random.default_rng(seed)
    for x, k in zip(rng.uniform(0.001, 50.0, 1000).tolist(), rng.uniform(-5.0, 5.0, 1000).tolist(), strict=True):
        # the error of the logarithm is multiplied by the size of k ln x, here at most 35
        assert power(x, k) == pytest.approx(x**k, rel=2e-14)


def test_the_normal_quantile_agrees_with_scipy(uniforms):
    assert [normal_quantile(u) for u in uniforms] == pytest.approx(special.ndtri(uniforms).tolist(), rel=3e-15)


def test_the_normal_quantile_rises_and_is_symmetric(uniforms):
    values = [normal_quantile(u) for u in uniforms]

    assert values == sorted(values)
    assert values == [-normal_quantile(1.0 - u) for u in uniforms]
    assert normal_quantile(0.5) == 0.0
    # where the approximation changes its formula: |u - 1/2| = 0.425 and sqrt(-ln u) = 5
    for border in (0.075, 0.925, math.exp(-25.0)):
        around = [border]
        for _ in range(50):
            around = [math.nextafter(around[0], 0.0), *around, math.nextafter(around[-1], 1.0)]
        steps = [normal_quantile(u) for u in around]
        assert max(a - b for a, b in itertools.pairwise(steps)) <= 4 * math.ulp(steps[0])


def test_logit_and_logistic_undo_each_other(uniforms):
    for u in uniforms:
        assert logistic(logit(u)) == pytest.approx(u, rel=1e-14)
    assert (logistic(-800.0), logistic(0.0), logistic(800.0)) == (0.0, 0.5, 1.0)
    # a uniform never leaves the span of the quantile tables
    assert -37.0 < logit(2.0**-53) < logit(1.0 - 2.0**-53) < 37.0
