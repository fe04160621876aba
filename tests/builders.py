"""Small makers of plans and logs for tests."""

import numpy as np

from ccsim.logs.codes import Account, AgentState, EndReason, Outcome, Route
from ccsim.logs.logs import Logs, table
from ccsim.metrics.layout import SERVICE_LEVELS
from ccsim.plan import plan as p

NAN = float("nan")
IDLE, TALK, WRAP_UP, BREAK, DIALLING, ABSENT, CONSULT = AgentState


def records(dtype, rows):
    """A structured array from one mapping per row; what is left out is zero."""
    array = np.zeros(len(rows), dtype=dtype)
    for place, row in enumerate(rows):
        for field, value in row.items():
            array[field][place] = value
    return array


def plan_like(
    *,
    window=(0.0, 3600.0),
    horizon=3600.0,
    interval=1800.0,
    channels=({"live": 1, "answer_within": NAN},),
    channel_names=("phone",),
    need_types=("balance",),
    failures=(),
    looks=(),
    queues=({"channel": 0},),
    queue_names=("phone.balance",),
    groups=({"n_agents": 1},),
    group_names=("generalists",),
    causes=(),
    scheduled=None,
    shrinkage=0.0,
    effort=None,
    most_attempts=8,
    balks=0,
    switches=0,
    listens=0,
    fresh=0,
    raises=-1,
    acceptable_wait=20.0,
    short_wait=5.0,
    wanted=float("nan"),
    segment_names=(),
    base="early_gone_left_out",
):
    """A plan with what metrics and checks read; everything else is empty."""
    edges = np.arange(0.0, horizon + interval, interval)
    bins = np.unique(np.concatenate([edges[edges < horizon], [*window, horizon]]))
    n_agents = [row["n_agents"] for row in groups]
    firsts = np.cumsum([0, *n_agents[:-1]])
    empty = np.zeros(0)
    weights = effort or dict.fromkeys(("search", "gate", "queue", "talk", "typing"), 1.0)
    return p.Plan(
        names=p.Names(
            need_types=need_types,
            channels=channel_names,
            queues=queue_names,
            groups=group_names,
            agents=tuple(f"agent-{number}" for number in range(sum(n_agents))),
            causes=tuple(f"cause-{number}" for number in range(len(causes))),
            needs=(),
            segments=segment_names,
        ),
        digest="",
        window=window,
        horizon=horizon,
        interval=interval,
        n_days=int(np.ceil(horizon / 86400.0)),
        bins=bins,
        need_types=records(
            p.NEED_TYPE, [{"raises": raises, "failure": int(name in failures)} for name in need_types]
        ),
        handling=np.zeros((len(need_types), len(channels)), dtype=p.HANDLING),
        preferred=np.tile(np.arange(1.0, len(channels) + 2.0) / (len(channels) + 1), (len(need_types), 1)),
        channels=records(
            p.CHANNEL, [{"lines": -1, "dials_from": -1, "tolerance": -1, "travel": -1} | row for row in channels]
        ),
        paces=np.ones((len(channels), 2)),
        diverted=np.zeros((len(channels), len(channels))),
        closed_diverted=np.zeros((len(channels), len(channels))),
        outlasted=np.zeros((len(channels), len(channels))),
        openings=records(p.OPENING, []),
        queues=records(p.QUEUE, queues),
        groups=records(p.GROUP, [row | {"first_agent": first} for row, first in zip(groups, firsts)]),
        skills=np.zeros((len(groups), len(queues)), dtype=p.SKILL),
        agent_group=np.repeat(np.arange(len(groups), dtype=np.int32), n_agents),
        day_factors=np.zeros(0),
        agent_speed=np.ones(sum(n_agents)),
        agent_spread=np.full(sum(n_agents), -1),
        shifts=records(p.SHIFT, []),
        work_order=np.zeros((0, 0), np.int64),
        ask_order=np.zeros((0, 0), np.int64),
        overflows=np.zeros((0, 0)),
        agent_days=records(p.AGENT_DAY, []),
        breaks=records(p.BREAK, []),
        counts=records(p.COUNT, []),
        scheduled=np.outer(n_agents, np.diff(bins)) if scheduled is None else np.array(scheduled),
        rostered=np.full(len(groups), 1.0 - shrinkage),
        full_time_week=144_000.0,
        laws=empty,
        law_tables=empty,
        expected=np.zeros((len(need_types), 1)),
        shape_edges=np.zeros((len(need_types), 2)),
        shape_cumulative=np.zeros((len(need_types), 2)),
        shape_of=np.zeros((len(need_types), 1), np.int64),
        busyness=records(p.BUSYNESS, [{"day_law": -1, "stretch_law": -1, "stretch": 1800.0}]),
        replay=records(p.REPLAY, []),
        causes=records(p.CAUSE, causes),
        settings=records(
            p.SETTINGS,
            [
                {"most_attempts": most_attempts, "balks": balks, "switches": switches}
                | {"listens": listens, "fresh": fresh}
                | dict.fromkeys(looks, 0.5)
            ]
            * max(len(segment_names), 1),
        ),
        n_customers=0,
        switches=np.zeros((max(len(segment_names), 1) * p.N_WAYS, len(channels))),
        segments=np.arange(1.0, len(segment_names) + 1.0) / max(len(segment_names), 1),
        effort=records(p.EFFORT, [weights]),
        money=records(p.MONEY, [{}]),
        acceptable_wait=acceptable_wait,
        short_wait=short_wait,
        service_level_wanted=wanted,
        service_level_base=base,
    )


