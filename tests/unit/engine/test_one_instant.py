"""Whatever happens in the same second happens in the contract's order; every time is on paper."""

import pytest

from ccsim.logs.codes import AgentState, EndReason, Outcome

SERVED, ABANDONED, CLOSED, HORIZON = EndReason.SERVED, EndReason.ABANDONED, EndReason.CLOSED, EndReason.HORIZON
TWO_TYPES = {"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"}


def shift(ends, starts="00:00", number=1):
    """One group on one shift."""
    return {
        "shifts": {"s": {"from": starts, "to": ends}},
        "agents": [{"name": "g", "skills": ["a"], "staffing": {"shift": "s", "agents": number}}],
    }


def test_a_visit_whose_patience_ends_as_the_agent_frees_is_served(day):
    calls = """
        need arrives talk patience
        c1   0       100  -
        c2   10      50   90
    """
    found = day(calls)

    assert found.legs("c2") == [(SERVED, 10, 100, 150, "g-1")]


def test_a_visit_whose_patience_ends_a_second_before_the_agent_frees_is_gone(day):
    calls = """
        need arrives talk patience
        c1   0       100  -
        c2   10      50   89
    """
    found = day(calls)

    assert found.legs("c2") == [(ABANDONED, 10, None, 99, None)]
    assert found.outcome("c2") == (Outcome.GIVEN_UP, 99)


def test_a_visit_whose_patience_ends_as_wrap_up_ends_is_served(day):
    calls = """
        need arrives talk wrap_up patience
        c1   0       100  20      -
        c2   10      50   0       110
    """
    found = day(calls)

    assert found.legs("c2") == [(SERVED, 10, 120, 170, "g-1")]


def test_a_visit_whose_patience_ends_as_a_shift_starts_is_served(day):
    calls = """
        need arrives talk patience
        c1   10      50   90
    """
    found = day(calls, **shift("01:00", starts="00:01:40"))

    assert found.legs("c1") == [(SERVED, 10, 100, 150, "g-1")]


def test_an_agent_who_finishes_exactly_at_the_end_of_his_shift_takes_no_more(day):
    calls = """
        need arrives talk
        c1   0       100
        c2   10      50
    """
    found = day(calls, **shift("00:01:40"))

    assert found.legs("c2") == [(HORIZON, 10, None, 3600, None)]
    assert found.outcome("c2") == (Outcome.OPEN, None)
    assert found.states("g-1") == [(AgentState.TALK, 0, 100)]


def test_an_agent_who_finishes_a_second_before_the_end_of_his_shift_takes_one_more_and_finishes_it(day):
    calls = """
        need arrives talk
        c1   0       99
        c2   10      50
    """
    found = day(calls, **shift("00:01:40"))

    assert found.legs("c2") == [(SERVED, 10, 99, 149, "g-1")]
    assert found.states("g-1") == [(AgentState.TALK, 0, 99), (AgentState.TALK, 99, 149)]


def test_a_call_at_the_end_of_the_shift_finds_nobody(day):
    found = day("need arrives talk\nc1 100 50", **shift("00:01:40"))

    assert found.legs("c1") == [(HORIZON, 100, None, 3600, None)]
    assert found.states("g-1") == [(AgentState.IDLE, 0, 100)]


def test_a_call_at_the_start_of_the_shift_is_answered_at_once(day):
    found = day("need arrives talk\nc1 100 50", **shift("01:00", starts="00:01:40"))

    assert found.legs("c1") == [(SERVED, 100, 100, 150, "g-1")]


def test_a_gate_that_ends_with_the_shift_leads_to_nobody(day):
    channels = [{"name": "phone", "gate": {"time": "30s"}}]
    found = day("need arrives talk gate\nc1 70 50 agent", channels=channels, **shift("00:01:40"))

    assert found.legs("c1") == [(HORIZON, 100, None, 3600, None)]


def test_of_two_visits_that_join_in_one_second_the_lower_need_goes_first(day):
    calls = """
        need  arrives talk
        c1    0       100
        later 10      20
        last  10      30
    """
    found = day(calls)

    assert found.id_of("later") < found.id_of("last")
    assert found.legs("later") == [(SERVED, 10, 100, 120, "g-1")]
    assert found.legs("last") == [(SERVED, 10, 120, 150, "g-1")]


def test_of_two_types_that_join_in_one_second_the_lower_need_goes_first_whatever_the_file_says(day):
    calls = """
        need type arrives talk
        c0   a    0       100
        c1   b    10      20
        c2   a    10      20
    """
    agents = [{"name": "g", "skills": ["a", "b"], "staffing": {"agents": 1}}]

    found = day(calls, needs=TWO_TYPES, agents=agents)

    first, second = sorted(("c1", "c2"), key=found.id_of)
    assert found.leg(first)["starts"] == 100
    assert found.leg(second)["starts"] == 120


def test_a_visit_that_waits_goes_before_one_that_arrives_as_the_agent_frees(day):
    calls = """
        need arrives talk
        c1   0       100
        c2   90      50
        c3   100     50
    """
    found = day(calls)

    assert found.legs("c2") == [(SERVED, 90, 100, 150, "g-1")]
    assert found.legs("c3") == [(SERVED, 100, 150, 200, "g-1")]


