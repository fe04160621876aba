"""One replication on the compiled engine: build the world, run the loop, hand over the rows."""

from typing import Any

import numba
import numpy as np

from ccsim.compiling import F8, I8, INSIDE, OWNING_NOTHING, KeptAlone, array_of, compiled
from ccsim.draws.streams import signed
from ccsim.engine.compiled.building import BUFFER_ARRAYS, STATE_ARRAYS, build_buffers, build_state, doubled
from ccsim.engine.compiled.by_reference import by_reference
from ccsim.engine.compiled.play import LOG_FULL, run
from ccsim.engine.compiled.rows import pick_attempts, pick_states
from ccsim.engine.compiled.stepping import BY_VALUE
from ccsim.engine.compiled.world import CAUSE as FOUND
from ccsim.engine.compiled.world import STATE, World, world_of
from ccsim.engine.potential import that_arose
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, CAUSE, NEED, SIGNAL, Table, frozen, in_order
from ccsim.plan.plan import CAUSE as PLAN_CAUSE
from ccsim.plan.plan import Plan, Records

_TABLES = tuple(map(array_of, (ATTEMPT, AGENT_STATE, SIGNAL, CAUSE)))


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
    of_plan = plan.n_customers, plan.window[0], plan.horizon
    attempts, states, signals, causes = play(world_of(plan), needs, *of_plan, signed(seed), replication)
    if plan.searches:
        needs["looked"] = np.minimum(needs["looked"], plan.horizon - needs["arises"])
    return {
        "needs": frozen(that_arose(plan, needs)),
        "attempts": frozen(attempts),
        "agent_states": frozen(states),
        "signals": in_order("signals", signals),
        "causes": frozen(causes),
    }


def compile_engine(plan: Plan) -> None:
    """Compiles the loop, or reads it from the cache.

    A replication without needs is played to that end.

    Parameters
    ----------
    plan : Plan
    """
    play_compiled(plan, np.zeros(0, dtype=NEED), 0, 0)


@compiled(I8(BY_VALUE, STATE_ARRAYS, BUFFER_ARRAYS), **OWNING_NOTHING)
def go_on(given: World, state: tuple[Any, ...], buffers: tuple[Any, ...]) -> int:
    """Runs a world to its horizon, or until a buffer may be too small.

    Parameters
    ----------
    given : World
        As `world_of` makes it of the plan.
    state, buffers : tuples of arrays
        The rest of it.

    Returns
    -------
    int
        As `run` tells it.

    Notes
    -----
    The world is put together here, where nobody who holds an array is counted: counted one by one, the world's arrays
    take as long to compile as the loop.
    """
    return run(by_reference(World(*(given[:STATE] + state + buffers))))


@compiled(_TABLES[3](array_of(PLAN_CAUSE, frozen=True), array_of(FOUND)), **INSIDE)
def causes_of(plan_causes: Records, found: Records) -> Table:
    """The causes table; the weights are put in by `simulate`.

    Parameters
    ----------
    plan_causes, found : structured[n_causes]
        As the plan has them, and as the world has at its horizon.

    Returns
    -------
    structured[n_causes]
    """
    rows = np.empty(len(found), CAUSE)
    for cause in range(len(rows)):
        rows[cause]["cause"] = cause
        rows[cause]["need_type"] = plan_causes[cause]["need_type"]
        rows[cause]["weight"] = np.nan
        rows[cause]["detected"] = found[cause]["detected"]
        rows[cause]["detected_by"] = found[cause]["detected_by"]
    return rows


@compiled(
    numba.types.Tuple(_TABLES)(BY_VALUE, array_of(NEED), I8, F8, F8, I8, I8),  # type: ignore[no-untyped-call]
    kept=KeptAlone,
    nogil=True,
)
def play(
    given: World, needs: Table, n_customers: int, measured_from: float, horizon: float, seed: int, replication: int
) -> tuple[Table, Table, Table, Table]:
    """A replication from its first instant to its horizon.

    Parameters
    ----------
    given, needs, n_customers, measured_from, horizon, seed, replication
        As for `build_state`.

    Returns
    -------
    attempts, agent_states, signals, causes : structured[n]
        In the log's order but the signals, which stand as they were written.

    Notes
    -----
    Other threads of Python may run meanwhile: a process that plays beside its workers would let them wait to be read.
    """
    n_agents = len(given.agent_speed)
    state = build_state(given, needs, n_customers, measured_from, horizon, seed, replication)
    buffers = build_buffers(given, len(needs))
    while go_on(given, state, buffers) == LOG_FULL:
        buffers = doubled(buffers, n_agents)
    # a row would not keep its array: whole columns do
    found, counters = state[-4], state[-1]
    n_visits, n_states, n_signals = counters["n_visits"][0], counters["n_states"][0], counters["n_signals"][0]
    attempts, visits, _, states, signals, _ = buffers
    return (
        pick_attempts(attempts[:n_visits], needs, visits),
        pick_states(states[:n_states], n_agents),
        signals[:n_signals],
        causes_of(given.plan_causes, found),
    )
