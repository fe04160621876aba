import pytest
import simpy

from ccsim.engine.contract import ARRIVAL, PATIENCE_ENDS, STAGE_ENDS
from ccsim.engine.reference.clock import Clock, Telling


def test_events_of_one_instant_run_in_the_order_of_their_keys_and_not_of_their_making():
    clock, seen = Clock(), []
    for rank, need in [(ARRIVAL, 1), (PATIENCE_ENDS, 9), (STAGE_ENDS, 8), (ARRIVAL, 0)]:
        clock.call_at(5.0, rank, need, 0, 0, lambda _, what=(rank, need): seen.append(what))

    clock.run(until=6.0)

    assert seen == [(STAGE_ENDS, 8), (PATIENCE_ENDS, 9), (ARRIVAL, 0), (ARRIVAL, 1)]


def test_an_event_made_for_the_present_instant_runs_next_even_if_its_rank_is_lower():
    clock, seen = Clock(), []

    def arrival(_):
        seen.append("first")
        clock.call_at(5.0, STAGE_ENDS, 1, 0, 0, lambda _: seen.append("made by it"))

    clock.call_at(5.0, ARRIVAL, 1, 0, 0, arrival)
    clock.call_at(5.0, ARRIVAL, 2, 0, 0, lambda _: seen.append("second"))

    clock.run(until=6.0)

    assert seen == ["first", "made by it", "second"]


def test_waking_a_waiting_story_comes_before_every_other_event_of_the_instant():
    clock, seen = Clock(), []
    call = simpy.Event(clock)

    def waiting():
        yield call
        seen.append("woken")

    clock.process(waiting())
    clock.call_at(5.0, STAGE_ENDS, 1, 0, 0, lambda _: call.succeed())
    clock.call_at(5.0, STAGE_ENDS, 2, 0, 0, lambda _: seen.append("next event"))

    clock.run(until=6.0)

    assert seen == ["woken", "next event"]


def test_times_are_kept_to_the_last_bit():
    # 0.3 is not 0.1 + (0.3 - 0.1) in the last bit
    clock, seen = Clock(), []

    def story():
        yield clock.at(0.1, STAGE_ENDS, 1)
        yield clock.at(0.3, STAGE_ENDS, 1)
        seen.append(clock.now)

    clock.process(story())
    clock.run(until=1.0)

    assert seen == [0.3]


def test_what_stands_at_the_horizon_does_not_happen():
    clock, seen = Clock(), []
    clock.call_at(6.0, STAGE_ENDS, 0, 0, 0, lambda _: seen.append("happened"))

    clock.run(until=6.0)

    assert seen == []


def test_a_story_told_from_an_event_begins_with_it():
    clock, seen = Clock(), []

    def story():
        seen.append(clock.now)
        yield clock.at(7.0, STAGE_ENDS, 1)
        seen.append(clock.now)

    Telling(clock, story(), clock.at(4.0, ARRIVAL, 1))
    clock.run(until=7.5)

    assert seen == [4.0, 7.0]


def test_a_story_that_breaks_breaks_the_run():
    clock = Clock()

    def story():
        yield clock.at(1.0, STAGE_ENDS, 1)
        raise ZeroDivisionError

    Telling(clock, story(), clock.at(0.0, ARRIVAL, 1))

    with pytest.raises(ZeroDivisionError):
        clock.run(until=2.0)
