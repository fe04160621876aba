"""Acceptable waits, wages and the weights of effort, applied to what was measured without them.

A replication is measured once, with its terms left open: beside the measures stands what any terms need.
For each limit of a wait, and each cell: the answered within it, and those together with the gone.
For each cell of needs: changes of channel and transfers. For each group and channel: the paid time that it bears, and
the overtime in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.logs import Logs
from ccsim.metrics import passes as p
from ccsim.metrics.cells import Cell, Key
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.layout import Layout, add_met, layout_of, parts_of
from ccsim.metrics.measure import Measured, Sample, filled
from ccsim.plan.plan import Plan
from ccsim.plan.terms import MINUTE, Terms

F8 = NDArray[np.float64]
Pair = tuple[F8, F8]

WITHIN, STEPS, BORNE = "within", "steps", "borne"
STAGES = ("search", "gate", "queue", "talk", "typing")
# what is made of weighted minutes
OF_WEIGHTS = (
    *(f"effort_{part}" for part in (*STAGES, "penalties")),
    *("effort_weighted_minutes", "effort_weighted_per_resolution"),
)
# what wages are part of, and what overtime is
OF_WAGES = ("cost_total", "cost_wages", "cost_per_contact", "cost_per_need", "cost_per_resolution")
OF_OVERTIME = ("cost_total", "cost_overtime", "cost_per_contact", "cost_per_need", "cost_per_resolution")


@dataclass(frozen=True)
class OpenLayout:
    """What is the same for every replication of a plan that is measured with its terms left open.

    Attributes
    ----------
    layout : Layout
    limits : tuple of float, s
    keys : tuple of (measure, cell)
        The layout's, then those of what terms need.
    kept : tuple of (measure, cell)
        What a ledger keeps: the keys, then the layout's atoms.
    visits, needs : int64[n]
        Rows of the cells that have visits, and of those that have needs.
    """

    layout: Layout
    limits: tuple[float, ...]
    keys: tuple[Key, ...]
    kept: tuple[Key, ...]
    visits: NDArray[np.int64]
    needs: NDArray[np.int64]


def open_layout_of(plan: Plan, limits: Sequence[float]) -> OpenLayout:
    """The layout of every replication of a plan, with its terms left open.

    Parameters
    ----------
    plan : Plan
        Without terms, as `without_terms` gives it.
    limits : sequence of float, s
        All acceptable and short waits that are to be applied.

    Returns
    -------
    OpenLayout
    """
    layout, names = layout_of(plan), plan.names
    visits, needs = _cells_of(layout.keys, "service_level"), _cells_of(layout.keys, "reattempt_share")
    keys = (
        *layout.keys,
        *((WITHIN, (("limit", _text(limit)), *cell)) for limit in limits for cell in visits),
        *((STEPS, cell) for cell in needs),
        *((BORNE, (("group", group), ("channel", channel))) for group in names.groups for channel in names.channels),
    )
    rows = (_rows_of(layout, measure) for measure in ("service_level", "reattempt_share"))
    return OpenLayout(layout, tuple(limits), keys, keys + layout.atoms, *rows)


def measure_open(plan: Plan, logs: Logs, at: OpenLayout) -> Measured:
    """What a replication measures with its terms left open.

    Parameters
    ----------
    plan : Plan
        Without terms.
    logs : Logs
    at : OpenLayout
        The plan's.

    Returns
    -------
    Measured
    """
    layout = at.layout
    sheet, waits, spread = filled(logs, layout)
    flat = sheet.ravel()
    above, below = [flat[layout.above]], [flat[layout.below]]
    for limit in at.limits:
        at_limit = sheet if limit == plan.acceptable_wait else _at_limit(logs, layout, limit)
        above.append(at_limit[at.visits, p.ANSWERED_WITHIN])
        below.append(at_limit[at.visits, p.MET_OR_GONE])
    above.append(sheet[at.needs, p.SWITCH])
    below.append(sheet[at.needs, p.PASSED_ON])
    above.append(_borne(plan, layout, sheet, p.PAID))
    below.append(_borne(plan, layout, sheet, p.OVERTIME))
    return Measured(at.keys, np.concatenate(above), np.concatenate(below), waits, spread)


def settled(sample: Sample, terms: Terms) -> Sample:
    """What replications measured, with terms applied to it.

    Parameters
    ----------
    sample : Sample
        As `measure_open` gives it.
    terms : Terms

    Returns
    -------
    Sample
        As though it had been measured with these terms.
    """
    place = {key: column for column, key in enumerate(sample.keys)}
    n = sum(measure in MEASURES for measure, _ in sample.keys)
    above, below = sample.numerators[:, :n].copy(), sample.denominators[:, :n].copy()
    for column, (measure, cell) in enumerate(sample.keys[:n]):
        if measure == "answered_within":
            above[:, column] = _of(sample, place, _limit(cell, terms.acceptable_wait))[0]
        elif measure.startswith("service_level"):
            base = measure.removeprefix("service_level").removeprefix("_") or terms.base
            above[:, column], below[:, column] = _service_level(sample, place, cell, base, terms)
        elif measure in OF_WEIGHTS:
            above[:, column] = _effort(sample, place, measure.removeprefix("effort_"), cell, terms)
        elif measure in OF_WAGES or measure in OF_OVERTIME:
            paid, overtime = _wages(sample, place, cell, terms)
            above[:, column] += paid if measure in OF_WAGES else 0.0
            above[:, column] += terms.overtime * overtime if measure in OF_OVERTIME else 0.0
        elif measure == "failure_cost_share":
            above[:, column], below[:, column] = _failing_cost(sample, place, cell, above)
    add_met(parts_of(sample.keys[:n]), np.nan if terms.wanted is None else terms.wanted, above, below)
    return sample._replace(keys=sample.keys[:n], numerators=above, denominators=below)


def _service_level(sample: Sample, place: dict[Key, int], cell: Cell, base: str, terms: Terms) -> Pair:
    """Numerator and denominator of a service level."""
    within, within_or_gone = _of(sample, place, _limit(cell, terms.acceptable_wait))
    offered, _ = _of(sample, place, ("offered", cell))
    if base == "answered":
        return within, _of(sample, place, ("answered", cell))[0]
    if base == "met_or_gone":
        return within_or_gone, offered
    if base == "early_gone_left_out":
        return within, offered - (within_or_gone - within)
    if base in ("met_or_short_gone", "short_gone_left_out"):
        short, short_or_gone = _of(sample, place, _limit(cell, terms.short_wait))
        gone = short_or_gone - short
        return (within + gone, offered) if base == "met_or_short_gone" else (within, offered - gone)
    return within, offered


def _effort(sample: Sample, place: dict[Key, int], part: str, cell: Cell, terms: Terms) -> F8:
    """Weighted minutes of one part, or of all, added up in the order in which a replication does."""
    weights = [weight / MINUTE for weight in terms.effort]
    if part in STAGES:
        seconds, _ = _of(sample, place, (f"effort_{part}", cell))
        return np.asarray(seconds * weights[STAGES.index(part)])
    if part == "penalties":
        again, _ = _of(sample, place, ("reattempt_share", cell))
        switched, passed_on = _of(sample, place, (STEPS, cell))
        return again * weights[5] + switched * weights[6] + passed_on * weights[7]
    parts = [_effort(sample, place, one, cell, terms) for one in (*STAGES, "penalties")]
    return np.asarray(sum(parts))


def _wages(sample: Sample, place: dict[Key, int], cell: Cell, terms: Terms) -> Pair:
    """The wages of the whole centre, or what a channel bears of them; and those of the overtime among it."""
    groups = [
        cell_of[0][1] for cell_of in _cells_of(place, "utilisation") if [name for name, _ in cell_of] == ["group"]
    ]
    total, extra = np.zeros(len(sample.numerators)), np.zeros(len(sample.numerators))
    for group, wage in zip(groups, terms.wages, strict=True):
        if cell == ():
            # the denominator of a utilisation is the paid time
            paid = _of(sample, place, ("utilisation", (("group", group),)))[1]
            overtime = p.HOUR * _of(sample, place, ("overtime_hours", (("group", group),)))[0]
        else:
            paid, overtime = _of(sample, place, (BORNE, (("group", group), *cell)))
        total += wage * paid
        extra += wage * overtime
    return total, extra


def _failing_cost(sample: Sample, place: dict[Key, int], cell: Cell, settled_above: F8) -> Pair:
    """Cost of channels that is due to failure demand, and their cost; it stands behind their cost in the table."""
    failing, handled = np.zeros(len(settled_above)), np.zeros(len(settled_above))
    for channel in _cells_of(place, "failure_cost_share"):
        if channel and cell in ((), channel):
            of_failure, of_all = _of(sample, place, ("failure_minutes_share", channel))
            cost = np.where(of_all > 0.0, settled_above[:, place["cost_total", channel]], 0.0)
            failing += cost * np.divide(of_failure, of_all, out=np.zeros_like(of_all), where=of_all > 0.0)
            handled += cost
    return failing, handled


def _of(sample: Sample, place: dict[Key, int], key: Key) -> Pair:
    return sample.numerators[:, place[key]], sample.denominators[:, place[key]]


def _limit(cell: Cell, limit: float) -> Key:
    return WITHIN, (("limit", _text(limit)), *cell)


def _text(limit: float) -> str:
    return repr(float(limit))


def _cells_of(keys: Iterable[Key], measure: str) -> list[Cell]:
    return [cell for name, cell in keys if name == measure]


def _rows_of(layout: Layout, measure: str) -> NDArray[np.int64]:
    """The rows of the sheet in which a measure's cells stand."""
    columns = [column for column, (name, _) in enumerate(layout.keys) if name == measure]
    return layout.above[columns] // p.N_COLUMNS


