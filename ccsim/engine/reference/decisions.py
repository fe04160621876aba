"""The decisions and steps of the contract's table: they finish within the instant and never wait."""

from heapq import heappop, heappush
from math import inf, nan

import simpy

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.engine import laws
from ccsim.engine.contract import PATIENCE_ENDS, STAGE_ENDS
from ccsim.engine.reference.evidence import raise_signal
from ccsim.engine.reference.world import Agent, Group, Visit, World, chance, deal, next_opening, replayed
from ccsim.logs.codes import AgentState, EndReason, Outcome
from ccsim.plan.plan import NONE

ABANDONED, CLOSED, SERVED, TRANSFERRED = (
    int(EndReason.ABANDONED),
    int(EndReason.CLOSED),
    int(EndReason.SERVED),
    int(EndReason.TRANSFERRED),
)
GATE_WRONG = int(EndReason.GATE_WRONG)
OPEN = int(Outcome.OPEN)
IDLE, TALK, WRAP_UP = int(AgentState.IDLE), int(AgentState.TALK), int(AgentState.WRAP_UP)
(PREFER, FIND, PUT_OFF, DIVERT) = (
    int(Purpose.PREFER),
    int(Purpose.FIND),
    int(Purpose.PUT_OFF),
    int(Purpose.DIVERT),
)
(TALK_DRAW, WRAP_UP_DRAW, PATIENCE_DRAW, RESOLVED_DRAW, CODED_DRAW) = (
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
    """An agent at once, or a place in the queue and a patience timer.

    The visit is over when its talk ends, or when patience does.

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
    if agent is not None:
        begin_service(world, agent, visit, now)
        if shared:
            _go_on(world, agent, now)
        return
    law = visit.met["patience"]
    live = world.channels[visit.channel]["live"]
    given = replayed(world, visit, "patience") if world.replayed and live else None
    if given is not None:
        visit.patience = given
    elif law != NONE:
        visit.patience = deal(world, law, visit, PATIENCE_DRAW)
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
        only = _longest_idle(world, world.groups[askable[0][1]], now)
        return None if only is None else world.agents[only[1]]
    best: tuple[int, float, int] | None = None
    for turn, g in askable:
        if best is not None and turn > best[0]:
            break
        head = _longest_idle(world, world.groups[g], now)
        if head is not None and (best is None or (turn, *head) < best):
            best = (turn, *head)
    return None if best is None else world.agents[best[2]]


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
        idle = _longest_idle(world, group, now)
        if idle is not None:
            best = min(best or (turn, 0, *idle), (turn, 0, *idle))
        for agent in group.sharers.values():
            if agent.hand[0].channel == channel and _has_room(world, agent, now):
                place = (turn, step * len(agent.hand), agent.since, agent.agent)
                best = min(best or place, place)
    return None if best is None else world.agents[best[3]]


def find_contact(world: World, group: Group, channel: int = NONE) -> Visit | None:
    """The waiting visit that a free agent takes, removed from its queue.

    Parameters
    ----------
    world : World
    group : Group
    channel : int
        The only one that is looked at; -1 for all.

    Returns
    -------
    Visit or None
    """
    best = None
    best_queue = NONE
    for preference, queue in group.queues:
        if best is not None and preference > best[0]:
            break
        if channel != NONE and world.queue_channels[queue] != channel:
            continue
        heap = world.queues[queue]
        while heap and not heap[0][-1].waiting:
            heappop(heap)
        if heap and (best is None or (preference, *heap[0][:-1]) < best):
            best = (preference, *heap[0][:-1])
            best_queue = queue
    if best_queue == NONE:
        return None
    visit: Visit = heappop(world.queues[best_queue])[-1]
    visit.waiting = False
    return visit


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
    """The agent's work is done: next contact, idle, or off the floor.

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
    other = find_agent(world, visit.queue, now)
    if other is not None:
        begin_service(world, other, visit, now)
    else:
        _line_up(world, visit)


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
    visit = find_contact(world, world.groups[agent.group])
    if visit is not None:
        begin_service(world, agent, visit, now)
        if agent.hand:
            _take_more(world, agent, now)
            _go_on(world, agent, now)
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
        _go_on(world, agent, now)


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


def _line_up(world: World, visit: Visit) -> None:
    """Puts a visit at its place in its queue, before all others of its priority if it was begun."""
    visit.waiting = True
    priority, fresh = world.types[visit.need_type]["priority"], visit.starts != visit.starts
    place = (priority, fresh, visit.joins, visit.need, visit.attempt, visit.leg, visit)
    heappush(world.queues[visit.queue], place)


def _first_chance(world: World, need: int, purpose: int) -> float:
    """The uniform number that a need was dealt before its first attempt."""
    return need_uniform(world.seed, world.replication, need, purpose, 0, 0, 0)


def _next_attempt(world: World, visit: Visit, now: float) -> tuple[float, int]:
    """When and on which channel the customer would try again; channel -1 if he would not."""
    settings = world.settings
    if visit.end_reason == CLOSED:
        return _after_closed(world, visit, now)
    if visit.end_reason == ABANDONED:
        chance_of, delay = settings["redial"], settings["redial_after"]
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
        visit = find_contact(world, world.groups[agent.group], agent.hand[0].channel)
        if visit is None:
            break
        begin_service(world, agent, visit, now)
    return len(agent.hand) > before


def _go_on(world: World, agent: Agent, now: float) -> None:
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
        _go_on(world, agent, now)
    else:
        _let_go(world, agent, visit, now)


def _let_go(world: World, agent: Agent, visit: Visit, now: float) -> None:
    """A slot is free: more of the channel, or anything once the hands are empty."""
    visit.wrap_up_ends = now
    agent.hand.remove(visit)
    if agent.hand:
        _take_more(world, agent, now)
        _go_on(world, agent, now)
    else:
        del world.groups[agent.group].sharers[agent.agent]
        free_agent(world, agent, now)


def _longest_idle(world: World, group: Group, now: float) -> tuple[float, int] | None:
    """Who of a group has been idle longest and may take work, skipping those who no longer are idle."""
    heap = group.idle
    if group.n_idle == 0:
        heap.clear()
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
            _write_state(world, agent, IDLE, horizon)


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
