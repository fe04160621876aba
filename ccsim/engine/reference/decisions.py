"""The decisions and steps of the contract's table: they finish within the instant and never wait."""

from heapq import heappop, heappush
from math import inf, nan
from typing import Any

import simpy

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.engine import laws
from ccsim.engine.contract import OVERFLOW, PATIENCE_ENDS, SHIFT_ENDS, SHIFT_STARTS, STAGE_ENDS
from ccsim.engine.reference.evidence import raise_signal
from ccsim.engine.reference.world import Agent, Group, Visit, World, chance, deal, next_opening, replayed
from ccsim.logs.codes import AgentState, EndReason, Outcome
from ccsim.plan.plan import NONE

ABANDONED, BALKED, BLOCKED, CLOSED, SERVED, TRANSFERRED = (
    int(EndReason.ABANDONED),
    int(EndReason.BALKED),
    int(EndReason.BLOCKED),
    int(EndReason.CLOSED),
    int(EndReason.SERVED),
    int(EndReason.TRANSFERRED),
)
GATE_WRONG = int(EndReason.GATE_WRONG)
OPEN = int(Outcome.OPEN)
IDLE, TALK, WRAP_UP, BREAK = map(int, AgentState)
(PREFER, FIND, PUT_OFF, DIVERT) = (
    int(Purpose.PREFER),
    int(Purpose.FIND),
    int(Purpose.PUT_OFF),
    int(Purpose.DIVERT),
)
(BALK, TALK_DRAW, WRAP_UP_DRAW, PATIENCE_DRAW, RESOLVED_DRAW, CODED_DRAW) = (
    int(Purpose.BALK),
    int(Purpose.TALK),
    int(Purpose.WRAP_UP),
    int(Purpose.PATIENCE),
    int(Purpose.RESOLVED),
    int(Purpose.CODED),
)
(RETRY, RETRY_DELAY, NOTICED, DISCOVERY, CLOSED_NEXT, CLOSED_DELAY) = (
    int(Purpose.RETRY),
    int(Purpose.RETRY_DELAY),
    int(Purpose.NOTICED),
    int(Purpose.DISCOVERY),
    int(Purpose.CLOSED_NEXT),
    int(Purpose.CLOSED_DELAY),
)


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
    if found and (channel["friction"] <= 0.0 or _first_chance(world, need, PUT_OFF) >= channel["friction"]):
        return preferred, OPEN
    u = _first_chance(world, need, DIVERT)
    return _other_channel(world.plan.diverted[preferred].tolist(), u), int(Outcome.GIVEN_UP)


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


def join_queue(world: World, visit: Visit, queue: int) -> None:
    """An agent at once, or a place in the queue and a patience timer, or neither.

    The visit is over when its talk ends, when patience does, or at once.

    Parameters
    ----------
    world : World
    visit : Visit
    queue : int
    """
    now = world.clock.now
    visit.queue = queue
    visit.joins = now
    visit.over = simpy.Event(world.clock)
    shared = world.channels[visit.channel]["most"] > 1
    agent = find_sharer(world, queue, now) if shared else find_agent(world, queue, now)
    if agent is None and world.settings["interrupts"] and world.channels[visit.channel]["live"]:
        agent = interrupt(world, queue, now)
    if agent is not None:
        begin_service(world, agent, visit, now)
        if shared:
            _set_next_end(world, agent, now)
        return
    channel = world.channels[visit.channel]
    live = channel["live"]
    told = announced_wait(world, visit) if channel["announced_handling"] > 0.0 else 0.0
    if live and world.settings["balks"] and balks(world, visit, told):
        visit.ends = now
        visit.end_reason = BALKED
        return
    law = visit.met["patience"]
    given = replayed(world, visit, "patience") if world.replayed and live else None
    if given is not None:
        visit.patience = given
    elif law != NONE:
        visit.patience = deal(world, law, visit, PATIENCE_DRAW)
        if told > 0.0:
            before, over = world.settings["announced_before"], world.settings["announced_over"]
            visit.patience = laws.announced_patience(visit.patience, told, before, over)
    _line_up(world, visit)
    if visit.patience < inf:
        world.clock.call_at(
            now + visit.patience,
            PATIENCE_ENDS,
            visit.need,
            visit.attempt,
            visit.leg,
            lambda _: leave(world, visit),
        )
    if world.overflows[queue]:
        _overflow_at(world, visit, 0)


