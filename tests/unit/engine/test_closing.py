"""Who is in line as a channel closes, played by both engines; numbers on paper."""

import pytest

from ccsim.errors import ScenarioError
from ccsim.logs.codes import AgentState, EndReason, Outcome
from ccsim.metrics.measure import measure

SERVED, ABANDONED, CUT_OFF, HORIZON = EndReason.SERVED, EndReason.ABANDONED, EndReason.CUT_OFF, EndReason.HORIZON
TRANSFERRED, CLOSED = EndReason.TRANSFERRED, EndReason.CLOSED
TALK = int(AgentState.TALK)
TEN_MINUTES = {"s": {"from": "00:00", "to": "00:10"}}
# c1 is with the agent at closing; c2 and c3 are in line, c3 for 70 s at most
CALLS = "need arrives talk patience\nc1 590 100 never\nc2 595 50 never\nc3 596 30 70"


def phone(at_closing, **more):
    return {"name": "phone", "open": "00:00-00:10", "at_closing": at_closing} | more


def team(**more):
    return {"name": "g", "skills": ["a"], "staffing": {"shift": "s", "agents": 1}, "wage": "36/h"} | more


def whole(found):
    """Measures of the whole centre."""
    return {value.measure: value for value in measure(found.plan, found.logs) if value.cell == ()}


def test_who_is_in_line_is_served_by_an_agent_who_stays(day):
    """The agent goes at 740, when the line is empty: c3 has hung up at 666."""
    found = day(CALLS, channels=[phone("finish")], agents=[team()], shifts=TEN_MINUTES)

    assert found.legs("c1") == [(SERVED, 590, 590, 690, "g-1")]
    assert found.legs("c2") == [(SERVED, 595, 690, 740, "g-1")]
    assert found.legs("c3") == [(ABANDONED, 596, None, 666, None)]
    assert found.states("g-1")[1:] == [(TALK, 590, 690), (TALK, 690, 740)]
    assert whole(found)["overtime_hours"].numerator == pytest.approx(140 / 3600)
    assert whole(found)["cost_wages"].numerator == pytest.approx(740 * 0.01)


def test_finish_is_what_happens_unless_something_else_is_said(day):
    told = [phone("finish"), {"name": "phone", "open": "00:00-00:10"}]
    said, unsaid = (
        day(CALLS, channels=[one], agents=[team()], shifts=TEN_MINUTES).logs.attempts.tolist() for one in told
    )

    assert str(said) == str(unsaid)


def test_who_is_in_line_is_cut_off_and_counts_against_the_centre(day):
    """Neither is answered nor has left: of three offered one is answered, none abandoned, two are cut off."""
    found = day(CALLS, channels=[phone("cut_off")], agents=[team()], shifts=TEN_MINUTES)

    assert found.legs("c2")[0] == (CUT_OFF, 595, None, 600, None)
    assert found.legs("c3")[0] == (CUT_OFF, 596, None, 600, None)
    assert found.states("g-1")[-1] == (TALK, 590, 690)
    values = whole(found)
    shares = {name: (values[name].numerator, values[name].denominator) for name in ("cut_off", "abandonment")}
    assert shares == {"cut_off": (2, 3), "abandonment": (0, 3)}
    for base in ("offered", "met_or_gone", "early_gone_left_out", "met_or_short_gone"):
        level = values[f"service_level_{base}"]
        assert (level.numerator, level.denominator) == (1, 3), base
    assert values["wait_offered"].numerator == 5 + 4


def test_who_is_in_line_waits_until_somebody_comes_or_patience_ends(day):
    found = day(CALLS, channels=[phone("wait")], agents=[team()], shifts=TEN_MINUTES)

    assert found.legs("c2") == [(HORIZON, 595, None, 3600, None)]
    assert found.legs("c3") == [(ABANDONED, 596, None, 666, None)]


