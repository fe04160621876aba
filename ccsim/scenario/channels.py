"""Channels: how a centre is found, when it is open, and the gate before it."""

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, PlainSerializer, Tag, WithJsonSchema, model_validator

from ccsim import units
from ccsim.scenario.distributions import Constant, Exponential, Law
from ccsim.scenario.fields import (
    Attempts,
    Clock,
    Count,
    CountFromOne,
    Flag,
    InHand,
    Name,
    NumberFromZero,
    Pace,
    Seconds,
    SecondsAboveZero,
    Section,
    Share,
    WholeNumber,
    lever,
    measurement,
    world,
)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
_DAY_WORD = r"(?:[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)"
_DAY_LIST = rf"{_DAY_WORD}(?: *- *{_DAY_WORD})?(?: *, *{_DAY_WORD}(?: *- *{_DAY_WORD})?)*"
DAYS_PATTERN = rf"^ *{_DAY_LIST} *$"
_HOURS = r"[0-9]{1,2}:[0-5][0-9] *- *[0-9]{1,2}:[0-5][0-9]"
OPEN_PATTERN = rf"^ *(?:always|24/7|{_HOURS}(?: +{_DAY_LIST})?) *$"


def parse_days(value: object) -> tuple[int, ...]:
    """Weekdays, Monday 0.

    Parameters
    ----------
    value : str
        `Mon-Fri`, `Sat`, `Mon,Wed,Fri`, `Fri-Mon`.

    Returns
    -------
    tuple of int, in order

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> parse_days("Mon-Wed,Sun")
    (0, 1, 2, 6)
    """
    if isinstance(value, tuple) and all(isinstance(day, int) for day in value):
        return value
    if not isinstance(value, str) or not re.fullmatch(DAYS_PATTERN, value):
        shown = f"'{value}'" if isinstance(value, str) else "this"
        raise ValueError(f"{shown} is not a list of weekdays; write Mon-Fri, Sat or Mon,Wed,Fri")
    chosen: set[int] = set()
    for stretch in value.split(","):
        first, *last = (WEEKDAYS.index(day.strip().capitalize()) for day in stretch.split("-"))
        length = (last[0] - first) % 7 if last else 0
        chosen.update((first + step) % 7 for step in range(length + 1))
    return tuple(sorted(chosen))


def format_days(days: tuple[int, ...]) -> str:
    """Weekdays in the form that planners type.

    Parameters
    ----------
    days : tuple of int, Monday 0

    Returns
    -------
    str

    Examples
    --------
    >>> format_days((0, 1, 2, 3, 4)), format_days((0, 2, 6))
    ('Mon-Fri', 'Mon,Wed,Sun')
    """
    if len(days) > 1 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return ",".join(WEEKDAYS[day] for day in days)


Days: TypeAlias = Annotated[
    tuple[int, ...],
    BeforeValidator(
        parse_days, json_schema_input_type=Annotated[Any, WithJsonSchema({"type": "string", "pattern": DAYS_PATTERN})]
    ),
    PlainSerializer(format_days, when_used="json"),
]


class Opening(Section):
    """A daily stretch of opening hours on some weekdays."""

    from_: Clock = lever("Opens at.", alias="from")
    to: Clock = lever("Closes at; beyond 24:00 on the next day.")
    days: Days = lever("On these weekdays.", EVERY_DAY)


ALWAYS = (Opening.model_construct(from_=0.0, to=86400.0),)


def parse_open(value: object) -> tuple[Opening, ...]:
    """Opening hours; always open is one stretch from midnight to midnight.

    Parameters
    ----------
    value : str or list of str
        `always`, `24/7`, `08:00-18:00 Mon-Fri`, or a list of such.

    Returns
    -------
    tuple of Opening
        Empty for a channel that never opens.

    Raises
    ------
    ValueError
        In a planner's words, with the way out after a semicolon.

    Examples
    --------
    >>> [(o.from_, o.to, o.days) for o in parse_open("08:00-18:00 Sat")]
    [(28800.0, 64800.0, (5,))]
    """
    if isinstance(value, list | tuple):
        return tuple(
            opening for item in value for opening in ((item,) if isinstance(item, Opening) else parse_open(item))
        )
    if not isinstance(value, str) or not re.fullmatch(OPEN_PATTERN, value):
        shown = f"'{value}'" if isinstance(value, str) else "this"
        raise ValueError(f'{shown} are not opening hours; write always, "08:00-18:00" or "08:00-18:00 Mon-Fri"')
    if value.strip() in ("always", "24/7"):
        return ALWAYS
    hours, _, days = re.sub(r" *- *", "-", value.strip()).partition(" ")
    start, end = (units.parse_clock(time) for time in hours.split("-"))
    opens, closes = units.format_clock(start), units.format_clock(end)
    if end <= start:
        beyond = units.format_clock(end + units.DAY)
        raise ValueError(
            f"'{value}' closes at {closes}, not after it opens at {opens}; "
            f'for a night write an end beyond midnight: "{opens}-{beyond}"'
        )
    if end > start + units.DAY:
        raise ValueError(f"'{value}' is longer than a day; write always")
    return (
        Opening.model_validate(
            {"from": units.format_clock(start), "to": units.format_clock(end), "days": parse_days(days or "Mon-Sun")}
        ),
    )


