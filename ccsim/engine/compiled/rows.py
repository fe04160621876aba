"""Rows that were written event by event, put in the contract's order."""

import numpy as np
from numpy.typing import NDArray

from ccsim.draws.compiling import I8, I8_ROW, array_of, compiled
from ccsim.logs.logs import AGENT_STATE, ATTEMPT, Table

Places = NDArray[np.int64]
_ATTEMPTS, _STATES = array_of(ATTEMPT), array_of(AGENT_STATE)


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


def _picked(rows: Table, places: Places) -> Table:
    """The rows in some places; numpy takes as long again for rows of this kind."""
    picked = np.empty(len(places), rows.dtype)
    for row in range(len(places)):
        picked[row] = rows[places[row]]
    return picked


pick_attempts = compiled(_ATTEMPTS(_ATTEMPTS, I8_ROW))(_picked)
pick_states = compiled(_STATES(_STATES, I8_ROW))(_picked)
