"""Workforce: agent groups, their skills and staffing, and the time handling takes."""

from itertools import pairwise
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)

from ccsim import units
from ccsim.scenario.channels import EVERY_DAY, Days
from ccsim.scenario.distributions import Law
from ccsim.scenario.fields import (
    Between,
    Clock,
    Count,
    CountFromOne,
    Factor,
    MoneyPerHour,
    Name,
    Number,
    NumberAboveZero,
    NumberFromZero,
    Ratio,
    Seconds,
    SecondsAboveZero,
    Section,
    Share,
    lever,
    world,
)
from ccsim.scenario.tree import HANDLING_WORDS


class SkillUse(Section):
    """How a group uses a skill; a bare number is the rank."""

    rank: CountFromOne = lever("1 is served first.", 1)
    handles: Factor = lever("Factor on talk time.", 1.0, free="training, tools, time", examples=["1.15x"])
    resolves: Number = lever(
        "Logit shift of resolution; negative resolves less.", 0.0, free="training, time, people", examples=[-0.2]
    )
    after: Seconds = lever("Used only for visits that have waited so long in their queue.", 0.0, examples=["90s"])

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
        written = handler(self)
        return written["rank"] if info.mode == "json" and list(written) == ["rank"] else written

    @model_validator(mode="before")
    @classmethod
    def _bare_rank(cls, value: Any) -> Any:
        return value if isinstance(value, dict | SkillUse) else {"rank": value}


def _listed_skills(value: Any) -> Any:
    """A list of skills, all of rank 1, as the mapping it stands for."""
    if isinstance(value, list | tuple):
        for skill in value:
            if not isinstance(skill, str):
                raise ValueError(f"{skill!r} is not a skill; write [billing, advice] or {{billing: 1, advice: 2}}")
        return {skill: {"rank": 1} for skill in value}
    return value


class AlwaysOn(Section):
    """Agents present at every moment."""

    agents: Count = lever("Number of agents.", examples=[24])


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


class ByShift(Section):
    """Agents present during shifts."""

    shift: Annotated[tuple[Name, ...], BeforeValidator(_one_or_more, json_schema_input_type=Name | list[Name])] = lever(
        "Shift, or list of shifts.", examples=["day", ["early", "late"]]
    )
    agents: Annotated[tuple[Count, ...], BeforeValidator(_one_or_more, json_schema_input_type=Count | list[Count])] = (
        lever("Agents of each shift.", examples=[24, [6, 5]])
    )

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
        written = handler(self)
        if info.mode == "json" and len(self.shift) == 1:
            return {key: value[0] for key, value in written.items()}
        return written

    @model_validator(mode="after")
    def _one_count_for_each_shift(self) -> "ByShift":
        if len(self.shift) != len(self.agents):
            raise ValueError(
                f"{len(self.shift)} shifts and {len(self.agents)} counts of agents; write one count for each shift, "
                "or shift: null for agents who are always there"
            )
        return self


class ByInterval(Section):
    """Agents present in each stretch of the day."""

    from_: Clock = lever("Clock time at which the first stretch begins.", 0.0, alias="from", examples=["08:00"])
    every: SecondsAboveZero = lever("Length of a stretch.", examples=["1h"])
    agents: tuple[Count, ...] = lever("Agents of each stretch.", examples=[[6, 10, 14, 7]], min_length=1)
    days: Days = lever("On these weekdays.", EVERY_DAY, examples=["Mon-Fri"])

    @model_validator(mode="after")
    def _within_a_day(self) -> "ByInterval":
        if len(self.agents) * self.every > units.DAY + 1e-6:
            raise ValueError("the stretches are longer than a day together; shorten the list")
        return self


def _staffing_shape(value: Any) -> str:
    if isinstance(value, ByShift) or (isinstance(value, dict) and "shift" in value):
        return "<by shift>"
    if isinstance(value, ByInterval) or (isinstance(value, dict) and ("every" in value or "from" in value)):
        return "<by interval>"
    return "<always on>"


Staffing: TypeAlias = Annotated[
    Annotated[AlwaysOn, Tag("<always on>")]
    | Annotated[ByShift, Tag("<by shift>")]
    | Annotated[ByInterval, Tag("<by interval>")],
    Discriminator(_staffing_shape),
]


class Person(Section):
    """A named agent, and what is the agent's own."""

    handles: Factor | None = lever(
        "Factor on talk time; left out: as any other agent of the group.",
        None,
        free="training, tools, time",
        examples=["0.85x"],
    )


