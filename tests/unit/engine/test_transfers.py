"""Customers whom an agent passes on to another skill; times on paper, shares at 0 % and 100 %."""

import numpy as np
import pytest
from worlds.base import PLAIN, apart, changed, played

from ccsim.logs.codes import AgentState, EndReason, Outcome

SERVED, TRANSFERRED, ABANDONED = EndReason.SERVED, EndReason.TRANSFERRED, EndReason.ABANDONED
BALKED, BLOCKED, HORIZON = EndReason.BALKED, EndReason.BLOCKED, EndReason.HORIZON
TWO_SKILLED = [
    {"name": "g", "skills": ["a"], "staffing": {"agents": 1}},
    {"name": "h", "skills": {"b": {"handles": "1.5x"}}, "staffing": {"agents": 1}},
]


def passed_on(share="100%", talk="20s", **more):
    """Calls of 100 s and 10 s of wrap-up, which an agent of skill a passes on to skill b."""
    transfers = {"to": "b", "share": share, "talk": talk}
    return {"agents": TWO_SKILLED, "handling": {"talk": "100s", "wrap_up": "10s", "transfers": transfers}} | more


def test_who_is_passed_on_talks_twice_and_is_wrapped_up_by_the_second(day):
    found = day("need arrives\nc1 10", **passed_on())

    # the second agent takes half as long again; the talk before the transfer has no factor
    assert found.legs("c1") == [(TRANSFERRED, 10, 10, 30, "g-1"), (SERVED, 30, 30, 180, "h-1")]
    assert found.leg("c1", 0, 0)["wrap_up_ends"] == 30
    assert found.leg("c1", 0, 1)["wrap_up_ends"] == 190
    assert (found.leg("c1", 0, 1)["arrives"], found.leg("c1", 0, 1)["enters"]) == (30, 30)
    assert (found.leg("c1", 0, 0)["resolved"], found.leg("c1", 0, 1)["resolved"]) == (-1, 1)
    assert found.outcome("c1") == (Outcome.RESOLVED, 180)


def test_the_first_agent_is_busy_until_he_has_passed_the_customer_on(day):
    found = day("need arrives\nc1 10", **passed_on())

    assert found.states("g-1")[:2] == [(AgentState.IDLE, 0, 10), (AgentState.TALK, 10, 30)]
    assert found.states("h-1")[:2] == [(AgentState.IDLE, 0, 30), (AgentState.TALK, 30, 180)]


def test_at_no_share_the_first_agent_serves(day):
    found = day("need arrives\nc1 10", **passed_on("0%"))

    assert found.legs("c1") == [(SERVED, 10, 10, 110, "g-1")]


def test_nobody_is_passed_on_from_the_second_skill(day):
    """Two types that are passed on to one another's skill: each customer once."""
    found = day(
        "need type arrives\nc1 a 10\nc2 b 100",
        **passed_on(
            needs={"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"},
            handling={
                "a": {"talk": "50s", "transfers": {"to": "b", "share": "100%", "talk": "20s"}},
                "b": {"talk": "60s", "transfers": {"to": "a", "share": "100%", "talk": "30s"}},
            },
        ),
    )

    assert found.legs("c1") == [(TRANSFERRED, 10, 10, 30, "g-1"), (SERVED, 30, 30, 105, "h-1")]
    assert found.legs("c2") == [(TRANSFERRED, 100, 105, 135, "h-1"), (SERVED, 135, 135, 195, "g-1")]


def test_the_misrouted_are_passed_on_by_the_right_queue_only(day):
    gate = {"time": "0s", "misroutes": {"base": "100%", "talk": "5s"}}
    found = day("need arrives\nc1 10", **passed_on(channels=[{"name": "phone", "gate": gate}]))

    legs = [(TRANSFERRED, 10, 10, 15, "h-1"), (TRANSFERRED, 15, 15, 35, "g-1"), (SERVED, 35, 35, 185, "h-1")]
    assert found.legs("c1") == legs


