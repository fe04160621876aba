import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccsim.logs.passes import MOST_TOGETHER, in_order_of_time, spread_out


def is_spread_out(times):
    return spread_out(times, np.empty(len(times), np.int64), np.empty(len(times)))


@given(
    st.lists(
        st.one_of(st.sampled_from([0.0, 1.0, 2.5, np.nan, np.inf]), st.floats(-1e9, 1e9), st.floats()), max_size=60
    )
)
def test_any_times_are_put_in_the_order_of_a_stable_sort(values):
    times = np.array(values, dtype=float)

    places, in_order = in_order_of_time(times)

    assert places.tolist() == np.argsort(times, kind="stable").tolist()
    assert np.array_equal(in_order, times[places], equal_nan=True)


@pytest.mark.parametrize("n", [0, 1, 2, 33, 5000])
def test_times_spread_over_a_day_are_put_in_order_without_a_sort(n):
    times = np.random.default_rng(n).random(n) * 86400.0

    assert is_spread_out(times)
    assert in_order_of_time(times)[0].tolist() == np.argsort(times, kind="stable").tolist()


def test_many_at_one_moment_are_left_to_a_sort_and_keep_their_order():
    times = np.concatenate([np.full(MOST_TOGETHER + 1, 7.0), [1.0, 9.0]])

    assert not is_spread_out(times)
    assert in_order_of_time(times)[0].tolist() == [MOST_TOGETHER + 1, *range(MOST_TOGETHER + 1), MOST_TOGETHER + 2]


def test_a_few_at_one_moment_keep_their_order():
    times = np.array([3.0, 1.0, 3.0, 1.0, 3.0])

    assert is_spread_out(times)
    assert in_order_of_time(times)[0].tolist() == [1, 3, 0, 2, 4]
