"""The written order of one instant, sentence by sentence: small replayed days in which everything ties."""

import pytest
from strategies import loaded

from ccsim import compile_plan, simulate
from ccsim.logs.checks import check
from ccsim.logs.codes import AgentState, EndReason, Outcome

ENGINES = ["reference", "compiled"]
pytestmark = pytest.mark.parametrize("engine", ENGINES)
DESK = [{"name": "desk", "skills": ["call"], "staffing": {"agents": 1}}]


def replayed(engine, calls, **sections):
    """Rows by (need, attempt) of a day of calls: lines of `need,arrives,attempt,talk,patience,redial_after`."""
    lines = ["need,arrives,attempt,talk,patience,redial_after", *calls.split()]
    scenario = loaded(
        {
            "name": "instant",
            "calendar": {"length": "10min"},
            "needs": {"replay": "calls.csv", "types": [{"name": "call"}]},
            "agents": DESK,
            "handling": {"talk": "1h"},
            "calls": "\n".join(lines) + "\n",
            **sections,
        }
    )
    plan = compile_plan(scenario)
    logs = simulate(plan, 1, engine=engine)
    check(plan, logs)
    label = dict(zip(sorted(set(plan.replay["need"].tolist())), plan.names.needs, strict=True))
    rows = {(label[row["need"]], int(row["attempt"])): row for row in logs.attempts}
    return plan, logs, rows


def agent(plan, row):
    return plan.names.agents[row["agent"]]


def test_a_contact_whose_patience_ends_as_the_agent_frees_is_served(engine):
    _, _, rows = replayed(engine, "a,0,0,60,, b,10,0,5,50,")

    assert rows["b", 0]["starts"] == 60.0


def test_an_agent_who_finishes_exactly_at_the_end_of_the_shift_takes_no_more(engine):
    agents = [{"name": "desk", "skills": ["call"], "staffing": {"shift": "day", "agents": 1}}]
    shifts = {"day": {"from": "00:00", "to": "00:01:00"}}

    _, logs, rows = replayed(engine, "a,0,0,60,, b,10,0,5,100,", agents=agents, shifts=shifts)

    assert rows["b", 0]["end_reason"] == EndReason.ABANDONED
    assert logs.agent_states["ends"].max() == 60.0


def test_a_call_at_the_start_of_a_shift_is_taken_and_one_at_its_end_is_not(engine):
    agents = [{"name": "desk", "skills": ["call"], "staffing": {"shift": "day", "agents": 2}}]
    shifts = {"day": {"from": "00:01:00", "to": "00:02:00"}}

    _, _, rows = replayed(engine, "a,60,0,5,0, b,120,0,5,0, c,59,0,5,1,", agents=agents, shifts=shifts)

    assert rows["a", 0]["starts"] == 60.0
    assert rows["b", 0]["end_reason"] == EndReason.ABANDONED
    # patience ends in the instant in which the shift starts: the shift's start is handled first
    assert rows["c", 0]["starts"] == 60.0


def test_of_two_calls_in_one_instant_the_first_in_the_file_is_first(engine):
    _, _, rows = replayed(engine, "z,10,0,30,, y,10,0,30,,")

    assert (rows["z", 0]["starts"], rows["y", 0]["starts"]) == (10.0, 40.0)


def test_a_redial_comes_before_a_new_call_of_the_same_instant(engine):
    _, _, rows = replayed(engine, "a,0,0,100,, b,10,0,30,20, c,100,0,30,, b,,1,30,,70")

    assert rows["b", 1]["arrives"] == 100.0
    assert (rows["b", 1]["starts"], rows["c", 0]["starts"]) == (100.0, 130.0)


def test_the_longest_idle_agent_is_first_and_among_equals_the_lowest_id(engine):
    agents = [{"name": "desk", "skills": ["call"], "staffing": {"agents": 3}}]

    plan, _, rows = replayed(engine, "a,0,0,50,, b,100,0,5,, c,100,0,5,, d,100,0,5,,", agents=agents)

    names = [agent(plan, rows[need, 0]) for need in "abcd"]
    assert names == ["desk-1", "desk-2", "desk-3", "desk-1"]


def test_agents_who_free_in_one_instant_are_idle_equally_long(engine):
    agents = [{"name": "desk", "skills": ["call"], "staffing": {"agents": 2}}]

    plan, _, rows = replayed(engine, "a,0,0,60,, b,20,0,40,, c,100,0,5,,", agents=agents)

    assert agent(plan, rows["c", 0]) == "desk-1"


def test_when_a_count_falls_the_shortest_idle_goes_first(engine):
    """Three agents; desk-1 is idle again since 50 s, the others since the start, when two leave at 100 s."""
    staffing = {"from": "00:00", "every": "100s", "agents": [3, 1, 2]}
    agents = [{"name": "desk", "skills": ["call"], "staffing": staffing}]

    plan, _, rows = replayed(engine, "a,0,0,50,, b,150,0,5,, c,250,0,5,, d,250,0,5,,", agents=agents)

    # desk-1 goes first, then of the equals the higher id; desk-2 stays, and at 200 s the lowest id comes back
    assert agent(plan, rows["b", 0]) == "desk-2"
    assert {agent(plan, rows["c", 0]), agent(plan, rows["d", 0])} == {"desk-1", "desk-2"}


