"""Customers: how long they wait, when they come back, which channel they want."""

from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Tag

from ccsim.scenario.distributions import Law, is_law_shaped
from ccsim.scenario.fields import (
    Attempts,
    Factor,
    Name,
    NumberFromZero,
    Seconds,
    SecondsAboveZero,
    Section,
    Share,
    WholeNumber,
    lever,
    measurement,
    world,
)
from ccsim.scenario.fields import Customers as NumberOfCustomers

NO_CHANNEL = "none"


def _patience_shape(value: Any) -> str:
    return "<one law>" if is_law_shaped(value) else "<by channel>"


PatienceByChannel: TypeAlias = Annotated[
    Annotated[Law, Tag("<one law>")] | Annotated[dict[str, Law], Tag("<by channel>")],
    Discriminator(_patience_shape),
]


class Redial(Section):
    """A new attempt after one that did not reach an agent."""

    probability: Share = world("Share who try again.", examples=["45%"])
    after: Law = world("Delay until they do.", examples=[{"lognormal": {"median": "19min", "cv": 2}}])
    to: dict[str, Share] = world(
        "Other channels that they try then, as shares of those who do; the rest stays.", {}, examples=[{"chat": "30%"}]
    )


class Reconnect(Section):
    """A new attempt after service, or a wrong answer, that did not settle the need."""

    probability: Share = world("Share who try again.", examples=["80%"])
    after: Law = world("Delay until they do, from noticing.", examples=[{"lognormal": {"median": "1 day", "cv": 1.2}}])
    noticed: Share = world("Share who notice at once that the need is not settled.", 1.0, examples=["70%"])
    discovered_after: Law | None = world(
        "Delay until the others discover it.", None, examples=[{"lognormal": {"median": "2 days", "cv": 1}}]
    )
    to: dict[str, Share] = world(
        "Other channels that they try then, as shares of those who do; the rest stays.", {}, examples=[{"phone": "30%"}]
    )


class Balking(Section):
    """Leaving at once, on hearing of the queue."""

    per_waiting: NumberFromZero = world(
        "Reluctance for each visit that waits already: 1 / (1 + per_waiting * waiting) join the queue.",
        0.0,
        examples=[0.25],
    )
    announced_wait: SecondsAboveZero | None = world(
        "Announced wait after which 63 % balk: exp(-wait / this) join; left out: whatever is announced, they join.",
        None,
        examples=["5min"],
    )


class Announced(Section):
    """What a wait that was announced does to the patience of those who stay."""

    before: Factor = world("Factor on the rate of abandoning until the announced wait is over.", 1.0, examples=["0.7x"])
    per_minute_over: Factor = world("Further factor for each minute of waiting beyond it.", 1.0, examples=["1.15x"])


class EffortWeights(Section):
    """What a minute of each kind weighs."""

    search: NumberFromZero = measurement("A minute of searching for the number.", 1.0)
    gate: NumberFromZero = measurement("A minute in the gate.", 1.0, examples=[1.5])
    queue: NumberFromZero = measurement("A minute of waiting.", 1.0, examples=[1.5])
    talk: NumberFromZero = measurement("A minute of talking.", 1.0)
    typing: NumberFromZero = measurement("A minute of writing.", 1.0)


class EffortPenalties(Section):
    """What an extra step weighs, in time."""

    recontact: Seconds = measurement("For each further attempt.", 0.0, examples=["5min"])
    switch: Seconds = measurement("For each change of channel.", 0.0, examples=["4min"])
    transfer: Seconds = measurement("For each transfer.", 0.0, examples=["3min"])


class Effort(Section):
    """How a customer's effort is weighed."""

    weights: EffortWeights = measurement("Weight of a minute.", EffortWeights.model_construct())
    penalties: EffortPenalties = measurement("Time added for extra steps.", EffortPenalties.model_construct())


class Segment(Section):
    """Customers who are alike, where they differ from the rest; what is left out is as for everybody."""

    name: Name = world("Name.", examples=["young"])
    share: Share = world("Share of the customers; all together 100%.", examples=["30%"])
    patience: PatienceByChannel | None = world(
        "Replaces `customers.patience`, and a need type's own, for these customers.", None, examples=["2min"]
    )
    channels_preferred: dict[str, Share] | None = world(
        "Replaces `customers.channels_preferred`, and a need type's own.",
        None,
        examples=[{"chat": "80%", "none": "20%"}],
    )
    friction: Factor = world("How many times as often as others they are put off.", 1.0, examples=["2x"])
    stake: Factor = world("How many times as much hangs on their needs.", 1.0, examples=["3x"])
    balking: Balking | None = world("Replaces `customers.balking`.", None)
    announced: Announced | None = world("Replaces `customers.announced`.", None)
    redial: Redial | None = world("Replaces `customers.redial`.", None)
    gate_failure: Redial | None = world("Replaces `customers.gate_failure`.", None)
    blocked: Redial | None = world("Replaces `customers.blocked`.", None)
    reconnect: Reconnect | None = world("Replaces `customers.reconnect`.", None)
    priority: WholeNumber | None = lever(
        "Replaces the need type's priority: 0 goes before 1; left out: the type's.", None, examples=[0]
    )


class Customers(Section):
    """How customers behave."""

    patience: PatienceByChannel | None = world(
        "How long an attempt would wait: one law, or one by channel; left out: nobody abandons.",
        None,
        examples=["5min", {"phone": {"lognormal": {"median": "5min", "cv": 1.4}}}],
    )
    balking: Balking | None = world(
        "Who leaves at once where no agent is free, live channels only; left out: everybody joins the queue.", None
    )
    announced: Announced = world("What an announced wait does to patience.", Announced.model_construct())
    redial: Redial | None = world("After abandoning or balking; left out: the need is given up.", None)
    gate_failure: Redial | None = world("After hanging up or being blocked in the gate; left out: as redial.", None)
    blocked: Redial | None = world("After finding all lines taken; left out: as redial.", None)
    reconnect: Reconnect | None = world("After an attempt that did not settle the need; left out: given up.", None)
    channels_preferred: dict[str, Share] | None = world(
        "Channel wanted first, with `none` for those who ask elsewhere; left out: the first channel.",
        None,
        examples=[{"phone": "62%", "email": "19%", "none": "19%"}],
    )
    most_attempts: Attempts = world("Attempts after which a need is lost, 1 to 15.", 8)
    effort: Effort = measurement("Weights of effort; left out: a minute is a minute.", Effort.model_construct())
    count: NumberOfCustomers | None = world(
        "How many customers there are; each need is one of theirs, all equally likely. Left out: each need has a "
        "customer of its own.",
        None,
        examples=[20000],
    )
    bypass_learned: Share = world(
        "Share of what a customer does not know yet of the way round a gate that each passage teaches; needs `count`.",
        0.0,
        examples=["20%"],
    )
    segments: tuple[Segment, ...] = world(
        "Kinds of customers; left out: all alike.",
        (),
        examples=[[{"name": "young", "share": "30%", "patience": "2min"}, {"name": "others", "share": "70%"}]],
    )
