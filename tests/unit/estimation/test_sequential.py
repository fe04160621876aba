"""Sequential precision: when one looks, how narrow is asked, and how often the last interval covers the truth."""

import numpy as np
import pytest
from scipy.special import bdtr, stdtrit

from ccsim.errors import EstimateError, InputError
from ccsim.estimation.columns import means, ratios
from ccsim.estimation.estimate import Difference, Estimate
from ccsim.estimation.sequential import (
    Bounds,
    Width,
    bounds_of,
    half_width_text,
    level_at_each_look,
    looks,
    precision_of,
    too_wide,
    width_of,
)

LEVEL = 0.95


def test_one_looks_from_the_least_to_the_most_each_time_after_half_as_many_again():
    assert looks(Bounds(20, 1000)) == (20, 30, 45, 68, 102, 153, 230, 345, 518, 777, 1000)
    assert looks(Bounds(7, 7)) == (7,)
    assert looks(Bounds(2, 3)) == (2, 3)


def test_the_error_of_all_looks_and_measures_adds_up_to_that_of_the_level():
    at_each = level_at_each_look(0.9, 5, 2)

    assert 5 * 2 * (1.0 - at_each) == pytest.approx(0.1)
    assert level_at_each_look(0.9, 1) == pytest.approx(0.9)
    with pytest.raises(EstimateError, match="no look"):
        level_at_each_look(0.9, 0)


@pytest.mark.parametrize(
    ("measure", "text", "half_width", "relative"),
    [
        ("service_level", "1pp", 0.01, False),
        ("service_level", "0.5 pp", 0.005, False),
        ("service_level", "5%", 0.05, True),
        ("asa", "2s", 2.0, False),
        ("asa", "1min", 60.0, False),
        ("effort_minutes", "30s", 0.5, False),
        ("agent_hours", "90min", 1.5, False),
        ("time_to_detect", "12h", 0.5, False),
        ("cost_per_need", "0.1", 0.1, False),
        ("cost_per_need", 0.1, 0.1, False),
        ("offered", "12", 12.0, False),
    ],
)
def test_widths_are_written_in_a_planners_units(measure, text, half_width, relative):
    width = width_of(measure, text)

    assert (width.half_width, width.relative) == (pytest.approx(half_width, rel=1e-15), relative)


@pytest.mark.parametrize(
    ("measure", "text", "words"),
    [
        ("service_level", "0.01", "write 1pp for percentage points"),
        ("service_level", "2s", "no width of a share"),
        ("asa", "2", "has no unit"),
        ("asa", "2pp", "is not a duration"),
        ("asa", "0s", "write more than 0"),
        ("cost_per_need", "cheap", "is no number"),
        ("cost_per_need", "-5%", "is negative"),
        ("offered", "0", "write more than 0"),
    ],
)
def test_a_width_that_is_none_is_refused_with_the_way_out(measure, text, words):
    with pytest.raises(ValueError, match=words):
        width_of(measure, text)
    with pytest.raises(InputError, match=f"precision of {measure}: .*{words}"):
        precision_of({measure: text})


def test_a_measure_that_is_none_and_bounds_that_are_none_are_refused():
    with pytest.raises(InputError, match='no measure is named "service"'):
        precision_of({"service": "1pp"})
    with pytest.raises(InputError, match="most: 10 replications are fewer than the least, 12"):
        bounds_of(12, 10)
    with pytest.raises(InputError, match="least: 1 replication has no interval"):
        bounds_of(1, 10)
    assert bounds_of(5000, None) == Bounds(5000, 5000)


def test_a_relative_width_is_a_share_of_the_value_or_of_the_one_beside():
    one = Estimate("asa", {}, -20.0, -23.0, -17.0, 3.0, LEVEL, 9, "s", "ratio")
    gap = Difference("asa", {}, "b", "a", 0.1, -2.9, 3.1, 3.0, LEVEL, 9, None)
    width = Width("asa", 0.15, True, "15%")

    assert not too_wide(width, one)
    assert too_wide(Width("asa", 0.149, True, "14.9%"), one)
    assert too_wide(width, gap)
    assert not too_wide(width, gap, beside=-20.0)
    assert not too_wide(Width("asa", 3.0, False, "3s"), gap)


def test_what_has_no_interval_is_too_wide():
    nothing = Estimate("asa", {}, None, None, None, None, LEVEL, 0, "s", "ratio")

    assert too_wide(width_of("asa", "2s"), nothing)


def test_half_widths_are_told_as_they_are_asked_for():
    for measure, text in (("service_level", "1.5pp"), ("asa", "12s"), ("cost_per_need", "0.1"), ("agent_hours", "2h")):
        assert half_width_text(measure, width_of(measure, text).half_width) == text


