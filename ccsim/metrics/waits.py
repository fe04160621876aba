"""The distribution of waits, as counts that add up over replications."""

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.logs import Logs
from ccsim.plan.plan import Plan

WAIT_EDGES = (
    *(0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 420.0, 600.0),
    *(900.0, 1800.0, 3600.0, 86400.0),
)


def wait_histogram(plan: Plan, logs: Logs) -> NDArray[np.float64]:
    """How many live contacts offered in the window waited at most so long.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    float64[n]
        At `WAIT_EDGES`; the last counts everybody.
    """
    rows = logs.attempts
    live = plan.channels["live"][rows["channel"]] == 1
    joined = live & (rows["leg"] == 0) & (rows["joins"] >= plan.window[0]) & (rows["joins"] < plan.window[1])
    until = np.where(np.isnan(rows["starts"]), rows["ends"], rows["starts"])
    waits = np.sort((until - rows["joins"])[joined])
    counts = np.searchsorted(waits, WAIT_EDGES, side="right").astype(np.float64)
    counts[-1] = len(waits)
    return counts