def format_open(openings: tuple[Opening, ...]) -> str | list[str]:
    """Opening hours in the form that planners type.

    Parameters
    ----------
    openings : tuple of Opening

    Returns
    -------
    str or list of str

    Examples
    --------
    >>> format_open(parse_open("08:00-18:00 Mon-Fri")), format_open(ALWAYS)
    ('08:00-18:00 Mon-Fri', 'always')
    """
    if openings == ALWAYS:
        return "always"
    texts = [
        f"{units.format_clock(opening.from_)}-{units.format_clock(opening.to)}"
        + ("" if opening.days == EVERY_DAY else f" {format_days(opening.days)}")
        for opening in openings
    ]
    return texts[0] if len(texts) == 1 else texts


_OPEN_TEXT = {"type": "string", "pattern": OPEN_PATTERN}
OpeningHours: TypeAlias = Annotated[
    tuple[Opening, ...],
    BeforeValidator(
        parse_open,
        json_schema_input_type=Annotated[
            Any, WithJsonSchema({"anyOf": [_OPEN_TEXT, {"type": "array", "items": _OPEN_TEXT}]})
        ],
    ),
    PlainSerializer(format_open, when_used="json"),
]


class Misroutes(Section):
    """Attempts that the gate sends to the wrong queue."""

    base: Share = lever("Share misrouted whatever the depth.", 0.0, examples=["3%"])
    per_level: Share = lever("Further share for each level.", 0.0, examples=["2%"])
    talk: Law = lever(
        "Talk at the wrong queue before the transfer.", Constant.model_construct(value=60.0), examples=["1min"]
    )


def _solves_shape(value: Any) -> str:
    return "<by type>" if isinstance(value, dict) else "<one share>"


SolvesByType: TypeAlias = Annotated[
    Annotated[Share, Tag("<one share>")] | Annotated[dict[str, Share], Tag("<by type>")],
    Discriminator(_solves_shape),
]


class Gate(Section):
    """An automated stage before the agents of a live channel."""

    levels: Count = lever("Menu levels.", 1, examples=[2])
    level_time: Seconds = lever("Time to hear and answer one level.", 24.0, examples=["24s"])
    time: Law | None = lever("Time in the gate; left out: lognormal, mean levels * level_time, cv 0.5.", None)
    solves: SolvesByType = lever(
        "Share of needs that the gate settles: one for all, or by need type.",
        {},
        free="a better menu or bot, and its upkeep",
        examples=[{"balance": "70%"}],
    )
    complexity_effect: NumberFromZero = lever("How much complexity lowers what the gate settles.", 0.0)
    wrong_answer: Share = lever("Share that leaves with a wrong answer, believed right.", 0.0, examples=["5%"])
    blocked: Share = lever("Share that ends in the gate with no way on.", 0.0)
    hangs_up_after: SecondsAboveZero | None = lever(
        "Mean time until a customer hangs up in the gate (exponential); left out: never.", None, examples=["8min"]
    )
    opt_out: Flag = lever("Whether an agent can be asked for.", True)
    bypass: Share = lever("Share that asks for an agent at once; counts only with opt_out.", 0.0, examples=["10%"])
    misroutes: Misroutes | None = lever("Attempts sent to the wrong queue; left out: none.", None)


def _gate_or_off(value: object) -> object:
    return None if value is False or (isinstance(value, str) and value.lower() == "off") else value


class Announcement(Section):
    """What the channel tells those who must wait: (waiting + 1) * handling / agents on the floor."""

    handling: SecondsAboveZero = lever("Handling time that the announced wait is reckoned with.", examples=["5min"])