def test_who_is_cut_off_does_what_who_finds_the_channel_closed_does(day):
    """All write an e-mail at once; the closed channel's own words decide, not redial."""
    found = day(
        CALLS,
        channels=[
            phone("cut_off", when_closed={"returns": "0%", "diverted": {"email": "100%"}}),
            {"name": "email", "kind": "deferrable"},
        ],
        agents=[team(), {"name": "h", "skills": ["a"], "channels": ["email"], "staffing": {"agents": 1}}],
        shifts=TEN_MINUTES,
        handling={"a": {"phone": {"talk": "100s"}, "email": {"work": "40s"}}},
        customers={"redial": {"probability": "0%", "after": "1s"}},
    )

    assert found.legs("c2") == [(CUT_OFF, 595, None, 600, None), (SERVED, 600, 600, 640, "h-1")]
    assert found.legs("c3") == [(CUT_OFF, 596, None, 600, None), (SERVED, 600, 640, 680, "h-1")]


def test_who_is_cut_off_and_does_not_come_back_has_given_up(day):
    found = day(CALLS, channels=[phone("cut_off", when_closed={"returns": "0%"})], agents=[team()], shifts=TEN_MINUTES)

    assert found.outcome("c2") == (Outcome.GIVEN_UP, 600)


@pytest.mark.parametrize("at_closing", ["finish", "cut_off", "wait"])
def test_agents_who_are_there_go_on_after_closing_but_not_for_who_is_cut_off(day, at_closing):
    """With an agent until the end of the run, finish and wait are the same."""
    found = day(CALLS, channels=[phone(at_closing)])

    later = [(CUT_OFF, 595, None, 600, None)] if at_closing == "cut_off" else [(SERVED, 595, 690, 740, "g-1")]
    assert found.legs("c2") == later


def test_a_group_staffed_by_count_finishes_the_line_too(day):
    """Two agents until closing, then none; the one who is free first takes c3, the other finds nobody and goes."""
    found = day(
        "need arrives talk patience\nc1 590 100 never\nc2 591 150 never\nc3 595 20 never",
        channels=[phone("finish")],
        agents=[team(staffing={"every": "10min", "agents": [2]})],
    )

    assert found.legs("c3") == [(SERVED, 595, 690, 710, "g-1")]
    assert found.states("g-1")[-1] == (TALK, 690, 710)
    assert found.states("g-2")[-1] == (TALK, 591, 741)


def test_an_agent_stays_only_for_whom_he_may_take(day):
    """Of a and b in line at closing, b is sent away: who may serve it has gone before."""
    found = day(
        "need type arrives talk patience\nc1 a 590 50 never\nc2 b 592 60 never\nc3 a 595 20 never\nc4 b 596 20 never",
        needs={"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"},
        channels=[phone("finish")],
        agents=[
            team(),
            team(name="h", skills=["b"], staffing={"shift": "early", "agents": 1}),
        ],
        shifts=TEN_MINUTES | {"early": {"from": "00:00", "to": "00:09:50"}},
    )

    assert found.legs("c3") == [(SERVED, 595, 640, 660, "g-1")]
    # her shift was over as c2 came: nobody was there for b at closing
    assert found.legs("c2") == [(CUT_OFF, 592, None, 600, None)]
    assert found.legs("c4") == [(CUT_OFF, 596, None, 600, None)]


def test_who_is_left_alone_is_sent_away_as_the_last_agent_goes(day):
    """The agent may take b after 90 s of waiting only, at 686, and is done with the last a at 660."""
    found = day(
        "need type arrives talk patience\nc1 a 590 50 never\nc3 a 595 20 never\nc4 b 596 20 never",
        needs={"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"},
        channels=[phone("finish")],
        agents=[team(skills={"a": 1, "b": {"after": "90s"}})],
        shifts=TEN_MINUTES,
    )

    assert found.legs("c3") == [(SERVED, 595, 640, 660, "g-1")]
    assert found.legs("c4") == [(CUT_OFF, 596, None, 660, None)]


