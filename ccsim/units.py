"""Planner's spellings and numbers: "08:30", "20s", "3min", "80%", "14.20/h"."""

import math
import re
from decimal import Decimal

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
WEEK = 7 * DAY
# the units of measures that are times
LENGTHS = {"s": 1.0, "min": MINUTE, "h": HOUR, "days": DAY}

_NUMBER = r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?"
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "week", "weeks"), WEEK),
}
_UNIT_WORDS = "|".join(sorted(_UNITS, key=len, reverse=True))
_PARTS = rf"(?:(?:{_NUMBER}) *(?:{_UNIT_WORDS})(?![a-zA-Z]) *)+"
_ISO_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_ISO_TIME = rf"T(?:{_ISO_NUMBER}H)?(?:{_ISO_NUMBER}M)?(?:{_ISO_NUMBER}S)?"
_ISO = rf"P(?:{_ISO_NUMBER}W)?(?:{_ISO_NUMBER}D)?(?:{_ISO_TIME})?"
_CLOCKED = r"[0-9]{1,4}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"

# whole spellings, for the JSON Schema too
DURATION_PATTERN = rf"^ *(?:(?:{_NUMBER})|{_PARTS}|{_CLOCKED}|{_ISO}) *$"
CLOCK_PATTERN = r"^ *[0-9]{1,3}:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)? *$"
SHARE_PATTERN = rf"^ *(?:{_NUMBER}) *%? *$"
CHANGE_PATTERN = rf"^ *-?(?:{_NUMBER}) *%? *$"
MONEY_RATE_PATTERN = rf"^ *(?:{_NUMBER}) */ *(?:{_UNIT_WORDS}) *$"
MONEY_PER_CONTACT_PATTERN = rf"^ *(?:{_NUMBER}) */ *contact *$"
FACTOR_PATTERN = rf"^ *(?:{_NUMBER}) *(?:x|%)? *$"


def parse_duration(value: object) -> float:
    """A duration as a planner writes it.

    Parameters
    ----------
    value : str or number
        `90s`, `4m30s`, `1h30min`, `7 days`, `0:30:00`, `PT5M`, or a number of seconds.

    Returns
    -------
    float, s
        Never negative.

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_duration("4m30s"), parse_duration("7 days"), parse_duration(90)
    (270.0, 604800.0, 90.0)
    """
    number = _plain_number(value)
    if number is not None:
        return _not_negative(number, value)
    text = str(value).strip() if isinstance(value, str) else ""
    if re.fullmatch(_PARTS, text):
        parts = re.findall(rf"({_NUMBER}) *({_UNIT_WORDS})(?![a-zA-Z])", text)
        return _finite(sum(float(amount) * _UNITS[unit] for amount, unit in parts), value)
    if re.fullmatch(_CLOCKED, text):
        hours, minutes, seconds = text.split(":")
        return int(hours) * HOUR + int(minutes) * MINUTE + float(seconds)
    if len(text) > 2 and text[-1] != "T" and re.fullmatch(_ISO, text):
        return _iso_duration(text)
    raise ValueError(_not_a_duration(value, text))


