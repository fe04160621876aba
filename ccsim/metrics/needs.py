"""What became of the needs that arise in the window, followed to the horizon."""

from typing import NamedTuple

import numpy as np

from ccsim.logs.codes import EndReason, Outcome
from ccsim.metrics.cells import (
    F8,
    I8,
    Columns,
    Marks,
    Split,
    Value,
    by_name,
    ordered,
    picked,
    quantiles,
    sums,
    total,
    values,
    whole,
)
from ccsim.plan.plan import Plan

MINUTE = 60.0

OUTCOMES = {
    "resolved_share": Outcome.RESOLVED,
    "given_up_share": Outcome.GIVEN_UP,
    "asked_elsewhere_share": Outcome.ASKED_ELSEWHERE,
    "lost_share": Outcome.LOST,
    "open_share": Outcome.OPEN,
}
CONTAINED = (EndReason.GATE_RESOLVED, EndReason.GATE_WRONG, EndReason.GATE_HUNG_UP, EndReason.GATE_BLOCKED)


class Cohort(NamedTuple):
    """The needs that arise in the window, and every leg of their attempts.

    `owner` is int64[n_legs], the place of a leg's need among the needs.
    """

    needs: Columns
    legs: Columns
    owner: I8


def cohort(plan: Plan, needs: Columns, attempts: Columns) -> Cohort:
    """The needs that arise in the window, with their attempts to the horizon.

    Parameters
    ----------
    plan : Plan
    needs, attempts : columns of the log's tables

    Returns
    -------
    Cohort
    """
    t0, t1 = plan.window
    arisen = picked(needs, (needs["arises"] >= t0) & (needs["arises"] < t1))
    ids = np.concatenate([arisen["need"], [np.iinfo(np.int64).max]])
    place = np.searchsorted(ids, attempts["need"])
    member = ids[place] == attempts["need"]
    return Cohort(arisen, picked(attempts, member), place[member])


def need_values(plan: Plan, arisen: Cohort) -> list[Value]:
    """Every cohort measure of outcome, contacts, resolution, gate and effort.

    Parameters
    ----------
    plan : Plan
    arisen : Cohort

    Returns
    -------
    list of Value
    """
    every = np.full(len(arisen.needs["need"]), True)
    types = plan.names.need_types
    of_needs = (whole(every), by_name("need_type", types, arisen.needs["need_type"], every))
    every_leg = np.full(len(arisen.owner), True)
    of_legs = (whole(every_leg), by_name("need_type", types, arisen.legs["need_type"], every_leg))
    answers: list[Value] = []
    resolution = _resolution(arisen)
    effort = effort_of_needs(plan, arisen)
    minutes, weighted = clock_minutes(effort), weighted_minutes(plan, effort)
    for split, leg_split in zip(of_needs, of_legs, strict=True):
        answers += _outcomes(split, arisen) + _contacts(split, leg_split, arisen)
        answers += _first_contact(split, resolution) + _effort(split, minutes, weighted)
    by_channel = by_name("channel", plan.names.channels, arisen.legs["channel"], every_leg)
    for split in (*of_legs, by_channel):
        answers += _containment(split, arisen)
    return answers


def effort_of_needs(plan: Plan, arisen: Cohort) -> dict[str, F8]:
    """What each need cost its customer: seconds by stage, penalties due.

    Parameters
    ----------
    plan : Plan
    arisen : Cohort

    Returns
    -------
    dict of float64[n_needs]
        Seconds of search, gate, queue, talk and typing; numbers of recontact, switch and transfer.
        Time that an item waits or is worked on in a deferrable channel is nobody's effort.
    """
    legs = arisen.legs
    live = plan.channels["live"][legs["channel"]] == 1
    ends = np.where(np.isnan(legs["ends"]), plan.horizon, legs["ends"])
    joined, served, gated = ~np.isnan(legs["joins"]), ~np.isnan(legs["starts"]), legs["gated"] == 1
    enters = np.where(np.isnan(legs["enters"]), ends, legs["enters"])
    talk_ends = np.where(np.isnan(legs["talk_ends"]), ends, legs["talk_ends"])
    per_leg = {
        "search": enters - legs["arrives"],
        "gate": np.where(gated, np.where(joined, legs["joins"], ends) - enters, 0.0),
        "queue": np.where(joined & live, np.where(served, legs["starts"], ends) - legs["joins"], 0.0),
        "talk": np.where(served & live, talk_ends - legs["starts"], 0.0),
        "typing": legs["typing"],
        "recontact": (legs["leg"] == 0) & (legs["attempt"] > 0),
        "switch": _switches(arisen),
        "transfer": legs["leg"] > 0,
    }
    n_needs = len(arisen.needs["need"])
    effort = {
        name: sums(arisen.owner, np.nan_to_num(quantity.astype(np.float64)), n_needs)
        for name, quantity in per_leg.items()
    }
    # who looks for a hidden number in vain has spent the time, whether or not an attempt follows
    effort["search"] = effort["search"] + arisen.needs["looked"]
    return effort


STAGES = ("search", "gate", "queue", "talk", "typing")
PENALTIES = ("recontact", "switch", "transfer")


def clock_minutes(effort: dict[str, F8]) -> F8:
    """Clock minutes of each need: weights 1, no penalties.

    Parameters
    ----------
    effort : dict of float64[n_needs]
        As `effort_of_needs` gives it.

    Returns
    -------
    float64[n_needs], min
    """
    return np.asarray(np.sum([effort[stage] for stage in STAGES], axis=0) / MINUTE)


