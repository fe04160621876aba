"""A law as one record: its kind and its parameters, with no scenario in sight."""

from enum import IntEnum

import numpy as np


class Law(IntEnum):
    """Families of laws, and what `first`, `second` and `third` mean in each."""

    CONSTANT = 0
    """first = value."""
    EXPONENTIAL = 1
    """first = mean."""
    LOGNORMAL = 2
    """first, second = mean and standard deviation of the logarithm."""
    WEIBULL = 3
    """first = scale, second = shape."""
    LOG_LOGISTIC = 4
    """first = median, second = shape."""
    UNIFORM = 5
    """first = lowest, second = highest."""
    TRIANGULAR = 6
    """first = lowest, second = mode, third = highest."""
    TABLE = 7
    """n quantiles, equally spaced in logit(u) from -LOGIT_LIMIT to LOGIT_LIMIT, linear between."""
    SAMPLE = 8
    """n sorted values, equally likely."""


LAW = np.dtype(
    [
        ("kind", "i8"),
        ("first", "f8"),
        ("second", "f8"),
        ("third", "f8"),
        ("atom", "f8"),
        ("atom_at", "f8"),
        ("offset", "i8"),
        ("n", "i8"),
    ]
)
KNOTS = 4097
LOGIT_LIMIT = 37.0
