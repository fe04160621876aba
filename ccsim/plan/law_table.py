"""The laws of a plan while it is compiled: records, tables of quantiles, samples."""

from math import exp, gamma, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammainccinv, gammaincinv, ndtri

from ccsim.plan.law import KNOTS, LOGIT_LIMIT, Law
from ccsim.scenario import distributions as written

F8 = NDArray[np.float64]


class LawTable:
    """The laws of a plan while it is being compiled, each different law once.

    Attributes
    ----------
    rows : list of tuple
        Rows of the plan's `laws`.
    tables : list of float64 arrays
        Knots and samples, to be joined end to end.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[float, ...]] = []
        self.tables: list[F8] = []
        self._known: dict[str, int] = {}

    def add(self, law: "written.Law") -> int:
        """Id of a law, added to the table if it is new.

        Parameters
        ----------
        law : a scenario's law

        Returns
        -------
        int
        """
        text = repr(law)
        if text not in self._known:
            self._known[text] = len(self.rows)
            self.rows.append(self._row(law))
        return self._known[text]

    def _row(self, law: "written.Law") -> tuple[float, ...]:
        """The record of a law."""
        if isinstance(law, written.Mixture):
            row = self._row(law.otherwise)
            return (*row[:4], law.share, law.atom, *row[6:])
        kind, parameters, table = _parts(law)
        offset = sum(len(known) for known in self.tables)
        if table is None:
            table = np.empty(0)
        elif len(table):
            self.tables.append(table)
        filled = (*(round_to_12(value) for value in parameters), 0.0, 0.0, 0.0)[:3]
        return (int(kind), *filled, 0.0, 0.0, offset if len(table) else 0, len(table))


def round_to_12(value: float) -> float:
    """A number cut to 12 significant digits.

    Parameters
    ----------
    value : float

    Returns
    -------
    float
        The last bits, in which machines' logarithms differ, are gone.

    Examples
    --------
    >>> round_to_12(2 / 3)
    0.666666666667
    """
    return float(f"{value:.12g}")


def gamma_table(shape: float, scale: float) -> F8:
    """Quantiles of the gamma law at the knots.

    Parameters
    ----------
    shape : float
    scale : float

    Returns
    -------
    float64[KNOTS]
        At u = logistic(z), z equally spaced on [-LOGIT_LIMIT, LOGIT_LIMIT], to 12 significant digits.
    """
    z = _knots()
    low = gammaincinv(shape, expit(z))
    high = gammainccinv(shape, expit(-z))
    return _cut(np.where(z < 0.0, low, high) * scale)


def hyperexponential_table(means: tuple[float, ...], shares: tuple[float, ...]) -> F8:
    """Quantiles of a mixture of exponentials at the knots.

    Parameters
    ----------
    means : tuple of float
    shares : tuple of float
        Adding up to 1.

    Returns
    -------
    float64[KNOTS]
    """
    z = _knots()
    mean, share = np.array(means)[:, None], np.array(shares)[:, None]
    low, high = np.zeros(KNOTS), np.full(KNOTS, max(means) * 2.0 * LOGIT_LIMIT)
    # halving the bracket 200 times leaves nothing of it
    for _ in range(200):
        middle = 0.5 * (low + high)
        below = -(share * np.expm1(-middle / mean)).sum(axis=0)
        above = (share * np.exp(-middle / mean)).sum(axis=0)
        too_low = np.where(z < 0.0, below < expit(z), above > expit(-z))
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return _cut(0.5 * (low + high))


def upper_point(law: "written.Law", share: float) -> float:
    """The duration that a law stays below with a given probability.

    Parameters
    ----------
    law : a scenario's law
    share : float, in (0, 1)

    Returns
    -------
    float, s
    """
    if isinstance(law, written.Mixture):
        rest = (share - law.share) / (1.0 - law.share) if share > law.share else 0.5
        return max(upper_point(law.otherwise, rest), 0.0 if law.atom == inf else law.atom)
    kind, parameters, table = _parts(law)
    first, second, third = (*parameters, 0.0, 0.0, 0.0)[:3]
    odds = log(share / (1.0 - share))
    match kind:
        case Law.CONSTANT:
            return first
        case Law.EXPONENTIAL:
            return -first * log(1.0 - share)
        case Law.LOGNORMAL:
            return exp(first + second * float(ndtri(share)))
        case Law.WEIBULL:
            return float(first * (-log(1.0 - share)) ** (1.0 / second))
        case Law.LOG_LOGISTIC:
            return first * exp(odds / second)
        case Law.UNIFORM:
            return first + share * (second - first)
        case Law.TRIANGULAR:
            low, mode, high = first, second, third
            if share * (high - low) < mode - low:
                return low + sqrt(share * (high - low) * (mode - low))
            return high - sqrt((1.0 - share) * (high - low) * (high - mode))
        case Law.TABLE:
            assert table is not None
            return float(np.interp(odds, _knots(), table))
    assert table is not None
    return float(np.quantile(table, share))


def _parts(law: "written.Law") -> tuple[Law, tuple[float, ...], F8 | None]:
    """Kind, parameters and table of a law without an atom."""
    match law:
        case written.Constant():
            return Law.CONSTANT, (law.value,), None
        case written.Exponential():
            return Law.EXPONENTIAL, (law.mean,), None
        case written.Lognormal():
            return Law.LOGNORMAL, _mu_sigma(law), None
        case written.Weibull():
            scale = law.scale if law.scale is not None else (law.mean or 0.0) / gamma(1.0 + 1.0 / law.shape)
            return Law.WEIBULL, (scale, law.shape), None
        case written.LogLogistic():
            return Law.LOG_LOGISTIC, (law.median, law.shape), None
        case written.Uniform():
            return Law.UNIFORM, (law.from_, law.to), None
        case written.Triangular():
            return Law.TRIANGULAR, (law.low, law.mode, law.high), None
        case written.Gamma():
            return Law.TABLE, (), gamma_table(1.0 / law.cv**2, law.mean * law.cv**2)
        case written.Erlang():
            return Law.TABLE, (), gamma_table(law.stages, law.mean / law.stages)
        case written.Hyperexponential():
            return Law.TABLE, (), hyperexponential_table(law.means, law.shares)
        case written.Empirical():
            return Law.SAMPLE, (), np.sort(np.array(law.values, dtype=np.float64))
    raise AssertionError(f"a law without a record: {law!r}")


def _mu_sigma(law: "written.Lognormal") -> tuple[float, float]:
    """Mean and standard deviation of the logarithm."""
    if law.mu is not None and law.sigma is not None:
        return law.mu, law.sigma
    assert law.cv is not None
    variance = log(1.0 + law.cv**2)
    if law.median is not None:
        return log(law.median), sqrt(variance)
    assert law.mean is not None
    return log(law.mean) - variance / 2.0, sqrt(variance)


def _knots() -> F8:
    """The logits at which tables are knotted."""
    return np.linspace(-LOGIT_LIMIT, LOGIT_LIMIT, KNOTS)


def _cut(values: F8) -> F8:
    """The same numbers to 12 significant digits."""
    return np.array([round_to_12(value) for value in values.tolist()])
