"""How many needs are expected, and when in the day: volume, growth, weekdays, dated events, shapes."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from ccsim.plan import workforce
from ccsim.scenario import readings
from ccsim.scenario.demand import Event, Intraday, NeedType
from ccsim.scenario.model import Scenario

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
DAY = 86400.0
YEAR = 365.0
Shape = tuple[F8, F8]


def demand(scenario: Scenario, n_days: int) -> tuple[F8, I8, F8, F8]:
    """Mean numbers of needs, and the shapes of the days on which they arise.

    Parameters
    ----------
    scenario : Scenario
    n_days : int

    Returns
    -------
    float64[n_types, n_days]
        Mean number of needs.
    int64[n_types, n_days]
        Which shape each day has.
    float64[n_shapes, n_edges], float64[n_shapes, n_edges]
        Edges (s since midnight) and cumulative shares of the shapes; each type's own first, then those of events.
    """
    types = scenario.needs.types
    expected = np.zeros((len(types), n_days))
    shape_of = np.repeat(np.arange(len(types))[:, None], n_days, axis=1)
    shapes = [_shape(scenario, need_type.intraday or scenario.needs.intraday) for need_type in types]
    if scenario.needs.replay is None:
        for i, need_type in enumerate(types):
            per_day = _per_day(scenario, need_type)
            for day in range(n_days):
                change, shape = _on_day(scenario, need_type, day, shapes[i])
                expected[i, day] = per_day * _of_weekday(scenario, day) * change
                if shape is not shapes[i]:
                    shape_of[i, day] = len(shapes)
                    shapes.append(shape)
    longest = max(len(edges) for edges, _ in shapes)
    return (
        expected,
        shape_of,
        np.array([np.pad(edges, (0, longest - len(edges)), mode="edge") for edges, _ in shapes]),
        np.array([np.pad(shares, (0, longest - len(shares)), mode="edge") for _, shares in shapes]),
    )


def _per_day(scenario: Scenario, need_type: NeedType) -> float:
    """Needs of a type on a day of factor 1."""
    volume, shape = scenario.needs.volume, need_type.intraday or scenario.needs.intraday
    per_day = 0.0
    if shape is not None and shape.per_hour is not None:
        per_day = sum(shape.per_hour) * shape.every / 3600.0
    elif volume is not None:
        per_day = volume.per_day if volume.per_day is not None else 24.0 * (volume.per_hour or 0.0)
    if need_type.intraday is None or need_type.intraday.per_hour is None:
        per_day *= readings.share_of_type(scenario, need_type.name)
    return per_day


def _of_weekday(scenario: Scenario, day: int) -> float:
    """The weekday's factor."""
    volume = scenario.needs.volume
    return 1.0 if volume is None else volume.weekdays[workforce.weekday(scenario, day)]


def _on_day(scenario: Scenario, need_type: NeedType, day: int, shape: Shape) -> tuple[float, Shape]:
    """The factor of growth and events on a day's needs, and the shape that events of some hours leave."""
    change = 1.0
    volume = scenario.needs.volume
    if volume is not None and volume.growth != 0.0:
        change = (1.0 + volume.growth) ** (day / YEAR)
    date = scenario.calendar.start + dt.timedelta(days=day)
    for event in scenario.needs.events:
        effect = event.extra * _strength(event, date)
        if effect == 0.0 or (event.types is not None and need_type.name not in event.types):
            continue
        if event.from_ == 0.0 and event.to == DAY:
            change *= 1.0 + effect
        else:
            of_day, shape = _changed(shape, event.from_, event.to, 1.0 + effect)
            change *= of_day
    return change, shape


def _strength(event: Event, date: dt.date) -> float:
    """How much of an event's full effect a day has: 1 on its days, then falling in a line."""
    since = (date - event.on).days
    if since < 0:
        return 0.0
    after = since - (event.days - 1)
    if after <= 0:
        return 1.0
    return max(0.0, 1.0 - after * DAY / event.fading_over) if event.fading_over > 0.0 else 0.0


def _changed(shape: Shape, start: float, end: float, factor: float) -> tuple[float, Shape]:
    """A shape with more or less in some hours: the factor on the day's number, and the new shape."""
    edges, shares = _cut(shape, [start, end])
    inside = (edges[:-1] >= start) & (edges[:-1] < end)
    weights = np.diff(shares) * np.where(inside, factor, 1.0)
    total = float(weights.sum())
    if total <= 0.0:
        return 0.0, shape
    return total, (edges, _cumulated(weights))


def _shape(scenario: Scenario, intraday: Intraday | None) -> Shape:
    """Edges (s since midnight) and cumulative shares of one day's shape."""
    shape: Shape = np.array([0.0, DAY]), np.array([0.0, 1.0])
    if intraday is not None:
        weights = np.array(intraday.shape if intraday.shape is not None else intraday.per_hour, dtype=float)
        edges: F8 = intraday.from_ + np.arange(len(weights) + 1.0) * intraday.every
        shape = edges, _cumulated(weights)
    busyness = None if scenario.needs.volume is None else scenario.needs.volume.busyness
    if busyness is not None and busyness.within_day is not None and busyness.within_day.cv > 0.0:
        # each step of the shape lies within one stretch, so that it has one factor
        shape = _cut(shape, np.arange(0.0, DAY, busyness.within_day.every).tolist())
    return shape


def _cut(shape: Shape, borders: list[float]) -> Shape:
    """The same shape with more edges, where they lie within it."""
    edges, shares = shape
    new = [border for border in borders if edges[0] < border < edges[-1] and not np.isclose(edges, border).any()]
    finer = np.sort(np.concatenate([edges, new]))
    return finer, np.interp(finer, edges, shares)


def _cumulated(weights: F8) -> F8:
    """Cumulative shares of weights, from 0 to exactly 1."""
    shares = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
    shares[-1] = 1.0
    return shares
