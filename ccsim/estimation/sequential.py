"""Replications added until intervals are narrow enough: when to look, and what holds whenever it stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from ccsim.errors import EstimateError, InputError
from ccsim.estimation.estimate import Difference, Estimate, check_level
from ccsim.metrics.definitions import MEASURES
from ccsim.units import LENGTHS, parse_duration, parse_ratio

LEAST, MOST = 20, 1000
GROWTH = 1.5


@dataclass(frozen=True)
class Width:
    """How narrow a measure's interval is to be.

    Attributes
    ----------
    measure : str
    half_width : float
        In the measure's unit, or as a share of its value.
    relative : bool
    text : str
        As a planner types it.
    """

    measure: str
    half_width: float
    relative: bool
    text: str


@dataclass(frozen=True)
class Bounds:
    """How many replications there are at least and at most.

    Attributes
    ----------
    least, most : int
    """

    least: int
    most: int


@dataclass(frozen=True)
class Precision:
    """What is to be known, and how far one goes for it.

    Attributes
    ----------
    widths : tuple of Width
        They hold together.
    bounds : Bounds
    """

    widths: tuple[Width, ...]
    bounds: Bounds


def width_of(measure: str, text: object) -> Width:
    """A width as a planner writes it.

    Parameters
    ----------
    measure : str
    text : str or number
        Percentage points of a share (`1pp`), a duration of a time (`2s`), a number of anything else, or a share of
        the value (`5%`).

    Returns
    -------
    Width

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Notes
    -----
    Source: absolute and relative precision as in Law (2015), section 9.4.1.

    Examples
    --------
    >>> width_of("service_level", "1pp").half_width, width_of("effort_minutes", "30s").half_width
    (0.01, 0.5)
    >>> width_of("cost_per_need", "5%")
    Width(measure='cost_per_need', half_width=0.05, relative=True, text='5%')
    """
    unit, written = MEASURES[measure].unit, str(text).strip()
    if written.endswith("%"):
        number = parse_ratio(written)
    elif unit == "share":
        if not written.lower().endswith("pp"):
            raise ValueError(f'"{written}" is no width of a share; write 1pp for percentage points, or 5% of its value')
        number = parse_ratio(f"{written[:-2].strip()}%")
    elif unit in LENGTHS:
        if not written[-1:].isalpha():
            raise ValueError(f'"{written}" has no unit; write 2s, 1min, or 5% of its value')
        number = parse_duration(written) / LENGTHS[unit]
    else:
        try:
            number = parse_ratio(written)
        except ValueError:
            raise ValueError(f'"{written}" is no number; write it like 0.1, or 5% of its value') from None
    if number <= 0.0:
        raise ValueError(f'"{written}" is no width that can be reached; write more than 0')
    return Width(measure, number, written.endswith("%"), written)


def precision_of(widths: Mapping[str, object], *, least: int | None = None, most: int | None = None) -> Precision:
    """What a planner asks for: widths by measure, with bounds.

    Parameters
    ----------
    widths : mapping of measure to width
    least, most : int or None
        20 and 1000 where None, or what the other allows.

    Returns
    -------
    Precision

    Raises
    ------
    InputError
        If there is no such measure or width, or the bounds are none.

    Notes
    -----
    Source: see `looks`.

    Examples
    --------
    >>> precision_of({"asa": "2s"}, most=200).bounds
    Bounds(least=20, most=200)
    """
    found = []
    for measure, text in widths.items():
        if measure not in MEASURES:
            raise InputError(f'precision: no measure is named "{measure}".')
        try:
            found.append(width_of(measure, text))
        except ValueError as fault:
            raise InputError(f"precision of {measure}: {fault}") from None
    return Precision(tuple(found), bounds_of(least, most))


def bounds_of(least: int | None, most: int | None) -> Bounds:
    """Bounds, the usual ones where nothing is said.

    Parameters
    ----------
    least, most : int or None

    Returns
    -------
    Bounds

    Raises
    ------
    InputError
        If there are fewer than two replications, or at most fewer than at least.

    Notes
    -----
    Source: ten at the very least, Law (2015), section 9.4.1; twenty, for the skewness of a bad day.

    Examples
    --------
    >>> bounds_of(None, None), bounds_of(None, 12)
    (Bounds(least=20, most=1000), Bounds(least=12, most=12))
    """
    if least is None:
        least = LEAST if most is None else min(LEAST, most)
    most = max(MOST, least) if most is None else most
    if least < 2:
        raise InputError(f"least: {least} replication has no interval; write 2 or more.")
    if most < least:
        raise InputError(f"most: {most} replications are fewer than the least, {least}.")
    return Bounds(least, most)


def looks(bounds: Bounds) -> tuple[int, ...]:
    """The numbers of replications after which one looks.

    Parameters
    ----------
    bounds : Bounds

    Returns
    -------
    tuple of int
        From the least to the most, each half as many again as the one before.

    Notes
    -----
    They are fixed before anything is played, so that they depend neither on results nor on who plays them.
    Source: Jennison & Turnbull (2000), Group Sequential Methods, chapter 9 (repeated confidence intervals).

    Examples
    --------
    >>> looks(Bounds(20, 100))
    (20, 30, 45, 68, 100)
    """
    found = [bounds.least]
    while found[-1] < bounds.most:
        found.append(min(ceil(found[-1] * GROWTH), bounds.most))
    return tuple(found)


def level_at_each_look(level: float, n_looks: int, n_together: int = 1) -> float:
    """The level of an interval that holds at every look, together with others.

    Parameters
    ----------
    level : float, share
        Of all of them at all looks.
    n_looks, n_together : int

    Returns
    -------
    float, share

    Raises
    ------
    EstimateError
        If the level is no share, or there is no look.

    Notes
    -----
    The error is spent evenly: by Bonferroni's inequality an interval that misses with 1 - level over the number of
    looks at each of them misses at any of them with at most 1 - level, whatever makes one stop there.
    Source: Jennison & Turnbull (1989), Interim analyses: the repeated confidence interval approach, JRSS B 51,
    305-361; several measures as in Law (2015), equation 9.10.

    Examples
    --------
    >>> round(level_at_each_look(0.95, 10), 4), round(level_at_each_look(0.95, 10, 2), 4)
    (0.995, 0.9975)
    """
    check_level(level)
    if n_looks < 1 or n_together < 1:
        raise EstimateError("There is no look.", n_looks=n_looks, n_together=n_together)
    return 1.0 - (1.0 - level) / (n_looks * n_together)


def too_wide(width: Width, one: Estimate | Difference, *, beside: float | None = None) -> bool:
    """Whether an interval is wider than it is to be.

    Parameters
    ----------
    width : Width
    one : Estimate or Difference
        Without an interval it is too wide.
    beside : float or None
        Value that a relative width is a share of; the own one where None.

    Returns
    -------
    bool

    Notes
    -----
    Source: Law (2015), section 9.4.1.
    """
    if one.half_width is None or one.value is None:
        return True
    value = one.value if beside is None else beside
    return one.half_width > (width.half_width * abs(value) if width.relative else width.half_width)


def half_width_text(measure: str, half_width: float) -> str:
    """A half-width in the form in which planners type one.

    Parameters
    ----------
    measure : str
    half_width : float
        In the measure's unit.

    Returns
    -------
    str

    Notes
    -----
    Source: the spellings of `width_of`, to three digits.

    Examples
    --------
    >>> half_width_text("service_level", 0.01234), half_width_text("aht", 75.0), half_width_text("offered", 3.0)
    ('1.23pp', '75s', '3')
    """
    unit = MEASURES[measure].unit
    suffix = "pp" if unit == "share" else unit if unit in LENGTHS else ""
    return f"{half_width * (100.0 if unit == 'share' else 1.0):.3g}{suffix}"
