"""The stories of needs and of agents' time, told against the clock."""

from collections.abc import Generator
from math import inf

import simpy

from ccsim.draws.streams import Purpose
from ccsim.engine import laws
from ccsim.engine.contract import ARRIVAL, PATIENCE_ENDS, RE_ATTEMPT, SHIFT_ENDS, SHIFT_STARTS, STAGE_ENDS
from ccsim.engine.potential import LAST_GENERATION
from ccsim.engine.reference.attempts import choose_channel, further_need, retry, search_in_vain
from ccsim.engine.reference.beside import merges, outlast, settle, waits_for_another
from ccsim.engine.reference.clock import Story, Telling
from ccsim.engine.reference.closing import close_again
from ccsim.engine.reference.dialling import until_reached
from ccsim.engine.reference.evidence import raise_signal
from ccsim.engine.reference.floor import come_on
from ccsim.engine.reference.joining import give_back, gives_back, join_queue
from ccsim.engine.reference.next_work import end_service, fill_hands, send_home, stay_on, take_work
from ccsim.engine.reference.shifts import begin_shift, end_shift
from ccsim.engine.reference.world import Group, Visit, World, chance, deal, is_open, next_leg, replayed, set_out
from ccsim.logs.codes import EndReason, Outcome
from ccsim.plan.plan import (
    GATE_AGENT,
    GATE_BLOCKED,
    GATE_HUNG_UP,
    GATE_RESOLVED,
    GATE_WRONG,
    NONE,
)

(BYPASS, GATE_TIME, GATE_HANG_UP, GATE_SOLVES, GATE_WRONG_DRAW, GATE_BLOCKED_DRAW, MISROUTE, WRONG_QUEUE) = (
    int(Purpose.BYPASS),
    int(Purpose.GATE_TIME),
    int(Purpose.GATE_HANG_UP),
    int(Purpose.GATE_SOLVES),
    int(Purpose.GATE_WRONG),
    int(Purpose.GATE_BLOCKED),
    int(Purpose.MISROUTE),
    int(Purpose.WRONG_QUEUE),
)
ABANDONED, BALKED, TRANSFERRED = int(EndReason.ABANDONED), int(EndReason.BALKED), int(EndReason.TRANSFERRED)
CLOSED, BLOCKED, MERGED = int(EndReason.CLOSED), int(EndReason.BLOCKED), int(EndReason.MERGED)
TURNED_AWAY = (CLOSED, BLOCKED, MERGED)
LEFT = (ABANDONED, int(EndReason.CALLBACK_FAILED), int(EndReason.CUT_OFF))
RESOLVED, OPEN = int(Outcome.RESOLVED), int(Outcome.OPEN)
TOLERANCE, TRAVEL = int(Purpose.TOLERANCE), int(Purpose.TRAVEL)
GATE_ENDS = {
    GATE_RESOLVED: int(EndReason.GATE_RESOLVED),
    GATE_WRONG: int(EndReason.GATE_WRONG),
    GATE_HUNG_UP: int(EndReason.GATE_HUNG_UP),
    GATE_BLOCKED: int(EndReason.GATE_BLOCKED),
}


def next_need(world: World) -> None:
    """Starts the story of the potential need that arises next, at its time.

    Parameters
    ----------
    world : World
    """
    row = next(world.upcoming, None)
    if row is not None:
        needs = world.needs
        Telling(
            world.clock, life_of_need(world, row), world.clock.at(needs["arises"][row], ARRIVAL, needs["need"][row])
        )


def life_of_need(world: World, row: int) -> Story:
    """A need from the moment it arises until it is resolved, given up or lost.

    Parameters
    ----------
    world : World
    row : int
        The need's row.

    Yields
    ------
    simpy.Event
    """
    clock = world.clock
    if not world.needs["need"][row] & LAST_GENERATION:
        next_need(world)
    channel, outcome = choose_channel(world, row)
    in_vain = search_in_vain(world, row, channel)
    if in_vain > 0.0:
        world.looked[row] = in_vain
        yield clock.at(clock.now + in_vain, STAGE_ENDS, world.needs["need"][row])
    if channel == NONE:
        _settle(world, row, outcome)
    else:
        yield from tries(world, row, 0, channel)