def logs(**tables):
    """Logs from lists of rows; a table left out is empty."""
    names = ("needs", "attempts", "agent_states", "signals", "causes", "ledger")
    return Logs(**{name: table(name, tables.get(name, [])) for name in names})


def need_row(
    need,
    *,
    arises,
    need_type=0,
    cause=-1,
    preferred=0,
    outcome=Outcome.RESOLVED,
    ended=NAN,
    n_attempts=1,
    looked=0.0,
    customer=-1,
    segment=-1,
    evidence=-1,
):
    """One row of the table of needs."""
    return (
        *(need, need_type, cause, 0.5, 1.0, arises, preferred, outcome, ended, n_attempts, looked),
        *(customer, segment, evidence),
    )


def leg_row(
    need,
    attempt=0,
    leg=0,
    *,
    need_type=0,
    channel=0,
    queue=-1,
    group=-1,
    agent=-1,
    arrives,
    enters=None,
    joins=NAN,
    starts=NAN,
    talk_ends=NAN,
    ends,
    wrap_up_ends=NAN,
    patience=NAN,
    reason=EndReason.SERVED,
    gated=0,
    bypassed=0,
    resolved=-1,
    coded=-1,
    typing=0.0,
    analysed=0,
    paused=NAN,
    dials=-1,
    silent=0,
):
    """One row of the table of attempts; `enters` is the arrival unless said."""
    enters = arrives if enters is None else enters
    return (
        *(need, attempt, leg, need_type, channel, queue, group, agent),
        *(arrives, enters, joins, starts, talk_ends, ends, wrap_up_ends, patience),
        *(reason, gated, bypassed, resolved, coded, typing, analysed, paused, dials, silent),
    )


A, B, C, D, E, F, G, H = (number << 4 for number in range(1, 9))


def by_hand_plan(**changes):
    """One hour and a half, measured for an hour: phone with a gate, e-mail, three agents in two groups."""
    settings = {
        "window": (0.0, 3600.0),
        "horizon": 5400.0,
        "channels": ({"live": 1, "answer_within": NAN, "gate": 1, "lines": 9}, {"live": 0, "answer_within": 300.0}),
        "channel_names": ("phone", "email"),
        "need_types": ("balance", "billing"),
        "failures": ("billing",),
        "queues": ({"channel": 0}, {"channel": 0}, {"channel": 1}),
        "queue_names": ("phone.balance", "phone.billing", "email.billing"),
        "groups": ({"n_agents": 2}, {"n_agents": 1}),
        "group_names": ("generalists", "experts"),
        "causes": ({"need_type": 1}, {"need_type": 1}),
        # two generalists, [0, 1800) and [0, 1750); one expert, [1600, 3800)
        "scheduled": [[3550.0, 0.0, 0.0], [200.0, 1800.0, 200.0]],
        "shrinkage": 0.25,
        "balks": 1,
        "switches": 1,
        "listens": 1,
        "looks": ("manual_sample", "agent_flags", "log_analysis"),
        "fresh": 1,
        "effort": {
            "search": 1.0,
            "gate": 2.0,
            "queue": 1.5,
            "talk": 1.0,
            "typing": 0.5,
            "recontact": 60.0,
            "switch": 30.0,
            "transfer": 10.0,
        },
    }
    return plan_like(**(settings | changes))


