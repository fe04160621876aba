"""The people of one replication, the same for every strategy and every engine."""

from dataclasses import replace

import numpy as np

from ccsim.draws.streams import Kind, Purpose, entity, signed, slot, uniform
from ccsim.draws.variates import quantile
from ccsim.plan.plan import NONE, Plan

AGENT = int(Kind.AGENT)
HANDLES = slot(int(Purpose.AGENT_HANDLES), 0, 0, 0, 0)


def with_people(plan: Plan, seed: int, replication: int) -> Plan:
    """The plan with what chance makes of its agents.

    Parameters
    ----------
    plan : Plan
    seed, replication : int

    Returns
    -------
    Plan
        The same one where chance decides nothing about them.

    Notes
    -----
    An agent draws by the group's name and his place in it, so nobody is another one because a group grows.
    """
    dealt = np.flatnonzero(plan.agent_spread != NONE).tolist()
    if not dealt:
        return plan
    speed = plan.agent_speed.copy()
    for agent in dealt:
        group = plan.groups[plan.agent_group[agent]]
        who = entity(AGENT, int(group["stream"]), 0, agent - int(group["first_agent"]))
        u = uniform(signed(seed), replication, who, HANDLES)
        kind, first, second, third, atom, atom_at, offset, n = plan.laws[plan.agent_spread[agent]].tolist()
        speed[agent] *= quantile(kind, first, second, third, atom, atom_at, offset, n, plan.law_tables, u)
    speed.flags.writeable = False
    return replace(plan, agent_speed=speed)
