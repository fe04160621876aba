"""Numbers in a planner's units, with as many decimals as their interval allows."""

import math

from ccsim.units import HOUR, MINUTE

MISSING = "–"
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
FEWEST_DECIMALS = {"share": 1, "s": 1, "min": 1, "h": 1, "days": 1, "visits": 2, "money": 2, "count": 0}
MOST_DECIMALS = 4
# of a value: an interval so narrow is rounding
NOTHING = 1e-9
# of half an interval's width: how far its middle may be from the value before its ends are said
LOPSIDED = 0.25
Ends = tuple[float, float] | None


def quantity(
    value: float | None,
    unit: str,
    *,
    currency: str = "",
    half_width: float | None = None,
    ends: Ends = None,
) -> str:
    """A value in its unit, followed by its interval.

    Parameters
    ----------
    value : float or None
        In the measure's own unit: shares from 0 to 1, times in s, min, h or days.
    unit : str
        As the measure's definition says.
    currency : str
        ISO code, or what the scenario calls its money.
    half_width : float or None
        Half the interval's width; None where there is no interval.
    ends : pair of float, or None
        Where the interval ends; said instead of the half width where one end is much further away than the other.

    Returns
    -------
    str
        A dash where nothing was observed.

    Examples
    --------
    >>> quantity(0.8123, "share", half_width=0.0088), quantity(252.0, "s", half_width=3.2)
    ('81.2 % ± 0.9', '4:12 min ± 0:03')
    >>> quantity(3.417, "money", currency="GBP", half_width=0.05)
    '£3.42 ± 0.05'
    >>> quantity(0.0, "share", half_width=0.045, ends=(0.0, 0.09))
    '0.0 % (0.0 to 9.0)'
    """
    return _text(value, unit, currency, half_width, ends, sign="")


def change(
    value: float | None,
    unit: str,
    *,
    currency: str = "",
    half_width: float | None = None,
    ends: Ends = None,
) -> str:
    """A difference with its sign; shares differ by percentage points.

    Parameters
    ----------
    value : float or None
    unit : str
    currency : str
    half_width : float or None
    ends : pair of float, or None
        As in `quantity`.

    Returns
    -------
    str

    Examples
    --------
    >>> change(-0.031, "share", half_width=0.004), change(12.04, "s", half_width=0.3), change(0.0, "count")
    ('−3.1 points ± 0.4', '+12.0 s ± 0.3', '0')
    >>> change(0.01, "share", half_width=0.03, ends=(-0.002, 0.058))
    '+1.0 points (−0.2 to +5.8)'
    """
    return _text(value, "points" if unit == "share" else unit, currency, half_width, ends, sign="+")


def as_fine(value: float | None, unit: str, half_width: float | None, *, currency: str = "") -> str:
    """A value without its interval, with as many decimals as that allows.

    Parameters
    ----------
    value : float or None
    unit : str
    half_width : float or None
    currency : str

    Returns
    -------
    str

    Examples
    --------
    >>> as_fine(0.40512, "share", 0.01), as_fine(703.33, "count", 20.0)
    ('40.5 %', '703')
    """
    return quantity(value, unit, currency=currency, half_width=half_width).partition(" ±")[0]


def percent(share: float) -> str:
    """A confidence level or another round share.

    Parameters
    ----------
    share : float

    Returns
    -------
    str

    Examples
    --------
    >>> percent(0.95), percent(0.995)
    ('95 %', '99.5 %')
    """
    return f"{share * 100:.10g} %"


def differs(low: float | None, high: float | None) -> bool:
    """Whether the interval of a difference excludes zero.

    Parameters
    ----------
    low, high : float or None

    Returns
    -------
    bool
        False without an interval, and for a difference that is exactly zero in every replication.

    Examples
    --------
    >>> differs(0.1, 0.3), differs(-0.1, 0.3), differs(None, None)
    (True, False, False)
    """
    return low is not None and high is not None and (low > 0.0 or high < 0.0)


def _text(
    value: float | None, unit: str, currency: str, half_width: float | None, ends: Ends, *, sign: str
) -> str:
    if value is None:
        return MISSING
    if half_width is not None and half_width < NOTHING * abs(value):
        half_width = 0.0
    if ends is not None and not _is_lopsided(value, half_width, ends):
        ends = None
    if unit == "s" and abs(value) >= MINUTE:
        return _clock(value, half_width, ends, sign)
    factor = 100.0 if unit in ("share", "points") else 1.0
    value, half_width = value * factor, None if half_width is None else half_width * factor
    decimals = _decimals(value, "share" if unit == "points" else unit, half_width)
    before, after = _around(unit, currency)
    text = f"{_signed(value, decimals, sign, before)}{after}"
    if ends is not None:
        low, high = (_signed(end * factor, decimals, sign, "") for end in ends)
        return f"{text} ({low} to {high})"
    return text if half_width is None else f"{text} ± {half_width:,.{decimals if half_width else 0}f}"


def _is_lopsided(value: float, half_width: float | None, ends: tuple[float, float]) -> bool:
    """Whether one end is so much further away than the other that half the width would mislead."""
    return bool(half_width) and abs(sum(ends) / 2.0 - value) > LOPSIDED * (half_width or 0.0)


def _decimals(value: float, unit: str, half_width: float | None) -> int:
    """As many as show the first digit of the interval, and no fewer than is usual for the unit."""
    fewest = FEWEST_DECIMALS.get(unit, 2)
    if unit == "money" and abs(value) >= 1000.0:
        fewest = 0
    if not half_width:
        return 2 if unit == "count" and value != int(value) else fewest
    return min(max(fewest, _first_digit(half_width)), max(fewest, MOST_DECIMALS))


def _first_digit(number: float) -> int:
    """Decimals that show a number's first digit, once it is rounded there: 1 for 0.0998, not 2."""
    return max(0, -math.floor(math.log10(float(f"{number:.0e}"))))


def _around(unit: str, currency: str) -> tuple[str, str]:
    """What stands before and after the number."""
    if unit == "money":
        return (SYMBOLS[currency], "") if currency in SYMBOLS else ("", f" {currency}".rstrip())
    return "", {"share": " %", "count": "", "visits": ""}.get(unit, f" {unit}")


def _signed(value: float, decimals: int, sign: str, before: str) -> str:
    digits = f"{abs(value):,.{decimals}f}"
    if not any(digit in digits for digit in "123456789"):
        return f"{before}{digits}"
    return f"{'−' if value < 0 else sign}{before}{digits}"


def _clock(value: float, half_width: float | None, ends: Ends, sign: str) -> str:
    """Minutes and seconds, or hours and minutes, with the interval in the same form."""
    step, name = (1.0, "min") if abs(value) < HOUR else (MINUTE, "h")
    front = "−" if value < 0 else sign
    text = f"{front}{_pair(abs(value), step)} {name}"
    if half_width is None:
        return text
    if ends is not None and half_width >= step / 2:
        low, high = (f"{'−' if end < 0 else sign}{_pair(abs(end), step)}" for end in ends)
        return f"{text} ({low} to {high})"
    if half_width and half_width < step / 2:
        return f"{text} ± {_small(half_width)}"
    return f"{text} ± {_pair(half_width, step)}"


def _pair(seconds: float, step: float) -> str:
    whole = math.floor(seconds / step + 0.5)
    return f"{whole // 60}:{whole % 60:02d}"


def _small(seconds: float) -> str:
    """An interval too narrow for the form of its value."""
    return f"{seconds:.{_first_digit(seconds)}f} s"
