"""Erlang B, Erlang C and Erlang A: one queue, one kind of agent, Poisson arrivals, exponential handling."""

from dataclasses import dataclass
from math import exp, expm1, inf, log, nan

import numpy as np
from scipy.special import expit, gammainc

from ccsim.errors import UnstableError
from ccsim.theory import _checks
from ccsim.theory.offered_wait import F8, OfferedWait, offered_wait, quadrature


@dataclass(frozen=True)
class QueueAnswer:
    """What a formula says about one queue in the long run.

    Attributes
    ----------
    p_wait : float, probability
        That a contact finds all agents busy, whether it then abandons or not.
    p_abandon : float, probability
        Abandoned / offered.
    asa : float, s
        Mean wait of the served, those who did not wait included.
    wait_offered : float, s
        Mean wait of all offered.
    wait_abandoned : float, s
        Mean wait of the abandoned; nan if nobody ever abandons.
    mean_queue : float, contacts
        Time average of the number waiting.
    occupancy : float, share
        Busy time / time available.
    service_level : dict of str to float, share
        By base: offered, answered, met_or_gone, early_gone_left_out, met_or_short_gone, short_gone_left_out.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).
    """

    p_wait: float
    p_abandon: float
    asa: float
    wait_offered: float
    wait_abandoned: float
    mean_queue: float
    occupancy: float
    service_level: dict[str, float]


