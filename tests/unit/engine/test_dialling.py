"""Calls that the centre makes: callbacks and outbound; times on paper, chances 0 and 1 or read off the draws."""

import numpy as np
import pytest
from worlds.base import FULL, changed, played

from ccsim.draws.streams import Purpose, need_uniform
from ccsim.logs.codes import AgentState, EndReason, Outcome

SERVED, ABANDONED, FAILED, HORIZON = (
    EndReason.SERVED,
    EndReason.ABANDONED,
    EndReason.CALLBACK_FAILED,
    EndReason.HORIZON,
)
IDLE, TALK, DIALLING = AgentState.IDLE, AgentState.TALK, AgentState.DIALLING


def callback(tries=1, reached="100%", time="20s", again_after="300s", phone=(), **more):
    dialling = {"time": time, "reached": reached, "tries": tries, "again_after": again_after}
    return {"channels": [{"name": "phone", "callback": {"dialling": dialling, **more}, **dict(phone)}]}


def outbound(tries=1, reached="100%", time="20s", again_after="300s"):
    dialling = {"time": time, "reached": reached, "tries": tries, "again_after": again_after}
    return {
        "channels": [{"name": "phone"}, {"name": "calls", "kind": "deferrable", "dialling": dialling}],
        "handling": {"a": {"phone": {"talk": "100s"}, "calls": {"work": "100s"}}},
    }


def test_who_takes_a_callback_keeps_the_place_in_line_and_is_called(day):
    """c2 rings off at 10 and comes before c3, who is behind him and waits on."""
    found = day("need arrives talk\nc1 0 100\nc2 10 50\nc3 20 50", **callback(time="20s", waiting=0))
    found_too = day("need arrives talk\nc1 0 100\nc2 10 50\nc3 20 50", **callback(time="20s", waiting=1))

    assert found.legs("c2") == [(SERVED, 10, 120, 170, "g-1")]
    assert found.legs("c3") == [(SERVED, 20, 190, 240, "g-1")]
    assert found.states("g-1")[:5] == [
        (TALK, 0, 100),
        (DIALLING, 100, 120),
        (TALK, 120, 170),
        (DIALLING, 170, 190),
        (TALK, 190, 240),
    ]
    # offered from one who waits: c2 waits on the line, c3 behind him is called
    assert [found_too.leg(label)["dials"] for label in ("c1", "c2", "c3")] == [-1, -1, 1]
    assert found_too.legs("c3") == [(SERVED, 20, 170, 220, "g-1")]


def test_who_expects_a_call_has_no_patience(day):
    found = day("need arrives talk patience\nc1 0 100 -\nc2 10 50 30", **callback())

    assert found.legs("c2") == [(SERVED, 10, 120, 170, "g-1")]
    assert found.leg("c2")["patience"] != found.leg("c2")["patience"]


def test_who_is_not_reached_is_called_again_first_in_line(day):
    """c2's second call is due at 220 while c3 is served; c4 waits longer but comes after."""
    table = "need arrives talk\nc1 0 100\nc2 10 50\nc3 30 200\nc4 40 50"
    found = day(table, **callback(tries=2, reached="0%", again_after="100s", accepts="100%", waiting=0))

    # nobody is ever reached: 20 s each, c2 c3 c4 in a row, then c2 again at 220
    assert found.legs("c2") == [(FAILED, 10, None, 240, None)]
    assert found.states("g-1")[1:6] == [
        (DIALLING, 100, 120),
        (DIALLING, 120, 140),
        (DIALLING, 140, 160),
        (IDLE, 160, 220),
        (DIALLING, 220, 240),
    ]
    assert found.outcome("c2") == (Outcome.GIVEN_UP, 240)
    assert found.leg("c2")["dials"] == 2


def test_a_call_that_is_due_goes_before_who_joined_earlier(day):
    """Called in vain at 100, due again at 150 while c3 talks, and called before c4, who has waited since 120."""
    found = day(
        "need arrives talk patience\nc1 0 100 -\nc2 10 50 -\nc3 125 100 -\nc4 130 50 -",
        **callback(
            tries=2, reached="0%", again_after="50s", phone={"announces": {"handling": "1s"}}.items(), waiting=0
        ),
    )

    assert found.states("g-1")[1:5] == [(DIALLING, 100, 120), (IDLE, 120, 125), (TALK, 125, 225), (DIALLING, 225, 245)]
    assert found.leg("c2")["ends"] == 245


def test_a_callback_later_is_due_at_its_time_and_idle_agents_call_at_once(day):
    found = day("need arrives talk\nc1 0 100\nc2 10 50", **callback(after="10min", time="0s"))

    assert found.legs("c2") == [(SERVED, 10, 610, 660, "g-1")]


def test_who_rings_off_gives_the_line_back(day):
    phone = {"lines": 2}.items()
    found = day("need arrives talk\nc1 0 100\nc2 10 50\nc3 20 50\nc4 130 50", **callback(phone=phone))

    assert [found.legs(label)[0][0] for label in ("c2", "c3", "c4")] == [SERVED] * 3


def test_offered_at_an_announced_wait(day):
    phone = {"announces": {"handling": "60s"}}.items()
    found = day("need arrives talk\nc1 0 500\nc2 10 50\nc3 20 50", **callback(phone=phone, wait="2min"))

    assert [found.leg(label)["dials"] for label in ("c1", "c2", "c3")] == [-1, -1, 1]


