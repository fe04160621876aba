"""Customers who come back: redials after abandoning, reconnects after an unresolved contact."""

from collections.abc import Callable
from dataclasses import dataclass

from ccsim.errors import UnstableError
from ccsim.theory import _checks
from ccsim.theory.erlang import answer_erlang_a


@dataclass(frozen=True)
class RetrialAnswer:
    """Erlang A with customers who come back, long after, in the long run.

    Attributes
    ----------
    total_rate : float, contacts per s
        First attempts, redials and reconnects.
    p_abandon : float, probability
        That a contact abandons.
    contacts_per_need : float
        Contacts / first attempts.
    given_up_share : float, share of needs
        Ended by abandoning without another redial.

    Notes
    -----
    Source: Ding, Koole & van der Mei (2015), European Journal of Operational Research 246, 250-262.
    """

    total_rate: float
    p_abandon: float
    contacts_per_need: float
    given_up_share: float


def redial_fixed_point(
    arrival_rate: float,
    handling: float,
    servers: int,
    patience: float,
    redial_probability: float,
    reconnect_probability: float,
) -> RetrialAnswer:
    """Total contacts when abandoned and served customers come back.

    Parameters
    ----------
    arrival_rate : float, first attempts per s
        Above 0.
    handling : float, s
        Mean handling time, above 0.
    servers : int, agents
        At least 1.
    patience : float, s
        Mean patience, above 0, drawn afresh for every attempt.
    redial_probability : float
        That an abandoned contact is followed by a redial.
    reconnect_probability : float
        That a served contact is followed by a reconnect.

    Returns
    -------
    RetrialAnswer

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If everybody who abandons redials and the agents cannot settle all needs.

    Notes
    -----
    Exact in the limit of long delays before coming back, when the contacts form a Poisson stream; with short delays
    they bunch, and more is abandoned. Solves total = arrival_rate + redial_probability * abandoned(total)
    + reconnect_probability * served(total). What leaves for good grows with the total, so there is one solution.
    Source: Ding, Koole & van der Mei (2015), European Journal of Operational Research 246, 250-262 (fixed point);
    Aguir, Karaesmen, Aksin & Chauvet (2004), OR Spectrum 26, 353-376 (redials).

    Examples
    --------
    >>> answer = redial_fixed_point(2 / 60, 300.0, 10, 180.0, redial_probability=0.5, reconnect_probability=0.1)
    >>> round(60 * answer.total_rate, 3), round(answer.p_abandon, 4)
    (2.499, 0.2493)
    """
    _checks.positive("arrival_rate", arrival_rate)
    _checks.probability("redial_probability", redial_probability)
    _checks.probability("reconnect_probability", reconnect_probability)
    _checks.positive("handling", handling)
    _checks.whole("servers", servers, least=1)
    capacity = servers / handling * (1 - reconnect_probability)
    if redial_probability == 1 and capacity <= arrival_rate:
        raise UnstableError(
            f"Everybody redials, and {servers} agents cannot settle {arrival_rate:g} needs per second:"
            " the number who will come back grows without end. Give more agents, or let some give up.",
            servers=servers,
            load=arrival_rate * handling,
        )

    def excess(total: float) -> float:
        answer = answer_erlang_a(total, handling, servers, patience, acceptable_wait=0.0)
        gone = total * answer.p_abandon
        # not total - gone, which has few digits when nearly everybody abandons
        served = answer.occupancy * servers / handling
        return gone * (1 - redial_probability) + served * (1 - reconnect_probability) - arrival_rate

    total = _increasing_root(excess, arrival_rate)
    gone = answer_erlang_a(total, handling, servers, patience, acceptable_wait=0.0).p_abandon
    return RetrialAnswer(
        total_rate=total,
        p_abandon=gone,
        contacts_per_need=total / arrival_rate,
        given_up_share=total * gone * (1 - redial_probability) / arrival_rate,
    )


def contacts_per_need_by_repeats(p_resolved: float, p_return: float) -> float:
    """Contacts per need when unresolved needs may come back, again and again.

    Parameters
    ----------
    p_resolved : float, probability
        That a contact resolves the need.
    p_return : float, probability
        That an unresolved need comes back.

    Returns
    -------
    float, contacts per need

    Raises
    ------
    InputError
        If an argument is not a probability.
    UnstableError
        If nothing is ever resolved and everybody returns.

    Notes
    -----
    1 / (1 - p_return (1 - p_resolved)), the mean of a geometric law.
    Source: Feller (1968), An Introduction to Probability Theory, volume 1, section VI.8; docs/model.md, section 2.18.

    Examples
    --------
    >>> contacts_per_need_by_repeats(p_resolved=0.8, p_return=1.0)
    1.25
    """
    _checks.probability("p_resolved", p_resolved)
    _checks.probability("p_return", p_return)
    leaving = p_resolved + (1 - p_resolved) * (1 - p_return)
    if leaving == 0:
        raise UnstableError("Nothing is resolved and everybody returns: a need is never over.", leaving=leaving)
    return 1 / leaving


def _increasing_root(excess: Callable[[float], float], start: float) -> float:
    """Where an increasing function that is not above 0 at `start` becomes 0, to the last bits."""
    low = high = start
    while excess(high) < 0:
        low, high = high, 2 * high
    while True:
        middle = low + (high - low) / 2
        if not low < middle < high:
            return high
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