def test_when_a_count_falls_nobody_takes_work_until_the_busy_number_is_below_it(engine):
    staffing = {"from": "00:00", "every": "100s", "agents": [2, 1, 1]}
    agents = [{"name": "desk", "skills": ["call"], "staffing": staffing}]

    _, logs, rows = replayed(engine, "a,0,0,120,, b,0,0,180,, c,50,0,10,,", agents=agents)

    assert rows["c", 0]["starts"] == 180.0
    assert logs.agent_states["ends"][rows["a", 0]["agent"] == logs.agent_states["agent"]].max() == 120.0


def test_at_the_instant_in_which_a_count_falls_the_lower_count_is_valid(engine):
    """a ends at 100 s, when the count falls from 2 to 1 and b is still talking: c waits for b."""
    staffing = {"from": "00:00", "every": "100s", "agents": [2, 1, 1]}
    agents = [{"name": "desk", "skills": ["call"], "staffing": staffing}]

    _, _, rows = replayed(engine, "a,0,0,100,, b,0,0,180,, c,50,0,10,,", agents=agents)

    assert rows["c", 0]["starts"] == 180.0


def test_a_channel_is_open_at_opening_and_closed_at_closing(engine):
    channels = [{"name": "phone", "open": "00:01-00:02", "when_closed": {"returns": "0%"}}]

    _, logs, rows = replayed(engine, "a,59,0,5,, b,60,0,5,, c,119,0,5,, d,120,0,5,,", channels=channels)

    reasons = {need: EndReason(rows[need, 0]["end_reason"]) for need in "abcd"}
    assert reasons == {
        "a": EndReason.CLOSED,
        "b": EndReason.SERVED,
        "c": EndReason.SERVED,
        "d": EndReason.CLOSED,
    }
    assert sorted(logs.needs["outcome"].tolist()) == sorted([Outcome.GIVEN_UP] * 2 + [Outcome.RESOLVED] * 2)


def test_who_comes_when_it_is_closed_comes_back_after_the_next_opening(engine):
    channels = [{"name": "phone", "open": "00:01-24:00", "when_closed": {"returns": "100%", "after": "30s"}}]

    _, _, rows = replayed(engine, "a,10,0,5,,", channels=channels)

    assert rows["a", 1]["arrives"] == 90.0


def test_what_would_happen_at_the_horizon_does_not(engine):
    _, logs, rows = replayed(engine, "a,500,0,100,, b,599,0,10,1, c,600,0,1,,")

    assert ("c", 0) not in rows
    assert rows["a", 0]["end_reason"] == EndReason.HORIZON
    assert rows["b", 0]["end_reason"] == EndReason.HORIZON
    assert set(logs.needs["outcome"].tolist()) == {Outcome.OPEN}
    # the stretch that the horizon cuts is still talk
    assert logs.agent_states["state"][-1] == AgentState.TALK


def test_a_customer_without_patience_is_served_by_an_idle_agent_and_leaves_at_once_otherwise(engine):
    _, _, rows = replayed(engine, "a,0,0,60,0, b,10,0,60,0,")

    assert rows["a", 0]["starts"] == 0.0
    assert (rows["b", 0]["end_reason"], rows["b", 0]["ends"]) == (EndReason.ABANDONED, 10.0)


def test_a_contact_of_no_length_frees_the_agent_in_the_same_instant(engine):
    _, _, rows = replayed(engine, "a,0,0,0,, b,0,0,0,, c,0,0,10,, d,0,0,0,0,")

    assert [float(rows[need, 0]["starts"]) for need in "abc"] == [0.0, 0.0, 0.0]
    # d finds the agent with c and has no patience
    assert rows["d", 0]["end_reason"] == EndReason.ABANDONED


def test_wrap_up_holds_the_agent_and_not_the_customer(engine):
    handling = {"talk": "30s", "wrap_up": "20s"}

    _, logs, rows = replayed(engine, "a,0,0,,, b,10,0,,,", handling=handling)

    assert (rows["a", 0]["ends"], rows["a", 0]["wrap_up_ends"], rows["b", 0]["starts"]) == (30.0, 50.0, 50.0)
    states = logs.agent_states[["state", "starts", "ends"]].tolist()
    assert states[:2] == [(AgentState.TALK, 0.0, 30.0), (AgentState.WRAP_UP, 30.0, 50.0)]


def test_nobody_tries_again_beyond_the_cap(engine):
    customers = {"patience": "10s", "redial": {"probability": "100%", "after": "20s"}, "most_attempts": 3}

    _, logs, rows = replayed(engine, "a,0,0,500,never, b,5,0,1,,", customers=customers)

    assert [float(rows["b", attempt]["arrives"]) for attempt in range(3)] == [5.0, 35.0, 65.0]
    assert ("b", 3) not in rows
    assert logs.needs["outcome"].tolist() == [Outcome.RESOLVED, Outcome.LOST]
