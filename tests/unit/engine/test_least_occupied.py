"""Who has been busy least is asked first; shares on paper."""

LEAST = {"routing": {"among_equals": "least_occupied"}}


def team(agents=2, name="g", **more):
    return {"name": name, "skills": ["a"], "staffing": {"agents": agents}} | more


def who(found, *labels):
    return [found.legs(label)[0][4] for label in labels]


def test_who_was_busy_for_less_goes_before_who_has_been_idle_for_longer(day):
    calls = """
        need arrives talk
        c1   0       60
        c2   50      20
        c3   100     10
    """
    # at 100 g-1 has worked 60 s and has been idle since 60, g-2 has worked 20 s and has been idle since 70
    assert who(day(calls, agents=[team()]), "c1", "c2", "c3") == ["g-1", "g-2", "g-1"]
    assert who(day(calls, agents=[team()], **LEAST), "c1", "c2", "c3") == ["g-1", "g-2", "g-2"]


def test_equal_shares_go_by_the_time_idle_and_then_by_number(day):
    calls = """
        need arrives talk
        c1   0       20
        c2   0       20
        c3   50      20
        c4   50      30
        c5   100     5
    """
    found = day(calls, agents=[team()], **LEAST)

    assert who(found, "c1", "c2", "c3", "c4", "c5") == ["g-1", "g-2", "g-1", "g-2", "g-1"]


def test_equal_shares_of_different_stretches_go_to_the_longest_idle(day):
    calls = """
        need arrives talk
        c1   10      20
        c2   15      20
        c3   50      5
    """
    assert who(day(calls, agents=[team()], **LEAST), "c3") == ["g-1"]


def test_the_share_is_of_the_time_since_the_shift_began(day):
    """g-2 comes at 3000, works 100 s of 200; g-1 has worked 1000 s of 3200."""
    calls = """
        need arrives talk
        c1   0       1000
        c2   3000    100
        c3   3000    100
        c4   3200    10
    """
    shifts = {"long": {"from": "00:00", "to": "01:00"}, "late": {"from": "00:50", "to": "01:00"}}
    found = day(calls, agents=[team(staffing={"shift": ["long", "late"], "agents": [1, 1]})], shifts=shifts, **LEAST)

    assert who(found, "c2", "c3", "c4") == ["g-2", "g-1", "g-1"]


def test_who_comes_back_begins_anew(day):
    """g-1 works 600 s, g-2 300 s before both go; when they are back, both have 0."""
    calls = """
        need arrives talk
        c1   0       600
        c2   0       300
        c3   1900    10
    """
    staffing = {"from": "00:00", "every": "15min", "agents": [2, 0, 2, 2]}
    found = day(calls, agents=[team(staffing=staffing)], **LEAST)

    assert who(found, "c3") == ["g-1"]


def test_a_break_is_neither_busy_nor_idle(day):
    """Both work 100 s until 700: of 700 s, and of 400 s beside the break."""
    calls = """
        need arrives talk
        c1   0       100
        c2   0       100
        c3   700     10
    """
    shifts = {
        "with": {"from": "00:00", "to": "01:00", "breaks": [{"at": "00:03:20", "for": "5min"}]},
        "without": {"from": "00:00", "to": "01:00"},
    }
    found = day(calls, agents=[team(staffing={"shift": ["with", "without"], "agents": [1, 1]})], shifts=shifts, **LEAST)

    assert who(found, "c3") == ["g-2"]


def test_wrap_up_is_busy(day):
    calls = """
        need arrives talk wrap_up
        c1   0       20   50
        c2   0       60   0
        c3   100     5    0
    """
    assert who(day(calls, agents=[team()], **LEAST), "c3") == ["g-2"]


def test_the_turn_of_the_groups_comes_first(day):
    calls = """
        need arrives talk
        c1   0       60
        c2   100     10
    """
    groups = [team(1, skills={"a": 1}), team(1, name="h", skills={"a": 2})]
    alike = [team(1), team(1, name="h")]

    assert who(day(calls, agents=groups, **LEAST), "c1", "c2") == ["g-1", "g-1"]
    assert who(day(calls, agents=alike, **LEAST), "c1", "c2") == ["g-1", "h-1"]