def announced_wait(world: World, visit: Visit) -> float:
    """The wait that a channel announces to a visit that finds no agent free.

    Parameters
    ----------
    world : World
    visit : Visit

    Returns
    -------
    float, s
    """
    agents = 0
    for _, g in world.askable[visit.queue]:
        agents += world.groups[g].busy + world.groups[g].n_idle
    handling = world.channels[visit.channel]["announced_handling"]
    return laws.expected_wait(handling, world.n_waiting[visit.queue], agents)


def balks(world: World, visit: Visit, told: float) -> bool:
    """Whether a customer hears of the queue and leaves at once.

    Parameters
    ----------
    world : World
    visit : Visit
    told : float, s
        The announced wait; 0 without an announcement.

    Returns
    -------
    bool
    """
    settings, waiting = world.settings, world.n_waiting[visit.queue]
    joins = laws.joining_probability(settings["balks_per_waiting"], waiting, settings["balks_at_wait"], told)
    return chance(world, visit, BALK) >= joins


def find_agent(world: World, queue: int, now: float) -> Agent | None:
    """The idle agent who takes a visit that has just joined.

    Parameters
    ----------
    world : World
    queue : int
    now : float, s

    Returns
    -------
    Agent or None
    """
    askable = world.askable[queue]
    if len(askable) == 1:
        only = _longest_idle(world, world.groups[askable[0][1]], queue, now)
        return None if only is None else world.agents[only[1]]
    best: tuple[int, float, int] | None = None
    for turn, g in askable:
        if best is not None and turn > best[0]:
            break
        head = _longest_idle(world, world.groups[g], queue, now)
        if head is not None and (best is None or (turn, *head) < best):
            best = (turn, *head)
    return None if best is None else world.agents[best[2]]


def interrupt(world: World, queue: int, now: float) -> Agent | None:
    """The agent who puts down interruptible work for a live visit.

    Parameters
    ----------
    world : World
    queue : int
        That the visit has just joined, finding nobody idle.
    now : float, s

    Returns
    -------
    Agent or None
    """
    best: tuple[int, float, int] | None = None
    for turn, g in world.askable[queue]:
        group = world.groups[g]
        if group.counted and group.busy > _valid_count(group, now):
            continue
        first, n_agents = world.group_terms[g]["first_agent"], world.group_terms[g]["n_agents"]
        for agent in world.agents[first : first + n_agents]:
            if _interruptible(world, agent) and now < agent.until:
                best = min(best or (turn, inf, 0), (turn, -agent.since, -agent.agent))
    if best is None:
        return None
    agent = world.agents[-best[2]]
    put_down(world, agent, now)
    agent.on_floor = True
    return agent


def find_sharer(world: World, queue: int, now: float) -> Agent | None:
    """The agent with a free slot who takes a visit that has just joined.

    Parameters
    ----------
    world : World
    queue : int
        Of a channel whose contacts share an agent.
    now : float, s

    Returns
    -------
    Agent or None
    """
    channel = world.queue_channels[queue]
    step = -1 if world.channels[channel]["to_most_loaded"] else 1
    best: tuple[int, int, float, int] | None = None
    for turn, g in world.askable[queue]:
        if best is not None and turn > best[0]:
            break
        group = world.groups[g]
        idle = _longest_idle(world, group, queue, now)
        if idle is not None:
            best = min(best or (turn, 0, *idle), (turn, 0, *idle))
        for agent in group.sharers.values():
            if agent.hand[0].channel == channel and _has_room(world, agent, now):
                place = (turn, step * len(agent.hand), agent.since, agent.agent)
                best = min(best or place, place)
    return None if best is None else world.agents[best[3]]