def by_hand_logs(**changes):
    """Eight needs, each a story of its own, with every number on paper."""
    tables = {
        "needs": [
            need_row(A, arises=100, ended=300, evidence=3),
            need_row(B, arises=200, need_type=1, cause=0, ended=1790, n_attempts=2, evidence=5),
            need_row(C, arises=250, need_type=1, cause=0, ended=1850, n_attempts=2, evidence=5),
            need_row(D, arises=260, ended=275, evidence=1),
            need_row(E, arises=3590, need_type=1, cause=1, outcome=Outcome.GIVEN_UP, ended=3790, evidence=4),
            need_row(
                F, arises=3400, preferred=-1, outcome=Outcome.ASKED_ELSEWHERE, ended=3400, n_attempts=0, evidence=0
            ),
            need_row(G, arises=3595, need_type=1, cause=1, outcome=Outcome.OPEN, evidence=0),
            need_row(H, arises=3500, ended=3610, evidence=2),
        ],
        "attempts": by_hand_legs(),
        "agent_states": by_hand_states(),
        "signals": [
            (540, B, 0, 0, Route.AGENT_FLAG, 0),
            (1790, B, 1, 0, Route.MANUAL_SAMPLE, 0),
            (1850, C, 1, 1, Route.AGENT_FLAG, 0),
        ],
        "causes": [(0, 1, 0.6, 1850, Route.AGENT_FLAG), (1, 1, 0.4, NAN, -1)],
        "ledger": [
            (1800, Account.WAGES, 0, 30.0),
            (1800, Account.WAGES, 1, 4.0),
            (3600, Account.WAGES, 1, 20.0),
            (5400, Account.WAGES, 1, 4.0),
            (1800, Account.TELEPHONY, 0, 0.6),
            (1800, Account.CONTACTS, 1, 0.5),
            (1800, Account.GATE, 0, 0.2),
            (1800, Account.MANUAL_REVIEW, 1, 1.5),
            (3600, Account.FIXED, -1, 10.0),
        ],
    }
    return logs(**(tables | changes))


def by_hand_legs():
    """The attempts of the hand-made hour, in the order in which they begin."""
    phone, billing = {"channel": 0, "queue": 0}, {"channel": 0, "queue": 1, "need_type": 1}
    return [
        # answered at once, resolved
        leg_row(
            A,
            **phone,
            group=0,
            agent=0,
            arrives=100,
            joins=100,
            starts=100,
            talk_ends=300,
            ends=300,
            wrap_up_ends=320,
            resolved=1,
            coded=1,
        ),
        # finds the number, passes the gate, is told wrong, writes an e-mail later, which resolves it
        leg_row(
            B,
            **billing,
            group=0,
            agent=1,
            arrives=200,
            enters=210,
            joins=240,
            starts=240,
            talk_ends=540,
            ends=540,
            wrap_up_ends=600,
            gated=1,
            resolved=0,
            coded=1,
        ),
        leg_row(
            B,
            1,
            channel=1,
            queue=2,
            need_type=1,
            group=1,
            agent=2,
            arrives=1500,
            joins=1500,
            starts=1600,
            talk_ends=1790,
            ends=1790,
            wrap_up_ends=1790,
            resolved=1,
            coded=1,
            typing=120,
        ),
        # goes round the gate, abandons after 20 s, calls again, is passed on, waits once more, is helped
        leg_row(C, **billing, arrives=250, joins=250, ends=270, patience=20, reason=EndReason.ABANDONED, bypassed=1),
        leg_row(
            C,
            1,
            **billing,
            group=0,
            agent=1,
            arrives=1700,
            joins=1700,
            starts=1700,
            talk_ends=1760,
            ends=1760,
            wrap_up_ends=1760,
            patience=90,
            reason=EndReason.TRANSFERRED,
        ),
        leg_row(
            C,
            1,
            1,
            **billing,
            group=1,
            agent=2,
            arrives=1760,
            joins=1760,
            starts=1790,
            talk_ends=1850,
            ends=1850,
            wrap_up_ends=1860,
            patience=90,
            resolved=1,
            coded=1,
        ),
        # served by the gate
        leg_row(D, arrives=260, ends=275, reason=EndReason.GATE_RESOLVED, gated=1, resolved=1),
        leg_row(
            H,
            **phone,
            group=1,
            agent=2,
            arrives=3500,
            joins=3500,
            starts=3500,
            talk_ends=3610,
            ends=3610,
            wrap_up_ends=3620,
            resolved=1,
            coded=1,
        ),
        # joined within the window, answered after it, not helped
        leg_row(
            E,
            **billing,
            group=1,
            agent=2,
            arrives=3590,
            joins=3590,
            starts=3620,
            talk_ends=3790,
            ends=3790,
            wrap_up_ends=3830,
            resolved=0,
            coded=0,
        ),
        # still waiting when the run ends
        leg_row(G, **billing, arrives=3595, joins=3595, ends=5400, reason=EndReason.HORIZON),
    ]


