"""Every share that a planner writes is met by the customers: hits against trials, binomial.

Level 1e-5 for each share (4.42 standard errors); the draws of different needs are independent, so the binomial is
exact.
"""

from math import exp, log, sqrt

import numpy as np
import pytest
from worlds.base import ENGINES, PLAIN, changed, played

from ccsim.logs.codes import EndReason, Outcome, Route

MOST_ERRORS = 4.42
# enough agents that nobody waits, one contact after another
EASY = changed(
    PLAIN,
    calendar={"days": 4, "follow_up": "1 day"},
    needs={"volume": {"per_day": 1500}, "types": [{"name": "call"}]},
    agents__desk__staffing={"agents": 60},
    handling={"talk": "2min", "wrap_up": "30s"},
)
GATED = changed(EASY, channels=[{"name": "phone", "gate": {"time": "30s"}}])
TWO_WAYS = changed(
    EASY,
    channels=[{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
    handling={"call": {"phone": {"talk": "2min"}, "post": {"work": "3min"}}},
)
FAILURES = changed(EASY, needs__types=[{"name": "call", "kind": "failure", "causes": {"standing": 3}}])


def first(logs):
    return logs.attempts[(logs.attempts["attempt"] == 0) & (logs.attempts["leg"] == 0)]


def ends(rows, reason):
    return int((rows["end_reason"] == reason).sum())


def gate_hangs_up(plan, logs):
    return ends(first(logs), EndReason.GATE_HUNG_UP), len(first(logs))


def gate_solves(plan, logs):
    rows = first(logs)
    return ends(rows, EndReason.GATE_RESOLVED), len(rows) - ends(rows, EndReason.GATE_HUNG_UP)


def gate_misleads(plan, logs):
    rows = first(logs)
    rest = len(rows) - ends(rows, EndReason.GATE_HUNG_UP) - ends(rows, EndReason.GATE_RESOLVED)
    return ends(rows, EndReason.GATE_WRONG), rest


def gate_blocks(plan, logs):
    rows = first(logs)
    through = int((~np.isnan(rows["joins"])).sum())
    return ends(rows, EndReason.GATE_BLOCKED), through + ends(rows, EndReason.GATE_BLOCKED)


def bypasses(plan, logs):
    return int(first(logs)["bypassed"].sum()), len(first(logs))


def is_passed_on(plan, logs):
    rows = first(logs)
    return ends(rows, EndReason.TRANSFERRED), int((~np.isnan(rows["joins"])).sum())


def never_tries(plan, logs):
    return int((logs.needs["n_attempts"] == 0).sum()), len(logs.needs)


def asks_elsewhere(plan, logs):
    return int((logs.needs["outcome"] == Outcome.ASKED_ELSEWHERE).sum()), len(logs.needs)


def writes(plan, logs):
    return int((first(logs)["channel"] == 1).sum()), len(logs.needs)


def is_resolved(plan, logs):
    rows = logs.attempts[logs.attempts["end_reason"] == EndReason.SERVED]
    return int((rows["resolved"] == 1).sum()), len(rows)


def coded_when(resolved):
    def coded(plan, logs):
        rows = logs.attempts[
            (logs.attempts["end_reason"] == EndReason.SERVED) & (logs.attempts["resolved"] == resolved)
        ]
        return int((rows["coded"] == 1).sum()), len(rows)

    return coded


def comes_again(plan, logs):
    rows = first(logs)
    unresolved = (rows["end_reason"] == EndReason.SERVED) & (rows["resolved"] == 0)
    n_attempts = dict(zip(logs.needs["need"].tolist(), logs.needs["n_attempts"].tolist()))
    return sum(n_attempts[need] > 1 for need in rows["need"][unresolved].tolist()), int(unresolved.sum())


def comes_again_soon(plan, logs):
    """Within the constant delay of those who notice at once."""
    legs = logs.attempts
    again = np.flatnonzero((legs["need"][1:] == legs["need"][:-1]) & (legs["attempt"][1:] == 1))
    delays = legs["arrives"][again + 1] - legs["ends"][again]
    return int((delays < 700.0).sum()), len(delays)


def is_heard(*routes):
    def heard(plan, logs):
        rows = logs.signals[np.isin(logs.signals["route"], routes)]
        return len(np.unique(rows["need"])), len(logs.attempts)

    return heard


def is_of_the_first_type(plan, logs):
    return int((logs.needs["need_type"] == 0).sum()), len(logs.needs)


def logistic(x):
    return 1.0 / (1.0 + exp(-x))


def logit(p):
    return log(p / (1.0 - p))


def gate(**settings):
    return changed(GATED, channels__phone__gate={"time": "30s", **settings})


def insight(**listening):
    content = {"phone": {"base": "50%", "most": "90%"}, "gate": {"base": "40%"}}
    return {"recorded": "80%", "accessible": "90%", "content": content, "listening": listening}


LOW = {"name": "call", "complexity": {"typical": "40%", "spread": 1.5}}
SHARES = {
    # name: (scenario, hits and trials, share)
    "hanging up within 30 s": (gate(hangs_up_after="60s"), gate_hangs_up, 1 - exp(-0.5)),
    "solved": (gate(solves="40%", hangs_up_after="120s"), gate_solves, 0.4),
    "solved, complex needs less": (
        changed(gate(solves={"call": "40%"}, complexity_effect=2), needs__types=[LOW]),
        gate_solves,
        0.4,
    ),
    "wrong answers of the unsolved": (gate(solves="40%", wrong_answer="25%"), gate_misleads, 0.25),
    "blocked of the rest": (gate(solves="20%", wrong_answer="25%", blocked="30%"), gate_blocks, 0.3),
    "getting round the gate": (gate(bypass="15%"), bypasses, 0.15),
    "misrouted at three levels": (
        gate(levels=3, misroutes={"base": "5%", "per_level": "4%", "talk": "20s"}),
        is_passed_on,
        0.05 + 2 * 0.04,
    ),
    "passed on to another skill": (
        changed(EASY, handling={"talk": "2min", "transfers": {"to": "others", "share": "17%", "talk": "1min"}}),
        is_passed_on,
        0.17,
    ),
    "not found": (changed(EASY, channels=[{"name": "phone", "prominence": "65%"}]), never_tries, 0.35),
    "put off": (
        changed(EASY, channels=[{"name": "phone", "prominence": "65%", "friction": "20%"}]),
        never_tries,
        1 - 0.65 * 0.8,
    ),
    "diverted": (
        changed(
            TWO_WAYS,
            channels__phone__prominence="65%",
            channels__phone__friction="20%",
            channels__phone__diverted={"post": "30%"},
        ),
        writes,
        (1 - 0.65 * 0.8) * 0.3,
    ),
    "the channel wanted": (
        changed(TWO_WAYS, customers={"channels_preferred": {"phone": "50%", "post": "30%", "none": "20%"}}),
        writes,
        0.3,
    ),
    "asking elsewhere": (
        changed(TWO_WAYS, customers={"channels_preferred": {"phone": "50%", "post": "30%", "none": "20%"}}),
        asks_elsewhere,
        0.2,
    ),
    "resolved": (changed(EASY, resolution="72%"), is_resolved, 0.72),
    "resolved by a better group": (
        changed(EASY, resolution="72%", agents__desk__skills={"call": {"rank": 1, "resolves": 0.5}}),
        is_resolved,
        logistic(logit(0.72) + 0.5),
    ),
    "resolved under pressure": (
        changed(
            EASY,
            resolution="72%",
            agents__desk__speed_cut="20%",
            pressure={"free_slack": "5%", "resolution_cost": 2.4},
        ),
        is_resolved,
        logistic(logit(0.72) - 2.4 * log(0.95 / 0.8)),
    ),
    "coded resolved when it is": (
        changed(EASY, resolution="60%", coding={"when_resolved": "90%", "when_not": "30%"}),
        coded_when(1),
        0.9,
    ),
    "coded resolved when it is not": (
        changed(EASY, resolution="60%", coding={"when_resolved": "90%", "when_not": "30%"}),
        coded_when(0),
        0.3,
    ),
    "coming again": (
        changed(EASY, resolution="60%", customers={"reconnect": {"probability": "45%", "after": "10min"}}),
        comes_again,
        0.45,
    ),
    "noticing at once": (
        changed(
            EASY,
            resolution="60%",
            customers={
                "reconnect": {"probability": "80%", "after": "10min", "noticed": "35%", "discovered_after": "2h"}
            },
        ),
        comes_again_soon,
        0.35,
    ),
    "a manual sample": (
        changed(FAILURES, insight=insight(manual_sample="30%")),
        is_heard(Route.MANUAL_SAMPLE),
        0.72 * 0.5 * 0.3,
    ),
    "speech analytics": (
        changed(FAILURES, insight=insight(speech_analytics={"coverage": "60%", "recall": "50%"})),
        is_heard(Route.SPEECH_ANALYTICS),
        0.72 * 0.5 * 0.6 * 0.5,
    ),
    "any route": (
        changed(
            FAILURES,
            insight=insight(manual_sample="30%", speech_analytics={"coverage": "60%", "recall": "50%"}),
        ),
        is_heard(Route.MANUAL_SAMPLE, Route.SPEECH_ANALYTICS),
        0.72 * 0.5 * (1 - 0.7 * 0.7),
    ),
    "more listening": (
        changed(FAILURES, insight=insight(manual_sample="30%", minutes_per_contact="1min", scale="2min")),
        is_heard(Route.MANUAL_SAMPLE),
        0.72 * (0.5 + 0.4 * (1 - exp(-0.5))) * 0.3,
    ),
    "the type's share": (
        changed(
            EASY,
            needs__types=[{"name": "call", "share": "30%"}, {"name": "other", "share": "70%", "skill": "call"}],
        ),
        is_of_the_first_type,
        0.3,
    ),
}


@pytest.mark.theory
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SHARES)
def test_a_share_is_met(name, engine):
    scenario, counted, share = SHARES[name]

    hits, trials = counted(*played(scenario, seed=1, engine=engine))

    z = (hits - trials * share) / sqrt(trials * share * (1 - share))
    print(f"{name}: {hits} of {trials}, {hits / trials:.4f} against {share:.4f}, z {z:+.2f}")
    assert trials > 500
    assert abs(z) < MOST_ERRORS, f"{hits / trials:.4f} against {share:.4f}, z {z:+.2f}"