def find_contact(world: World, group: Group, channel: int, himself: int, now: float) -> Visit | None:
    """The waiting visit that a free agent takes, removed from its queue.

    Parameters
    ----------
    world : World
    group : Group
    channel : int
        The only one that is looked at; -1 for all.
    himself : int
        1 for an agent who is among the idle, 0 for one who has just finished.
    now : float, s

    Returns
    -------
    Visit or None
    """
    best: tuple[Any, ...] | None = None
    kept_back = group.n_idle - himself < group.reserve
    for preference, queue, after in group.queues:
        if best is not None and preference > best[0]:
            break
        if channel != NONE and world.queue_channels[queue] != channel:
            continue
        if kept_back and not world.on_line[queue]:
            continue
        first = _first_in_line(world, queue, after, now)
        if first is not None and (best is None or (preference, *first) < best):
            best = (preference, *first)
    if best is None:
        return None
    visit: Visit = best[-1]
    visit.waiting = False
    world.n_waiting[visit.queue] -= 1
    return visit


def overflow(world: World, visit: Visit, number: int) -> None:
    """A visit may be taken by other groups from now on; idle agents come in.

    Parameters
    ----------
    world : World
    visit : Visit
    number : int
        Which of the queue's delays is over.
    """
    now = world.clock.now
    while visit.waiting:
        agent = _helper(world, visit, now)
        if agent is None:
            if number + 1 < len(world.overflows[visit.queue]):
                _overflow_at(world, visit, number + 1)
            return
        taken = find_contact(world, world.groups[agent.group], NONE, 1, now)
        assert taken is not None
        begin_service(world, agent, taken, now)


