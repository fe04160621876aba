"""Breaks: due at their time, had when the contact is over, paid and not on duty; times on paper."""

import pytest
from worlds.base import played

from ccsim.logs.codes import AgentState, EndReason
from ccsim.metrics.measure import measure

SERVED, ABANDONED = EndReason.SERVED, EndReason.ABANDONED
IDLE, TALK, WRAP_UP, BREAK, *_ = AgentState


def desk(*breaks, agents=1, to="00:10:00", **more):
    """Phone and e-mail, and agents from 0 to 600 s with breaks."""
    return {
        "calendar": {"length": "20min"},
        "channels": [{"name": "phone"}, {"name": "post", "kind": "deferrable"}],
        "handling": {"a": {"phone": {"talk": "100s"}, "post": {"work": "100s"}}},
        "shifts": {"s": {"from": "00:00:00", "to": to, "breaks": [*breaks]}},
        "agents": [{"name": "g", "skills": ["a"], "staffing": {"shift": "s", "agents": agents}}],
    } | more


TEA = {"at": "00:01:40", "for": "60s"}


def test_an_idle_agent_has_it_when_it_is_due_and_takes_who_waits_after_it(day):
    found = day("need arrives talk\nc1 100 50\nc2 160 10", **desk(TEA))

    assert found.states("g-1")[:3] == [(IDLE, 0, 100), (BREAK, 100, 160), (TALK, 160, 210)]
    assert found.legs("c1") == [(SERVED, 100, 160, 210, "g-1")]


def test_a_busy_agent_has_it_after_the_contact_at_full_length(day):
    found = day("need arrives talk wrap_up\nc1 50 70 10\nc2 60 5 0", **desk(TEA))

    assert found.states("g-1")[:4] == [(IDLE, 0, 50), (TALK, 50, 120), (WRAP_UP, 120, 130), (BREAK, 130, 190)]
    assert found.legs("c2") == [(SERVED, 60, 190, 195, "g-1")]


def test_who_is_free_in_the_instant_of_the_break_has_it(day):
    found = day("need arrives talk\nc1 50 50\nc2 60 5", **desk(TEA))

    assert found.states("g-1")[1:4] == [(TALK, 50, 100), (BREAK, 100, 160), (TALK, 160, 165)]


def test_a_message_is_finished_before_the_break_or_put_down(day):
    calls = "need arrives channel talk\ne1 50 post 70"

    finished = day(calls, **desk(TEA))
    paused = day(calls, **desk(TEA, shift_end="pause"))

    assert finished.states("g-1")[1:3] == [(TALK, 50, 120), (BREAK, 120, 180)]
    assert paused.states("g-1")[1:4] == [(TALK, 50, 100), (BREAK, 100, 160), (TALK, 160, 180)]
    assert paused.leg("e1")["paused"] == 60


def test_a_late_break_delays_the_next(day):
    found = day("need arrives talk\nc1 50 150", **desk(TEA, {"at": "00:04:00", "for": "30s"}))

    # due at 100 and at 240; had from 200 to 260, and from 260 to 290
    assert found.states("g-1")[2:4] == [(BREAK, 200, 260), (BREAK, 260, 290)]


def test_a_break_ends_with_the_shift(day):
    found = day("need arrives talk\nc1 50 530\nc2 590 5", **desk(TEA))

    assert found.states("g-1") == [(IDLE, 0, 50), (TALK, 50, 580), (BREAK, 580, 600)]
    assert found.legs("c2")[0][2] is None


def test_after_the_shift_there_is_no_break(day):
    found = day("need arrives talk\nc1 50 550", **desk(TEA))

    assert found.states("g-1") == [(IDLE, 0, 50), (TALK, 50, 600)]