def test_who_waits_after_a_transfer_has_a_new_patience_and_may_give_up(day):
    found = day(
        "need arrives patience\nc1 10 1000\nc2 40 1000",
        **passed_on(customers={"patience": {"phone": "25s"}, "redial": {"probability": "100%", "after": "200s"}}),
    )

    # c1 is in the second agent's hands until 190
    assert found.legs("c2")[:2] == [(TRANSFERRED, 40, 40, 60, "g-1"), (ABANDONED, 60, None, 85, None)]
    assert found.leg("c2", 1, 0)["arrives"] == 285


def test_his_agent_takes_who_waits_before_the_customer_joins_the_next_queue(day):
    """One agent of both skills: the call that waits goes first, though it asks for nothing better."""
    both = [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}]
    found = day("need arrives\nc1 10\nc2 15", **passed_on(agents=both))

    assert found.legs("c1") == [(TRANSFERRED, 10, 10, 30, "g-1"), (SERVED, 30, 50, 150, "g-1")]
    assert found.legs("c2") == [(TRANSFERRED, 15, 30, 50, "g-1"), (SERVED, 50, 160, 260, "g-1")]


def test_a_customer_who_is_passed_on_keeps_the_line(day):
    found = day("need arrives\nc1 10\nc2 100\nc3 180", **passed_on(channels=[{"name": "phone", "lines": 1}]))

    assert [leg[0] for leg in found.legs("c2")] == [BLOCKED]
    assert [leg[0] for leg in found.legs("c3")] == [TRANSFERRED, SERVED]


def test_who_is_passed_on_may_balk(day):
    found = day("need arrives\nc1 10\nc2 40\nc3 70", **passed_on(customers={"balking": {"per_waiting": 1e9}}))

    assert [leg[0] for leg in found.legs("c2")] == [TRANSFERRED, SERVED]
    assert [leg[0] for leg in found.legs("c3")] == [TRANSFERRED, BALKED]


def test_a_skill_that_nobody_holds_leaves_the_customer_waiting(day):
    found = day("need arrives\nc1 10", **passed_on(agents=TWO_SKILLED[:1]))

    assert found.legs("c1") == [(TRANSFERRED, 10, 10, 30, "g-1"), (HORIZON, 30, None, 3600, None)]


def test_chats_are_passed_on_too(day):
    chat = [{"name": "phone", "concurrency": {"most": 2, "pace": ["100%", "50%"]}}]
    found = day("need arrives\nc1 0\nc2 0", **passed_on(channels=chat))

    # both at half pace: 20 s of talk take 40 s, then 150 s take 300 s
    assert found.legs("c1") == [(TRANSFERRED, 0, 0, 40, "g-1"), (SERVED, 40, 40, 340, "h-1")]
    assert found.legs("c2") == [(TRANSFERRED, 0, 0, 40, "g-1"), (SERVED, 40, 40, 340, "h-1")]


def test_who_is_called_back_is_passed_on_and_not_called_again(day):
    dialling = {"time": "5s", "reached": "100%"}
    phone = {"name": "phone", "callback": {"accepts": "100%", "dialling": dialling}}
    found = day("need arrives\nc1 10\nc2 15", **passed_on(channels=[phone]))

    assert found.legs("c2") == [(TRANSFERRED, 15, 35, 55, "g-1"), (SERVED, 55, 190, 340, "h-1")]
    assert (found.leg("c2", 0, 0)["dials"], found.leg("c2", 0, 1)["dials"]) == (1, -1)


def test_a_replayed_talk_is_that_of_the_first_leg(day):
    found = day("need arrives talk\nc1 10 33", **passed_on())

    assert found.legs("c1") == [(TRANSFERRED, 10, 10, 43, "g-1"), (SERVED, 43, 43, 193, "h-1")]