class Group(Section):
    """Agents alike in skills and hours."""

    name: Name = lever("Name.", examples=["generalists"])
    skills: Annotated[
        dict[str, SkillUse],
        BeforeValidator(_listed_skills, json_schema_input_type=dict[str, SkillUse] | list[Name]),
    ] = lever(
        "Skills with their rank, or a list of skills of rank 1.",
        examples=[{"balance": 1, "billing": {"rank": 2, "handles": "1.15x"}}, ["balance", "billing"]],
    )
    channels: tuple[str, ...] | None = lever("Channels worked; left out: all.", None, examples=[["phone", "email"]])
    staffing: Staffing = lever("Agents present.", examples=[{"agents": 24}, {"shift": "day", "agents": 24}])
    wage: MoneyPerHour = lever("Wage.", 0.0, examples=["14.20/h"])
    reserve: Count = lever("Idle agents kept back for live work; deferrable work is left to those beyond.", 0)
    speed_cut: Share = lever(
        "Cut of talk time that is asked for, below 100%.",
        0.0,
        free="what haste does to resolution, with pressure.resolution_cost 0",
        examples=["10%"],
    )
    overtime: Seconds = lever(
        "Time by which each of its shifts is longer, as overtime; with named shifts only.", 0.0, examples=["1h"]
    )
    absence: Share = lever(
        "Share of an agent's shifts that he misses, paid, by chance; with named shifts only.",
        0.0,
        free="better work, or people who stand in",
        examples=["5%"],
    )
    absence_lasts: NumberAboveZero | None = lever(
        "Mean number of shifts that an absent agent misses in a row; left out: each shift is missed by itself.",
        None,
        examples=[3],
    )
    handles_spread: Ratio = lever(
        "Standard deviation between agents of a factor on talk time, lognormal with mean one.", 0.0, examples=["20%"]
    )
    people: dict[Name, Person] = lever(
        "Named agents, the group's first ones in this order.", {}, examples=[{"anna": {"handles": "0.85x"}, "ben": {}}]
    )

    @model_validator(mode="after")
    def _some_talk_is_left(self) -> "Group":
        if self.speed_cut >= 1:
            raise ValueError("a speed cut of 100% leaves no talk; write less than 100%")
        return self


class Break(Section):
    """A paid break in a shift, at a fixed time or placed in a window."""

    at: Clock | None = lever("Begins at; or give `between`.", None, examples=["10:30"])
    between: Between | None = lever(
        "Window in which a group's agents take it one after another; or give `at`.", None, examples=["12:00-14:00"]
    )
    for_: SecondsAboveZero = lever("Length.", alias="for", examples=["15min"])

    @property
    def window(self) -> tuple[float, float]:
        """From when to when somebody may have this break, s since midnight."""
        if self.between is not None:
            return self.between
        assert self.at is not None
        return self.at, self.at + self.for_

    @model_validator(mode="after")
    def _fits_its_window(self) -> "Break":
        if (self.at is None) == (self.between is None):
            raise ValueError("a break has either `at` or `between`; write {at: 10:30, for: 15min}")
        start, end = self.window
        if end - start < self.for_ - 1e-6:
            raise ValueError("the break is longer than its window; widen `between` or shorten `for`")
        return self


class Shift(Section):
    """An agent's hours; an end beyond 24:00 lies on the next day."""

    from_: Clock = lever("Begins at.", alias="from", examples=["08:30"])
    to: Clock = lever("Ends at.", examples=["17:00", "31:00"])
    days: Days = lever("Begins on these weekdays.", EVERY_DAY, examples=["Mon-Fri"])
    breaks: tuple[Break, ...] = lever("Paid breaks.", (), examples=[[{"at": "10:30", "for": "15min"}]])

    @model_validator(mode="after")
    def _breaks_lie_in_it_one_after_another(self) -> "Shift":
        windows = sorted(one.window for one in self.breaks)
        for start, end in windows:
            if start < self.from_ or end > self.to:
                shown, hours = (
                    "-".join(map(units.format_clock, pair)) for pair in ((start, end), (self.from_, self.to))
                )
                raise ValueError(
                    f"the break {shown} lies outside the shift {hours}; move it, and beyond midnight add 24 hours"
                )
        for (start, end), (other, _) in pairwise(windows):
            if other < end:
                raise ValueError(
                    f"the break at {units.format_clock(other)} begins before the one at {units.format_clock(start)} "
                    "has ended; breaks and their windows follow one another"
                )
        return self

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Shift":
        start, end = units.format_clock(self.from_), units.format_clock(self.to)
        if self.to <= self.from_:
            raise ValueError(
                f"ends at {end}, before it starts at {start}, and a shift ends after it starts; "
                f'for a night shift write an end beyond midnight: "{units.format_clock(self.to + units.DAY)}"'
            )
        if self.from_ >= units.DAY:
            raise ValueError(f"starts at {start}; a shift starts before 24:00")
        if self.to - self.from_ > units.DAY:
            raise ValueError(f"runs from {start} to {end}; a shift is at most 24 hours long")
        return self


class Pressure(Section):
    """What asking for speed does to resolution, and to what is said."""

    free_slack: Share = world("Cut that costs nothing, below 100%.", 0.0, examples=["5%"])
    resolution_cost: Number = world("Logit shift for each unit of ln((1 - free) / (1 - cut)).", 0.0, examples=[2.4])
    content_cost: NumberFromZero = world(
        "The same of the share of contacts that show their cause: a rushed contact says less.", 0.0, examples=[1.5]
    )

    @model_validator(mode="after")
    def _some_talk_is_left(self) -> "Pressure":
        if self.free_slack >= 1:
            raise ValueError("a free slack of 100% leaves no talk; write less than 100%")
        return self