def tries(world: World, row: int, attempt: int, channel: int) -> Story:
    """An attempt and those that follow from its end.

    Parameters
    ----------
    world : World
    row : int
        The need's row.
    attempt, channel : int

    Yields
    ------
    simpy.Event
    """
    clock = world.clock
    if world.outcomes[row] != OPEN:
        # settled in the very instant in which the customer lost patience with a message
        return
    outcome = OPEN
    while channel != NONE:
        world.n_attempts[row] = attempt + 1
        visit = set_out(world, row, attempt, 0, channel)
        if world.channels[channel]["walk_in"]:
            queue = walk_in(world, visit)
        else:
            queue = yield from find_the_way_in(world, visit)
        while queue != NONE:
            join_queue(world, visit, queue)
            if world.channels[channel]["tolerance"] != NONE:
                _watch(world, visit)
            if visit.end_reason == BALKED:
                break
            yield visit.over
            if visit.dials != NONE:
                yield from until_reached(world, visit)
            while visit.handed_over is not None:
                visit = visit.handed_over
            if visit.end_reason in LEFT:
                break
            end_service(world, visit)
            queue = NONE
            if visit.end_reason == TRANSFERRED:
                queue = visit.passed_to
                visit = next_leg(world, visit)
        if visit.end_reason not in TURNED_AWAY and not visit.off_line:
            world.lines_taken[channel] -= 1
        if visit.resolved == 1:
            outcome = RESOLVED
            break
        if waits_for_another(world, row):
            return
        when, channel, outcome = retry(world, visit)
        if channel != NONE:
            attempt = world.n_attempts[row]
            yield clock.at(when, RE_ATTEMPT, visit.need, attempt)
    _settle(world, row, outcome)


def _settle(world: World, row: int, outcome: int) -> None:
    """The need's life is over, unless it was already; another may follow from it."""
    if settle(world, row, outcome):
        raise_need(world, row, outcome)


def raise_need(world: World, row: int, outcome: int) -> None:
    """Starts the story of the need that follows from one that is over.

    Parameters
    ----------
    world : World
    row : int
        Of the need that is over.
    outcome : int
    """
    when = further_need(world, row, outcome)
    if when < world.plan.horizon:
        # it stands behind the one that raises it, whose id is one less
        world.needs["arises"][row + 1] = when
        beginning = world.clock.at(when, RE_ATTEMPT, world.needs["need"][row + 1], 0)
        Telling(world.clock, life_of_need(world, row + 1), beginning)


def find_the_way_in(world: World, visit: Visit) -> Generator[simpy.Event, None, int]:
    """From setting out to the queue's door: search, travel, hours, lines, gate.

    Parameters
    ----------
    world : World
    visit : Visit

    Yields
    ------
    simpy.Event

    Returns
    -------
    int
        The queue to join, or -1 where the attempt has ended.
    """
    clock = world.clock
    channel = world.channels[visit.channel]
    if channel["search"] > 0.0 and visit.attempt == 0:
        yield clock.at(clock.now + channel["search"], STAGE_ENDS, visit.need, visit.attempt)
    if channel["travel"] != NONE:
        arrives = clock.now + deal(world, channel["travel"], visit, TRAVEL)
        yield clock.at(arrives, STAGE_ENDS, visit.need, visit.attempt)
    queue = walk_in(world, visit)
    if queue != NONE and channel["gate"]:
        yield from pass_gate(world, visit)
        return NONE if visit.end_reason != NONE else _queue_after_gate(world, visit, queue)
    return queue