def test_a_call_that_arrives_as_the_only_agent_frees_does_not_wait(day):
    calls = """
        need arrives talk
        c1   0       100
        c2   100     50
    """
    found = day(calls)

    assert found.legs("c2") == [(SERVED, 100, 100, 150, "g-1")]


def test_a_call_again_goes_before_a_first_call_of_the_same_second(day):
    # c2 abandons at 20 and is back at 200, when c3 arrives; only one of them finds the agent free
    calls = """
        need attempt arrives talk patience redial_after
        c1   0       0       100  -        -
        c2   0       10      50   10       -
        c2   1       -       50   -        180
        c3   0       200     50   -        -
    """
    found = day(calls)

    assert found.legs("c2") == [(ABANDONED, 10, None, 20, None), (SERVED, 200, 200, 250, "g-1")]
    assert found.legs("c3") == [(SERVED, 200, 250, 300, "g-1")]


def test_a_call_at_the_horizon_does_not_happen(day):
    found = day("need arrives talk\nc1 3599 50\nc2 3600 50\nc3 4000 50")

    assert [found.plan.names.needs.index(label) for label in ("c1", "c2", "c3")] == [0, 1, 2]
    assert found.logs.needs["need"].tolist() == [found.id_of("c1")]
    assert found.legs("c1") == [(HORIZON, 3599, 3599, 3600, "g-1")]


def test_talk_that_would_end_at_the_horizon_is_cut_off_there(day):
    found = day("need arrives talk\nc1 3500 100")

    assert found.legs("c1") == [(HORIZON, 3500, 3500, 3600, "g-1")]
    assert found.leg("c1")["talk_ends"] != found.leg("c1")["talk_ends"]
    assert found.outcome("c1") == (Outcome.OPEN, None)
    assert found.states("g-1") == [(AgentState.IDLE, 0, 3500), (AgentState.TALK, 3500, 3600)]


def test_wrap_up_that_reaches_the_horizon_leaves_the_need_resolved_and_its_end_unknown(day):
    found = day("need arrives talk wrap_up\nc1 3500 50 50")

    assert found.legs("c1") == [(SERVED, 3500, 3500, 3550, "g-1")]
    assert found.leg("c1")["wrap_up_ends"] != found.leg("c1")["wrap_up_ends"]
    assert found.outcome("c1") == (Outcome.RESOLVED, 3550)
    assert found.states("g-1")[-1] == (AgentState.WRAP_UP, 3550, 3600)


@pytest.mark.parametrize(("arrives", "reason"), [(599, CLOSED), (600, SERVED), (1199, SERVED), (1200, CLOSED)])
def test_a_channel_is_open_from_the_opening_instant_until_just_before_the_closing_instant(day, arrives, reason):
    channels = [{"name": "phone", "open": "00:10-00:20", "when_closed": {"returns": "0%"}}]

    found = day(f"need arrives talk\nc1 {arrives} 10", channels=channels)

    assert found.legs("c1")[0][0] == reason


def test_nobody_waits_with_zero_patience_and_everybody_is_served_who_finds_an_agent_free(day):
    calls = """
        need arrives talk patience
        c1   0       100  0
        c2   10      50   0
        c3   100     50   0
    """
    found = day(calls)

    assert found.legs("c1") == [(SERVED, 0, 0, 100, "g-1")]
    assert found.legs("c2") == [(ABANDONED, 10, None, 10, None)]
    assert found.legs("c3") == [(SERVED, 100, 100, 150, "g-1")]


def test_a_visit_without_end_of_patience_waits_for_ever(day):
    calls = """
        need arrives talk patience
        c1   0       3000 -
        c2   10      50   never
    """
    found = day(calls, customers={"patience": "60s"})

    assert found.legs("c2") == [(SERVED, 10, 3000, 3050, "g-1")]
    assert found.leg("c2")["patience"] == float("inf")


def test_contacts_of_no_length_follow_one_another_in_one_second(day):
    calls = """
        need arrives talk
        c1   0       100
        c2   10      0
        c3   20      0
        c4   30      7
        c5   200     0
        c6   200     0
    """
    found = day(calls)

    assert [found.leg(label)["starts"] for label in ("c2", "c3", "c4", "c5", "c6")] == [100, 100, 100, 200, 200]
    assert [found.leg(label)["ends"] for label in ("c2", "c3", "c4", "c5", "c6")] == [100, 100, 107, 200, 200]
    assert found.states("g-1")[:2] == [(AgentState.TALK, 0, 100), (AgentState.TALK, 100, 107)]


def test_wrap_up_holds_the_agent_and_not_the_customer(day):
    calls = """
        need arrives talk wrap_up
        c1   0       100  20
        c2   10      50   0
    """
    found = day(calls)

    assert found.legs("c1") == [(SERVED, 0, 0, 100, "g-1")]
    assert found.leg("c1")["wrap_up_ends"] == 120
    assert found.legs("c2") == [(SERVED, 10, 120, 170, "g-1")]
    assert found.states("g-1") == [
        (AgentState.TALK, 0, 100),
        (AgentState.WRAP_UP, 100, 120),
        (AgentState.TALK, 120, 170),
        (AgentState.IDLE, 170, 3600),
    ]
