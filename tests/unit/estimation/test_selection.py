"""Selecting the best point: how often it is the best one, and how often the best is among those not told apart."""

import numpy as np
import pytest
from scipy.special import bdtr

from ccsim.estimation.selection import Column, Selection, behind_the_best, still_in
from ccsim.estimation.sequential import Bounds, looks, width_of

CONFIDENCE = 0.9


def wanted(*, largest=True):
    return Selection("offered", largest, width_of("offered", 1.0), CONFIDENCE, Bounds(10, 2000))


def columns(values):
    """One point for each column of values."""
    return [Column(column, np.ones(len(column))) for column in np.asarray(values, dtype=float).T]


def selected(draw, selection, n_looks=None):
    """The last one in, and every point's replications, when a study of these points is played look by look."""
    sample = draw(selection.bounds.most)
    k = sample.shape[1]
    at = looks(selection.bounds)
    n_taken, inside = np.full(k, at[0]), np.arange(k)
    for n in at[:n_looks]:
        n_taken[inside] = n
        first, so_far = columns(sample[: at[0], inside]), columns(sample[:n, inside])
        inside = inside[still_in(so_far, selection, k, first)]
        if len(inside) == 1:
            break
    return inside, n_taken, sample


def slippage(chance, k, correlation, *, spread=3.0):
    """Normal points with one ahead of all others by just the indifference, and with one correlation."""

    def draw(n):
        common = chance.normal(0.0, 1.0, (n, 1)) * np.sqrt(correlation)
        own = chance.normal(0.0, 1.0, (n, k)) * np.sqrt(1.0 - correlation)
        values = spread * (common + own)
        values[:, -1] += 1.0
        return values

    return draw


@pytest.mark.parametrize(("k", "correlation"), [(2, 0.0), (5, 0.0), (5, 0.7), (12, 0.5)])
def test_the_best_is_selected_as_often_as_the_confidence_says(k, correlation):
    """300 studies in the least favourable configuration; so few as fail the test come once in 10,000 times."""
    _test_selection(k, correlation, 300)


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 5, 20])
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_the_best_is_selected_as_often_as_the_confidence_says_in_many_studies(k, correlation):
    """3,000 studies in the least favourable configuration; so few as fail the test come once in 10,000 times."""
    _test_selection(k, correlation, 3000)


def _test_selection(k, correlation, n_studies):
    chance, selection = np.random.default_rng(k + int(10 * correlation)), wanted()
    draw, n_right, n_held, taken = slippage(chance, k, correlation), 0, 0, []
    for _ in range(n_studies):
        inside, n_taken, sample = selected(draw, selection)
        assert len(inside) == 1
        n_right += inside[0] == k - 1
        taken.append(n_taken.sum())
        parts = [Column(sample[:n, i], np.ones(n)) for i, n in enumerate(n_taken)]
        n_held += behind_the_best(parts, selection, len(looks(selection.bounds)))[k - 1].may_be_best
    chances = [bdtr(n, n_studies, CONFIDENCE) for n in (n_right, n_held)]
    print(
        f"k={k}, correlation {correlation}: {n_right} of {n_studies} right, {n_held} held, {np.mean(taken):.0f} taken"
    )

    assert min(chances) > 1e-4


def test_points_that_tie_are_selected_alike_and_none_is_told_apart():
    """Whatever is selected is right; the best, which is any of them, stays among those that may be best."""
    chance, selection, n_held = np.random.default_rng(1), wanted(), 0
    for _ in range(200):
        _, n_taken, sample = selected(lambda n: chance.normal(0.0, 3.0, (n, 4)), selection)
        parts = [Column(sample[:n, i], np.ones(n)) for i, n in enumerate(n_taken)]
        n_held += behind_the_best(parts, selection, len(looks(selection.bounds)))[0].may_be_best

    assert bdtr(n_held, 200, CONFIDENCE) > 1e-4


