"""Whole tables of estimates and differences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import EstimateError
from ccsim.estimation.columns import (
    Intervals,
    apart_with_few,
    bounded,
    differences_of_means,
    differences_of_ratios,
    means,
    ratios,
    unseen,
    with_few,
    with_few_counts,
)
from ccsim.estimation.estimate import Difference, Estimate, check_level, half_width
from ccsim.estimation.quantiles import differences_of_quantiles_of, quantiles_of
from ccsim.metrics.cells import Key
from ccsim.metrics.definitions import Measure, bounds_of, comes_by_chance, is_counted
from ccsim.metrics.measure import Sample

F8 = NDArray[np.float64]
# so many columns of a thousand replications fit into a processor's cache
BLOCK = 64


def estimates(
    sample: Sample, definitions: Mapping[str, Measure], level: float, *, at_each_look: float | None = None
) -> list[Estimate]:
    """Every measure in every cell, estimated over the replications.

    Parameters
    ----------
    sample : Sample
    definitions : mapping of name to Measure
    level : float, share
        At which the intervals hold.
    at_each_look : float or None, share
        At which they are computed, where they must hold at several looks; the same where None.

    Returns
    -------
    list of Estimate
        In the order of the sample's keys.

    Raises
    ------
    EstimateError
        If there is no replication, the level is no share, or a number is none that a measure can have.

    Notes
    -----
    Source: as `estimate_ratio` for the kind ratio, as `quantiles` for quantiles, as `estimate_mean` for the others.

    Examples
    --------
    >>> from ccsim.metrics.definitions import MEASURES
    >>> sample = Sample((("asa", ()),), np.array([[30.0], [10.0]]), np.array([[3.0], [1.0]]), np.zeros(0))
    >>> estimates(sample, MEASURES, 0.95)[0].value
    10.0
    """
    check_level(level)
    _check_sample(sample)
    wide = level if at_each_look is None else at_each_look

    kinds = _kinds_of(sample.keys, definitions)

    def intervals(places: NDArray[np.int64], kind: str) -> Intervals:
        if kind == "quantile":
            return quantiles_of(sample, [sample.keys[place] for place in places], wide)
        is_ratio = kind == "ratio"
        above = sample.numerators[:, places]
        counted, by_chance, lowest, highest = (kind[places] for kind in kinds)
        total = above.sum(axis=0)
        if is_ratio:
            below = sample.denominators[:, places]
            found = with_few(ratios(above, below, wide), total, below.sum(axis=0), counted, wide)
            found = unseen(found, total, counted)
        else:
            found = with_few_counts(means(above, wide), total, by_chance, wide)
        return bounded(found, lowest, highest)

    answers = []
    for (measure, cell), found in zip(sample.keys, _rows(sample.keys, definitions, intervals), strict=True):
        definition = definitions[measure]
        value, low, high, n, _ = found
        answers.append(
            Estimate(
                measure=measure,
                cell=dict(cell),
                value=value,
                low=low,
                high=high,
                half_width=half_width(low, high),
                level=level,
                n=n,
                unit=definition.unit,
                # what is read of the kind knows three; a mean stands for quantiles too
                kind="mean" if definition.kind == "quantile" else definition.kind,
            )
        )
    return answers


def differences(
    samples: Mapping[str, Sample],
    definitions: Mapping[str, Measure],
    level: float,
    *,
    baseline: str,
    at_each_look: float | None = None,
) -> list[Difference]:
    """Every measure in every cell, each arm minus the baseline.

    Parameters
    ----------
    samples : mapping of arm to Sample
        Replication i of every arm met the same needs.
    definitions : mapping of name to Measure
    level : float, share
    baseline : str
        A key of `samples`.
    at_each_look : float or None, share
        As for `estimates`.

    Returns
    -------
    list of Difference
        By arm; only cells that both have.

    Raises
    ------
    EstimateError
        If the baseline is no arm, an arm has no replication or not as many as the baseline, the level is no share, or a
        number is none that a measure can have.

    Notes
    -----
    Source: as `difference_of_ratios` for the kind ratio, as `differences_of_quantiles` for quantiles, as
    `difference_of_means` for the others.

    Examples
    --------
    >>> from ccsim.metrics.definitions import MEASURES
    >>> one = Sample((("asa", ()),), np.array([[30.0]]), np.array([[3.0]]), np.zeros(0))
    >>> other = one._replace(numerators=np.array([[36.0]]))
    >>> differences({"a": one, "b": other}, MEASURES, 0.95, baseline="a")[0].value
    2.0
    """
    if baseline not in samples:
        raise EstimateError(f"The baseline {baseline} is none of the arms.", baseline=baseline)
    check_level(level)
    base = samples[baseline]
    _check_sample(base)
    answers = []
    for arm, sample in samples.items():
        if arm != baseline:
            _check_sample(sample)
            if len(sample.numerators) != len(base.numerators):
                raise EstimateError(f"The arm {arm} and the baseline differ in their number of replications.", arm=arm)
            answers += _against(arm, sample, baseline, base, definitions, level, at_each_look or level)
    return answers


def _against(
    arm: str,
    sample: Sample,
    baseline: str,
    base: Sample,
    definitions: Mapping[str, Measure],
    level: float,
    wide: float,
) -> list[Difference]:
    """One arm minus the baseline."""
    in_base = {key: place for place, key in enumerate(base.keys)}
    shared = [(place, in_base[key]) for place, key in enumerate(sample.keys) if key in in_base]
    keys = [sample.keys[place] for place, _ in shared]
    columns = np.array(shared, dtype=np.int64).reshape(-1, 2)
    kinds = _kinds_of(keys, definitions)
    is_same = all(
        np.array_equal(one[:, columns[:, 0]], other[:, columns[:, 1]], equal_nan=True)
        for one, other in ((sample.numerators, base.numerators), (sample.denominators, base.denominators))
    )

    def intervals(places: NDArray[np.int64], kind: str) -> Intervals:
        if kind == "quantile":
            return differences_of_quantiles_of(sample, base, [keys[place] for place in places], wide)
        here, there = columns[places].T
        above, base_above = sample.numerators[:, here], base.numerators[:, there]
        if kind != "ratio":
            return differences_of_means(above, base_above, wide)
        below, base_below = sample.denominators[:, here], base.denominators[:, there]
        found = differences_of_ratios((above, below), (base_above, base_below), wide)
        counted, total, base_total = kinds[0][places], above.sum(axis=0), base_above.sum(axis=0)
        counts, base_counts = (total, below.sum(axis=0)), (base_total, base_below.sum(axis=0))
        # arms that are the same in every replication are the same; but not in what neither has seen, or all of both
        same = (above == base_above).all(axis=0) & (below == base_below).all(axis=0)
        same &= ((total > 0.0) & (total < counts[1])) | is_same
        found = apart_with_few(found, counts, base_counts, counted & ~same, wide)
        found = unseen(found, total + base_total, counted | is_same)
        reach = kinds[3][places] - kinds[2][places]
        return bounded(found, -reach, reach)

    answers = []
    for (measure, cell), found in zip(keys, _rows(keys, definitions, intervals), strict=True):
        value, low, high, n, variance_ratio = found
        answers.append(
            Difference(
                measure=measure,
                cell=dict(cell),
                arm=arm,
                baseline=baseline,
                value=value,
                low=low,
                high=high,
                half_width=half_width(low, high),
                level=level,
                n=n,
                variance_ratio=variance_ratio,
            )
        )
    return answers


def _kinds_of(keys: Sequence[Key], definitions: Mapping[str, Measure]) -> tuple[NDArray[Any], ...]:
    """Of each key: whether it is a share of counted things, a count by chance, and what it can be at least and most."""
    known = {name: (is_counted(one), comes_by_chance(one), *bounds_of(one)) for name, one in definitions.items()}
    kinds = (np.bool_, np.bool_, np.float64, np.float64)
    return tuple(np.array([known[measure][k] for measure, _ in keys], dtype=kind) for k, kind in enumerate(kinds))


def _rows(
    keys: Sequence[Key], definitions: Mapping[str, Measure], intervals: Callable[..., Intervals]
) -> list[tuple[Any, ...]]:
    """Value, low, high, number and variance ratio of each key, None for nan; worked out block by block."""
    kinds = np.array([definitions[measure].kind for measure, _ in keys])
    table = np.empty((5, len(keys)))
    for kind in dict.fromkeys(kinds.tolist()):
        places = np.flatnonzero(kinds == kind)
        # all quantiles at once, so that what they are taken of is put together once
        length = len(places) if kind == "quantile" else BLOCK
        for start in range(0, len(places), length):
            block = places[start : start + length]
            table[:, block] = intervals(block, kind)
    rows = table.astype(object)
    rows[np.isnan(table)] = None
    rows[3] = table[3].astype(np.int64)
    return list(zip(*rows.tolist(), strict=True))


def _check_sample(sample: Sample) -> None:
    if len(sample.numerators) == 0:
        raise EstimateError("There is no replication to estimate from.", n=0)
