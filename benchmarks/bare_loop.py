"""M/M/n+M in the smallest compiled loops with our draws and our rows: the limits that the compiled engine is held to.

`by_events` is the smallest loop over events: a calendar of talk and patience that end, a line, and idle agents.
`by_contacts` does without: where agents are all alike and the first to come is the first served, whoever arrives takes
the agent who is free first, or leaves when patience ends before that. What is left is to draw, to find that agent, and
to write; no second queue, priority or shift could be added to it.
One type, one group, one day; the rows are the engine's own, bit for bit, and `bench.py` checks that they are.
"""

from collections.abc import Callable
from math import nan
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.draws.arrivals import day_counts, exponentials
from ccsim.draws.streams import Purpose, need_id, signed, slot, uniform
from ccsim.logs.codes import AgentState, EndReason, Outcome
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, CAUSE, LEDGER, NEED, SIGNAL, Logs, Table
from ccsim.plan.plan import Plan

compiled = numba.njit(cache=True, error_model="numpy")
AT_ARRIVAL = slot(int(Purpose.ARRIVAL), 0, 0, 0, 0)
FOR_PATIENCE = int(Purpose.PATIENCE)
FOR_TALK = int(Purpose.TALK)
SERVED = int(EndReason.SERVED)
ABANDONED = int(EndReason.ABANDONED)
HORIZON = int(EndReason.HORIZON)
OPEN = int(Outcome.OPEN)
RESOLVED = int(Outcome.RESOLVED)
GIVEN_UP = int(Outcome.GIVEN_UP)
IDLE = int(AgentState.IDLE)
TALK = int(AgentState.TALK)
NONE = -1
# a day's factor, its shape, and no factors within it
FLAT_DAY = (np.ones((1, 1)), np.zeros((1, 1), np.int64), np.zeros((1, 2)), np.zeros((1, 2)), np.ones((1, 0)), 1.0)


class Queue(NamedTuple):
    """What the loop needs of a plan: the stream of its needs, its agents, its means in s."""

    streams: NDArray[np.int64]
    expected: NDArray[np.float64]
    horizon: float
    n_agents: int
    talk: float
    patience: float


def queue_of(plan: Plan) -> Queue:
    """The one queue of a plan for M/M/n+M on one day."""
    handling = plan.handling[0, 0]
    return Queue(
        streams=np.ascontiguousarray(plan.need_types["stream"]),
        expected=plan.expected,
        horizon=plan.horizon,
        n_agents=len(plan.agent_group),
        talk=float(plan.laws["first"][handling["talk"]]),
        patience=float(plan.laws["first"][handling["patience"]]),
    )


def play_bare(serve: Callable[..., Table], queue: Queue, seed: int, replication: int) -> Logs:
    """One replication: draw when needs arise, sort, serve by one of the two loops, write."""
    key = signed(seed)
    count = int(day_counts(key, replication, queue.streams, queue.expected, *FLAT_DAY)[0, 0])
    first = need_id(int(queue.streams[0]), 0, 0, 0)
    arises = arrivals(key, replication, first, count, queue.horizon)
    attempts, needs = np.empty(count, ATTEMPT), np.empty(count, NEED)
    states = serve(
        first, dealt(key, replication, first, count, queue.talk, FOR_TALK),
        dealt(key, replication, first, count, queue.patience, FOR_PATIENCE), queue.horizon, queue.n_agents,
        arises, np.argsort(arises), attempts, needs, np.empty(2 * (count + queue.n_agents), AGENT_STATE),
    )  # fmt: skip
    return Logs(needs, attempts, states, empty(SIGNAL), empty(CAUSE), empty(LEDGER))


def empty(columns: np.dtype) -> Table:
    """A table without rows."""
    return np.empty(0, columns)


@compiled
def arrivals(seed: int, replication: int, first: int, count: int, day: float) -> NDArray[np.float64]:
    """When the needs arise, by their number: a flat day."""
    arises = np.empty(count)
    for number in range(count):
        arises[number] = uniform(seed, replication, (first >> 4) + number, AT_ARRIVAL) * day
    return arises


@compiled
def dealt(seed: int, replication: int, first: int, count: int, mean: float, purpose: int) -> NDArray[np.float64]:
    """Exponential durations by the need's number, drawn side by side as the engine draws them."""
    needs = np.empty(count, np.int64)
    for number in range(count):
        needs[number] = first + (number << 4)
    return mean * exponentials(seed, replication, needs, purpose)