def weighted_minutes(plan: Plan, effort: dict[str, F8]) -> dict[str, F8]:
    """Weighted minutes of each need by stage, and its penalties.

    Parameters
    ----------
    plan : Plan
    effort : dict of float64[n_needs]
        As `effort_of_needs` gives it.

    Returns
    -------
    dict of float64[n_needs], min
        The five stages and `penalties`; together they are the weighted effort.
    """
    weights = plan.effort[0]
    parts = {stage: effort[stage] * weights[stage] / MINUTE for stage in STAGES}
    penalties = [effort[penalty] * weights[penalty] / MINUTE for penalty in PENALTIES]
    return parts | {"penalties": np.sum(penalties, axis=0)}


def _outcomes(split: Split, arisen: Cohort) -> list[Value]:
    needs = total(split, np.full(len(arisen.needs["need"]), True))
    answers = values("needs", split.cells, needs)
    for name, outcome in OUTCOMES.items():
        answers += values(name, split.cells, total(split, arisen.needs["outcome"] == outcome), needs)
    return answers


def _contacts(split: Split, leg_split: Split, arisen: Cohort) -> list[Value]:
    """Attempts and agent-handled contacts against needs; a transfer is one more contact."""
    legs = arisen.legs
    needs = total(split, np.full(len(arisen.needs["need"]), True))
    resolved = total(split, arisen.needs["outcome"] == Outcome.RESOLVED)
    contacts = total(leg_split, ~np.isnan(legs["starts"]))
    attempts = total(leg_split, legs["leg"] == 0)
    again = total(leg_split, (legs["leg"] == 0) & (legs["attempt"] > 0))
    tried = total(split, arisen.needs["n_attempts"] > 0)
    bypassing = sums(arisen.owner, legs["bypassed"] == 1, len(arisen.needs["need"])) > 0
    return [
        *values("attempts_per_need", split.cells, attempts, needs),
        *values("contacts_per_need", split.cells, contacts, needs),
        *values("contacts_per_resolution", split.cells, contacts, resolved),
        *values("reattempt_share", split.cells, again, attempts),
        *values("bypass_rate", split.cells, total(split, bypassing), tried),
    ]


def _resolution(arisen: Cohort) -> dict[str, Marks]:
    """For each need: did it try, was the first try enough, and what the first agent made of it."""
    legs, n_needs = arisen.legs, len(arisen.needs["need"])
    at_first = (legs["attempt"] == 0) & (legs["resolved"] == 1)
    judged = np.flatnonzero(legs["end_reason"] == EndReason.SERVED)
    reached, at = np.unique(arisen.owner[judged], return_index=True)
    first_contact = judged[at]
    marks = {name: np.zeros(n_needs, dtype=np.bool_) for name in ("first", "reached", "agent", "coded")}
    marks["first"][arisen.owner[at_first]] = True
    marks["reached"][reached] = True
    marks["agent"][reached] = legs["resolved"][first_contact] == 1
    marks["coded"][reached] = legs["coded"][first_contact] == 1
    return marks | {"tried": arisen.needs["n_attempts"] > 0}


def _first_contact(split: Split, resolution: dict[str, Marks]) -> list[Value]:
    count = {name: total(split, mark) for name, mark in resolution.items()}
    return [
        *values("fcr_true", split.cells, count["first"], count["tried"]),
        *values("fcr_agent", split.cells, count["agent"], count["reached"]),
        *values("fcr_reported", split.cells, count["coded"], count["reached"]),
    ]


def _containment(split: Split, arisen: Cohort) -> list[Value]:
    """What the gate did with those who entered it."""
    legs = arisen.legs
    gated = legs["gated"] == 1
    entries = total(split, gated)
    reason = legs["end_reason"]
    contained = gated & np.isin(reason, CONTAINED)
    resolved = gated & (reason == EndReason.GATE_RESOLVED)
    leaves = np.where(np.isnan(legs["joins"]), legs["ends"], legs["joins"])
    minutes = np.where(gated, np.nan_to_num(leaves - legs["enters"]) / MINUTE, 0.0)
    return [
        *values("gate_entries", split.cells, entries),
        *values("reported_containment", split.cells, total(split, contained), entries),
        *values("true_containment", split.cells, total(split, resolved), entries),
        *values("false_containment", split.cells, total(split, contained & ~resolved), entries),
        *values("gate_minutes", split.cells, total(split, minutes), entries),
    ]


def _effort(split: Split, minutes: F8, weighted: dict[str, F8]) -> list[Value]:
    needs, order = total(split, np.full(len(minutes), True)), np.argsort(minutes)
    answers = values("effort_minutes", split.cells, total(split, minutes), needs)
    answers += values("effort_p90", split.cells, quantiles(ordered(split, order), minutes[order], (0.9,))[0])
    parts = {name: total(split, part) for name, part in weighted.items()}
    answers += values("effort_weighted_minutes", split.cells, np.sum(list(parts.values()), axis=0), needs)
    for name, part in parts.items():
        answers += values(f"effort_{name}", split.cells, part, needs)
    return answers


def _switches(arisen: Cohort) -> Marks:
    """Marks the first legs whose channel differs from the one of the attempt before."""
    legs, first = arisen.legs, np.flatnonzero(arisen.legs["leg"] == 0)
    again = (legs["attempt"][first[1:]] > 0) & (arisen.owner[first[1:]] == arisen.owner[first[:-1]])
    switched = np.zeros(len(arisen.owner), dtype=np.bool_)
    switched[first[1:]] = again & (legs["channel"][first[1:]] != legs["channel"][first[:-1]])
    return switched
