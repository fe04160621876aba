"""M/M/n+G: exponential handling, and patience of any law, also of several kinds of customers in one queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, log, log1p, nan, sqrt

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from ccsim.errors import InputError, UnstableError
from ccsim.theory import _checks
from ccsim.theory.erlang import QueueAnswer, erlang_b, service_levels

F8 = NDArray[np.float64]
Survival = Callable[[F8], F8]

# a panel holds a polynomial of this degree through its Chebyshev points, both ends among them: a jump cannot hide
_DEGREE = 24
_POINTS = -np.cos(np.pi * np.arange(_DEGREE + 1) / _DEGREE)
_TO_SERIES = np.linalg.inv(chebyshev.chebvander(_POINTS, _DEGREE))
_RUNNING = chebyshev.chebvander(_POINTS, _DEGREE + 1) @ chebyshev.chebint(np.eye(_DEGREE + 1), lbnd=-1) @ _TO_SERIES
_RESOLVED = 1e-13
# exp(-80) = 2e-35: what is left out lies far below the last bit of what is kept
_DROP = 80.0
_FOREVER = 1e12


def exponential_patience(mean: float) -> Survival:
    """Patience with the same hazard at every moment, as Erlang A has it.

    Parameters
    ----------
    mean : float, s
        Above 0.

    Returns
    -------
    callable, float64[n] s -> float64[n], P(patience > time)

    Raises
    ------
    InputError
        If the mean is no such number.

    Notes
    -----
    Source: Palm (1957), Research on telephone traffic carried by full availability groups, Tele.

    Examples
    --------
    >>> exponential_patience(mean=60.0)(np.array([0.0, 60.0])).round(4)
    array([1.    , 0.3679])
    """
    _checks.positive("mean", mean)
    return lambda time: np.exp(-time / mean)


def constant_patience(time: float) -> Survival:
    """Patience that is the same for everybody.

    Parameters
    ----------
    time : float, s
        Above 0; infinite: nobody abandons.

    Returns
    -------
    callable, float64[n] s -> float64[n], P(patience > time)

    Raises
    ------
    InputError
        If the time is no such number.

    Notes
    -----
    Source: Baccelli & Hebuterne (1981), On queues with impatient customers, Performance '81, 159-179.

    Examples
    --------
    >>> constant_patience(60.0)(np.array([59.0, 60.0]))
    array([1., 0.])
    """
    if not time > 0:
        raise InputError(f"time must be above 0, not {time!r}.")
    return lambda waited: np.where(waited < time, 1.0, 0.0)


def lognormal_patience(mean: float, cv: float) -> Survival:
    """Patience whose logarithm is normal.

    Parameters
    ----------
    mean : float, s
        Above 0.
    cv : float
        Standard deviation / mean, above 0.

    Returns
    -------
    callable, float64[n] s -> float64[n], P(patience > time)

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    Source: Zeltyn & Mandelbaum (2005), Queueing Systems 51, 361-402 (patience of any law).

    Examples
    --------
    The median is mean / sqrt(1 + cv^2).

    >>> lognormal_patience(mean=100.0, cv=0.75)(np.array([0.0, 80.0])).round(12)
    array([1. , 0.5])
    """
    _checks.positive("mean", mean)
    _checks.positive("cv", cv)
    variance = log1p(cv * cv)
    log_median, spread = log(mean) - variance / 2, sqrt(variance)

    def survival(time: F8) -> F8:
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((log_median - np.log(time)) / spread))

    return survival


def some_at_once(share: float, patience: Survival) -> Survival:
    """Patience of which a share is zero: they leave unless served at once.

    Parameters
    ----------
    share : float
        With no patience at all; at least 0 and below 1.
    patience : callable, float64[n] s -> float64[n]
        Of the others.

    Returns
    -------
    callable, float64[n] s -> float64[n], P(patience > time)

    Raises
    ------
    InputError
        If the share is no such number.

    Notes
    -----
    Source: Zeltyn & Mandelbaum (2005), Queueing Systems 51, 361-402 (balking as an atom of patience at zero).

    Examples
    --------
    >>> some_at_once(0.25, exponential_patience(60.0))(np.array([0.0]))
    array([0.75])
    """
    _checks.probability_below_one("share", share)
    return lambda time: (1 - share) * patience(time)


def answer_patience(
    arrival_rate: float,
    handling: float,
    servers: int,
    patience: Survival,
    acceptable_wait: float,
    *,
    short_wait: float = 5.0,
) -> QueueAnswer:
    """Everything about M/M/n+G, where patience follows any law.

    Parameters
    ----------
    arrival_rate : float, contacts per s
        Above 0.
    handling : float, s
        Mean handling time, above 0.
    servers : int, agents
        At least 1.
    patience : callable, float64[n] s -> float64[n]
        P(patience > time), as `exponential_patience` and the others give it; smooth but for a few jumps.
    acceptable_wait : float, s
        Threshold of the service level; at least 0.
    short_wait : float, s
        Who abandons within this time counts as met in `met_or_short_gone`; at least 0.

    Returns
    -------
    QueueAnswer

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If those who never abandon bring more work than the agents can do.

    Notes
    -----
    `answer_patience_kinds` with one kind of customer.
    Source: Zeltyn & Mandelbaum (2005), Queueing Systems 51, 361-402, performance measures of M/M/n+G.

    Examples
    --------
    Everybody hangs up after exactly two minutes.

    >>> answer = answer_patience(300 / 3600, 240.0, 20, constant_patience(120.0), acceptable_wait=20.0)
    >>> round(answer.p_abandon, 4), round(answer.asa, 2)
    (0.0614, 39.23)
    """
    kinds = answer_patience_kinds([arrival_rate], handling, servers, [patience], acceptable_wait, short_wait=short_wait)
    return kinds[0]


def answer_patience_kinds(
    arrival_rates: Sequence[float],
    handling: float,
    servers: int,
    patiences: Sequence[Survival],
    acceptable_wait: float,
    *,
    short_wait: float = 5.0,
) -> tuple[QueueAnswer, ...]:
    """Customers of several kinds of patience in one queue, served in order.

    Parameters
    ----------
    arrival_rates : sequence of float, contacts per s
        Of each kind, above 0.
    handling : float, s
        Mean handling time of every kind, above 0.
    servers : int, agents
        At least 1.
    patiences : sequence of callable, float64[n] s -> float64[n]
        Of each kind: P(patience > time).
    acceptable_wait : float, s
        Threshold of the service level; at least 0.
    short_wait : float, s
        Who abandons within this time counts as met in `met_or_short_gone`; at least 0.

    Returns
    -------
    tuple of QueueAnswer
        One of each kind; `occupancy` is the agents' with all of them.

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If those who never abandon bring more work than the agents can do.

    Notes
    -----
    All kinds meet the same offered wait V; while all agents are busy its density is proportional to
    exp(lambda H(v) - n mu v), with H(v) the integral of the mixed P(patience > time) up to v. With the kind's own H:
    P(abandon) = E[P(patience <= V)], E[wait] = E[H(V)], P(served within t) = P(V = 0) + P(patience > V, 0 < V <= t).
    Source: Baccelli & Hebuterne (1981), Performance '81, 159-179 (offered wait); Zeltyn & Mandelbaum (2005), Queueing
    Systems 51, 361-402, performance measures of M/M/n+G.

    Examples
    --------
    >>> laws = [exponential_patience(60.0), exponential_patience(300.0)]
    >>> both = answer_patience_kinds([120 / 3600, 180 / 3600], 240.0, 20, laws, acceptable_wait=20.0)
    >>> [round(answer.p_abandon, 4) for answer in both]
    [0.1812, 0.0499]
    """
    _check(arrival_rates, handling, servers, patiences, acceptable_wait, short_wait)
    waits = _Waits.of(arrival_rates, handling, servers, patiences, cuts=(short_wait, acceptable_wait))
    kinds = [_Kind(waits, index, patience) for index, patience in enumerate(patiences)]
    total = sum(arrival_rates)
    served = sum(rate * kind.served for rate, kind in zip(arrival_rates, kinds)) / total
    occupancy = total * handling * served / servers
    return tuple(kind.answer(rate, occupancy, acceptable_wait, short_wait) for rate, kind in zip(arrival_rates, kinds))


@dataclass(frozen=True)
class _Waits:
    """The offered wait of those who must wait: points, their probabilities, and H of every kind there."""

    p_wait: float
    p_no_wait: float
    times: F8
    shares: F8
    ends: F8
    patient_time: F8

    @staticmethod
    def of(
        arrival_rates: Sequence[float],
        handling: float,
        servers: int,
        patiences: Sequence[Survival],
        *,
        cuts: tuple[float, ...],
    ) -> "_Waits":
        """Panel after panel, until the density has fallen for good."""
        rates, done = np.array(arrival_rates), servers / handling
        _refuse_endless(rates, done, patiences)
        panels: list[_Panel] = []
        at, step, top = _Panel.start(len(patiences)), 1 / (rates.sum() + done), 0.0
        while not panels or not (panels[-1].falls and panels[-1].height[-1] < top - _DROP):
            limit = min((cut for cut in cuts if cut > at.end), default=inf)
            panel = at.next(min(at.end + step, limit), rates, done, patiences)
            if not panel.resolved and panel.end - at.end > 1e-12 * (1 + at.end):
                step = (panel.end - at.end) / 2
                continue
            panels.append(panel)
            at, step, top = panel, 2 * max(step, panel.end - at.end), max(top, panel.height.max())
        weight = np.concatenate([panel.weights * np.exp(panel.height - top) for panel in panels])
        everyone = float(weight.sum())
        blocked = erlang_b(servers - 1, float(rates.sum()) * handling)
        log_odds = log(rates.sum() * everyone) + top + (log(blocked) if blocked > 0 else -inf)
        return _Waits(
            p_wait=float(expit(log_odds)),
            p_no_wait=float(expit(-log_odds)),
            times=np.concatenate([panel.times for panel in panels]),
            shares=weight / everyone,
            ends=np.repeat([panel.end for panel in panels], _DEGREE + 1),
            patient_time=np.concatenate([panel.patient_time for panel in panels], axis=1),
        )


@dataclass(frozen=True)
class _Panel:
    """A stretch of the offered wait: its points, their log density and weights."""

    end: float
    times: F8
    patient_time: F8
    height: F8
    weights: F8
    resolved: bool
    falls: bool

    @staticmethod
    def start(n_kinds: int) -> "_Panel":
        """Nothing yet, at an offered wait of 0."""
        nothing = np.zeros(1)
        return _Panel(0.0, nothing, np.zeros((n_kinds, 1)), nothing, nothing, True, False)

    def next(self, end: float, rates: F8, done: float, patiences: Sequence[Survival]) -> "_Panel":
        """The stretch from the end of this one to `end`."""
        half = (end - self.end) / 2
        times = np.minimum(self.end + half * (1 + _POINTS), end)
        staying = np.stack([patience(times) for patience in patiences])
        patient_time = self.patient_time[:, -1:] + half * staying @ _RUNNING.T
        height = rates @ patient_time - done * times
        # the swing first: a density that bends too much could overflow here
        level = bool(np.ptp(height) < 30.0)
        resolved = level and _is_resolved(staying) and _is_resolved(np.exp(height - height.max())[np.newaxis])
        falls = bool(rates @ staying[:, -1] < done)
        return _Panel(end, times, patient_time, height, half * _RUNNING[-1], resolved, falls)


def _is_resolved(values: F8) -> bool:
    """Whether the last terms of the Chebyshev series are nothing beside 1, the scale of all that is looked at."""
    return bool(np.abs(values @ _TO_SERIES[-3:].T).max() < _RESOLVED)


@dataclass(frozen=True)
class _Kind:
    """One kind of customer against the common offered wait."""

    waits: _Waits
    index: int
    patience: Survival

    @property
    def staying(self) -> F8:
        return self.patience(self.waits.times)

    @property
    def served(self) -> float:
        return self.waits.p_no_wait + self.waits.p_wait * float(self.waits.shares @ self.staying)

    def answer(self, rate: float, occupancy: float, acceptable_wait: float, short_wait: float) -> QueueAnswer:
        """All measures of this kind."""
        shares, times, staying = self.waits.p_wait * self.waits.shares, self.waits.times, self.staying
        wait_offered = float(shares @ self.waits.patient_time[self.index])
        wait_served = float(shares @ (times * staying))
        p_abandon = float(shares @ (1 - staying))
        met, gone = self._within(acceptable_wait)
        return QueueAnswer(
            p_wait=self.waits.p_wait,
            p_abandon=p_abandon,
            asa=wait_served / self.served,
            wait_offered=wait_offered,
            wait_abandoned=(wait_offered - wait_served) / p_abandon if p_abandon > 0 else nan,
            mean_queue=rate * wait_offered,
            occupancy=occupancy,
            service_level=service_levels(
                met, served=self.served, gone=gone, stayed=1 - gone, short_gone=self._within(short_wait)[1]
            ),
        )

    def _within(self, time: float) -> tuple[float, float]:
        """Shares of the offered served within a time, and gone within it."""
        shares, staying = self.waits.p_wait * self.waits.shares, self.staying
        early = self.waits.ends <= time
        met = self.waits.p_no_wait + float(shares[early] @ staying[early])
        gone = float(shares[early] @ (1 - staying[early]))
        return met, gone + float(shares[~early].sum() * (1 - self.patience(np.array([time]))[0]))


def _refuse_endless(rates: F8, done: float, patiences: Sequence[Survival]) -> None:
    """Refuse more work from those who never abandon than the agents can do."""
    never = np.array([patience(np.array([_FOREVER]))[0] for patience in patiences])
    if rates @ never >= done:
        raise UnstableError(
            "Those who never abandon bring more work than the agents can do: the queue grows without end."
            " Give more agents, or let customers abandon.",
            arrivals=float(rates @ never),
            capacity=done,
        )


def _check(
    arrival_rates: Sequence[float],
    handling: float,
    servers: int,
    patiences: Sequence[Survival],
    acceptable_wait: float,
    short_wait: float,
) -> None:
    if not arrival_rates or len(arrival_rates) != len(patiences):
        raise InputError("Every kind of customer needs an arrival rate and a law of patience, and there must be one.")
    for rate in arrival_rates:
        _checks.positive("arrival_rate", rate)
    _checks.positive("handling", handling)
    _checks.whole("servers", servers, least=1)
    _checks.not_negative("acceptable_wait", acceptable_wait)
    _checks.not_negative("short_wait", short_wait)
