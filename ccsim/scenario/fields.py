"""What fields are made of: the base of every section, and the planner's quantities."""

import math
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.fields import FieldInfo

from ccsim import units

_CLOCK_TEXT = units.CLOCK_PATTERN.strip("^$")
BETWEEN_PATTERN = rf"^{_CLOCK_TEXT}-{_CLOCK_TEXT}$"


class Section(BaseModel):
    """A frozen part of the scenario that refuses unknown fields."""

    # a section is built as a part of the scenario; building each one alone too takes a sixth of the time to load one,
    # so defaults are made by `model_construct`
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=True, use_attribute_docstrings=False, defer_build=True
    )


def world(description: str, default: Any = ..., **rest: Any) -> Any:
    """A field of the world: what no strategy can move.

    Parameters
    ----------
    description : str
        Hover text.
    default : Any
        Required where left out.
    **rest : Any
        Anything else that pydantic's `Field` takes.

    Returns
    -------
    a pydantic field
    """
    return _field("world", description, default, rest)


def lever(description: str, default: Any = ..., *, free: str = "", **rest: Any) -> Any:
    """A field that a strategy may move.

    Parameters
    ----------
    description : str
        Hover text.
    default : Any
        Required where left out.
    free : str
        What moving it takes in life, where nothing in the model pays for that.
    **rest : Any
        Anything else that pydantic's `Field` takes.

    Returns
    -------
    a pydantic field
    """
    return _field("lever", description, default, rest, **({"free": free} if free else {}))


def measurement(description: str, default: Any = ..., **rest: Any) -> Any:
    """A field that says how results are measured, and moves nothing else.

    Parameters
    ----------
    description : str
        Hover text.
    default : Any
        Required where left out.
    **rest : Any
        Anything else that pydantic's `Field` takes.

    Returns
    -------
    a pydantic field
    """
    return _field("measure", description, default, rest)


def part(description: str, default: Any = ..., **rest: Any) -> Any:
    """A field whose role is that of the section it stands in.

    Parameters
    ----------
    description : str
        Hover text.
    default : Any
        Required where left out.
    **rest : Any
        Anything else that pydantic's `Field` takes.

    Returns
    -------
    a pydantic field
    """
    return Field(default, description=description, **rest)


def role_of(field: FieldInfo) -> str | None:
    """The role of a field; None where the section it stands in says.

    Parameters
    ----------
    field : FieldInfo

    Returns
    -------
    str or None
    """
    extra = field.json_schema_extra
    role = extra.get("role") if isinstance(extra, dict) else None
    return role if isinstance(role, str) else None


def free_of(field: FieldInfo) -> str:
    """What moving a lever takes in life and not in the model.

    Parameters
    ----------
    field : FieldInfo

    Returns
    -------
    str
        Empty where the model has its price, or it is no lever.
    """
    extra = field.json_schema_extra
    return str(extra.get("free", "")) if isinstance(extra, dict) else ""


def _field(role: str, description: str, default: Any, rest: dict[str, Any], **marks: str) -> Any:
    return Field(default, description=description, json_schema_extra={"role": role, **marks}, **rest)


def _above_zero(parse: Callable[[object], float], what: str) -> Callable[[object], float]:
    def parsed(value: object) -> float:
        number = parse(value)
        if number == 0:
            raise ValueError(
                f"{value} is too short; {what} is greater than 0"
                if what == "a duration"
                else f"0 is refused; {what} is greater than 0"
            )
        return number

    return parsed


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise ValueError(f"{_as_typed(value)} is not a number; write it like 1.5")
    return float(value)


def _number_from_zero(value: object) -> float:
    number = _number(value)
    if number < 0:
        raise ValueError(f"{value} is negative; write 0 or more")
    return number


def _number_above_zero(value: object) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError(f"{value} is not greater than 0; write a number greater than 0")
    return number


