"""The table of every measure: what it is, in which unit, over what."""

from math import inf
from typing import NamedTuple

Keys = tuple[str, ...]

# all keys of cells, in the order of the columns of tables
CELL_KEYS = ("channel", "need_type", "queue", "group", "interval", "day", "cause", "segment", "route", "gate")
CENTRE: tuple[Keys, ...] = ((),)
TYPES: tuple[Keys, ...] = ((), ("need_type",))
ROUTES: tuple[Keys, ...] = (*TYPES, ("route",))
NEEDS: tuple[Keys, ...] = (*TYPES, ("segment",))
GATE: tuple[Keys, ...] = (*NEEDS, ("channel",))
FIRST: tuple[Keys, ...] = (*GATE, ("group",))
CAUSES: tuple[Keys, ...] = (*TYPES, ("cause",))
CHANNELS: tuple[Keys, ...] = ((), ("channel",))
DEFERRABLE: tuple[Keys, ...] = ((), ("channel",), ("queue",))
BY_INTERVAL: tuple[Keys, ...] = (("channel", "interval"), ("queue", "interval"), ("day", "interval"))
BY_KIND: tuple[Keys, ...] = ((), ("channel",), ("queue",), ("need_type",))
QUANTILES: tuple[Keys, ...] = (*BY_KIND, ("segment",))
TIMES: tuple[Keys, ...] = ((), ("interval",), ("day",))
SHARED: tuple[Keys, ...] = (*BY_KIND, ("group",))
CONTACTS: tuple[Keys, ...] = (*QUANTILES, ("interval",), ("day",))
ANSWERS: tuple[Keys, ...] = (*CONTACTS, ("group",))
OFFERED: tuple[Keys, ...] = (*CONTACTS, *BY_INTERVAL)
ANSWERED: tuple[Keys, ...] = (*ANSWERS, ("group", "queue"), *BY_INTERVAL)
REPLIES: tuple[Keys, ...] = (*BY_KIND, *TIMES[1:])
AGENTS: tuple[Keys, ...] = ((), ("group",), ("interval",), ("day",))
ROSTER: tuple[Keys, ...] = ((), ("group",))
STAFFED: tuple[Keys, ...] = (*AGENTS, ("day", "interval"))
LINES: tuple[Keys, ...] = (*TIMES, ("channel",), ("need_type",))
BUSY: tuple[Keys, ...] = (*AGENTS, ("channel",), ("queue",), ("group", "queue"))


class Measure(NamedTuple):
    """One measure's definition.

    Attributes
    ----------
    name : str
    unit : str
        share, s, min, h, days, count, visits or money.
    kind : str
        ratio (ratio of sums over replications), mean (mean of the replications' values), count (mean number) or
        quantile (of what all replications saw together).
    clock : str
        clock (what falls in the window) or cohort (the needs that arise in it, followed to the horizon).
    formula : str
    words : str
        What it is, in a sentence for a planner.
    cells : tuple of tuple of str
        The keys that it is split by; () is the whole centre.
    """

    name: str
    unit: str
    kind: str
    clock: str
    formula: str
    words: str
    cells: tuple[Keys, ...]


