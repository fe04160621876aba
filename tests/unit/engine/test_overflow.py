"""Groups that come in only after a wait; times on paper."""

import pytest

from ccsim.logs.codes import EndReason

SERVED, ABANDONED = EndReason.SERVED, EndReason.ABANDONED
TWO_TYPES = {"types": [{"name": "a"}, {"name": "b"}], "replay": "calls.csv"}


def helped(after, *, n=1, **skills):
    """One specialist, and n helpers who take a only after a wait."""
    return {
        "agents": [
            {"name": "g", "skills": ["a"], "staffing": {"agents": 1}},
            {"name": "h", "skills": {"a": {"rank": 2, "after": after}} | skills, "staffing": {"agents": n}},
        ]
    }


def test_an_idle_helper_comes_in_when_the_wait_is_long_enough(day):
    found = day("need arrives\nc1 0\nc2 10\nc3 20", **helped("30s"))

    assert found.legs("c1") == [(SERVED, 0, 0, 100, "g-1")]
    assert found.legs("c2") == [(SERVED, 10, 40, 140, "h-1")]
    # c3 may be taken from 50 on; the specialist frees first
    assert found.legs("c3") == [(SERVED, 20, 100, 200, "g-1")]


def test_a_helper_who_frees_takes_whom_he_may_by_now(day):
    calls = "need type arrives talk\nc1 a 0 1000\nb1 b 0 60\nc2 a 10 -\nc3 a 40 -"
    found = day(calls, needs=TWO_TYPES, **helped("30s", b=1))

    # at 60 he may take c2, who has waited 50 s, but not yet c3; c3 waits for him until 160
    assert found.legs("c2") == [(SERVED, 10, 60, 160, "h-1")]
    assert found.legs("c3") == [(SERVED, 40, 160, 260, "h-1")]


@pytest.mark.parametrize(("ends", "starts"), [(59, 60), (60, 60), (61, 61)])
def test_a_wait_of_exactly_the_delay_is_long_enough(day, ends, starts):
    calls = f"need type arrives talk\nc1 a 0 1000\nb1 b 0 {ends}\nc2 a 30 -"
    found = day(calls, needs=TWO_TYPES, **helped("30s", b=1))

    assert found.legs("c2") == [(SERVED, 30, starts, starts + 100, "h-1")]


def test_who_gives_up_in_that_second_has_gone(day):
    found = day("need arrives patience\nc1 0 -\nc2 10 30", **helped("30s"))

    assert found.legs("c2") == [(ABANDONED, 10, None, 40, None)]


def test_a_visit_that_joins_goes_to_no_helper_even_where_one_is_idle(day):
    found = day("need arrives\nc1 0", agents=helped("30s")["agents"][1:])

    assert found.legs("c1") == [(SERVED, 0, 30, 130, "h-1")]


def test_several_groups_come_in_one_after_the_other(day):
    agents = [
        {"name": "g", "skills": ["a"], "staffing": {"agents": 1}},
        {"name": "h", "skills": {"a": {"after": "60s"}}, "staffing": {"agents": 1}},
        {"name": "i", "skills": {"a": {"after": "20s"}}, "staffing": {"agents": 1}},
    ]
    found = day("need arrives\nc1 0\nc2 1\nc3 2\nc4 3", agents=agents)

    assert found.legs("c2") == [(SERVED, 1, 21, 121, "i-1")]
    assert found.legs("c3") == [(SERVED, 2, 62, 162, "h-1")]
    assert found.legs("c4") == [(SERVED, 3, 100, 200, "g-1")]


def test_of_two_who_have_waited_long_enough_in_one_second_the_preferred_one_is_taken(day):
    types = {"types": [{"name": "a", "priority": 2}, {"name": "b", "skill": "a"}], "replay": "calls.csv"}
    for calls in ("c1 a 0\nc2 a 10\nc3 b 10", "c1 a 0\nc3 b 10\nc2 a 10"):
        found = day(f"need type arrives\n{calls}", needs=types, **helped("30s"))

        assert found.legs("c3") == [(SERVED, 10, 40, 140, "h-1")]
        assert found.legs("c2") == [(SERVED, 10, 100, 200, "g-1")]


def test_a_young_visit_of_higher_priority_does_not_hide_an_old_one(day):
    types = {"types": [{"name": "a", "priority": 2}, {"name": "b", "skill": "a"}], "replay": "calls.csv"}
    found = day("need type arrives\nc1 a 0\nc2 a 10\nc3 b 35", needs=types, **helped("30s"))

    assert found.legs("c2") == [(SERVED, 10, 40, 140, "h-1")]
    assert found.legs("c3") == [(SERVED, 35, 100, 200, "g-1")]


def test_the_longest_idle_of_the_first_turn_helps(day):
    agents = [
        {"name": "g", "skills": ["a"], "staffing": {"agents": 1}},
        {"name": "h", "skills": {"a": {"rank": 3, "after": "30s"}}, "staffing": {"agents": 1}},
        {"name": "i", "skills": {"a": {"rank": 2, "after": "30s"}, "b": 1}, "staffing": {"agents": 2}},
    ]
    calls = "need type arrives talk\nb1 b 0 5\nc1 a 0 -\nc2 a 10 -\nc3 a 11 -\nc4 a 12 -"
    found = day(calls, needs=TWO_TYPES, agents=agents)

    # i-1 has been idle since 5 only
    assert [found.leg(label)["starts"] for label in ("c2", "c3", "c4")] == [40, 41, 42]
    assert [found.legs(label)[0][-1] for label in ("c2", "c3", "c4")] == ["i-2", "i-1", "h-1"]


def test_a_helper_on_a_shift_comes_in_while_it_lasts(day):
    agents = helped("30s")["agents"]
    agents[1]["staffing"] = {"shift": "s", "agents": 1}
    shifts = {"s": {"from": "00:00", "to": "00:01"}}
    found = day("need arrives talk\nc1 0 1000\nc2 29 10\nc3 30 10", agents=agents, shifts=shifts)

    # c3 has waited 30 s as the shift ends
    assert found.legs("c2") == [(SERVED, 29, 59, 69, "h-1")]
    assert found.legs("c3") == [(SERVED, 30, 1000, 1010, "g-1")]


def test_every_leg_waits_anew(day):
    gate = {"time": "0s", "misroutes": {"base": "100%", "talk": "20s"}}
    agents = [
        {"name": "g", "skills": ["b"], "staffing": {"agents": 1}},
        {"name": "h", "skills": {"a": {"after": "30s"}}, "staffing": {"agents": 1}},
    ]
    found = day("need type arrives\nc1 a 0", needs=TWO_TYPES, agents=agents, channels=[{"name": "phone", "gate": gate}])

    assert found.legs("c1")[1] == (SERVED, 20, 50, 150, "h-1")
