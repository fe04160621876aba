"""The state of one replication: queues, agents, needs, and the rows written so far."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf, nan
from typing import Any

import simpy

from ccsim.draws import variates
from ccsim.draws.streams import need_uniform, signed
from ccsim.engine.potential import in_order_of_arrival
from ccsim.engine.reference.clock import Clock
from ccsim.plan.law import Law
from ccsim.plan.plan import FINISHES, NONE, Plan, Records

LawRow = tuple[int, float, float, float, float, float, int, int]


class Visit:
    """One leg of one attempt: the row that will be logged, and its place in the queue.

    What a leg has not come to keeps the value that the log gives to what is missing; those values stand on the
    class, which spares every visit twenty assignments.
    """

    queue = group = agent = end_reason = resolved = coded = dials = passed_to = NONE
    enters = joins = starts = talk_ends = ends = wrap_up_ends = patience = done_at = put_down = paused = nan
    gated = bypassed = analysed = silent = 0
    waiting = off_line = False
    lets_go: Callable[[simpy.Event], Any] | None = None
    rest: float | None = None
    handed_over: "Visit | None" = None
    over: simpy.Event
    caller: "Agent"

    def __init__(
        self,
        need: int,
        row: int,
        need_type: int,
        attempt: int,
        leg: int,
        channel: int,
        met: dict[str, Any],
        now: float,
    ) -> None:
        self.need = need
        self.row = row
        self.need_type = need_type
        self.attempt = attempt
        self.leg = leg
        self.channel = channel
        self.met = met
        self.arrives = now


class Agent:
    """One agent: on the floor or not, idle or not, since when, until when; and the shift's breaks to come.

    One who shares himself has several visits in hand instead of one; all of them have attained the same work since
    there were any, each is done at an attained work of its own, and the turn counts the changes, so that an end that
    was set before the last of them is known to be out of date.
    """

    __slots__ = (
        *("agent", "attained", "breaks", "busy_for", "group", "hand", "idle", "idle_for", "on_break", "on_floor"),
        *("shift_ends", "since", "turn", "until", "visit"),
    )

    def __init__(self, agent: int, group: int) -> None:
        self.agent, self.group = agent, group
        self.on_floor = self.idle = self.on_break = False
        self.since = nan
        self.until = self.shift_ends = inf
        self.breaks: list[tuple[float, float]] = []
        self.visit: Visit | None = None
        self.hand: list[Visit] = []
        self.attained = self.busy_for = self.idle_for = 0.0
        self.turn = 0


class Group:
    """One agent group: who is idle, who shares himself, how many are busy, how many should be on the floor."""

    __slots__ = (
        *("busy", "changes_at", "count", "counted", "idle", "members", "n_idle", "next_count", "queues", "reserve"),
        "sharers",
    )

    def __init__(self, members: slice, counted: bool, queues: list[tuple[int, int, float]], reserve: int) -> None:
        self.members = members
        self.counted = counted
        self.queues = queues
        self.reserve = reserve
        self.idle: list[tuple[float, int]] = []
        self.sharers: dict[int, Agent] = {}
        self.n_idle = self.busy = self.count = self.next_count = 0
        self.changes_at = inf


@dataclass(slots=True)
class World:
    """Everything that changes during one replication, beside the plan that does not.

    Attributes
    ----------
    plan : Plan
    clock : Clock
    seed, replication : int
        The key of every draw.
    needs : dict of lists
        The potential needs' columns, as plain Python numbers.
    upcoming : iterator of int
        Rows of the needs that are still to arise.
    queues : list of lists of heaps
        For each queue and each priority of need types the waiting visits as (not begun, joined, need, attempt, leg,
        visit); visits that left are skipped when met.
    n_waiting : list of int
        How many wait in each queue.
    overflows : list of list of float, s
        For each queue the waits after which other groups may serve it, ascending.
    askable : list of list of (turn, group)
        For each queue the groups that may serve it at once.
    lines_taken : list of int
        How many customers are on each channel, from the gate to the end of talk.
    beside : list of int
        For each need how many attempts go on beside one: messages that lie longer than tolerance.
    told : list of bool
        For each need whether an agent has heard of it, where customers tell it again.
    heard : list of list of float, s
        For each cause when needs were first heard since the window began.
    counted : set of int
        Those needs.
    met : set of int
        Needs that an agent has had.
    evidence : list of int
        For each need how far its evidence came.
    on_line : list of int
        For each queue whether its visits are live.
    passages : dict of int
        How often each customer has passed a gate, where they learn from it.
    settings : dict
        What is the same for all customers.
    behaviour : list of dict
        The same with what the customers of each segment do.
    """

    plan: Plan
    clock: Clock
    seed: int
    replication: int
    needs: dict[str, list[Any]]
    upcoming: Iterator[int]
    outcomes: list[int]
    ended: list[float]
    n_attempts: list[int]
    looked: list[float]
    replayed: dict[int, dict[str, Any]]
    laws: list[LawRow]
    closed_laws: list[tuple[int, float, float, float] | None]
    types: list[dict[str, Any]]
    handling: list[list[dict[str, Any]]]
    channels: list[dict[str, Any]]
    paces: list[list[float]]
    queue_channels: list[int]
    settings: dict[str, Any]
    agent_speed: list[float]
    behaviour: list[dict[str, Any]]
    day_factors: list[float]
    group_terms: list[dict[str, Any]]
    skills: list[list[dict[str, Any]]]
    agents: list[Agent]
    groups: list[Group]
    queues: list[list[list[tuple[Any, ...]]]]
    n_waiting: list[int]
    overflows: list[list[float]]
    askable: list[list[tuple[int, int]]]
    on_line: list[int]
    openings: list[tuple[list[float], list[float]]]
    lines_taken: list[int]
    beside: list[int]
    told: list[bool]
    detected: list[float]
    detected_by: list[int]
    heard: list[list[float]]
    evidence: list[int]
    visits: list[Visit] = field(default_factory=list)
    states: list[tuple[Any, ...]] = field(default_factory=list)
    signals: list[tuple[Any, ...]] = field(default_factory=list)
    counted: set[int] = field(default_factory=set)
    met: set[int] = field(default_factory=set)
    passages: dict[int, int] = field(default_factory=dict)


def build_world(plan: Plan, needs: Records, seed: int, replication: int) -> World:
    """A world at time 0: empty queues, nobody on the floor yet.

    Parameters
    ----------
    plan : Plan
    needs : structured[n_needs]
        Potential needs by need id.
    seed, replication : int

    Returns
    -------
    World
    """
    n, names = len(needs), needs.dtype.names or ()
    n_causes = len(plan.causes)
    preference, after = plan.skills["preference"], plan.skills["after"]
    queues_of = [
        sorted(
            (int(preference[g, q]), q, float(after[g, q])) for q in range(len(plan.queues)) if preference[g, q] != NONE
        )
        for g in range(len(plan.groups))
    ]
    return World(
        plan=plan,
        clock=Clock(),
        seed=signed(seed),
        replication=replication,
        needs={name: needs[name].tolist() for name in names},
        upcoming=iter(in_order_of_arrival(needs)[0].tolist()),
        outcomes=[0] * n,
        ended=[nan] * n,
        n_attempts=[0] * n,
        looked=[0.0] * n,
        replayed=_replayed(plan),
        laws=[tuple(law) for law in plan.laws.tolist()],
        closed_laws=[
            law[:4] if law[4] == 0.0 and law[0] not in (Law.TABLE, Law.SAMPLE) else None for law in plan.laws.tolist()
        ],
        types=_as_dicts(plan.need_types),
        handling=[_as_dicts(row) for row in plan.handling],
        channels=[
            {**channel, "walk_in": not channel["gate"] and channel["search"] == 0.0 and channel["travel"] == NONE}
            for channel in _as_dicts(plan.channels)
        ],
        paces=plan.paces.tolist(),
        queue_channels=plan.queues["channel"].tolist(),
        settings=_as_dicts(plan.settings)[0],
        agent_speed=plan.agent_speed.tolist(),
        behaviour=_as_dicts(plan.settings),
        day_factors=plan.day_factors.tolist(),
        group_terms=_as_dicts(plan.groups),
        skills=[_skills(plan, g) for g in range(len(plan.groups))],
        agents=[Agent(agent, int(group)) for agent, group in enumerate(plan.agent_group)],
        groups=[
            Group(
                slice(terms["first_agent"], terms["first_agent"] + terms["n_agents"]),
                bool(terms["counted"]),
                queues_of[g],
                int(terms["reserve"]),
            )
            for g, terms in enumerate(plan.groups)
        ],
        queues=[[[] for _ in range(plan.handling["place"].max() + 1)] for _ in plan.queues],
        n_waiting=[0] * len(plan.queues),
        askable=[
            sorted(
                (int(plan.skills["turn"][g, q]), g)
                for g in range(len(plan.groups))
                if preference[g, q] != NONE and after[g, q] == 0.0
            )
            for q in range(len(plan.queues))
        ],
        overflows=[sorted({wait for wait in after[:, q].tolist() if wait > 0.0}) for q in range(len(plan.queues))],
        on_line=plan.channels["live"][plan.queues["channel"]].tolist(),
        openings=_openings(plan),
        lines_taken=[0] * len(plan.channels),
        beside=[0] * n,
        told=[False] * n,
        detected=[nan] * n_causes,
        detected_by=[NONE] * n_causes,
        heard=[[] for _ in range(n_causes)],
        evidence=needs["evidence"].tolist(),
    )


def set_out(world: World, row: int, attempt: int, leg: int, channel: int) -> Visit:
    """A new leg of an attempt, kept for the log.

    Parameters
    ----------
    world : World
    row : int
        The need's row.
    attempt, leg, channel : int

    Returns
    -------
    Visit
        With `met`, what its need type and segment meet on this channel: queue, laws, resolution, priority.
    """
    needs = world.needs
    need_type = needs["need_type"][row]
    met = world.handling[need_type * len(world.behaviour) + max(needs["segment"][row], 0)][channel]
    visit = Visit(needs["need"][row], row, need_type, attempt, leg, channel, met, world.clock.now)
    visit.dials = world.channels[channel]["dials_from"]
    world.visits.append(visit)
    return visit


def next_leg(world: World, visit: Visit) -> Visit:
    """The leg that follows as a customer is passed on.

    Parameters
    ----------
    world : World
    visit : Visit
        The leg that is over.

    Returns
    -------
    Visit
    """
    leg = set_out(world, visit.row, visit.attempt, visit.leg + 1, visit.channel)
    leg.enters, leg.off_line, leg.lets_go = world.clock.now, visit.off_line, visit.lets_go
    return leg


def behaviour_of(world: World, row: int) -> dict[str, Any]:
    """What the customer of a need does: the settings of his segment.

    Parameters
    ----------
    world : World
    row : int
        The need's row.

    Returns
    -------
    dict
    """
    segment: int = max(world.needs["segment"][row], 0)
    return world.behaviour[segment]


def chance(world: World, visit: Visit, purpose: int, alternative: int = 0) -> float:
    """The uniform number that this leg of an attempt was dealt for a purpose.

    Parameters
    ----------
    world : World
    visit : Visit
    purpose : int
    alternative : int

    Returns
    -------
    float, in (0, 1)
    """
    return need_uniform(world.seed, world.replication, visit.need, purpose, visit.attempt, visit.leg, alternative)


def deal(world: World, law: int, visit: Visit, purpose: int, alternative: int = 0) -> float:
    """The value that this leg of an attempt was dealt from a law.

    Parameters
    ----------
    world : World
    law : int
        Id of a law in the plan.
    visit : Visit
    purpose : int
    alternative : int

    Returns
    -------
    float
    """
    key = (world.seed, world.replication, visit.need, purpose, visit.attempt, visit.leg)
    closed = world.closed_laws[law]
    if closed is not None and alternative == 0:
        return variates.deal_closed(*key, *closed)
    kind, first, second, third, atom, atom_at, offset, n = world.laws[law]
    return variates.deal(*key, alternative, kind, first, second, third, atom, atom_at, offset, n, world.plan.law_tables)


def replayed(world: World, visit: Visit, column: str) -> Any:
    """What the replayed row says in a column, or None where chance decides.

    Parameters
    ----------
    world : World
    visit : Visit
    column : str

    Returns
    -------
    float or int or None
    """
    if not world.replayed or visit.leg > 0:
        return None
    return world.replayed.get(visit.need << 4 | visit.attempt, {}).get(column)


def is_open(world: World, channel: int, now: float) -> bool:
    """Whether a channel is open: on [opens, closes).

    Parameters
    ----------
    world : World
    channel : int
    now : float, s

    Returns
    -------
    bool
    """
    opens, closes = world.openings[channel]
    if len(opens) == 1:
        return opens[0] <= now < closes[0]
    place = bisect_right(opens, now) - 1
    return place >= 0 and now < closes[place]


def is_finished(world: World, channel: int, now: float) -> bool:
    """Whether a channel is closed and who is in line there is still served.

    Parameters
    ----------
    world : World
    channel : int
    now : float, s

    Returns
    -------
    bool
    """
    return bool(world.channels[channel]["at_closing"] == FINISHES) and not is_open(world, channel, now)


def next_opening(world: World, channel: int, now: float) -> float:
    """When a closed channel opens next, inf if not before the horizon.

    Parameters
    ----------
    world : World
    channel : int
    now : float, s

    Returns
    -------
    float, s
    """
    opens, _ = world.openings[channel]
    place = bisect_right(opens, now)
    return opens[place] if place < len(opens) else inf


def _as_dicts(records: Records) -> list[dict[str, Any]]:
    """Records as plain dictionaries: Python numbers are read faster than array elements."""
    names = [str(name) for name in records.dtype.names or ()]
    return [dict(zip(names, row, strict=True)) for row in records.tolist()]


def _skills(plan: Plan, g: int) -> list[dict[str, Any]]:
    """A group's skills by queue, with whether its talk is just the need type's law."""
    unhurried = (plan.agent_speed[plan.agent_group == g] == 1.0).all() and not len(plan.day_factors)
    unhurried = unhurried and plan.settings["listening"][0] == 0.0
    return [{**skill, "plain": unhurried and skill["handles"] == 1.0} for skill in _as_dicts(plan.skills[g])]


def _openings(plan: Plan) -> list[tuple[list[float], list[float]]]:
    """For each channel, when it opens and when it closes."""
    stretches = []
    for channel in plan.channels:
        place = slice(channel["first_opening"], channel["first_opening"] + channel["n_openings"])
        stretches.append((plan.openings["opens"][place].tolist(), plan.openings["closes"][place].tolist()))
    return stretches


def _replayed(plan: Plan) -> dict[int, dict[str, Any]]:
    """Replayed values by (need, attempt), without the empty cells."""
    rows = {}
    for row in _as_dicts(plan.replay):
        filled = {name: value for name, value in row.items() if value == value and value != NONE}
        rows[row["need"] << 4 | row["attempt"]] = filled
    return rows