@compiled
def by_contacts(
    first: int,
    talks: NDArray[np.float64],
    patiences: NDArray[np.float64],
    horizon: float,
    n_agents: int,
    arises: NDArray[np.float64],
    order: NDArray[np.int64],
    attempts: Table,
    needs: Table,
    states: Table,
) -> Table:
    """Fills the tables, needs in order of arrival; the agents' rows are then laid agent by agent."""
    free_from = np.zeros(n_agents)
    n_states = np.zeros(n_agents, np.int64)
    heap = np.arange(n_agents)  # agents by the time from which they are free, then by number
    answered = np.empty(len(order), np.int64)
    n_answered = 0
    for k in range(len(order)):
        number = order[k]
        need = first + (number << 4)
        now = arises[number]
        a = attempts[number]
        write_arrival(a, need, now)
        agent = heap[0]
        starts = now
        if free_from[agent] > now:
            starts = free_from[agent]
            a.patience = patiences[number]
        gone = now + a.patience if starts > now else horizon
        if starts > gone or starts >= horizon:
            a.ends = min(gone, horizon)
            a.end_reason = ABANDONED if gone < horizon else HORIZON
        else:
            ends = starts + talks[number]
            write_service(a, agent, starts, ends, horizon)
            answered[n_answered] = number
            n_answered += 1
            n_states[agent] += 1 + (starts > free_from[agent])
            free_from[agent] = ends
            sift(heap, free_from)
        write_need(needs[number], a)
    return lay_states(attempts, answered[:n_answered], free_from, n_states, horizon, states)


@compiled
def by_events(
    first: int,
    talks: NDArray[np.float64],
    patiences: NDArray[np.float64],
    horizon: float,
    n_agents: int,
    arises: NDArray[np.float64],
    order: NDArray[np.int64],
    attempts: Table,
    needs: Table,
    states: Table,
) -> Table:
    """Fills the tables, event by event; the agents' rows are then laid agent by agent."""
    n = len(order)
    time, what = np.empty(n + n_agents), np.empty(n + n_agents, np.int64)  # the calendar; ~number where patience ends
    idle, line, answered = np.arange(n_agents + n), np.empty(n, np.int64), np.empty(n, np.int64)
    first_idle, last_idle, first_waiting, last_waiting, n_answered, n_events = 0, n_agents, 0, 0, 0, 0
    free_from, n_states = np.zeros(n_agents), np.zeros(n_agents, np.int64)
    k = 0
    while k < n or n_events > 0:
        freed = NONE
        if n_events == 0 or (k < n and arises[order[k]] < time[0]):
            number = order[k]
            k += 1
            a = attempts[number]
            now = arises[number]
            write_arrival(a, first + (number << 4), now)
            if first_idle < last_idle:
                freed = idle[first_idle]
                first_idle += 1
            else:
                a.patience = patiences[number]
                n_events = push(time, what, n_events, now + a.patience, ~number)
            line[last_waiting] = number
            last_waiting += 1
        else:
            now = time[0]
            number = what[0]
            n_events = drop_first(time, what, n_events)
            if now >= horizon:
                break
            if number >= 0:
                a = attempts[number]
                freed = a.agent
                write_service(a, freed, a.starts, now, horizon)
                write_need(needs[number], a)
            else:
                a = attempts[~number]
                if a.end_reason == NONE and a.agent == NONE:
                    a.ends = now
                    a.end_reason = ABANDONED
                    write_need(needs[~number], a)
        if freed == NONE:
            continue
        while first_waiting < last_waiting and attempts[line[first_waiting]].end_reason != NONE:
            first_waiting += 1
        if first_waiting == last_waiting:
            idle[last_idle] = freed
            last_idle += 1
            free_from[freed] = now
            continue
        number = line[first_waiting]
        first_waiting += 1
        a = attempts[number]
        a.agent = freed
        a.starts = now
        ends = now + talks[number]
        answered[n_answered] = number
        n_answered += 1
        n_states[freed] += 1 + (now > free_from[freed])
        free_from[freed] = ends
        n_events = push(time, what, n_events, ends, number)
    for number in range(n):
        a = attempts[number]
        if a.end_reason == NONE:
            if a.agent == NONE:
                a.ends = horizon
                a.end_reason = HORIZON
            else:
                write_service(a, a.agent, a.starts, horizon, horizon)
            write_need(needs[number], a)
    return lay_states(attempts, answered[:n_answered], free_from, n_states, horizon, states)


@compiled
def push(time: NDArray[np.float64], what: NDArray[np.int64], n: int, when: float, which: int) -> int:
    """One more event on a binary heap; how many there are then."""
    place = n
    while place > 0 and when < time[(place - 1) >> 1]:
        time[place] = time[(place - 1) >> 1]
        what[place] = what[(place - 1) >> 1]
        place = (place - 1) >> 1
    time[place] = when
    what[place] = which
    return n + 1