class WhenClosed(Section):
    """What an attempt outside opening hours leads to; the rest gives up."""

    returns: Share = world("Share that comes back after the next opening.", 1.0, examples=["100%"])
    after: Law = world(
        "Delay from the opening.",
        Exponential.model_construct(mean=1800.0),
        examples=[{"exponential": {"mean": "30min"}}],
    )
    diverted: dict[str, Share] = world("Share that goes to another channel.", {}, examples=[{"email": "20%"}])


class Concurrency(Section):
    """How an agent shares himself among several contacts of a live channel."""

    most: InHand = lever("Contacts an agent has in hand at most.", examples=[3])
    pace: tuple[Pace, ...] | None = lever(
        "Pace of each contact's work with 1, 2, 3 ... in hand; left out: attention is divided evenly.",
        None,
        examples=[["100%", "62%", "47%"]],
    )
    new_to: Literal["least_loaded", "most_loaded"] = lever(
        "Who gets a new contact, of the agents with a free slot.", "least_loaded"
    )

    @model_validator(mode="after")
    def _a_pace_for_every_number_in_hand(self) -> "Concurrency":
        if self.pace is None:
            return self
        if len(self.pace) < self.most:
            raise ValueError(
                f"a pace for up to {len(self.pace)} in hand and most is {self.most}; write one for each number in hand"
            )
        if self.pace[0] != 1.0:
            raise ValueError(
                f"{units.format_share(self.pace[0])} with one in hand; the first pace is 100%, and talk what it takes"
            )
        return self


class Dialling(Section):
    """How an agent calls a customer."""

    time: Law = lever(
        "Time until the customer answers, or plainly does not.", Constant.model_construct(value=15.0), examples=["15s"]
    )
    reached: Share = lever("Share of calls that the customer answers.", 1.0, examples=["80%"])
    tries: Attempts = lever("Calls to a customer at most, 1 to 15; then the centre gives up.", 1, examples=[3])
    again_after: Law = lever("Delay until the next call.", Constant.model_construct(value=900.0), examples=["15min"])


class Callback(Section):
    """A call from the centre instead of a wait on the line, offered to those who must wait."""

    waiting: Count | None = lever("Offered where at least so many wait in the queue.", None, examples=[5])
    wait: SecondsAboveZero | None = lever(
        "Offered where at least this wait is announced; with neither limit, to everybody who must wait.",
        None,
        examples=["3min"],
    )
    accepts: Share = lever("Share of those offered a callback who take it.", 1.0, examples=["50%"])
    after: Law | None = lever(
        "Delay until the call is due; left out: the customer keeps the place in line.", None, examples=["1h"]
    )
    dialling: Dialling = lever("How the customer is called.", Dialling.model_construct())


class Tolerance(Section):
    """How long a customer lets a message lie before trying again, while it still lies."""

    lasts: Law = world("How long without a reply.", examples=[{"lognormal": {"median": "8h", "cv": 1}}])
    again: Share = world("Share who then write a second message on this channel.", 0.0, examples=["40%"])
    instead: dict[str, Share] = world(
        "Share who then turn to another channel; the rest waits on.", {}, examples=[{"phone": "30%"}]
    )
    merges: Share = lever(
        "Share of second messages that are found to belong to the first, which alone is worked.", 0.0, examples=["50%"]
    )


class Silent(Section):
    """Customers who leave a queue without a word, so that an agent still takes them in their turn."""

    share: Share = world("Share of those who abandon that leave without a word.", examples=["40%"])
    found_out: Law = lever("Agent's time to find out that nobody is there any more.", examples=["2min"])


