"""M(t)/G/infinity against closed forms, limits and a plain sum."""

from itertools import pairwise
from math import atan, exp, inf, pi

import numpy as np
import pytest
from scipy.integrate import quad

from ccsim.errors import InputError
from ccsim.theory.infinite import (
    constant_handling,
    exponential_handling,
    handling_by_survival,
    lognormal_handling,
    mean_busy,
    peak_lag,
)

DAY = 86400.0
LAWS = [exponential_handling(300.0), constant_handling(300.0), lognormal_handling(300.0, 1.5)]


@pytest.mark.parametrize("law", LAWS)
def test_steady_demand_ends_at_rate_times_handling(law):
    assert mean_busy([0.0, 1e7], [0.1], law, np.array([1e7]))[0] == pytest.approx(30.0, rel=1e-9)


@pytest.mark.parametrize("law", LAWS)
def test_all_work_that_comes_is_done(law):
    """The integral of the number busy is the number of contacts times their mean handling time."""
    edges, rates = [0.0, 1800.0, 3600.0], [0.05, 0.15]
    cuts = [0.0, 300.0, 1800.0, 2100.0, 3600.0, 3900.0, 1e4, 1e5, 1e6]

    def busy(time):
        return mean_busy(edges, rates, law, np.array([time]))[0]

    done = sum(quad(busy, low, high, limit=200)[0] for low, high in pairwise(cuts))
    assert done == pytest.approx(360.0 * 300.0, rel=1e-6)


def test_exponential_handling_follows_its_differential_equation():
    """From 5 busy the mean goes exponentially to the next hour's load."""
    edges, rates = [0.0, 3600.0, 7200.0], [60 / 3600, 120 / 3600]
    start, after = mean_busy(edges, rates, exponential_handling(300.0), np.array([3600.0, 4000.0]))

    assert start == pytest.approx(5 * (1 - exp(-12)), rel=1e-12)
    assert after == pytest.approx(10 + (start - 10) * exp(-4 / 3), rel=1e-12)


def test_constant_handling_counts_the_arrivals_of_the_last_minutes():
    busy = mean_busy([0.0, 600.0, 1200.0], [0.1, 0.3], constant_handling(300.0), np.array([100.0, 700.0, 1500.0]))

    assert busy == pytest.approx([10.0, 0.1 * 200 + 0.3 * 100, 0.0])


def test_nobody_is_busy_before_anybody_comes():
    assert mean_busy([0.0, 600.0], [0.1], LAWS[2], np.array([-50.0, 0.0])).tolist() == [0.0, 0.0]


def test_any_law_by_its_survival_function():
    given = handling_by_survival(300.0, lambda time: exp(-time / 300.0))

    assert given.cut(np.array([0.0, 100.0, inf])) == pytest.approx([0.0, 300 * (1 - exp(-1 / 3)), 300.0])
    at = np.array([500.0, 4000.0])
    assert mean_busy([0.0, 3600.0], [0.1], given, at) == pytest.approx(mean_busy([0.0, 3600.0], [0.1], LAWS[0], at))


@pytest.mark.parametrize("period", [DAY, 3600.0])
def test_the_peak_lags_by_the_published_closed_forms(period):
    pace = 2 * pi / period

    assert peak_lag(period, exponential_handling(300.0)) == pytest.approx(atan(pace * 300.0) / pace, rel=1e-7)
    assert peak_lag(period, constant_handling(300.0)) == pytest.approx(150.0, rel=1e-9)


def test_over_a_long_period_the_lag_is_the_mean_excess():
    assert peak_lag(1e8, lognormal_handling(300.0, 0.8)) == pytest.approx(300 * (1 + 0.8**2) / 2, rel=1e-3)


def test_the_lag_is_where_a_sampled_sine_has_its_peak():
    edges = np.linspace(-2 * DAY, DAY, 3 * 4320 + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    law = lognormal_handling(3600.0, 1.0)
    around = DAY / 4 + peak_lag(DAY, law) + np.linspace(-600, 600, 5)
    busy = mean_busy(edges.tolist(), (1 + 0.5 * np.sin(2 * pi * middles / DAY)).tolist(), law, around)

    assert busy.argmax() == 2
    assert busy[1] == pytest.approx(busy[3], rel=1e-6)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: exponential_handling(0.0),
        lambda: constant_handling(inf),
        lambda: lognormal_handling(60.0, -1.0),
        lambda: handling_by_survival(-1.0, lambda time: 0.0),
        lambda: mean_busy([0.0], [0.1], LAWS[0], np.zeros(1)),
        lambda: mean_busy([0.0, 0.0], [0.1], LAWS[0], np.zeros(1)),
        lambda: mean_busy([0.0, 1.0], [-0.1], LAWS[0], np.zeros(1)),
        lambda: peak_lag(0.0, LAWS[0]),
    ],
)
def test_what_is_no_demand_is_refused(refused):
    with pytest.raises(InputError):
        refused()
