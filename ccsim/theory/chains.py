"""Finite Markov chains in continuous time, found from their moves: long-run shares, and the way there."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import UnstableError
from ccsim.theory import _checks

F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
State = TypeVar("State", bound=Hashable)
UNMARKED = -1

_SHIFT = 1e-11
_MOST_ITERATIONS = 40


@dataclass(frozen=True)
class Chain(Generic[State]):
    """A chain's states and the moves between them.

    Attributes
    ----------
    states : tuple
        All that can be reached, the start first.
    source, target : int32[n_moves], index of a state
        From where to where; equal where a move changes nothing and is only counted.
    rate : float64[n_moves], per unit of time
        How often, while the chain is at the source.
    mark : int32[n_moves]
        What the caller calls the move.

    Notes
    -----
    Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains.
    """

    states: tuple[State, ...]
    source: I4
    target: I4
    rate: F8
    mark: I4


def explore(
    start: State, moves: Callable[[State], Iterable[tuple[float, State, int]]], *, most: int = 300_000
) -> Chain[State]:
    """The chain that a start and its moves span.

    Parameters
    ----------
    start : hashable
        A state.
    moves : callable
        State -> its moves, each a rate, the next state and a mark (`UNMARKED` where nobody asks).
    most : int, states
        Where to stop.

    Returns
    -------
    Chain

    Raises
    ------
    UnstableError
        If there are more states than `most`.

    Notes
    -----
    Breadth first, so that neighbours have near numbers.
    Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains (generating the state space).

    Examples
    --------
    One line, free or busy.

    >>> explore(0, lambda busy: [(2.0, 1, UNMARKED)] if busy == 0 else [(3.0, 0, UNMARKED)]).states
    (0, 1)
    """
    numbers = {start: 0}
    order = [start]
    rows: list[tuple[int, int, float, int]] = []
    for source, state in enumerate(order):
        for rate, to, mark in moves(state):
            if to not in numbers:
                numbers[to] = len(order)
                order.append(to)
            rows.append((source, numbers[to], rate, mark))
        if len(order) > most:
            raise UnstableError(
                f"The chain has more than {most} states: it grows without end, or is too large to be solved.", most=most
            )
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    source_of, target, mark_of = (table[:, column].astype(np.int32) for column in (0, 1, 3))
    return Chain(tuple(order), source_of, target, table[:, 2], mark_of)


def stationary(chain: Chain[State]) -> F8:
    """The share of time in each state, in the long run.

    Parameters
    ----------
    chain : Chain
        From `explore`; its start must be reached again from everywhere.

    Returns
    -------
    float64[n_states], share
        Sums to 1.

    Notes
    -----
    Inverse iteration on the balance equations, shifted by so little that the long run outweighs everything else by
    ten orders of magnitude. Elimination without pivoting adds up nothing but positive numbers, so small shares keep
    their digits, and no state need be frequent.
    Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains, chapter 2 (direct methods,
    inverse iteration).

    Examples
    --------
    >>> stationary(explore(0, lambda busy: [(2.0, 1, UNMARKED)] if busy == 0 else [(3.0, 0, UNMARKED)]))
    array([0.6, 0.4])
    """
    from scipy.sparse import diags_array

    across = generator(len(chain.states), chain.source, chain.target, chain.rate).T
    shift = _SHIFT * (float(-across.diagonal().min()) or 1.0)
    solved = factored(diags_array(np.full(len(chain.states), shift)) - across)
    shares = np.full(len(chain.states), 1 / len(chain.states))
    for _ in range(_MOST_ITERATIONS):
        before, shares = shares, solved.solve(shares)
        shares = shares / shares.sum()
        if np.abs(shares - before).max() < 1e-15:
            break
    return np.asarray(shares)


def generator(n_states: int, source: I4, target: I4, rate: F8) -> Any:
    """The matrix of rates, with minus the rate of leaving on its diagonal.

    Parameters
    ----------
    n_states : int
        Rows and columns.
    source, target : int32[n_moves], index of a state
        A target of `n_states` lies outside: what goes there is gone.
    rate : float64[n_moves], per unit of time
        At least 0.

    Returns
    -------
    scipy.sparse.csr_array, float64[n_states, n_states]

    Notes
    -----
    Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains, chapter 1.

    Examples
    --------
    >>> generator(2, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 3.0])).toarray()
    array([[-2.,  2.],
           [ 0., -3.]])
    """
    from scipy.sparse import csr_array

    moving = source != target
    inside = moving & (target < n_states)
    rows = np.concatenate([source[inside], source[moving]])
    columns = np.concatenate([target[inside], source[moving]])
    return csr_array((np.concatenate([rate[inside], -rate[moving]]), (rows, columns)), shape=(n_states, n_states))


def factored(matrix: Any) -> Any:
    """A sparse matrix ready to be solved for many right-hand sides.

    Parameters
    ----------
    matrix : scipy.sparse.csc_array, float64[n, n]
        Positive on the diagonal, not positive elsewhere, no column outweighing its diagonal.

    Returns
    -------
    scipy.sparse.linalg.SuperLU

    Notes
    -----
    Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains, chapter 2 (such matrices need no
    pivoting).

    Examples
    --------
    >>> from scipy.sparse import csc_array
    >>> factored(csc_array([[2.0, -1.0], [-1.0, 2.0]])).solve(np.array([1.0, 1.0]))
    array([1., 1.])
    """
    from scipy.sparse.linalg import splu

    return splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


def carry(matrix: Any, start: F8, time: float) -> tuple[F8, F8]:
    """Where a chain is after a time, and how long it was where.

    Parameters
    ----------
    matrix : scipy.sparse array, float64[n, n]
        As `generator` gives it; what leaves it is gone.
    start : float64[n]
        Weight of each state now.
    time : float, in the unit of the rates
        At least 0.

    Returns
    -------
    tuple of float64[n]
        The weights at the end, and their integrals over the time.

    Raises
    ------
    InputError
        If the time is no such number.

    Notes
    -----
    Uniformisation: steps at the moments of a Poisson stream as fast as the fastest state is left. The terms left out
    weigh less than 1e-15.
    Source: Jensen (1953), Markoff chains as an aid in the study of Markoff processes, Skandinavisk Aktuarietidskrift;
    Stewart (1994), chapter 8.

    Examples
    --------
    Half of what leaves at rate 1 is left after log(2).

    >>> left, spent = carry(generator(1, np.array([0]), np.array([1]), np.array([1.0])), np.ones(1), np.log(2))
    >>> left.round(12), spent.round(12)
    (array([0.5]), array([0.5]))
    """
    from scipy.special import gammaln, pdtrc

    _checks.not_negative("time", time)
    fastest = float(-matrix.diagonal().min())
    if fastest == 0 or time == 0:
        return start.copy(), time * start
    mean = fastest * time
    steps = np.arange(int(mean + 9 * mean**0.5 + 40))
    weights = np.exp(steps * np.log(mean) - mean - gammaln(steps + 1))
    spans = pdtrc(steps, mean) / fastest
    across = matrix.T.tocsr() / fastest
    at, end, spent = start, np.zeros_like(start), np.zeros_like(start)
    for weight, span in zip(weights, spans):
        end = end + weight * at
        spent = spent + span * at
        at = at + across @ at
    return end, spent