def test_a_message_is_never_passed_on(day):
    handling = {"talk": "100s", "work": "100s", "transfers": {"to": "b", "share": "100%", "talk": "20s"}}
    post = [{"name": "post", "kind": "deferrable"}]
    found = day("need arrives\nc1 10", **passed_on(channels=post, handling=handling))

    assert found.legs("c1") == [(SERVED, 10, 10, 110, "g-1")]


@pytest.mark.parametrize("shares", [("10%", "40%"), ("0%", "100%")])
def test_a_larger_share_passes_on_whom_the_smaller_one_does(engine, shares):
    """True of every need: the same uniform number decides."""
    desk = changed(
        PLAIN,
        agents=[*PLAIN["agents"], {"name": "experts", "skills": ["hard"], "staffing": {"agents": 9}}],
        handling__transfers={"to": "hard", "talk": "1min"},
    )
    found = []
    for share in shares:
        rows = played(changed(desk, handling__transfers__share=share), engine=engine)[1].attempts
        found.append(set(rows["need"][rows["end_reason"] == TRANSFERRED].tolist()))

    assert found[0] < found[1]


def passed_on_warm(warm, **more):
    """As above, but the first agent stays with the customer."""
    base = passed_on(**more)
    return changed(base, handling__transfers__warm=warm)


TWO_CALLS = "need arrives\nc1 10\nc2 50"


def test_the_agent_stays_until_a_colleague_answers(day):
    found = day(f"{TWO_CALLS}\nc3 60", **passed_on_warm("1h"))

    # c1 is in the second agent's hands until 190; c3 waits for the first agent, who goes on with it at once
    assert found.legs("c2") == [(TRANSFERRED, 50, 50, 70, "g-1"), (SERVED, 70, 190, 340, "h-1")]
    assert found.states("g-1")[2:5] == [
        (AgentState.IDLE, 30, 50),
        (AgentState.TALK, 50, 70),
        (AgentState.CONSULT, 70, 190),
    ]
    assert (found.leg("c2")["wrap_up_ends"], found.leg("c3")["starts"]) == (190, 190)


def test_the_agent_leaves_when_he_has_stayed_for_long_enough(day):
    found = day(TWO_CALLS, **passed_on_warm("30s"))

    assert found.legs("c2") == [(TRANSFERRED, 50, 50, 70, "g-1"), (SERVED, 70, 190, 340, "h-1")]
    assert found.states("g-1")[4:] == [(AgentState.CONSULT, 70, 100), (AgentState.IDLE, 100, 3600)]
    assert found.leg("c2")["wrap_up_ends"] == 100


def test_at_once_taken_is_at_once_free(day):
    found = day("need arrives\nc1 10", **passed_on_warm("1h"))

    assert found.leg("c1")["wrap_up_ends"] == 30
    assert found.states("g-1")[2] == (AgentState.IDLE, 30, 3600)


def test_the_agent_leaves_with_the_customer_who_gives_up(day):
    found = day(TWO_CALLS, **passed_on_warm("1h", customers={"patience": {"phone": "25s"}}))

    assert found.legs("c2")[1] == (ABANDONED, 70, None, 95, None)
    assert found.states("g-1")[4:] == [(AgentState.CONSULT, 70, 95), (AgentState.IDLE, 95, 3600)]


def test_nobody_stays_with_who_balks(day):
    customers = {"balking": {"per_waiting": 1e9}}
    found = day(f"{TWO_CALLS}\nc3 100", **passed_on_warm("10s", customers=customers))

    assert [leg[0] for leg in found.legs("c3")] == [TRANSFERRED, BALKED]
    assert found.leg("c3")["wrap_up_ends"] == found.leg("c3")["ends"] == 120


def test_an_agent_who_alone_could_take_the_customer_does_so_when_he_has_stayed_in_vain(day):
    both = [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}]
    found = day("need arrives\nc1 10", **passed_on_warm("1min", agents=both))

    assert found.legs("c1") == [(TRANSFERRED, 10, 10, 30, "g-1"), (SERVED, 30, 90, 190, "g-1")]


