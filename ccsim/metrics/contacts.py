"""Waiting, answering and handling: what joins its queue in the window."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import EndReason
from ccsim.logs.logs import Logs, Table
from ccsim.metrics.cells import (
    F8,
    Marks,
    Split,
    Value,
    by_day,
    by_interval,
    by_name,
    quantiles,
    time_in_bins,
    total,
    values,
    whole,
    window_bins,
)
from ccsim.plan.plan import Plan

# times of millions of seconds carry errors of about a nanosecond; a wait of exactly the acceptable wait is within
A_MOMENT = 1e-6

COUNTS = ("offered", "answered", "abandoned", "answered_at_once", "answered_within", "transfers")
RATIOS = {
    "abandonment": ("abandoned", "offered"),
    "asa": ("wait_of_answered", "answered"),
    "wait_offered": ("wait", "offered"),
    "wait_abandoned": ("wait_of_abandoned", "abandoned"),
    "waited_share": ("waited", "offered"),
    "wait_given_wait": ("wait", "waited"),
    "unfinished_share": ("unfinished", "offered"),
    "transferred_share": ("transferred", "answered"),
    "transfer_wait": ("wait_of_transfers", "transfers_answered"),
    "aht": ("handling", "handled"),
    "talk": ("talk_time", "handled"),
    "wrap_up": ("wrap_up_time", "handled"),
}
OF_GROUPS = ("asa", "aht", "talk", "wrap_up")
OF_DEFERRABLE = {
    "answered_within_deadline": ("within_deadline", "deadline_known"),
    "response_time": ("response", "responded"),
}
QUANTILES = {"wait_p50": 0.5, "wait_p90": 0.9, "wait_p95": 0.95}
SERVICE_LEVEL_BASES = ("offered", "answered", "met_or_gone", "early_gone_left_out", "met_or_short_gone")


def contact_values(plan: Plan, logs: Logs) -> list[Value]:
    """Every clock measure of waiting, answering and handling.

    Parameters
    ----------
    plan : Plan
    logs : Logs

    Returns
    -------
    list of Value
        The whole centre, need types, intervals and days are over live channels only.
    """
    visits = _visits(plan, logs)
    rows, names, every = visits.rows, plan.names, np.full(len(visits.rows), True)
    live_channel = plan.channels["live"] == 1
    live_queue = live_channel[plan.queues["channel"]]
    by_channel = by_name("channel", names.channels, rows["channel"], every)
    by_queue = by_name("queue", names.queues, rows["queue"], every)
    by_type = by_name("need_type", names.need_types, rows["need_type"], visits.live)
    centre = whole(visits.live)
    times = [by_interval(plan, rows["joins"], visits.live), by_day(plan, rows["joins"], visits.live)]
    answers = _quantiles((centre, by_channel, by_queue, by_type), visits)
    for split in (centre, by_channel, by_queue, by_type, *times):
        answers += _counts_and_ratios(split, visits)
    for split, shown in ((by_channel, live_channel), (by_queue, live_queue)):
        answers += _service_levels(plan, split, visits, shown) + _of_deferrable(split, visits, ~shown)
    for split in (centre, by_type, *times):
        answers += _service_levels(plan, split, visits, np.full(len(split.cells), True))
    answers += _of_deferrable(whole(~visits.live), visits, np.full(1, not live_channel.all()))
    answers += _of_groups(by_name("group", names.groups, rows["group"], every), visits)
    return answers + _when_leaving(plan, logs) + _queue_lengths(plan, logs)


def service_level(base: str, sums: dict[str, F8]) -> tuple[F8, F8]:
    """Numerators and denominators of the service level on one base.

    Parameters
    ----------
    base : str
        One of `SERVICE_LEVEL_BASES`.
    sums : dict of float64[n_cells]
        Numbers offered, answered, answered_within, abandoned_within (the acceptable wait) and abandoned_short.

    Returns
    -------
    numerators, denominators : float64[n_cells]

    Notes
    -----
    Visits still waiting at the horizon are in `offered`, so they count as not answered in time.
    Source: docs/model.md 3.1; the five formulas and their test vector are the ICMI's.

    Examples
    --------
    >>> sums = {"offered": np.array([10.0]), "answered_within": np.array([6.0]), "abandoned_within": np.array([2.0])}
    >>> [float(part[0]) for part in service_level("early_gone_left_out", sums)]
    [6.0, 8.0]
    """
    within = sums["answered_within"]
    if base == "offered":
        return within, sums["offered"]
    if base == "answered":
        return within, sums["answered"]
    if base == "met_or_gone":
        return within + sums["abandoned_within"], sums["offered"]
    if base == "early_gone_left_out":
        return within, sums["offered"] - sums["abandoned_within"]
    return within + sums["abandoned_short"], sums["offered"]


def waiting_ends(plan: Plan, attempts: Table) -> F8:
    """When each visit stopped waiting: answered, gone, or cut off by the horizon.

    Parameters
    ----------
    plan : Plan
    attempts : structured[n]

    Returns
    -------
    float64[n], s since the run's start
    """
    ends = np.where(np.isnan(attempts["starts"]), attempts["ends"], attempts["starts"])
    return np.where(np.isnan(ends), plan.horizon, np.minimum(ends, plan.horizon))


class _Visits(NamedTuple):
    """Visits that joined their queue in the window, and what is added up over them."""

    rows: Table
    live: Marks
    quantities: dict[str, NDArray[np.generic]]


def _visits(plan: Plan, logs: Logs) -> _Visits:
    t0, t1 = plan.window
    rows = logs.attempts[(logs.attempts["joins"] >= t0) & (logs.attempts["joins"] < t1)]
    live = plan.channels["live"][rows["channel"]] == 1
    quantities = _waiting(plan, rows) | _handling(plan, rows, live)
    return _Visits(rows, live, quantities)


def _waiting(plan: Plan, rows: Table) -> dict[str, NDArray[np.generic]]:
    """Waits and what became of them; transfers apart."""
    starts, reason, first = rows["starts"], rows["end_reason"], rows["leg"] == 0
    served = ~np.isnan(starts)
    wait = waiting_ends(plan, rows) - rows["joins"]
    within = wait <= plan.acceptable_wait + A_MOMENT
    answered, abandoned = first & served, first & (reason == EndReason.ABANDONED)
    return {
        "offered": first,
        "answered": answered,
        "abandoned": abandoned,
        "answered_at_once": answered & (starts == rows["joins"]),
        "waited": first & (starts != rows["joins"]),
        "answered_within": answered & within,
        "abandoned_within": abandoned & within,
        "abandoned_short": abandoned & (wait <= plan.short_wait + A_MOMENT),
        "unfinished": first & ~served & (reason == EndReason.HORIZON),
        "transferred": answered & (reason == EndReason.TRANSFERRED),
        "transfers": ~first,
        "transfers_answered": ~first & served,
        "wait": np.where(first, wait, 0.0),
        "wait_of_answered": np.where(answered, wait, 0.0),
        "wait_of_abandoned": np.where(abandoned, wait, 0.0),
        "wait_of_transfers": np.where(~first & served, wait, 0.0),
    }


def _handling(plan: Plan, rows: Table, live: Marks) -> dict[str, NDArray[np.generic]]:
    """Agent time of finished contacts, and the replies of deferrable channels."""
    handled = ~np.isnan(rows["wrap_up_ends"]) & ~np.isnan(rows["starts"]) & (rows["end_reason"] != EndReason.HORIZON)
    talk = np.where(handled, rows["talk_ends"] - rows["starts"], 0.0)
    wrap_up = np.where(handled, rows["wrap_up_ends"] - rows["talk_ends"], 0.0)
    responded = handled & ~live
    response = np.where(responded, rows["talk_ends"], plan.horizon) - rows["joins"]
    deadline = np.where(live, np.nan, plan.channels["answer_within"][rows["channel"]])
    within = responded & (response <= deadline + A_MOMENT)
    return {
        "handled": handled,
        "talk_time": talk,
        "wrap_up_time": wrap_up,
        "handling": talk + wrap_up,
        "responded": responded,
        "response": np.where(responded, response, 0.0),
        "within_deadline": within,
        # a message without an answer that is younger than its deadline can't be judged yet
        "deadline_known": within | (response > deadline + A_MOMENT),
    }


def _counts_and_ratios(split: Split, visits: _Visits) -> list[Value]:
    sums = _sums(split, visits, {*COUNTS, *(part for parts in RATIOS.values() for part in parts)})
    answers = [value for name in COUNTS for value in values(name, split.cells, sums[name])]
    for name, (above, below) in RATIOS.items():
        answers += values(name, split.cells, sums[above], sums[below])
    return answers


def _service_levels(plan: Plan, split: Split, visits: _Visits, shown: Marks) -> list[Value]:
    """The service level on the plan's base and on all five, where the channel is live."""
    sums = _sums(split, visits, {"offered", "answered", "answered_within", "abandoned_within", "abandoned_short"})
    chosen = {"service_level": plan.service_level_base}
    answers: list[Value] = []
    for name, base in (chosen | {f"service_level_{base}": base for base in SERVICE_LEVEL_BASES}).items():
        answers += _shown(values(name, split.cells, *service_level(base, sums)), shown)
    return answers