def walk_in(world: World, visit: Visit) -> int:
    """At the door: the attempt ends, or the channel is open and a line is free.

    Parameters
    ----------
    world : World
    visit : Visit

    Returns
    -------
    int
        The queue to join, or -1 where the channel is closed, no line is free, or the message is merged.
    """
    visit.enters = now = world.clock.now
    lines = world.channels[visit.channel]["lines"]
    if not is_open(world, visit.channel, now):
        visit.end_reason = CLOSED
    elif visit.attempt > 0 and world.settings["tolerates"] and merges(world, visit):
        visit.end_reason = MERGED
    elif lines != NONE and world.lines_taken[visit.channel] >= lines:
        visit.end_reason = BLOCKED
    else:
        world.lines_taken[visit.channel] += 1
        return int(visit.met["queue"])
    visit.ends = now
    return NONE


def pass_gate(world: World, visit: Visit) -> Story:
    """Time in the gate, which may end the attempt there.

    Parameters
    ----------
    world : World
    visit : Visit

    Yields
    ------
    simpy.Event
    """
    clock = world.clock
    channel = world.channels[visit.channel]
    given = replayed(world, visit, "gate")
    bypass = _bypass(world, visit)
    if given is None and bypass > 0.0 and chance(world, visit, BYPASS) < bypass:
        visit.bypassed = 1
        return
    visit.gated = 1
    if world.settings["learns"] > 0.0:
        customer = world.needs["customer"][visit.row]
        world.passages[customer] = world.passages.get(customer, 0) + 1
    time = deal(world, channel["gate_time"], visit, GATE_TIME)
    patience = inf
    if channel["gate_patience"] != NONE:
        patience = deal(world, channel["gate_patience"], visit, GATE_HANG_UP)
    if (patience < time and given is None) or given == GATE_HUNG_UP:
        yield clock.at(clock.now + min(patience, time), STAGE_ENDS, visit.need, visit.attempt)
        result = GATE_HUNG_UP
    else:
        yield clock.at(clock.now + time, STAGE_ENDS, visit.need, visit.attempt)
        result = _gate_result(world, visit) if given is None else given
    if result != GATE_AGENT:
        visit.ends = clock.now
        visit.end_reason = GATE_ENDS[result]
        if result == GATE_RESOLVED:
            visit.resolved = 1
        if world.settings["listens"]:
            raise_signal(world, visit)


def agent_on_shifts(
    world: World, agent: int, shifts: list[tuple[float, float]], breaks: list[tuple[float, float]]
) -> Story:
    """An agent who goes by the clock of his own shifts.

    Parameters
    ----------
    world : World
    agent : int
    shifts : list of (start, end), s
    breaks : list of (start, length), s

    Yields
    ------
    simpy.Event
    """
    clock = world.clock
    state = world.agents[agent]
    for starts, ends in shifts:
        yield clock.at(starts, SHIFT_STARTS, agent)
        state.shift_ends = ends
        state.breaks = [one for one in breaks if starts <= one[0] < ends]
        begin_shift(world, state, starts)
        yield clock.at(ends, SHIFT_ENDS, agent)
        end_shift(world, state, ends)


def group_by_count(world: World, g: int, counts: list[tuple[float, int]]) -> Story:
    """A group whose number on the floor follows a table of counts.

    Parameters
    ----------
    world : World
    g : int
    counts : list of (time, number)

    Yields
    ------
    simpy.Event
    """
    clock = world.clock
    group = world.groups[g]
    for time, count in counts:
        group.changes_at, group.next_count = time, count
        yield clock.at(time, SHIFT_ENDS if count < group.count else SHIFT_STARTS, len(world.agents) + g)
        group.count, group.changes_at = count, inf
        _fill_floor(world, g, group)
        _empty_floor(world, g, group)
        fill_hands(world, group, time)
        close_again(world, time)


