"""One replication on the compiled engine: build the world, run the loop, hand over the rows."""

import numpy as np

from ccsim.engine.compiled.play import LOG_FULL, play
from ccsim.engine.compiled.world import World, build_world
from ccsim.engine.potential import POTENTIAL
from ccsim.logs.codes import AgentState, EndReason, Outcome
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, CAUSE, NEED, Table, in_order
from ccsim.plan.plan import NONE, Plan, Records


def play_compiled(plan: Plan, needs: Records, seed: int, replication: int) -> dict[str, Table]:
    """The tables that one replication writes.

    Parameters
    ----------
    plan : Plan
    needs : structured[n_needs]
        Potential needs in order of arrival.
    seed, replication : int

    Returns
    -------
    dict of str to structured array
        `needs`, `attempts`, `agent_states`, `signals`, `causes`.
    """
    world = build_world(plan, needs, seed, replication)
    while play(world) == LOG_FULL:
        world = _grown(world)
    return {
        "needs": _needs(plan, world),
        "attempts": _attempts(plan, world),
        "agent_states": _agent_states(plan, world),
        "signals": in_order("signals", world.signals[: world.counters["n_signals"][0]]),
        "causes": _causes(plan, world),
    }


def compile_engine(plan: Plan) -> None:
    """Compiles the loop, or reads it from the cache.

    A replication without needs is played to that end.

    Parameters
    ----------
    plan : Plan
    """
    play(build_world(plan, np.zeros(0, dtype=POTENTIAL), 0, 0))


def _grown(world: World) -> World:
    """The same world with buffers of twice the size."""
    n_agents = len(world.agents)
    return world._replace(
        visits=_doubled(world.visits, n_agents),
        states=_doubled(world.states, n_agents),
        signals=_doubled(world.signals, n_agents),
        events=_doubled(world.events, n_agents),
    )


def _doubled(buffer: Records, n_agents: int) -> Records:
    """A buffer's rows in one of twice the size."""
    larger = np.empty(2 * len(buffer) + 4 * n_agents, dtype=buffer.dtype)
    larger[: len(buffer)] = buffer
    return larger


def _needs(plan: Plan, world: World) -> Table:
    """The needs table."""
    rows = np.empty(len(world.needs), dtype=NEED)
    for name in NEED.names or ():
        rows[name] = world.needs[name]
    rows["looked"] = np.minimum(rows["looked"], plan.horizon - rows["arises"])
    rows["ended"][rows["outcome"] == Outcome.OPEN] = np.nan
    return in_order("needs", rows)


def _attempts(plan: Plan, world: World) -> Table:
    """The attempts table; what is unfinished ends at the horizon."""
    visits = world.visits[: world.counters["n_visits"][0]]
    rows = np.empty(len(visits), dtype=ATTEMPT)
    for name in ATTEMPT.names or ():
        rows[name] = visits[name]
    cut = rows["end_reason"] == NONE
    rows["end_reason"][cut] = EndReason.HORIZON
    rows["ends"][cut] = plan.horizon
    rows["talk_ends"][cut] = np.nan
    return in_order("attempts", rows)


def _agent_states(plan: Plan, world: World) -> Table:
    """The agent states table, with what every agent on the floor was doing when the horizon cut in."""
    states = world.states[: world.counters["n_states"][0]]
    on_floor = np.flatnonzero((world.agents["on_floor"] == 1) & (world.agents["since"] < plan.horizon))
    last = np.empty(len(on_floor), dtype=AGENT_STATE)
    agents = world.agents[on_floor]
    busy = agents["visit"] != NONE
    visits = world.visits[agents["visit"]]
    wrapping = busy & ~np.isnan(visits["ends"])
    last["agent"], last["group"] = on_floor, agents["group"]
    last["state"] = np.where(wrapping, AgentState.WRAP_UP, np.where(busy, AgentState.TALK, AgentState.IDLE))
    last["starts"], last["ends"] = agents["since"], plan.horizon
    last["queue"] = np.where(busy, visits["queue"], NONE)
    last["need"] = np.where(busy, visits["need"], NONE)
    return in_order("agent_states", np.concatenate([states, last]))


def _causes(plan: Plan, world: World) -> Table:
    """The causes table; the weights are put in by `simulate`."""
    rows = np.empty(len(world.causes), dtype=CAUSE)
    rows["cause"] = np.arange(len(rows))
    rows["need_type"] = plan.causes["need_type"]
    rows["weight"] = np.nan
    rows["detected"], rows["detected_by"] = world.causes["detected"], world.causes["detected_by"]
    return in_order("causes", rows)