def begin_service(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """The agent answers, or takes up again; how long talk will last.

    Parameters
    ----------
    world : World
    agent : Agent
    visit : Visit
    now : float, s
    """
    group = world.groups[agent.group]
    if agent.idle:
        _write_state(world, agent, IDLE, now)
        agent.idle = False
        group.n_idle -= 1
    visit.agent, visit.group = agent.agent, agent.group
    if world.channels[visit.channel]["most"] > 1:
        _put_in_hand(world, agent, visit, now)
        return
    group.busy += 1
    agent.visit = visit
    if visit.starts != visit.starts:
        visit.starts = now
        visit.talk_ends = now + _talk(world, visit)
    else:
        visit.paused += laws.elapsed(visit.put_down, now)
        visit.talk_ends = now + laws.elapsed(visit.put_down, visit.talk_ends)
    world.clock.put(visit.over, visit.talk_ends, STAGE_ENDS, visit.need, visit.attempt, visit.leg)


def end_service(world: World, visit: Visit) -> None:
    """Talk is over: resolved or not, coded or not, evidence; the agent wraps up.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    now = world.clock.now
    agent = world.agents[visit.agent]
    _write_state(world, agent, TALK, now)
    visit.ends = now
    if visit.misrouted:
        visit.end_reason = TRANSFERRED
        wrap_up = 0.0
    else:
        visit.end_reason = SERVED
        _resolve(world, visit)
        wrap_up = _wrap_up(world, visit)
        if world.settings["listens"]:
            raise_signal(world, visit)
    if agent.hand:
        _wrap_up_in_hand(world, agent, visit, wrap_up, now)
    elif wrap_up > 0.0:
        ends = now + wrap_up
        world.clock.call_at(
            ends, STAGE_ENDS, visit.need, visit.attempt, visit.leg, lambda _: _end_wrap_up(world, agent)
        )
    else:
        visit.wrap_up_ends = now
        free_agent(world, agent, now)


def free_agent(world: World, agent: Agent, now: float) -> None:
    """The agent's work is done: next contact, idle, a break, or off the floor.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    group = world.groups[agent.group]
    group.busy -= 1
    agent.visit = None
    if _stays(group, agent, now):
        take_work(world, agent, now)
    elif agent.breaks and now < agent.shift_ends:
        begin_break(world, agent, now)
    else:
        agent.on_floor = False
        fill_hands(world, group, now)


def puts_down(world: World, agent: Agent) -> bool:
    """Whether an agent who is to go puts down the work in hand.

    Parameters
    ----------
    world : World
    agent : Agent

    Returns
    -------
    bool
    """
    visit = agent.visit
    if not world.settings["pauses"] or visit is None or visit.ends == visit.ends:
        return False
    return not world.channels[visit.channel]["live"]


def put_down(world: World, agent: Agent, now: float) -> None:
    """An agent goes; the work in hand is another one's, or first in line.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    visit = agent.visit
    assert visit is not None
    _write_state(world, agent, TALK, now)
    world.groups[agent.group].busy -= 1
    agent.visit = None
    agent.on_floor = False
    visit.put_down = now
    if visit.paused != visit.paused:
        visit.paused = 0.0
    visit.over = world.clock.replaced(visit.over)
    other = _helper(world, visit, now)
    if other is not None:
        begin_service(world, other, visit, now)
    else:
        _line_up(world, visit)


def begin_shift(world: World, agent: Agent, now: float) -> None:
    """An agent's shift starts: how long he may take work is known.

    Parameters
    ----------
    world : World
    agent : Agent
        With the end and the breaks of this shift.
    now : float, s
    """
    for starts, _ in agent.breaks:
        world.clock.call_at(starts, SHIFT_ENDS, agent.agent, 0, 0, lambda _: break_is_due(world, agent))
    if not agent.on_floor:
        _go_on(world, agent, now)
        return
    _set_until(agent)
    if agent.hand:
        offer_more(world, agent, now)


def end_shift(world: World, agent: Agent, now: float) -> None:
    """An agent's shift ends: who is idle, on a break or puts down his work goes.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    if agent.idle:
        send_home(world, agent, now)
    elif agent.on_break:
        _write_state(world, agent, BREAK, now)
        agent.on_break = agent.on_floor = False
    elif puts_down(world, agent):
        put_down(world, agent, now)


def break_is_due(world: World, agent: Agent) -> None:
    """The time of a break has come; who is busy or on another has it later.

    Parameters
    ----------
    world : World
    agent : Agent
    """
    now = world.clock.now
    if not agent.breaks or now < agent.breaks[0][0]:
        # it began in this very instant, as a contact ended
        return
    if agent.idle:
        send_home(world, agent, now)
    elif puts_down(world, agent):
        put_down(world, agent, now)
    else:
        return
    begin_break(world, agent, now)


def begin_break(world: World, agent: Agent, now: float) -> None:
    """A break that is due begins; it keeps its length but ends with the shift.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    _, lasts = agent.breaks.pop(0)
    agent.on_floor = agent.on_break = True
    if now + lasts < agent.shift_ends:
        world.clock.call_at(now + lasts, SHIFT_STARTS, agent.agent, 0, 0, lambda _: end_break(world, agent))


def end_break(world: World, agent: Agent) -> None:
    """A break is over: the next one if it is due, or work.

    Parameters
    ----------
    world : World
    agent : Agent
    """
    now = world.clock.now
    _write_state(world, agent, BREAK, now)
    agent.on_break = False
    _go_on(world, agent, now)


def take_work(world: World, agent: Agent, now: float) -> None:
    """An agent who may take work does so, or is idle from now on.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    agent.on_floor = True
    agent.since = now
    visit = find_contact(world, world.groups[agent.group], NONE, 0, now)
    if visit is not None:
        begin_service(world, agent, visit, now)
        if agent.hand:
            _take_more(world, agent, now)
            _set_next_end(world, agent, now)
        return
    agent.idle = True
    group = world.groups[agent.group]
    group.n_idle += 1
    heappush(group.idle, (now, agent.agent))


def fill_hands(world: World, group: Group, now: float) -> None:
    """Agents who could take no more and now may do so, lowest id first.

    Parameters
    ----------
    world : World
    group : Group
    now : float, s
    """
    for number in sorted(group.sharers):
        offer_more(world, world.agents[number], now)


def offer_more(world: World, agent: Agent, now: float) -> None:
    """An agent who shares himself takes what waits for his free slots.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    if _take_more(world, agent, now):
        _set_next_end(world, agent, now)


def send_home(world: World, agent: Agent, now: float) -> None:
    """An idle agent leaves the floor.

    Parameters
    ----------
    world : World
    agent : Agent
    now : float, s
    """
    _write_state(world, agent, IDLE, now)
    agent.idle = agent.on_floor = False
    world.groups[agent.group].n_idle -= 1


def leave(world: World, visit: Visit) -> None:
    """Patience is over: the visit leaves the queue, if it still waits.

    Parameters
    ----------
    world : World
    visit : Visit
    """
    if visit.waiting:
        visit.waiting = False
        world.n_waiting[visit.queue] -= 1
        visit.ends = world.clock.now
        visit.end_reason = ABANDONED
        world.clock.wake(visit.over)


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
    if visit.attempt + 1 >= world.settings["most_attempts"]:
        return inf, NONE, int(Outcome.LOST)
    return when, channel, OPEN


def _set_until(agent: Agent) -> None:
    """Until when an agent may take work: the next break, or the end of the shift."""
    agent.until = agent.breaks[0][0] if agent.breaks else agent.shift_ends


def _go_on(world: World, agent: Agent, now: float) -> None:
    """Work until the next break or the end of the shift, or a break that is due."""
    _set_until(agent)
    if now < agent.until:
        take_work(world, agent, now)
    else:
        agent.since = now
        begin_break(world, agent, now)


def _interruptible(world: World, agent: Agent) -> bool:
    """Whether an agent is at work that a live visit may interrupt."""
    visit = agent.visit
    return visit is not None and visit.ends != visit.ends and bool(world.channels[visit.channel]["interruptible"])


def _line_up(world: World, visit: Visit) -> None:
    """Puts a visit at its place in its queue, before all others of its priority if it was begun."""
    visit.waiting = True
    priority, fresh = world.types[visit.need_type]["priority"], visit.starts != visit.starts
    place = (priority, fresh, visit.joins, visit.need, visit.attempt, visit.leg, visit)
    heappush(world.queues[visit.queue], place)
    world.n_waiting[visit.queue] += 1


def _first_chance(world: World, need: int, purpose: int) -> float:
    """The uniform number that a need was dealt before its first attempt."""
    return need_uniform(world.seed, world.replication, need, purpose, 0, 0, 0)


def _next_attempt(world: World, visit: Visit, now: float) -> tuple[float, int]:
    """When and on which channel the customer would try again; channel -1 if he would not."""
    settings = world.settings
    if visit.end_reason == CLOSED:
        return _after_closed(world, visit, now)
    if visit.end_reason == ABANDONED or visit.end_reason == BALKED:
        chance_of, delay = settings["redial"], settings["redial_after"]
        purpose = RETRY_DELAY
    elif visit.end_reason == BLOCKED:
        chance_of, delay = settings["blocked_retry"], settings["blocked_retry_after"]
        purpose = RETRY_DELAY
    elif visit.end_reason == SERVED or visit.end_reason == GATE_WRONG:
        chance_of, delay = settings["reconnect"], settings["reconnect_after"]
        purpose = RETRY_DELAY
        if visit.end_reason == GATE_WRONG or chance(world, visit, NOTICED) >= settings["noticed"]:
            delay, purpose = settings["discovered_after"], DISCOVERY
    else:
        chance_of, delay = settings["gate_retry"], settings["gate_retry_after"]
        purpose = RETRY_DELAY
    row = world.replayed.get(visit.need << 4 | visit.attempt + 1, {})
    channel = row.get("channel", visit.channel)
    if "redial_after" in row:
        return now + row["redial_after"], channel
    if chance_of > 0.0 and chance(world, visit, RETRY) < chance_of:
        return now + deal(world, delay, visit, purpose), channel
    return inf, NONE


def _after_closed(world: World, visit: Visit, now: float) -> tuple[float, int]:
    """Back after the next opening, over to another channel at once, or not again."""
    channel = world.channels[visit.channel]
    u = chance(world, visit, CLOSED_NEXT)
    if u < channel["returns"]:
        opens = next_opening(world, visit.channel, now)
        return opens + deal(world, channel["returns_after"], visit, CLOSED_DELAY), visit.channel
    return now, _other_channel(world.plan.closed_diverted[visit.channel].tolist(), u)


def _other_channel(cumulative: list[float], u: float) -> int:
    """The channel in whose stretch of the cumulative probabilities u falls, or -1 beyond the last."""
    for channel, border in enumerate(cumulative):
        if u < border:
            return channel
    return NONE


def _first_in_line(world: World, queue: int, after: float, now: float) -> tuple[Any, ...] | None:
    """Who comes first in a queue, of those who have waited so long; those who left are skipped."""
    heap = world.queues[queue]
    while heap and not heap[0][-1].waiting:
        heappop(heap)
    if after == 0.0:
        return heap[0] if heap else None
    old_enough = (place for place in heap if place[-1].waiting and (not place[1] or place[2] + after <= now))
    return min(old_enough, default=None)


def _overflow_at(world: World, visit: Visit, number: int) -> None:
    """Sets the timer of the next delay after which other groups may take a visit."""
    world.clock.call_at(
        visit.joins + world.overflows[visit.queue][number],
        OVERFLOW,
        visit.need,
        visit.attempt,
        visit.leg,
        lambda _: overflow(world, visit, number),
    )


def _helper(world: World, visit: Visit, now: float) -> Agent | None:
    """The idle agent whose turn it is, of groups that may take a visit by now."""
    found = []
    for g, group in enumerate(world.groups):
        skill = world.skills[g][visit.queue]
        if skill["preference"] != NONE and (visit.starts == visit.starts or visit.joins + skill["after"] <= now):
            head = _longest_idle(world, group, visit.queue, now)
            if head is not None:
                found.append((skill["turn"], *head))
    return world.agents[min(found)[-1]] if found else None


def _stays(group: Group, agent: Agent, now: float) -> bool:
    """Whether an agent who has just finished may take more work, by the clock."""
    if group.counted:
        return group.busy < _valid_count(group, now)
    return now < agent.until


def _has_room(world: World, agent: Agent, now: float) -> bool:
    """Whether an agent who shares himself has a free slot and may take more, by the clock."""
    group = world.groups[agent.group]
    if len(agent.hand) >= world.channels[agent.hand[0].channel]["most"]:
        return False
    return group.busy <= _valid_count(group, now) if group.counted else now < agent.until


def _put_in_hand(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """One visit more for an agent who shares himself; its work ends so much further on."""
    if agent.hand:
        _catch_up(world, agent, now)
    else:
        group = world.groups[agent.group]
        group.busy += 1
        group.sharers[agent.agent] = agent
        agent.attained = 0.0
    agent.hand.append(visit)
    visit.starts = now
    visit.done_at = agent.attained + _talk(world, visit)


def _catch_up(world: World, agent: Agent, now: float) -> None:
    """What an agent's hands have attained by now, before they change."""
    pace = world.paces[agent.hand[0].channel][len(agent.hand)]
    agent.attained = laws.attained(agent.attained, agent.since, now, pace)
    _write_shared(world, agent, now)


def _take_more(world: World, agent: Agent, now: float) -> bool:
    """Whether an agent took waiting visits of the channel that he has in hand; he does so while he has room."""
    before = len(agent.hand)
    while _has_room(world, agent, now):
        visit = find_contact(world, world.groups[agent.group], agent.hand[0].channel, 0, now)
        if visit is None:
            break
        begin_service(world, agent, visit, now)
    return len(agent.hand) > before


def _set_next_end(world: World, agent: Agent, now: float) -> None:
    """Sets the end of the visit in hand that is done next, now that the hands have changed."""
    agent.turn += 1
    turn = agent.turn
    visit = min(agent.hand, key=lambda one: (one.done_at, one.need, one.attempt, one.leg))
    ends = laws.reached(now, visit.done_at, agent.attained, world.paces[visit.channel][len(agent.hand)])
    world.clock.call_at(
        ends, STAGE_ENDS, visit.need, visit.attempt, visit.leg, lambda _: _end_in_hand(world, agent, visit, turn)
    )


def _end_in_hand(world: World, agent: Agent, visit: Visit, turn: int) -> None:
    """Talk or wrap-up of a visit in hand is over, unless the hands have changed since its end was set."""
    if turn != agent.turn:
        return
    now = world.clock.now
    _catch_up(world, agent, now)
    # exactly, whatever the rounding on the way
    agent.attained = visit.done_at
    if visit.talk_ends != visit.talk_ends:
        visit.talk_ends = now
        world.clock.wake(visit.over)
    else:
        _let_go(world, agent, visit, now)


def _wrap_up_in_hand(world: World, agent: Agent, visit: Visit, wrap_up: float, now: float) -> None:
    """The customer has left; the wrap-up keeps its slot until it is done."""
    if wrap_up > 0.0:
        visit.done_at += wrap_up
        _set_next_end(world, agent, now)
    else:
        _let_go(world, agent, visit, now)


def _let_go(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """A slot is free: more of the channel, or anything once the hands are empty."""
    visit.wrap_up_ends = now
    agent.hand.remove(visit)
    if agent.hand:
        _take_more(world, agent, now)
        _set_next_end(world, agent, now)
    else:
        del world.groups[agent.group].sharers[agent.agent]
        free_agent(world, agent, now)


def _longest_idle(world: World, group: Group, queue: int, now: float) -> tuple[float, int] | None:
    """Who of a group has been idle longest and may take a visit, skipping those who no longer are idle."""
    heap = group.idle
    if group.n_idle == 0:
        heap.clear()
        return None
    if group.n_idle <= group.reserve and not world.on_line[queue]:
        return None
    if group.counted and group.busy >= _valid_count(group, now):
        return None
    while heap:
        since, number = heap[0]
        agent = world.agents[number]
        # one whose shift ends in this very instant is on his way out and may be forgotten here
        if agent.idle and agent.since == since and now < agent.until:
            return since, number
        heappop(heap)
    return None


def _valid_count(group: Group, now: float) -> int:
    """How many may be at work now; the lower of two counts in the instant of a change."""
    if now >= group.changes_at:
        return min(group.count, group.next_count)
    return group.count


def _talk(world: World, visit: Visit) -> float:
    """How long the agent will talk to, or work for, the customer."""
    given = replayed(world, visit, "talk") if world.replayed else None
    if given is not None:
        return float(given)
    if visit.misrouted:
        return deal(world, world.channels[visit.channel]["misroute_talk"], visit, TALK_DRAW)
    drawn = deal(world, visit.met["talk"], visit, TALK_DRAW)
    kind = world.types[visit.need_type]
    skill = world.skills[visit.group][visit.queue]
    if skill["plain"] and kind["handling_grows"] == 0.0:
        # every factor is 1 and nothing is added: the law would give the same bits
        return drawn
    return laws.talk_duration(
        drawn,
        world.needs["complexity"][visit.row],
        kind["typical"],
        kind["handling_grows"],
        skill["handles"],
        world.group_terms[visit.group]["speed"],
        world.settings["listening"] if world.channels[visit.channel]["live"] else 0.0,
    )


def _wrap_up(world: World, visit: Visit) -> float:
    """How long the agent will wrap up."""
    given = replayed(world, visit, "wrap_up") if world.replayed else None
    if given is not None:
        return float(given)
    law = visit.met["wrap_up"]
    return 0.0 if law == NONE else deal(world, law, visit, WRAP_UP_DRAW)


def _resolve(world: World, visit: Visit) -> None:
    """Whether the need is truly resolved, and what the agent's code says."""
    probability = visit.met["resolution"]
    if 0.0 < probability < 1.0:
        kind = world.types[visit.need_type]
        shift = world.group_terms[visit.group]["rushing"] + world.skills[visit.group][visit.queue]["resolves"]
        probability = laws.resolution_probability(
            probability, world.needs["complexity"][visit.row], kind["typical"], kind["resolution_falls"], shift
        )
    visit.resolved = int(probability >= 1.0 or chance(world, visit, RESOLVED_DRAW) < probability)
    settings = world.settings
    coded = settings["coded_when_resolved"] if visit.resolved else settings["coded_when_not"]
    visit.coded = int(coded >= 1.0 or (coded > 0.0 and chance(world, visit, CODED_DRAW) < coded))


def _end_wrap_up(world: World, agent: Agent) -> None:
    """The wrap-up timer has run out."""
    now = world.clock.now
    _write_state(world, agent, WRAP_UP, now)
    assert agent.visit is not None
    agent.visit.wrap_up_ends = now
    free_agent(world, agent, now)


def _write_state(world: World, agent: Agent, state: int, now: float) -> None:
    """Logs the stretch that ends now; a stretch has some length."""
    if now > agent.since:
        visit = agent.visit
        queue, need, n_open = (NONE, NONE, 0) if state == IDLE or visit is None else (visit.queue, visit.need, 1)
        world.states.append((agent.agent, agent.group, state, agent.since, now, queue, need, n_open))
    agent.since = now


def _write_shared(world: World, agent: Agent, now: float) -> None:
    """Logs the stretch that ends now of an agent who shares himself."""
    if now > agent.since:
        hand = agent.hand
        state = TALK if any(visit.talk_ends != visit.talk_ends for visit in hand) else WRAP_UP
        queue = hand[0].queue if all(visit.queue == hand[0].queue for visit in hand) else NONE
        need = hand[0].need if len(hand) == 1 else NONE
        world.states.append((agent.agent, agent.group, state, agent.since, now, queue, need, len(hand)))
    agent.since = now


def unfinished_states(world: World, horizon: float) -> None:
    """Logs what every agent on the floor was doing when the horizon cut in.

    Parameters
    ----------
    world : World
    horizon : float, s
    """
    for agent in world.agents:
        if agent.hand:
            _write_shared(world, agent, horizon)
        elif agent.visit is not None:
            state = WRAP_UP if agent.visit.ends == agent.visit.ends else TALK
            _write_state(world, agent, state, horizon)
        elif agent.on_floor:
            _write_state(world, agent, BREAK if agent.on_break else IDLE, horizon)


def end_at_horizon(visit: Visit, horizon: float) -> None:
    """Ends a leg that the horizon cut off.

    Parameters
    ----------
    visit : Visit
    horizon : float, s
    """
    visit.end_reason = int(EndReason.HORIZON)
    visit.ends = horizon
    visit.talk_ends = nan
    if visit.waiting and visit.starts == visit.starts:
        visit.paused += laws.elapsed(visit.put_down, horizon)
