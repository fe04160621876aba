"""Priorities that rise with the wait; times on paper."""

LONG = "need type arrives talk\nbusy a 0 100\n"


def desk(first=None, second=None, **more):
    """One agent; a goes before b, unless b has waited for so long."""
    types = [{"name": "a", "skill": "s"} | (first or {}), {"name": "b", "skill": "s", "priority": 2} | (second or {})]
    return {
        "needs": {"types": types, "replay": "calls.csv"},
        "agents": [{"name": "g", "skills": ["s"], "staffing": {"agents": 1}}],
        "handling": {"talk": "100s"},
    } | more


def starts(found, *labels):
    return [float(found.leg(label)["starts"]) for label in labels]


def test_without_ageing_the_higher_priority_goes_first_however_long_the_other_waits(day):
    found = day(LONG + "b1 b 1 10\na1 a 99 10", **desk())

    assert starts(found, "a1", "b1") == [100, 110]


def test_a_visit_that_has_waited_for_a_priority_more_goes_first(day):
    """At 100 b1 has waited 99 s: its priority is 2 - 99 / 60, below 1."""
    found = day(LONG + "b1 b 1 10\na1 a 99 10", **desk(second={"rises_every": "60s"}))

    assert starts(found, "b1", "a1") == [100, 110]


def test_one_that_has_not_waited_enough_does_not(day):
    """2 - 99 / 120 is above 1 at 100; after a1 both b's have waited more than 120 s, but a2 comes first at 110."""
    found = day(LONG + "b1 b 1 10\na1 a 99 10\na2 a 100 10", **desk(second={"rises_every": "120s"}))

    assert starts(found, "a1", "a2", "b1") == [100, 110, 120]


def test_what_rises_as_fast_keeps_its_head_start(day):
    """a1 came 40 s after b1, less than the 60 s that one priority is worth; a2 came 70 s after it."""
    both = {"rises_every": "60s"}
    found = day(LONG + "b1 b 1 10\na1 a 41 10\na2 a 71 10", **desk(first=both, second=both))

    assert starts(found, "a1", "b1", "a2") == [100, 110, 120]


def test_at_equal_priority_who_joined_first_goes_first(day):
    """At 100 b1 has waited 50 s and stands at 1, as a1 does."""
    found = day(LONG + "b1 b 50 10\na1 a 20 10", **desk(second={"rises_every": "50s"}))

    assert starts(found, "a1", "b1") == [100, 110]


def test_types_of_one_priority_may_rise_differently(day):
    found = day(
        LONG + "a1 a 10 10\nb1 b 60 10",
        **desk(first={"rises_every": "10min"}, second={"priority": 1, "rises_every": "1min"}),
    )

    # a1 has risen by 90 / 600, b1 by 40 / 60
    assert starts(found, "b1", "a1") == [100, 110]


def test_the_rank_of_the_skill_comes_before_an_aged_priority(day):
    types = [{"name": "a"}, {"name": "b", "priority": 2, "rises_every": "1s"}]
    more = {"needs": {"types": types, "replay": "calls.csv"}, "handling": {"talk": "100s"}}
    group = {"name": "g", "skills": {"a": 1, "b": 2}, "staffing": {"agents": 1}}
    calls = LONG + "b1 b 1 10\na1 a 99 10"

    ranked = day(calls, agents=[group], **more)
    waiting = day(calls, agents=[group], routing={"contact": "longest_waiting"}, **more)

    assert starts(ranked, "a1", "b1") == [100, 110]
    assert starts(waiting, "b1", "a1") == [100, 110]
