from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccsim.plan.bins import borders, seconds_by_bin


def test_a_window_on_interval_borders_adds_none():
    assert borders(1800.0, (3600.0, 7200.0), 10800.0).tolist() == [0, 1800, 3600, 5400, 7200, 9000, 10800]


def test_a_window_and_a_horizon_inside_intervals_add_their_borders():
    assert borders(1800.0, (100.0, 3700.0), 4000.0).tolist() == [0, 100, 1800, 3600, 3700, 4000]


def test_an_interval_longer_than_the_run_leaves_one_bin():
    assert borders(86400.0, (0.0, 600.0), 600.0).tolist() == [0, 600]


@pytest.mark.parametrize(
    ("stretch", "expected"),
    [
        ((0, 10), [10, 0, 0]),
        ((10, 20), [0, 10, 0]),
        ((3, 7), [4, 0, 0]),
        ((3, 17), [7, 7, 0]),
        ((3, 45), [7, 10, 25]),
        ((-5, 5), [5, 0, 0]),
        ((40, 99), [0, 0, 10]),
        ((5, 5), [0, 0, 0]),
        ((10, 10), [0, 0, 0]),
        ((60, 70), [0, 0, 0]),
        ((-9, -3), [0, 0, 0]),
    ],
)
def test_a_stretch_is_cut_at_every_border_and_at_the_ends(stretch, expected):
    bins = np.array([0.0, 10.0, 20.0, 50.0])

    found = seconds_by_bin(bins, np.array([stretch[0]], float), np.array([stretch[1]], float), np.array([0]), 1)

    assert found.tolist() == [expected]


def test_stretches_add_up_by_entity():
    bins = np.array([0.0, 10.0, 20.0])
    starts, ends = np.array([0.0, 5.0, 5.0]), np.array([20.0, 15.0, 6.0])

    found = seconds_by_bin(bins, starts, ends, np.array([1, 1, 0]), 3)

    assert found.tolist() == [[1, 0], [15, 15], [0, 0]]


def test_no_stretches_give_zeros():
    nothing = np.empty(0)

    found = seconds_by_bin(np.array([0.0, 10.0]), nothing, nothing, np.empty(0, dtype=np.int64), 2)

    assert found.tolist() == [[0], [0]]


times = st.integers(-50, 150)


@given(
    st.sets(st.integers(0, 100), min_size=2, max_size=6),
    st.lists(st.tuples(times, times, st.integers(0, 2)), max_size=8),
)
def test_bins_hold_what_a_count_second_by_second_finds(borders_drawn, stretches):
    bins = np.array(sorted(borders_drawn), dtype=float)
    stretches = [(min(a, b), max(a, b), entity) for a, b, entity in stretches]
    starts, ends, entity = (
        (np.array(column, dtype=float) for column in zip(*stretches)) if stretches else [np.empty(0)] * 3
    )

    found = seconds_by_bin(bins, starts, ends, entity.astype(np.int64), 3)

    expected = [
        [
            sum(
                start <= second < end
                for start, end, who in stretches
                if who == each
                for second in range(int(low), int(high))
            )
            for low, high in pairwise(bins.tolist())
        ]
        for each in range(3)
    ]
    assert found.tolist() == expected
