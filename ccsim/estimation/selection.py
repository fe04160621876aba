"""The best of many points: which fall behind, which is best, and which cannot be told apart from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from ccsim.errors import EstimateError
from ccsim.estimation.columns import FEW
from ccsim.estimation.estimate import check_level
from ccsim.estimation.sequential import Bounds, Width, level_at_each_look
from ccsim.metrics.definitions import MEASURES, is_counted

F8 = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Selection:
    """What is looked for among a study's points.

    Attributes
    ----------
    measure : str
    largest : bool
        Whether more of it is better.
    indifference : Width
        A difference that is not worth finding.
    confidence : float, share
    bounds : Bounds
    """

    measure: str
    largest: bool
    indifference: Width
    confidence: float
    bounds: Bounds


class Column(NamedTuple):
    """One measure of one point, replication by replication.

    Attributes
    ----------
    above, below : float64[n]
        Numerators and denominators; the denominators of a mean are 1.
    """

    above: F8
    below: F8


class Behind(NamedTuple):
    """A point against the best of the others.

    Attributes
    ----------
    low, high : float
        Simultaneous interval of its value minus the best other point's; low is never above 0, high never below.
    may_be_best : bool
    """

    low: float
    high: float
    may_be_best: bool


def still_in(columns: Sequence[Column], selection: Selection, n_points: int, first: Sequence[Column]) -> Marks:
    """Which points go on, after one more look.

    Parameters
    ----------
    columns : sequence of Column
        Of the points that were still in, with the same number of replications.
    selection : Selection
    n_points : int
        From which the selection began.
    first : sequence of Column
        The same points' replications up to the first look.

    Returns
    -------
    bool[n]
        One at least; only one after the last look that the variances ask for.

    Raises
    ------
    EstimateError
        If the confidence is no share.

    Notes
    -----
    Point i is out when another is ahead of it by more than W = max(0, d / 2r (h^2 S^2 / d^2 - r)), with d the
    indifference, r replications, S^2 the variance of the paired difference in the n0 replications of the first look,
    h^2 = 2 eta (n0 - 1) and eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2. The best is kept, and selected in the
    end, with the confidence 1 - alpha if it is better than any other by d or more; points may be dependent, as they are
    under common random numbers. Looking seldom keeps the guarantee.
    Source: Kim & Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS
    11, 251-273, with c = 1; looking seldom as in Jennison, Johnstone & Turnbull (1982), section 3.

    Examples
    --------
    >>> from ccsim.estimation.sequential import width_of
    >>> wanted = Selection("offered", True, width_of("offered", 1), 0.95, Bounds(3, 9))
    >>> near, far = ([9.0, 9.5, 10.0], [1.0, 1.5, 2.1])
    >>> columns = [Column(np.array(values), np.ones(3)) for values in (near, far)]
    >>> still_in(columns, wanted, 2, columns).tolist()
    [True, False]
    """
    check_level(selection.confidence)
    n, n_first = len(columns[0].above), len(first[0].above)
    values = _values(columns) * (1.0 if selection.largest else -1.0)
    share = 2.0 * (1.0 - selection.confidence) / max(n_points - 1, 1)
    eta = 0.5 * (share ** (-2.0 / (n_first - 1)) - 1.0)
    distance = selection.indifference.half_width
    most = 2.0 * eta * (n_first - 1) * _variances(first, selection) / distance**2
    allowed = np.maximum(distance / (2.0 * n) * (most - n), 0.0)
    ahead = values[None, :] - values[:, None]
    # of points that are equal to the end, the first
    equal = (ahead == 0.0) & (allowed == 0.0) & np.tri(len(values), k=-1, dtype=np.bool_)
    return np.asarray(~((ahead > allowed) | equal).any(axis=1))


def behind_the_best(columns: Sequence[Column], selection: Selection, n_looks: int) -> list[Behind]:
    """Every point against the best of the others.

    Parameters
    ----------
    columns : sequence of Column
        Of all points; two are compared over the replications that both have.
    selection : Selection
    n_looks : int
        After which replications may have ended.

    Returns
    -------
    list of Behind
        The points that may be best hold the best one with the confidence asked for, whatever the differences are.

    Raises
    ------
    EstimateError
        If there is nothing to compare.

    Notes
    -----
    Multiple comparisons with the best, from one-sided intervals of the paired differences that hold together by
    Bonferroni's inequality: k - 1 of them concern the true best, at each of the looks. Where fewer is better, low and
    high are those of the measure turned round, so that 0 is best always.
    Source: Hsu (1984), Constrained simultaneous confidence intervals for multiple comparisons with the best, Annals of
    Statistics 12, 1136-1144; Edwards & Hsu (1983), JASA 78, 965-971, for unequal variances; with common random numbers
    Nelson & Matejcik (1995), Management Science 41, 1935-1945.

    Examples
    --------
    >>> from ccsim.estimation.sequential import width_of
    >>> wanted = Selection("offered", True, width_of("offered", 1), 0.95, Bounds(4, 9))
    >>> near, far = ([9.0, 9.5, 10.0, 9.4], [1.0, 1.5, 2.1, 1.5])
    >>> columns = [Column(np.array(values), np.ones(4)) for values in (near, far)]
    >>> [one.may_be_best for one in behind_the_best(columns, wanted, 1)]
    [True, False]
    """
    if not columns:
        raise EstimateError("There is no point to compare.")
    ahead, reach = _apart(columns, selection, n_looks)
    np.fill_diagonal(reach, 0.0)
    worst = (reach - ahead).min(axis=1, initial=np.inf, where=~np.eye(len(columns), dtype=np.bool_))
    may = worst >= 0.0 if len(columns) > 1 else np.ones(1, dtype=np.bool_)
    answers = []
    for i in range(len(columns)):
        others = [j for j in np.flatnonzero(may).tolist() if j != i]
        least = min((float(-ahead[i, j] - reach[i, j]) for j in others), default=0.0)
        most = float(max(worst[i], 0.0)) if len(columns) > 1 else 0.0
        answers.append(Behind(min(least, 0.0), most, bool(may[i])))
    return answers


def _apart(columns: Sequence[Column], selection: Selection, n_looks: int) -> tuple[F8, F8]:
    """How far each column's point is ahead of each row's, and how far either may be off; by the pairs' common part."""
    k = len(columns)
    ahead, reach = np.zeros((k, k)), np.zeros((k, k))
    lengths = np.array([len(column.above) for column in columns])
    at_each = level_at_each_look(selection.confidence, n_looks, max(k - 1, 1))
    for n in np.unique(lengths).tolist():
        here = np.flatnonzero(lengths >= n)
        common = [Column(columns[i].above[:n], columns[i].below[:n]) for i in here.tolist()]
        values = _values(common) * (1.0 if selection.largest else -1.0)
        apart = np.sqrt(_variances(common, selection) / n) * stdtrit(n - 1, at_each)
        pairs = np.minimum.outer(lengths[here], lengths[here]) == n
        place = np.ix_(here, here)
        ahead[place] = np.where(pairs, values[None, :] - values[:, None], ahead[place])
        reach[place] = np.where(pairs, apart, reach[place])
    return ahead, reach