def _of_deferrable(split: Split, visits: _Visits, shown: Marks) -> list[Value]:
    answers: list[Value] = []
    for name, (above, below) in OF_DEFERRABLE.items():
        sums = _sums(split, visits, {above, below})
        answers += _shown(values(name, split.cells, sums[above], sums[below]), shown)
    return answers


def _of_groups(split: Split, visits: _Visits) -> list[Value]:
    sums = _sums(split, visits, {"answered", *(part for name in OF_GROUPS for part in RATIOS[name])})
    answers = values("answered", split.cells, sums["answered"])
    for name in OF_GROUPS:
        above, below = RATIOS[name]
        answers += values(name, split.cells, sums[above], sums[below])
    return answers


def _quantiles(splits: tuple[Split, ...], visits: _Visits) -> list[Value]:
    offered = visits.quantities["offered"] != 0
    wait = np.asarray(visits.quantities["wait"], dtype=np.float64)[offered]
    answers: list[Value] = []
    for split in splits:
        among_offered = Split(split.cells, split.codes[offered])
        found = quantiles(among_offered, wait, tuple(QUANTILES.values()))
        for name, numerators in zip(QUANTILES, found, strict=True):
            answers += values(name, split.cells, numerators)
    return answers


def _when_leaving(plan: Plan, logs: Logs) -> list[Value]:
    """Abandonments by the interval in which the customer leaves."""
    t0, t1 = plan.window
    rows = logs.attempts[(logs.attempts["end_reason"] == EndReason.ABANDONED) & (logs.attempts["leg"] == 0)]
    rows = rows[(rows["ends"] >= t0) & (rows["ends"] < t1)]
    live = plan.channels["live"][rows["channel"]] == 1
    answers: list[Value] = []
    for split in (whole(live), by_interval(plan, rows["ends"], live), by_day(plan, rows["ends"], live)):
        answers += values("abandoned_when_leaving", split.cells, total(split, live))
    return answers


