"""The state of a world before its first instant, and buffers that grow."""

from typing import Any

import numba
import numpy as np
from numba.extending import register_jitable

from ccsim.compiling import BOOLEAN, F8, I8, INSIDE, array_of, compiled
from ccsim.draws.arrivals import exponentials
from ccsim.draws.variates import is_exponential
from ccsim.engine.compiled.codes import FOR_PATIENCE, FOR_TALK, NONE
from ccsim.engine.compiled.stepping import BY_VALUE
from ccsim.engine.compiled.world import (
    AGENT,
    BUFFERS,
    CAUSE,
    COUNTERS,
    EVENT,
    GROUP,
    HAND,
    LINE,
    LINK,
    NEED_STATE,
    STATE,
    VISIT,
    World,
)
from ccsim.engine.potential import in_order_of_arrival
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, NEED, SIGNAL, Table
from ccsim.plan.law import LAW
from ccsim.plan.plan import HANDLING, REPLAY, Records

_NEEDS, _LAWS, _NONE = array_of(NEED), array_of(LAW, frozen=True), numba.types.none
STATE_ARRAYS, BUFFER_ARRAYS = (
    numba.types.Tuple(BY_VALUE.types[place])  # type: ignore[no-untyped-call]
    for place in (slice(STATE, BUFFERS), slice(BUFFERS, None))
)


@compiled(array_of(NEED_STATE)(array_of(REPLAY, frozen=True), _NEEDS), **INSIDE)
def need_states(replay: Records, needs: Table) -> Records:
    """Nobody heard yet, and where each need's replayed attempts stand.

    Parameters
    ----------
    replay : REPLAY[n]
        By need.
    needs : structured[n_needs]
        By need id.

    Returns
    -------
    NEED_STATE[n_needs]
    """
    rows = np.zeros(len(needs), NEED_STATE)
    place = 0
    for row in range(len(needs) if len(replay) > 0 else 0):
        while place < len(replay) and replay[place]["need"] < needs[row]["need"]:
            place += 1
        rows[row]["first_replay"] = place
        while place < len(replay) and replay[place]["need"] == needs[row]["need"]:
            place += 1
            rows[row]["n_replay"] += 1
    return rows


@compiled(_NONE(array_of(HANDLING, 2, frozen=True), _LAWS, _NEEDS, I8, I8, array_of(NEED_STATE)), **INSIDE)
def draw_ahead(handling: Records, laws: Records, needs: Table, seed: int, replication: int, rows: Records) -> None:
    """Draws what most needs are dealt, where laws are exponential.

    One by one, in the loop, each draw would be waited for.

    Parameters
    ----------
    handling : HANDLING[n_types, n_channels]
    laws : LAW[n_laws]
    needs : structured[n_needs]
    seed, replication : int
    rows : NEED_STATE[n_needs]
        Of which patience and talk are written.
    """
    patience = talk = False
    for of_type in handling:
        for h in of_type:
            patience = patience or _has_exponential(laws, h["patience"])
            talk = talk or _has_exponential(laws, h["talk"])
    if not (patience or talk):
        return
    ids = np.empty(len(needs), np.int64)
    for row in range(len(needs)):
        ids[row] = needs[row]["need"]
    if patience:
        drawn = exponentials(seed, replication, ids, FOR_PATIENCE)
        for row in range(len(needs)):
            rows[row]["patience"] = drawn[row]
    if talk:
        drawn = exponentials(seed, replication, ids, FOR_TALK)
        for row in range(len(needs)):
            rows[row]["talk"] = drawn[row]


@compiled(BOOLEAN(_LAWS, I8), **INSIDE)
def _has_exponential(laws: Records, law: int) -> bool:
    """Whether there is a law, and an exponential one."""
    return law != NONE and is_exponential(laws[law]["kind"], laws[law]["atom"])


