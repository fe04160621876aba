"""Demand: the calendar, how many needs arise and when, and what kinds there are."""

import datetime as dt
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from ccsim import units
from ccsim.scenario.distributions import Law
from ccsim.scenario.fields import (
    Change,
    Clock,
    Correlation,
    CountFromOne,
    Name,
    Number,
    NumberFromZero,
    Ratio,
    Seconds,
    SecondsAboveZero,
    Section,
    Share,
    Text,
    WholeNumber,
    lever,
    measurement,
    world,
)

COMPLEXITY_WORDS = {"low": 0.27, "medium": 0.50, "high": 0.73}
COMPLEXITY_SPREAD = 0.9
LONGEST = 4000 * units.DAY
STAKE_WORDS = {"low": 0.5, "medium": 0.8, "high": 1.2}


def _date(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"{value!r} is not a date; write year-month-day: 2026-01-05") from None


Day: TypeAlias = Annotated[
    dt.date,
    BeforeValidator(_date, json_schema_input_type=Annotated[Any, WithJsonSchema({"type": "string", "format": "date"})]),
]


class Calendar(Section):
    """The days that are simulated, and how they are reported."""

    start: Day = world(
        "First day of the run, warm-up included; the run begins at its midnight.",
        dt.date(2026, 1, 5),
        examples=["2026-01-05"],
    )
    days: CountFromOne | None = world("Measured window in whole days; or give `length`.", None, examples=[28])
    length: SecondsAboveZero | None = world("Measured window as a duration; or give `days`.", None, examples=["10h"])
    warm_up: Seconds = world("Simulated before the measured window, left out of results.", 0.0, examples=["7 days"])
    follow_up: Seconds | None = world(
        "Simulated after the measured window so that needs can end; chosen from the delays where left out.",
        None,
        examples=["14 days"],
    )
    interval: SecondsAboveZero = measurement("Reporting interval; divides a day.", 1800.0, examples=["30min", "15min"])

    @model_validator(mode="before")
    @classmethod
    def _one_day_by_default(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("days") is None and value.get("length") is None:
            return {**value, "days": 1}
        return value

    @model_validator(mode="after")
    def _one_length(self) -> "Calendar":
        if self.days is not None and self.length is not None:
            raise ValueError("days and length are both given; keep one of them")
        if self.interval % 60.0:
            raise ValueError(
                f"an interval of {units.format_duration(self.interval)} is no whole number of minutes; "
                "write 15min, 30min or 1h"
            )
        if self.warm_up + (self.length or (self.days or 1) * units.DAY) + (self.follow_up or 0.0) > LONGEST:
            raise ValueError("more than 4000 days in all; simulate a shorter stretch")
        if (units.DAY / self.interval) % 1:
            raise ValueError(
                f"an interval of {units.format_duration(self.interval)} does not divide a day; write 15min, 30min or 1h"
            )
        return self


class WithinDay(Section):
    """A factor on the demand of each stretch of a day, the same for every need type, with mean one."""

    cv: Ratio = world("Standard deviation of the stretch's factor.", examples=["15%"])
    every: SecondsAboveZero = world("Length of a stretch; divides a day.", 1800.0, examples=["30min"])
    to_next: Correlation = world(
        "Correlation with the next stretch's factor; each day begins anew.", 0.0, examples=[0.7]
    )

    @model_validator(mode="after")
    def _divides_a_day(self) -> "WithinDay":
        if self.every < 60.0 or (units.DAY / self.every) % 1:
            raise ValueError(
                f"{units.format_duration(self.every)} does not divide a day into stretches of a minute or more; "
                "write 15min, 30min or 1h"
            )
        return self


class Busyness(Section):
    """A factor on each day's demand, the same for every need type, with mean one."""

    cv: Ratio = world("Standard deviation of the day's factor.", examples=["10%"])
    day_to_day: Correlation = world("Correlation with the next day's factor.", 0.0, examples=[0.5])
    within_day: WithinDay | None = world(
        "How much stretches of a day differ beyond the day's factor.", None, examples=[{"cv": "15%", "to_next": 0.7}]
    )


class Event(Section):
    """Something dated that changes demand: a campaign, an outage, a mailing that went wrong."""

    name: Name = world("Name.", examples=["mailing-error"])
    on: Day = world("First day.", examples=["2026-01-19"])
    days: CountFromOne = world("Days of full effect.", 1, examples=[3])
    extra: Change = world("Change of demand at full effect; at least -100%.", examples=["40%", "-30%"])
    fading_over: Seconds = world(
        "Time after those days until it is forgotten; it fades in a line.", 0.0, examples=["5 days"]
    )
    types: tuple[str, ...] | None = world("Need types it concerns; left out: all.", None, examples=[["billing"]])
    from_: Clock = world("Clock time from which, on each of its days.", 0.0, alias="from", examples=["10:00"])
    to: Clock = world("Clock time up to which.", units.DAY, examples=["12:00"])

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Event":
        if not self.from_ < self.to <= units.DAY:
            raise ValueError(
                f"from {units.format_clock(self.from_)} to {units.format_clock(self.to)}; "
                "an event's hours lie within a day and end after they begin"
            )
        return self


class Volume(Section):
    """How many needs arise."""

    per_day: NumberFromZero | None = world("Needs on an average day; or give `per_hour`.", None, examples=[1200])
    per_hour: NumberFromZero | None = world("Needs in an hour, over all 24; or give `per_day`.", None, examples=[120])
    weekdays: tuple[NumberFromZero, ...] = world(
        "Factor of each weekday, Monday first.",
        (1.0,) * 7,
        examples=[[1.12, 1.01, 0.95, 0.95, 0.98, 0.45, 0.25]],
        min_length=7,
        max_length=7,
    )
    busyness: Busyness | None = world("Day-to-day randomness beyond Poisson.", None, examples=[{"cv": "10%"}])
    growth: Change = world("Growth in a year, compound, from the first day on.", 0.0, examples=["12%"])

    @model_validator(mode="after")
    def _one_unit(self) -> "Volume":
        if self.per_day is not None and self.per_hour is not None:
            raise ValueError("per_day and per_hour are both given; keep one of them")
        return self


class Intraday(Section):
    """The day's shape: a weight, or an absolute rate, for each stretch of equal length."""

    from_: Clock = world("Clock time at which the first stretch begins.", 0.0, alias="from", examples=["08:00"])
    every: SecondsAboveZero = world("Length of a stretch.", examples=["30min"])
    shape: tuple[NumberFromZero, ...] | None = world(
        "Weight of each stretch; only proportions count.", None, examples=[[3, 4, 6, 7]], min_length=1
    )
    per_hour: tuple[NumberFromZero, ...] | None = world(
        "Needs per hour in each stretch, in place of a volume.", None, examples=[[60, 120, 180, 120]], min_length=1
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "Intraday":
        if (self.shape is None) == (self.per_hour is None):
            raise ValueError("the day's shape is given by shape or by per_hour; keep one of them")
        weights = self.shape or self.per_hour or ()
        begin, stretch = units.format_clock(self.from_), units.format_duration(self.every)
        end = self.from_ + len(weights) * self.every
        if end > units.DAY + 1e-6:
            raise ValueError(
                f"{len(weights)} stretches of {stretch} from {begin} end at {units.format_clock(end)}, after midnight; "
                "shorten the list"
            )
        if not any(weights):
            raise ValueError("every stretch is 0; at least one is greater than 0")
        return self


class Complexity(Section):
    """How hard needs are: logistic-normal between 0 and 1."""

    typical: Share = world("Complexity of the typical need.", 0.5, examples=["40%"])
    spread: NumberFromZero = world("Standard deviation on the logit scale.", COMPLEXITY_SPREAD, examples=[0.9])

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value not in COMPLEXITY_WORDS:
                raise ValueError(
                    f"'{value}' is not a complexity; write low, medium, high or {{typical: 40%, spread: 0.9}}"
                )
            return {"typical": COMPLEXITY_WORDS[value], "spread": COMPLEXITY_SPREAD}
        return value

    @model_validator(mode="after")
    def _inside(self) -> "Complexity":
        if not 0 < self.typical < 1:
            raise ValueError("typical complexity lies between 0% and 100%, both excluded; write 40%")
        return self


class Stake(Section):
    """How much hangs on a need: lognormal with median one."""

    spread: NumberFromZero = world("Standard deviation of the logarithm.", examples=[0.8])

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value not in STAKE_WORDS:
                raise ValueError(f"'{value}' is not a stake; write low, medium, high or {{spread: 0.8}}")
            return {"spread": STAKE_WORDS[value]}
        return value


class Causes(Section):
    """What makes needs arise: faults of failure needs, wishes and preferences of needs of value."""

    standing: CountFromOne = world("Number of causes that exist throughout.", examples=[30])
    incidence_spread: NumberFromZero = world(
        "Standard deviation of the logarithm of a cause's weight; 0 makes them equal.", 0.0, examples=[1.3]
    )


class Raises(Section):
    """A further need of the same customer, once this one is over."""

    type: Name = world("Need type of the further need.", examples=["delivery"])
    when_resolved: Share = world("Share of resolved needs that raise it.", 0.0, examples=["15%"])
    when_not: Share = world("Share of needs given up or lost that raise it.", 0.0, examples=["30%"])
    after: Law = world(
        "Delay until it arises, from the end of this one.", examples=[{"lognormal": {"median": "2 days", "cv": 1}}]
    )


class NeedType(Section):
    """A class of needs that share demand, handling and patience."""

    name: Name = world("Name.", examples=["billing"])
    share: Share | None = world("Share of the volume; all together 100%.", None, examples=["25%"])
    kind: Literal["value", "failure"] = world(
        "`value`: worth having; `failure`: arises only because something went wrong.", "value"
    )
    complexity: Complexity | None = world(
        "How hard needs are; left out: all alike.", None, examples=["low", {"typical": "40%", "spread": 0.9}]
    )
    stake: Stake | None = world("How much hangs on a need; left out: 1.", None, examples=["high", {"spread": 0.8}])
    handling_grows: Number = world("Growth of talk time with complexity: factor exp(g * (complexity - typical)).", 0.0)
    resolution_falls: Number = world(
        "Fall of resolution with complexity: logit shift -g * (complexity - typical).", 0.0
    )
    causes: Causes | None = world(
        "Causes: faults of a failure type, wishes of a type of value.", None, examples=[{"standing": 30}]
    )
    skill: Name = lever("Skill an agent needs for it; by default the type's own name.", examples=["billing"])
    priority: WholeNumber = lever("1 goes first among the waiting.", 1, examples=[1])
    rises_every: SecondsAboveZero | None = lever(
        "Waiting so long lifts a visit by one priority; left out: it keeps its own.", None, examples=["5min"]
    )
    patience: Law | None = world("Replaces `customers.patience` for this type.", None)
    channels_preferred: dict[str, Share] | None = world(
        "Replaces `customers.channels_preferred` for this type.", None, examples=[{"phone": "100%"}]
    )
    intraday: Intraday | None = world("The type's own day shape.", None)
    raises: Raises | None = world("A further need that follows from some of them; left out: none does.", None)

    @model_validator(mode="before")
    @classmethod
    def _skill_of_its_own(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("skill") is None and "name" in value:
            return {**value, "skill": value["name"]}
        return value


class Needs(Section):
    """The needs that arise."""

    volume: Volume | None = world("How many needs arise.", None, examples=[{"per_day": 1200}])
    intraday: Intraday | None = world("The day's shape; flat over 24 hours where left out.", None)
    replay: Text | None = world(
        "CSV of needs and attempts that happened, in place of volume and intraday; path relative to this file.",
        None,
        examples=["calls.csv"],
    )
    types: tuple[NeedType, ...] = world("The need types, at least one.", min_length=1)
    events: tuple[Event, ...] = world("Dated events that change demand.", ())