@compiled
def drop_first(time: NDArray[np.float64], what: NDArray[np.int64], n: int) -> int:
    """The heap without its first event; how many there are then."""
    last = n - 1
    place = 0
    child = 1
    while child < last:
        if child + 1 < last and time[child + 1] < time[child]:
            child += 1
        if time[last] <= time[child]:
            break
        time[place] = time[child]
        what[place] = what[child]
        place = child
        child = 2 * place + 1
    time[place] = time[last]
    what[place] = what[last]
    return last


@compiled
def write_arrival(a: np.void, need: int, now: float) -> None:
    """The columns of an attempt that are known when it arrives, and those that stay empty."""
    a.need = need
    a.attempt = 0
    a.leg = 0
    a.need_type = 0
    a.channel = 0
    a.queue = 0
    a.group = NONE
    a.agent = NONE
    a.arrives = now
    a.enters = now
    a.joins = now
    a.starts = nan
    a.talk_ends = nan
    a.ends = nan
    a.wrap_up_ends = nan
    a.patience = nan
    a.paused = nan
    a.silent = 0
    a.dials = NONE
    a.end_reason = NONE
    a.gated = 0
    a.bypassed = 0
    a.resolved = NONE
    a.coded = NONE
    a.typing = 0.0
    a.analysed = 0


@compiled
def write_service(a: np.void, agent: int, starts: float, ends: float, horizon: float) -> None:
    """The columns of an attempt that is answered; what is unfinished ends at the horizon."""
    a.group = 0
    a.agent = agent
    a.starts = starts
    if ends < horizon:
        a.talk_ends = ends
        a.ends = ends
        a.wrap_up_ends = ends
        a.end_reason = SERVED
        a.resolved = 1
        a.coded = 1
    else:
        a.ends = horizon
        a.end_reason = HORIZON


@compiled
def write_need(n: np.void, a: np.void) -> None:
    """The row of a need with one attempt."""
    n.need = a.need
    n.need_type = 0
    n.cause = NONE
    n.complexity = 0.5
    n.stake = 1.0
    n.arises = a.arrives
    n.preferred = 0
    n.outcome = RESOLVED if a.end_reason == SERVED else (GIVEN_UP if a.end_reason == ABANDONED else OPEN)
    n.ended = nan if a.end_reason == HORIZON else a.ends
    n.n_attempts = 1
    n.looked = 0.0
    n.customer = NONE
    n.segment = NONE
    n.evidence = NONE


@compiled
def sift(heap: NDArray[np.int64], free_from: NDArray[np.float64]) -> None:
    """Puts the first of the heap where it belongs now."""
    agent = heap[0]
    place = 0
    child = 1
    while child < len(heap):
        if child + 1 < len(heap) and is_before(heap[child + 1], heap[child], free_from):
            child += 1
        if is_before(agent, heap[child], free_from):
            break
        heap[place] = heap[child]
        place = child
        child = 2 * place + 1
    heap[place] = agent


@compiled
def is_before(one: int, other: int, free_from: NDArray[np.float64]) -> bool:
    """Whether one agent is free before another."""
    return free_from[one] < free_from[other] or (free_from[one] == free_from[other] and one < other)


@compiled
def lay_states(
    attempts: Table,
    answered: NDArray[np.int64],
    free_from: NDArray[np.float64],
    n_states: NDArray[np.int64],
    horizon: float,
    states: Table,
) -> Table:
    """The agents' stretches by agent, then start: each agent's contacts are met in that order."""
    place = np.zeros(len(n_states), np.int64)
    for agent in range(len(n_states) - 1):
        place[agent + 1] = place[agent] + n_states[agent] + (free_from[agent] < horizon)
    since = np.zeros(len(n_states))
    for k in range(len(answered)):
        a = attempts[answered[k]]
        agent = a.agent
        if a.starts > since[agent]:
            write_state(states[place[agent]], agent, IDLE, since[agent], a.starts, NONE, NONE)
            place[agent] += 1
        write_state(states[place[agent]], agent, TALK, a.starts, a.ends, 0, a.need)
        place[agent] += 1
        since[agent] = a.ends
    for agent in range(len(n_states)):
        if since[agent] < horizon:
            write_state(states[place[agent]], agent, IDLE, since[agent], horizon, NONE, NONE)
            place[agent] += 1
    return states[: place[-1]]


@compiled
def write_state(s: np.void, agent: int, state: int, starts: float, ends: float, queue: int, need: int) -> None:
    """One stretch of an agent's time."""
    s.agent = agent
    s.group = 0
    s.state = state
    s.starts = starts
    s.ends = ends
    s.queue = queue
    s.need = need
    s.open = 1 if state == TALK else 0