def test_who_comes_to_the_line_after_closing_is_served_while_somebody_is_there(day):
    """In the gate until 650: c1 finds the agent at work and is taken at 690, c2 comes at 700 and finds nobody."""
    gate = {"time": "60s"}
    calls = "need arrives talk\nc0 530 100\nc1 590 10\nc2 599 10"
    found = day(calls, channels=[phone("finish", gate=gate)], agents=[team()], shifts=TEN_MINUTES)

    assert found.legs("c0") == [(SERVED, 590, 590, 690, "g-1")]
    assert found.legs("c1") == [(SERVED, 650, 690, 700, "g-1")]
    assert found.legs("c2") == [(SERVED, 659, 700, 710, "g-1")]

    found = day(calls.replace("c0 530 100", "c0 530 5"), channels=[phone("finish", gate=gate)], agents=[team()],
                shifts=TEN_MINUTES)  # fmt: skip

    assert found.legs("c1") == [(CUT_OFF, 650, None, 650, None)]


def test_who_waits_for_a_callback_is_not_cut_off(day):
    """c2 has rung off; the agent comes back at 20 minutes and calls."""
    found = day(
        "need arrives talk patience\nc1 590 100 never\nc2 595 50 never",
        channels=[phone("cut_off", callback={"dialling": {"time": "10s"}})],
        agents=[team(staffing={"shift": ["s", "late"], "agents": [1, 1]})],
        shifts=TEN_MINUTES | {"late": {"from": "00:20", "to": "00:30"}},
    )

    assert found.legs("c2") == [(SERVED, 595, 1210, 1260, "g-2")]


def test_talk_is_not_handed_over_where_the_agents_finish(day):
    found = day(CALLS, channels=[phone("finish")], agents=[team()], shifts=TEN_MINUTES, shift_end="hand_over")

    assert found.legs("c1") == [(SERVED, 590, 590, 690, "g-1")]


def test_an_agent_who_puts_work_down_as_the_shift_ends_takes_who_is_in_line(day):
    found = day(
        "need channel arrives talk patience\nm email 500 300 -\nc phone 590 40 never",
        channels=[phone("finish"), {"name": "email", "kind": "deferrable"}],
        agents=[team()],
        shifts=TEN_MINUTES,
        shift_end="pause",
        handling={"a": {"phone": {"talk": "1s"}, "email": {"work": "1s"}}},
    )

    assert found.legs("c") == [(SERVED, 590, 600, 640, "g-1")]


def test_hands_that_share_are_filled_beyond_the_hours(day):
    """Two chats at half the pace: c1's 45 s take until 680, c3 has the slot next, and its 20 s take until 720."""
    found = day(
        "need arrives talk patience\nc1 590 45 never\nc2 590 500 never\nc3 595 20 never",
        channels=[phone("finish", concurrency={"most": 2, "pace": ["100%", "50%"]})],
        agents=[team()],
        shifts=TEN_MINUTES,
    )

    assert found.legs("c1") == [(SERVED, 590, 590, 680, "g-1")]
    assert found.legs("c3") == [(SERVED, 595, 680, 720, "g-1")]


def test_patience_that_ends_at_closing_is_the_customers_own_leaving(day):
    found = day(
        "need arrives talk patience\nc1 590 100 never\nc2 595 50 5", channels=[phone("cut_off")], agents=[team()],
        shifts=TEN_MINUTES,
    )  # fmt: skip

    assert found.legs("c2") == [(ABANDONED, 595, None, 600, None)]


def test_who_comes_as_the_channel_closes_finds_it_closed(day):
    found = day("need arrives\nc1 600", channels=[phone("finish", when_closed={"returns": "0%"})])

    assert found.legs("c1") == [(CLOSED, None, None, 600, None)]


def test_a_line_is_finished_until_the_channel_opens_again(day):
    """Open again from 720 to 1800; the agent, free at 790, goes, and as the channel closes again nobody is there."""
    found = day(
        "need arrives talk patience\nc1 590 200 never\nc2 595 50 never",
        channels=[phone("finish") | {"open": ["00:00-00:10", "00:12-00:30"]}],
        agents=[team()],
        shifts=TEN_MINUTES,
    )

    assert found.legs("c1") == [(SERVED, 590, 590, 790, "g-1")]
    assert found.legs("c2") == [(CUT_OFF, 595, None, 1800, None)]


def test_messages_wait_beyond_the_hours(day):
    with pytest.raises(ScenarioError, match="at_closing counts only for kind: live"):
        day("need arrives\nc1 600", channels=[{"name": "email", "kind": "deferrable", "at_closing": "wait"}])
