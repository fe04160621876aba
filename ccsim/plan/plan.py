"""The plan: a compiled scenario, one record type per kind of thing."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
Records = NDArray[np.void]

NEED_TYPE = np.dtype(
    [
        ("stream", "i8"),
        ("failure", "i1"),
        ("complexity_location", "f8"),
        ("complexity_spread", "f8"),
        ("typical", "f8"),
        ("stake_spread", "f8"),
        ("handling_grows", "f8"),
        ("resolution_falls", "f8"),
        ("first_cause", "i8"),
        ("n_causes", "i8"),
        ("cause_spread", "f8"),
        ("raises", "i8"),
        ("raises_resolved", "f8"),
        ("raises_not", "f8"),
        ("raises_after", "i8"),
    ]
)
HANDLING = np.dtype(
    [
        ("queue", "i8"),
        ("talk", "i8"),
        ("wrap_up", "i8"),
        ("patience", "i8"),
        ("resolution", "f8"),
        ("gate_solves", "f8"),
        ("priority", "i8"),
        ("place", "i8"),
        ("rises", "f8"),
        ("transfers", "f8"),
        ("transfers_to", "i8"),
        ("transfer_talk", "i8"),
        ("transfer_warm", "i8"),
    ]
)
CHANNEL = np.dtype(
    [
        ("live", "i1"),
        ("prominence", "f8"),
        ("friction", "f8"),
        ("search", "f8"),
        ("answer_within", "f8"),
        ("typing", "f8"),
        ("first_opening", "i8"),
        ("n_openings", "i8"),
        ("returns", "f8"),
        ("returns_after", "i8"),
        ("gate", "i1"),
        ("gate_time", "i8"),
        ("gate_patience", "i8"),
        ("gate_effect", "f8"),
        ("gate_wrong", "f8"),
        ("gate_blocked", "f8"),
        ("gate_bypass", "f8"),
        ("gate_misroutes", "f8"),
        ("misroute_talk", "i8"),
        ("recorded", "f8"),
        ("accessible", "f8"),
        ("written", "i1"),
        ("content", "f8"),
        ("content_passed_on", "f8"),
        ("cost", "f8"),
        ("lines", "i8"),
        ("announced_handling", "f8"),
        ("interruptible", "i1"),
        ("most", "i8"),
        ("to_most_loaded", "i1"),
        ("dials_from", "i8"),
        ("callback", "i1"),
        ("callback_waiting", "i8"),
        ("callback_wait", "f8"),
        ("callback_accepts", "f8"),
        ("callback_after", "i8"),
        ("dialling_time", "i8"),
        ("dialling_reached", "f8"),
        ("dialling_tries", "i8"),
        ("dialling_again", "i8"),
        ("gate_opt_out", "i1"),
        ("tolerance", "i8"),
        ("merges", "f8"),
        ("travel", "i8"),
        ("silent", "f8"),
        ("finding_out", "i8"),
        ("views", "f8"),
        ("at_closing", "i1"),
    ]
)
QUEUE = np.dtype([("channel", "i8"), ("skill", "i8")])
GROUP = np.dtype(
    [
        ("stream", "i8"),
        ("first_agent", "i8"),
        ("n_agents", "i8"),
        ("counted", "i1"),
        ("rushing", "f8"),
        ("rushed_content", "f8"),
        ("wage", "f8"),
        ("reserve", "i8"),
        ("absence", "f8"),
        ("overtime", "f8"),
        ("absence_begins", "f8"),
        ("absence_goes_on", "f8"),
    ]
)
SKILL = np.dtype([("preference", "i8"), ("turn", "i8"), ("handles", "f8"), ("resolves", "f8"), ("after", "f8")])
SHIFT = np.dtype([("agent", "i8"), ("starts", "f8"), ("ends", "f8")])
AGENT_DAY = np.dtype([("agent", "i8"), ("day", "i8"), ("starts", "f8"), ("ends", "f8")])
BREAK = np.dtype([("agent", "i8"), ("starts", "f8"), ("lasts", "f8")])
COUNT = np.dtype([("group", "i8"), ("time", "f8"), ("agents", "i8")])
BUSYNESS = np.dtype(
    [
        ("day_law", "i8"),
        ("day_to_day", "f8"),
        ("stretch_law", "i8"),
        ("stretch_to_stretch", "f8"),
        ("stretch", "f8"),
    ]
)
OPENING = np.dtype([("opens", "f8"), ("closes", "f8")])
CAUSE = np.dtype([("stream", "i8"), ("need_type", "i8"), ("number", "i8")])
SETTINGS = np.dtype(
    [
        ("redial", "f8"),
        ("redial_after", "i8"),
        ("gate_retry", "f8"),
        ("gate_retry_after", "i8"),
        ("reconnect", "f8"),
        ("reconnect_after", "i8"),
        ("noticed", "f8"),
        ("discovered_after", "i8"),
        ("most_attempts", "i8"),
        ("coded_when_resolved", "f8"),
        ("coded_when_not", "f8"),
        ("listens", "i1"),
        ("fresh", "i1"),
        ("listening", "f8"),
        ("gate_content", "f8"),
        ("manual_sample", "f8"),
        ("speech_coverage", "f8"),
        ("speech_finds", "f8"),
        ("text_coverage", "f8"),
        ("text_finds", "f8"),
        ("agent_flags", "f8"),
        ("log_analysis", "f8"),
        ("detection_count", "i8"),
        ("detection_within", "f8"),
        ("found_anyway", "i8"),
        ("blocked_retry", "f8"),
        ("blocked_retry_after", "i8"),
        ("balks", "i1"),
        ("balks_per_waiting", "f8"),
        ("balks_at_wait", "f8"),
        ("announced_before", "f8"),
        ("announced_over", "f8"),
        ("pauses", "i1"),
        ("interrupts", "i1"),
        ("least_occupied", "i1"),
        ("ages", "i1"),
        ("friction", "f8"),
        ("stake", "f8"),
        ("factors_from", "f8"),
        ("factors_every", "f8"),
        ("switches", "i1"),
        ("learns", "f8"),
        ("tolerates", "i1"),
        ("told_again", "i8"),
        ("at_hand", "f8"),
        ("hands_over", "i1"),
        ("finishes", "i1"),
    ]
)
REPLAY = np.dtype(
    [
        ("need", "i8"),
        ("need_type", "i8"),
        ("attempt", "i8"),
        ("channel", "i8"),
        ("arrives", "f8"),
        ("talk", "f8"),
        ("wrap_up", "f8"),
        ("patience", "f8"),
        ("gate", "i8"),
        ("redial_after", "f8"),
    ]
)
EFFORT = np.dtype(
    [
        ("search", "f8"),
        ("gate", "f8"),
        ("queue", "f8"),
        ("talk", "f8"),
        ("typing", "f8"),
        ("recontact", "f8"),
        ("switch", "f8"),
        ("transfer", "f8"),
    ]
)
MONEY = np.dtype(
    [
        ("telephony", "f8"),
        ("gate", "f8"),
        ("speech_analytics", "f8"),
        ("text_analytics", "f8"),
        ("manual_review", "f8"),
        ("fixed", "f8"),
        ("overtime", "f8"),
    ]
)

NONE = -1
AFTER_REDIAL, AFTER_GATE, AFTER_BLOCKED, AFTER_RECONNECT, N_WAYS = range(5)
WAITS, FINISHES, CUTS_OFF = range(3)
GATE_AGENT, GATE_RESOLVED, GATE_WRONG, GATE_HUNG_UP, GATE_BLOCKED = range(5)


@dataclass(frozen=True)
class Names:
    """What the planner called each thing, by id.

    Attributes
    ----------
    need_types, channels, queues, groups, agents, causes, segments : tuple of str
        Position is the id. A queue is called "channel.skill", an agent "group-1", a cause "need type-1".
    needs : tuple of str
        Labels of replayed needs, by their order in the file; empty without replay.
    """

    need_types: tuple[str, ...]
    channels: tuple[str, ...]
    queues: tuple[str, ...]
    groups: tuple[str, ...]
    agents: tuple[str, ...]
    causes: tuple[str, ...]
    needs: tuple[str, ...]
    segments: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """A scenario as the engines read it; every array is read-only, every time in s since the run's start.

    Attributes
    ----------
    names : Names
    digest : str
        Digest of the scenario that it was made from.
    window : tuple of float, s
        The measured stretch [t0, t1).
    horizon : float, s
        The run's end; events at or after it don't happen.
    interval : float, s
        Length of a reporting interval.
    n_days : int
        Days touched by the horizon.
    bins : float64[n_bins + 1], s
        Interval borders up to the horizon, with the window's two borders among them.
    need_types : NEED_TYPE[n_types]
        `raises` the type of the needs that they raise, -1 for none, and `raises_after` the law of the delay.
    handling : HANDLING[n_types * n_segments, n_channels]
        Queue, laws (ids, -1 absent) and resolution by need type, segment and channel (one row a type where there are no
        segments); `place` the rank of the priority, and of how it
        `rises` (per second), among those that occur, from 0; the share that `transfers`, to which queue, after talk of
        which law, and by which law (-1 absent) the agent stays until a colleague answers.
    preferred : float64[n_types * n_segments, n_channels + 1]
        Cumulative shares of the preferred channel in the same rows; the last place is none.
    channels : CHANNEL[n_channels]
        `search`, `typing`, `answer_within` in s; `cost` in money per served contact; `lines` -1 without limit;
        `announced_handling` in s, 0 where nothing is announced;
        `most` in an agent's hands at once, 1 for one at a time; `to_most_loaded` whether a new one goes to who has most
        rather than least;
        `content` the share that shows the cause, and the same of a leg that is passed on, without listening minutes;
        `dials_from` 0 where the centre calls, -1 where the customer comes; `callback_waiting` and `callback_wait` (s)
        the least at which a callback is offered, one of them 0 if always; the share `silent` of those who abandon, and
        the law of `finding_out` about them; `views` per second of a message that lies; `at_closing` whether who is in
        line waits, is served or is cut off, `WAITS` where the channel never closes.
    paces : float64[n_channels, most + 1]
        Pace of each contact's work by the number in hand; the first column is nobody's.
    diverted, closed_diverted : float64[n_channels, n_channels]
        Cumulative probabilities of going to another channel instead.
    outlasted : float64[n_channels, n_channels]
        Cumulative probabilities of the channel of a further attempt when a message has lain longer than tolerance.
    openings : OPENING[n]
        Stretches of opening, by channel, then time.
    queues : QUEUE[n_queues]
    groups : GROUP[n_groups]
        `wage` in money per paid second, on-cost included; `rushing` a logit shift of resolution, `rushed_content` one
        of what contacts show;
        `absence` the probability of missing a shift, `absence_begins` and `absence_goes_on` the same after a shift that
        was not missed, and after one that was; `overtime`, s, by which the shifts are longer than scheduled.
    skills : SKILL[n_groups, n_queues]
        `preference` (-1 not allowed; lower is taken first by a free agent), `turn` (lower is asked first by an
        arriving contact), `handles` a factor on talk, `resolves` a logit shift, `after` the least wait, s.
    work_order : int64[n_groups, n_queues + 1]
        For each group the queues that it may serve, by preference, then -1.
    ask_order : int64[n_queues, n_groups + 1]
        For each queue the groups that may serve it at once, by turn, then -1.
    overflows : float64[n_queues, n_groups + 1], s
        For each queue the waits after which further groups may serve it, ascending, then infinity.
    day_factors : float64[n]
        Factor on talk in each stretch of the day, the first from `settings.factors_from` on; empty where talk is the
        same all day.
    agent_group : int32[n_agents]
    agent_speed : float64[n_agents]
        Factor on talk: 1 - speed cut of the group, times the agent's own where it is known.
    agent_spread : int64[n_agents]
        Law (id, -1 absent) of a further factor that chance deals.
    shifts : SHIFT[n]
        Stretches on the floor of agents on named shifts, overtime included, by (agent, start).
    agent_days : AGENT_DAY[n]
        The shifts that an agent may miss, one by one, without overtime, by (agent, start); `day` counts from the day
        before the run.
    breaks : BREAK[n]
        Breaks of agents on named shifts, when each is due, by (agent, start).
    counts : COUNT[n]
        Changes of the number on the floor of groups staffed by count, by (group, time).
    scheduled : float64[n_groups, n_bins], s
        Scheduled time by bin, breaks included.
    rostered : float64[n_groups], share
        Of paid time that is scheduled; the rest is shrinkage that the roster does not show.
    full_time_week : float, s
        Paid time of a full-time agent in a week.
    laws : LAW[n_laws]
    law_tables : float64[n]
        Knots and samples that the laws point into.
    expected : float64[n_types, n_days]
        Mean number of needs before busyness.
    shape_edges, shape_cumulative : float64[n_shapes, n_edges]
        Shapes of a day: s since midnight, and share of the day's needs before it.
    shape_of : int64[n_types, n_days]
        Which shape a type's day has.
    busyness : BUSYNESS[1]
        Laws (ids, -1 absent) of the factors on a day and on each `stretch` (s) within it, and how the normals behind
        neighbouring factors are correlated.
    replay : REPLAY[n]
        Replayed rows by (need, attempt); nan and -1 where chance decides; empty without replay.
    causes : CAUSE[n_causes]
    settings : SETTINGS[n_segments], or one row where there are no segments
        Only what customers do differs between the rows. `friction` and `stake` are factors; `told_again` is a law
        (id, -1 absent); `fresh` says that a need's contacts are each dealt their own evidence, `finishes` that some
        channel serves who is in line at its closing.
    n_customers : int
        0 where each need has a customer of its own.
    segments : float64[n_segments]
        Cumulative shares of the segments; empty without.
    switches : float64[n_segments * N_WAYS, n_channels]
        Cumulative probabilities of trying again on another channel, by row of the settings and way of coming back.
    effort : EFFORT[1]
        Weights per minute, penalties in s.
    money : MONEY[1]
        Per second, entry, contact three times, and second; what overtime costs beyond the wage, as a share of it.
    acceptable_wait, short_wait : float, s
    service_level_wanted : float, share
        By the scenario's target for the whole centre; nan without one.
    service_level_base : str
    """

    names: Names
    digest: str
    window: tuple[float, float]
    horizon: float
    interval: float
    n_days: int
    bins: F8
    need_types: Records
    handling: Records
    preferred: F8
    channels: Records
    paces: F8
    diverted: F8
    closed_diverted: F8
    outlasted: F8
    openings: Records
    queues: Records
    groups: Records
    skills: Records
    work_order: I8
    ask_order: I8
    overflows: F8
    day_factors: F8
    agent_group: I4
    agent_speed: F8
    agent_spread: I8
    shifts: Records
    agent_days: Records
    breaks: Records
    counts: Records
    scheduled: F8
    rostered: F8
    full_time_week: float
    laws: Records
    law_tables: F8
    expected: F8
    shape_edges: F8
    shape_cumulative: F8
    shape_of: I8
    busyness: Records
    replay: Records
    causes: Records
    settings: Records
    n_customers: int
    segments: F8
    switches: F8
    effort: Records
    money: Records
    acceptable_wait: float
    short_wait: float
    service_level_wanted: float
    service_level_base: str

    @cached_property
    def raises(self) -> bool:
        """Whether needs may raise others."""
        return bool(np.maximum(self.need_types["raises_resolved"], self.need_types["raises_not"]).any())

    @cached_property
    def searches(self) -> bool:
        """Whether customers look for a channel in vain."""
        return bool(self.channels["search"].any())

    @cached_property
    def priced(self) -> tuple[bool, bool, bool]:
        """Whether agents' time, what is used, and time as such have a price."""
        telephony, gate, speech, text, manual_review, fixed, _ = self.money[0].tolist()
        by_use = any((telephony, gate, speech, text, manual_review)) or bool(self.channels["cost"].any())
        return bool(self.groups["wage"].any()), by_use, fixed > 0.0

    @cached_property
    def dealt_agents(self) -> I8:
        """Agents to whom chance deals how quick they are: int64[n]."""
        return np.flatnonzero(self.agent_spread != NONE)
