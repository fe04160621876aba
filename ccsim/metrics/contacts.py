"""Waiting, answering and handling: what joins its queue in the window."""

from typing import NamedTuple

import numpy as np

from ccsim.logs.codes import EndReason
from ccsim.metrics.cells import (
    A_MOMENT,
    F8,
    Columns,
    Marks,
    Split,
    Value,
    by_day,
    by_interval,
    by_name,
    ordered,
    picked,
    quantiles,
    sums,
    total,
    values,
    whole,
    window_bins,
)
from ccsim.plan.bins import seconds_by_bin
from ccsim.plan.plan import Plan

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


def contact_values(plan: Plan, attempts: Columns) -> list[Value]:
    """Every clock measure of waiting, answering and handling.

    Parameters
    ----------
    plan : Plan
    attempts : columns of the log's attempts

    Returns
    -------
    list of Value
        The whole centre, need types, intervals and days are over live channels only.
    """
    visits = _visits(plan, attempts)
    alike = _alike(plan, visits)
    every, names = np.full(len(alike.live), True), plan.names
    live_channel = plan.channels["live"] == 1
    live_queue = live_channel[plan.queues["channel"]]
    by_channel = by_name("channel", names.channels, alike.rows["channel"], every)
    by_queue = by_name("queue", names.queues, alike.rows["queue"], every)
    pooled = (
        whole(alike.live),
        by_name("need_type", names.need_types, alike.rows["need_type"], alike.live),
        by_interval(plan, alike.rows["joins"], alike.live),
        by_day(plan, alike.rows["joins"], alike.live),
    )
    answers: list[Value] = []
    for split in (by_channel, by_queue, *pooled):
        answers += _counts_and_ratios(split, alike)
    for split, shown in ((by_channel, live_channel), (by_queue, live_queue)):
        answers += _service_levels(plan, split, alike, shown) + _of_deferrable(split, alike, ~shown)
    for split in pooled:
        answers += _service_levels(plan, split, alike, np.full(len(split.cells), True))
    answers += _of_deferrable(whole(~alike.live), alike, np.full(1, not live_channel.all()))
    answers += _of_groups(plan, visits) + _quantiles(plan, visits)
    return answers + _when_leaving(plan, attempts) + _queue_lengths(plan, attempts)


def service_level(base: str, count: dict[str, F8]) -> tuple[F8, F8]:
    """Numerators and denominators of the service level on one base.

    Parameters
    ----------
    base : str
        One of `SERVICE_LEVEL_BASES`.
    count : dict of float64[n_cells]
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
    >>> count = {"offered": np.array([10.0]), "answered_within": np.array([6.0]), "abandoned_within": np.array([2.0])}
    >>> [float(part[0]) for part in service_level("early_gone_left_out", count)]
    [6.0, 8.0]
    """
    within = count["answered_within"]
    if base == "offered":
        return within, count["offered"]
    if base == "answered":
        return within, count["answered"]
    if base == "met_or_gone":
        return within + count["abandoned_within"], count["offered"]
    if base == "early_gone_left_out":
        return within, count["offered"] - count["abandoned_within"]
    return within + count["abandoned_short"], count["offered"]


def waiting_ends(attempts: Columns) -> F8:
    """When each visit stopped waiting: answered, gone, or cut off.

    Parameters
    ----------
    attempts : columns of the log's attempts

    Returns
    -------
    float64[n], s since the run's start
    """
    return np.where(np.isnan(attempts["starts"]), attempts["ends"], attempts["starts"])


class _Visits(NamedTuple):
    """Visits that joined their queue in the window, and the quantities that are added up over them."""

    rows: Columns
    live: Marks
    quantities: Columns


def _visits(plan: Plan, attempts: Columns) -> _Visits:
    t0, t1 = plan.window
    rows = picked(attempts, (attempts["joins"] >= t0) & (attempts["joins"] < t1))
    live = plan.channels["live"][rows["channel"]] == 1
    return _Visits(rows, live, _waiting(plan, rows) | _handling(plan, rows, live))


def _alike(plan: Plan, visits: _Visits) -> _Visits:
    """Visits alike in queue, need type and bin added up to one row, so that every split is of few rows."""
    bins, rows = window_bins(plan), visits.rows
    n_types, n_bins = len(plan.names.need_types), len(bins) - 1
    bin_of = np.searchsorted(bins, rows["joins"], side="right") - 1
    codes = (rows["queue"].astype(np.int64) * n_types + rows["need_type"]) * n_bins + bin_of
    n_codes = len(plan.queues) * n_types * n_bins
    present = np.flatnonzero(np.bincount(codes, minlength=n_codes))
    queue, need_type = present // (n_types * n_bins), present // n_bins % n_types
    channel = plan.queues["channel"][queue]
    return _Visits(
        {"queue": queue, "need_type": need_type, "channel": channel, "joins": bins[present % n_bins]},
        plan.channels["live"][channel] == 1,
        {name: sums(codes, quantity, n_codes)[present] for name, quantity in visits.quantities.items()},
    )


def _waiting(plan: Plan, rows: Columns) -> Columns:
    """Waits and what became of them; transfers apart."""
    starts, reason, first = rows["starts"], rows["end_reason"], rows["leg"] == 0
    served = ~np.isnan(starts)
    wait = waiting_ends(rows) - rows["joins"]
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