def _fill_floor(world: World, g: int, group: Group) -> None:
    """Brings agents onto the floor, lowest id first, until the count is reached."""
    first = int(world.plan.groups["first_agent"][g])
    n_agents = int(world.plan.groups["n_agents"][g])
    for agent in world.agents[first : first + n_agents]:
        if group.busy + group.n_idle >= group.count:
            return
        if not agent.on_floor:
            come_on(agent)
            take_work(world, agent, world.clock.now)


def _empty_floor(world: World, g: int, group: Group) -> None:
    """Sends agents home until the count is kept: the shortest idle first, then whoever began last and gives it back."""
    now = world.clock.now
    surplus = group.busy + group.n_idle - group.count
    if surplus <= 0:
        return
    idle = sorted((a.since, a.agent) for a in world.agents if a.group == g and a.idle)
    for _, agent in idle[max(0, len(idle) - surplus) :]:
        send_home(world, world.agents[agent], now)
    busy = sorted((a.since, a.agent) for a in world.agents if a.group == g and gives_back(world, a, now))
    for _, agent in busy[::-1][: max(0, group.busy + group.n_idle - group.count)]:
        give_back(world, world.agents[agent], now)
        stay_on(world, world.agents[agent], now)


def _bypass(world: World, visit: Visit) -> float:
    """Probability that the customer gets round the gate, by what he has learned."""
    channel, learns = world.channels[visit.channel], world.settings["learns"]
    if learns <= 0.0 or not channel["gate_opt_out"]:
        return float(channel["gate_bypass"])
    passages = world.passages.get(world.needs["customer"][visit.row], 0)
    return laws.bypass_probability(channel["gate_bypass"], learns, passages)


def _gate_result(world: World, visit: Visit) -> int:
    """What the gate does with a customer who stayed to its end."""
    channel = world.channels[visit.channel]
    solves = laws.gate_probability(
        visit.met["gate_solves"],
        world.needs["complexity"][visit.row],
        world.types[visit.need_type]["typical"],
        channel["gate_effect"],
    )
    if chance(world, visit, GATE_SOLVES) < solves:
        return GATE_RESOLVED
    if channel["gate_wrong"] > 0.0 and chance(world, visit, GATE_WRONG_DRAW) < channel["gate_wrong"]:
        return GATE_WRONG
    if channel["gate_blocked"] > 0.0 and chance(world, visit, GATE_BLOCKED_DRAW) < channel["gate_blocked"]:
        return GATE_BLOCKED
    return GATE_AGENT


def _watch(world: World, visit: Visit) -> None:
    """Sets the moment at which the customer no longer waits for the reply alone."""
    clock = world.clock
    until = clock.now + deal(world, world.channels[visit.channel]["tolerance"], visit, TOLERANCE)
    clock.call_at(until, PATIENCE_ENDS, visit.need, visit.attempt, visit.leg, lambda _: _lose_tolerance(world, visit))


def _lose_tolerance(world: World, visit: Visit) -> None:
    """The story of a further attempt begins, if there is one."""
    channel = outlast(world, visit)
    if channel != NONE:
        clock, attempt = world.clock, world.n_attempts[visit.row]
        Telling(clock, tries(world, visit.row, attempt, channel), clock.at(clock.now, RE_ATTEMPT, visit.need, attempt))


def _queue_after_gate(world: World, visit: Visit, queue: int) -> int:
    """The right queue, or a wrong one of the same channel for the misrouted."""
    misroutes = world.channels[visit.channel]["gate_misroutes"]
    if visit.bypassed or misroutes <= 0.0 or chance(world, visit, MISROUTE) >= misroutes:
        return queue
    visit.passed_to = queue
    channels = world.plan.queues["channel"].tolist()
    wrong = [q for q, channel in enumerate(channels) if channel == visit.channel and q != queue]
    if not wrong:
        return queue
    return wrong[laws.pick(chance(world, visit, WRONG_QUEUE), len(wrong))]