def test_two_who_wait_for_one_another_are_free_in_the_end(day):
    both = [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 2}}]
    found = day("need arrives\nc1 10\nc2 20", **passed_on_warm("1min", agents=both))

    # the first to leave takes the first who waits, which frees the other, who takes the second
    assert found.legs("c1") == [(TRANSFERRED, 10, 10, 30, "g-1"), (SERVED, 30, 90, 190, "g-1")]
    assert found.legs("c2") == [(TRANSFERRED, 20, 20, 40, "g-2"), (SERVED, 40, 100, 200, "g-2")]


@pytest.mark.parametrize(
    "staffing",
    [{"shift": "day", "agents": 1}, {"from": "00:00", "every": "80s", "agents": [1, 0]}],
)
def test_who_stays_beyond_his_shift_goes_when_a_colleague_answers(day, staffing):
    first = {"name": "g", "skills": ["a"], "staffing": staffing}
    shifts = {"day": {"from": "00:00", "to": "00:01:20"}}
    found = day(TWO_CALLS, **passed_on_warm("1h", agents=[first, TWO_SKILLED[1]], shifts=shifts))

    assert found.states("g-1")[-1] == (AgentState.CONSULT, 70, 190)


def test_who_stays_when_the_run_ends_is_with_the_customer(day):
    found = day(TWO_CALLS, **passed_on_warm("1h", calendar={"length": "150s"}))

    assert found.states("g-1")[-1] == (AgentState.CONSULT, 70, 150)
    assert found.leg("c2")["wrap_up_ends"] != found.leg("c2")["wrap_up_ends"]
    assert found.legs("c2")[1] == (HORIZON, 70, None, 150, None)


def test_who_is_misrouted_is_passed_on_cold(day):
    gate = {"time": "0s", "misroutes": {"base": "100%", "talk": "5s"}}
    found = day(TWO_CALLS, **passed_on_warm("1h", channels=[{"name": "phone", "gate": gate}]))

    # c2 waits for the second agent, who has c1 in hand until 195
    assert [leg[3] for leg in found.legs("c2")] == [200, 220, 370]
    assert found.leg("c2", 0, 0)["wrap_up_ends"] == found.leg("c2", 0, 0)["ends"]


def test_who_is_called_back_is_not_left_alone_either(day):
    phone = {"name": "phone", "callback": {"accepts": "100%", "dialling": {"time": "5s", "reached": "100%"}}}
    found = day("need arrives\nc1 10\nc2 15", **passed_on_warm("1h", channels=[phone]))

    assert found.legs("c2") == [(TRANSFERRED, 15, 35, 55, "g-1"), (SERVED, 55, 190, 340, "h-1")]
    assert found.states("g-1")[2:5] == [
        (AgentState.DIALLING, 30, 35),
        (AgentState.TALK, 35, 55),
        (AgentState.CONSULT, 55, 190),
    ]


def test_where_the_desk_has_hands_enough_customers_see_no_difference(engine):
    """To the last bit; only the agents' time is another."""
    world = changed(
        PLAIN,
        agents=[
            {"name": "desk", "skills": ["call"], "staffing": {"agents": 60}},
            {"name": "experts", "skills": ["hard"], "staffing": {"agents": 3}},
        ],
        handling__transfers={"to": "hard", "share": "50%", "talk": "1min"},
    )
    cold, warm = (played(one, engine=engine)[1] for one in (world, changed(world, handling__transfers__warm="1000h")))

    of_agents = ("agent", "wrap_up_ends")
    assert apart(cold, warm, left_out=of_agents, tables=("needs", "attempts")) == []
    stayed, left = (np.nanmax(logs.attempts["wrap_up_ends"] - logs.attempts["ends"]) for logs in (warm, cold))
    assert (stayed > 600, left) == (True, 0)