def by_hand_states():
    """What the three agents of the hand-made hour do; the second and the third stay longer than planned."""
    return [
        (0, 0, IDLE, 0, 100, -1, -1, 0),
        (0, 0, TALK, 100, 300, 0, A, 1),
        (0, 0, WRAP_UP, 300, 320, 0, A, 1),
        (0, 0, IDLE, 320, 1800, -1, -1, 0),
        (1, 0, IDLE, 0, 240, -1, -1, 0),
        (1, 0, TALK, 240, 540, 1, B, 1),
        (1, 0, WRAP_UP, 540, 600, 1, B, 1),
        (1, 0, IDLE, 600, 1700, -1, -1, 0),
        (1, 0, TALK, 1700, 1760, 1, C, 1),
        (2, 1, TALK, 1600, 1790, 2, B, 1),
        (2, 1, TALK, 1790, 1850, 1, C, 1),
        (2, 1, WRAP_UP, 1850, 1860, 1, C, 1),
        (2, 1, IDLE, 1860, 3500, -1, -1, 0),
        (2, 1, TALK, 3500, 3610, 0, H, 1),
        (2, 1, WRAP_UP, 3610, 3620, 0, H, 1),
        (2, 1, TALK, 3620, 3790, 1, E, 1),
        (2, 1, WRAP_UP, 3790, 3830, 1, E, 1),
    ]


def random_case(seed):
    """A plan of two days with warm-up and follow-up, and a small log without rhyme or reason but with ordered times."""
    rng = np.random.default_rng(seed)
    horizon, n_needs = 200_000.0, int(rng.integers(0, 40))
    bases = tuple(SERVICE_LEVELS)
    plan = by_hand_plan(
        window=(float(rng.choice([0.0, 5000.0, 7200.0])), float(rng.choice([60_000.0, 172_800.0, 200_000.0]))),
        horizon=horizon,
        interval=7200.0,
        scheduled=None,
        base=bases[rng.integers(len(bases))],
        segment_names=("young", "old") if seed % 2 else (),
    )
    plan.channels["callback"][0] = 1
    plan.channels["at_closing"][0] = p.CUTS_OFF
    plan.handling["transfers"][0, 0] = (seed % 3) / 2
    plan.channels["answer_within"][1] = rng.choice([NAN, 40.0, 90_000.0])
    needs = [_random_need(rng, number, horizon) for number in range(n_needs)]
    if seed % 2:
        needs = [(*row[:-2], int(rng.integers(2)), row[-1]) for row in needs]
    legs = [leg for row in needs for leg in _random_legs(rng, row, horizon)]
    heard = [leg for leg in legs if rng.random() < 0.3]
    causes = [(k, 1, 0.5, rng.choice([NAN, horizon * rng.random()]), -1) for k in range(2)]
    return plan, logs(
        needs=needs,
        attempts=legs,
        agent_states=[row for agent in range(3) for row in _random_states(rng, agent, horizon)],
        signals=[(leg[13], leg[0], leg[1], leg[2], Route(rng.integers(4)), rng.integers(2)) for leg in heard],
        causes=causes,
        ledger=[_random_booking(rng, plan) for _ in range(rng.integers(20))],
    )


def _random_need(rng, number, horizon):
    need_type = int(rng.integers(2))
    cause = int(rng.integers(2)) if need_type == 1 else -1
    outcome, arises = Outcome(rng.integers(5)), horizon * rng.random() ** 2
    ended = NAN if outcome == Outcome.OPEN else arises + (horizon - arises) * rng.random()
    n_attempts = int(rng.integers(4))
    return need_row(
        (number + 1) << 4,
        arises=arises,
        need_type=need_type,
        cause=cause,
        outcome=outcome,
        ended=ended,
        n_attempts=n_attempts,
        looked=float(rng.integers(3)) * 30.0,
        evidence=int(rng.integers(-1, 6)),
    )


