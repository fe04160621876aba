"""Finite chains against birth-death closed forms and the matrix exponential."""

from math import comb

import numpy as np
import pytest
from scipy.linalg import expm

from ccsim.errors import InputError, UnstableError
from ccsim.theory.chains import UNMARKED, carry, explore, generator, stationary


def birth_death(birth, death, largest):
    """A chain on 0 .. largest from its two rates."""

    def moves(state):
        if state < largest:
            yield birth(state), state + 1, 7
        if state > 0:
            yield death(state), state - 1, UNMARKED

    return explore(0, moves)


def test_independent_lines_are_binomial():
    """Twenty lines, each busy a quarter of the time."""
    shares = stationary(birth_death(lambda busy: 20.0 - busy, lambda busy: 3.0 * busy, 20))

    assert shares == pytest.approx([comb(20, k) * 0.25**k * 0.75 ** (20 - k) for k in range(21)], rel=1e-13)


def test_a_start_that_is_hardly_ever_seen_again_still_gives_the_shares():
    """Upwards nine times as often as downwards: shares grow ninefold, the empty state weighs 1e-95."""
    shares = stationary(birth_death(lambda _: 9.0, lambda _: 1.0, 100))

    assert shares[-1] == pytest.approx(8 / 9, rel=1e-12)
    assert shares[-2] / shares[-1] == pytest.approx(1 / 9, rel=1e-12)


def test_a_single_state_has_all_the_time():
    assert stationary(explore("only", lambda _: [])).tolist() == [1.0]


def test_a_move_that_changes_nothing_is_kept_to_be_counted():
    chain = explore(0, lambda state: [(5.0, state, 3), (1.0, 1 - state, UNMARKED)])

    assert (chain.mark == 3).sum() == 2
    assert stationary(chain).tolist() == [0.5, 0.5]


def test_a_chain_without_end_is_refused():
    with pytest.raises(UnstableError, match="more than 50 states"):
        explore(0, lambda state: [(1.0, state + 1, UNMARKED)], most=50)


@pytest.mark.parametrize("time", [0.0, 0.3, 4.0, 60.0])
def test_the_way_there_is_the_matrix_exponential(time):
    chain = birth_death(lambda busy: 2.0, lambda busy: 0.7 * busy, 8)
    matrix = generator(9, chain.source, chain.target, chain.rate)
    start = np.eye(9)[0]
    # the integral, by the exponential of the matrix with itself beside it
    twice = np.block([[matrix.toarray(), np.eye(9)], [np.zeros((9, 18))]])
    both = np.append(start, np.zeros(9)) @ expm(twice * time)
    end, spent = carry(matrix, start, time)

    assert end == pytest.approx(both[:9], abs=1e-13)
    assert spent == pytest.approx(both[9:], abs=1e-12)
    assert spent.sum() == pytest.approx(time, rel=1e-13)


def test_what_goes_outside_is_gone():
    matrix = generator(1, np.array([0]), np.array([1]), np.array([0.5]))

    assert carry(matrix, np.ones(1), 2.0)[0] == pytest.approx(np.exp(-1.0), rel=1e-14)


def test_no_time_runs_backwards():
    with pytest.raises(InputError):
        carry(generator(1, np.array([0]), np.array([1]), np.array([0.5])), np.ones(1), -1.0)
