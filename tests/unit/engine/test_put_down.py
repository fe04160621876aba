"""Deferrable work that is put down as a shift ends, and taken up again; times on paper."""

import pytest

from ccsim.logs.codes import AgentState, EndReason
from ccsim.metrics.measure import measure

SERVED, HORIZON = EndReason.SERVED, EndReason.HORIZON
IDLE, TALK, *_ = AgentState


def desk(*groups, shift_end="pause", **more):
    """Phone and e-mail, and shifts first [0, 100), second [200, 300) and late [50, 400)."""
    return {
        "channels": [{"name": "phone"}, {"name": "email", "kind": "deferrable"}],
        "handling": {"a": {"phone": {"talk": "100s"}, "email": {"work": "100s"}}},
        "shifts": {
            "first": {"from": "00:00:00", "to": "00:01:40"},
            "second": {"from": "00:03:20", "to": "00:05:00"},
            "late": {"from": "00:00:50", "to": "00:06:40"},
        },
        "agents": [*groups],
        "shift_end": shift_end,
    } | more


def team(name, shift, agents=1, **more):
    return {"name": name, "skills": ["a"], "staffing": {"shift": shift, "agents": agents}} | more


def counted(*agents, every="100s"):
    return {"name": "g", "skills": ["a"], "staffing": {"from": "00:00", "every": every, "agents": [*agents]}}


OVERNIGHT = """
    need arrives channel talk
    e1   90      email   30
    e2   150     email   10
"""


def test_what_is_put_down_is_taken_up_first_by_whoever_comes(day):
    found = day(OVERNIGHT, **desk(team("morning", "first"), team("evening", "second")))

    assert found.legs("e1") == [(SERVED, 90, 90, 220, "evening-1")]
    assert found.legs("e2") == [(SERVED, 150, 220, 230, "evening-1")]
    assert found.states("morning-1") == [(IDLE, 0, 90), (TALK, 90, 100)]
    assert found.states("evening-1") == [(TALK, 200, 220), (TALK, 220, 230), (IDLE, 230, 300)]
    assert found.leg("e1")["paused"] == 100


def test_a_shift_that_finishes_puts_nothing_down(day):
    found = day(OVERNIGHT, **desk(team("morning", "first"), team("evening", "second"), shift_end="finish"))

    assert found.legs("e1") == [(SERVED, 90, 90, 120, "morning-1")]
    assert found.leg("e1")["paused"] != found.leg("e1")["paused"]


def test_a_call_is_finished_whatever_messages_do(day):
    found = day("need arrives channel talk\nc1 90 phone 30", **desk(team("morning", "first")))

    assert found.legs("c1") == [(SERVED, 90, 90, 120, "morning-1")]
    assert found.states("morning-1") == [(IDLE, 0, 90), (TALK, 90, 120)]


def test_work_that_ends_as_the_shift_does_is_done(day):
    calls = "need arrives channel talk\ne1 70 email 30"
    found = day(calls, **desk(team("morning", "first"), team("evening", "second")))

    assert found.legs("e1") == [(SERVED, 70, 70, 100, "morning-1")]
    assert found.leg("e1")["paused"] != found.leg("e1")["paused"]


def test_an_idle_agent_takes_it_over_in_the_same_instant(day):
    found = day("need arrives channel talk\ne1 10 email 200", **desk(team("morning", "first"), team("rest", "late")))

    assert found.legs("e1") == [(SERVED, 10, 10, 210, "rest-1")]
    assert found.leg("e1")["paused"] == 0
    assert found.states("rest-1") == [(IDLE, 50, 100), (TALK, 100, 210), (IDLE, 210, 400)]


def test_another_agents_speed_does_not_change_what_is_left(day):
    slow = team("evening", "second", skills={"a": {"rank": 1, "handles": "2x"}})
    found = day(
        "need arrives channel\ne1 90 email\ne2 150 email",
        **desk(team("morning", "first"), slow, handling={"a": {"phone": {"talk": "9s"}, "email": {"work": "30s"}}}),
    )

    assert found.leg("e1")["ends"] == 220
    assert found.leg("e2")["ends"] == 280


def test_what_was_put_down_goes_before_messages_that_came_earlier(day):
    """Priority goes before it, and a message of its own priority after it."""
    types = [{"name": "a", "priority": 2}, {"name": "b", "skill": "a", "priority": 1}]
    calls = """
        need type arrives channel talk
        old  a    0       email   10
        e1   a    5       email   150
        e2   a    6       email   20
        e3   b    160     email   20
    """
    found = day(
        calls,
        **desk(
            team("morning", "first"),
            team("evening", "second"),
            needs={"types": types, "replay": "calls.csv"},
            handling={name: {"phone": {"talk": "9s"}, "email": {"work": "9s"}} for name in ("a", "b")},
        ),
    )

    # e1 is put down at 100 with 60 s to go; at 200 e3 goes before it by priority, e2 after it
    assert found.legs("e3") == [(SERVED, 160, 200, 220, "evening-1")]
    assert found.legs("e1") == [(SERVED, 5, 10, 280, "evening-1")]
    assert found.legs("e2") == [(SERVED, 6, 280, 300, "evening-1")]
    assert found.leg("e1")["paused"] == 120


