"""Finite chains against birth-death closed forms and the matrix exponential."""

from math import comb

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import poisson

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


def test_callers_who_abandon_and_redial():
    """Acceptance case E07: a chain of contacts at the desk and callers who will redial."""
    first, handling, agents, patience, redial, delay = 150 / 3600, 240.0, 9, 100.0, 0.6, 600.0

    def moves(state):
        here, away = state
        gone = max(here - agents, 0) / patience
        if here < 70:
            yield first, (here + 1, away), UNMARKED
        if here:
            yield min(here, agents) / handling + (1 - redial) * gone, (here - 1, away), UNMARKED
        if gone and away < 60:
            yield redial * gone, (here - 1, away + 1), UNMARKED
        if away and here < 70:
            yield away / delay, (here + 1, away - 1), UNMARKED

    chain = explore((0, 0), moves)
    shares = stationary(chain)
    here, away = np.array(chain.states).T
    queue = shares @ np.maximum(here - agents, 0)
    attempts = first + shares @ away / delay

    assert shares[(here == 70) | (away == 60)].sum() < 1e-12
    assert attempts / first == pytest.approx(1.236921663, rel=1e-8)
    assert queue / patience / attempts == pytest.approx(0.3192356075, rel=1e-8)
    assert (1 - redial) * queue / patience / first == pytest.approx(0.1579477754, rel=1e-8)
    assert [shares @ away, queue, queue / attempts] == pytest.approx([5.923041578, 1.645289327, 31.92356075], rel=1e-8)
    assert shares @ np.minimum(here, agents) / agents == pytest.approx(0.9356135829, rel=1e-8)
    assert shares[here >= agents].sum() == pytest.approx(0.7278736843, rel=1e-8)


@pytest.mark.parametrize(
    ("finish", "at_close", "all_done", "at_open", "response"),
    [
        (False, (3.484770865, 2.531647792), 0.03912606136, (115.4847709, 10.88160101), 15270.23279),
        (True, (3.438659754, 2.360369925), 0.0393186304, (112.2138001, 10.65616954), 14447.62282),
    ],
)
def test_email_piles_up_overnight(finish, at_close, all_done, at_open, response):
    """Acceptance case D09: from one opening to the next, again and again; times in hours."""
    agents, most = 6, 400
    chain = birth_death(lambda _: 24.0, lambda n: min(n, agents) * 3600 / 480, most)
    matrix = generator(most + 1, chain.source, chain.target, chain.rate)
    n = np.arange(most + 1)
    in_hand = np.minimum(n, agents) if finish else 0 * n
    overnight = poisson.pmf(n, 7.0 * 16)
    opening = np.eye(most + 1)[112]
    for _ in range(40):
        closing, spent = carry(matrix, opening, 8.0)
        kept = np.bincount(n - in_hand, closing, minlength=most + 1)
        opening = np.convolve(kept, overnight)[: most + 1]

    def told(law):
        mean = law @ n
        return [mean, np.sqrt(law @ (n - mean) ** 2)]

    backlog = spent @ n + kept @ n * 16 + closing @ in_hand * 480 / 3600 + 7.0 * 16 * 8
    assert told(closing) == pytest.approx(at_close, rel=1e-8)
    assert closing[0] == pytest.approx(all_done, rel=1e-8)
    assert told(opening) == pytest.approx(at_open, rel=1e-8)
    assert backlog / (24 * 8 + 7 * 16) * 3600 == pytest.approx(response, rel=1e-8)
