"""Terms: what is applied to what a replication measured, and moves nothing that happens in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ccsim.plan.plan import Plan

MINUTE = 60.0


@dataclass(frozen=True)
class Terms:
    """What a scenario says about acceptable waits, wages and the weights of effort.

    Attributes
    ----------
    acceptable_wait, short_wait : float, s
    base : str
        Of the service level.
    wages : tuple of float
        Money per paid second, on-cost included, by group.
    overtime : float
        What a second of overtime costs beyond the wage, as a share of it.
    effort : tuple of float
        Weights of a minute of searching, gate, queue, talk and typing; then penalties for a further attempt, a change
        of channel and a transfer, in s.
    wanted : float or None, share
        Service level that a target wants of the whole centre.
    """

    acceptable_wait: float
    short_wait: float
    base: str
    wages: tuple[float, ...]
    overtime: float
    effort: tuple[float, ...]
    wanted: float | None = None


def without_terms(plan: Plan, limits: Sequence[float]) -> Plan:
    """A plan in which the same happens, and that has no terms of its own.

    Parameters
    ----------
    plan : Plan
    limits : sequence of float, s
        All acceptable and short waits that are to be applied afterwards.

    Returns
    -------
    Plan
        Without wages; a second's effort counts as one, whatever it is spent on, and further steps as none.
    """
    groups, effort = plan.groups.copy(), plan.effort.copy()
    groups["wage"] = 0.0
    effort[0] = (*[MINUTE] * 5, 0.0, 0.0, 0.0)
    groups.flags.writeable = effort.flags.writeable = False
    return replace(
        plan,
        groups=groups,
        effort=effort,
        acceptable_wait=limits[0],
        short_wait=limits[0],
        service_level_base="offered",
    )
