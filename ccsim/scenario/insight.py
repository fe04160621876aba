"""Insight: what the centre could hear about causes, and how much of it is listened to."""

from typing import Literal

from pydantic import model_validator

from ccsim.scenario.fields import (
    CountFromOne,
    MinutesOrDuration,
    NumberFromZero,
    SecondsAboveZero,
    Section,
    Share,
    lever,
    world,
)
from ccsim.scenario.workforce import ShareByChannel


class Content(Section):
    """Share of contacts in which the cause can be recognised."""

    base: Share = world("Without any listening minutes.", examples=["60%"])
    most: Share | None = world("With any number of listening minutes; left out: as base.", None, examples=["85%"])

    @model_validator(mode="after")
    def _no_less_than_base(self) -> "Content":
        if self.most is not None and self.most < self.base:
            raise ValueError("most is below base; write a most of at least the base")
        return self


class Analytics(Section):
    """Machine analysis of recorded contacts."""

    coverage: Share = lever("Share of recorded contacts analysed.", 0.0, examples=["80%"])
    recall: Share = lever(
        "Share of causes recognised where analysed.", 0.7, free="better tools or more care", examples=["70%"]
    )


class Listening(Section):
    """How contacts are listened to."""

    minutes_per_contact: MinutesOrDuration = lever(
        "Talk added to listen, as a duration; a bare number is minutes.", 0.0, examples=[0.5, "30s"]
    )
    scale: SecondsAboveZero = lever("Listening time that gains 63% of what there is to gain.", 120.0, examples=["2min"])
    manual_sample: Share = lever("Share of recorded contacts reviewed by a person.", 0.0, examples=["2%"])
    speech_analytics: Analytics = lever("Machine analysis of what is spoken.", Analytics.model_construct())
    text_analytics: Analytics = lever("Machine analysis of what is written.", Analytics.model_construct())
    agent_flags: Share = lever("Share of contacts in which an agent flags the cause.", 0.0, examples=["1%"])
    log_analysis: Share = lever("Share of gate logs that are analysed.", 0.0, examples=["10%"])


class Detection(Section):
    """When signals become a detected cause."""

    count: CountFromOne = lever("Signals of one cause.", 5)
    within: SecondsAboveZero | None = lever("Within this time; left out: no limit.", None, examples=["90 days"])


class FoundAnyway(Section):
    """Causes that come to light without any contact."""

    per_year: NumberFromZero = world("Rate for each cause.", 0.0, examples=[0.5])


class Insight(Section):
    """What is heard of the causes."""

    recorded: ShareByChannel = lever(
        "Share of contacts recorded, one for all or by channel.", {}, examples=[{"phone": "100%"}]
    )
    accessible: ShareByChannel = lever("Share of recordings that can be analysed.", {}, examples=[{"phone": "100%"}])
    content: dict[str, Content] = world(
        "Share with a recognisable cause, by channel, and `gate` for gate logs.",
        {},
        examples=[{"phone": {"base": "60%", "most": "85%"}, "gate": {"base": "5%"}}],
    )
    repeats: Literal["once", "fresh"] = world(
        "What chance deals to evidence: `once` to a need, for all its contacts; `fresh` to each contact anew.", "once"
    )
    listening: Listening = lever("How contacts are listened to.", Listening.model_construct())
    detection: Detection = lever("When signals become a detected cause.", Detection.model_construct())
    found_anyway: FoundAnyway = world("Causes that come to light without any contact.", FoundAnyway.model_construct())
