"""Every measure of one replication."""

from ccsim.logs.logs import Logs
from ccsim.metrics.agents import agent_values
from ccsim.metrics.cells import Value, columns
from ccsim.metrics.contacts import contact_values
from ccsim.metrics.evidence import evidence_values
from ccsim.metrics.money import money_values
from ccsim.metrics.needs import cohort, need_values
from ccsim.plan.plan import Plan

__all__ = ["Value", "measure"]


def measure(plan: Plan, logs: Logs) -> list[Value]:
    """Numerator and denominator of every measure in every cell.

    Parameters
    ----------
    plan : Plan
    logs : Logs
        Of one replication of that plan.

    Returns
    -------
    list of Value
        The same measures and cells for every replication of a plan.

    Notes
    -----
    An attempt cut off by the horizon counts as offered; it is neither answered nor abandoned if still waiting, its
    wait so far counts in the waits of the offered, and its need is open.
    """
    attempts = columns(logs.attempts)
    of_window = cohort(plan, columns(logs.needs), attempts)
    return [
        *contact_values(plan, attempts),
        *agent_values(plan, logs),
        *need_values(plan, of_window),
        *evidence_values(plan, logs, of_window),
        *money_values(plan, logs, attempts),
    ]
