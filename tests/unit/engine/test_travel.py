"""Customers who must get there first: every attempt, before the door is tried; times on paper."""

from ccsim.logs.codes import EndReason, Outcome

SERVED, ABANDONED, CLOSED, HORIZON = EndReason.SERVED, EndReason.ABANDONED, EndReason.CLOSED, EndReason.HORIZON


def store(**more):
    return {"channels": [{"name": "store", "travel": "10min", **more}]}


def test_the_line_is_joined_on_arrival(day):
    found = day("need arrives\nc1 0\nc2 50", **store())

    assert found.legs("c1") == [(SERVED, 600, 600, 700, "g-1")]
    assert found.legs("c2") == [(SERVED, 650, 700, 800, "g-1")]
    assert (found.leg("c2")["arrives"], found.leg("c2")["enters"]) == (50, 650)


def test_who_left_must_travel_again(day):
    customers = {"redial": {"probability": "100%", "after": "100s"}, "patience": {"store": "20s"}}
    found = day("need arrives\nc1 0\nc2 0", customers=customers, **store())

    assert found.legs("c2") == [(ABANDONED, 600, None, 620, None), (SERVED, 1320, 1320, 1420, "g-1")]


def test_the_way_is_looked_for_once_and_gone_every_time(day):
    customers = {"reconnect": {"probability": "100%", "after": "0s"}, "most_attempts": 2}
    channel = store(search_time="80s", prominence="50%", diverted={})
    rows = "\n".join(f"c{n} 0" for n in range(8))
    found = day(f"need arrives\n{rows}", customers=customers, resolution="0%", **channel)
    legs = found.logs.attempts

    assert set((legs["enters"] - legs["arrives"])[legs["attempt"] == 0]) == {640.0}
    assert set((legs["enters"] - legs["arrives"])[legs["attempt"] == 1]) <= {600.0, float("nan")}
    assert (legs["attempt"] == 1).any()


def test_the_door_may_be_closed_by_then(day):
    found = day("need arrives\nc1 0", **store(open="00:00-00:05", when_closed={"returns": "0%"}))

    assert found.legs("c1") == [(CLOSED, None, None, 600, None)]
    assert found.outcome("c1") == (Outcome.GIVEN_UP, 600)


def test_who_is_still_on_the_way_at_the_end_has_not_come(day):
    found = day("need arrives\nc1 3200", **store())

    assert found.legs("c1") == [(HORIZON, None, None, 3600, None)]
    assert found.leg("c1")["enters"] != found.leg("c1")["enters"]


def test_a_way_of_fixed_length_only_moves_the_day(day):
    later = "\n".join(f"c{n} {600 + 37 * n} {20 + 13 * (n % 7)}" for n in range(40))
    sooner = "\n".join(f"c{n} {37 * n} {20 + 13 * (n % 7)}" for n in range(40))
    travelling = day(f"need arrives talk\n{sooner}", **store())
    calling = day(f"need arrives talk\n{later}", channels=[{"name": "store"}])

    assert [travelling.legs(f"c{n}") for n in range(40)] == [calling.legs(f"c{n}") for n in range(40)]
