"""Measures by name, and values in the units of the measures, as planners type them."""

import math
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema

from ccsim.metrics.definitions import MEASURES
from ccsim.scenario.tree import did_you_mean
from ccsim.units import LENGTHS, parse_duration, parse_share


def measure_named(value: object) -> str:
    """The name of a measure that exists.

    Parameters
    ----------
    value : object
        As typed.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> measure_named("asa")
    'asa'
    """
    if isinstance(value, str) and value in MEASURES:
        return value
    word = value if isinstance(value, str) else ""
    close = did_you_mean(word, tuple(MEASURES))
    hint = close if close.startswith("Did") else f"Known: {', '.join(MEASURES)}"
    raise ValueError(f'no measure is named "{value}"; {hint}')


def value_of_measure(measure: str, value: object) -> float:
    """A value of a measure, in the measure's own unit.

    Parameters
    ----------
    measure : str
    value : object
        As typed: a share with % or from 0 to 1, a duration or a number of the measure's own unit, a number of anything
        else.

    Returns
    -------
    float, not negative

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> value_of_measure("service_level", "80%"), value_of_measure("effort_minutes", "90s")
    (0.8, 1.5)
    """
    unit = MEASURES[measure].unit
    if unit == "share":
        return parse_share(value)
    number = _bare(value)
    if number is None and unit in LENGTHS:
        return parse_duration(value) / LENGTHS[unit]
    if number is None:
        what = "money; write a number, such as 3.50" if unit == "money" else "a number; write it like 1.3"
        raise ValueError(f"{_typed(value)} is not {what}")
    if number < 0.0:
        raise ValueError(f"{_typed(value)} is negative; write 0 or more")
    return number


def cells_of(measure: str) -> tuple[tuple[str, ...], ...]:
    """What a measure is split by.

    Parameters
    ----------
    measure : str

    Returns
    -------
    tuple of tuple of str
        The keys of each kind of cell; () is the whole centre.

    Examples
    --------
    >>> cells_of("overtime_hours")
    ((), ('group',), ('interval',), ('day',))
    """
    return MEASURES[measure].cells


def _bare(value: object) -> float | None:
    """The finite number that stands without a unit; None for anything else."""
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _typed(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


# the schema lists the names, so that an editor offers them
Measure: TypeAlias = Annotated[
    str, BeforeValidator(measure_named, json_schema_input_type=Annotated[str, WithJsonSchema({"enum": [*MEASURES]})])
]
