"""Quantiles of what all replications saw together: exact values, and intervals that cover."""

import numpy as np
import pytest
from scipy.optimize import brentq

from ccsim.estimation.quantiles import (
    differences_of_quantiles,
    differences_of_quantiles_of,
    pooled,
    pseudo_values,
    quantiles,
    quantiles_of,
    together,
)
from ccsim.metrics.measure import Sample, Spread
from ccsim.metrics.passes import FEW_VALUES, SPREAD, spread_of

PHONE = (("channel", "phone"), ("queue", "phone.a"), ("need_type", "a"))
CHAT = (("channel", "chat"), ("queue", "chat.a"), ("need_type", "a"))
ATOMS = (("wait", PHONE), ("wait", CHAT), ("effort", (("need_type", "a"),)))


def seen(*replications, code=0):
    return [Spread(ATOMS, np.array([(code, 1.0, value) for value in values], SPREAD)) for values in replications]


def spread(values, of_nothing=0):
    values = np.asarray(values, dtype=np.float64)
    table = np.empty(len(values) + 1, SPREAD)
    n = spread_of(values, np.zeros(len(values), np.int32), np.array([float(of_nothing)]), 0, table, 0)
    return Spread((("wait", ()),), table[:n])


def of(spreads, share, level=0.95):
    found = quantiles(pooled(together(spreads), "wait", ()), np.array([share]), level)
    return found.value[0], found.low[0], found.high[0]


def test_a_quantile_is_of_all_waits_together_and_no_mean_of_days():
    """A quiet day of ten short waits, a busy one of thirty long ones: the 90 % point of forty is the 36th."""
    quiet, busy = np.arange(1.0, 11.0), np.arange(101.0, 131.0)

    assert of(seen(quiet, busy), 0.9)[0] == 126.0
    assert np.mean([9.0, 127.0]) == 68.0


def test_the_median_of_four_is_the_second_and_a_share_that_falls_on_a_rank_takes_it():
    assert of(seen([1.0, 2.0], [3.0, 4.0]), 0.5)[0] == 2.0
    assert of(seen(np.arange(1.0, 21.0)), 0.95)[0] == 19.0


def test_waits_of_nothing_count():
    assert of([spread([5.0], of_nothing=9), spread([], of_nothing=10)], 0.9)[0] == 0.0
    assert of([spread([5.0, 5.0], of_nothing=8), spread([5.0], of_nothing=9)], 0.9)[0] == 5.0


def test_a_cell_takes_in_the_atoms_that_lie_in_it():
    both = [Spread(ATOMS, np.array([(0, 3, 10.0), (1, 3, 50.0), (2, 3, 999.0)], SPREAD))] * 2
    sample = Sample((), np.zeros((2, 0)), np.zeros((2, 0)), np.zeros(0), tuple(both))
    keys = [("wait_p90", cell) for cell in ((), (("channel", "phone"),), (("queue", "chat.a"),), (("need_type", "a"),))]

    found = quantiles_of(sample, [*keys, ("effort_p50", ())], 0.95)

    assert found.value.tolist() == [50.0, 10.0, 50.0, 50.0, 999.0]


def test_nothing_seen_is_no_quantile():
    found = quantiles(pooled(together(seen([], [])), "wait", ()), np.array([0.5, 0.9]), 0.95)

    assert np.isnan(found.value).all() and np.isnan(found.low).all()  # noqa: PT018


def test_one_replication_has_a_value_and_no_interval():
    value, low, high = of(seen([1.0, 2.0, 3.0]), 0.5)

    assert value == 2.0
    assert np.isnan([low, high]).all()


def test_few_values_are_kept_as_they_are_and_many_to_a_32nd_of_an_octave():
    rng = np.random.default_rng(1)
    few, many = (rng.exponential(60.0, n) for n in (FEW_VALUES, 20 * FEW_VALUES))

    assert sorted(spread(few).table["value"]) == sorted(few)
    kept = spread(many).table
    assert len(kept) < len(many) / 4
    assert kept["count"].sum() == len(many)
    for share in (0.5, 0.9, 0.95):
        exact = np.quantile(many, share, method="inverted_cdf")
        assert of([spread(many)], share)[0] == pytest.approx(exact, rel=1 / 64)  # half a bin


def test_a_wait_that_many_share_stays_what_it_is():
    assert spread([0.1] * 1000).table["value"].tolist() == [0.1]


@pytest.mark.parametrize(("n", "cv"), [(10, 0.1), (20, 0.3), (40, 0.5)])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_interval_covers_on_busy_and_quiet_days(n, cv, share):
    """A day's busyness multiplies both the number of its contacts and their mean wait; the truth by root finding."""
    rng = np.random.default_rng([n, round(100 * share)])
    shape = 1.0 / cv**2
    days = rng.gamma(shape, 1.0 / shape, 200_000)
    truth = brentq(lambda x: np.average(-np.expm1(-x / days), weights=days) - share, 1e-3, 50.0)
    trials, covered = 1000, 0
    for _ in range(trials):
        factors = rng.gamma(shape, 1.0 / shape, n)
        spreads = [spread(rng.exponential(factor, rng.poisson(100.0 * factor))) for factor in factors]
        _, low, high = of(spreads, share)
        covered += low <= truth and not high < truth
    print(f"covered {covered / trials:.3f}, z = {(covered - 0.95 * trials) / np.sqrt(trials * 0.95 * 0.05):.1f}")
    # 93 % is promised; two standard errors of a thousand trials
    assert covered / trials >= 0.93 - 2.0 * np.sqrt(0.93 * 0.07 / trials)


