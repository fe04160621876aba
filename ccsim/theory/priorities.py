"""Priorities without interruption, fixed or rising with the wait; one law of handling, nobody abandons."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp

from ccsim.errors import InputError
from ccsim.theory import _checks
from ccsim.theory.erlang import erlang_c


@dataclass(frozen=True)
class PriorityAnswer:
    """M/M/n with priorities in the long run.

    Attributes
    ----------
    p_wait : float, probability
        That a contact of any class finds all agents busy.
    waits : tuple of float, s
        Mean wait of each class, highest priority first.
    mean_queue : float, contacts
        Time average of the number waiting, all classes.
    occupancy : float, share
        Busy time / time available.
    first_within : float, share
        Of the highest class, answered within the acceptable wait.

    Notes
    -----
    Source: Cobham (1954), Priority assignment in waiting line problems, Operations Research 2, 70-76.
    """

    p_wait: float
    waits: tuple[float, ...]
    mean_queue: float
    occupancy: float
    first_within: float


def answer_priorities(
    arrival_rates: Sequence[float], handling: float, servers: int, acceptable_wait: float
) -> PriorityAnswer:
    """M/M/n with priorities that interrupt nobody (Cobham).

    Parameters
    ----------
    arrival_rates : sequence of float, contacts per s
        Of each class, highest priority first; at least 0.
    handling : float, s
        Mean handling time of every class, exponential; above 0.
    servers : int, agents
        Greater than the offered load of all classes.
    acceptable_wait : float, s
        Threshold of the service level; at least 0.

    Returns
    -------
    PriorityAnswer

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If the offered load is not below the number of agents.

    Notes
    -----
    W_k = C handling / n / ((1 - s_(k-1)) (1 - s_k)) with C by Erlang C and s_k the load of the classes up to k per
    agent. Who waits in the highest class waits an exponential time with rate (1 - s_1) n / handling.
    Source: Cobham (1954), Operations Research 2, 70-76.

    Examples
    --------
    >>> answer = answer_priorities([50 / 3600, 60 / 3600], handling=240.0, servers=8, acceptable_wait=20.0)
    >>> [round(wait, 2) for wait in answer.waits], round(answer.first_within, 4)
    ([38.45, 461.36], 0.4933)
    """
    if not arrival_rates:
        raise InputError("There must be at least one class of customers.")
    for rate in arrival_rates:
        _checks.not_negative("arrival_rate", rate)
    _checks.positive("handling", handling)
    _checks.not_negative("acceptable_wait", acceptable_wait)
    p_wait = erlang_c(servers, sum(arrival_rates) * handling)
    spare = [1 - load * handling / servers for load in accumulate(arrival_rates, initial=0.0)]
    waits = tuple(p_wait * handling / servers / (above * down) for above, down in pairwise(spare))
    return PriorityAnswer(
        p_wait=p_wait,
        waits=waits,
        mean_queue=sum(rate * wait for rate, wait in zip(arrival_rates, waits)),
        occupancy=sum(arrival_rates) * handling / servers,
        first_within=1 - p_wait * exp(-spare[1] * servers / handling * acceptable_wait),
    )


def accumulating_waits(
    arrival_rates: Sequence[float], rises: Sequence[float], handling: float, servers: int
) -> tuple[float, ...]:
    """Mean waits in M/M/n where priority grows with the wait (Kleinrock).

    Parameters
    ----------
    arrival_rates : sequence of float, contacts per s
        Of each class; at least 0.
    rises : sequence of float
        How fast a waiting contact of each class gains priority, from nothing; above 0, and never falling from one
        class to the next.
    handling : float, s
        Mean handling time of every class, exponential; above 0.
    servers : int, agents
        Greater than the offered load of all classes.

    Returns
    -------
    tuple of float, s
        Mean wait of each class.

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If the offered load is not below the number of agents.

    Notes
    -----
    W_p = (W - sum over i < p of s_i W_i (1 - b_i / b_p)) / (1 - sum over i > p of s_i (1 - b_p / b_i)), with W the wait
    of first come, first served and s_i the load of a class per agent. With one law of handling for all classes the
    agents, all of them busy while somebody waits, are one that is n times as quick, so that n changes only W.
    Source: Kleinrock (1964), A delay dependent queue discipline, Naval Research Logistics Quarterly 11, 329-341;
    Stanford, Taylor & Ziedins (2014), Waiting time distributions in the accumulating priority queue, Queueing Systems
    77, 297-330.

    Examples
    --------
    >>> one, other = accumulating_waits([50 / 3600, 60 / 3600], [1.0, 4.0], handling=240.0, servers=8)
    >>> round(one, 2), round(other, 2)
    (430.61, 134.56)
    """
    if not arrival_rates or len(arrival_rates) != len(rises):
        raise InputError("There must be at least one class of customers, and a gain of priority for each.")
    for rate, gain in zip(arrival_rates, rises):
        _checks.not_negative("arrival_rate", rate)
        _checks.positive("rises", gain)
    if any(later < gain for gain, later in pairwise(rises)):
        raise InputError("The classes must come in the order in which they gain priority, the slowest first.")
    _checks.positive("handling", handling)
    p_wait = erlang_c(servers, sum(arrival_rates) * handling)
    loads = [rate * handling / servers for rate in arrival_rates]
    plain = p_wait * handling / servers / (1 - sum(loads))
    waits: list[float] = []
    for place, gain in enumerate(rises):
        slower = sum(load * wait * (1 - b / gain) for load, wait, b in zip(loads, waits, rises))
        quicker = sum(load * (1 - gain / b) for load, b in zip(loads[place + 1 :], rises[place + 1 :]))
        waits.append((plain - slower) / (1 - quicker))
    return tuple(waits)
