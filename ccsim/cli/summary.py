"""A scenario in a few numbers and lines: how much work it brings, and who is there to do it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccsim.plan.plan import Plan
    from ccsim.scenario.model import Scenario

DAY = 86400.0


def in_short(scenario: "Scenario") -> dict[str, Any]:
    """How much work a scenario brings, and who is there to do it.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict
        Keys `name`, `digest`, and on average over the window: `needs_per_day`, `load` (Erlangs, every need coming once
        to an agent on its preferred channel), `agents` (on the floor).
    """
    from ccsim.plan.compile import compile_plan

    plan = compile_plan(scenario)
    length = plan.window[1] - plan.window[0]
    needs = needs_in_window(plan)
    per_need = [_handling_of(scenario, name) for name in plan.names.need_types]
    inside = (plan.bins[:-1] >= plan.window[0]) & (plan.bins[1:] <= plan.window[1])
    return {
        "name": scenario.name,
        "digest": plan.digest,
        "needs_per_day": sum(needs) * DAY / length,
        "load": sum(n * seconds for n, seconds in zip(needs, per_need, strict=True)) / length,
        "agents": float(plan.scheduled[:, inside].sum()) / length,
    }


def needs_in_window(plan: "Plan") -> list[float]:
    """Mean number of needs that arise in the window, by need type.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of float
        With a replay, the number in the file.
    """
    import numpy as np

    t0, t1 = plan.window
    if len(plan.replay):
        first = plan.replay[plan.replay["attempt"] == 0]
        inside = (first["arrives"] >= t0) & (first["arrives"] < t1)
        return [float((first["need_type"][inside] == i).sum()) for i in range(len(plan.names.need_types))]
    counts = []
    for means, shapes in zip(plan.expected.tolist(), plan.shape_of.tolist(), strict=True):
        total = 0.0
        for day, (mean, k) in enumerate(zip(means, shapes, strict=True)):
            inside = [t0 - day * DAY, t1 - day * DAY]
            before, until = np.interp(inside, plan.shape_edges[k], plan.shape_cumulative[k]).tolist()
            total += mean * (until - before)
        counts.append(total)
    return counts


def lines(scenario: "Scenario") -> list[str]:
    """A scenario as its planner would sum it up.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of str
    """
    short = in_short(scenario)
    parts = [
        ("needs", [each.name for each in scenario.needs.types]),
        ("channels", [f"{each.name} ({each.kind}{', gate' if each.gate else ''})" for each in scenario.channels]),
        ("agents", [each.name for each in scenario.agents]),
        ("arms", list(scenario.arms)),
    ]
    return [
        *([scenario.question] if scenario.question else []),
        f"{load_words(short)}, digest {short['digest']}",
        *(f"{title}: {', '.join(names)}" for title, names in parts if names),
    ]


def load_words(short: dict[str, Any]) -> str:
    """Work against agents in words.

    Parameters
    ----------
    short : dict
        From `in_short`.

    Returns
    -------
    str

    Examples
    --------
    >>> load_words({"needs_per_day": 2880.0, "load": 10.0, "agents": 12.0})
    '2,880 needs per day, 10 Erlangs against 12 agents on average'
    """
    return (
        f"{short['needs_per_day']:,.0f} needs per day, {short['load']:.3g} Erlangs against "
        f"{short['agents']:.3g} agents on average"
    )


def _handling_of(scenario: "Scenario", need_type: str) -> float:
    """Mean seconds of agents' work for a need that comes once, on its preferred channel."""
    from ccsim.scenario.distributions import mean_of
    from ccsim.scenario.readings import handling_of, preferred_channels_of, transfers_of

    seconds = 0.0
    for channel, share in preferred_channels_of(scenario, need_type).items():
        laws = handling_of(scenario, need_type, channel) if channel != "none" else None
        seconds += share * sum(mean_of(law) for law in laws or () if law is not None)
        if laws is not None and (transfers := transfers_of(scenario, need_type, channel)) is not None:
            seconds += share * transfers.share * mean_of(transfers.talk)
    return seconds