def last_interval(draw, width, bounds, *, relative=False):
    """Value and half-width at the look at which a study of one measure stops, and the replications it took."""
    above, below = draw(bounds.most)
    at_each = level_at_each_look(LEVEL, len(looks(bounds)))
    for n in looks(bounds):
        found = means(above[:n], at_each) if below is None else ratios(above[:n], below[:n], at_each)
        value, half = float(found.value[0]), float(found.high[0] - found.value[0])
        if half <= (width * abs(value) if relative else width):
            break
    return value, half, n


def worlds(chance):
    """Sources of replications with the value that is true of them."""

    def normal(n):
        return chance.normal(5.0, 1.0, (n, 1)), None

    def exponential(n):
        return chance.exponential(1.0, (n, 1)), None

    def ratio(n):
        # a busy day has more contacts, and a smaller share of them in time: 0.8 - 0.004 (m - 100), weighted with m
        m = chance.poisson(chance.gamma(25.0, 4.0, (n, 1))).astype(float)
        p = np.clip(0.8 - 0.004 * (m - 100.0), 0.0, 1.0)
        return chance.binomial(m.astype(np.int64), p).astype(float), m

    # E[m p] / E[m] with Var m = 100 + 400: 0.8 - 0.004 * 500 / 100, but for days clipped at 0 or 1
    return {"normal": (normal, 5.0), "exponential": (exponential, 1.0), "ratio": (ratio, 0.78)}


def covered(name, width, bounds, n_studies, *, relative=False, seed=1):
    """How many of many studies cover the truth, and how many replications they took on average."""
    draw, truth = worlds(np.random.default_rng(seed))[name]
    found = [last_interval(draw, width, bounds, relative=relative) for _ in range(n_studies)]
    return sum(abs(value - truth) <= half for value, half, _ in found), np.mean([n for *_, n in found])


CASES = [
    ("normal", 1.0, False), ("normal", 0.4, False), ("normal", 0.2, False), ("normal", 0.05, True),
    ("exponential", 0.6, False), ("exponential", 0.3, False), ("exponential", 0.3, True),
    ("ratio", 0.05, False), ("ratio", 0.02, False), ("ratio", 0.04, True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "width", "relative"), CASES)
def test_the_last_interval_covers_as_often_as_its_level_says(name, width, relative):
    """400 studies; if 95 % covered, so few as fail the test would cover once in 10,000 times."""
    n_covered, n_taken = covered(name, width, Bounds(20, 600), 400, relative=relative)
    chance = bdtr(n_covered, 400, LEVEL)
    print(f"{name} ± {width}: {n_covered} of 400 covered with {n_taken:.0f} replications; chance {chance:.2g}")

    assert chance > 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("least", [10, 20])
@pytest.mark.parametrize(("name", "width", "relative"), CASES)
def test_the_last_interval_covers_as_often_as_its_level_says_in_many_studies(name, width, relative, least):
    """4,000 studies; if 95 % covered, so few as fail the test would cover once in 10,000 times."""
    n_covered, n_taken = covered(name, width, Bounds(least, 1000), 4000, relative=relative, seed=least)
    chance = bdtr(n_covered, 4000, LEVEL)
    print(f"{name} ± {width}: {n_covered} of 4000 covered with {n_taken:.0f} replications; chance {chance:.2g}")

    assert chance > 1e-4


def test_an_interval_of_one_look_alone_would_cover_less_often_than_its_level_says():
    """What the wider quantile is for: stopping when a Student interval at the level itself is narrow enough."""
    chance, bounds, n_covered = np.random.default_rng(3), Bounds(20, 600), 0
    for _ in range(1000):
        sample = chance.exponential(1.0, bounds.most)
        for n in looks(bounds):
            value = sample[:n].mean()
            half = stdtrit(n - 1, (1.0 + LEVEL) / 2.0) * sample[:n].std(ddof=1) / np.sqrt(n)
            if half <= 0.25:
                break
        n_covered += abs(value - 1.0) <= half
    print(f"{n_covered} of 1000 covered")

    assert bdtr(n_covered, 1000, LEVEL) < 1e-4


def test_several_measures_hold_together_as_often_as_the_level_says():
    """1,000 studies of two independent measures that both must be narrow; each is given half of the error."""
    chance, bounds, n_covered = np.random.default_rng(4), Bounds(20, 300), 0
    at_each = level_at_each_look(LEVEL, len(looks(bounds)), 2)
    for _ in range(1000):
        sample = chance.normal(0.0, [1.0, 2.0], (bounds.most, 2))
        for n in looks(bounds):
            found = means(sample[:n], at_each)
            half = found.high - found.value
            if (half <= [0.5, 0.8]).all():
                break
        n_covered += bool((np.abs(found.value) <= half).all())
    print(f"{n_covered} of 1000 covered both")

    assert bdtr(n_covered, 1000, LEVEL) > 1e-4