def _at_limit(logs: Logs, layout: Layout, limit: float) -> F8:
    """A sheet of visits alone, with another acceptable wait."""
    ground = layout.grid.ground.copy()
    ground["acceptable"] = limit
    ground.flags.writeable = False
    sheet, attempts = layout.blank.copy(), logs.attempts
    segments = p.segments_of(logs.needs, attempts)
    values, codes = np.empty((2, len(attempts))), np.empty((2, len(attempts)), np.int32)
    rest = np.zeros(len(layout.grid.edges)), values, codes, np.zeros(2, np.int64), np.zeros(len(layout.atoms))
    p.add_visits(attempts, segments, layout.grid._replace(ground=ground), sheet, *rest)
    return sheet


def _borne(plan: Plan, layout: Layout, sheet: F8, column: int) -> F8:
    """Time of each group in the window by channel, in proportion to its handling time there."""
    n_groups, n_queues, n_channels = (
        len(names) for names in (plan.names.groups, plan.names.queues, plan.names.channels)
    )
    ground = layout.grid.ground[0]
    first = int(ground["pair"])
    busy = sheet[first : first + n_groups * n_queues, p.BUSY].reshape(n_groups, n_queues)
    by_channel = np.zeros((n_groups, n_channels))
    np.add.at(by_channel.T, layout.grid.queue_channel, busy.T)
    total = busy.sum(axis=1, keepdims=True)
    time = sheet[int(ground["group"]) : int(ground["group"]) + n_groups, column][:, None]
    shares = np.divide(by_channel, total, out=np.zeros_like(by_channel), where=total > 0.0)
    return np.asarray((time * shares).ravel())
