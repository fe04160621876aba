"""Which measures a plan has, and in which cells; without compiled code, so that a scenario can be checked by it."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import Evidence, Route
from ccsim.metrics.definitions import MEASURES, Keys
from ccsim.plan.plan import NONE, WAITS, Plan
from ccsim.units import DAY, MINUTE

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Cell = tuple[tuple[str, str | int], ...]
Key = tuple[str, Cell]

WEEK = 7 * DAY

# the share that each route looks at; nobody looks for what is found anyway
LOOKS = {
    Route.MANUAL_SAMPLE: "manual_sample",
    Route.SPEECH_ANALYTICS: "speech_coverage",
    Route.AGENT_FLAG: "agent_flags",
    Route.LOG_ANALYSIS: "log_analysis",
    Route.TEXT_ANALYTICS: "text_coverage",
}
OF_LIVE = frozenset(
    (
        *("abandoned", "abandoned_when_leaving", "answered_at_once", "answered_within", "abandonment", "balked", "asa"),
        *("wait_offered", "wait_abandoned", "waited_share", "wait_given_wait", "wait_p50", "wait_p90", "wait_p95"),
        *("service_level", "service_level_offered", "service_level_answered", "service_level_met_or_gone"),
        *("service_level_early_gone_left_out", "service_level_met_or_short_gone"),
        *("service_level_short_gone_left_out", "transfer_wait"),
    )
)
# of messages where there is nothing else
OF_LIVE_FIRST = ("aht_p50", "aht_p90")
# those of days first, which have agents too
BY_INTERVAL = ("day", "channel", "queue")
OF_TARGET = ("intervals_met_share", "days_met_share")
OF_COMING = ("offered", "answered", "unfinished_share", "queue_length")
OF_SHARED = ("agent_time", "concurrency", "contacts_open")
OF_TOLERANCE = ("duplicates", "merged")
OF_SILENCE = ("abandonment_silent", "silent_hours")
OF_CALLS_OUT = ("calls_out", "customers_reached", "dialling_occupancy")
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
        for keys in filter(cells.__getitem__, measure.cells):
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
        "route": [route.name.lower() for route in Route],
        "gate": [gate.name.lower() for gate in Evidence if gate != Evidence.HEARD],
    }
    cells: dict[Keys, list[Cell]] = {(): [()]}
    cells |= {(kind,): [((kind, value),) for value in of_kind] for kind, of_kind in values.items()}
    cells["group", "queue"] = _crossed(cells, "group", "queue")
    for kind in BY_INTERVAL:
        # of a single channel, queue or day the intervals say the same
        cells[kind, "interval"] = _crossed(cells, kind, "interval") if len(values[kind]) > 1 else []
    return cells


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
    Service levels, waits on the line and those who leave it are given where there are live contacts, replies where
    there are deferrable ones, the offered where customers come rather than are called. The blocked are given where
    there are limited lines, the balked where customers balk, the cut off where live channels close to who is in line,
    changes of channel where customers switch, channels tried where there are several, further needs where some raise
    others, sharing where agents share, calls out where the centre calls, duplicates where customers lose patience with
    messages, silence where some leave without a word, consulting where some are passed on warm, exposure where
    messages are public, full-time agents where the window tells what a week is like, signals by the routes that look,
    those missed where somebody listens; what a group does in a queue where it may serve it.
    """
    marks = _marks_of(plan, name, keys)
    if name in OF_LIVE or (name in OF_LIVE_FIRST and is_live(plan, ())):
        marks = marks & is_live(plan, keys)
    # work that a group cannot have is known to be none
    if keys == ("group", "queue") and name != "busy_hours":
        marks = marks & (plan.skills["preference"] != NONE).ravel()
    return marks


def is_live(plan: Plan, keys: Keys) -> bool | NDArray[np.bool]:
    """Whether cells of a kind have live contacts, beside which no others count.

    Parameters
    ----------
    plan : Plan
    keys : tuple of str
        Of the cells.

    Returns
    -------
    bool or bool[n_cells]
    """
    live = plan.channels["live"] == 1
    in_queues = live[plan.queues["channel"]]
    if keys == ("need_type",):
        return np.asarray((channels_of_types(plan) & live).any(axis=1))
    if keys == ("group",):
        return np.asarray(((plan.skills["preference"] != NONE) & in_queues).any(axis=1))
    return _where(plan, keys, live & channels_of_types(plan).any(axis=0))


def channels_of_types(plan: Plan) -> NDArray[np.bool_]:
    """The channels on which needs of each type may come, at first or later.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    bool[n_types, n_channels]
    """
    n_types, n_channels = len(plan.need_types), len(plan.channels)
    shape = (n_types, -1, n_channels)
    served = np.asarray((plan.handling["queue"] != NONE).reshape(shape).any(axis=1))
    if len(plan.replay):
        return served
    found: NDArray[np.bool_] = np.asarray(_likely(plan.preferred[:, :-1]).reshape(shape).any(axis=1))
    goes_on = _likely(plan.diverted) | _likely(plan.closed_diverted) | _likely(plan.outlasted)
    goes_on |= _likely(plan.switches).any(axis=0)
    for _ in range(n_channels):
        found = found | (found[:, :, None] & goes_on).any(axis=1)
    return np.asarray(found & served)


def _likely(cumulative: F8) -> NDArray[np.bool_]:
    """Where cumulative probabilities grow."""
    return np.asarray(np.diff(cumulative, axis=1, prepend=0.0) > 0.0)


def _marks_of(plan: Plan, name: str, keys: Keys) -> bool | NDArray[np.bool]:
    channels = plan.channels
    if keys == ("route",):
        return np.array([route in LOOKS and bool((plan.settings[LOOKS[route]] > 0.0).any()) for route in Route])
    if name == "signals_missed":
        return bool(plan.settings["listens"].any())
    if name == "channels_per_need":
        return len(channels) > 1
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
    if name in OF_TARGET:
        return plan.service_level_wanted == plan.service_level_wanted and bool(is_live(plan, ()))
    if name in OF_COMING:
        return _where(plan, keys, channels["dials_from"] != 0)
    if name == "calls_out_time":
        return _where(plan, keys, channels["dials_from"] == 0)
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
    of_queues = np.asarray(marks[plan.queues["channel"]])
    if keys == ("group", "queue"):
        return np.tile(of_queues, len(plan.groups))
    if keys[:1] in (("channel",), ("queue",)):
        one_by_one = of_queues if keys[0] == "queue" else marks
        return np.repeat(one_by_one, len(intervals_of(plan))) if len(keys) > 1 else one_by_one
    return bool(marks.any())


def _crossed(cells: dict[Keys, list[Cell]], one: str, other: str) -> list[Cell]:
    return [of_one + of_other for of_one in cells[one,] for of_other in cells[other,]]


def _clock_text(seconds: float) -> str:
    minutes = int(seconds // MINUTE)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
