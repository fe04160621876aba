"""A contact in an agent's hands: begun, put down, interrupted, resolved or not."""

from ccsim.engine.compiled.attempts import is_finished
from ccsim.engine.compiled.calendar import push
from ccsim.engine.compiled.codes import (
    FOR_AT_HAND,
    FOR_CODED,
    FOR_CONSULT,
    FOR_DIALLING,
    FOR_FINDING_OUT,
    FOR_RESOLVED,
    FOR_TALK,
    FOR_TOLD_AGAIN,
    FOR_TRANSFER,
    FOR_WRAP_UP,
    HORIZON,
    IDLE,
    NONE,
    TALK,
)
from ccsim.engine.compiled.dealing import chance, deal, deal_again, deal_drawn, replayed
from ccsim.engine.compiled.floor import idle_before, no_longer_idle, valid_count, write_state
from ccsim.engine.compiled.sharing import catch_up
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.waiting import helper, let_go_who_holds, line_up_first
from ccsim.engine.compiled.world import CONSULT_ENDS, HAS_DIALLED, TALK_ENDS, World
from ccsim.engine.contract import LAST_HANDED_OVER, STAGE_ENDS
from ccsim.engine.laws import elapsed, resolution_probability, stretch_of_day, talk_duration


@step
def factor_of_day(w: World, now: float) -> float:
    """The factor on talk that begins now."""
    place = stretch_of_day(now, w.settings[0].factors_from, w.settings[0].factors_every)
    return w.day_factors[place] if 0 <= place < len(w.day_factors) else 1.0


@step
def is_transferred(w: World, visit: int) -> bool:
    """Whether the agent passes the customer on from the right queue."""
    v = w.attempts[visit]
    meets = w.handling[w.visits[visit].kind, v.channel]
    if v.queue != meets.queue or chance(w, visit, FOR_TRANSFER, 0) >= meets.transfers:
        return False
    w.visits[visit].passed_to = meets.transfers_to
    return True


@step
def time_to_find_out(w: World, visit: int) -> float:
    """How long the agent will look for a customer who has left without a word."""
    return deal(w, w.channels[w.attempts[visit].channel].finding_out, visit, FOR_FINDING_OUT)


@step
def time_told_again(w: World, visit: int) -> float:
    """How long a customer tells again what an agent was told before."""
    v = w.attempts[visit]
    if not w.need_states[w.visits[visit].row].told or not w.channels[v.channel].live:
        return 0.0
    at_hand = w.settings[0].at_hand
    if at_hand > 0.0 and chance(w, visit, FOR_AT_HAND, 0) < at_hand:
        return 0.0
    return deal(w, w.settings[0].told_again, visit, FOR_TOLD_AGAIN)


@inlined
def talk_time(w: World, visit: int) -> float:
    """How long the agent will talk to, or work for, the customer."""
    v = w.attempts[visit]
    if v.silent:
        return time_to_find_out(w, visit)
    if v.leg > 0 and w.visits[visit].rest == w.visits[visit].rest:
        return w.visits[visit].rest
    row = w.visits[visit].row
    meets = w.handling[w.visits[visit].kind, v.channel]
    law = NONE
    if w.visits[visit].passed_to != NONE:
        law = w.channels[v.channel].misroute_talk
    elif meets.transfers > 0.0 and is_transferred(w, visit):
        law = meets.transfer_talk
    place = NONE if v.leg > 0 else replayed(w, row, v.attempt)
    if place != NONE and w.replay[place].talk == w.replay[place].talk:
        return w.replay[place].talk
    if law != NONE:
        return deal(w, law, visit, FOR_TALK)
    kind = w.need_types[v.need_type]
    return talk_duration(
        deal_drawn(w, meets.talk, visit, FOR_TALK, w.need_states[row].talk),
        w.needs[row].complexity,
        kind.typical,
        kind.handling_grows,
        w.skills[v.group, v.queue].handles,
        w.agent_speed[v.agent],
        factor_of_day(w, v.starts) if len(w.day_factors) > 0 else 1.0,
        w.settings[0].listening if w.channels[v.channel].live else 0.0,
        time_told_again(w, visit) if w.settings[0].told_again != NONE else 0.0,
    )


@step
def consults(w: World, visit: int, now: float) -> bool:
    """Whether the agent stays with whom he passes on; for how long at most."""
    v = w.attempts[visit]
    meets = w.handling[w.visits[visit].kind, v.channel]
    if meets.transfer_warm == NONE or w.visits[visit].passed_to != meets.transfers_to:
        return False
    until = now + deal(w, meets.transfer_warm, visit, FOR_CONSULT)
    push(w, until, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, CONSULT_ENDS, visit, 0)
    return True


@step
def take_up_again(w: World, visit: int, now: float) -> None:
    """Work that was put down goes on; the rest of it is as long as it was."""
    v = w.attempts[visit]
    v.paused += elapsed(w.visits[visit].put_down, now)
    v.talk_ends = now + elapsed(w.visits[visit].put_down, v.talk_ends)


@step
def put_in_hand(w: World, agent: int, visit: int, now: float) -> None:
    """One visit more for an agent who shares himself."""
    a = w.agents[agent]
    v = w.attempts[visit]
    v.agent = agent
    v.group = a.group
    v.starts = now
    if a.open == 0:
        a.shares = v.channel
        a.attained = 0.0
    else:
        catch_up(w, agent, now)
    w.hands[agent, a.open].visit = visit
    w.hands[agent, a.open].done_at = a.attained + talk_time(w, visit)
    a.open += 1
    a.talking += 1


