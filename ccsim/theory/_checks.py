"""The refusals every formula of this room shares."""

from math import inf

from ccsim.errors import InputError


def positive(name: str, value: float) -> None:
    """Refuse a value that is not a finite number above zero."""
    if not 0 < value < inf:
        raise InputError(f"{name} must be a finite number above 0, not {value!r}.")


def not_negative(name: str, value: float) -> None:
    """Refuse a value that is not a finite number of at least zero."""
    if not 0 <= value < inf:
        raise InputError(f"{name} must be a finite number of at least 0, not {value!r}.")


def probability(name: str, value: float) -> None:
    """Refuse a value outside [0, 1]."""
    if not 0 <= value <= 1:
        raise InputError(f"{name} must lie between 0 and 1, not {value!r}.")


def whole(name: str, value: int, *, least: int) -> None:
    """Refuse a value that is not a whole number of at least `least`."""
    if not least <= value < inf or int(value) != value:
        raise InputError(f"{name} must be a whole number of at least {least}, not {value!r}.")


def probability_below_one(name: str, value: float) -> None:
    """Refuse a value outside [0, 1)."""
    if not 0 <= value < 1:
        raise InputError(f"{name} must be at least 0 and below 1, not {value!r}.")


def yields(lower_yield: float, higher_yield: float) -> None:
    """Refuse two yields that are not probabilities above zero, the lower first."""
    if not 0 < lower_yield <= higher_yield <= 1:
        raise InputError(
            f"The yields must lie above 0 and at most at 1, the lower first, not {lower_yield!r} and {higher_yield!r}."
        )
