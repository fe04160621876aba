"""Which measures a plan has, and in which cells; without compiled code, so that a scenario can be checked by it."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ccsim.metrics.definitions import MEASURES, Keys
from ccsim.plan.plan import NONE, WAITS, Plan
from ccsim.units import DAY, MINUTE

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Cell = tuple[tuple[str, str | int], ...]
Key = tuple[str, Cell]

WEEK = 7 * DAY

OF_LIVE = ("service_level", "balked")
OF_SHARED = ("agent_time", "concurrency", "contacts_open")
OF_TOLERANCE = ("duplicates", "merged")
OF_SILENCE = ("abandonment_silent", "silent_hours")
OF_CALLS_OUT = ("calls_out", "dialling_occupancy")
OF_WARM = ("consult", "consult_occupancy")
OF_RAISED = ("raised_share", "next_issue_avoidance")
OF_DEFERRABLE = ("answered_within_deadline", "response_time", "backlog")


def keys_of(plan: Plan) -> Iterator[Key]:
    """Every measure of a plan in every cell that it is given for.

    Parameters
    ----------
    plan : Plan

    Yields
    ------
    (measure, cell)
        In the order of `MEASURES`, then of each measure's cells.
    """
    cells = cells_in(plan)
    for name, measure in MEASURES.items():
        for keys in measure.cells:
            marks = np.broadcast_to(marks_of(plan, name, keys), len(cells[keys]))
            yield from ((name, cell) for cell, is_given in zip(cells[keys], marks.tolist(), strict=True) if is_given)


def cells_in(plan: Plan) -> dict[Keys, list[Cell]]:
    """Every cell of a plan, by the cell's keys.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict of tuple of str to list of cells
        The whole centre first, next to the need types.
    """
    names, n_days = plan.names, max(int(np.ceil(plan.window[1] / DAY)) - int(plan.window[0] // DAY), 1)
    values: dict[str, Sequence[str | int]] = {
        "need_type": names.need_types,
        "channel": names.channels,
        "queue": names.queues,
        "group": names.groups,
        "cause": names.causes,
        "segment": names.segments,
        "interval": [_clock_text(number * plan.interval) for number in intervals_of(plan).tolist()],
        "day": range(n_days),
    }
    cells: dict[Keys, list[Cell]] = {(): [()]}
    cells |= {(kind,): [((kind, value),) for value in of_kind] for kind, of_kind in values.items()}
    return cells | {("group", "queue"): [one + other for one in cells["group",] for other in cells["queue",]]}


def marks_of(plan: Plan, name: str, keys: Keys) -> bool | NDArray[np.bool]:
    """Whether a measure is given for cells of a kind, each or all.

    Parameters
    ----------
    plan : Plan
    name : str
        Of the measure.
    keys : tuple of str
        Of the cells.

    Returns
    -------
    bool or bool[n_cells]

    Notes
    -----
    Service levels are given for live channels, replies for deferrable ones. The blocked are given where there are
    limited lines, the balked where customers balk, the cut off where live channels close
    to who is in line, changes of channel where customers switch, further needs where
    some raise others, sharing where agents share, calls out where the centre calls, duplicates where customers lose
    patience with messages, silence where some leave without a word, consulting where some are passed on warm,
    exposure where messages are public, full-time agents where the window tells what a week is like.
    """
    channels = plan.channels
    if name == "blocked":
        return _where(plan, keys, channels["lines"] != NONE)
    if name == "balked" and not plan.settings["balks"].any():
        return False
    if name == "cut_off":
        return _where(plan, keys, channels["at_closing"] != WAITS)
    if name == "fte":
        return plan.window[1] - plan.window[0] >= WEEK
    if name == "switch_share":
        return bool(plan.settings["switches"].any())
    if name in OF_TOLERANCE:
        return _where(plan, keys, channels["tolerance"] != NONE)
    if name in OF_SILENCE:
        return _where(plan, keys, channels["silent"] > 0.0)
    if name == "exposure":
        return _where(plan, keys, channels["views"] > 0.0)
    if name.startswith(OF_CALLS_OUT):
        return _where(plan, keys, (channels["callback"] == 1) | (channels["dials_from"] == 0))
    if name in OF_WARM and not ((plan.handling["transfers"] > 0.0) & (plan.handling["transfer_warm"] != NONE)).any():
        return False
    if name in OF_RAISED and (plan.need_types["raises"] == NONE).all():
        return False
    if name in OF_SHARED:
        return _where(plan, keys, channels["most"] > 1)
    if name in OF_DEFERRABLE:
        return _where(plan, keys, channels["live"] != 1)
    if name.startswith(OF_LIVE) and keys in (("channel",), ("queue",)):
        return _where(plan, keys, channels["live"] == 1)
    return True


def intervals_of(plan: Plan) -> I8:
    """The intervals of the day that the window touches.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    int64[n_intervals]
        Counted from midnight, ascending.
    """
    return np.unique(clock_interval(plan, plan.bins[:-1][in_window(plan)]))


def in_window(plan: Plan) -> NDArray[np.bool_]:
    """Marks of the bins within the window.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    bool[n_bins]
    """
    return (plan.bins[:-1] >= plan.window[0]) & (plan.bins[:-1] < plan.window[1])


def clock_interval(plan: Plan, times: F8) -> I8:
    """The interval of the day in which times lie, counted from midnight.

    Parameters
    ----------
    plan : Plan
    times : float64[n], s since the run's start

    Returns
    -------
    int64[n]
    """
    return (times % DAY // plan.interval).astype(np.int64)


def _where(plan: Plan, keys: Keys, marks: NDArray[np.bool]) -> bool | NDArray[np.bool]:
    """Marks of channels, by channel or queue; elsewhere whether there is any."""
    if keys == ("queue",):
        return np.asarray(marks[plan.queues["channel"]])
    return marks if keys == ("channel",) else bool(marks.any())


def _clock_text(seconds: float) -> str:
    minutes = int(seconds // MINUTE)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
