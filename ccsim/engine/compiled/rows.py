"""Rows that were written event by event, put in the contract's order."""

import numpy as np
from numpy.typing import NDArray

from ccsim.compiling import I8, I8_ROW, array_of, compiled
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, NEED, Table

Places = NDArray[np.int64]
_ATTEMPTS, _STATES = array_of(ATTEMPT), array_of(AGENT_STATE)
_NEEDS = array_of(NEED, frozen=True)


@compiled(I8[::1](I8_ROW, I8))
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

    Examples
    --------
    >>> places_by(np.array([1, 0, 1]), 2).tolist()
    [1, 0, 2]
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


@compiled(_ATTEMPTS(_ATTEMPTS, _NEEDS, I8_ROW))
def pick_attempts(rows: Table, needs: Table, owner: Places) -> Table:
    """The attempts table.

    Parameters
    ----------
    rows : structured[n_needs + n_further]
        Each need's first leg at the need's place, whatever stands there where it has none; then the further legs.
    needs : structured[n_needs]
    owner : int64[n_further]
        Place of the need of each further leg.

    Returns
    -------
    structured[n_legs]
        By need, attempt and leg.
    """
    further = places_by(owner, len(needs))
    n, k, place = 0, 0, 0
    for row in range(len(needs)):
        n += 1 if needs[row]["n_attempts"] > 0 else 0
    picked = np.empty(n + len(further), rows.dtype)
    for row in range(len(needs)):
        if needs[row]["n_attempts"] > 0:
            picked[k] = rows[row]
            k += 1
        while place < len(further) and owner[further[place]] == row:
            picked[k] = rows[len(needs) + further[place]]
            k += 1
            place += 1
    return picked


@compiled(_STATES(_STATES, I8_ROW))
def pick_states(rows: Table, places: Places) -> Table:
    """The stretches in some places.

    Parameters
    ----------
    rows : structured[n]
    places : int64[n_stretches]

    Returns
    -------
    structured[n_stretches]

    Notes
    -----
    numpy takes as long again for rows of this kind.
    """
    picked = np.empty(len(places), rows.dtype)
    for row in range(len(places)):
        picked[row] = rows[places[row]]
    return picked
