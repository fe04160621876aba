"""M(t)/M/n(t)+M: a day whose demand and staffing change from period to period, solved over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import InputError, UnstableError
from ccsim.theory import _checks
from ccsim.theory.chains import F8, I4, carry, generator

# what may be turned away because the line in the computer is full, in contacts a day
_CUT_OFF = 1e-10
_FIRST_LENGTH = 32
_LONGEST = 4096
_NODES = 16
# mean patiences until nobody waits: exp(-60) of a line is left
_DRAIN = 60.0


@dataclass(frozen=True)
class Period:
    """A stretch of the day with its demand and staffing.

    Attributes
    ----------
    length : float, s
        Above 0.
    arrival_rate : float, contacts per s
        At least 0.
    agents : int
        On duty; at least 0.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).
    """

    length: float
    arrival_rate: float
    agents: int


@dataclass(frozen=True)
class PeriodAnswer:
    """One period of the day, in expectation.

    Attributes
    ----------
    offered, at_once, within, gone_within : float, contacts
        Joined in the period; of these: answered at once, answered within the acceptable wait, abandoned within it.
    abandoned : float, contacts
        Left in the period.
    p_wait : float, share of the time
        With all agents busy; what an arriving contact sees.
    mean_queue : float, contacts
        Time average of the number waiting.
    busy : float, agents
        Time average, those past their shift among them.
    overtime : float, s
        Agent time beyond the staffing.
    left_over : float, contacts
        In the queue or with an agent at the end.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).
    """

    offered: float
    at_once: float
    within: float
    gone_within: float
    abandoned: float
    p_wait: float
    mean_queue: float
    busy: float
    overtime: float
    left_over: float


@dataclass(frozen=True)
class DayAnswer:
    """A whole day, in expectation.

    Attributes
    ----------
    periods : tuple of PeriodAnswer
        In order.
    offered, served, abandoned : float, contacts
        The queue that is left after the last period is drained by that period's agents.
    asa : float, s
        Mean wait of the served; total wait / number.
    wait_offered : float, s
        Mean wait of all.
    states : int32[n_states, 2], agents busy and contacts waiting
        What `ends` tells of.
    ends : tuple of float64[n_states], probability
        The law of the number busy and waiting at the end of each period.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).
    """

    periods: tuple[PeriodAnswer, ...]
    offered: float
    served: float
    abandoned: float
    asa: float
    wait_offered: float
    states: I4
    ends: tuple[F8, ...]


def answer_day(periods: Sequence[Period], handling: float, patience: float, acceptable_wait: float) -> DayAnswer:
    """A day of changing demand and staffing, from an empty start.

    Parameters
    ----------
    periods : sequence of Period
        In order; the longer the day and the more agents, the longer it takes.
    handling : float, s
        Mean handling time, exponential; above 0.
    patience : float, s
        Mean patience, exponential; above 0 and finite.
    acceptable_wait : float, s
        Threshold of the service level; at least 0, at most the shortest period.

    Returns
    -------
    DayAnswer

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If more than 4096 contacts wait.

    Notes
    -----
    Kolmogorov's forward equations for (busy, waiting), by uniformisation. Where the staffing falls, agents finish the
    contact in hand and leave: busy may exceed the staffing for a while, and nobody who waits is taken meanwhile. Where
    it rises, the new agents take the first who wait at once. Beside the law of the state runs that of those who wait,
    by place in line, and of the time they have waited; so the mean wait of the served is exact. The service level
    follows each moment's arrivals to their acceptable wait, across the border of periods by Gauss quadrature.
    Source: Ingolfsson, Akhmetshina, Budge, Li & Wu (2007), INFORMS Journal on Computing 19, 201-214 (service levels of
    M(t)/M/s(t) with exhaustive discipline); Jensen (1953), Skandinavisk Aktuarietidskrift (uniformisation).

    Examples
    --------
    >>> hours = [Period(3600.0, 60 / 3600, 6), Period(3600.0, 120 / 3600, 10)]
    >>> day = answer_day(hours, handling=300.0, patience=180.0, acceptable_wait=20.0)
    >>> [round(hour.abandoned, 4) for hour in day.periods], round(day.asa, 2)
    ([5.8683, 15.039], 17.65)
    """
    _check(periods, handling, patience, acceptable_wait)
    longest = _FIRST_LENGTH
    while True:
        clock = _Clock(periods, handling, patience, longest)
        turned_away, answer = clock.run(acceptable_wait)
        if turned_away < _CUT_OFF:
            return answer
        longest *= 2
        if longest > _LONGEST:
            raise UnstableError(f"More than {_LONGEST} contacts wait. Give more agents.", longest=_LONGEST)


class _Clock:
    """The day's states and how they move while n agents are on duty."""

    def __init__(self, periods: Sequence[Period], handling: float, patience: float, longest: int) -> None:
        self.periods, self.handling, self.patience = periods, handling, patience
        most, least = max(period.agents for period in periods), min(period.agents for period in periods)
        pairs = [(busy, n) for busy in range(most + 1) for n in range(longest + 1) if n == 0 or busy >= least]
        self.states: I4 = np.array(pairs, dtype=np.int32)
        self.busy, self.waiting = self.states[:, 0], self.states[:, 1]
        self.number = np.full((most + 1, longest + 1), -1, dtype=np.int32)
        self.number[self.busy, self.waiting] = np.arange(len(pairs), dtype=np.int32)
        self.full = self.waiting == longest

    def run(self, acceptable_wait: float) -> tuple[float, DayAnswer]:
        """How much a full line turned away, and the day."""
        n = len(self.states)
        state = np.zeros(3 * n)
        state[self.number[0, 0]] = 1.0
        answers, ends = [], []
        turned_away = waits = total_wait = 0.0
        last = self.periods[-1]
        for period, following in pairwise([*self.periods, last]):
            state, at_border = self._border(state, period.agents)
            matrix, served_rate = self._all(period.agents, period.arrival_rate)
            end, spent = carry(matrix, state, period.length)
            within, gone = self._within(period, following.agents, state[:n], spent[:n], acceptable_wait)
            answers.append(self._answer(period, spent[:n], end[:n], within, gone))
            ends.append(end[:n])
            turned_away += period.arrival_rate * float(spent[:n] @ (self.full & (self.busy >= period.agents)))
            waits += at_border + float(spent[2 * n :] @ served_rate)
            total_wait += float(spent[:n] @ self.waiting)
            state = end
        _, spent = carry(self._all(last.agents, 0.0)[0], state, _DRAIN * self.patience)
        drained = float(spent[:n] @ self.waiting)
        waits += float(spent[2 * n :] @ self._taken(last.agents))
        offered = sum(answer.offered for answer in answers)
        abandoned = sum(answer.abandoned for answer in answers) + drained / self.patience
        return turned_away, DayAnswer(
            periods=tuple(answers),
            offered=offered,
            served=offered - abandoned,
            abandoned=abandoned,
            asa=waits / (offered - abandoned) if offered > abandoned else nan,
            wait_offered=(total_wait + drained) / offered if offered else nan,
            states=self.states,
            ends=tuple(ends),
        )

    def _answer(self, period: Period, spent: F8, end: F8, within: float, gone: float) -> PeriodAnswer:
        idle = float(spent @ (self.busy < period.agents))
        return PeriodAnswer(
            offered=period.arrival_rate * period.length,
            at_once=period.arrival_rate * idle,
            within=within,
            gone_within=gone,
            abandoned=float(spent @ self.waiting) / self.patience,
            p_wait=1 - idle / period.length,
            mean_queue=float(spent @ self.waiting) / period.length,
            busy=float(spent @ self.busy) / period.length,
            overtime=float(spent @ np.maximum(self.busy - period.agents, 0)),
            left_over=float(end @ (self.busy + self.waiting)),
        )

    def _within(self, period: Period, after: int, start: F8, spent: F8, wait: float) -> tuple[float, float]:
        """Of the period's contacts: answered, and gone, within a wait."""
        n = len(self.states)
        law, line, next_line = (
            self._law(period.agents, period.arrival_rate),
            self._line(period.agents),
            self._line(after),
        )
        until, over = carry(law, start, period.length - wait)
        joined = self._joins(over, period)
        left, passed = carry(line, joined, wait)
        served = float(passed @ self._taken(period.agents))
        still, came = float(left.sum()), float(joined.sum())
        # those who join less than their wait before the border: so long here, the rest beyond it
        points, weights = np.polynomial.legendre.leggauss(_NODES)
        for beyond, weight in zip((wait * (1 + points) / 2).tolist(), wait / 2 * weights):
            joined = weight * self._joins(carry(law, until, beyond)[0], period)
            here, passed = carry(line, joined, wait - beyond)
            moved = self._border(np.concatenate([np.zeros(n), here, np.zeros(n)]), after)[0][n : 2 * n]
            left, later = carry(next_line, moved, beyond)
            served += float(passed @ self._taken(period.agents)) + float(here.sum() - moved.sum())
            served += float(later @ self._taken(after))
            still, came = still + float(left.sum()), came + float(joined.sum())
        at_once = period.arrival_rate * float(spent @ (self.busy < period.agents))
        return at_once + served, came - served - still

    def _joins(self, law: F8, period: Period) -> F8:
        """Who joins the line, by busy and place."""
        there = (self.busy >= period.agents) & ~self.full
        entries = np.zeros(len(law))
        entries[self.number[self.busy[there], self.waiting[there] + 1]] = period.arrival_rate * law[there]
        return entries

    def _border(self, state: F8, agents: int) -> tuple[F8, float]:
        """The state as `agents` go on, and the waits of those whom new agents take at once."""
        n = len(self.states)
        free = np.minimum(np.maximum(agents - self.busy, 0), self.waiting)
        to = self.number[self.busy + free, self.waiting - free]
        # a place in line counts who stands before it: the state of those left behind has the free agents all taken
        stays = self.waiting > np.maximum(agents - self.busy, 0)
        after = np.zeros_like(state)
        np.add.at(after[:n], to, state[:n])
        np.add.at(after[n : 2 * n], to[stays], state[n : 2 * n][stays])
        np.add.at(after[2 * n :], to[stays], state[2 * n :][stays])
        return after, float(state[2 * n :][~stays].sum())

    def _all(self, agents: int, arrival_rate: float) -> tuple[Any, F8]:
        """The law of the state, of those who wait, and of their waits so far, in one matrix."""
        from scipy.sparse import block_array, csr_array, eye_array

        n = len(self.states)
        there = (self.busy >= agents) & ~self.full
        joins = csr_array(
            (
                np.full(int(there.sum()), arrival_rate),
                (np.flatnonzero(there), self.number[self.busy[there], self.waiting[there] + 1]),
            ),
            shape=(n, n),
        )
        line = self._line(agents)
        blocks = [[self._law(agents, arrival_rate), joins, None], [None, line, eye_array(n)], [None, None, line]]
        return block_array(blocks, format="csr"), self._taken(agents)

    def _law(self, agents: int, arrival_rate: float) -> Any:
        """The rates between states."""
        busy, waiting = self.busy, self.waiting
        idle = (busy < agents) & (waiting == 0)
        joins = (busy >= agents) & ~self.full
        moves = self._moves(
            (idle, arrival_rate, 1, 0),
            (joins, arrival_rate, 0, 1),
            (waiting > 0, waiting / self.patience, 0, -1),
            (self._hands_on(agents), busy / self.handling, 0, -1),
            ((busy > 0) & ~self._hands_on(agents), busy / self.handling, -1, 0),
        )
        return generator(len(self.states), *moves)

    def _line(self, agents: int) -> Any:
        """The rates of who waits: by busy and place, without what comes behind, and with its own leaving."""
        busy, place = self.busy, self.waiting
        itself = np.flatnonzero(place).astype(np.int32)
        moves = self._moves(
            (place > 1, (place - 1) / self.patience, 0, -1),
            (self._hands_on(agents) & (place > 1), busy / self.handling, 0, -1),
            ((busy > 0) & (place > 0) & ~self._hands_on(agents), busy / self.handling, -1, 0),
        )
        ends = 1 / self.patience + self._taken(agents)[itself]
        outside = np.full(len(itself), len(self.states), dtype=np.int32)
        source, target, rate = moves
        return generator(
            len(self.states),
            np.concatenate([source, itself]),
            np.concatenate([target, outside]),
            np.concatenate([rate, ends]),
        )

    def _hands_on(self, agents: int) -> NDArray[np.bool_]:
        """States in which an agent who becomes free takes the next who waits."""
        return (self.busy > 0) & (self.busy <= agents) & (self.waiting > 0)

    def _taken(self, agents: int) -> F8:
        """How often the first in line is taken."""
        first = self._hands_on(agents) & (self.waiting == 1)
        return np.where(first, self.busy / self.handling, 0.0)

    def _moves(self, *moves: tuple[Any, Any, int, int]) -> tuple[I4, I4, F8]:
        """Sources, targets and rates, from where they hold, how fast, and the change of busy and waiting."""
        sources = [np.flatnonzero(holds).astype(np.int32) for holds, _, _, _ in moves]
        targets = [
            self.number[self.busy[source] + more_busy, self.waiting[source] + more_waiting]
            for source, (_, _, more_busy, more_waiting) in zip(sources, moves)
        ]
        rates = [np.broadcast_to(rate, self.busy.shape)[source] for source, (_, rate, _, _) in zip(sources, moves)]
        return np.concatenate(sources), np.concatenate(targets), np.concatenate(rates)


def _check(periods: Sequence[Period], handling: float, patience: float, acceptable_wait: float) -> None:
    if not periods:
        raise InputError("A day needs at least one period.")
    for period in periods:
        _checks.positive("length", period.length)
        _checks.not_negative("arrival_rate", period.arrival_rate)
        _checks.whole("agents", period.agents, least=0)
    _checks.positive("handling", handling)
    _checks.positive("patience", patience)
    _checks.not_negative("acceptable_wait", acceptable_wait)
    if acceptable_wait > min(period.length for period in periods):
        raise InputError("acceptable_wait must not be longer than the shortest period.")
