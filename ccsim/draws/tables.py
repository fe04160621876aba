"""Quantile tables for laws without a quantile in elementary functions: made by the plan, read by `quantile`."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

from ccsim.draws.elementary import logistic
from ccsim.draws.variates import KNOTS, REACH

# enough for any double between the extreme parts
_HALVINGS = 100


def gamma_table(shape: float, scale: float) -> NDArray[np.float64]:
    """Quantiles of a gamma law, for `Law.TABLE`.

    Parameters
    ----------
    shape : float
        Mean squared over variance; a whole number gives an Erlang law.
    scale : float
        Mean over shape.

    Returns
    -------
    float64[KNOTS]
        At logits from -REACH to REACH, rounded to 12 digits so that every machine has the same.

    Examples
    --------
    >>> round(float(gamma_table(1.0, 10.0)[KNOTS // 2]), 6)
    6.931472
    """
    lower, upper = _probabilities()
    half = KNOTS // 2
    quantiles = np.concatenate([gammaincinv(shape, lower[:half]), gammainccinv(shape, upper[half:])])
    return _rounded(scale * quantiles)


def hyperexponential_table(means: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of a mixture of exponential laws, for `Law.TABLE`.

    Parameters
    ----------
    means : float64[n]
        Mean of each part; greater than 0.
    shares : float64[n]
        Share of each part; their sum is 1.

    Returns
    -------
    float64[KNOTS]
        At logits from -REACH to REACH, rounded to 12 digits so that every machine has the same.

    Examples
    --------
    >>> round(float(hyperexponential_table(np.array([10.0, 10.0]), np.array([0.5, 0.5]))[KNOTS // 2]), 6)
    6.931472
    """
    lower, upper = _probabilities()
    half = KNOTS // 2
    below = _mixture_quantile(gammainc, gammaincinv(1.0, lower[:half]), means, shares, lower[:half])
    above = _mixture_quantile(_minus_upper, gammainccinv(1.0, upper[half:]), means, shares, -upper[half:])
    return _rounded(np.concatenate([below, above]))


def _probabilities() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probability below and above each knot, both to full relative accuracy."""
    logits = [REACH * (2 * knot - (KNOTS - 1)) / (KNOTS - 1) for knot in range(KNOTS)]
    return np.array([logistic(x) for x in logits]), np.array([logistic(-x) for x in logits])


def _mixture_quantile(
    rising: Callable[[float, NDArray[np.float64]], NDArray[np.float64]],
    unit: NDArray[np.float64],
    means: NDArray[np.float64],
    shares: NDArray[np.float64],
    target: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Where the mean of a rising function over the parts meets the target, by halving.

    An exponential law is a gamma law of shape 1, and the mixture's quantile lies between those of its extreme parts.
    """
    low, high = np.min(means) * unit, np.max(means) * unit
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        reached = np.zeros_like(middle)
        for mean, share in zip(means, shares):
            reached += share * rising(1.0, middle / mean)
        low = np.where(reached < target, middle, low)
        high = np.where(reached < target, high, middle)
    return high


def _minus_upper(shape: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minus the upper tail of the gamma law, which keeps its accuracy where the lower is almost 1."""
    upper: NDArray[np.float64] = gammaincc(shape, x)
    return -upper


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values to 12 significant digits."""
    return np.array([float(f"{value:.11e}") for value in values])