def test_who_is_offered_none_waits_as_ever_and_who_declines_too(day):
    table = "need arrives talk patience\nc1 0 100 -\nc2 10 50 30"
    for way in (callback(waiting=1), callback(accepts="0%")):
        found = day(table, **way)

        assert found.legs("c2") == [(ABANDONED, 10, None, 40, None)]
        assert found.leg("c2")["dials"] == -1


def test_whom_the_run_cuts_off_while_an_agent_calls_has_no_agent_yet(day):
    found = day("need arrives talk\nc1 0 100\nc2 10 50", calendar={"length": "110s"}, **callback())

    assert found.legs("c2") == [(HORIZON, 10, None, 110, None)]
    assert found.leg("c2")["dials"] == 1
    assert found.states("g-1") == [(TALK, 0, 100), (DIALLING, 100, 110)]


def test_who_was_never_reached_may_redial(day):
    customers = {"redial": {"probability": "100%", "after": "100s"}}
    found = day("need arrives talk\nc1 0 100\nc2 10 50", customers=customers, **callback(reached="0%"))

    assert found.legs("c2") == [(FAILED, 10, None, 120, None), (SERVED, 220, 220, 320, "g-1")]


def test_an_outbound_call_is_dialled_by_an_idle_agent(day):
    found = day("need arrives channel talk\nc1 0 calls 50\nc2 10 calls 50", **outbound())

    assert found.legs("c1") == [(SERVED, 0, 20, 70, "g-1")]
    assert found.legs("c2") == [(SERVED, 10, 90, 140, "g-1")]
    assert found.states("g-1")[:2] == [(DIALLING, 0, 20), (TALK, 20, 70)]


def test_calls_come_before_outbound_calls(day):
    found = day("need arrives channel talk\nc1 0 phone 50\nc2 10 calls 50\nc3 20 phone 50", **outbound())

    assert found.legs("c2") == [(SERVED, 10, 120, 170, "g-1")]
    assert found.legs("c3") == [(SERVED, 20, 50, 100, "g-1")]


def test_whom_an_outbound_call_never_reaches_does_not_redial(day):
    customers = {"redial": {"probability": "100%", "after": "100s"}}
    found = day("need arrives channel\nc1 0 calls", customers=customers, **outbound(reached="0%", tries=3))

    assert found.legs("c1") == [(FAILED, 0, None, 660, None)]
    assert found.outcome("c1") == (Outcome.GIVEN_UP, 660)


def test_an_outbound_call_is_finished_where_messages_are_put_down(day):
    found = day(
        "need arrives channel talk\nc1 50 calls 100\nc2 190 calls 10",
        shifts={"s": {"from": "00:00", "to": "00:01"}, "t": {"from": "00:03", "to": "00:04"}},
        agents=[{"name": "g", "skills": ["a"], "staffing": {"shift": ["s", "t"], "agents": [1, 1]}}],
        shift_end="pause",
        **outbound(),
    )

    assert found.legs("c1") == [(SERVED, 50, 70, 170, "g-1")]
    assert found.leg("c1")["paused"] != found.leg("c1")["paused"]


def test_who_is_misrouted_and_called_is_passed_on_without_a_line(day):
    gate = {"time": "0s", "misroutes": {"base": "100%", "talk": "10s"}}
    found = day(
        "need arrives gate talk\nc1 0 agent 100\nc2 5 agent 50",
        **callback(phone={"gate": gate, "lines": 2}.items()),
    )

    assert [leg[0] for leg in found.legs("c2")] == [EndReason.TRANSFERRED, SERVED]
    assert found.leg("c2")["dials"] == 1
    assert found.leg("c2", leg=1)["dials"] == -1


def test_who_takes_a_callback_and_who_is_reached_is_read_off_the_draws(engine):
    dialling = {"time": "15s", "reached": "60%", "tries": 3, "again_after": "5min"}
    world = changed(FULL, channels__phone__callback={"accepts": "40%", "dialling": dialling})
    _, logs = played(world, engine=engine)
    rows = logs.attempts[(logs.attempts["channel"] == 0) & (logs.attempts["leg"] == 0)]

    def dealt(row, purpose, number=0):
        return need_uniform(1, 0, row["need"], purpose, row["attempt"], row["leg"], number)

    waited = rows[(rows["joins"] == rows["joins"]) & (rows["starts"] != rows["joins"])]
    assert len(waited) > 100
    for row in waited:
        assert (row["dials"] >= 0) == (dealt(row, Purpose.CALLBACK) < 0.4)
        for number in range(1, row["dials"]):
            assert dealt(row, Purpose.REACHED, number) >= 0.6
    ended = waited[(waited["dials"] > 0) & np.isin(waited["end_reason"], (SERVED, FAILED))]
    assert {int(reason) for reason in ended["end_reason"]} == {SERVED, FAILED}
    for row in ended:
        assert (dealt(row, Purpose.REACHED, row["dials"]) < 0.6) == (row["end_reason"] == SERVED)


@pytest.mark.parametrize("wrong", ["concurrency", "announces", "interruptible"])
def test_what_cannot_be_is_refused(wrong, day):
    channels = {
        "concurrency": [{"name": "phone", "callback": {}, "concurrency": {"most": 2}}],
        "announces": [{"name": "phone", "callback": {"wait": "2min"}}],
        "interruptible": [
            {"name": "phone"},
            {"name": "calls", "kind": "deferrable", "dialling": {}, "interruptible": True},
        ],
    }
    with pytest.raises(Exception, match=wrong):
        day("need arrives\nc1 0", channels=channels[wrong])
