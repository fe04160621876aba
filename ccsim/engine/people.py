"""The people of one replication, the same for every strategy and every engine."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.draws.streams import Kind, Purpose, entity, signed, slot, uniform
from ccsim.draws.variates import quantile
from ccsim.logs.codes import AgentState
from ccsim.logs.logs import AGENT_STATE, Table, in_order
from ccsim.plan.bins import joined
from ccsim.plan.plan import BREAK, NONE, SHIFT, Plan, Records

AGENT = int(Kind.AGENT)
HANDLES = slot(int(Purpose.AGENT_HANDLES), 0, 0, 0, 0)
IS_ABSENT = slot(int(Purpose.AGENT_ABSENT), 0, 0, 0, 0)
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
    picked: list[bool] = []
    before = NONE
    for agent, day, _, _ in plan.agent_days.tolist():
        group = plan.groups[plan.agent_group[agent]]
        spell = "absence" if agent != before else "absence_goes_on" if picked[-1] else "absence_begins"
        picked.append(uniform(signed(seed), replication, _who(plan, agent, day), IS_ABSENT) < group[spell])
        before = agent
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
    dealt = np.flatnonzero(plan.agent_spread != NONE).tolist()
    if dealt:
        changes["agent_speed"] = plan.agent_speed.copy()
    for agent in dealt:
        u = uniform(signed(seed), replication, _who(plan, agent, 0), HANDLES)
        kind, first, second, third, atom, atom_at, offset, n = plan.laws[plan.agent_spread[agent]].tolist()
        factor = quantile(kind, first, second, third, atom, atom_at, offset, n, plan.law_tables, u)
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
    rows = []
    firsts = np.searchsorted(np.ascontiguousarray(states["agent"]), np.arange(len(plan.agent_group) + 1))
    for agent, _, starts, ends in away.tolist():
        first, last = firsts[agent], firsts[agent + 1]
        before = states["ends"][first:last][states["starts"][first:last] < ends]
        since, until = max(starts, before.max(initial=0.0)), min(ends, plan.horizon)
        if since < until:
            rows.append((agent, plan.agent_group[agent], ABSENT, since, until, NONE, NONE, 0))
    return in_order("agent_states", np.concatenate([states, np.array(rows, dtype=AGENT_STATE)])) if rows else states


def _who(plan: Plan, agent: int, day: int) -> int:
    """The entity by which an agent draws."""
    group = plan.groups[plan.agent_group[agent]]
    return entity(AGENT, int(group["stream"]), day, agent - int(group["first_agent"]))


def _there(plan: Plan, away: Records) -> Stretches:
    """When each agent who may be absent is not, touching shifts made one."""
    missed = set(away[["agent", "day"]].tolist())
    found: Stretches = {agent: [] for agent in plan.agent_days["agent"].tolist()}
    for agent, day, starts, ends in plan.agent_days.tolist():
        if (agent, day) not in missed:
            found[agent].append((starts, ends + float(plan.groups["overtime"][plan.agent_group[agent]])))
    return {agent: joined(stretches) for agent, stretches in found.items()}


def _shifts(plan: Plan, there: Stretches) -> NDArray[np.void]:
    """The shifts that take place."""
    rows = [row for row in plan.shifts.tolist() if row[0] not in there]
    rows += [(agent, *stretch) for agent, stretches in there.items() for stretch in stretches]
    return np.array(sorted(rows), dtype=SHIFT)


def _breaks(plan: Plan, there: Stretches) -> NDArray[np.void]:
    """The breaks of the shifts that take place."""
    rows = [
        (agent, at, lasts)
        for agent, at, lasts in plan.breaks.tolist()
        if agent not in there or any(starts <= at < ends for starts, ends in there[agent])
    ]
    return np.array(rows, dtype=BREAK)
