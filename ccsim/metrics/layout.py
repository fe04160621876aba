"""The sheet of a plan: a row for each cell, and which pair of columns each measure is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import Account
from ccsim.metrics import passes as p
from ccsim.metrics.cells import (
    OF_TARGET,
    Cell,
    Key,
    cells_in,
    clock_interval,
    in_window,
    intervals_of,
    is_live,
    marks_of,
)
from ccsim.metrics.definitions import MEASURES
from ccsim.plan.plan import NONE, Plan

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

WAIT_EDGES = (
    *(0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 420.0, 600.0),
    *(900.0, 1800.0, 3600.0, 86400.0),
)
# what spreads are of, by the measures that are points of them; no measure is called so
ATOMS = {"wait": "wait", "aht": "handling", "effort": "effort", "time_to_resolution": "lasting"}
SERVICE_LEVELS = {
    "offered": (p.ANSWERED_WITHIN, p.OFFERED),
    "answered": (p.ANSWERED_WITHIN, p.ANSWERED),
    "met_or_gone": (p.MET_OR_GONE, p.OFFERED),
    "early_gone_left_out": (p.ANSWERED_WITHIN, p.NOT_GONE_EARLY),
    "met_or_short_gone": (p.MET_OR_SHORT_GONE, p.OFFERED),
    "short_gone_left_out": (p.ANSWERED_WITHIN, p.NOT_SHORT_GONE),
}
# numerator and denominator of each measure; the denominator is 1 where only one column is named
COLUMNS: dict[str, tuple[int, ...]] = {
    "offered": (p.OFFERED,),
    "answered": (p.ANSWERED,),
    "abandoned": (p.ABANDONED,),
    "abandoned_when_leaving": (p.LEFT,),
    "answered_at_once": (p.AT_ONCE,),
    "answered_within": (p.ANSWERED_WITHIN,),
    "abandonment": (p.ABANDONED, p.OFFERED),
    "abandonment_silent": (p.GONE_SILENTLY, p.OFFERED),
    "unfinished_share": (p.CUT, p.OFFERED),
    "balked": (p.BALKED, p.OFFERED),
    "closed": (p.SHUT,),
    "cut_off": (p.SENT_AWAY, p.OFFERED),
    "blocked": (p.BLOCKED, p.AT_LINES),
    **{f"service_level_{base}": pair for base, pair in SERVICE_LEVELS.items()},
    # worked out of the service levels of intervals and days
    **dict.fromkeys(OF_TARGET, (p.ONE, p.ONE)),
    "asa": (p.WAIT_OF_ANSWERED, p.ANSWERED),
    "wait_offered": (p.WAIT, p.OFFERED),
    "wait_abandoned": (p.WAIT_OF_ABANDONED, p.ABANDONED),
    "waited_share": (p.WAITED, p.OFFERED),
    "wait_given_wait": (p.WAIT, p.WAITED),
    "queue_length": (p.QUEUED, p.LENGTH),
    "transfers": (p.TRANSFERS,),
    "transferred_share": (p.TRANSFERRED, p.ANSWERED),
    "transfer_wait": (p.WAIT_OF_TRANSFERS, p.TRANSFERS_ANSWERED),
    "calls_out": (p.CALLS_OUT,),
    "calls_out_reached": (p.REACHED_OUT, p.CALLS_OUT),
    "calls_out_failed": (p.NOT_REACHED, p.CALLS_OUT),
    "calls_out_wait": (p.WAIT_OF_CALLS_OUT, p.REACHED_OUT),
    "customers_reached": (p.REACHED_OUT,),
    "calls_out_time": (p.BUSY, p.CALLS_OUT),
    "aht": (p.HANDLING, p.HANDLED),
    "talk": (p.TALK, p.HANDLED),
    "wrap_up": (p.WRAP_UP, p.HANDLED),
    "consult": (p.CONSULT, p.HANDLED),
    "agent_time": (p.SHARED_TIME, p.SHARED_HANDLED),
    "concurrency": (p.IN_HAND, p.SHARED_BUSY),
    "contacts_open": (p.IN_HAND, p.LENGTH),
    "silent_hours": (p.SILENT_HOURS,),
    "answered_within_deadline": (p.WITHIN_DEADLINE, p.DEADLINE_KNOWN),
    "response_time": (p.RESPONSE, p.RESPONDED),
    "duplicates": (p.DUPLICATES,),
    "merged": (p.MERGED, p.DUPLICATES),
    "backlog": (p.BACKLOG, p.MOMENTS),
    "exposure": (p.VIEWS,),
    "occupancy": (p.BUSY, p.ON_DUTY),
    "talk_occupancy": (p.TALK_DUTY, p.ON_DUTY),
    "wrap_up_occupancy": (p.WRAP_UP_DUTY, p.ON_DUTY),
    "dialling_occupancy": (p.DIALLING_DUTY, p.ON_DUTY),
    "consult_occupancy": (p.CONSULT_DUTY, p.ON_DUTY),
    "utilisation": (p.BUSY, p.PAID),
    "busy_hours": (p.BUSY_HOURS,),
    "agent_hours": (p.PAID_HOURS,),
    "scheduled_hours": (p.SCHEDULED_HOURS,),
    "fte": (p.PAID, p.FULL_TIME),
    "seats": (p.SEATS,),
    "heads": (p.HEADS,),
    "overtime_hours": (p.OVERTIME_HOURS,),
    "break_hours": (p.BREAK_HOURS,),
    "absent_hours": (p.AWAY_HOURS,),
    "needs": (p.NEEDS,),
    "resolved_share": (p.RESOLVED, p.NEEDS),
    "unresolved_share": (p.UNRESOLVED, p.NEEDS),
    "given_up_share": (p.GIVEN_UP, p.NEEDS),
    "asked_elsewhere_share": (p.ASKED_ELSEWHERE, p.NEEDS),
    "lost_share": (p.LOST, p.NEEDS),
    "open_share": (p.OPEN, p.NEEDS),
    "time_to_resolution": (p.TO_RESOLUTION, p.RESOLVED),
    "attempts_per_need": (p.ATTEMPTS, p.NEEDS),
    "channels_per_need": (p.CHANNELS_TRIED, p.TRIED),
    "contacts_per_need": (p.SERVED_LEGS, p.NEEDS),
    "contacts_per_resolution": (p.SERVED_LEGS, p.RESOLVED),
    "handling_per_resolution": (p.IN_HANDS, p.RESOLVED),
    "agent_minutes_per_resolution": (p.PAID_MINUTES, p.SETTLED),
    "resolutions_per_hour": (p.SETTLED, p.PAID_HOURS),
    "failure_contacts_share": (p.FAILING_LEGS, p.SERVED_LEGS),
    "failure_minutes_share": (p.FAILING_TIME, p.IN_HANDS),
    "failure_cost_share": (p.FAILING_COST, p.HANDLED_COST),
    "reattempt_share": (p.RECONTACT, p.ATTEMPTS),
    "switch_share": (p.SWITCH, p.RECONTACT),
    "fcr_true": (p.FIRST_RESOLVED, p.TRIED),
    "raised_share": (p.RAISED, p.NEEDS),
    "next_issue_avoidance": (p.FIRST_AND_LAST, p.TRIED),
    "fcr_agent": (p.FIRST_BY_AGENT, p.REACHED),
    "fcr_reported": (p.FIRST_CODED, p.REACHED),
    "gate_entries": (p.GATE_ENTRIES,),
    "reported_containment": (p.GATE_CONTAINED, p.GATE_ENTRIES),
    "true_containment": (p.GATE_RESOLVED, p.GATE_ENTRIES),
    "false_containment": (p.GATE_FAILED, p.GATE_ENTRIES),
    "net_containment": (p.GATE_FOR_GOOD, p.GATE_ENTRIES),
    "come_back_share": (p.GATE_RETURNS, p.GATE_CONTAINED),
    "gate_minutes": (p.GATE_MINUTES, p.GATE_ENTRIES),
    "bypass_rate": (p.BYPASSING, p.TRIED),
    "effort_minutes": (p.MINUTES, p.NEEDS),
    "effort_per_resolution": (p.MINUTES, p.RESOLVED),
    "effort_resolved": (p.RESOLVED_MINUTES, p.RESOLVED),
    "effort_weighted_minutes": (p.EFFORT_WEIGHTED, p.NEEDS),
    "effort_weighted_per_resolution": (p.EFFORT_WEIGHTED, p.RESOLVED),
    "effort_search": (p.EFFORT_SEARCH, p.NEEDS),
    "effort_gate": (p.EFFORT_GATE, p.NEEDS),
    "effort_queue": (p.EFFORT_QUEUE, p.NEEDS),
    "effort_talk": (p.EFFORT_TALK, p.NEEDS),
    "effort_typing": (p.EFFORT_TYPING, p.NEEDS),
    "effort_penalties": (p.EFFORT_PENALTIES, p.NEEDS),
    "signals": (p.SIGNALS,),
    "distinct_signals": (p.DISTINCT_SIGNALS,),
    "distinct_signals_first": (p.FIRST_SIGNALS,),
    "signals_per_need": (p.HEARD, p.CAUSED),
    "signals_missed": (p.MISSED, p.CAUSED),
    "causes_detected": (p.DETECTED,),
    "time_to_detect": (p.DAYS,),
    "needs_before_detection": (p.SUFFERED, p.CAUSES),
    "cost_total": (p.COST,),
    **{f"cost_{account.name.lower()}": (p.ACCOUNTS + account,) for account in Account},
    "cost_per_contact": (p.COST, p.CONTACTS),
    "cost_per_need": (p.COST, p.NEEDS),
    "cost_per_resolution": (p.COST, p.SETTLED),
    # of what all replications saw together, and of none alone
    **{name: (p.QUANTILE,) for name, one in MEASURES.items() if one.kind == "quantile"},
}


@dataclass(frozen=True)
class Layout:
    """What is the same for every replication of a plan.

    Attributes
    ----------
    keys : tuple of (measure, cell)
        In the order of `MEASURES`, then of each measure's cells.
    above, below : int64[n_keys]
        Where each key's numerator and denominator stand in the flattened sheet.
    blank : float64[n_rows, n_columns]
        The sheet before anything is added to it.
    grid : Grid
        What the passes know of the plan.
    atoms : tuple of (what, cell)
        Of what each code of a spread is: waits and handling times of visits, effort and times to resolution of needs.
    parts : tuple of (int, int64[n])
        As `parts_of` gives them.
    """

    keys: tuple[Key, ...]
    above: I8
    below: I8
    blank: F8
    grid: p.Grid
    atoms: tuple[Key, ...]
    parts: tuple[tuple[int, I8], ...]


# as many plans as are played in turns, and no more: a sweep has thousands
@lru_cache(maxsize=32)
def layout_of(plan: Plan) -> Layout:
    """The layout of every replication of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Layout
        The same one each time.
    """
    cells = cells_in(plan)
    counts = np.array([len(of_keys) for of_keys in cells.values()])
    starts = dict(zip(cells, (p.WHOLE + np.cumsum(counts) - counts).tolist(), strict=True))
    first = {"_of_".join(keys): start if cells[keys] else p.NOWHERE for keys, start in starts.items()}
    shown: list[tuple[Key, int, int]] = []
    for name, measure in MEASURES.items():
        above, below = _columns(plan, name)
        for keys in measure.cells:
            marks = marks_of(plan, name, keys)
            is_shown = repeat(marks) if isinstance(marks, bool) else marks.tolist()
            shown += [
                ((name, cell), row * p.N_COLUMNS + above, row * p.N_COLUMNS + below)
                for (row, cell), one in zip(enumerate(cells[keys], starts[keys]), is_shown)
                if one
            ]
    bin_rows = _bin_rows(plan, intervals_of(plan), first)
    names = tuple(key for key, _, _ in shown)
    return Layout(
        keys=names,
        above=np.array([place for _, place, _ in shown]),
        below=np.array([place for _, _, place in shown]),
        blank=_blank(plan, bin_rows, first, p.WHOLE + int(counts.sum())),
        grid=_grid(plan, first, bin_rows, n_timed=starts["channel", "interval"]),
        atoms=tuple(_atoms(plan)),
        parts=parts_of(names),
    )


def parts_of(keys: Sequence[Key]) -> tuple[tuple[int, I8], ...]:
    """Where shares of intervals and days stand, and what each is taken of.

    Parameters
    ----------
    keys : sequence of (measure, cell)

    Returns
    -------
    tuple of (int, int64[n])
        The share's place among the keys, and those of the service levels of its parts; empty without a target.
    """
    place = {key: column for column, key in enumerate(keys)}
    levels: dict[tuple[str, ...], list[int]] = {}
    for (measure, cell), column in place.items():
        if measure == "service_level":
            levels.setdefault(tuple(name for name, _ in cell), []).append(column)
    intervals = levels.get(("day", "interval")) or levels.get(("interval",), [])
    parts = zip(OF_TARGET, (intervals, levels.get(("day",), [])), strict=True)
    return tuple((place[name, ()], np.array(columns, np.int64)) for name, columns in parts if (name, ()) in place)


def add_met(parts: Sequence[tuple[int, I8]], wanted: float, above: F8, below: F8) -> None:
    """Fills in how many intervals and days meet the target, of how many.

    Parameters
    ----------
    parts : sequence of (int, int64[n])
    wanted : float, share
    above, below : float64[n_replications, n_keys]
        Numerators and denominators; filled where the shares stand.
    """
    for place, columns in parts:
        offered = below[:, columns] > 0.0
        # 80 of 100 are 80 %, whatever 0.8 * 100 rounds to
        met = offered & (above[:, columns] >= wanted * below[:, columns] - 1e-9)
        above[:, place], below[:, place] = met.sum(axis=1), offered.sum(axis=1)


def _atoms(plan: Plan) -> Iterator[Key]:
    """Of what each code of a spread is, in the order of the codes."""
    names = plan.names
    segments: list[Cell] = [(("segment", segment),) for segment in names.segments]
    for what in ("wait", "handling"):
        for queue, channel in zip(names.queues, plan.queues["channel"].tolist(), strict=True):
            for need_type in names.need_types:
                own = (("channel", names.channels[channel]), ("queue", queue), ("need_type", need_type))
                yield from ((what, (*own, *of_segment)) for of_segment in segments or [()])
    for what in ("effort", "lasting"):
        yield from ((what, (("need_type", need_type),)) for need_type in names.need_types)


def _grid(plan: Plan, first: dict[str, int], bin_rows: I8, *, n_timed: int) -> p.Grid:
    grid = p.Grid(
        ground=_ground(plan, first, n_timed),
        bins=plan.bins,
        bin_rows=bin_rows,
        queue_channel=plan.queues["channel"].astype(np.int64),
        live=plan.channels["live"].astype(np.int64),
        types_live=np.array(is_live(plan, ("need_type",)), np.int64),
        groups_live=np.array(is_live(plan, ("group",)), np.int64),
        limited=(plan.channels["lines"] != NONE).astype(np.int64),
        failing=plan.need_types["failure"].astype(np.int64),
        most=plan.channels["most"].astype(np.int64),
        deadlines=plan.channels["answer_within"].astype(np.float64),
        views=plan.channels["views"].astype(np.float64),
        weights=np.array(plan.effort[0].tolist()) / p.MINUTE,
        scheduled=plan.scheduled,
        rostered=plan.rostered,
        edges=np.array(WAIT_EDGES),
    )
    # of the types that the passes are compiled for
    for array in grid:
        array.flags.writeable = False
    return grid


def _columns(plan: Plan, name: str) -> tuple[int, int]:
    above, below = (*(SERVICE_LEVELS[plan.service_level_base] if name == "service_level" else COLUMNS[name]), p.ONE)[:2]
    return above, below


def _bin_rows(plan: Plan, intervals: I8, first: dict[str, int]) -> I8:
    """The rows of each bin's interval, day and interval of the day, and the interval's number."""
    starts = plan.bins[:-1]
    number = np.searchsorted(intervals, clock_interval(plan, starts))
    day = (starts // p.DAY).astype(np.int64) - int(plan.window[0] // p.DAY)
    both = first["day_of_interval"] + day * len(intervals) + number if first["day_of_interval"] else p.NOWHERE
    rows = np.column_stack([first["interval"] + number, first["day"] + day, np.broadcast_to(both, len(starts)), number])
    return np.where(in_window(plan)[:, None], rows, p.NOWHERE)


def _ground(plan: Plan, first: dict[str, int], n_timed: int) -> NDArray[np.void]:
    ground = np.zeros(1, dtype=p.GROUND)
    ground["from"], ground["to"] = plan.window
    ground["horizon"], ground["interval"] = plan.horizon, plan.interval
    ground["acceptable"], ground["short"] = plan.acceptable_wait, plan.short_wait
    names = plan.names
    ground["n_types"], ground["n_queues"], ground["n_groups"] = map(len, (names.need_types, names.queues, names.groups))
    ground["n_agents"], ground["n_causes"] = len(plan.agent_group), len(plan.causes)
    ground["n_channels"] = len(names.channels)
    ground["n_segments"] = max(len(names.segments), 1)
    ground["shares"] = plan.channels["most"].max(initial=1) > 1 or plan.channels["silent"].any()
    ground["live"] = is_live(plan, ())
    ground["n_intervals"], ground["n_own"] = len(intervals_of(plan)), first["interval"]
    ground["n_timed"] = n_timed
    for kind in ("need_type", "channel", "queue", "group", "cause", "segment", "route", "gate"):
        ground[kind] = first[kind]
    ground["pair"] = first["group_of_queue"]
    for kind in ("channel", "queue"):
        ground[f"interval_of_{kind}"] = first[f"{kind}_of_interval"]
    return ground


def _blank(plan: Plan, bin_rows: I8, first: dict[str, int], n_rows: int) -> F8:
    """A sheet that knows lengths of time, numbers of bins and the roster, and no quantile of one replication."""
    interval, n_intervals = first["interval"], len(intervals_of(plan))
    crossed = [
        (first[kind], n)
        for kind, n in (("channel_of_interval", len(plan.channels)), ("queue_of_interval", len(plan.queues)))
        if first[kind] != p.NOWHERE
    ]
    blank = np.zeros((n_rows, p.N_COLUMNS))
    blank[:, p.ONE] = 1.0
    blank[:, p.QUANTILE] = np.nan
    np.add.at(blank[:, p.LENGTH], bin_rows[:, :3], np.diff(plan.bins)[:, None])
    np.add.at(blank[:, p.MOMENTS], bin_rows[:, :3], 1.0)
    for start, n in crossed:
        # as long as the same intervals of the whole centre
        blank[start : start + n * n_intervals].reshape(n, n_intervals, -1)[:] = blank[interval : interval + n_intervals]
    blank[blank[:, p.LENGTH] == 0.0, p.LENGTH] = plan.window[1] - plan.window[0]
    blank[blank[:, p.MOMENTS] == 0.0, p.MOMENTS] = in_window(plan).sum()
    blank[:, p.FULL_TIME] = blank[:, p.LENGTH] * plan.full_time_week / p.WEEK
    of_group = slice(first["group"], first["group"] + len(plan.groups))
    blank[[p.WHOLE, *range(of_group.start, of_group.stop)], p.SEATS] = _seats(plan)
    blank[of_group, p.HEADS] = plan.groups["n_agents"]
    blank[p.WHOLE, p.HEADS] = plan.groups["n_agents"].sum()
    blank.flags.writeable = False
    return blank


def _seats(plan: Plan) -> F8:
    """The most agents that the roster has on the floor at once in the window, in the whole centre and by group."""
    counts = plan.counts
    same = np.append(False, counts["group"][1:] == counts["group"][:-1])[: len(counts)]
    before = np.where(same, np.append(0, counts["agents"][:-1])[: len(counts)], 0)
    on_shift, ones = plan.agent_group[plan.shifts["agent"]], np.ones(len(plan.shifts))
    times = np.concatenate([plan.shifts["starts"], plan.shifts["ends"], counts["time"]])
    steps = np.concatenate([ones, -ones, counts["agents"] - before])
    group = np.concatenate([on_shift, on_shift, counts["group"]])
    # whoever goes in an instant has gone before others come
    order = np.lexsort((steps, times))
    times, steps, group = times[order], steps[order], group[order]
    peaks = []
    for mine in (np.ones(len(group), dtype=bool), *(group == g for g in range(len(plan.groups)))):
        there = np.append(0.0, np.cumsum(steps[mine]))
        first = int(np.searchsorted(times[mine], plan.window[0], side="right"))
        last = int(np.searchsorted(times[mine], plan.window[1], side="left"))
        peaks.append(there[first : last + 1].max())
    return np.array(peaks)