def _whole(least: int, most: int = 2**31 - 1) -> Callable[[object], int]:
    def parsed(value: object) -> int:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not _is_finite(value)
            or value != int(value)
        ):
            raise ValueError(f"{_as_typed(value)} is not a whole number; write it like {max(least, 12)}")
        if value < least:
            raise ValueError(f"{value} is too small; write {least} or more")
        if value > most:
            raise ValueError(f"{value} is too large; write at most {most}")
        return int(value)

    return parsed


def _minutes(value: object) -> float:
    # listening minutes are spoken of as bare minutes
    return units.parse_duration(value) if isinstance(value, str) else units.parse_duration(value) * units.MINUTE


def _quantity(value: object) -> float:
    """A number, or a share or duration as typed."""
    if not isinstance(value, str):
        return _number(value)
    for parse in (units.parse_ratio, units.parse_duration):
        try:
            return parse(value)
        except ValueError:
            continue
    raise ValueError(f"{_as_typed(value)} is not a number; write it like 80%, 20s or 1.3")


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_as_typed(value)} is not a name; put it in quotes")
    if not value.strip() or value != value.strip() or any(mark in value for mark in ".,=:\n\r\t"):
        raise ValueError(f"{_as_typed(value)} is not a name; use letters, digits, spaces, - and _")
    if len(value) > 80:
        raise ValueError(f"{_as_typed(value[:20])}... is too long for a name; use at most 80 letters")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_as_typed(value)} is not text; put it in quotes")
    return value


def _flag(value: object) -> bool:
    words = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError(f"{_as_typed(value)} is neither true nor false; write true or false")