class Transfers(Section):
    """Customers whom the agent who answers passes on to a colleague of another skill."""

    to: Name = lever("Skill of the colleagues who take over.", examples=["experts"])
    share: Share = lever("Share passed on.", free="training, or better routing", examples=["15%"])
    talk: Law = lever("Talk until the customer is passed on, in place of the other.", examples=["1min"])
    warm: Law | None = lever(
        "Longest that the agent stays with the customer until a colleague answers; left out: not at all.",
        None,
        examples=["2min"],
    )


class Handling(Section):
    """Time an agent spends on a contact: talk and wrap-up if live, work if deferrable."""

    talk: Law | None = world("Talk, live.", None, examples=[{"lognormal": {"mean": "150s", "cv": 0.8}}])
    wrap_up: Law | None = world("Work after hanging up, live; left out: none.", None, examples=["20s"])
    work: Law | None = world("Work on a message, deferrable.", None, examples=["3min"])
    transfers: Transfers | None = lever(
        "Customers passed on to another skill, live; left out: none.",
        None,
        examples=[{"to": "experts", "share": "15%", "talk": "1min"}],
    )

    @model_validator(mode="after")
    def _something_to_do(self) -> "Handling":
        if self.talk is None and self.work is None:
            raise ValueError(
                "neither talk nor work is given; write {talk: 5min} for live or {work: 5min} for deferrable"
            )
        if self.wrap_up is not None and self.talk is None:
            raise ValueError("wrap_up without talk; for a deferrable channel put all of it into work")
        if self.transfers is not None and self.talk is None:
            raise ValueError("transfers without talk; only live contacts are passed on")
        return self


class Context(Section):
    """What customers tell again whom an agent has served, or passed on, before."""

    told_again: Law = world(
        "Talk in which a customer tells again what an agent was told before; live.", examples=["1min"]
    )
    at_hand: Share = lever(
        "Share of such contacts in which the agent has it at hand.", 0.0, free="systems that keep it", examples=["30%"]
    )


class HandlingOverDay(Section):
    """How talk and work are longer or shorter by the time of day at which they begin."""

    from_: Clock = world("Clock time at which the first stretch begins.", 0.0, alias="from", examples=["08:00"])
    every: SecondsAboveZero = world("Length of a stretch.", examples=["1h"])
    factors: tuple[Factor, ...] = world(
        "Factor on talk and work in each stretch; 1x before and after.",
        examples=[["1x", "1.05x", "1.1x"]],
        min_length=1,
    )

    @model_validator(mode="after")
    def _within_a_day(self) -> "HandlingOverDay":
        if self.from_ + len(self.factors) * self.every > units.DAY + 1e-6:
            raise ValueError("the stretches end after midnight; shorten the list")
        return self


def _handling_shape(value: Any) -> str:
    if isinstance(value, Handling):
        return "<handling>"
    if isinstance(value, dict) and not any(key in value for key in HANDLING_WORDS):
        return "<by name>"
    return "<handling>"


HandlingByChannel: TypeAlias = Annotated[
    Annotated[Handling, Tag("<handling>")] | Annotated[dict[str, Handling], Tag("<by name>")],
    Discriminator(_handling_shape),
]
HandlingByType: TypeAlias = Annotated[
    Annotated[Handling, Tag("<handling>")] | Annotated[dict[str, HandlingByChannel], Tag("<by name>")],
    Discriminator(_handling_shape),
]


def _share_shape(value: Any) -> str:
    return "<by name>" if isinstance(value, dict) else "<one share>"


class Shrinkage(Section):
    """How much of paid time is not there for customers, and what of that the roster shows already."""

    share: Share = lever("Share of paid time not available.", examples=["30%"])
    includes: tuple[Literal["breaks", "absence"], ...] = lever(
        "What is part of the share and stands in the roster too, so that it is not paid twice; `[]` where the share "
        "comes on top of breaks and absence.",
        ("breaks", "absence"),
        examples=[["breaks"], []],
    )


def _shrinkage_shape(value: Any) -> str:
    return "<share and more>" if isinstance(value, dict | Shrinkage) else "<one share>"


ShareOrShrinkage: TypeAlias = Annotated[
    Annotated[Share, Tag("<one share>")] | Annotated[Shrinkage, Tag("<share and more>")],
    Discriminator(_shrinkage_shape),
]


ShareByChannel: TypeAlias = Annotated[
    Annotated[Share, Tag("<one share>")] | Annotated[dict[str, Share], Tag("<by name>")],
    Discriminator(_share_shape),
]
ShareByType: TypeAlias = Annotated[
    Annotated[Share, Tag("<one share>")] | Annotated[dict[str, ShareByChannel], Tag("<by name>")],
    Discriminator(_share_shape),
]


class Coding(Section):
    """What agents report as resolved."""

    when_resolved: Share = world("Share coded resolved of what is resolved.", 1.0, examples=["97%"])
    when_not: Share = world("Share coded resolved of what is not.", 0.0, examples=["50%"])


ShiftEnd: TypeAlias = Literal["finish", "pause", "hand_over"]