def _random_legs(rng, need, horizon):
    """Attempts of a need, some with a transfer; waits are often nothing, or exactly the acceptable wait."""
    number, need_type, arises, n_attempts = need[0], need[1], need[6 - 1], need[9]
    now, legs = arises, []
    for attempt in range(n_attempts):
        for leg in range(int(rng.integers(1, 3))):
            now = now + rng.exponential(3000.0)
            if now >= horizon:
                return legs
            legs.append(_random_leg(rng, (number, attempt, leg), need_type, now, horizon))
            now = legs[-1][13]
    return legs


def _random_leg(rng, key, need_type, arrives, horizon):
    channel, live_queue = int(rng.integers(2)), int(rng.integers(2))
    enters = arrives + float(rng.choice([0.0, 10.0]))
    moments = {"arrives": arrives, "enters": enters, "ends": enters, "need_type": need_type, "channel": channel}
    marks = {
        "gated": int(rng.integers(2)),
        "bypassed": int(rng.integers(2)),
        "resolved": int(rng.integers(-1, 2)),
        "coded": int(rng.integers(-1, 2)),
        "typing": float(rng.choice([0.0, 60.0])),
        "dials": int(rng.choice([-1, -1, -1, 0, 2])),
    }
    kind = rng.integers(6)
    if kind == 0:
        reason = EndReason(
            rng.choice(
                [
                    EndReason.CLOSED,
                    EndReason.GATE_RESOLVED,
                    EndReason.GATE_WRONG,
                    EndReason.GATE_HUNG_UP,
                    EndReason.GATE_BLOCKED,
                    EndReason.BLOCKED,
                ]
            )
        )
        return leg_row(*key, **moments, **marks, reason=reason)
    if kind == 1:
        search_cut = {} if rng.random() < 0.5 else {"enters": NAN}
        return leg_row(*key, **(moments | {"ends": horizon, "typing": 0.0} | search_cut), reason=EndReason.HORIZON)
    joins = enters + float(rng.choice([0.0, 30.0]))
    leaves = joins + float(rng.choice([0.0, 0.0, 5.0, 20.0, rng.exponential(5000.0)]))
    moments |= {"joins": joins, "ends": leaves, "queue": 2 if channel else live_queue}
    if kind == 2:
        if marks["dials"] >= 0:
            return leg_row(*key, **moments, **marks, reason=EndReason.CALLBACK_FAILED)
        if leaves == joins and rng.random() < 0.5:
            return leg_row(*key, **moments, **marks, reason=EndReason.BALKED)
        gone = EndReason.CUT_OFF if channel == 0 and int(moments["ends"]) % 3 == 0 else EndReason.ABANDONED
        return leg_row(*key, **moments, **marks, reason=gone)
    if kind == 3 and rng.random() < 0.5:
        return leg_row(*key, **(moments | {"ends": horizon}), **marks, reason=EndReason.HORIZON)
    agent = int(rng.integers(3))
    moments |= {"starts": leaves, "agent": agent, "group": agent // 2}
    if kind == 3:
        return leg_row(*key, **(moments | {"ends": horizon}), **marks, reason=EndReason.HORIZON)
    talk_ends = leaves + rng.exponential(300.0)
    if channel:
        marks["paused"] = float(rng.choice([NAN, 0.0, talk_ends - leaves]))
    wrap_up_ends = talk_ends + float(rng.choice([0.0, 30.0, NAN]))
    moments |= {"talk_ends": talk_ends, "ends": talk_ends, "wrap_up_ends": wrap_up_ends}
    return leg_row(*key, **moments, **marks, reason=EndReason(rng.choice([EndReason.SERVED, EndReason.TRANSFERRED])))


def _random_states(rng, agent, horizon):
    """An agent's stretches from the start to the horizon, some of them longer than a day."""
    edges = np.unique(np.concatenate([[0.0, horizon], horizon * rng.random(rng.integers(0, 6))]))
    states = rng.integers(0, len(AgentState), len(edges) - 1)
    return [
        (
            agent,
            agent // 2,
            state,
            starts,
            ends,
            -1 if state in (IDLE, BREAK, ABSENT) else int(rng.integers(3)),
            -1,
            int(state not in (IDLE, BREAK, ABSENT)),
        )
        for state, starts, ends in zip(states, edges[:-1], edges[1:])
    ]


def _random_booking(rng, plan):
    account = Account(rng.integers(len(Account)))
    entity = -1 if account == Account.FIXED else int(rng.integers(2))
    return (rng.choice(plan.bins[1:]), account, entity, 10.0 * rng.random())
