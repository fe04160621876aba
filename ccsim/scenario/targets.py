"""Targets: how service level is defined, what is aimed at, how arms are compared."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from pydantic import ValidationInfo, field_validator, model_validator

from ccsim.scenario.fields import (
    Clock,
    CountFromOne,
    Name,
    Quantity,
    Seconds,
    Section,
    Seed,
    Share,
    Text,
    measurement,
)
from ccsim.scenario.measures import Measure, cells_of, value_of_measure
from ccsim.units import format_clock

ServiceLevelBase: TypeAlias = Literal[
    "offered", "answered", "met_or_gone", "early_gone_left_out", "met_or_short_gone", "short_gone_left_out"
]

# what a target can narrow its measure to
CELL_KEYS = ("channel", "queue", "need_type", "group", "segment", "interval")


class ServiceLevel(Section):
    """Share of a stated base answered within the acceptable wait."""

    within: Seconds = measurement("Acceptable wait.", 20.0, examples=["20s"])
    base: ServiceLevelBase = measurement("Whom the share is taken of.", "early_gone_left_out")
    short: Seconds = measurement("Abandoning within this counts as short.", 5.0, examples=["5s"])


class Target(Section):
    """A value that a measure is meant to reach."""

    measure: Measure = measurement("Measure.", examples=["service_level"])
    at_least: Quantity | None = measurement("Lowest value that meets it.", None, examples=["80%"])
    at_most: Quantity | None = measurement("Highest value that meets it.", None, examples=["30s"])
    channel: Name | None = measurement("Only this channel.", None, examples=["phone"])
    queue: Text | None = measurement("Only this queue.", None, examples=["phone.calls"])
    need_type: Name | None = measurement("Only this need type.", None)
    group: Name | None = measurement("Only this group.", None)
    segment: Name | None = measurement("Only this segment of customers.", None)
    interval: Clock | None = measurement(
        "Only this interval of the day, by the time it begins.", None, examples=["09:30"]
    )

    @field_validator("at_least", "at_most", mode="before")
    @classmethod
    def _fits_the_unit(cls, value: object, info: ValidationInfo) -> object:
        measure = info.data.get("measure")
        return value if value is None or measure is None else value_of_measure(measure, value)

    @field_validator(*CELL_KEYS)
    @classmethod
    def _is_measured_by(cls, value: object, info: ValidationInfo) -> object:
        measure, key = info.data.get("measure"), str(info.field_name)
        if value is not None and measure is not None and all(key not in keys for keys in cells_of(measure)):
            raise ValueError(f"{measure} is not measured by {_word(key)}; {_its_cells(measure)}")
        return value

    @model_validator(mode="after")
    def _one_side(self) -> "Target":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a target has one of at_least and at_most; write {measure: service_level, at_least: 80%}")
        return self

    @model_validator(mode="after")
    def _one_cell(self) -> "Target":
        keys = tuple(self.cell)
        if set(keys) not in map(set, cells_of(self.measure)):
            together = " and ".join(map(_word, keys))
            raise ValueError(f"{self.measure} is not measured by {together} at once; {_its_cells(self.measure)}")
        return self

    @property
    def cell(self) -> dict[str, str | int]:
        """The cell as estimates name it; empty for the whole centre."""
        named: dict[str, str | int] = {key: value for key in CELL_KEYS if (value := getattr(self, key)) is not None}
        return named if self.interval is None else {**named, "interval": format_clock(self.interval)}


def wanted_service_level(targets: Iterable[Target], **cell: str) -> float | None:
    """The service level that is aimed at in a cell.

    Parameters
    ----------
    targets : iterable of Target
    **cell : str
        Nothing is the whole centre.

    Returns
    -------
    float or None, share
        The highest, should there be several; None where none is aimed at.
    """
    of_cell = [each for each in targets if each.measure == "service_level" and each.cell == cell]
    return max((each.at_least for each in of_cell if each.at_least is not None), default=None)


def _word(key: str) -> str:
    return key.replace("_", " ")


def _its_cells(measure: str) -> str:
    """Which cells of a measure a target can be about."""
    named = [keys for keys in cells_of(measure) if keys and set(keys) <= set(CELL_KEYS)]
    if not named:
        return "it is measured for the whole centre only, so take that out"
    return f"it is measured by {', '.join(' and '.join(map(_word, keys)) for keys in named)}"


class Relevance(Section):
    """Differences up to this size do not matter, however sure one is of them."""

    shares: Share = measurement("Of shares, in points.", 0.005, examples=["0.5%"])
    others: Share = measurement("Of all else, as a share of the baseline's value.", 0.01, examples=["1%"])


class Compare(Section):
    """How arms are compared."""

    levelling: Literal["roster", "none"] = measurement("What arms are made equal in.", "roster")
    baseline: Text | None = measurement("Arm that the others are compared with; left out: the first.", None)
    relevance: Relevance = measurement("Differences that are too small to matter.", Relevance())


class Study(Section):
    """How often the scenario is run."""

    replications: CountFromOne = measurement("Replications.", 20, examples=[20])
    seed: Seed = measurement("Seed of every draw.", 1, examples=[1])
    level: Share = measurement("Confidence level of intervals.", 0.95, examples=["95%"])

    @model_validator(mode="after")
    def _inside(self) -> "Study":
        if not 0 < self.level < 1:
            raise ValueError("a level lies between 0% and 100%, both excluded; write 95%")
        return self
