"""State in, number out: every formula of the model that yields a time or a probability."""

from math import inf

from ccsim.compiling import compiled
from ccsim.draws.elementary import exp, ln, power


@compiled("float64(float64, float64, float64, float64, float64, float64, float64, float64, float64)")
def talk_duration(
    drawn: float,
    complexity: float,
    typical: float,
    grows: float,
    handles: float,
    speed: float,
    of_day: float,
    listening: float,
    again: float,
) -> float:
    """Talk time of one contact with the agent who took it.

    Parameters
    ----------
    drawn : float, s
        The need type's law, the same whichever agent serves.
    complexity, typical : float, share
        Of this need, and of its type.
    grows : float
        Exponent on complexity; 0 leaves it out.
    handles : float
        The group's factor for this queue.
    speed : float
        1 minus the asked speed cut, times the agent's own factor.
    of_day : float
        Factor of the time of day at which the contact begins.
    listening : float, s
        Added to every contact.
    again : float, s
        In which the customer tells again what was told before.

    Returns
    -------
    float, s
    """
    growth = exp(grows * (complexity - typical)) if grows != 0.0 else 1.0
    return drawn * growth * handles * speed * of_day + listening + again


@compiled("int64(float64, float64, float64)")
def stretch_of_day(now: float, first: float, every: float) -> int:
    """Number of the stretch of the day in which a moment lies, counted from 0.

    Parameters
    ----------
    now : float, s
    first, every : float, s
        When the first stretch begins, since midnight, and how long each is.

    Returns
    -------
    int
        -1 before the first; a stretch begins at its first moment.
    """
    since = now % 86400.0 - first
    return int(since / every) if since >= 0.0 else -1


@compiled("float64(float64, float64)")
def shifted(base: float, shift: float) -> float:
    """A probability moved on the logit scale.

    Parameters
    ----------
    base : float, probability
        1 and 0 stay 1 and 0.
    shift : float

    Returns
    -------
    float, probability
    """
    if shift == 0.0 or base >= 1.0 or base <= 0.0:
        return base
    return 1.0 / (1.0 + (1.0 - base) / base * exp(-shift))


@compiled("float64(float64, float64, float64, float64, float64)")
def resolution_probability(base: float, complexity: float, typical: float, falls: float, shift: float) -> float:
    """Probability that a contact truly resolves the need.

    Parameters
    ----------
    base : float, probability
        Of the need type on this channel; 1 and 0 stay 1 and 0.
    complexity, typical : float, share
    falls : float
        Fall on the logit scale per unit of complexity.
    shift : float
        The group's and the skill's shift on the logit scale.

    Returns
    -------
    float, probability
    """
    return shifted(base, shift - falls * (complexity - typical))


@compiled("float64(float64, float64, float64, float64)")
def gate_probability(solves: float, complexity: float, typical: float, effect: float) -> float:
    """Probability that the gate truly resolves this need.

    Parameters
    ----------
    solves : float
        Scale of the need type, set so that the mean over complexity is the planner's share.
    complexity, typical : float, share
    effect : float
        Exponent on simplicity; 0 leaves it out.

    Returns
    -------
    float, probability
    """
    if effect == 0.0:
        return solves
    return min(1.0, solves * power((1.0 - complexity) / (1.0 - typical), effect))


@compiled("float64(float64, float64, float64, float64)")
def attained(before: float, since: float, now: float, pace: float) -> float:
    """Work that each contact in an agent's hands has had since there were any.

    Parameters
    ----------
    before : float, s
        What it was at the last change.
    since, now : float, s
        The last change, and now.
    pace : float
        Of each contact in hand.

    Returns
    -------
    float, s
    """
    return before + (now - since) * pace


@compiled("float64(float64, float64, float64, float64)")
def reached(now: float, work: float, attained: float, pace: float) -> float:
    """When so much work is attained if nothing changes before.

    Parameters
    ----------
    now : float, s
    work, attained : float, s
        To be attained, and attained so far.
    pace : float
        Of each contact in hand.

    Returns
    -------
    float, s
        Not before now, however the rounding falls.
    """
    return now + max(0.0, work - attained) / pace


@compiled("float64(float64, float64)")
def elapsed(since: float, until: float) -> float:
    """Length of a stretch of time.

    Parameters
    ----------
    since, until : float, s

    Returns
    -------
    float, s
    """
    return until - since


