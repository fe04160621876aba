"""When shorter contacts make more work: the closed form against its own definition."""

from math import exp, log

import pytest

from ccsim.errors import InputError
from ccsim.theory.pressure import break_even_rushing_harm, work_elasticity


def log_work(log_handling, p_resolved, p_return, rushing_harm):
    """Log of handling time per need when the logit of resolution falls with the log of the handling time."""
    logit = log(p_resolved / (1 - p_resolved)) + rushing_harm * log_handling
    p = 1 / (1 + exp(-logit))
    return log_handling - log(1 - p_return * (1 - p))


# model.md 2.9: 5.3 and 2.96
@pytest.mark.parametrize(("p_resolved", "p_return", "harm"), [(0.75, 0.8, 5.3333), (0.6, 0.9, 2.9630)])
def test_the_break_even_of_the_model(p_resolved, p_return, harm):
    assert break_even_rushing_harm(p_resolved, p_return) == pytest.approx(harm, abs=5e-5)


@pytest.mark.parametrize("rushing_harm", [0.0, 2.4, 6.0])
@pytest.mark.parametrize(("p_resolved", "p_return"), [(0.75, 0.8), (0.6, 0.9), (0.3, 0.0), (1e-3, 1.0)])
def test_the_elasticity_is_the_derivative_of_the_work(p_resolved, p_return, rushing_harm):
    step = 1e-5
    up, down = (log_work(x, p_resolved, p_return, rushing_harm) for x in (step, -step))

    # a central difference is good to the square of its step
    assert work_elasticity(p_resolved, p_return, rushing_harm) == pytest.approx((up - down) / (2 * step), abs=1e-8)


def test_at_the_break_even_the_work_does_not_change():
    assert work_elasticity(0.75, 0.8, break_even_rushing_harm(0.75, 0.8)) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(("p_resolved", "p_return"), [(1.0, 0.5), (0.0, 0.5), (0.5, 0.0)])
def test_where_nothing_is_at_stake_there_is_no_break_even(p_resolved, p_return):
    with pytest.raises(InputError, match="always saves work"):
        break_even_rushing_harm(p_resolved, p_return)


def test_a_negative_harm_is_refused():
    with pytest.raises(InputError, match="rushing_harm"):
        work_elasticity(0.7, 0.5, -1.0)
