"""The people of one replication, the same for every strategy and every engine."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.draws.arrivals import uniforms_of
from ccsim.draws.streams import NUMBER_BITS, Kind, Purpose, entity, signed
from ccsim.draws.variates import quantile
from ccsim.logs.codes import AgentState
from ccsim.logs.logs import AGENT_STATE, Table, frozen
from ccsim.plan.bins import joined
from ccsim.plan.plan import NONE, SHIFT, Plan, Records

I8 = NDArray[np.int64]
AGENT = int(Kind.AGENT)
HANDLES = int(Purpose.AGENT_HANDLES)
IS_ABSENT = int(Purpose.AGENT_ABSENT)
ABSENT = int(AgentState.ABSENT)
Stretches = dict[int, list[tuple[float, float]]]


def absences(plan: Plan, seed: int, replication: int) -> Records:
    """The shifts that agents miss.

    Parameters
    ----------
    plan : Plan
    seed, replication : int

    Returns
    -------
    AGENT_DAY[n]
        Those of the plan's that chance picks, in their order.

    Notes
    -----
    An agent draws by the group's name and his place in it, here and everywhere, so nobody is another one because a
    group grows. An agent's shifts are a Markov chain of two states that begins in its long run.
    """
    if len(plan.agent_days) == 0:
        return plan.agent_days
    agents, days = plan.agent_days["agent"], plan.agent_days["day"]
    u = uniforms_of(signed(seed), replication, _who(plan, agents, days), IS_ABSENT)
    groups = plan.groups[plan.agent_group[agents]]
    first = np.diff(agents, prepend=NONE) != 0
    picked: list[bool] = []
    for is_first, *is_absent in zip(
        first.tolist(),
        (u < groups["absence"]).tolist(),
        (u < groups["absence_begins"]).tolist(),
        (u < groups["absence_goes_on"]).tolist(),
        strict=True,
    ):
        picked.append(is_absent[0 if is_first else 1 + picked[-1]])
    return np.array(plan.agent_days[np.array(picked, dtype=bool)])


def with_people(plan: Plan, away: Records, seed: int, replication: int) -> Plan:
    """The plan with what chance makes of its agents.

    Parameters
    ----------
    plan : Plan
    away : AGENT_DAY[n]
        Shifts that are missed, with their breaks.
    seed, replication : int

    Returns
    -------
    Plan
        The same one where chance decides nothing about them. Its schedule is the planned one.
    """
    changes: dict[str, Any] = {}
    dealt = plan.dealt_agents
    if len(dealt):
        changes["agent_speed"] = plan.agent_speed.copy()
        u = uniforms_of(signed(seed), replication, _who(plan, dealt, np.zeros(len(dealt), np.int64)), HANDLES)
        for agent, at in zip(dealt.tolist(), u.tolist(), strict=True):
            kind, first, second, third, atom, atom_at, offset, n = plan.laws[plan.agent_spread[agent]].tolist()
            factor = quantile(kind, first, second, third, atom, atom_at, offset, n, plan.law_tables, at)
            changes["agent_speed"][agent] *= factor
    if len(away):
        there = _there(plan, away)
        changes["shifts"] = _shifts(plan, there)
        changes["breaks"] = _breaks(plan, there)
    for array in changes.values():
        array.flags.writeable = False
    return replace(plan, **changes) if changes else plan


def with_absences(plan: Plan, away: Records, states: Table) -> Table:
    """Agents' states with the shifts that were missed.

    Parameters
    ----------
    plan : Plan
    away : AGENT_DAY[n]
    states : structured[n_stretches]
        What those who came did.

    Returns
    -------
    structured[n_stretches]

    Notes
    -----
    Who is still at work on a contact of the shift before is absent from its end on.
    """
    if len(away) == 0:
        return states
    starts = np.ascontiguousarray(states["starts"])
    firsts = np.searchsorted(np.ascontiguousarray(states["agent"]), np.arange(len(plan.agent_group) + 1))
    parts, done = [], 0
    for agent, _, begins, ends in away.tolist():
        first, last = firsts[agent], firsts[agent + 1]
        place = first + int(np.searchsorted(starts[first:last], ends))
        since = max(begins, states[place - 1]["ends"]) if place > first else begins
        until = min(ends, plan.horizon)
        if since < until:
            row = (agent, plan.agent_group[agent], ABSENT, since, until, NONE, NONE, 0)
            parts += [states[done:place], np.array([row], dtype=AGENT_STATE)]
            done = place
    # as bytes: numpy copies structured rows field by field
    rows = np.concatenate([np.ascontiguousarray(part).view(np.uint8) for part in (*parts, states[done:])])
    return frozen(rows.view(AGENT_STATE))


def _who(plan: Plan, agents: I8, days: I8) -> I8:
    """The entities by which agents draw."""
    firsts = [
        entity(AGENT, stream, 0, 0) - first
        for stream, first in zip(plan.groups["stream"].tolist(), plan.groups["first_agent"].tolist(), strict=True)
    ]
    return np.array(firsts, dtype=np.int64)[plan.agent_group[agents]] + agents + (days << NUMBER_BITS)


def _there(plan: Plan, away: Records) -> Stretches:
    """When each agent who misses a shift comes all the same, touching shifts made one."""
    missed = set(away[["agent", "day"]].tolist())
    found: Stretches = {agent: [] for agent in away["agent"].tolist()}
    for agent, day, starts, ends in plan.agent_days[np.isin(plan.agent_days["agent"], list(found))].tolist():
        if (agent, day) not in missed:
            found[agent].append((starts, ends + float(plan.groups["overtime"][plan.agent_group[agent]])))
    return {agent: joined(stretches) for agent, stretches in found.items()}


def _shifts(plan: Plan, there: Stretches) -> NDArray[np.void]:
    """The shifts that take place."""
    rows = [(agent, *stretch) for agent, stretches in there.items() for stretch in stretches]
    others = plan.shifts[~np.isin(plan.shifts["agent"], list(there))]
    shifts = np.concatenate([others, np.array(rows, dtype=SHIFT)])
    return shifts[np.lexsort([shifts["starts"], shifts["agent"]])]


def _breaks(plan: Plan, there: Stretches) -> NDArray[np.void]:
    """The breaks of the shifts that take place."""
    theirs = np.flatnonzero(np.isin(plan.breaks["agent"], list(there)))
    kept = np.ones(len(plan.breaks), dtype=bool)
    kept[theirs] = [
        any(starts <= at < ends for starts, ends in there[agent]) for agent, at, _ in plan.breaks[theirs].tolist()
    ]
    return plan.breaks[kept]