_TABLE = (
    Measure(
        "offered",
        "count",
        "count",
        "clock",
        "visits",
        "Visits that reached a queue; transfers and calls out are counted apart.",
        OFFERED,
    ),
    Measure("answered", "count", "count", "clock", "answered", "Visits that reached an agent.", ANSWERED),
    Measure("abandoned", "count", "count", "clock", "abandoned", "Visits that left before service.", CONTACTS),
    Measure(
        "abandoned_when_leaving",
        "count",
        "count",
        "clock",
        "abandonments",
        "Abandonments, counted in the interval in which the customer leaves.",
        TIMES,
    ),
    Measure(
        "answered_at_once",
        "count",
        "count",
        "clock",
        "answered with no wait",
        "Visits answered the moment they joined.",
        CONTACTS,
    ),
    Measure(
        "answered_within",
        "count",
        "count",
        "clock",
        "answered within the acceptable wait",
        "Visits answered within the acceptable wait; a wait of exactly that counts as within.",
        CONTACTS,
    ),
    Measure(
        "abandonment",
        "share",
        "ratio",
        "clock",
        "abandoned / offered",
        "Share of the offered that left before service.",
        OFFERED,
    ),
    Measure(
        "abandonment_silent",
        "share",
        "ratio",
        "clock",
        "abandoned without a word / offered",
        "Share of the offered that left before service without a word: part of abandonment, and what the centre does "
        "not see of it until an agent takes their turn.",
        CONTACTS,
    ),
    Measure(
        "unfinished_share",
        "share",
        "ratio",
        "clock",
        "still waiting at the horizon / offered",
        "Share of the offered whose wait the end of the run cut off: neither answered nor abandoned.",
        CONTACTS,
    ),
    Measure(
        "cut_off",
        "share",
        "ratio",
        "clock",
        "cut off / offered",
        "Share of the offered that the centre sent away as the channel had closed: not abandoned, and in every service "
        "level not answered in time, however short the wait was.",
        CONTACTS,
    ),
    Measure(
        "balked",
        "share",
        "ratio",
        "clock",
        "balked / offered",
        "Share of the offered that left at once on hearing of the queue: not abandoned, but gone after 0 s in every "
        "service level.",
        CONTACTS,
    ),
    Measure(
        "blocked",
        "share",
        "ratio",
        "clock",
        "blocked / attempts that came to the lines",
        "Share of attempts on channels with limited lines that found all of them taken; they are not offered.",
        LINES,
    ),
    Measure(
        "closed",
        "count",
        "count",
        "clock",
        "attempts that found their channel closed",
        "Attempts that found their channel closed, in the interval in which they came; they are not offered.",
        LINES,
    ),
    Measure(
        "service_level",
        "share",
        "ratio",
        "clock",
        "as the scenario's base says",
        "Service level on the scenario's own base and acceptable wait.",
        OFFERED,
    ),
    Measure(
        "service_level_offered",
        "share",
        "ratio",
        "clock",
        "answered within / offered",
        "Share of all offered that were answered in time.",
        CONTACTS,
    ),
    Measure(
        "service_level_answered",
        "share",
        "ratio",
        "clock",
        "answered within / answered",
        "Share of the answered that were answered in time.",
        CONTACTS,
    ),
    Measure(
        "service_level_met_or_gone",
        "share",
        "ratio",
        "clock",
        "(answered within + abandoned within) / offered",
        "Share of the offered that were answered, or had gone, within the acceptable wait.",
        CONTACTS,
    ),
    Measure(
        "service_level_early_gone_left_out",
        "share",
        "ratio",
        "clock",
        "answered within / (offered - abandoned within)",
        "Share answered in time of the offered, without those who left within the acceptable wait.",
        CONTACTS,
    ),
    Measure(
        "service_level_met_or_short_gone",
        "share",
        "ratio",
        "clock",
        "(answered within + abandoned within the short wait) / offered",
        "Share of the offered answered in time, or gone within the short wait.",
        CONTACTS,
    ),
    Measure(
        "service_level_short_gone_left_out",
        "share",
        "ratio",
        "clock",
        "answered within / (offered - abandoned within the short wait)",
        "Share answered in time of the offered, without those who left within the short wait.",
        CONTACTS,
    ),
    Measure(
        "intervals_met_share",
        "share",
        "ratio",
        "clock",
        "intervals of days whose service level reaches the target / intervals of days with contacts offered",
        "Share of the intervals of each day, of those with anybody offered, that meet the target of the service level.",
        CENTRE,
    ),
    Measure(
        "days_met_share",
        "share",
        "ratio",
        "clock",
        "days whose service level reaches the target / days with contacts offered",
        "Share of the days with anybody offered that meet the target of the service level.",
        CENTRE,
    ),
    Measure("asa", "s", "ratio", "clock", "waits of the answered / answered", "Mean wait of the answered.", ANSWERED),
    Measure(
        "wait_offered",
        "s",
        "ratio",
        "clock",
        "waits / offered",
        "Mean wait of all offered, whatever became of them.",
        CONTACTS,
    ),
    Measure(
        "wait_abandoned",
        "s",
        "ratio",
        "clock",
        "waits of the abandoned / abandoned",
        "Mean wait of those who left.",
        CONTACTS,
    ),
    Measure(
        "waited_share",
        "share",
        "ratio",
        "clock",
        "joined and not answered at once / offered",
        "Share of the offered that were not answered at once, those who then left included and those who balked not.",
        CONTACTS,
    ),
    Measure(
        "wait_given_wait",
        "s",
        "ratio",
        "clock",
        "waits / joined and not answered at once",
        "Mean wait of those who were not answered at once and did not balk.",
        CONTACTS,
    ),
    Measure(
        "wait_p50",
        "s",
        "quantile",
        "clock",
        "50 % point of the waits of the offered of all replications together",
        "Half of the offered waited no longer.",
        QUANTILES,
    ),
    Measure(
        "wait_p90",
        "s",
        "quantile",
        "clock",
        "90 % point of the waits of the offered of all replications together",
        "90 % of the offered waited no longer.",
        QUANTILES,
    ),
    Measure(
        "wait_p95",
        "s",
        "quantile",
        "clock",
        "95 % point of the waits of the offered of all replications together",
        "95 % of the offered waited no longer.",
        QUANTILES,
    ),
    Measure(
        "queue_length",
        "visits",
        "ratio",
        "clock",
        "time spent waiting in the window / length of the window",
        "Time average of the number waiting, transferred visits included.",
        CONTACTS,
    ),
    Measure(
        "transfers", "count", "count", "clock", "visits of leg > 0", "Visits passed on by another agent.", CONTACTS
    ),
    Measure(
        "transferred_share",
        "share",
        "ratio",
        "clock",
        "transferred / answered",
        "Share of the answered that were passed on to another queue, or handed over.",
        CONTACTS,
    ),
    Measure(
        "transfer_wait",
        "s",
        "ratio",
        "clock",
        "waits after a transfer / answered after a transfer",
        "Mean wait after a transfer; not part of ASA.",
        CONTACTS,
    ),
    Measure(
        "calls_out",
        "count",
        "count",
        "clock",
        "visits that the centre calls",
        "Callbacks that were taken instead of waiting on the line, and the calls of outbound channels: neither offered "
        "nor answered nor abandoned.",
        OFFERED,
    ),
    Measure(
        "calls_out_reached",
        "share",
        "ratio",
        "clock",
        "reached / visits that the centre calls",
        "Share of calls out whose customer was reached.",
        CONTACTS,
    ),
    Measure(
        "calls_out_failed",
        "share",
        "ratio",
        "clock",
        "not reached by the last try / visits that the centre calls",
        "Share of calls out whose customer the last try did not reach; the rest is open at the horizon.",
        CONTACTS,
    ),
    Measure(
        "calls_out_wait",
        "s",
        "ratio",
        "clock",
        "times from joining to talk / reached",
        "Mean time from joining the queue until the customer was reached; not part of ASA.",
        ANSWERS,
    ),
    Measure(
        "customers_reached",
        "count",
        "count",
        "clock",
        "reached",
        "Customers whom calls out reached.",
        ANSWERS,
    ),
    Measure(
        "calls_out_time",
        "s",
        "ratio",
        "clock",
        "(dialling + talk + wrap-up) / visits that the centre calls",
        "Agent time in the window per customer of an outbound channel, all tries included, reached or not.",
        (("channel",), ("queue",)),
    ),
    Measure(
        "aht",
        "s",
        "ratio",
        "clock",
        "(talk + wrap-up + consult) / handled",
        "Mean handling time of finished contacts, each leg by itself.",
        ANSWERED,
    ),
    Measure(
        "aht_p50",
        "s",
        "quantile",
        "clock",
        "50 % point of the handling times of finished contacts of all replications together",
        "Half of finished contacts took no longer, each leg by itself; of live ones where there are any.",
        QUANTILES,
    ),
    Measure(
        "aht_p90",
        "s",
        "quantile",
        "clock",
        "90 % point of the handling times of finished contacts of all replications together",
        "90 % of finished contacts took no longer, each leg by itself; of live ones where there are any.",
        QUANTILES,
    ),
    Measure("talk", "s", "ratio", "clock", "talk / handled", "Mean talk (or work) time of finished contacts.", ANSWERS),
    Measure("wrap_up", "s", "ratio", "clock", "wrap-up / handled", "Mean wrap-up of finished contacts.", ANSWERS),
    Measure(
        "consult",
        "s",
        "ratio",
        "clock",
        "consult / handled",
        "Mean time that the agent of a finished contact stayed with a customer whom he passed on.",
        ANSWERS,
    ),
    Measure(
        "agent_time",
        "s",
        "ratio",
        "clock",
        "agent time of contacts that share an agent / such contacts handled",
        "Mean agent time of a finished contact: each second in hand counts as 1 over the number in hand. Talk and "
        "wrap-up are what the customer and the clock see of it.",
        SHARED,
    ),
    Measure(
        "concurrency",
        "count",
        "ratio",
        "clock",
        "time in hand of contacts that share an agent / agent time that they take",
        "Contacts in hand of an agent who has any.",
        SHARED,
    ),
    Measure(
        "contacts_open",
        "count",
        "ratio",
        "clock",
        "time in hand of contacts that share an agent / length of the window",
        "Time average of the number of contacts in agents' hands.",
        SHARED,
    ),
    Measure(
        "silent_hours",
        "h",
        "count",
        "clock",
        "agent time with customers who had left without a word",
        "Agent hours in which agents find out that nobody is there any more; part of the hours spent on contacts, not "
        "of handling time.",
        SHARED,
    ),
    Measure(
        "answered_within_deadline",
        "share",
        "ratio",
        "clock",
        "answered within the deadline / (those and the late)",
        "Share of a deferrable channel's messages replied to within its deadline; a message that is younger than its "
        "deadline at the horizon and has no reply is left out.",
        REPLIES,
    ),
    Measure(
        "response_time",
        "s",
        "ratio",
        "clock",
        "times from joining to reply / replied to",
        "Mean time from a message's arrival to the reply, for deferrable channels.",
        (*REPLIES, ("group",)),
    ),
    Measure(
        "duplicates",
        "count",
        "count",
        "clock",
        "attempts that begin while a message lies",
        "Attempts by customers whose message had no reply for longer than their tolerance: second messages, and those "
        "who turned to another channel; by the channel of the message that lay.",
        CHANNELS,
    ),
    Measure(
        "merged",
        "share",
        "ratio",
        "clock",
        "merged / attempts that begin while a message lies",
        "Share of these attempts that were found to belong to the message that lay, and cost no second reply.",
        CHANNELS,
    ),
    Measure(
        "backlog",
        "visits",
        "ratio",
        "clock",
        "messages joined and not done at the starts of intervals / starts of intervals",
        "Mean number of a deferrable channel's messages that are not done when an interval starts, those in work and "
        "those put down included.",
        (*DEFERRABLE, ("interval",), ("day",), *BY_INTERVAL),
    ),
    Measure(
        "exposure",
        "count",
        "count",
        "clock",
        "views per hour * hours in the window from joining to reply",
        "How often others see public messages that have no reply yet.",
        DEFERRABLE,
    ),
    Measure(
        "occupancy",
        "share",
        "ratio",
        "clock",
        "(talk + wrap-up + dialling + consult) / on duty",
        "Share of on-duty agent time spent on contacts, overtime included in both, breaks in neither.",
        STAFFED,
    ),
    Measure("talk_occupancy", "share", "ratio", "clock", "talk / on duty", "Share of on-duty time in talk.", AGENTS),
    Measure(
        "wrap_up_occupancy", "share", "ratio", "clock", "wrap-up / on duty", "Share of on-duty time in wrap-up.", AGENTS
    ),
    Measure(
        "dialling_occupancy",
        "share",
        "ratio",
        "clock",
        "dialling / on duty",
        "Share of on-duty time in calling.",
        AGENTS,
    ),
    Measure(
        "consult_occupancy",
        "share",
        "ratio",
        "clock",
        "consult / on duty",
        "Share of on-duty time with customers passed on, until a colleague answers.",
        AGENTS,
    ),
    Measure(
        "utilisation",
        "share",
        "ratio",
        "clock",
        "(talk + wrap-up + dialling + consult) / paid",
        "Share of paid time spent on contacts.",
        AGENTS,
    ),
    Measure(
        "busy_hours", "h", "count", "clock", "talk + wrap-up + dialling + consult", "Agent hours on contacts.", BUSY
    ),
    Measure(
        "agent_hours",
        "h",
        "count",
        "clock",
        "scheduled / share of paid time that is scheduled + overtime",
        "Agent hours paid for: scheduled, overtime, and what shrinkage takes beyond breaks and absence of the roster.",
        AGENTS,
    ),
    Measure(
        "scheduled_hours", "h", "count", "clock", "scheduled", "Agent hours planned, paid breaks included.", STAFFED
    ),
    Measure(
        "fte",
        "count",
        "ratio",
        "clock",
        "paid / (length of the window * full-time week / week)",
        "Full-time agents whom the paid hours employ, each for money.full_time_week; given where the window lasts a "
        "week or more.",
        ROSTER,
    ),
    Measure(
        "seats",
        "count",
        "count",
        "clock",
        "most agents scheduled at once",
        "Seats that are needed at the peak of the roster, planned overtime included.",
        ROSTER,
    ),
    Measure(
        "heads",
        "count",
        "count",
        "clock",
        "agents",
        "Agents on the roster: one for each agent on a named shift, and the most at once of those staffed by numbers.",
        ROSTER,
    ),
    Measure(
        "overtime_hours",
        "h",
        "count",
        "clock",
        "on duty + breaks + absent - scheduled",
        "Agent hours beyond the schedule.",
        AGENTS,
    ),
    Measure("break_hours", "h", "count", "clock", "breaks", "Agent hours spent on breaks.", AGENTS),
    Measure("absent_hours", "h", "count", "clock", "absent", "Scheduled agent hours that were missed.", AGENTS),
    Measure("needs", "count", "count", "cohort", "needs", "Needs that arose.", NEEDS),
    Measure("resolved_share", "share", "ratio", "cohort", "resolved / needs", "Share of needs truly resolved.", NEEDS),
    Measure(
        "unresolved_share",
        "share",
        "ratio",
        "cohort",
        "(given up + taken elsewhere + at the cap on attempts + open) / needs",
        "Share of needs that nobody settled by the horizon, each of the four ways also apart.",
        NEEDS,
    ),
    Measure(
        "given_up_share",
        "share",
        "ratio",
        "cohort",
        "given up / needs",
        "Share of needs whose customer gave up, before or after trying.",
        NEEDS,
    ),
    Measure(
        "asked_elsewhere_share",
        "share",
        "ratio",
        "cohort",
        "asked elsewhere / needs",
        "Share of needs taken elsewhere.",
        NEEDS,
    ),
    Measure(
        "lost_share",
        "share",
        "ratio",
        "cohort",
        "lost / needs",
        "Share of needs that ended at the cap on attempts.",
        NEEDS,
    ),
    Measure("open_share", "share", "ratio", "cohort", "open / needs", "Share of needs open at the horizon.", NEEDS),
    Measure(
        "time_to_resolution",
        "s",
        "ratio",
        "cohort",
        "times from arising to resolution / resolved",
        "Mean time from a need's arising until it was settled, nights between included; of the resolved only.",
        NEEDS,
    ),
    Measure(
        "time_to_resolution_p50",
        "s",
        "quantile",
        "cohort",
        "50 % point of the times to resolution of the resolved of all replications together",
        "Half of the resolved were settled after no longer.",
        TYPES,
    ),
    Measure(
        "time_to_resolution_p90",
        "s",
        "quantile",
        "cohort",
        "90 % point of the times to resolution of the resolved of all replications together",
        "90 % of the resolved were settled after no longer.",
        TYPES,
    ),
    Measure(
        "attempts_per_need",
        "count",
        "ratio",
        "cohort",
        "attempts / needs",
        "Attempts through any channel, per need.",
        NEEDS,
    ),
    Measure(
        "channels_per_need",
        "count",
        "ratio",
        "cohort",
        "different channels tried / needs with an attempt",
        "Channels on which a need was tried, closed doors and full lines included, of needs with an attempt.",
        NEEDS,
    ),
    Measure(
        "contacts_per_need",
        "count",
        "ratio",
        "cohort",
        "contacts handled by agents / needs",
        "Contacts that reached an agent, per need; each leg of a transfer is one.",
        NEEDS,
    ),
    Measure(
        "contacts_per_resolution",
        "count",
        "ratio",
        "cohort",
        "contacts handled by agents / resolved",
        "Contacts that reached an agent, per need truly resolved.",
        NEEDS,
    ),
    Measure(
        "handling_per_resolution",
        "s",
        "ratio",
        "cohort",
        "(talk + wrap-up + consult) of all needs / resolved",
        "Handling time of finished contacts of all needs, settled or not, repeats and each leg included, per need "
        "truly resolved.",
        NEEDS,
    ),
    Measure(
        "agent_minutes_per_resolution",
        "min",
        "ratio",
        "clock",
        "agent minutes paid in the window / needs that were resolved in the window",
        "Agent minutes paid, idle ones included, per need truly resolved, in a gate too.",
        CENTRE,
    ),
    Measure(
        "resolutions_per_hour",
        "count",
        "ratio",
        "clock",
        "needs that were resolved in the window / agent hours paid in the window",
        "Needs truly resolved, in a gate too, per agent hour paid.",
        CENTRE,
    ),
    Measure(
        "failure_contacts_share",
        "share",
        "ratio",
        "cohort",
        "(contacts of failure needs + repeats of value needs) / contacts handled by agents",
        "Failure demand: share of contacts of needs of kind failure, and of value needs that an agent had been asked "
        "about before, in an earlier attempt. Each leg is one.",
        GATE,
    ),
    Measure(
        "failure_minutes_share",
        "share",
        "ratio",
        "cohort",
        "handling time of these contacts / handling time",
        "Failure demand: share of the handling time of finished contacts.",
        GATE,
    ),
    Measure(
        "reattempt_share",
        "share",
        "ratio",
        "cohort",
        "attempts after the first / attempts",
        "Share of attempts that are redials or reconnects.",
        NEEDS,
    ),
    Measure(
        "switch_share",
        "share",
        "ratio",
        "cohort",
        "attempts on another channel than the one before / attempts after the first",
        "Share of redials and reconnects for which the customer changes the channel.",
        NEEDS,
    ),
    Measure(
        "fcr_true",
        "share",
        "ratio",
        "cohort",
        "resolved at the first attempt / needs with an attempt",
        "True first-contact resolution, self-service in the gate included; of a group, of first attempts that it "
        "ended.",
        FIRST,
    ),
    Measure(
        "raised_share",
        "share",
        "ratio",
        "cohort",
        "needs that another raised / needs",
        "Share of needs that followed from an earlier one of the same customer.",
        NEEDS,
    ),
    Measure(
        "next_issue_avoidance",
        "share",
        "ratio",
        "cohort",
        "resolved at the first attempt and raising no other need / needs with an attempt",
        "First-contact resolution that left nothing behind: neither a repeat nor a further need before the horizon.",
        NEEDS,
    ),
    Measure(
        "fcr_agent",
        "share",
        "ratio",
        "cohort",
        "resolved at the first agent contact / needs reaching an agent",
        "True first-contact resolution of agents, by the channel and group of that contact; a leg that is passed on is "
        "not a contact here.",
        FIRST,
    ),
    Measure(
        "fcr_reported",
        "share",
        "ratio",
        "cohort",
        "first agent contact coded resolved / needs reaching an agent",
        "First-contact resolution as agents code it; its bias is the difference from fcr_agent.",
        FIRST,
    ),
    Measure("gate_entries", "count", "count", "cohort", "entries", "Attempts that entered the gate.", GATE),
    Measure(
        "reported_containment",
        "share",
        "ratio",
        "cohort",
        "ended in the gate / gate entries",
        "Share of gate entries that ended there without an agent.",
        GATE,
    ),
    Measure(
        "true_containment",
        "share",
        "ratio",
        "cohort",
        "resolved in the gate / gate entries",
        "Share of gate entries whose need the gate resolved.",
        GATE,
    ),
    Measure(
        "false_containment",
        "share",
        "ratio",
        "cohort",
        "ended in the gate unresolved / gate entries",
        "Share of gate entries that hung up, were blocked or got a wrong answer.",
        GATE,
    ),
    Measure(
        "net_containment",
        "share",
        "ratio",
        "cohort",
        "ended in the gate and made no later attempt / gate entries",
        "Share of gate entries that ended there and were the last that was heard of the need by the horizon: what a "
        "centre can count. Above true containment stand those who gave up.",
        GATE,
    ),
    Measure(
        "come_back_share",
        "share",
        "ratio",
        "cohort",
        "ended in the gate and made a later attempt / ended in the gate",
        "Share of those that ended in the gate whose need tried again by the horizon, on any channel.",
        GATE,
    ),
    Measure(
        "gate_minutes", "min", "ratio", "cohort", "time in the gate / gate entries", "Mean time in the gate.", GATE
    ),
    Measure(
        "bypass_rate",
        "share",
        "ratio",
        "cohort",
        "needs that bypassed the gate / needs with an attempt",
        "Share of needs with an attempt that got round the gate at least once.",
        NEEDS,
    ),
    Measure(
        "effort_minutes",
        "min",
        "ratio",
        "cohort",
        "clock minutes / needs",
        "Clock minutes of customers per need: weights 1, no penalties.",
        NEEDS,
    ),
    Measure(
        "effort_per_resolution",
        "min",
        "ratio",
        "cohort",
        "clock minutes of all needs / resolved",
        "Clock minutes of all customers per need truly resolved: a need that was not settled still cost its minutes.",
        NEEDS,
    ),
    Measure(
        "effort_resolved",
        "min",
        "ratio",
        "cohort",
        "clock minutes of the resolved / resolved",
        "Clock minutes per need of those truly resolved; what the others cost their customers is left out.",
        NEEDS,
    ),
    Measure(
        "effort_p50",
        "min",
        "quantile",
        "cohort",
        "50 % point of the clock minutes of the needs of all replications together",
        "Half of needs cost their customer no more clock minutes.",
        TYPES,
    ),
    Measure(
        "effort_p90",
        "min",
        "quantile",
        "cohort",
        "90 % point of the clock minutes of the needs of all replications together",
        "90 % of needs cost their customer no more clock minutes.",
        TYPES,
    ),
    Measure(
        "effort_p95",
        "min",
        "quantile",
        "cohort",
        "95 % point of the clock minutes of the needs of all replications together",
        "95 % of needs cost their customer no more clock minutes.",
        TYPES,
    ),
    Measure(
        "effort_weighted_minutes",
        "min",
        "ratio",
        "cohort",
        "weighted minutes and penalties / needs",
        "Weighted minutes of customers per need, in six parts: search, gate, queue, talk, typing, penalties.",
        NEEDS,
    ),
    Measure(
        "effort_weighted_per_resolution",
        "min",
        "ratio",
        "cohort",
        "weighted minutes and penalties of all needs / resolved",
        "Weighted minutes of all customers per need truly resolved.",
        NEEDS,
    ),
    Measure(
        "effort_search",
        "min",
        "ratio",
        "cohort",
        "weighted search / needs",
        "Finding the way in, and getting there.",
        NEEDS,
    ),
    Measure("effort_gate", "min", "ratio", "cohort", "weighted gate time / needs", "Time in the gate.", NEEDS),
    Measure(
        "effort_queue",
        "min",
        "ratio",
        "cohort",
        "weighted waits in live queues / needs",
        "Waiting for an agent.",
        NEEDS,
    ),
    Measure("effort_talk", "min", "ratio", "cohort", "weighted live talk / needs", "Talking with agents.", NEEDS),
    Measure("effort_typing", "min", "ratio", "cohort", "weighted writing / needs", "Writing messages.", NEEDS),
    Measure(
        "effort_penalties",
        "min",
        "ratio",
        "cohort",
        "(recontacts + switches + transfers) x penalties / needs",
        "Minutes' worth of trying again, changing channel and being passed on.",
        NEEDS,
    ),
    Measure("signals", "count", "count", "clock", "signals", "Analysed pieces of evidence.", ROUTES),
    Measure(
        "distinct_signals",
        "count",
        "count",
        "clock",
        "first signals of needs",
        "Pieces of evidence, each need counted once.",
        TYPES,
    ),
    Measure(
        "distinct_signals_first",
        "count",
        "count",
        "clock",
        "needs with a signal from their first attempt",
        "Pieces of evidence that a need's first attempt gave, each need counted once: trying again adds nothing.",
        TYPES,
    ),
    Measure(
        "signals_per_need",
        "share",
        "ratio",
        "cohort",
        "needs with a signal / needs with a cause",
        "Yield: share of needs with a cause that gave evidence at least once, silent needs included.",
        NEEDS,
    ),
    Measure(
        "signals_missed",
        "share",
        "ratio",
        "cohort",
        "needs without a signal / needs with a cause",
        "Share of needs with a cause that gave no evidence; by gate, where it was lost of the contact that came "
        "furthest: nobody reached, not recorded, not accessible, the cause not shown, not found by any route.",
        (*NEEDS, ("gate",)),
    ),
    Measure(
        "causes_detected", "count", "count", "clock", "causes detected", "Causes known by the window's end.", CAUSES
    ),
    Measure(
        "time_to_detect",
        "days",
        "mean",
        "clock",
        "min(detected, window's end) - window's start, mean over causes",
        "Restricted mean time to detection: an undetected cause counts with the whole window.",
        CAUSES,
    ),
    Measure(
        "needs_before_detection",
        "count",
        "ratio",
        "clock",
        "needs of a cause up to its detection / causes",
        "Needs in the window per cause until it is known; an undetected cause counts with all of its needs.",
        CAUSES,
    ),
    Measure("cost_total", "money", "count", "clock", "booked in the window", "All cost.", CHANNELS),
    Measure("cost_wages", "money", "count", "clock", "booked in the window", "Wages, on-cost included.", CENTRE),
    Measure("cost_telephony", "money", "count", "clock", "booked in the window", "Telephony.", CENTRE),
    Measure("cost_contacts", "money", "count", "clock", "booked in the window", "Price per contact.", CENTRE),
    Measure("cost_gate", "money", "count", "clock", "booked in the window", "Price per gate entry.", CENTRE),
    Measure("cost_speech_analytics", "money", "count", "clock", "booked in the window", "Speech analytics.", CENTRE),
    Measure("cost_text_analytics", "money", "count", "clock", "booked in the window", "Text analytics.", CENTRE),
    Measure("cost_manual_review", "money", "count", "clock", "booked in the window", "Listening to samples.", CENTRE),
    Measure("cost_fixed", "money", "count", "clock", "booked in the window", "Fixed cost.", CENTRE),
    Measure("cost_overtime", "money", "count", "clock", "booked in the window", "Overtime beyond the wage.", CENTRE),
    Measure(
        "cost_per_contact",
        "money",
        "ratio",
        "clock",
        "cost / contacts handled by agents",
        "Cost per contact that joined in the window and reached an agent; each leg is one.",
        CHANNELS,
    ),
    Measure(
        "cost_per_need", "money", "ratio", "clock", "cost / needs that arose in the window", "Cost per need.", CENTRE
    ),
    Measure(
        "cost_per_resolution",
        "money",
        "ratio",
        "clock",
        "cost / needs that were resolved in the window",
        "Cost per need truly resolved.",
        CENTRE,
    ),
    Measure(
        "failure_cost_share",
        "share",
        "ratio",
        "clock",
        "sum over channels of cost x failure_minutes_share / cost of these channels",
        "Failure demand: share of the cost of channels that handled anything, with their share of the wages, each "
        "divided as its handling time is.",
        CHANNELS,
    ),
)