def _queue_lengths(plan: Plan, logs: Logs) -> list[Value]:
    """Time averages of the number of visits waiting, transfers among them."""
    rows = logs.attempts[~np.isnan(logs.attempts["joins"])]
    t0, t1 = plan.window
    leaves = waiting_ends(plan, rows)
    inside = np.maximum(np.minimum(leaves, t1) - np.maximum(rows["joins"], t0), 0.0)
    every, live = np.full(len(rows), True), plan.channels["live"][rows["channel"]] == 1
    names = plan.names
    answers: list[Value] = []
    for split in (
        whole(live),
        by_name("channel", names.channels, rows["channel"], every),
        by_name("queue", names.queues, rows["queue"], every),
        by_name("need_type", names.need_types, rows["need_type"], live),
    ):
        answers += values("queue_length", split.cells, total(split, inside), t1 - t0)
    borders = window_bins(plan)
    one_row = np.zeros(int(live.sum()), dtype=np.int64)
    area = time_in_bins(rows["joins"][live], leaves[live], borders, one_row, 1)[0]
    within = np.full(len(area), True)
    for split in (by_interval(plan, borders[:-1], within), by_day(plan, borders[:-1], within)):
        answers += values("queue_length", split.cells, total(split, area), total(split, np.diff(borders)))
    return answers


def _sums(split: Split, visits: _Visits, wanted: set[str]) -> dict[str, F8]:
    return {name: total(split, visits.quantities[name]) for name in sorted(wanted)}


def _shown(answers: list[Value], shown: Marks) -> list[Value]:
    return [value for value, show in zip(answers, shown.tolist(), strict=True) if show]