class Channel(Section):
    """A way to reach the centre."""

    name: Name = world("Name.", examples=["phone"])
    kind: Literal["live", "deferrable"] = world(
        "`live`: the customer waits on the line; `deferrable`: the message waits alone.", "live"
    )
    medium: Literal["spoken", "written"] | None = world(
        "What contacts are made of; left out: live contacts and calls out are spoken, chats of several at once and "
        "messages written.",
        None,
        examples=["written"],
    )
    open: OpeningHours = lever(
        "Opening hours.", ALWAYS, examples=["always", "08:00-18:00 Mon-Fri", ["08:00-18:00 Mon-Fri", "09:00-13:00 Sat"]]
    )
    prominence: Share = lever("Share of those wanting the channel who find it.", 1.0, examples=["100%", "20%"])
    friction: Share = lever("Share of those who found it and are put off by what using it takes.", 0.0)
    search_time: Seconds = lever("Search at prominence 0; the time spent is search_time * (1 - prominence).", 0.0)
    travel: Law | None = world("Time to get there, as to a store, for every attempt; left out: none.", None)
    diverted: dict[str, Share] = world(
        "Where those go who do not find it or are put off; the rest gives up.", {}, examples=[{"email": "30%"}]
    )
    when_closed: WhenClosed = world("What an attempt outside opening hours leads to.", WhenClosed.model_construct())
    at_closing: Literal["finish", "cut_off", "wait"] = lever(
        "Who is in line as the channel closes: `finish` serves them, by agents who stay beyond their hours; `cut_off` "
        "sends them away; `wait` leaves them in line until somebody comes; live only, messages wait.",
        "finish",
    )
    gate: Annotated[
        Gate | None,
        BeforeValidator(_gate_or_off, json_schema_input_type=Gate | Literal["off", False] | None),
        PlainSerializer(lambda gate: "off" if gate is None else gate),
    ] = lever("Automated stage before the agents: `off`, or its settings; live channels only.", None, examples=["off"])
    lines: CountFromOne | None = lever(
        "Customers on the channel at once, from the gate to the end of talk; who finds all lines taken is blocked; "
        "left out: no limit; live only.",
        None,
        examples=[40],
    )
    announces: Announcement | None = lever(
        "The expected wait, told to who finds no agent free; left out: nothing is told; live only.",
        None,
        examples=[{"handling": "5min"}],
    )
    concurrency: Concurrency | None = lever(
        "Several contacts in an agent's hands at once, as in chat; left out: one at a time; live channels only.",
        None,
        examples=[{"most": 3, "pace": ["100%", "62%", "47%"]}],
    )
    callback: Callback | None = lever(
        "A call from the centre instead of a wait on the line; left out: none is offered; live only.", None
    )
    silent: Silent | None = lever(
        "Customers who leave the queue without a word, as in chat; left out: everybody is seen to leave; live only.",
        None,
        examples=[{"share": "40%", "found_out": "2min"}],
    )
    dialling: Dialling | None = lever(
        "The centre calls the customers of this channel: outbound calls; left out: they write; deferrable only.", None
    )
    tolerance: Tolerance | None = lever(
        "How long customers let a message lie; left out: they wait for the reply; deferrable only.", None
    )
    answer_within: SecondsAboveZero | None = measurement(
        "Deadline of an answer; deferrable only.", None, examples=["24h"]
    )
    customer_time: Seconds = world("The customer's own time of writing; deferrable only.", 0.0, examples=["4min"])
    views_per_hour: NumberFromZero = world(
        "Views of a message for each hour without a reply, as of a public post; deferrable only.", 0.0, examples=[40]
    )
    interruptible: Flag = lever(
        "Whether live contacts that find nobody idle take agents from this work; deferrable only.", False
    )
    priority: WholeNumber = lever("Lower is taken first; by default 1 for live, 2 for deferrable.")

    @model_validator(mode="before")
    @classmethod
    def _priority_of_its_kind(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("priority") is None:
            return {**value, "priority": 2 if value.get("kind") == "deferrable" else 1}
        return value

    @model_validator(mode="after")
    def _a_gate_stands_only_before_a_live_channel(self) -> "Channel":
        if self.gate is not None and self.kind != "live":
            raise ValueError("a gate before a deferrable channel; a gate stands only before a live channel")
        return self

    @model_validator(mode="after")
    def _only_live_contacts_are_shared(self) -> "Channel":
        if self.concurrency is not None and self.kind != "live":
            raise ValueError("concurrency on a deferrable channel; messages are worked one at a time, take it out")
        return self

    @model_validator(mode="after")
    def _who_is_called_back_has_an_agent_for_himself(self) -> "Channel":
        if self.callback is not None and self.concurrency is not None and self.concurrency.most > 1:
            raise ValueError(
                "a callback beside concurrency; who calls a customer has nobody else, take one of them out"
            )
        return self

    @model_validator(mode="after")
    def _a_wait_that_decides_is_announced(self) -> "Channel":
        if self.callback is not None and self.callback.wait is not None and self.announces is None:
            raise ValueError("callback.wait without an announced wait; write announces: {handling: 5min} beside it")
        return self

    @model_validator(mode="after")
    def _nobody_puts_a_customer_down(self) -> "Channel":
        if self.dialling is not None and self.interruptible:
            raise ValueError("interruptible calls to customers; who talks is not put down, take interruptible out")
        return self

    @model_validator(mode="after")
    def _who_is_called_has_written_nothing(self) -> "Channel":
        if self.dialling is not None and self.tolerance is not None:
            raise ValueError(
                "tolerance beside dialling; whom the centre calls waits for no reply, take one of them out"
            )
        return self


PHONE = Channel.model_construct(name="phone", priority=1)
