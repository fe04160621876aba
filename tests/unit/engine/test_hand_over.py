"""Talk that is handed over to a colleague as a shift ends; times on paper."""

import numpy as np
from worlds.base import PLAIN, changed, played, whole

from ccsim.logs.checks import check
from ccsim.logs.codes import AgentState, EndReason

SERVED, TRANSFERRED, ABANDONED = EndReason.SERVED, EndReason.TRANSFERRED, EndReason.ABANDONED
IDLE, TALK, WRAP_UP, BREAK, *_, CONSULT = AgentState


def desk(*groups, **more):
    """Phone and e-mail; shifts first [0, 100), late [50, 400) and second [200, 300)."""
    return {
        "channels": [{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
        "handling": {"a": {"phone": {"talk": "100s"}, "post": {"work": "100s"}}},
        "shifts": {
            "first": {"from": "00:00:00", "to": "00:01:40"},
            "late": {"from": "00:00:50", "to": "00:06:40"},
            "second": {"from": "00:03:20", "to": "00:05:00"},
        },
        "agents": [*groups],
        "shift_end": "hand_over",
    } | more


def team(name, shift, agents=1, **more):
    return {"name": name, "skills": ["a"], "staffing": {"shift": shift, "agents": agents}} | more


def counted(*agents, every="100s"):
    return {"name": "g", "skills": ["a"], "staffing": {"from": "00:00", "every": every, "agents": [*agents]}}


CALL = "need arrives talk\nc1 90 30"
BOTH = (team("morning", "first"), team("day", "late"))


def test_who_is_idle_goes_on_with_the_rest(day):
    found = day(CALL, **desk(*BOTH))

    assert found.legs("c1") == [(TRANSFERRED, 90, 90, 100, "morning-1"), (SERVED, 100, 100, 120, "day-1")]
    assert found.states("morning-1") == [(IDLE, 0, 90), (TALK, 90, 100)]
    assert found.leg("c1", 0, 0)["wrap_up_ends"] == 100
    assert (found.leg("c1", 0, 0)["resolved"], found.leg("c1", 0, 1)["resolved"]) == (-1, 1)


def test_who_is_handed_over_waits_before_all_others(day):
    found = day(f"{CALL}\nc2 95 50\nc3 97 10", **desk(*BOTH))

    assert found.legs("c1")[1] == (SERVED, 100, 145, 165, "day-1")
    assert found.legs("c3") == [(SERVED, 97, 165, 175, "day-1")]


def test_where_nobody_is_left_he_waits_for_the_next_shift(day):
    found = day(CALL, **desk(team("morning", "first"), team("evening", "second")))

    assert found.legs("c1")[1] == (SERVED, 100, 200, 220, "evening-1")


def test_who_is_handed_over_may_give_up(day):
    found = day(CALL, **desk(team("morning", "first"), customers={"patience": {"phone": "25s"}}))

    assert found.legs("c1")[1] == (ABANDONED, 100, None, 125, None)


def test_the_rest_is_as_long_as_it_was_whoever_takes_it(day):
    slow = team("day", "late", skills={"a": {"handles": "3x"}}, people={"ben": {"handles": "2x"}})
    found = day("need arrives\nc1 90", **desk(BOTH[0], slow))

    assert found.legs("c1")[1] == (SERVED, 100, 100, 190, "ben")


def test_a_skill_that_is_used_after_a_delay_is_used_at_once(day):
    found = day(CALL, **desk(BOTH[0], team("day", "late", skills={"a": {"after": "1h"}})))

    assert found.legs("c1")[1] == (SERVED, 100, 100, 120, "day-1")


def test_wrap_up_is_finished(day):
    handling = {"a": {"phone": {"talk": "30s", "wrap_up": "50s"}}}
    found = day("need arrives\nc1 60\nc2 90", **desk(*BOTH, handling=handling, channels=[{"name": "phone"}]))

    assert found.legs("c1") == [(SERVED, 60, 60, 90, "morning-1")]
    assert found.states("morning-1")[-1] == (WRAP_UP, 90, 140)


def test_messages_are_put_down(day):
    found = day("need arrives channel talk\ne1 90 post 30", **desk(*BOTH))

    assert found.legs("e1") == [(SERVED, 90, 90, 120, "day-1")]
    assert found.leg("e1")["paused"] == 0


def test_a_message_is_put_down_for_who_is_handed_over(day):
    ways = [{"name": "phone"}, {"name": "post", "kind": "deferrable", "interruptible": True}]
    calls = "need arrives channel talk\nc1 90 phone 30\ne1 95 post 50"
    found = day(calls, **desk(*BOTH, channels=ways))

    assert found.legs("c1")[1] == (SERVED, 100, 100, 120, "day-1")
    assert found.states("day-1")[1:] == [(TALK, 95, 100), (TALK, 100, 120), (TALK, 120, 165), (IDLE, 165, 400)]


def test_a_break_waits_for_the_end_of_talk(day):
    shifts = {"first": {"from": "00:00", "to": "00:10", "breaks": [{"at": "00:01:40", "for": "1min"}]}}
    found = day(CALL, **desk(team("g", "first", 2), shifts=shifts))

    assert found.legs("c1") == [(SERVED, 90, 90, 120, "g-1")]
    assert found.states("g-1")[2] == (BREAK, 120, 180)


def test_as_a_count_falls_who_began_last_hands_over(day):
    found = day("need arrives talk\nc1 10 200\nc2 20 200", **desk(counted(2, 1, 1, 1)))

    assert found.legs("c1") == [(SERVED, 10, 10, 210, "g-1")]
    assert found.legs("c2") == [(TRANSFERRED, 20, 20, 100, "g-2"), (SERVED, 100, 210, 330, "g-1")]


def test_what_shares_an_agent_is_finished(day):
    handling = {"talk": "100s"}
    chats = [{"name": "phone", "concurrency": {"most": 2}}]
    found = day(CALL, **desk(*BOTH, channels=chats, handling=handling))

    assert found.legs("c1") == [(SERVED, 90, 90, 120, "morning-1")]


def test_who_is_handed_over_before_he_is_passed_on_is_passed_on_all_the_same(day):
    transfers = {"to": "b", "share": "100%", "talk": "30s", "warm": "1h"}
    found = day(
        "need arrives\nc1 90",
        **desk(*BOTH, team("b", "second", skills=["b"]), handling={"talk": "40s", "transfers": transfers}),
    )

    assert found.legs("c1") == [
        (TRANSFERRED, 90, 90, 100, "morning-1"),
        (TRANSFERRED, 100, 100, 120, "day-1"),
        (SERVED, 120, 200, 240, "b-1"),
    ]
    assert found.states("day-1")[2] == (CONSULT, 120, 200)


def test_who_stays_with_a_customer_hands_nobody_over(day):
    transfers = {"to": "b", "share": "100%", "talk": "5s", "warm": "1h"}
    found = day(
        "need arrives\nc1 90",
        **desk(*BOTH, team("b", "second", skills=["b"]), handling={"talk": "40s", "transfers": transfers}),
    )

    assert found.states("morning-1")[-1] == (CONSULT, 95, 200)


def test_who_is_called_back_is_handed_over_and_not_called_again(day):
    phone = {"name": "phone", "callback": {"accepts": "100%", "dialling": {"time": "5s"}}}
    calls = "need arrives talk\nc1 0 20\nc2 10 90"
    found = day(calls, **desk(*BOTH, channels=[phone], handling={"talk": "100s"}))

    assert found.legs("c2") == [(TRANSFERRED, 10, 25, 100, "morning-1"), (SERVED, 100, 100, 115, "day-1")]
    assert (found.leg("c2", 0, 0)["dials"], found.leg("c2", 0, 1)["dials"]) == (1, -1)


def test_who_is_dialled_as_the_shift_ends_is_served_to_the_end(day):
    phone = {"name": "phone", "callback": {"accepts": "100%", "dialling": {"time": "5s"}}}
    calls = "need arrives talk\nc1 10 87\nc2 20 30"
    found = day(calls, **desk(team("morning", "first"), channels=[phone], handling={"talk": "100s"}))

    assert found.legs("c2") == [(SERVED, 20, 102, 132, "morning-1")]


def test_from_the_twelfth_leg_on_he_is_served_to_the_end(day):
    found = day("need arrives talk\nc1 0 1000", **desk(counted(*[1, 0] * 20, every="10s")))

    legs = found.legs("c1")
    assert [leg[0] for leg in legs] == [TRANSFERRED] * 12 + [SERVED]
    assert legs[-1] == (SERVED, 230, 240, 1120, "g-1")


CREW = changed(
    PLAIN,
    agents=[
        {"name": "early", "skills": ["call"], "staffing": {"shift": "early", "agents": 6}},
        {"name": "late", "skills": ["call"], "staffing": {"shift": "late", "agents": 6}},
    ],
    shifts={"early": {"from": "00:00", "to": "04:00"}, "late": {"from": "03:00", "to": "08:00"}},
    calendar__length="9h",
)


def test_no_second_of_talk_is_lost_or_done_twice(engine):
    """Customers who never give up: the legs of a contact add up to what one agent would have talked."""
    found = []
    for way in ("finish", "hand_over"):
        plan, logs = played(changed(CREW, shift_end=way), engine=engine)
        check(plan, logs)
        over = logs.attempts[logs.attempts["starts"] < 3.9 * 3600]
        needs = np.unique(over["need"])
        rows = logs.attempts[np.isin(logs.attempts["need"], needs)]
        talk = np.bincount(np.searchsorted(needs, rows["need"]), weights=rows["talk_ends"] - rows["starts"])
        found.append((needs, talk, int((rows["leg"] > 0).sum())))

    (needs, whole_talk, none), (same, pieces, some) = found
    assert (none, needs.tolist()) == (0, same.tolist())
    assert some > 0
    np.testing.assert_allclose(pieces, whole_talk, rtol=1e-12)


def test_who_hands_over_goes_in_time_and_lets_others_wait(engine):
    crew = changed(CREW, agents__late__staffing__agents=3)
    (longer, sooner), (in_time, later) = (
        whole(changed(crew, shift_end=way), "overtime_hours", "transfers", replications=3, engine=engine)
        for way in ("finish", "hand_over")
    )

    assert (in_time, sooner) == (0.0, 0.0)
    assert longer > 0.1
    assert later > 1
