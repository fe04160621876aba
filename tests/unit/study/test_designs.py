"""Designs: who is combined with whom."""

from itertools import combinations

import numpy as np
import pytest

from ccsim.errors import InputError
from ccsim.study.designs import factorial, grid, latin_hypercube, one_at_a_time, sobol

# Box, Hunter & Hunter, Statistics for Experimenters, table of minimal designs: factors, resolution, runs
FRACTIONS = [(3, 3, 4), (7, 3, 8), (15, 3, 16), (4, 4, 8), (6, 4, 16), (8, 4, 16), (16, 4, 32), (5, 5, 16), (6, 6, 32)]


def resolution_of(runs):
    """The shortest product of columns that is constant: the definition itself."""
    signs = 1 - 2 * np.array(runs)
    n_factors = signs.shape[1]
    sizes = [
        size
        for size in range(1, n_factors + 1)
        if any(abs(signs[:, some].prod(axis=1).sum()) == len(runs) for some in combinations(range(n_factors), size))
    ]
    return min(sizes, default=n_factors + 1)


def test_a_grid_holds_every_combination_once_and_moves_the_last_factor_fastest():
    assert grid((2, 3)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_one_at_a_time_moves_one_factor_from_the_first_values():
    runs = one_at_a_time((3, 2, 4))

    assert runs[0] == (0, 0, 0)
    assert len(runs) == 1 + 2 + 1 + 3
    assert all(sum(level > 0 for level in run) == 1 for run in runs[1:])


def test_a_full_factorial_holds_every_combination_of_two_levels():
    assert sorted(factorial(3, None)) == sorted(grid((2, 2, 2)))


@pytest.mark.parametrize(("n_factors", "resolution", "n_runs"), FRACTIONS)
def test_a_fraction_has_the_textbooks_number_of_runs_and_at_least_the_resolution(n_factors, resolution, n_runs):
    runs = factorial(n_factors, resolution)

    assert len(set(runs)) == len(runs) == n_runs
    if n_factors <= 8:
        assert resolution_of(runs) >= resolution


@pytest.mark.parametrize("sample", [latin_hypercube(3, 16, 5), sobol(3, 16, 5)])
def test_a_sample_has_one_point_in_every_slice_of_every_factor(sample):
    assert (np.sort(np.floor(sample * 16), axis=0) == np.arange(16)[:, None]).all()


def test_a_sample_depends_on_its_seed_and_on_nothing_else():
    assert (latin_hypercube(2, 8, 1) == latin_hypercube(2, 8, 1)).all()
    assert (latin_hypercube(2, 8, 1) != latin_hypercube(2, 8, 2)).any()
    assert (sobol(2, 8, 1) != sobol(2, 8, 2)).any()


@pytest.mark.parametrize(
    "design", [lambda: grid((1000, 1000)), lambda: factorial(20, None), lambda: sobol(1, 2**17, 1)]
)
def test_too_many_points_are_refused(design):
    with pytest.raises(InputError, match="at most 100,000"):
        design()