@compiled(STATE_ARRAYS(BY_VALUE, _NEEDS, I8, F8, F8, I8, I8), **INSIDE)
def build_state(
    given: World, needs: Table, n_customers: int, measured_from: float, horizon: float, seed: int, replication: int
) -> tuple[Any, ...]:
    """The state before the first instant; `begin` puts everything in its place.

    Parameters
    ----------
    given : World
        As `world_of` makes it of the plan.
    needs : structured[n_needs]
        Potential needs by need id; the loop writes what becomes of them.
    n_customers : int
    measured_from, horizon : float, s
    seed, replication : int

    Returns
    -------
    tuple of arrays
        From the world's place `STATE` on.
    """
    settings, n_places = given.settings[0], 1
    n_agents, n_groups, n_queues = len(given.agent_speed), len(given.plan_groups), len(given.queues)
    for of_type in given.handling:
        for handling in of_type:
            n_places = max(n_places, handling["place"] + 1)
    counters = np.zeros(1, COUNTERS)
    c = counters[0]
    c["seed"] = seed
    c["replication"] = replication
    c["horizon"] = horizon
    c["measured_from"] = measured_from
    c["n_visits"] = len(needs)
    arrivals, arises = in_order_of_arrival(needs)
    states = need_states(given.replay, needs)
    draw_ahead(given.handling, given.laws, needs, seed, replication, states)
    return (
        needs,
        arrivals,
        arises,
        states,
        np.empty(n_agents, AGENT),
        np.empty(n_agents, LINK),
        np.empty(n_groups, GROUP),
        np.empty(n_groups, LINE),
        np.empty((n_agents, given.paces.shape[1]), HAND),
        np.empty(n_groups * given.paces.size, LINE),
        np.empty((n_queues, n_places), LINE),
        np.zeros(n_queues, np.int64),
        np.zeros(len(given.channels), np.int64),
        np.empty(len(given.plan_causes), CAUSE),
        np.zeros(max(1, len(given.plan_causes) * settings["detection_count"])),
        np.zeros(n_customers if settings["learns"] > 0.0 else 0, np.int64),
        counters,
    )


@compiled(BUFFER_ARRAYS(BY_VALUE, I8), **INSIDE)
def build_buffers(given: World, n_needs: int) -> tuple[Any, ...]:
    """Room for what most replications write.

    Parameters
    ----------
    given : World
        As `world_of` makes it of the plan.
    n_needs : int

    Returns
    -------
    tuple of arrays
        From the world's place `BUFFERS` on.
    """
    n_rows, n_agents = n_needs + n_needs // 4 + 64, len(given.agent_speed)
    n_known = len(given.shifts) + len(given.breaks) + len(given.counts) + len(given.plan_causes) + len(given.openings)
    return (
        np.empty(n_rows, ATTEMPT),
        np.empty(n_rows, VISIT),
        np.empty(n_rows, LINK),
        np.empty(3 * n_needs + 2 * n_agents + 64, AGENT_STATE),
        np.empty(n_needs // 8 + n_agents + 64, SIGNAL),
        np.empty(4 * n_known + 1024, EVENT),
    )


@register_jitable
def _doubled(buffer: Records, n_agents: int) -> Records:
    """A buffer's rows in one of twice the size."""
    larger = np.empty(2 * len(buffer) + 4 * n_agents, buffer.dtype)
    for row in range(len(buffer)):
        larger[row] = buffer[row]
    return larger


@compiled(BUFFER_ARRAYS(BUFFER_ARRAYS, I8), **INSIDE)
def doubled(buffers: tuple[Any, ...], n_agents: int) -> tuple[Any, ...]:
    """The same rows in buffers of twice the size.

    Parameters
    ----------
    buffers : tuple of arrays
    n_agents : int

    Returns
    -------
    tuple of arrays
    """
    attempts, visits, waiting, states, signals, events = buffers
    return (
        _doubled(attempts, n_agents),
        _doubled(visits, n_agents),
        _doubled(waiting, n_agents),
        _doubled(states, n_agents),
        _doubled(signals, n_agents),
        _doubled(events, n_agents),
    )