@pytest.mark.parametrize("cv", [0.01, 0.4])
def test_the_interval_of_a_paired_difference_covers_and_is_narrower_than_without_pairing(cv):
    """The same days under two arms, the first with waits a fifth longer: the difference is a fifth of the quantile."""
    rng = np.random.default_rng([5, round(100 * cv)])
    shape = 1.0 / cv**2
    days = rng.gamma(shape, 1.0 / shape, 200_000)
    truth = 0.2 * brentq(lambda x: np.average(-np.expm1(-x / days), weights=days) - 0.9, 1e-3, 50.0)
    trials, covered, gained = 400, 0, []
    for _ in range(trials):
        factors = rng.gamma(shape, 1.0 / shape, 20)
        waits = [rng.exponential(factor, rng.poisson(150.0 * factor)) for factor in factors]
        one, other = ([spread(scale * each) for each in waits] for scale in (1.2, 1.0))
        arms = [pooled(together(each), "wait", ()) for each in (one, other)]
        found = differences_of_quantiles(*arms, np.array([0.9]), 0.95)
        covered += found.low[0] <= truth <= found.high[0]
        gained.append(found.variance_ratio[0])
    print(f"covered {covered / trials:.3f}, variance ratio {np.median(gained):.1f}")
    assert covered / trials >= 0.93 - 2.0 * np.sqrt(0.93 * 0.07 / trials)
    assert np.median(gained) > 5.0


@pytest.mark.parametrize("cv", [0.01, 0.4])
def test_the_interval_of_an_unpaired_looking_difference_covers(cv):
    """The same days, each with contacts of its own under either arm; no difference at all."""
    rng = np.random.default_rng([6, round(100 * cv)])
    shape, trials, covered = 1.0 / cv**2, 400, 0
    for _ in range(trials):
        factors = rng.gamma(shape, 1.0 / shape, 20)
        arms = [
            pooled(together([spread(rng.exponential(f, rng.poisson(150.0 * f))) for f in factors]), "wait", ())
            for _ in range(2)
        ]
        found = differences_of_quantiles(*arms, np.array([0.9]), 0.95)
        covered += found.low[0] <= 0.0 <= found.high[0]
    print(f"covered {covered / trials:.3f}")
    assert covered / trials >= 0.93 - 2.0 * np.sqrt(0.93 * 0.07 / trials)


def test_arms_that_are_the_same_do_not_differ():
    spreads = tuple(seen([1.0, 5.0, 9.0], [2.0, 3.0, 8.0], [1.0, 7.0, 4.0]))
    sample = Sample((), np.zeros((3, 0)), np.zeros((3, 0)), np.zeros(0), spreads)

    found = differences_of_quantiles_of(sample, sample, [("wait_p50", ())], 0.95)

    assert (found.value[0], found.low[0], found.high[0]) == (0.0, 0.0, 0.0)
    assert np.isnan(found.variance_ratio[0])


def test_arms_that_are_the_same_do_not_differ_where_every_replication_has_just_its_share():
    spreads = tuple(seen([1.0, 5.0], [2.0, 8.0], [1.5, 7.0]))
    sample = Sample((), np.zeros((3, 0)), np.zeros((3, 0)), np.zeros(0), spreads)

    found = differences_of_quantiles_of(sample, sample, [("wait_p50", ())], 0.95)

    assert (found.value[0], found.low[0], found.high[0]) == (0.0, 0.0, 0.0)


def test_an_arm_in_which_nobody_waited_is_not_compared():
    some, none = (
        Sample((), np.zeros((2, 0)), np.zeros((2, 0)), np.zeros(0), tuple(seen(*each)))
        for each in ([[1.0], [2.0]], [[], []])
    )

    for arms in ((some, none), (none, some), (none, none)):
        assert np.isnan(differences_of_quantiles_of(*arms, [("wait_p50", ()), ("wait_p90", ())], 0.95).value).all()


def test_pseudo_values_have_the_quantile_as_their_mean_and_its_spread():
    rng = np.random.default_rng(3)
    everything = pooled(together([spread(rng.exponential(60.0, 300)) for _ in range(200)]), "wait", ())

    values, found = pseudo_values(everything, 0.9), quantiles(everything, np.array([0.9]), 0.95)

    assert values.mean() == pytest.approx(found.value[0], rel=0.005)
    assert 1.96 * values.std() / np.sqrt(200) == pytest.approx((found.high[0] - found.low[0]) / 2.0, rel=0.25)