def test_of_several_put_down_the_one_that_joined_first_is_first(day):
    calls = """
        need arrives channel talk
        e1   10      email   100
        e2   20      email   100
        e3   30      email   100
    """
    found = day(calls, **desk(team("morning", "first", 3), team("evening", "second")))

    # 10, 20 and 30 s are left
    assert [found.leg(name)["ends"] for name in ("e1", "e2", "e3")] == [210, 230, 260]


def test_when_the_count_falls_whoever_began_last_puts_it_down(day):
    calls = """
        need arrives channel talk
        e1   10      email   200
        e2   20      email   200
        e3   30      email   200
    """
    found = day(calls, **desk(counted(3, 1, 2, 2)))

    assert found.states("g-3") == [(IDLE, 0, 30), (TALK, 30, 100)]
    assert found.states("g-2")[:2] == [(IDLE, 0, 20), (TALK, 20, 100)]
    assert found.legs("e1") == [(SERVED, 10, 10, 210, "g-1")]
    assert found.legs("e2") == [(SERVED, 20, 20, 320, "g-2")]
    assert found.legs("e3") == [(SERVED, 30, 30, 340, "g-1")]


def test_when_the_count_falls_calls_stay_and_messages_go(day):
    calls = """
        need arrives channel talk
        e1   10      email   200
        c1   20      phone   200
        c2   30      phone   200
    """
    found = day(calls, **desk(counted(3, 1, 0)))

    assert found.states("g-1") == [(IDLE, 0, 10), (TALK, 10, 100)]
    assert found.legs("c1") == [(SERVED, 20, 20, 220, "g-2")]
    assert found.legs("c2") == [(SERVED, 30, 30, 230, "g-3")]
    assert found.leg("e1")["paused"] == 3500


def test_idle_agents_go_before_anything_is_put_down(day):
    found = day("need arrives channel talk\ne1 10 email 200", **desk(counted(3, 1, 1)))

    assert found.legs("e1") == [(SERVED, 10, 10, 210, "g-1")]


def test_a_message_is_put_down_night_after_night(day):
    found = day(
        "need arrives channel talk\ne1 50 email 120",
        **desk(counted(1, 0, every="60s"), calendar={"length": "5min"}),
    )

    assert found.legs("e1") == [(HORIZON, 50, 50, 300, "g-1")]

    found = day("need arrives channel talk\ne1 50 email 120", **desk(counted(1, 0, 1, 0, 1, every="60s")))

    assert found.states("g-1") == [(IDLE, 0, 50), (TALK, 50, 60), (TALK, 120, 180), (TALK, 240, 290), (IDLE, 290, 300)]
    assert found.leg("e1")["paused"] == 60 + 60


def test_what_lies_at_the_horizon_has_no_end_and_all_its_time_counts(day):
    found = day("need arrives channel talk\ne1 90 email 30", **desk(team("morning", "first")))
    row = found.leg("e1")

    assert (row["end_reason"], row["ends"], row["agent"], row["paused"]) == (HORIZON, 3600, 0, 3500)
    assert row["talk_ends"] != row["talk_ends"]


@pytest.mark.parametrize(("shift_end", "exact"), [("pause", (0, 0, 1, 2)), ("finish", (0, 0, 0, 1))])
def test_the_backlog_counts_what_is_waiting_in_work_and_put_down(day, shift_end, exact):
    found = day(
        OVERNIGHT,
        **desk(team("morning", "first"), team("evening", "second"), shift_end=shift_end),
        calendar={"length": "4min", "interval": "1min"},
    )
    rows = {one.cell: one for one in measure(found.plan, found.logs) if one.measure == "backlog"}
    by_interval = [row.numerator for cell, row in rows.items() if cell and cell[0][0] == "interval"]

    assert tuple(by_interval) == exact
    assert (rows[()].numerator, rows[()].denominator) == (sum(exact), 4)


def test_handling_time_is_the_work_without_the_pause(day):
    found = day(OVERNIGHT, **desk(team("morning", "first"), team("evening", "second")))
    (talk,) = [
        one for one in measure(found.plan, found.logs) if one.measure == "talk" and one.cell == (("channel", "email"),)
    ]

    assert (talk.numerator, talk.denominator) == (40, 2)