def _handling(plan: Plan, rows: Columns, live: Marks) -> Columns:
    """Agent time of finished contacts, and the replies of deferrable channels."""
    handled = ~np.isnan(rows["wrap_up_ends"])
    talk = np.where(handled, rows["talk_ends"] - rows["starts"], 0.0)
    wrap_up = np.where(handled, rows["wrap_up_ends"] - rows["talk_ends"], 0.0)
    responded = ~np.isnan(rows["talk_ends"]) & ~live
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
    count = _sums(split, visits, {*COUNTS, *(part for parts in RATIOS.values() for part in parts)})
    answers = [value for name in COUNTS for value in values(name, split.cells, count[name])]
    for name, (above, below) in RATIOS.items():
        answers += values(name, split.cells, count[above], count[below])
    return answers


def _service_levels(plan: Plan, split: Split, visits: _Visits, shown: Marks) -> list[Value]:
    """The service level on the plan's base and on all five, where the channel is live."""
    count = _sums(split, visits, {"offered", "answered", "answered_within", "abandoned_within", "abandoned_short"})
    chosen = {"service_level": plan.service_level_base}
    answers: list[Value] = []
    for name, base in (chosen | {f"service_level_{base}": base for base in SERVICE_LEVEL_BASES}).items():
        answers += _shown(values(name, split.cells, *service_level(base, count)), shown)
    return answers


def _of_deferrable(split: Split, visits: _Visits, shown: Marks) -> list[Value]:
    answers: list[Value] = []
    for name, (above, below) in OF_DEFERRABLE.items():
        count = _sums(split, visits, {above, below})
        answers += _shown(values(name, split.cells, count[above], count[below]), shown)
    return answers


def _of_groups(plan: Plan, visits: _Visits) -> list[Value]:
    rows = visits.rows
    split = by_name("group", plan.names.groups, rows["group"], rows["group"] >= 0)
    count = _sums(split, visits, {"answered", *(part for name in OF_GROUPS for part in RATIOS[name])})
    answers = values("answered", split.cells, count["answered"])
    for name in OF_GROUPS:
        above, below = RATIOS[name]
        answers += values(name, split.cells, count[above], count[below])
    return answers


def _quantiles(plan: Plan, visits: _Visits) -> list[Value]:
    offered = np.flatnonzero(visits.quantities["offered"])
    wait = visits.quantities["wait"]
    order = offered[np.argsort(wait[offered])]
    rows, names, every = visits.rows, plan.names, np.full(len(visits.live), True)
    answers: list[Value] = []
    for split in (
        whole(visits.live),
        by_name("channel", names.channels, rows["channel"], every),
        by_name("queue", names.queues, rows["queue"], every),
        by_name("need_type", names.need_types, rows["need_type"], visits.live),
    ):
        found = quantiles(ordered(split, order), wait[order], tuple(QUANTILES.values()))
        for name, numerators in zip(QUANTILES, found, strict=True):
            answers += values(name, split.cells, numerators)
    return answers


def _when_leaving(plan: Plan, attempts: Columns) -> list[Value]:
    """Abandonments by the interval in which the customer leaves."""
    t0, t1 = plan.window
    gone = (attempts["end_reason"] == EndReason.ABANDONED) & (attempts["leg"] == 0)
    gone &= (attempts["ends"] >= t0) & (attempts["ends"] < t1)
    ends, live = attempts["ends"][gone], plan.channels["live"][attempts["channel"][gone]] == 1
    answers: list[Value] = []
    for split in (whole(live), by_interval(plan, ends, live), by_day(plan, ends, live)):
        answers += values("abandoned_when_leaving", split.cells, total(split, live))
    return answers


def _queue_lengths(plan: Plan, attempts: Columns) -> list[Value]:
    """Time averages of the number of visits waiting, transfers among them."""
    bins, names = window_bins(plan), plan.names
    leaves = waiting_ends(attempts)
    # most visits are answered at once and add nothing
    waits = picked({**attempts, "leaves": leaves}, (leaves > attempts["joins"]) & (leaves > bins[0]))
    n_types, n_queues = len(names.need_types), len(plan.queues)
    entity = waits["queue"].astype(np.int64) * n_types + waits["need_type"]
    area = seconds_by_bin(bins, waits["joins"], waits["leaves"], entity, n_queues * n_types).ravel()
    n_bins = len(bins) - 1
    queue = np.repeat(np.arange(n_queues), n_types * n_bins)
    channel = plan.queues["channel"][queue]
    need_type = np.tile(np.repeat(np.arange(n_types), n_bins), n_queues)
    live, every = plan.channels["live"][channel] == 1, np.full(len(area), True)
    answers: list[Value] = []
    for split in (
        whole(live),
        by_name("channel", names.channels, channel, every),
        by_name("queue", names.queues, queue, every),
        by_name("need_type", names.need_types, need_type, live),
    ):
        answers += values("queue_length", split.cells, total(split, area), bins[-1] - bins[0])
    starts = np.tile(bins[:-1], n_queues * n_types)
    bin_marks = np.full(n_bins, True)
    for cut in (by_interval, by_day):
        split, length = cut(plan, starts, live), cut(plan, bins[:-1], bin_marks)
        answers += values("queue_length", split.cells, total(split, area), total(length, np.diff(bins)))
    return answers


def _sums(split: Split, visits: _Visits, wanted: set[str]) -> dict[str, F8]:
    return {name: total(split, visits.quantities[name]) for name in sorted(wanted)}


def _shown(answers: list[Value], shown: Marks) -> list[Value]:
    return [value for value, show in zip(answers, shown.tolist(), strict=True) if show]
