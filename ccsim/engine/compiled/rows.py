"""Rows that were written event by event, put in the contract's order."""

import numpy as np
from numpy.typing import NDArray

from ccsim.compiling import I8, I8_ROW, INSIDE, array_of, compiled
from ccsim.engine.compiled.world import VISIT
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, NEED, Table
from ccsim.logs.passes import firsts_of
from ccsim.plan.plan import Records

Places = NDArray[np.int64]
_ATTEMPTS, _STATES, _NEEDS, _VISITS = map(array_of, (ATTEMPT, AGENT_STATE, NEED, VISIT))


@compiled(I8[::1](I8_ROW, I8), **INSIDE)
def places_by(owner: Places, n_owners: int) -> Places:
    """Places of rows by owner; one owner's rows stay as they were written.

    Parameters
    ----------
    owner : int64[n_rows], 0 to n_owners - 1
    n_owners : int

    Returns
    -------
    int64[n_rows]

    Notes
    -----
    Counting sort: linear, and an owner's rows are written in order of time already.
    """
    free = np.zeros(n_owners + 1, np.int64)
    for row in range(len(owner)):
        free[owner[row] + 1] += 1
    for one in range(n_owners):
        free[one + 1] += free[one]
    places = np.empty(len(owner), np.int64)
    for row in range(len(owner)):
        places[free[owner[row]]] = row
        free[owner[row]] += 1
    return places


@compiled(_ATTEMPTS(_ATTEMPTS, _NEEDS, _VISITS), **INSIDE)
def pick_attempts(rows: Table, needs: Table, visits: Records) -> Table:
    """The attempts table.

    Parameters
    ----------
    rows : structured[n_needs + n_further]
        Each need's first leg at the need's place, whatever stands there where it has none; then the further legs.
    needs : structured[n_needs]
    visits : VISIT[n]
        Which knows the place of the need of each leg.

    Returns
    -------
    structured[n_legs]
        By need, attempt and leg; the rows themselves where each need made one attempt of one leg.
    """
    n_needs, n = len(needs), 0
    for need in needs:
        n += 1 if need["n_attempts"] > 0 else 0
    if n == n_needs == len(rows):
        return rows
    owner = np.empty(len(rows) - n_needs, np.int64)
    for row in range(len(owner)):
        owner[row] = visits[n_needs + row]["row"]
    further = places_by(owner, n_needs)
    k, place = 0, 0
    picked = np.empty(n + len(further), rows.dtype)
    for row in range(n_needs):
        if needs[row]["n_attempts"] > 0:
            picked[k] = rows[row]
            k += 1
        while place < len(further) and owner[further[place]] == row:
            picked[k] = rows[n_needs + further[place]]
            k += 1
            place += 1
    return picked


@compiled(_STATES(_STATES, I8), **INSIDE)
def pick_states(rows: Table, n_agents: int) -> Table:
    """The stretches of one agent after another.

    Parameters
    ----------
    rows : structured[n_stretches]
        As they were written: those of one agent in order of time.
    n_agents : int

    Returns
    -------
    structured[n_stretches]
    """
    free = firsts_of(rows, n_agents)
    picked = np.empty(len(rows), rows.dtype)
    for row in range(len(rows)):
        agent = rows[row]["agent"]
        picked[free[agent]] = rows[row]
        free[agent] += 1
    return picked