def test_a_break_that_was_missed_is_not_had_on_the_next_day(day):
    found = day("need arrives talk\nc1 50 86400", **desk(TEA, calendar={"days": 2}))

    # still busy from the day before when the second day's break is due, at 86500
    assert found.states("g-1") == [
        (IDLE, 0, 50), (TALK, 50, 86450), (IDLE, 86450, 86500), (BREAK, 86500, 86560), (IDLE, 86560, 87000),
    ]  # fmt: skip


def test_a_shift_may_begin_with_a_break(day):
    found = day("need arrives talk\nc1 5 10", **desk({"at": "00:00", "for": "20s"}))

    assert found.states("g-1") == [(BREAK, 0, 20), (TALK, 20, 30), (IDLE, 30, 600)]


def test_a_break_may_last_to_the_end_of_the_shift_and_the_run(day):
    found = day("need arrives talk\nc1 5 10", **desk({"at": "00:09", "for": "60s"}))
    cut = day("need arrives talk\nc1 5 10", **desk({"at": "00:09", "for": "60s"}, calendar={"length": "570s"}))

    assert found.states("g-1")[-1] == (BREAK, 540, 600)
    assert cut.states("g-1")[-1] == (BREAK, 540, 570)


def test_the_idle_who_are_back_from_a_break_are_the_shortest_idle(day):
    calls = "need arrives talk\nc1 70 5\nc2 170 5"
    found = day(calls, **desk({"between": "00:01:40-00:04:00", "for": "60s"}, agents=2))

    # g-1 from 100 to 160, g-2 from 180 to 240: at 170 g-1 is idle since 160, g-2 since 0
    assert found.legs("c2") == [(SERVED, 170, 170, 175, "g-2")]
    assert [state for state in found.states("g-1") if state[0] == BREAK] == [(BREAK, 100, 160)]
    assert [state for state in found.states("g-2") if state[0] == BREAK] == [(BREAK, 180, 240)]


def test_breaks_are_paid_and_no_time_on_duty(day):
    found = day("need arrives talk\nc1 0 54", **desk(TEA))
    rows = {one.measure: one for one in measure(found.plan, found.logs) if one.cell == ()}

    assert (rows["occupancy"].numerator, rows["occupancy"].denominator) == (54, 540)
    hours = {name: rows[f"{name}_hours"].numerator * 3600 for name in ("break", "scheduled", "agent", "overtime")}
    assert hours == pytest.approx({"break": 60, "scheduled": 600, "agent": 600, "overtime": 0})


@pytest.mark.parametrize("volume", [20, 40])
def test_where_work_is_put_down_a_break_is_a_gap_between_two_shifts(engine, volume):
    """Other agents come back, but not one message is done at another moment."""

    def mailroom(staffing, shifts):
        return {
            "name": "mailroom",
            "calendar": {"days": 2},
            "needs": {"volume": {"per_hour": volume}, "types": [{"name": "mail"}]},
            "channels": [{"name": "post", "kind": "deferrable"}],
            "handling": {"work": {"exponential": {"mean": "9min"}}},
            "agents": [{"name": "team", "skills": ["mail"], "staffing": staffing}],
            "shifts": shifts,
            "shift_end": "pause",
        }

    one = {"from": "08:00", "to": "17:00", "breaks": [{"at": "12:00", "for": "45min"}]}
    two = {"early": {"from": "08:00", "to": "12:00"}, "late": {"from": "12:45", "to": "17:00"}}
    _, whole = played(mailroom({"shift": "day", "agents": 6}, {"day": one}), engine=engine)
    _, split = played(mailroom({"shift": ["early", "late"], "agents": [6, 6]}, two), engine=engine)

    for column in whole.attempts.dtype.names:
        if column != "agent":
            assert whole.attempts[column].tolist() == pytest.approx(split.attempts[column].tolist(), 0, 0, nan_ok=True)
    assert len(whole.attempts) > 500
    theirs = split.attempts["agent"]
    assert (whole.attempts["agent"] == [agent % 6 if agent >= 0 else agent for agent in theirs.tolist()]).all()
