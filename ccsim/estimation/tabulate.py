"""Whole tables of estimates and differences."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import EstimateError
from ccsim.estimation.estimate import (
    Contrast,
    Difference,
    Estimate,
    Interval,
    difference_of_means,
    difference_of_ratios,
    estimate_mean,
    estimate_ratio,
    half_width,
)
from ccsim.metrics.cells import Cell, Value
from ccsim.metrics.definitions import Measure

F8 = NDArray[np.float64]
Key = tuple[str, Cell]


def estimates(
    values_per_replication: Sequence[Sequence[Value]], definitions: Mapping[str, Measure], level: float
) -> list[Estimate]:
    """Every measure in every cell, estimated over the replications.

    Parameters
    ----------
    values_per_replication : list of list of Value
    definitions : mapping of name to Measure
    level : float, share

    Returns
    -------
    list of Estimate
        In the order in which the values first appear.

    Raises
    ------
    EstimateError
        If there is no replication, or the level is no share.

    Notes
    -----
    Source: as `estimate_ratio` for the kind ratio, as `estimate_mean` for the others.

    Examples
    --------
    >>> from ccsim.metrics.definitions import MEASURES
    >>> estimates([[Value("asa", (), 30.0, 3.0)], [Value("asa", (), 10.0, 1.0)]], MEASURES, 0.95)[0].value
    10.0
    """
    answers = []
    for (measure, cell), (above, below) in _columns(values_per_replication).items():
        definition = definitions[measure]
        found = estimate_ratio(above, below, level) if definition.kind == "ratio" else estimate_mean(above, level)
        answers.append(_estimate(definition, cell, found, level))
    return answers


def differences(
    values_by_arm: Mapping[str, Sequence[Sequence[Value]]],
    definitions: Mapping[str, Measure],
    level: float,
    *,
    baseline: str,
) -> list[Difference]:
    """Every measure in every cell, each arm minus the baseline.

    Parameters
    ----------
    values_by_arm : mapping of arm to list of list of Value
        Replication i of every arm met the same needs.
    definitions : mapping of name to Measure
    level : float, share
    baseline : str
        A key of `values_by_arm`.

    Returns
    -------
    list of Difference
        By arm; only cells that both have.

    Raises
    ------
    EstimateError
        If the baseline is no arm, an arm has no replication or not as many as the baseline, or the level is no share.

    Notes
    -----
    Source: as `difference_of_ratios` for the kind ratio, as `difference_of_means` for the others.

    Examples
    --------
    >>> from ccsim.metrics.definitions import MEASURES
    >>> arms = {"a": [[Value("asa", (), 30.0, 3.0)]], "b": [[Value("asa", (), 36.0, 3.0)]]}
    >>> differences(arms, MEASURES, 0.95, baseline="a")[0].value
    2.0
    """
    if baseline not in values_by_arm:
        raise EstimateError(f"The baseline {baseline} is none of the arms.", baseline=baseline)
    base = _columns(values_by_arm[baseline])
    answers = []
    for arm, values_per_replication in values_by_arm.items():
        if arm == baseline:
            continue
        if len(values_per_replication) != len(values_by_arm[baseline]):
            raise EstimateError(f"The arm {arm} and the baseline differ in their number of replications.", arm=arm)
        columns = _columns(values_per_replication)
        for key in (key for key in columns if key in base):
            ratio = definitions[key[0]].kind == "ratio"
            found = (
                difference_of_ratios(columns[key], base[key], level)
                if ratio
                else difference_of_means(columns[key][0], base[key][0], level)
            )
            answers.append(_difference(key, arm, baseline, found, level))
    return answers


def _columns(values_per_replication: Sequence[Sequence[Value]]) -> dict[Key, tuple[F8, F8]]:
    """Numerators and denominators by measure and cell, one number per replication."""
    n = len(values_per_replication)
    if n == 0:
        raise EstimateError("There is no replication to estimate from.", n=0)
    columns: dict[Key, tuple[list[float], list[float]]] = {}
    for values in values_per_replication:
        for measure, cell, numerator, denominator in values:
            above, below = columns.setdefault((measure, cell), ([], []))
            above.append(numerator)
            below.append(denominator)
    for key, (above, _) in columns.items():
        if len(above) != n:
            raise EstimateError(f"{key[0]} {dict(key[1])} was measured in {len(above)} of {n} replications.", key=key)
    return {key: (np.array(above), np.array(below)) for key, (above, below) in columns.items()}


def _estimate(definition: Measure, cell: Cell, found: Interval, level: float) -> Estimate:
    return Estimate(
        measure=definition.name,
        cell=dict(cell),
        value=found.value,
        low=found.low,
        high=found.high,
        half_width=half_width(found.low, found.high),
        level=level,
        n=found.n,
        unit=definition.unit,
        kind=definition.kind,
    )


def _difference(key: Key, arm: str, baseline: str, found: Contrast, level: float) -> Difference:
    return Difference(
        measure=key[0],
        cell=dict(key[1]),
        arm=arm,
        baseline=baseline,
        value=found.value,
        low=found.low,
        high=found.high,
        half_width=half_width(found.low, found.high),
        level=level,
        n=found.n,
        variance_ratio=found.variance_ratio,
    )