@step
def dial(w: World, agent: int, visit: int, now: float) -> None:
    """The agent calls the customer, who will answer or not."""
    v = w.attempts[visit]
    w.agents[agent].open = 1
    w.agents[agent].visit = visit
    v.dials += 1
    ends = now + deal_again(w, w.channels[v.channel].dialling_time, visit, FOR_DIALLING, v.dials)
    push(w, ends, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, HAS_DIALLED, visit, agent)


@inlined
def begin_service(w: World, agent: int, visit: int, now: float) -> None:
    """The agent answers, calls, or takes up again; how long that will last."""
    a = w.agents[agent]
    v = w.attempts[visit]
    if a.open == 0:
        write_state(w, agent, IDLE, now)
        if a.is_idle:
            no_longer_idle(w, agent)
        w.groups[a.group].busy += 1
    if w.channels[v.channel].most > 1:
        put_in_hand(w, agent, visit, now)
        return
    if v.dials != NONE:
        dial(w, agent, visit, now)
        return
    v.agent = agent
    v.group = a.group
    if v.starts == v.starts:
        take_up_again(w, visit, now)
    else:
        v.starts = now
        v.talk_ends = now + talk_time(w, visit)
        if v.leg > 0:
            let_go_who_holds(w, visit, now)
    a.open = 1
    a.visit = visit
    push(w, v.talk_ends, STAGE_ENDS, v.need, v.attempt << 4 | v.leg, TALK_ENDS, visit, 0)


@step
def put_down(w: World, agent: int, now: float) -> None:
    """An agent goes; the work in hand is another one's, or first in line."""
    a = w.agents[agent]
    visit = a.visit
    v = w.attempts[visit]
    write_state(w, agent, TALK, now)
    w.groups[a.group].busy -= 1
    a.visit = NONE
    a.open = 0
    a.on_floor = 0
    w.visits[visit].put_down = now
    if v.paused != v.paused:
        v.paused = 0.0
    other = helper(w, visit, now)
    if other != NONE:
        begin_service(w, other, visit, now)
    else:
        line_up_first(w, visit)


@step
def interrupt(w: World, queue: int, now: float) -> int:
    """The agent who puts down interruptible work for a live visit, or -1."""
    best = NONE
    best_turn = 0
    for k in range(w.ask_order.shape[1]):
        g = w.ask_order[queue, k]
        if g == NONE:
            break
        turn = w.skills[g, queue].turn
        if best != NONE and turn > best_turn:
            break
        if w.groups[g].counted and w.groups[g].busy > valid_count(w, g, now):
            continue
        first = w.plan_groups[g].first_agent
        for agent in range(first, first + w.plan_groups[g].n_agents):
            visit = w.agents[agent].visit
            if visit == NONE or w.attempts[visit].end_reason != HORIZON or not now < w.agents[agent].until:
                continue
            if w.channels[w.attempts[visit].channel].interruptible and (best == NONE or idle_before(w, best, agent)):
                best = agent
                best_turn = turn
    if best != NONE:
        put_down(w, best, now)
        w.agents[best].on_floor = 1
    return best


@step
def wrap_up_time(w: World, visit: int) -> float:
    """How long the agent will wrap up."""
    v = w.attempts[visit]
    place = NONE if v.leg > 0 else replayed(w, w.visits[visit].row, v.attempt)
    if place != NONE and w.replay[place].wrap_up == w.replay[place].wrap_up:
        return w.replay[place].wrap_up
    law = w.handling[w.visits[visit].kind, v.channel].wrap_up
    return 0.0 if law == NONE else deal(w, law, visit, FOR_WRAP_UP)


@step
def resolve(w: World, visit: int) -> None:
    """Whether the need is truly resolved, and what the agent's code says."""
    v = w.attempts[visit]
    probability = w.handling[w.visits[visit].kind, v.channel].resolution
    if 0.0 < probability < 1.0:
        kind = w.need_types[v.need_type]
        shift = w.plan_groups[v.group].rushing + w.skills[v.group, v.queue].resolves
        probability = resolution_probability(
            probability, w.needs[w.visits[visit].row].complexity, kind.typical, kind.resolution_falls, shift
        )
    v.resolved = 1 if probability >= 1.0 or chance(w, visit, FOR_RESOLVED, 0) < probability else 0
    s = w.settings[0]
    coded = s.coded_when_resolved if v.resolved == 1 else s.coded_when_not
    v.coded = 1 if coded >= 1.0 or (coded > 0.0 and chance(w, visit, FOR_CODED, 0) < coded) else 0


@step
def puts_down(w: World, agent: int) -> bool:
    """Whether an agent who is to go puts down the work in hand."""
    visit = w.agents[agent].visit
    if not w.settings[0].pauses or visit == NONE or w.attempts[visit].end_reason != HORIZON:
        return False
    return w.attempts[visit].dials == NONE and not w.channels[w.attempts[visit].channel].live


@step
def hands_over(w: World, agent: int, now: float) -> bool:
    """Whether an agent who is to go hands over the talk in hand."""
    visit = w.agents[agent].visit
    if not w.settings[0].hands_over or visit == NONE or w.attempts[visit].end_reason != HORIZON:
        return False
    v = w.attempts[visit]
    if not w.channels[v.channel].live or is_finished(w, v.channel, now):
        return False
    return v.starts == v.starts and v.leg < LAST_HANDED_OVER
