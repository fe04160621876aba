"""Contacts that share an agent, as chats do: their pace, their slots, who gets the next; times on paper."""

import pytest

from ccsim.logs.codes import AgentState, EndReason
from ccsim.metrics.measure import measure

SERVED, ABANDONED = EndReason.SERVED, EndReason.ABANDONED
IDLE, TALK, WRAP_UP, BREAK, *_ = AgentState


def desk(*agents, most=2, new_to="least_loaded", pace=("100%", "50%", "25%", "25%"), **more):
    """Phone and chat, one at a time and several; a call that is not said to take otherwise takes 100 s."""
    return {
        "channels": [
            {"name": "chat", "concurrency": {"most": most, "new_to": new_to, "pace": list(pace)}},
            {"name": "phone"},
        ],
        "handling": {"a": {name: {"talk": "100s"} for name in ("chat", "phone")}},
        "shifts": {"early": {"from": "00:00", "to": "00:01"}, "long": {"from": "00:00", "to": "23:59"}},
        "agents": list(agents) or team(1),
    } | more


def team(agents):
    return [{"name": "g", "skills": ["a"], "staffing": {"agents": agents}}]


def counted(*agents):
    return {"name": "g", "skills": ["a"], "staffing": {"from": "00:00", "every": "100s", "agents": [*agents]}}


def in_hand(found, agent):
    """An agent's stretches, with how many contacts are in hand."""
    rows = found.logs.agent_states[found.logs.agent_states["agent"] == found.plan.names.agents.index(agent)]
    return rows[["starts", "ends", "open"]].tolist()


def answered_by(found, *labels):
    return [found.plan.names.agents[found.leg(label)["agent"]] for label in labels]


def test_work_done_is_kept_and_the_pace_changes_at_once(day):
    """Alone until 40; then both at half pace until the second has its 30 s; the first has 30 s left."""
    found = day("need arrives talk\nc1 0 100\nc2 40 30", **desk())

    assert found.legs("c1") == [(SERVED, 0, 0, 130, "g-1")]
    assert found.legs("c2") == [(SERVED, 40, 40, 100, "g-1")]
    assert in_hand(found, "g-1") == [(0, 40, 1), (40, 100, 2), (100, 130, 1), (130, 3600, 0)]


def test_a_stretch_names_its_need_and_queue_only_where_there_is_one(day):
    found = day("need arrives talk\nc1 0 100\nc2 40 30", **desk())

    states = found.logs.agent_states
    assert states["need"].tolist() == [found.id_of("c1"), -1, found.id_of("c1"), -1]
    assert states["queue"].tolist() == [0, 0, 0, -1]
    assert states["state"].tolist() == [TALK, TALK, TALK, IDLE]


def test_left_out_the_pace_divides_attention_evenly(day):
    sections = desk(most=3)
    del sections["channels"][0]["concurrency"]["pace"]

    found = day("need arrives talk\nc1 0 20\nc2 0 20\nc3 0 20", **sections)

    assert [found.legs(need)[0][3] for need in ("c1", "c2", "c3")] == pytest.approx([60, 60, 60], abs=1e-9)


def test_a_wrap_up_keeps_its_slot_when_the_customer_has_left(day):
    """Both at half pace: the first talks until 80, wraps up until 120, while a third waits for the slot."""
    found = day("need arrives talk wrap_up\nc1 0 40 20\nc2 0 70 0\nc3 90 10 0", **desk())

    assert found.legs("c1") == [(SERVED, 0, 0, 80, "g-1")]
    assert found.leg("c1")["wrap_up_ends"] == 120
    assert found.legs("c3") == [(SERVED, 90, 120, 140, "g-1")]
    assert found.legs("c2") == [(SERVED, 0, 0, 140, "g-1")]


def test_an_agent_wraps_up_when_nobody_in_hand_talks_any_more(day):
    found = day("need arrives talk wrap_up\nc1 0 40 60\nc2 60 40 20", **desk())

    # the first talks until 40 and wraps up; from 60 both are at half pace, the second talks until 140
    assert found.states("g-1")[:2] == [(TALK, 0, 40), (WRAP_UP, 40, 60)]
    assert found.states("g-1")[2:4] == [(TALK, 60, 140), (WRAP_UP, 140, 160)]


def test_contacts_of_one_instant_end_in_the_order_of_their_needs(day):
    found = day("need arrives talk\nc1 0 30\nc2 0 30\nc3 10 10", **desk())

    assert [found.legs(need)[0][3] for need in ("c1", "c2")] == [60, 60]
    assert found.legs("c3") == [(SERVED, 10, 60, 70, "g-1")]


def test_a_call_waits_until_the_hands_are_empty_and_a_chat_does_not(day):
    table = "need arrives channel talk\nc1 0 chat 50\np1 10 phone 20\nc2 20 chat 15\np2 30 phone 20"

    found = day(table, **desk())

    # 20 s alone, then 30 s beside the other, then 15 s alone
    assert found.legs("c2") == [(SERVED, 20, 20, 50, "g-1")]
    assert found.legs("c1") == [(SERVED, 0, 0, 65, "g-1")]
    assert found.legs("p1") == [(SERVED, 10, 65, 85, "g-1")]
    assert found.legs("p2") == [(SERVED, 30, 85, 105, "g-1")]


def test_whoever_becomes_free_takes_as_many_as_there_are_slots(day):
    table = "need arrives channel talk\np1 0 phone 50\nc1 10 chat 20\nc2 20 chat 30\nc3 30 chat 10"

    found = day(table, **desk())

    assert [found.leg(need)["starts"] for need in ("c1", "c2", "c3")] == [50, 50, 90]


