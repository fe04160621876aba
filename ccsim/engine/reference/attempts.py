"""What a need tries: its first channel, a search in vain, and the next attempt after this one."""

from math import inf
from typing import Any

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.draws.variates import quantile
from ccsim.engine.laws import put_off_probability
from ccsim.engine.potential import LAST_GENERATION
from ccsim.engine.reference.world import Visit, World, behaviour_of, chance, deal, next_opening
from ccsim.logs.codes import EndReason, Outcome
from ccsim.plan.plan import AFTER_BLOCKED, AFTER_GATE, AFTER_RECONNECT, AFTER_REDIAL, N_WAYS, NONE

ABANDONED = int(EndReason.ABANDONED)
BALKED = int(EndReason.BALKED)
BLOCKED = int(EndReason.BLOCKED)
CALLBACK_FAILED = int(EndReason.CALLBACK_FAILED)
CLOSED = int(EndReason.CLOSED)
CUT_OFF = int(EndReason.CUT_OFF)
SERVED = int(EndReason.SERVED)
GATE_WRONG = int(EndReason.GATE_WRONG)
OPEN = int(Outcome.OPEN)
FIND = int(Purpose.FIND)
PUT_OFF = int(Purpose.PUT_OFF)
DIVERT = int(Purpose.DIVERT)
RETRY = int(Purpose.RETRY)
RETRY_DELAY = int(Purpose.RETRY_DELAY)
NOTICED = int(Purpose.NOTICED)
DISCOVERY = int(Purpose.DISCOVERY)
SWITCH = int(Purpose.SWITCH)
RAISES = int(Purpose.RAISES)
RAISES_DELAY = int(Purpose.RAISES_DELAY)
RESOLVED = int(Outcome.RESOLVED)
FAILED = (int(Outcome.GIVEN_UP), int(Outcome.LOST))
CLOSED_NEXT = int(Purpose.CLOSED_NEXT)
CLOSED_DELAY = int(Purpose.CLOSED_DELAY)


def choose_channel(world: World, row: int) -> tuple[int, int]:
    """The channel of the first attempt, after hiding, friction, diversion.

    Parameters
    ----------
    world : World
    row : int
        The need's row.

    Returns
    -------
    tuple of int
        The channel, or -1; and the outcome that the need has where there is none.
    """
    need = world.needs["need"][row]
    preferred = world.needs["preferred"][row]
    if preferred == NONE:
        return NONE, int(Outcome.ASKED_ELSEWHERE)
    channel = world.channels[preferred]
    found = channel["prominence"] >= 1.0 or _first_chance(world, need, FIND) < channel["prominence"]
    if found and (channel["friction"] <= 0.0 or _first_chance(world, need, PUT_OFF) >= _put_off(world, row, channel)):
        return preferred, OPEN
    u = _first_chance(world, need, DIVERT)
    return other_channel(world.plan.diverted[preferred].tolist(), u), int(Outcome.GIVEN_UP)


def search_in_vain(world: World, row: int, channel: int) -> float:
    """How long a customer looks for the preferred channel who does not use it.

    Parameters
    ----------
    world : World
    row : int
        The need's row.
    channel : int
        The channel chosen instead, or -1.

    Returns
    -------
    float, s
    """
    preferred = world.needs["preferred"][row]
    if channel == preferred or preferred == NONE:
        return 0.0
    return float(world.channels[preferred]["search"])


def retry(world: World, visit: Visit) -> tuple[float, int, int]:
    """Whether, when and where the customer tries again.

    Parameters
    ----------
    world : World
    visit : Visit
        The attempt that has just ended without resolving the need.

    Returns
    -------
    tuple
        When (s, inf for never), on which channel (-1 for none), and the need's outcome if never.
    """
    now = world.clock.now
    when, channel = _next_attempt(world, visit, now)
    if channel == NONE:
        return inf, NONE, int(Outcome.GIVEN_UP)
    if world.n_attempts[visit.row] >= world.settings["most_attempts"]:
        return inf, NONE, int(Outcome.LOST)
    return when, channel, OPEN


