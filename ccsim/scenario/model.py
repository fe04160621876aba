"""The scenario: one section for each concern, in the order of the file."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import PrivateAttr, model_validator

from ccsim.scenario.channels import PHONE, Channel
from ccsim.scenario.customers import Customers
from ccsim.scenario.demand import Calendar, Needs
from ccsim.scenario.fields import Name, Section, Text, lever, measurement, world
from ccsim.scenario.insight import Insight
from ccsim.scenario.money import Money
from ccsim.scenario.replay import Replayed
from ccsim.scenario.routing import Routing
from ccsim.scenario.sources import ValueSource
from ccsim.scenario.strategy import Overlay
from ccsim.scenario.targets import Compare, ServiceLevel, Study, Target
from ccsim.scenario.workforce import (
    Coding,
    Context,
    Group,
    HandlingByType,
    HandlingOverDay,
    Pressure,
    ShareByType,
    ShareOrShrinkage,
    Shift,
    ShiftEnd,
    Shrinkage,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a scenario was read from; two scenarios that say the same are equal whatever it is.

    Attributes
    ----------
    tree : Node or None
        Every value with its place; None for a scenario built from sections.
    folder : str
        Where relative paths start.
    replayed : Replayed or None
        The rows of `needs.replay`.
    """

    tree: Any = field(default=None, compare=False, repr=False)
    folder: str = field(default=".", compare=False)
    replayed: Replayed | None = field(default=None, compare=False, repr=False)


_ONE_DAY = Calendar.model_construct(days=1)


class Scenario(Section):
    """Everything a planner says about a centre, its customers and its strategies."""

    name: Name = measurement("Name of the scenario.", examples=["cast-the-net"])
    question: Text = measurement("The question it is meant to answer.", "")
    calendar: Calendar = world("The days that are simulated.", _ONE_DAY, examples=[{"days": 28, "warm_up": "7 days"}])
    needs: Needs = world("The needs that arise.")
    customers: Customers = world("How customers behave.", Customers.model_construct())
    channels: tuple[Channel, ...] = lever(
        "Ways to reach the centre; left out: one live channel `phone`.", (PHONE,), min_length=1
    )
    agents: tuple[Group, ...] = lever("Agent groups, at least one.", min_length=1)
    shifts: dict[Name, Shift] = lever("Shifts by name.", {}, examples=[{"day": {"from": "08:30", "to": "17:00"}}])
    shrinkage: ShareOrShrinkage = lever(
        "Share of paid time not available, breaks and absence of the roster in it; or the share, and what it includes. "
        "It moves paid hours and cost, and takes nobody off the floor.",
        0.0,
        examples=["28%", {"share": "28%", "includes": ["breaks"]}],
    )
    shift_end: ShiftEnd = lever(
        "What an agent does whose shift ends during a contact: `finish` it; `pause` it where it is deferrable: "
        "put it down, to be taken up again first; or `hand_over` live talk too, to a colleague.",
        "finish",
    )
    pressure: Pressure = world("What asking for speed does to resolution.", Pressure.model_construct())
    handling: HandlingByType = world(
        "Time an agent spends on a contact, by need type and channel.",
        examples=[{"balance": {"phone": {"talk": "150s", "wrap_up": "20s"}, "email": {"work": "3min"}}}],
    )
    handling_over_day: HandlingOverDay | None = world(
        "Factors on talk and work by the time of day; left out: the same all day.",
        None,
        examples=[{"from": "16:00", "every": "1h", "factors": ["1.05x", "1.1x"]}],
    )
    context: Context | None = world(
        "What customers tell again at further contacts of a need; left out: nothing.",
        None,
        examples=[{"told_again": "1min", "at_hand": "30%"}],
    )
    resolution: ShareByType = world(
        "Share of contacts that settle the need: one for all, or by need type and channel.",
        1.0,
        examples=[{"balance": "95%"}],
    )
    coding: Coding = world("What agents report as resolved.", Coding.model_construct())
    routing: Routing = lever("How free agents and waiting contacts are paired.", Routing.model_construct())
    insight: Insight | None = lever("What is heard of the causes; left out: nothing is listened to.", None)
    money: Money = lever("What things cost.", Money.model_construct())
    service_level: ServiceLevel = measurement("How service level is defined.", ServiceLevel.model_construct())
    targets: tuple[Target, ...] = measurement("What is aimed at.", ())
    sources: dict[Text, ValueSource] = measurement(
        "Where values come from, by path: of a value, or of all below it.",
        {},
        examples=[{"shrinkage": {"mark": "assumption", "low": "25%", "high": "35%"}}],
    )
    arms: dict[Name, Overlay] = measurement(
        "Strategies: each is this scenario with some levers moved.",
        {},
        examples=[{"contain": {"channels.phone.prominence": "20%"}}],
    )
    compare: Compare = measurement("How arms are compared.", Compare.model_construct())
    study: Study = measurement("How often the scenario is run.", Study.model_construct())

    @model_validator(mode="after")
    def _some_paid_time_is_worked(self) -> "Scenario":
        if (self.shrinkage.share if isinstance(self.shrinkage, Shrinkage) else self.shrinkage) >= 1.0:
            raise ValueError("a shrinkage of 100% leaves nobody on the floor; write less than 100%")
        return self

    _origin: Origin = PrivateAttr(default=Origin())

    @property
    def replayed(self) -> Replayed | None:
        """The rows of `needs.replay`; None without a replay."""
        return self._origin.replayed

    def with_(self, path: str, value: object) -> "Scenario":
        """The same scenario with one value changed.

        Parameters
        ----------
        path : str
            Dotted, named list items by name: `channels.phone.prominence`.
        value : object
            As it would be written in the file; None takes the value out.

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            If the result is no valid scenario.
        """
        from ccsim.scenario.load import changed  # load.py builds on this file

        return changed(self, path, value)