def test_the_intervals_against_the_best_hold_together():
    """300 studies of unequal points: all intervals at once hold the true distances from the best of the others."""
    truth = np.array([0.0, 0.3, 1.0, 1.2, -2.0])
    best_other = np.array([np.delete(truth, i).max() for i in range(5)])
    chance, selection, n_right = np.random.default_rng(2), wanted(), 0
    for _ in range(300):
        draw = slippage(chance, 5, 0.5)
        sample = draw(90)
        sample[:, -1] -= 1.0
        lengths = [90, 90, 60, 90, 40]
        parts = [Column(sample[:n, i] + truth[i], np.ones(n)) for i, n in enumerate(lengths)]
        found = behind_the_best(parts, selection, 1)
        n_right += all(one.low <= true <= one.high for one, true in zip(found, truth - best_other, strict=True))
    print(f"{n_right} of 300 hold")

    assert bdtr(n_right, 300, CONFIDENCE) > 1e-4


def test_correlation_between_points_saves_replications():
    chance, selection = np.random.default_rng(3), wanted()
    apart, alike = (
        np.mean([selected(slippage(chance, 5, correlation), selection)[1].sum() for _ in range(30)])
        for correlation in (0.0, 0.9)
    )

    assert alike < apart / 2


def test_the_smallest_is_selected_by_turning_the_measure_round():
    sample = np.random.default_rng(4).normal([5.0, 0.0, 9.0], 1.0, (40, 3))
    many, few = columns(sample), columns(-sample)

    assert still_in(many, wanted(), 3, many).tolist() == [False, False, True]
    assert still_in(many, wanted(largest=False), 3, many).tolist() == [False, True, False]
    assert behind_the_best(many, wanted(largest=False), 1) == behind_the_best(few, wanted(), 1)


def test_the_bound_of_elimination_is_the_one_of_the_paper():
    """Two points, n0 = 5, alpha = 0.1: eta = (0.2^-0.5 - 1) / 2 = 0.6180, h^2 = 8 eta = 4.9443, S^2 = 2.5, d = 1."""
    first = columns(np.column_stack([[1.0, 2.0, 3.0, 4.0, 5.0], np.zeros(5)]))
    allowed = (4.94427191 * 2.5 - 5.0) / (2.0 * 5.0)
    for gap, kept in ((allowed - 1e-6, True), (allowed + 1e-6, False)):
        now = columns(np.column_stack([np.full(5, gap), np.zeros(5)]))
        assert still_in(now, wanted(), 2, first).tolist() == [True, kept]


def test_of_points_that_never_differ_the_first_is_selected_and_both_may_be_the_best():
    sample = np.random.default_rng(6).normal([3.0, 0.0], 1.0, (30, 2))[:, [1, 0, 0]]
    now = columns(sample)

    assert still_in(now, wanted(), 3, now).tolist() == [False, True, False]
    assert [one.may_be_best for one in behind_the_best(now, wanted(), 1)] == [False, True, True]


def test_a_ratio_is_compared_by_what_each_replication_adds_to_it():
    """With equal denominators a ratio is a mean."""
    sample = np.random.default_rng(5).normal([0.0, 0.4], 1.0, (30, 2))
    means = columns(sample)
    ratios = [Column(column * 7.0, np.full(30, 7.0)) for column in sample.T]

    for one, other in zip(behind_the_best(means, wanted(), 3), behind_the_best(ratios, wanted(), 3), strict=True):
        assert one == pytest.approx(other, rel=1e-12)


def test_one_point_alone_is_the_best():
    (only,) = behind_the_best(columns(np.zeros((5, 1))), wanted(), 1)

    assert only == (0.0, 0.0, True)


def test_shares_that_nobody_has_seen_yet_do_not_end_a_selection():
    """Two points without one blocked call in four replications of eight: neither is out, though both are 0."""
    wanted = Selection("blocked", False, width_of("blocked", "1pp"), 0.95, Bounds(4, 40))
    columns = [Column(np.zeros(4), np.full(4, 8.0)) for _ in range(2)]

    assert still_in(columns, wanted, 2, columns).tolist() == [True, True]


def test_points_that_are_the_same_and_were_seen_often_are_one():
    wanted = Selection("blocked", False, width_of("blocked", "1pp"), 0.95, Bounds(4, 40))
    columns = [Column(np.full(4, 400.0), np.full(4, 800.0)) for _ in range(2)]

    assert still_in(columns, wanted, 2, columns).tolist() == [True, False]