def erlang_b(servers: int, load: float) -> float:
    """Probability that all lines are busy, in M/G/n/n (Erlang B).

    Parameters
    ----------
    servers : int, lines
        At least 0.
    load : float, Erlangs
        Arrival rate times mean holding time; at least 0.

    Returns
    -------
    float, probability

    Raises
    ------
    InputError
        If `servers` or `load` is no such number.

    Notes
    -----
    B(0) = 1, B(k) = load B(k-1) / (k + load B(k-1)): only sums of positive numbers, each step shrinks the error of the
    one before, and nothing can overflow.
    Source: Jagerman (1974), Bell System Technical Journal 53, 525-551, recursion for the Erlang loss function.

    Examples
    --------
    >>> erlang_b(servers=2, load=1.0)
    0.2
    """
    _checks.whole("servers", servers, least=0)
    _checks.not_negative("load", load)
    blocked = 1.0
    for k in range(1, int(servers) + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Probability that an arriving contact must wait, in M/M/n (Erlang C).

    Parameters
    ----------
    servers : int, agents
        At least 1 and greater than `load`; otherwise the queue grows without end.
    load : float, Erlangs
        Arrival rate times mean handling time; at least 0.

    Returns
    -------
    float, probability

    Raises
    ------
    InputError
        If `servers` or `load` is no such number.
    UnstableError
        If `servers <= load`.

    Notes
    -----
    n B / (n - load + load B), with B from Erlang B by recursion, which stays accurate for thousands of servers.
    Source: Gans, Koole & Mandelbaum (2003), Manufacturing & Service Operations Management 5, 79-141, section 3.

    Examples
    --------
    >>> round(erlang_c(servers=12, load=10.0), 4)
    0.4494
    """
    _checks.whole("servers", servers, least=1)
    _checks.not_negative("load", load)
    if servers <= load:
        raise UnstableError(
            f"{servers} agents cannot do {load:g} Erlangs of work: the queue grows without end."
            f" Give at least {int(load) + 1} agents, or let customers abandon (Erlang A).",
            servers=servers,
            load=load,
        )
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load + load * blocked)


def answer_erlang_c(arrival_rate: float, handling: float, servers: int, acceptable_wait: float) -> QueueAnswer:
    """Everything about M/M/n, where nobody abandons (Erlang C).

    Parameters
    ----------
    arrival_rate : float, contacts per s
        At least 0.
    handling : float, s
        Mean handling time, above 0.
    servers : int, agents
        Greater than the offered load.
    acceptable_wait : float, s
        Threshold of the service level; at least 0.

    Returns
    -------
    QueueAnswer
        All five service levels are equal, since nobody abandons.

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If the offered load is not below the number of agents.

    Notes
    -----
    The wait of those who wait is exponential with rate servers / handling - arrival_rate.
    Source: Gans, Koole & Mandelbaum (2003), Manufacturing & Service Operations Management 5, 79-141, section 3.

    Examples
    --------
    >>> answer = answer_erlang_c(arrival_rate=0.8, handling=60.0, servers=50, acceptable_wait=20.0)
    >>> round(answer.asa, 4), round(answer.service_level["answered"], 4)
    (20.8337, 0.6435)
    """
    _check_queue(arrival_rate, handling, acceptable_wait)
    p_wait = erlang_c(servers, arrival_rate * handling)
    spare = _spare_rate(arrival_rate, handling, servers)
    # the complement by expm1, so that a level close to 0 keeps its digits too
    met = _no_wait_erlang_c(servers, arrival_rate * handling) - p_wait * expm1(-spare * acceptable_wait)
    return QueueAnswer(
        p_wait=p_wait,
        p_abandon=0.0,
        asa=p_wait / spare,
        wait_offered=p_wait / spare,
        wait_abandoned=nan,
        mean_queue=arrival_rate * p_wait / spare,
        occupancy=arrival_rate * handling / servers,
        service_level=service_levels(met, served=1.0, gone=0.0, stayed=1.0, short_gone=0.0),
    )


def wait_quantile_erlang_c(arrival_rate: float, handling: float, servers: int, probability: float) -> float:
    """The wait that a given share of contacts does not exceed, in M/M/n.

    Parameters
    ----------
    arrival_rate : float, contacts per s
        At least 0.
    handling : float, s
        Mean handling time, above 0.
    servers : int, agents
        Greater than the offered load.
    probability : float
        The share, at least 0 and below 1.

    Returns
    -------
    float, s
        0 if that share does not wait at all.

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If the offered load is not below the number of agents.

    Notes
    -----
    Solves p_wait * exp(-(servers / handling - arrival_rate) * wait) = 1 - probability.
    Source: Gans, Koole & Mandelbaum (2003), Manufacturing & Service Operations Management 5, 79-141, section 3.

    Examples
    --------
    >>> round(wait_quantile_erlang_c(arrival_rate=0.8, handling=60.0, servers=50, probability=0.9), 3)
    58.139
    """
    _check_queue(arrival_rate, handling, acceptable_wait=0.0)
    _checks.probability_below_one("probability", probability)
    p_wait = erlang_c(servers, arrival_rate * handling)
    if p_wait <= 1 - probability:
        return 0.0
    return log(p_wait / (1 - probability)) / _spare_rate(arrival_rate, handling, servers)


def answer_erlang_a(
    arrival_rate: float,
    handling: float,
    servers: int,
    patience: float,
    acceptable_wait: float,
    *,
    short_wait: float = 5.0,
) -> QueueAnswer:
    """Everything about M/M/n+M, with exponential patience (Erlang A).

    Parameters
    ----------
    arrival_rate : float, contacts per s
        At least 0.
    handling : float, s
        Mean handling time, above 0.
    servers : int, agents
        At least 1; the load may exceed them.
    patience : float, s
        Mean patience, above 0 and finite.
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

    Notes
    -----
    With V the offered wait and theta = 1 / patience: P(abandon) = E[1 - exp(-theta V)], E[wait] = P(abandon) / theta,
    P(served within t) = P(V = 0) + E[exp(-theta V); 0 < V <= t].
    Source: Palm (1957), Research on telephone traffic carried by full availability groups, Tele; Zeltyn & Mandelbaum
    (2005), Queueing Systems 51, 361-402, performance measures of M/M/n+G; Gans, Koole & Mandelbaum (2003), section 4.2.

    Examples
    --------
    >>> answer = answer_erlang_a(arrival_rate=2 / 60, handling=300.0, servers=10, patience=180.0, acceptable_wait=20.0)
    >>> round(answer.p_abandon, 4), round(answer.wait_offered / 60, 4), round(answer.service_level["offered"], 4)
    (0.1406, 0.4219, 0.6024)
    """
    _check_queue(arrival_rate, handling, acceptable_wait)
    _checks.whole("servers", servers, least=1)
    _checks.positive("patience", patience)
    _checks.not_negative("short_wait", short_wait)
    load = arrival_rate * handling
    law = offered_wait(arrival_rate * patience, servers * patience / handling)
    waits = quadrature(law)
    everyone, leavers = waits.integral(np.ones_like), waits.integral(_leaves)
    log_odds = _log(law.demand) + law.log_top + _log(everyone) + _log(erlang_b(servers - 1, load))
    p_wait, p_no_wait = float(expit(log_odds)), float(expit(-log_odds))
    per_waiting = p_wait / everyone

    served = p_no_wait + per_waiting * waits.integral(_stays)
    p_abandon = per_waiting * leavers
    met, gone, stayed = _within(law, per_waiting, p_no_wait, acceptable_wait / patience)
    _, short_gone, _ = _within(law, per_waiting, p_no_wait, short_wait / patience)
    return QueueAnswer(
        p_wait=p_wait,
        p_abandon=p_abandon,
        asa=patience * per_waiting * waits.integral(_wait_of_stayer) / served,
        wait_offered=patience * p_abandon,
        wait_abandoned=patience * waits.integral(_wait_of_leaver) / leavers,
        mean_queue=arrival_rate * patience * p_abandon,
        occupancy=load * served / servers,
        service_level=service_levels(met, served=served, gone=gone, stayed=stayed, short_gone=short_gone),
    )


def service_levels(met: float, *, served: float, gone: float, stayed: float, short_gone: float) -> dict[str, float]:
    """The five service levels from shares of the offered.

    Parameters
    ----------
    met : float, share
        Served within the acceptable wait.
    served : float, share
        Served at all.
    gone : float, share
        Abandoned within the acceptable wait.
    stayed : float, share
        1 - gone, given by itself because it may be small.
    short_gone : float, share
        Abandoned within the short wait.

    Returns
    -------
    dict of str to float, share
        By base: offered, answered, met_or_gone, early_gone_left_out, met_or_short_gone, short_gone_left_out; 0
        of nobody is nan.

    Notes
    -----
    Source: docs/model.md, section 3.1 (definitions).

    Examples
    --------
    >>> service_levels(0.5, served=0.8, gone=0.1, stayed=0.9, short_gone=0.05)["answered"]
    0.625
    """
    return {
        "offered": met,
        "answered": met / served if served else nan,
        "met_or_gone": met + gone,
        "early_gone_left_out": met / stayed if stayed else nan,
        "met_or_short_gone": met + short_gone,
        "short_gone_left_out": met / (1.0 - short_gone) if short_gone < 1.0 else nan,
    }


def _within(law: OfferedWait, per_waiting: float, p_no_wait: float, time: float) -> tuple[float, float, float]:
    """Shares of the offered served within a time, gone within it, and not gone within it."""
    sooner = quadrature(law, high=time)
    met = p_no_wait + per_waiting * sooner.integral(_stays)
    later = per_waiting * quadrature(law, low=time).integral(np.ones_like)
    gone = per_waiting * sooner.integral(_leaves) - later * expm1(-time)
    return met, gone, met + later * exp(-time)


def _stays(wait: F8) -> F8:
    """Probability of a patience longer than the offered wait."""
    return np.exp(-wait)


def _leaves(wait: F8) -> F8:
    """Probability of a patience shorter than the offered wait."""
    return -np.expm1(-wait)


def _wait_of_stayer(wait: F8) -> F8:
    """Wait of the served, 0 for the others, in expectation over patience."""
    return wait * np.exp(-wait)


def _wait_of_leaver(wait: F8) -> F8:
    """Wait of the abandoned, 0 for the others: 1 - exp(-z) - z exp(-z) without its cancellation."""
    return np.asarray(gammainc(2.0, wait))


def _no_wait_erlang_c(servers: int, load: float) -> float:
    """1 - Erlang C, to its own last digit."""
    blocked = erlang_b(servers, load)
    return (servers - load) * (1 - blocked) / (servers - load + load * blocked)


def _spare_rate(arrival_rate: float, handling: float, servers: int) -> float:
    """Completions per second that a full house has to spare."""
    return (servers - arrival_rate * handling) / handling


def _log(value: float) -> float:
    return log(value) if value > 0 else -inf


def _check_queue(arrival_rate: float, handling: float, acceptable_wait: float) -> None:
    _checks.not_negative("arrival_rate", arrival_rate)
    _checks.positive("handling", handling)
    _checks.not_negative("acceptable_wait", acceptable_wait)
