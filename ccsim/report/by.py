"""Results by channel, queue, day, interval and so on: one kind of cell a table."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from ccsim.errors import InputError
from ccsim.estimation.estimate import Estimate
from ccsim.metrics.definitions import MEASURES
from ccsim.report.format import quantity
from ccsim.report.shown import short
from ccsim.report.tables import Sheet, estimate_text
from ccsim.study.results import Arm
from ccsim.units import DAY, parse_duration

WORDS = {
    "channel": "Channel",
    "queue": "Queue",
    "need_type": "Need type",
    "group": "Agent group",
    "segment": "Segment",
    "day": "Day",
    "interval": "Interval from",
}
SHOWN = (
    *("offered", "answered", "service_level", "abandonment", "asa", "answered_within_deadline", "response_time"),
    *("backlog", "calls_out", "customers_reached", "calls_out_time", "aht", "occupancy", "scheduled_hours"),
    *("needs", "resolved_share", "effort_minutes"),
)
# which two measures a grid of two dimensions shows, the first that was observed
GRIDS = (("channel", "interval"), ("queue", "interval"), ("day", "interval"))
IN_GRIDS = (("service_level", "answered_within_deadline"), ("offered", "calls_out"), ("occupancy",))
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Key = tuple[str, ...]


def by_keys(texts: Sequence[str]) -> list[Key]:
    """The kinds of cells that a planner asks for.

    Parameters
    ----------
    texts : sequence of str
        "channel", or "channel,interval".

    Returns
    -------
    list of tuple of str

    Raises
    ------
    InputError
        With what there is, if there is no such kind.

    Examples
    --------
    >>> by_keys(["channel, interval"])
    [('channel', 'interval')]
    """
    known = {frozenset(keys): keys for one in SHOWN for keys in MEASURES[one].cells if keys and set(keys) <= set(WORDS)}
    found = []
    for text in texts:
        words = [word.strip().replace(" ", "_").replace("-", "_") for word in text.split(",")]
        if frozenset(words) not in known or len(set(words)) < len(words):
            there = ", ".join(dict.fromkeys(",".join(keys) for keys in sorted(known.values(), key=_order)))
            raise InputError(f'--by "{text}": there are no such results; write one of {there}.')
        found.append(known[frozenset(words)])
    return found


def by_sheet(arm: Arm, keys: Key, currency: str) -> Sheet:
    """One arm's estimates in every cell of a kind.

    Parameters
    ----------
    arm : Arm
    keys : tuple of str
    currency : str

    Returns
    -------
    Sheet
        Without cells in which nothing was seen.
    """
    cells = _cells(arm, keys)
    full = {cell: table for cell, table in cells.items() if any(one.value for one in table.values())}
    seen = [m for m in SHOWN if any((one := table.get(m)) is not None and one.value for table in full.values())]
    named = {key: _namer(arm, key) for key in keys}
    rows = tuple(
        (
            *(named[key](value) for key, value in zip(keys, cell, strict=True)),
            *(estimate_text(table.get(m), currency) for m in seen),
        )
        for cell, table in full.items()
    )
    title = f"By {' and '.join(WORDS[key].lower().removesuffix(' from') for key in keys)}"
    return Sheet(title, (*(WORDS[key] for key in keys), *map(short, seen)), rows)


def grids(arm: Arm) -> tuple[Sheet, ...]:
    """The day in rows, and channels, queues or days in columns.

    Parameters
    ----------
    arm : Arm

    Returns
    -------
    tuple of Sheet
        Of kinds of which there are several.
    """
    sheets = []
    for keys in GRIDS:
        found = {
            (one.cell[keys[0]], one.cell[keys[1]], one.measure): one
            for one in arm.estimates
            if set(one.cell) == set(keys) and one.value is not None
        }
        for measures in IN_GRIDS:
            measure = next((m for m in measures if any(place[-1] == m for place in found)), None)
            if measure is not None:
                of_measure = {place[:2]: one for place, one in found.items() if place[2] == measure}
                sheets.append(_grid(arm, keys, measure, of_measure))
    return tuple(sheets)


def _grid(arm: Arm, keys: Key, measure: str, found: Mapping[tuple[str | int, str | int], Estimate]) -> Sheet:
    named = _namer(arm, keys[0])
    columns = list(dict.fromkeys(one for one, _ in found))
    clocks = sorted({str(at) for (_, at), one in found.items() if one.value})
    rows = tuple(
        (at, *(quantity(one.value, one.unit) if (one := found.get((column, at))) else "–" for column in columns))
        for at in clocks
    )
    title = f"{arm.name}, {short(measure)[0].lower()}{short(measure)[1:]} by {keys[0]} and interval"
    return Sheet(title, ("Interval from", *map(named, columns)), rows)


def _cells(arm: Arm, keys: Key) -> dict[tuple[str | int, ...], dict[str, Estimate]]:
    """The estimates of a kind of cells; of a single channel, queue or day the intervals' own."""
    found = _of(arm.estimates, keys)
    if found or len(keys) < 2:
        return found
    (only, *more) = dict.fromkeys(cell for cell in _of(arm.estimates, keys[:1]))
    if more:
        return {}
    return {(*only, *cell): table for cell, table in _of(arm.estimates, keys[1:]).items()}


def _of(rows: Iterable[Estimate], keys: Key) -> dict[tuple[str | int, ...], dict[str, Estimate]]:
    found: dict[tuple[str | int, ...], dict[str, Estimate]] = {}
    for row in rows:
        if set(row.cell) == set(keys) and row.measure in SHOWN:
            found.setdefault(tuple(row.cell[key] for key in keys), {})[row.measure] = row
    return dict(sorted(found.items())) if "interval" in keys or "day" in keys else found


def date_of(arm: Arm, day: int) -> dt.date | None:
    """The date of a day of the window.

    Parameters
    ----------
    arm : Arm
    day : int
        From 0.

    Returns
    -------
    date or None
        None where the calendar has no date.
    """
    calendar = arm.resolved.get("calendar") or {}
    if "start" not in calendar:
        return None
    before = int(parse_duration(calendar.get("warm_up") or 0) // DAY)
    return dt.date.fromisoformat(str(calendar["start"])) + dt.timedelta(days=before + day)


def _day_text(arm: Arm, day: int) -> str:
    date = date_of(arm, day)
    return f"day {day}" if date is None else f"{WEEKDAYS[date.weekday()]} {date.isoformat()}"


def _namer(arm: Arm, key: str) -> Callable[[str | int], str]:
    return (lambda value: _day_text(arm, int(value))) if key == "day" else str


def _order(keys: Key) -> tuple[int, str]:
    return len(keys), ",".join(keys)