def further_need(world: World, row: int, outcome: int) -> float:
    """When the need arises that follows from one that is over.

    Parameters
    ----------
    world : World
    row : int
        Of the need that is over.
    outcome : int

    Returns
    -------
    float, s
        Infinite where none follows.
    """
    need, kind = world.needs["need"][row], world.types[world.needs["need_type"][row]]
    share = kind["raises_resolved"] if outcome == RESOLVED else kind["raises_not"] if outcome in FAILED else 0.0
    if need & LAST_GENERATION == LAST_GENERATION or share <= 0.0 or _first_chance(world, need, RAISES) >= share:
        return inf
    which, first, second, third, atom, atom_at, offset, n = world.laws[kind["raises_after"]]
    u = _first_chance(world, need, RAISES_DELAY)
    delay = quantile(which, first, second, third, atom, atom_at, offset, n, world.plan.law_tables, u)
    return world.clock.now + delay


def other_channel(cumulative: list[float], u: float) -> int:
    """The channel in whose stretch of cumulative probabilities u falls.

    Parameters
    ----------
    cumulative : list of float
    u : float, in (0, 1)

    Returns
    -------
    int
        -1 beyond the last.
    """
    for channel, border in enumerate(cumulative):
        if u < border:
            return channel
    return NONE


def _first_chance(world: World, need: int, purpose: int) -> float:
    """The uniform number that a need was dealt before its first attempt."""
    return need_uniform(world.seed, world.replication, need, purpose, 0, 0, 0)


def _put_off(world: World, row: int, channel: dict[str, Any]) -> float:
    """Probability that a channel's friction puts off the customer of a need."""
    return put_off_probability(channel["friction"], behaviour_of(world, row)["friction"])


def _next_attempt(world: World, visit: Visit, now: float) -> tuple[float, int]:
    """When and on which channel the customer would try again; channel -1 if he would not."""
    settings = behaviour_of(world, visit.row)
    if visit.end_reason == CLOSED or visit.end_reason == CUT_OFF:
        return _after_closed(world, visit, now)
    purpose = RETRY_DELAY
    if visit.end_reason == ABANDONED or visit.end_reason == BALKED or visit.end_reason == CALLBACK_FAILED:
        # whom the centre called of its own accord has nothing to try again
        chance_of = settings["redial"] if world.channels[visit.channel]["live"] else 0.0
        delay, way = settings["redial_after"], AFTER_REDIAL
    elif visit.end_reason == BLOCKED:
        chance_of, delay, way = settings["blocked_retry"], settings["blocked_retry_after"], AFTER_BLOCKED
    elif visit.end_reason == SERVED or visit.end_reason == GATE_WRONG:
        chance_of, delay, way = settings["reconnect"], settings["reconnect_after"], AFTER_RECONNECT
        if visit.end_reason == GATE_WRONG or chance(world, visit, NOTICED) >= settings["noticed"]:
            delay, purpose = settings["discovered_after"], DISCOVERY
    else:
        chance_of, delay, way = settings["gate_retry"], settings["gate_retry_after"], AFTER_GATE
    row = world.replayed.get(visit.need << 4 | world.n_attempts[visit.row], {})
    if "redial_after" in row:
        return now + row["redial_after"], row.get("channel", visit.channel)
    if chance_of > 0.0 and chance(world, visit, RETRY) < chance_of:
        when = now + deal(world, delay, visit, purpose)
        return when, row["channel"] if "channel" in row else _switch(world, visit, way)
    return inf, NONE


def _switch(world: World, visit: Visit, way: int) -> int:
    """The channel of the next attempt: another one for some, else the same."""
    if not behaviour_of(world, visit.row)["switches"]:
        return visit.channel
    row = max(world.needs["segment"][visit.row], 0) * N_WAYS + way
    channel = other_channel(world.plan.switches[row].tolist(), chance(world, visit, SWITCH))
    return visit.channel if channel == NONE else channel


def _after_closed(world: World, visit: Visit, now: float) -> tuple[float, int]:
    """Back after the next opening, over to another channel at once, or not again."""
    channel = world.channels[visit.channel]
    u = chance(world, visit, CLOSED_NEXT)
    if u < channel["returns"]:
        opens = next_opening(world, visit.channel, now)
        return opens + deal(world, channel["returns_after"], visit, CLOSED_DELAY), visit.channel
    return now, other_channel(world.plan.closed_diverted[visit.channel].tolist(), u)