@compiled("float64(float64, float64, float64, float64)")
def occupancy(busy: float, idle: float, since: float, now: float) -> float:
    """Share of an idle agent's time that was busy, since he came on the floor.

    Parameters
    ----------
    busy, idle : float, s
        Until he became idle.
    since, now : float, s
        When that was, and now.

    Returns
    -------
    float, share
        0 for who has just come.
    """
    there = busy + idle + (now - since)
    return busy / there if there > 0.0 else 0.0


@compiled("float64(int64, float64, float64, float64)")
def aged_priority(priority: int, rises: float, joined: float, now: float) -> float:
    """Priority of a visit that has waited; the lower goes first.

    Parameters
    ----------
    priority : int
        As it joins.
    rises : float, per s
        0 for a priority that stays.
    joined, now : float, s

    Returns
    -------
    float

    Notes
    -----
    Source: Kleinrock (1964), A delay dependent queue discipline, Naval Research Logistics Quarterly 11, 329-341.
    """
    return priority - rises * (now - joined)


@compiled("float64(float64, int64, float64, float64)")
def joining_probability(per_waiting: float, waiting: int, scale: float, announced: float) -> float:
    """Probability that a customer who must wait joins the queue.

    Parameters
    ----------
    per_waiting : float
        Reluctance for each visit that waits already; 0 leaves it out.
    waiting : int
    scale : float, s
        Announced wait that one in e still joins at; inf leaves it out.
    announced : float, s
        0 if nothing is announced.

    Returns
    -------
    float, probability
    """
    joins = 1.0 / (1.0 + per_waiting * waiting)
    return joins * exp(-announced / scale) if scale < inf else joins


@compiled("float64(float64, int64, int64)")
def expected_wait(handling: float, waiting: int, agents: int) -> float:
    """The wait announced to a customer who joins behind others.

    Parameters
    ----------
    handling : float, s
        That the announcement reckons with.
    waiting : int
        Without the one who joins.
    agents : int
        On the floor; nobody counts as one.

    Returns
    -------
    float, s

    Notes
    -----
    Source: Ibrahim & Whitt (2009), Real-time delay estimation based on delay history, Manufacturing & Service
    Operations Management 11, 397-415 (the queue-length estimator).
    """
    return (waiting + 1) * handling / max(agents, 1)


@compiled("float64(float64, float64, float64, float64)")
def announced_patience(drawn: float, announced: float, before: float, over: float) -> float:
    """Patience of a customer who was told a wait.

    Parameters
    ----------
    drawn : float, s
        Patience without the announcement.
    announced : float, s
    before : float
        Factor on the rate of abandoning until the announced wait is over.
    over : float
        Further factor for each minute beyond it.

    Returns
    -------
    float, s
        Infinite for who comes to stay for ever, which happens where the rate falls.
    """
    patience = drawn / before
    if patience <= announced or over == 1.0 or patience == inf:
        return patience
    growth = ln(over)
    room = 1.0 + growth * (patience - announced) / 60.0
    return announced + 60.0 * ln(room) / growth if room > 0.0 else inf


@compiled("int64(float64, float64, float64)")
def within(first: float, last: float, window: float) -> int:
    """Whether two moments lie at most a window apart: 1 or 0.

    Parameters
    ----------
    first, last : float, s
    window : float, s

    Returns
    -------
    int
    """
    return 1 if last - first <= window else 0


@compiled("int64(float64, int64)")
def pick(u: float, n: int) -> int:
    """One of n equally likely places.

    Parameters
    ----------
    u : float, in (0, 1)
    n : int

    Returns
    -------
    int, 0 to n - 1
    """
    return min(int(u * n), n - 1)


@compiled("float64(float64, float64)")
def put_off_probability(friction: float, factor: float) -> float:
    """Probability that a customer is put off by a channel's friction.

    Parameters
    ----------
    friction : float, probability
        Of the channel.
    factor : float
        Of the customer's segment.

    Returns
    -------
    float, probability
    """
    return min(1.0, friction * factor)


@compiled("float64(float64, float64, int64)")
def bypass_probability(base: float, learned: float, passages: int) -> float:
    """Probability that a customer gets round a gate.

    Parameters
    ----------
    base : float, probability
        Of who has never passed a gate.
    learned : float, share
        Of what is not known yet, by each passage.
    passages : int
        Through any gate, so far.

    Returns
    -------
    float, probability
    """
    probability = base
    for _ in range(passages):
        probability += learned * (1.0 - probability)
    return min(1.0, probability)