@pytest.mark.parametrize(
    ("new_to", "agents"),
    [("least_loaded", ["g-1", "g-2", "g-1", "g-2"]), ("most_loaded", ["g-1", "g-1", "g-2", "g-2"])],
)
def test_the_next_goes_to_who_has_fewest_or_most_in_hand(day, new_to, agents):
    """Among equals to whose hands have been as they are for longest."""
    table = "need arrives talk\nc1 0 500\nc2 10 500\nc3 20 500\nc4 30 500\nc5 40 1"

    found = day(table, **desk(*team(2), new_to=new_to))

    assert answered_by(found, "c1", "c2", "c3", "c4") == agents
    assert found.leg("c5")["starts"] > 40


def test_groups_come_before_loads(day):
    agents = [
        {"name": "first", "skills": {"a": 1}, "staffing": {"agents": 1}},
        {"name": "second", "skills": {"a": 2}, "staffing": {"agents": 1}},
    ]

    found = day("need arrives talk\nc1 0 500\nc2 10 500\nc3 20 500", **desk(*agents))

    assert answered_by(found, "c1", "c2", "c3") == ["first-1", "first-1", "second-1"]


def test_whose_shift_is_over_finishes_what_is_in_hand_and_takes_no_more(day):
    agents = [{"name": "g", "skills": ["a"], "staffing": {"shift": "early", "agents": 1}}]
    table = "need arrives talk patience\nc1 0 100 -\nc2 50 10 -\nc3 60 10 20"

    found = day(table, **desk(*agents))

    assert found.legs("c2") == [(SERVED, 50, 50, 70, "g-1")]
    assert found.legs("c3") == [(ABANDONED, 60, None, 80, None)]
    assert found.legs("c1") == [(SERVED, 0, 0, 110, "g-1")]
    assert in_hand(found, "g-1") == [(0, 50, 1), (50, 70, 2), (70, 110, 1)]


def test_a_new_shift_begins_with_what_waits_for_the_free_slots(day):
    """One shift ends at 86340, the next begins at 86400."""
    agents = [{"name": "g", "skills": ["a"], "staffing": {"shift": "long", "agents": 1}}]

    found = day("need arrives talk\nc1 86000 1000\nc2 86350 10", **desk(*agents, calendar={"length": "25h"}))

    assert found.leg("c2")["starts"] == 86400
    assert found.leg("c1")["ends"] == 87010


def test_while_more_are_busy_than_the_count_nobody_takes_another(day):
    """Two of two are busy when the count falls to one; the free slots are used again once one of them has gone."""
    table = "need arrives talk\nc1 0 200\nc2 0 150\nc3 110 10\nc4 160 10"

    found = day(table, **desk(counted(2, 1, 1, 1, 1)))

    assert found.legs("c2") == [(SERVED, 0, 0, 150, "g-2")]
    assert found.legs("c3") == [(SERVED, 110, 150, 170, "g-1")]
    assert found.legs("c4") == [(SERVED, 160, 170, 190, "g-1")]


def test_when_the_count_rises_again_free_slots_are_filled(day):
    """Nobody comes on, because all whom the count allows are there; those who are there may take more."""
    table = "need arrives talk\nc1 0 500\nc2 0 500\nc3 110 10"

    found = day(table, **desk(counted(2, 1, 2, 2, 2)))

    assert found.legs("c3") == [(SERVED, 110, 200, 220, "g-1")]


def test_talk_that_the_horizon_cuts_has_no_end_and_the_hands_are_logged_to_it(day):
    found = day("need arrives talk\nc1 3500 500\nc2 3550 500", **desk())

    assert [found.leg(need)["end_reason"] for need in ("c1", "c2")] == [EndReason.HORIZON] * 2
    assert found.leg("c1")["talk_ends"] != found.leg("c1")["talk_ends"]
    assert in_hand(found, "g-1") == [(0, 3500, 0), (3500, 3550, 1), (3550, 3600, 2)]


def test_agent_time_divides_each_second_among_those_in_hand(day):
    found = day("need arrives talk\nc1 0 100\nc2 40 30", **desk())

    whole = {one.measure: (one.numerator, one.denominator) for one in measure(found.plan, found.logs) if not one.cell}
    assert whole["agent_time"] == (130, 2)
    assert whole["concurrency"] == (190, 130)
    assert whole["contacts_open"] == (190, 3600)
    assert whole["talk"] == (190, 2)
    assert whole["occupancy"] == (130, 3600)


def test_agent_time_by_queue_counts_contacts_of_several_queues_in_one_pair_of_hands(day):
    types = [{"name": "a"}, {"name": "b"}]
    handling = {name: {"chat": {"talk": "100s"}, "phone": {"talk": "100s"}} for name in "ab"}
    agents = [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}, "wage": "36/h"}]
    needs = {"types": types, "replay": "calls.csv"}

    found = day("need type arrives talk\nc1 a 0 100\nc2 b 40 30", **desk(*agents, needs=needs, handling=handling))

    hours = {
        one.cell[0][1]: one.numerator * 3600
        for one in measure(found.plan, found.logs)
        if one.measure == "busy_hours" and [key for key, _ in one.cell] == ["queue"]
    }
    assert hours == pytest.approx({"chat.a": 100, "chat.b": 30, "phone.a": 0, "phone.b": 0}, abs=1e-9)
