"""The integrals under Erlang A, against closed forms."""

from math import exp, expm1, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gamma, gammainc

from ccsim.theory.offered_wait import _bend, offered_wait, quadrature


def stays(wait):
    return np.exp(-wait)


@pytest.mark.parametrize(
    ("demand", "capacity"), [(0.5, 0.7), (3.0, 2.0), (20.0, 20.0), (30.0, 12.0), (1e-6, 1e-3), (40.0, 1e-2)]
)
def test_the_total_is_palms_incomplete_gamma_function(demand, capacity):
    # Palm: the sum of demand^j / ((capacity + 1) ... (capacity + j)) is capacity e^d d^-capacity gamma(capacity, d)
    law = offered_wait(demand, capacity)

    total = quadrature(law).integral(np.ones_like) * exp(law.log_top)

    expected = exp(demand) * demand**-capacity * gamma(capacity) * gammainc(capacity, demand)
    assert total == pytest.approx(expected, rel=1e-11)


def test_demand_and_capacity_meet_without_a_step():
    waits = [offered_wait(demand, 50.0) for demand in (50 - 1e-9, 50.0, 50 + 1e-9)]
    below, at, above = (quadrature(law).integral(stays) for law in waits)

    assert below == pytest.approx(at, rel=1e-8)
    assert above == pytest.approx(at, rel=1e-8)


@pytest.mark.parametrize("high", [0.0, 0.1, 2.0, inf])
def test_without_arrivals_the_wait_is_exponential(high):
    got = quadrature(offered_wait(0.0, 4.0), high=high).integral(np.ones_like)

    assert got == pytest.approx(-expm1(-4.0 * high) / 4, rel=1e-14)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.floats(-6, 12), st.floats(-6, 12), st.floats(0.0, 1.0))
def test_an_integral_is_the_sum_of_its_parts(log_demand, log_capacity, share):
    """Wherever it is cut, also far from the mode, and over eighteen orders of magnitude."""
    law = offered_wait(10**log_demand, 10**log_capacity)
    cut = share * (2 * law.mode + 3 / law.capacity)

    parts = quadrature(law, high=cut).integral(stays) + quadrature(law, low=cut).integral(stays)

    assert parts == pytest.approx(quadrature(law).integral(stays), rel=1e-12)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.floats(-6, 6), st.floats(-6, 6))
def test_the_flow_that_enters_service_is_the_flow_that_leaves_it(log_demand, log_capacity):
    """The density falls from its value at 0 to nothing: the integral of its derivative is known."""
    law = offered_wait(10**log_demand, 10**log_capacity)

    rise = law.demand * quadrature(law).integral(stays)
    fall = law.capacity * quadrature(law).integral(np.ones_like)

    assert fall - rise == pytest.approx(exp(-law.log_top), rel=1e-9, abs=1e-12 * fall)


def test_the_bend_keeps_its_digits_near_zero():
    away = np.array([-30.0, -0.5, -1e-9, 0.0, 1e-9, 0.499, 0.5, 3.0])

    bend = _bend(away)

    small = [1e-18 / 2 * (1 + 1e-9 / 3), 0.0, 1e-18 / 2 * (1 - 1e-9 / 3)]
    assert bend[2:5] == pytest.approx(small, rel=1e-14)
    assert bend == pytest.approx(np.expm1(-away) + away, rel=1e-14, abs=1e-15)
