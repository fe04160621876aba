"""Customers who leave a queue without a word; times on paper, shares at 0 % and 100 %."""

import pytest
from worlds.base import changed, played

from ccsim.errors import ScenarioError
from ccsim.logs.codes import AgentState, EndReason

SERVED, ABANDONED, BALKED, BLOCKED = EndReason.SERVED, EndReason.ABANDONED, EndReason.BALKED, EndReason.BLOCKED
CALLS = "need arrives patience\nc1 0 -\nc2 10 30\nc3 20 -"
IDLE, TALK = AgentState.IDLE, AgentState.TALK


def quiet(share="100%", found_out="5s", **more):
    """A channel where those who abandon leave without a word."""
    return {"channels": [{"name": "chat", "silent": {"share": share, "found_out": found_out}} | more]}


def test_who_has_left_without_a_word_is_taken_in_his_turn(day):
    found = day(CALLS, **quiet())

    # c2 is gone at 40; the agent takes him at 100 and knows at 105
    assert found.legs("c2") == [(ABANDONED, 10, 100, 40, "g-1")]
    assert found.legs("c3") == [(SERVED, 20, 105, 205, "g-1")]
    row = found.leg("c2")
    assert (row["silent"], row["talk_ends"], row["wrap_up_ends"], row["resolved"]) == (1, 105, 105, -1)
    assert found.outcome("c2")[1] == 40
    assert found.states("g-1")[:3] == [(TALK, 0, 100), (TALK, 100, 105), (TALK, 105, 205)]


def test_at_no_share_everybody_is_seen_to_leave(day):
    found = day(CALLS, **quiet("0%"))

    assert found.legs("c2") == [(ABANDONED, 10, None, 40, None)]
    assert found.legs("c3") == [(SERVED, 20, 100, 200, "g-1")]


def test_he_counts_among_those_who_wait(day):
    people = {"balking": {"per_waiting": 1e9}}
    found = day("need arrives patience\nc1 0 -\nc2 10 30\nc3 50 -\nc4 102 -", **quiet(), customers=people)

    assert found.legs("c3") == [(BALKED, 50, None, 50, None)]
    assert found.legs("c4") == [(SERVED, 102, 105, 205, "g-1")]


def test_his_line_is_free_as_he_leaves(day):
    found = day("need arrives patience\nc1 0 -\nc2 10 30\nc3 30 -\nc4 50 -", **quiet(lines=2))

    assert [leg[0] for leg in found.legs("c3")] == [BLOCKED]
    assert found.legs("c4") == [(SERVED, 50, 105, 205, "g-1")]


def test_he_may_try_again_while_his_turn_is_still_to_come(day):
    people = {"redial": {"probability": "100%", "after": "20s"}}
    found = day("need arrives patience\nc1 0 -\nc2 10 30", **quiet(), customers=people)

    assert found.legs("c2") == [(ABANDONED, 10, 100, 40, "g-1"), (SERVED, 60, 105, 205, "g-1")]


def test_he_takes_a_slot_of_an_agent_who_shares_himself(day):
    """c2 leaves at 40 and has c1's slot at 60; 5 s of looking take 10 s beside c0, then c3's 10 s of work take 20 s."""
    sharing = quiet(concurrency={"most": 2, "pace": ["100%", "50%"]})
    found = day("need arrives talk patience\nc0 0 75 -\nc1 0 30 -\nc2 10 - 30\nc3 20 10 -", **sharing)

    assert found.legs("c1") == [(SERVED, 0, 0, 60, "g-1")]
    assert found.legs("c2") == [(ABANDONED, 10, 60, 40, "g-1")]
    assert found.leg("c2")["wrap_up_ends"] == 70
    assert found.legs("c3") == [(SERVED, 20, 70, 90, "g-1")]
    assert found.legs("c0") == [(SERVED, 0, 0, 120, "g-1")]


def test_nobody_finds_out_before_the_run_ends(day):
    found = day("need arrives talk patience\nc1 0 3700 -\nc2 10 - 30", **quiet())

    assert found.legs("c2") == [(ABANDONED, 10, None, 40, None)]
    assert found.leg("c2")["silent"] == 1


def test_the_run_ends_while_an_agent_finds_out(day):
    found = day("need arrives talk patience\nc1 0 3598 -\nc2 10 - 30", **quiet())

    assert found.legs("c2") == [(ABANDONED, 10, 3598, 40, "g-1")]
    assert found.leg("c2")["talk_ends"] != found.leg("c2")["talk_ends"]
    assert found.states("g-1") == [(TALK, 0, 3598), (TALK, 3598, 3600)]


def test_his_need_may_have_another_visit_in_the_same_hands(day):
    """Both are done in one instant: the earlier attempt first."""
    people = {"redial": {"probability": "100%", "after": "20s"}}
    sharing = quiet(concurrency={"most": 2, "pace": ["100%", "50%"]}, found_out="20s")
    table = "need attempt arrives talk patience\na 0 0 100 -\nb 0 0 100 -\nc2 0 10 - 30\nc2 1 - 20 -"
    found = day(table, **sharing, customers=people)

    assert found.legs("c2") == [(ABANDONED, 10, 200, 40, "g-1"), (SERVED, 60, 200, 240, "g-1")]
    assert found.leg("c2")["wrap_up_ends"] == 240


@pytest.mark.parametrize("shares", [("20%", "60%"), ("0%", "100%")])
def test_who_leaves_silently_at_some_share_does_at_a_larger_one(engine, shares):
    """Where nobody answers the same customers leave, and one uniform number decides how."""
    desk = {
        "name": "nobody",
        "calendar": {"length": "4h"},
        "needs": {"volume": {"per_hour": 60}, "types": [{"name": "a"}]},
        "customers": {"patience": "1min"},
        "agents": [{"name": "g", "skills": ["a"], "staffing": {"agents": 0}}],
        "handling": {"talk": "1min"},
    }
    found = []
    for share in shares:
        rows = played(changed(desk, **quiet(share)), engine=engine)[1].attempts
        found.append(set(rows["need"][rows["silent"] == 1].tolist()))

    assert found[0] < found[1]


def test_messages_do_not_leave(day):
    post = [{"name": "post", "kind": "deferrable", "silent": {"share": "50%", "found_out": "1min"}}]
    with pytest.raises(ScenarioError, match="silent counts only for kind: live"):
        day("need arrives\nc1 0", channels=post, handling={"work": "1min"})