def _values(columns: Sequence[Column]) -> F8:
    return np.array([column.above.sum() / column.below.sum() for column in columns])


def _variances(columns: Sequence[Column], selection: Selection) -> F8:
    """Variance of each pair's paired difference, of what each replication adds to its ratio.

    Of shares of which few events were seen it is no less than that of independent events, one more of each kind being
    counted: replications that saw nothing do not say that there is nothing.
    """
    found = [
        (column.above - value * column.below) / column.below.mean()
        for column, value in zip(columns, _values(columns).tolist(), strict=True)
    ]
    together = np.atleast_2d(np.cov(np.array(found)))
    own = np.diag(together)
    apart = np.maximum(own[:, None] + own[None, :] - 2.0 * together, 0.0)
    if is_counted(MEASURES[selection.measure]):
        least = np.array([_of_few(column) for column in columns])
        apart = np.maximum(apart, least[:, None] + least[None, :])
        np.fill_diagonal(apart, 0.0)
    return np.asarray(apart)


def _of_few(column: Column) -> float:
    """Variance of what a replication adds to a share of which few events, or few others, were seen; else 0."""
    events, trials = float(column.above.sum()), float(column.below.sum())
    fewest = min(events, trials - events)
    share = (fewest + 1.0) / (trials + 2.0)
    return share * (1.0 - share) / float(column.below.mean()) if fewest < FEW else 0.0
