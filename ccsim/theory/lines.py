"""Waiting lines in a Markov chain: what becomes of each kind of customer, followed from joining to the end.

A state is a pair: how many of each kind wait, and all the rest. The chain's author says how it moves; who
waits is served in order within a kind, and abandons after an exponential patience, which is added here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import numpy as np

from ccsim.errors import InputError, UnstableError
from ccsim.theory import _checks
from ccsim.theory.chains import F8, UNMARKED, Chain, carry, explore, factored, generator, stationary
from ccsim.theory.erlang import service_levels

State = tuple[tuple[int, ...], Any]
Moves = Callable[[State], Iterable[tuple[float, State, int]]]

# what may be turned away because the line in the computer is full, as a share of the offered
_CUT_OFF = 1e-12
_FIRST_LENGTH = 12
_LONGEST = 20_000


@dataclass(frozen=True)
class LineAnswer:
    """What becomes of one kind of customer in the long run.

    Attributes
    ----------
    offered_rate : float, contacts per s
        Reached the queueing point.
    p_wait : float, probability
        That an offered contact joins the line.
    p_balk : float, probability
        That it turns away at once instead; in the service levels it has abandoned after 0 s.
    p_abandon : float, probability
        Abandoned out of the line / offered.
    asa : float, s
        Mean wait of the served, those who did not wait included.
    wait_offered : float, s
        Mean wait of all offered.
    wait_abandoned : float, s
        Mean wait of those who abandoned out of the line; nan if nobody does.
    mean_queue : float, contacts
        Time average of the number waiting.
    service_level : dict of str to float, share
        By base: offered, answered, met_or_gone, early_gone_left_out, met_or_short_gone, short_gone_left_out.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).
    """

    offered_rate: float
    p_wait: float
    p_balk: float
    p_abandon: float
    asa: float
    wait_offered: float
    wait_abandoned: float
    mean_queue: float
    service_level: dict[str, float]


@dataclass(frozen=True)
class Lines:
    """A chain with waiting lines, solved.

    Attributes
    ----------
    kinds : tuple of LineAnswer
        One of each kind of customer.
    states : tuple of (tuple of int, hashable)
        All states of the chain.
    shares : float64[n_states]
        Of time, in the long run.

    Notes
    -----
    Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains.
    """

    kinds: tuple[LineAnswer, ...]
    states: tuple[State, ...]
    shares: F8

    def mean(self, quantity: Callable[[State], float]) -> float:
        """The time average of a quantity of the state.

        Parameters
        ----------
        quantity : callable, state -> float
            Any.

        Returns
        -------
        float, in the unit of the quantity

        Notes
        -----
        Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains.
        """
        return float(self.shares @ np.array([quantity(state) for state in self.states], dtype=np.float64))


def answer_lines(
    start: State, moves: Moves, patience: Sequence[float], acceptable_wait: float, *, short_wait: float = 5.0
) -> Lines:
    """What becomes of the customers in a chain with waiting lines.

    Parameters
    ----------
    start : (tuple of int, hashable)
        A state that is reached again and again, such as the empty one: waiting of each kind, and the rest.
    moves : callable
        State -> its moves but for abandoning: rate per s, next state, and the kind of customer that this move brings
        to the queueing point (`chains.UNMARKED`: none). One that brings a kind either lets it join the line, or
        leaves its line as it was, and then it is served at once; or it leaves the state as it was: a balk.
    patience : sequence of float, s
        Mean patience of each kind, exponential; infinite: never abandons.
    acceptable_wait : float, s
        Threshold of the service level; at least 0.
    short_wait : float, s
        Who abandons within this time counts as met in `met_or_short_gone`; at least 0.

    Returns
    -------
    Lines

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If the lines grow without end, or the chain is too large.

    Notes
    -----
    Lines are cut off where they turn away less than 1e-12 of what is offered; the length that needs is found by
    trying. A customer is followed from joining: only who stands before it in its own line still counts, so what
    joins behind is left out, and its end is the absorption of that smaller chain. This holds where the choice whom to
    serve looks at whether a line is empty, not at its length.
    Source: Stewart (1994), Introduction to the Numerical Solution of Markov Chains, chapters 2 and 8 (long run,
    transients); Neuts (1981), Matrix-Geometric Solutions in Stochastic Models, chapter 2 (laws of phase type).

    Examples
    --------
    One agent, exponential patience.

    >>> def moves(state):
    ...     (waiting,), busy = state
    ...     yield (1.0, ((waiting,), 1) if not busy else ((waiting + 1,), 1), 0)
    ...     if busy:
    ...         yield (1.0, ((waiting - 1,), 1) if waiting else ((0,), 0), UNMARKED)
    >>> round(answer_lines(((0,), 0), moves, patience=[1.0], acceptable_wait=0.5).kinds[0].p_abandon, 4)
    0.3679
    """
    _check(start, patience, acceptable_wait, short_wait)
    chain, shares = _long_run(start, moves, patience)
    kinds = tuple(
        _Followed(chain, shares, kind, patience).answer(acceptable_wait, short_wait) for kind in range(len(patience))
    )
    return Lines(kinds, chain.states, shares)


def _long_run(start: State, moves: Moves, patience: Sequence[float]) -> tuple[Chain[State], F8]:
    """The chain and its shares, with lines long enough."""
    n_kinds = len(patience)
    longest = [_FIRST_LENGTH] * n_kinds
    while True:
        chain = explore(start, _with_patience(moves, patience, longest))
        shares = stationary(chain)
        flow = shares[chain.source] * chain.rate
        waiting = _waiting(chain)[chain.source]
        full = [
            kind
            for kind in range(n_kinds)
            if flow[(chain.mark == 2 * n_kinds + kind) & (waiting[:, kind] == longest[kind])].sum()
            > _CUT_OFF * flow[chain.mark == kind].sum()
        ]
        if not full:
            return chain, shares
        for kind in full:
            longest[kind] *= 2
            if longest[kind] > _LONGEST:
                raise UnstableError(
                    f"More than {_LONGEST} customers wait: the queue grows without end, or nearly so."
                    " Give more agents, or let customers abandon.",
                    kind=kind,
                )


def _with_patience(moves: Moves, patience: Sequence[float], longest: Sequence[int]) -> Moves:
    """The moves with abandoning, and with what finds its line full turned away and marked."""
    n_kinds = len(patience)

    def all_moves(state: State) -> Iterable[tuple[float, State, int]]:
        waiting, rest = state
        for rate, to, kind in moves(state):
            if kind != UNMARKED and to[0][kind] > longest[kind]:
                yield rate, state, 2 * n_kinds + kind
            elif rate > 0:
                yield rate, to, kind
        for kind, many in enumerate(waiting):
            if many and patience[kind] < inf:
                fewer = (*waiting[:kind], many - 1, *waiting[kind + 1 :])
                yield many / patience[kind], (fewer, rest), n_kinds + kind

    return all_moves


def _waiting(chain: Chain[State]) -> Any:
    """How many of each kind wait, int64[n_states, n_kinds]."""
    return np.array([state[0] for state in chain.states])


class _Followed:
    """One kind's customers, followed from joining the line."""

    def __init__(self, chain: Chain[State], shares: F8, kind: int, patience: Sequence[float]) -> None:
        self.leaving = 1 / patience[kind]
        ahead = _waiting(chain)[:, kind]
        flow = shares[chain.source] * chain.rate
        comes = chain.mark == kind
        joins = comes & (ahead[chain.target] > ahead[chain.source])
        self.offered = float(flow[comes].sum())
        if not self.offered > 0:
            raise InputError(f"No customer of kind {kind} ever reaches the queueing point.")
        self.balks = float(flow[comes & (chain.source == chain.target)].sum())
        self.at_once = float(flow[comes & ~joins & (chain.source != chain.target)].sum())
        self.mean_queue = float(shares @ ahead)

        lines = np.flatnonzero(ahead)
        number = np.full(len(ahead), len(lines), dtype=np.int32)
        number[lines] = np.arange(len(lines), dtype=np.int32)
        self.joining: F8 = np.bincount(number[chain.target[joins]], flow[joins], minlength=len(lines)).astype(
            np.float64
        )

        here = (ahead[chain.source] > 0) & ~comes
        source, target, rate = chain.source[here], chain.target[here], chain.rate[here].copy()
        goes = chain.mark[here] == len(patience) + kind
        # of those who may abandon, one is the customer itself
        rate[goes] *= 1 - 1 / ahead[source[goes]]
        taken = ~goes & (ahead[source] == 1) & (ahead[target] == 0)
        self.served_rate = np.bincount(number[source[taken]], rate[taken], minlength=len(lines))
        itself = np.arange(len(lines), dtype=np.int32)
        self.matrix = generator(
            len(lines),
            np.concatenate([number[source], itself]),
            np.concatenate([number[target], np.full(len(lines), len(lines), dtype=np.int32)]),
            np.concatenate([rate, np.full(len(lines), self.leaving)]),
        )

    def answer(self, acceptable_wait: float, short_wait: float) -> LineAnswer:
        """All measures of this kind."""
        if not len(self.joining):
            nobody = np.zeros(0)
            return self._answer_of(nobody, nobody, nobody, acceptable_wait, short_wait)
        solved = factored(-self.matrix.tocsc())
        ends_served = solved.solve(self.served_rate)
        time_left = solved.solve(np.ones_like(self.joining))
        return self._answer_of(ends_served, time_left, solved.solve(ends_served), acceptable_wait, short_wait)

    def _answer_of(
        self, ends_served: F8, time_left: F8, wait_of_served: F8, acceptable_wait: float, short_wait: float
    ) -> LineAnswer:
        per_offered = 1 / self.offered
        served = per_offered * (self.at_once + float(self.joining @ ends_served))
        wait_offered = per_offered * float(self.joining @ time_left)
        wait_served = per_offered * float(self.joining @ wait_of_served)
        p_abandon = self.leaving * wait_offered
        p_balk = per_offered * self.balks
        met, gone = self._within(acceptable_wait, ends_served, time_left)
        _, short_gone = self._within(short_wait, ends_served, time_left)
        return LineAnswer(
            offered_rate=self.offered,
            p_wait=per_offered * float(self.joining.sum()),
            p_balk=p_balk,
            p_abandon=p_abandon,
            asa=wait_served / served,
            wait_offered=wait_offered,
            wait_abandoned=(wait_offered - wait_served) / p_abandon if p_abandon > 0 else nan,
            mean_queue=self.mean_queue,
            service_level=service_levels(met, served=served, gone=gone, stayed=1 - gone, short_gone=short_gone),
        )

    def _within(self, time: float, ends_served: F8, time_left: F8) -> tuple[float, float]:
        """Shares of the offered served within a time, and gone within it, balks among them."""
        still = carry(self.matrix, self.joining, time)[0] if len(self.joining) else self.joining
        passed = self.joining - still
        met = self.at_once + float(passed @ ends_served)
        gone = self.balks + self.leaving * float(passed @ time_left)
        return met / self.offered, gone / self.offered


def _check(start: State, patience: Sequence[float], acceptable_wait: float, short_wait: float) -> None:
    if not patience or len(start[0]) != len(patience):
        raise InputError("Every kind of customer needs its line in the state and a mean patience.")
    for mean in patience:
        if not mean > 0:
            raise InputError(f"patience must be above 0, not {mean!r}.")
    _checks.not_negative("acceptable_wait", acceptable_wait)
    _checks.not_negative("short_wait", short_wait)