def _is_finite(value: int | float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _as_typed(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return f"'{value}'" if isinstance(value, str) else str(value)
    return "a mapping" if isinstance(value, dict) else "a list"


def _spelled(parse: Callable[[object], Any], pattern: str, kind: str = "number", **bounds: Any) -> Any:
    """The schema of something typed as a number or in a spelling."""
    choices = [{"type": kind, **bounds}, {"type": "string", "pattern": pattern}]
    return BeforeValidator(parse, json_schema_input_type=Annotated[Any, WithJsonSchema({"anyOf": choices})])


def _typed(parse: Callable[[object], Any], **schema: Any) -> Any:
    return BeforeValidator(parse, json_schema_input_type=Annotated[Any, WithJsonSchema(schema)])


def _printed(form: Callable[[Any], Any]) -> PlainSerializer:
    return PlainSerializer(form, when_used="json-unless-none")


def _between(value: object) -> tuple[float, float]:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str) or not re.fullmatch(BETWEEN_PATTERN, value):
        raise ValueError(f'{_as_typed(value)} is not a window; write two clock times: "12:00-14:00"')
    start, end = (units.parse_clock(time) for time in value.split("-"))
    return start, end


def _print_between(window: tuple[float, float]) -> str:
    return "-".join(map(units.format_clock, window))


def _print_number(number: float) -> int | float:
    return int(number) if number == int(number) else number


Seconds: TypeAlias = Annotated[
    float, _spelled(units.parse_duration, units.DURATION_PATTERN, minimum=0), _printed(units.format_duration)
]
SecondsAboveZero: TypeAlias = Annotated[
    float,
    _spelled(_above_zero(units.parse_duration, "a duration here"), units.DURATION_PATTERN, exclusiveMinimum=0),
    _printed(units.format_duration),
]
MinutesOrDuration: TypeAlias = Annotated[
    float, _spelled(_minutes, units.DURATION_PATTERN, minimum=0), _printed(units.format_duration)
]
Clock: TypeAlias = Annotated[
    float, _typed(units.parse_clock, type="string", pattern=units.CLOCK_PATTERN), _printed(units.format_clock)
]
Between: TypeAlias = Annotated[
    tuple[float, float], _typed(_between, type="string", pattern=BETWEEN_PATTERN), _printed(_print_between)
]
Share: TypeAlias = Annotated[
    float, _spelled(units.parse_share, units.SHARE_PATTERN, minimum=0, maximum=1), _printed(units.format_share)
]
Pace: TypeAlias = Annotated[
    float,
    _spelled(_above_zero(units.parse_share, "a pace"), units.SHARE_PATTERN, exclusiveMinimum=0, maximum=1),
    _printed(units.format_share),
]
Ratio: TypeAlias = Annotated[
    float, _spelled(units.parse_ratio, units.SHARE_PATTERN, minimum=0), _printed(_print_number)
]
RatioAboveZero: TypeAlias = Annotated[
    float,
    _spelled(_above_zero(units.parse_ratio, "a ratio here"), units.SHARE_PATTERN, exclusiveMinimum=0),
    _printed(_print_number),
]
Change: TypeAlias = Annotated[
    float, _spelled(units.parse_change, units.CHANGE_PATTERN, minimum=-1), _printed(units.format_share)
]
Correlation: TypeAlias = Annotated[
    float,
    _spelled(units.parse_correlation, units.SHARE_PATTERN, minimum=0, exclusiveMaximum=1),
    _printed(_print_number),
]
Factor: TypeAlias = Annotated[
    float, _spelled(units.parse_factor, units.FACTOR_PATTERN, exclusiveMinimum=0), _printed(units.format_factor)
]


def _money_rate(unit: str) -> Any:
    choices = {"anyOf": [{"const": 0}, {"type": "string", "pattern": units.MONEY_RATE_PATTERN}, {"const": "0"}]}
    return Annotated[
        float,
        _typed(units.parse_money_rate, **choices),
        _printed(lambda rate: units.format_money_rate(rate, unit)),
    ]


MoneyPerHour: TypeAlias = _money_rate("h")  # type: ignore[valid-type]
MoneyPerMinute: TypeAlias = _money_rate("min")  # type: ignore[valid-type]
MoneyPerDay: TypeAlias = _money_rate("day")  # type: ignore[valid-type]
MoneyPerContact: TypeAlias = Annotated[
    float,
    _typed(
        units.parse_money_per_contact,
        anyOf=[{"const": 0}, {"type": "string", "pattern": units.MONEY_PER_CONTACT_PATTERN}, {"const": "0"}],
    ),
    _printed(units.format_money_per_contact),
]
Number: TypeAlias = Annotated[float, _typed(_number, type="number"), _printed(_print_number)]
NumberFromZero: TypeAlias = Annotated[
    float, _typed(_number_from_zero, type="number", minimum=0), _printed(_print_number)
]
NumberAboveZero: TypeAlias = Annotated[
    float, _typed(_number_above_zero, type="number", exclusiveMinimum=0), _printed(_print_number)
]
Quantity: TypeAlias = Annotated[float, _typed(_quantity, type=["number", "string"]), _printed(_print_number)]
Count: TypeAlias = Annotated[int, _typed(_whole(0), type="integer", minimum=0)]
CountFromOne: TypeAlias = Annotated[int, _typed(_whole(1), type="integer", minimum=1)]
WholeNumber: TypeAlias = Annotated[int, _typed(_whole(-(2**31)), type="integer")]
InHand: TypeAlias = Annotated[int, _typed(_whole(1, 20), type="integer", minimum=1, maximum=20)]
Customers: TypeAlias = Annotated[int, _typed(_whole(1, 2**24), type="integer", minimum=1, maximum=2**24)]
Attempts: TypeAlias = Annotated[int, _typed(_whole(1, 15), type="integer", minimum=1, maximum=15)]
Seed: TypeAlias = Annotated[int, _typed(_whole(0, 2**64 - 1), type="integer", minimum=0)]
Flag: TypeAlias = Annotated[bool, _typed(_flag, enum=[True, False, "on", "off", "yes", "no"])]
Name: TypeAlias = Annotated[str, _typed(_name, type="string", pattern=r"^[^.,=:\n\r\t]+$", maxLength=80)]
Text: TypeAlias = Annotated[str, _typed(_text, type="string")]