def format_duration(seconds: float) -> str:
    """A duration in the form that planners type; parses back to the same number.

    Parameters
    ----------
    seconds : float, s

    Returns
    -------
    str

    Examples
    --------
    >>> format_duration(270.0), format_duration(604800.0), format_duration(5400.0), format_duration(0.5)
    ('4min30s', '7 days', '1h30min', '0.5s')
    """
    if seconds == math.inf:
        return "never"
    if seconds >= DAY and seconds % DAY == 0:
        days = int(seconds // DAY)
        return "1 day" if days == 1 else f"{days} days"
    hours, rest = divmod(seconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    text = "".join(f"{_short(amount)}{unit}" for amount, unit in parts if amount) or "0s"
    return text if parse_duration(text) == seconds else f"{seconds!r}s"


def parse_clock(value: object) -> float:
    """A clock time as seconds since midnight.

    Parameters
    ----------
    value : str
        `08:00`, `8:00`, `24:00`, `31:00` (07:00 on the next day), `00:01:40`.

    Returns
    -------
    float, s since midnight

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_clock("08:30"), parse_clock("31:00"), parse_clock("00:01:40")
    (30600.0, 111600.0, 100.0)
    """
    if isinstance(value, str) and re.fullmatch(CLOCK_PATTERN, value):
        hours, minutes, *seconds = value.strip().split(":")
        return int(hours) * HOUR + int(minutes) * MINUTE + (float(seconds[0]) if seconds else 0.0)
    raise ValueError(f'{_shown(value)} is not a clock time; write hours and minutes in quotes: "08:30"')


def format_clock(seconds: float) -> str:
    """A clock time in the form that planners type.

    Parameters
    ----------
    seconds : float, s since midnight

    Returns
    -------
    str

    Examples
    --------
    >>> format_clock(30600.0), format_clock(111600.0), format_clock(100.0)
    ('08:30', '31:00', '00:01:40')
    """
    hours, rest = divmod(seconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    text = f"{int(hours):02d}:{int(minutes):02d}"
    if not rest:
        return text
    return f"{text}:{int(rest):02d}" if rest == int(rest) else f"{text}:{'0' if rest < 10 else ''}{round(rest, 6)}"


def parse_share(value: object) -> float:
    """A share of a whole.

    Parameters
    ----------
    value : str or number
        `80%`, or a number from 0 to 1.

    Returns
    -------
    float, from 0 to 1

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_share("80%"), parse_share(0.8)
    (0.8, 0.8)
    """
    share = _percent_or_number(value, "share", "80% or 0.8")
    if share > 1:
        if isinstance(value, str) and value.strip().endswith("%"):
            raise ValueError(f"{_shown(value)} is more than the whole; a share is at most 100%")
        raise ValueError(f"{_shown(value)} has no % sign and is more than 1; {_share_hint(share)}")
    return share


def format_share(share: float) -> str:
    """A share in the form that planners type; parses back to the same number.

    Parameters
    ----------
    share : float

    Returns
    -------
    str

    Examples
    --------
    >>> format_share(0.8), format_share(0.285), format_share(1.0)
    ('80%', '28.5%', '100%')
    """
    percent = Decimal(repr(float(share))) * 100
    return f"{percent.normalize():f}%" if percent else "0%"


def parse_ratio(value: object) -> float:
    """A ratio that may exceed one, such as a coefficient of variation.

    Parameters
    ----------
    value : str or number
        `140%` or 1.4.

    Returns
    -------
    float, not negative

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_ratio("10%"), parse_ratio(1.4)
    (0.1, 1.4)
    """
    return _percent_or_number(value, "ratio", "140% or 1.4")


def parse_change(value: object) -> float:
    """A change in proportion, down to everything being gone.

    Parameters
    ----------
    value : str or number
        `40%`, `-30%` or 0.4.

    Returns
    -------
    float, -1 or more

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_change("40%"), parse_change("-30%")
    (0.4, -0.3)
    """
    change = _percent_or_number(value, "change", "40%, -30% or 0.4", sign=True)
    if change < -1.0:
        raise ValueError(f"{_shown(value)} leaves less than nothing; write -100% or more")
    return change


def parse_correlation(value: object) -> float:
    """A correlation of neighbours.

    Parameters
    ----------
    value : str or number
        0.5 or `50%`.

    Returns
    -------
    float, 0 to below 1

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_correlation(0.5)
    0.5
    """
    correlation = _percent_or_number(value, "correlation", "0.5 or 50%")
    if correlation >= 1.0:
        raise ValueError(f"{_shown(value)} would make all alike; write a correlation below 1")
    return correlation


def parse_money_rate(value: object) -> float:
    """Money by the hour, the minute or the day.

    Parameters
    ----------
    value : str or 0
        `14.20/h`, `0.03/min`, `250/day`; the currency is named once, in `money.currency`.

    Returns
    -------
    float, money per s

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_money_rate("36/h")
    0.01
    """
    if _plain_number(value) == 0:
        return 0.0
    if isinstance(value, str) and re.fullmatch(MONEY_RATE_PATTERN, value):
        amount, unit = value.split("/")
        return _finite(float(amount), value) / _UNITS[unit.strip()]
    raise ValueError(f"{_shown(value)} is not money per time; write 14.20/h, 0.03/min or 250/day")


def format_money_rate(rate: float, unit: str = "h") -> str:
    """Money by the unit of time, in the form that planners type.

    Parameters
    ----------
    rate : float, money per s
    unit : str
        `s`, `min`, `h` or `day`.

    Returns
    -------
    str

    Examples
    --------
    >>> format_money_rate(parse_money_rate("14.20/h")), format_money_rate(parse_money_rate("0.03/min"), "min")
    ('14.20/h', '0.03/min')
    """
    for digits in range(2, 18):
        text = f"{round(rate * _UNITS[unit], digits):.{digits}f}/{unit}"
        if parse_money_rate(text) == rate:
            break
    return text


def parse_money_per_contact(value: object) -> float:
    """Money for each contact.

    Parameters
    ----------
    value : str or 0
        `0.05/contact`.

    Returns
    -------
    float, money per contact

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_money_per_contact("0.05/contact")
    0.05
    """
    if _plain_number(value) == 0:
        return 0.0
    if isinstance(value, str) and re.fullmatch(MONEY_PER_CONTACT_PATTERN, value):
        return _finite(float(value.split("/")[0]), value)
    raise ValueError(f"{_shown(value)} is not money per contact; write 0.05/contact")


def format_money_per_contact(amount: float) -> str:
    """Money for each contact, in the form that planners type.

    Parameters
    ----------
    amount : float, money per contact

    Returns
    -------
    str

    Examples
    --------
    >>> format_money_per_contact(1.5)
    '1.50/contact'
    """
    for digits in range(2, 18):
        text = f"{round(amount, digits):.{digits}f}/contact"
        if parse_money_per_contact(text) == amount:
            break
    return text


def parse_factor(value: object) -> float:
    """A factor on a quantity.

    Parameters
    ----------
    value : str or number
        `1.15x`, `115%` or 1.15.

    Returns
    -------
    float, greater than 0

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_factor("1.15x"), parse_factor(1.15)
    (1.15, 1.15)
    """
    text = value.strip().removesuffix("x").strip() if isinstance(value, str) and not value.endswith("%x") else value
    try:
        factor = _percent_or_number(text, "factor", "1.15x or 1.15")
    except ValueError:
        raise ValueError(f"{_shown(value)} is not a factor; write 1.15x or 1.15") from None
    if factor == 0:
        raise ValueError(f"{_shown(value)} is not a factor; a factor is greater than 0")
    return factor


def format_factor(factor: float) -> str:
    """A factor in the form that planners type.

    Parameters
    ----------
    factor : float

    Returns
    -------
    str

    Examples
    --------
    >>> format_factor(1.15)
    '1.15x'
    """
    return f"{_short(factor)}x"


def _plain_number(value: object) -> float | None:
    """The finite number that a number, or its text, stands for; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _finite(value, value)
    if isinstance(value, str) and re.fullmatch(rf"-?(?:{_NUMBER})", value.strip()):
        return _finite(float(value), value)
    return None


def _percent_or_number(value: object, what: str, examples: str, *, sign: bool = False) -> float:
    number = _plain_number(value)
    if number is None and isinstance(value, str) and value.strip().endswith("%"):
        text = value.strip()[:-1].strip()
        if re.fullmatch(rf"-?(?:{_NUMBER})", text):
            # decimal arithmetic, so that 28.5% is the float nearest to 0.285
            number = _finite(float(Decimal(text) / 100), value)
    if number is None:
        raise ValueError(f"{_shown(value)} is not a {what}; write {examples}")
    return number if sign else _not_negative(number, value)


def _finite(number: float, value: object) -> float:
    try:
        number = float(number)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{_shown(value)} is not a finite number; write a number")
    return number


def _not_negative(number: float, value: object) -> float:
    if number < 0:
        raise ValueError(f"{_shown(value)} is negative; write 0 or more")
    return number


def _iso_duration(text: str) -> float:
    date, _, time = text[1:].partition("T")
    scales = [(date, {"W": WEEK, "D": DAY}), (time, {"H": HOUR, "M": MINUTE, "S": 1.0})]
    return float(
        sum(
            float(amount) * scale[unit]
            for part, scale in scales
            for amount, unit in re.findall(r"([0-9.]+)([A-Z])", part)
        )
    )


def _not_a_duration(value: object, text: str) -> str:
    if re.fullmatch(r"[0-9]{1,3}:[0-9][0-9]", text):
        first, second = text.split(":")
        return f"{_shown(value)} may be minutes or hours; write {int(first)}m{second}s or {int(first)}h{second}min"
    if text.startswith("-"):
        return f"{_shown(value)} is not a duration; a duration is not negative"
    return f"{_shown(value)} is not a duration; write it like 90s, 4min30s, 8h or 7 days"


def _share_hint(share: float) -> str:
    return f"did you mean {_short(share)}%?" if share <= 100 else "a share is at most 100%"


def _short(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(float(number))


def _shown(value: object) -> str:
    """A value as it was typed, cut short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = (
        f"'{value}'"
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int | float)
        else "a mapping or list"
    )
    return text if len(text) <= 60 else f"{text[:57]}..."
