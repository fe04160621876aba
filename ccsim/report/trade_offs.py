"""Which points of a study no other point beats: cost, outcome, effort, insight and service weighed against each other.

One point beats another where it is no worse in any of these measures and better in one. It beats it for sure where in
every measure the two are equal or their intervals lie apart.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.report.format import MISSING, percent
from ccsim.report.shown import short
from ccsim.report.study_tables import whole
from ccsim.report.tables import Sheet, estimate_text
from ccsim.study.sweep_results import PointResult, SweepResult

F8 = NDArray[np.float64]

# what is weighed: measures of each concern with the sign of better, the first that a study measures
CONCERNS = {
    "cost": {"cost_per_resolution": -1, "cost_per_need": -1, "cost_per_contact": -1, "cost_total": -1},
    "outcome": {"resolved_share": 1, "unresolved_share": -1},
    "effort": {
        "effort_weighted_per_resolution": -1,
        "effort_per_resolution": -1,
        "effort_weighted_minutes": -1,
        "effort_minutes": -1,
        "effort_p90": -1,
    },
    "insight": {"causes_detected": 1, "distinct_signals": 1, "signals": 1},
    "service": {"service_level": 1, "abandonment": -1, "asa": -1},
}
UNBEATEN, OPEN, BEATEN = "not beaten", "perhaps beaten", "beaten"
MOST_NAMED = 8  # points in a sentence


class Verdict(NamedTuple):
    """What becomes of a point among the others.

    Attributes
    ----------
    one : PointResult
    word : str
        "not beaten", "perhaps beaten" or "beaten".
    by : int
        Number of a point that beats it, or 0.
    """

    one: PointResult
    word: str
    by: int


def weighed(result: SweepResult) -> tuple[str, ...]:
    """The measures of a study that are weighed against each other.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    tuple of str
        One for each concern that the study measures; cost first.
    """
    found = ([name for name in result.agenda.measures if name in signs] for signs in CONCERNS.values())
    return tuple(names[0] for names in found if names)


def better(measure: str) -> int:
    """Whether more of a measure is better or worse.

    Parameters
    ----------
    measure : str
        One that is weighed.

    Returns
    -------
    int, 1 or -1

    Examples
    --------
    >>> better("service_level"), better("cost_per_need")
    (1, -1)
    """
    return next(signs[measure] for signs in CONCERNS.values() if measure in signs)


def verdicts(result: SweepResult) -> list[Verdict]:
    """What becomes of every point in which all weighed measures were observed.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    list of Verdict
        Empty where fewer than two concerns are measured, or fewer than two points.
    """
    measures = weighed(result)
    rows = [(one, [whole(one, measure) for measure in measures]) for one in result.points]
    points = [one for one, found in rows if all(row is not None and row.value is not None for row in found)]
    if len(measures) < 2 or len(points) < 2:
        return []
    value, low, high = _oriented(points, measures)
    unbeaten = np.array([not _beats(value, place).any() for place in range(len(points))])
    return [Verdict(one, *_judged(points, value, low, high, unbeaten, place)) for place, one in enumerate(points)]


def trade_off_sheet(result: SweepResult, found: Sequence[Verdict]) -> Sheet:
    """Every point with what becomes of it, those that are not beaten first.

    Parameters
    ----------
    result : SweepResult
    found : sequence of Verdict

    Returns
    -------
    Sheet
    """
    measures = weighed(result)
    ranked = sorted(found, key=lambda each: (UNBEATEN, OPEN, BEATEN).index(each.word))
    rows = tuple(
        (
            str(each.one.point.number),
            ", ".join(each.one.point.settings),
            *(_text(each.one, measure, result.agenda.currency) for measure in measures),
            f"{each.word} by point {each.by}" if each.by else each.word,
        )
        for each in ranked
    )
    return Sheet("Trade-offs", ("Point", "Settings", *map(short, measures), "Verdict"), rows)


def in_words(result: SweepResult, found: Sequence[Verdict]) -> list[str]:
    """Who beats whom, and what cannot be told.

    Parameters
    ----------
    result : SweepResult
    found : sequence of Verdict

    Returns
    -------
    list of str
        Sentences.
    """
    if not found:
        return []
    names = "; ".join(short(name).lower() for name in weighed(result))
    by_word = {word: [each for each in found if each.word == word] for word in (UNBEATEN, OPEN, BEATEN)}
    unbeaten = [f"{each.one.point.number} ({', '.join(each.one.point.settings)})" for each in by_word[UNBEATEN]]
    n_more = len(unbeaten) - MOST_NAMED
    shown = _listed([*unbeaten[:MOST_NAMED], f"{n_more} more"]) if n_more > 0 else _listed(unbeaten)
    are, points = ("are", "points") if len(unbeaten) > 1 else ("is", "point")
    of_all = f"{len(unbeaten)} of {len(found)} points {are} not beaten by any other"
    said = [f"Weighing {names}: {of_all}: {points} {shown}."]
    level = percent(result.agenda.level)
    if by_word[BEATEN]:
        said.append(f"{_points(by_word[BEATEN])} beaten for sure: no better in anything, with {level} intervals apart.")
    if by_word[OPEN]:
        said.append(
            f"{_points(by_word[OPEN])} beaten by the estimates, but some {level} intervals overlap, so that it cannot "
            "be told for sure."
        )
    return said


def _oriented(points: Sequence[PointResult], measures: Sequence[str]) -> tuple[F8, F8, F8]:
    """Values and the ends of their intervals by point and measure, turned so that more is better."""
    rows = [[whole(one, measure) for measure in measures] for one in points]
    sign = np.array([better(measure) for measure in measures], dtype=np.float64)
    value, low, high = (
        np.array([[np.nan if (number := getattr(row, end)) is None else number for row in found] for found in rows])
        for end in ("value", "low", "high")
    )
    ends = np.stack([low * sign, high * sign])
    # without an interval nothing is sure
    return value * sign, np.nan_to_num(ends.min(0), nan=-np.inf), np.nan_to_num(ends.max(0), nan=np.inf)


def _beats(value: F8, place: int) -> NDArray[np.bool_]:
    """The points that beat one by the estimates."""
    beats: NDArray[np.bool_] = (value >= value[place]).all(1) & (value > value[place]).any(1)
    return beats


def _judged(
    points: Sequence[PointResult], value: F8, low: F8, high: F8, unbeaten: NDArray[np.bool_], place: int
) -> tuple[str, int]:
    """A point's verdict, and a point that beats it: one that no other beats, if there is one."""
    apart = low > high[place]
    equal = (value == value[place]) & (low == low[place]) & (high == high[place])
    sure = (apart | equal).all(1) & apart.any(1)
    for word, those in ((BEATEN, sure), (OPEN, _beats(value, place))):
        for some in (those & unbeaten, those):
            if some.any():
                return word, points[int(np.argmax(some))].point.number
    return UNBEATEN, 0


def _text(one: PointResult, measure: str, currency: str) -> str:
    row = whole(one, measure)
    return MISSING if row is None else estimate_text(row, currency)


def _points(found: Sequence[Verdict]) -> str:
    return "1 point is" if len(found) == 1 else f"{len(found)} points are"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