# an arm beside the baseline: need by need, in the same replication
_BESIDE = (
    Measure(
        "resolved_only_here",
        "share",
        "ratio",
        "cohort",
        "needs resolved here and not under the baseline / needs",
        "Who gains: needs that this arm resolves and the baseline does not.",
        NEEDS,
    ),
    Measure(
        "resolved_only_there",
        "share",
        "ratio",
        "cohort",
        "needs resolved under the baseline and not here / needs",
        "Who loses: needs that the baseline resolves and this arm does not.",
        NEEDS,
    ),
    Measure(
        "resolved_sooner",
        "share",
        "ratio",
        "cohort",
        "needs resolved under both, earlier here / needs",
        "Needs that both resolve, this arm earlier.",
        NEEDS,
    ),
    Measure(
        "resolved_later",
        "share",
        "ratio",
        "cohort",
        "needs resolved under both, later here / needs",
        "Needs that both resolve, this arm later.",
        NEEDS,
    ),
    Measure(
        "resolved_by_both",
        "share",
        "ratio",
        "cohort",
        "needs resolved under both / needs",
        "Needs that both resolve, sooner, later or at the same moment: over these the next two are measured.",
        NEEDS,
    ),
    Measure(
        "effort_of_both",
        "min",
        "ratio",
        "cohort",
        "clock minutes here less those under the baseline, of needs resolved under both / such needs",
        "By how many clock minutes the very same need costs its customer more here, where both resolve it.",
        NEEDS,
    ),
    Measure(
        "time_to_resolution_of_both",
        "s",
        "ratio",
        "cohort",
        "times to resolution here less those under the baseline, of needs resolved under both / such needs",
        "By how much longer the very same need lasts here until it is settled, where both resolve it.",
        NEEDS,
    ),
    Measure(
        "suppressed",
        "share",
        "ratio",
        "cohort",
        "needs with an attempt under the baseline and none here / needs",
        "Needs that this arm keeps silent.",
        NEEDS,
    ),
    Measure(
        "revealed",
        "share",
        "ratio",
        "cohort",
        "needs with an attempt here and none under the baseline / needs",
        "Needs that this arm hears of and the baseline does not.",
        NEEDS,
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _TABLE}
BESIDE: dict[str, Measure] = {measure.name: measure for measure in _BESIDE}

# shares of time or money; all other shares are of things that are counted, of which few may be seen
_NOT_COUNTED = ("occupancy", "utilisation", "failure_minutes_share", "failure_cost_share")
# counts of what comes by chance, one by one; others may be fixed, or be nothing because a module is off
_BY_CHANCE = (
    *("needs", "offered", "answered", "abandoned", "abandoned_when_leaving", "answered_at_once", "answered_within"),
)


def is_counted(measure: Measure) -> bool:
    """Whether a measure is a share of counted things.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    bool

    Examples
    --------
    >>> is_counted(MEASURES["abandonment"]), is_counted(MEASURES["occupancy"]), is_counted(MEASURES["asa"])
    (True, False, False)
    """
    return measure.unit == "share" and measure.kind == "ratio" and not measure.name.endswith(_NOT_COUNTED)


def comes_by_chance(measure: Measure) -> bool:
    """Whether a measure is a number of things that come one by one, by chance.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    bool

    Examples
    --------
    >>> comes_by_chance(MEASURES["offered"]), comes_by_chance(MEASURES["scheduled_hours"])
    (True, False)
    """
    return measure.name in _BY_CHANCE


def bounds_of(measure: Measure) -> tuple[float, float]:
    """What a measure can be at least and at most.

    Parameters
    ----------
    measure : Measure

    Returns
    -------
    low, high : float

    Examples
    --------
    >>> bounds_of(MEASURES["abandonment"]), bounds_of(MEASURES["asa"])
    ((0.0, 1.0), (0.0, inf))
    """
    if measure.unit == "share":
        return 0.0, 1.0
    # what is beside the baseline is a difference
    return (-inf, inf) if measure.name in BESIDE else (0.0, inf)
