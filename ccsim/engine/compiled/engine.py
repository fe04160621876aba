"""One replication on the compiled engine: build the world, run the loop, hand over the rows."""

import numpy as np

from ccsim.engine.compiled.play import LOG_FULL, play
from ccsim.engine.compiled.rows import pick_attempts, pick_states, places_by
from ccsim.engine.compiled.world import Links, World, build_world
from ccsim.engine.potential import that_arose
from ccsim.logs.logs import CAUSE, NEED, Table, frozen, in_order
from ccsim.plan.plan import Plan, Records


def play_compiled(plan: Plan, needs: Table, seed: int, replication: int) -> dict[str, Table]:
    """The tables that one replication writes.

    Parameters
    ----------
    plan : Plan
    needs : structured[n_needs]
        Potential needs by need id; they become the log's.
    seed, replication : int

    Returns
    -------
    dict of str to structured array
        `needs`, `attempts`, `agent_states`, `signals`, `causes`.
    """
    world = build_world(plan, needs, seed, replication)
    while play(world) == LOG_FULL:
        world = _grown(world)
    if np.count_nonzero(plan.channels["search"]):
        needs["looked"] = np.minimum(needs["looked"], plan.horizon - needs["arises"])
    n_visits, n_states, n_signals = world.counters[["n_visits", "n_states", "n_signals"]][0].tolist()
    owners = world.states["agent"][:n_states].astype(np.int64)
    return {
        "needs": frozen(that_arose(plan, needs)),
        "attempts": frozen(_attempts(world, needs, n_visits)),
        "agent_states": frozen(pick_states(world.states, places_by(owners, len(world.agents)))),
        "signals": in_order("signals", world.signals[:n_signals]),
        "causes": _causes(plan, world),
    }


def compile_engine(plan: Plan) -> None:
    """Compiles the loop, or reads it from the cache.

    A replication without needs is played to that end.

    Parameters
    ----------
    plan : Plan
    """
    play_compiled(plan, np.zeros(0, dtype=NEED), 0, 0)


def _grown(world: World) -> World:
    """The same world with buffers of twice the size."""
    n_agents = len(world.agents)
    return world._replace(
        attempts=_doubled(world.attempts, n_agents),
        visits=_doubled(world.visits, n_agents),
        waiting=Links(_doubled(world.waiting, n_agents)),
        states=_doubled(world.states, n_agents),
        signals=_doubled(world.signals, n_agents),
        events=_doubled(world.events, n_agents),
    )


def _doubled(buffer: Records, n_agents: int) -> Records:
    """A buffer's rows in one of twice the size."""
    larger = np.empty(2 * len(buffer) + 4 * n_agents, dtype=buffer.dtype)
    # as bytes: numpy copies structured rows field by field
    larger.view(np.uint8)[: buffer.nbytes] = buffer.view(np.uint8)
    return larger


def _attempts(world: World, needs: Table, n_visits: int) -> Table:
    """The attempts table; as it stands, where each need made one attempt of one leg."""
    if n_visits == len(needs) and needs["n_attempts"].all():
        return world.attempts[:n_visits]
    return pick_attempts(world.attempts, needs, world.visits["row"][len(needs) : n_visits].astype(np.int64))


def _causes(plan: Plan, world: World) -> Table:
    """The causes table; the weights are put in by `simulate`."""
    rows = np.empty(len(world.causes), dtype=CAUSE)
    rows["cause"] = np.arange(len(rows))
    rows["need_type"] = plan.causes["need_type"]
    rows["weight"] = np.nan
    rows["detected"], rows["detected_by"] = world.causes["detected"], world.causes["detected_by"]
    return frozen(rows)
