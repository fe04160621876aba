"""Targets: how service level is defined, what is aimed at, how arms are compared."""

from typing import Literal, TypeAlias

from pydantic import model_validator

from ccsim.scenario.fields import CountFromOne, Name, Quantity, Seconds, Section, Seed, Share, Text, measurement

ServiceLevelBase: TypeAlias = Literal["offered", "answered", "met_or_gone", "early_gone_left_out", "met_or_short_gone"]


class ServiceLevel(Section):
    """Share of a stated base answered within the acceptable wait."""

    within: Seconds = measurement("Acceptable wait.", 20.0, examples=["20s"])
    base: ServiceLevelBase = measurement("Whom the share is taken of.", "early_gone_left_out")
    short: Seconds = measurement("Abandoning within this counts as short.", 5.0, examples=["5s"])


class Target(Section):
    """A value that a measure is meant to reach."""

    measure: Name = measurement("Measure.", examples=["service_level"])
    at_least: Quantity | None = measurement("Lowest value that meets it.", None, examples=["80%"])
    at_most: Quantity | None = measurement("Highest value that meets it.", None, examples=["30s"])
    channel: Name | None = measurement("Only this channel.", None, examples=["phone"])
    queue: Name | None = measurement("Only this queue.", None)
    need_type: Name | None = measurement("Only this need type.", None)
    group: Name | None = measurement("Only this group.", None)
    segment: Name | None = measurement("Only this segment of customers.", None)

    @model_validator(mode="after")
    def _one_side(self) -> "Target":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a target has one of at_least and at_most; write {measure: service_level, at_least: 80%}")
        return self


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
