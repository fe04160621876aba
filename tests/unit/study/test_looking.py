"""Replications added until intervals are narrow enough: the same on every way, and what is said of it."""

import pytest

from ccsim.errors import InputError
from ccsim.estimation.sequential import looks, precision_of
from ccsim.estimation.tabulate import differences, estimates
from ccsim.metrics.definitions import MEASURES
from ccsim.plan.compile import compile_plan
from ccsim.scenario.load import load_scenario
from ccsim.study.compare import compare
from ccsim.study.looking import about, asked, bound_was_hit, few_replications
from ccsim.study.replicate import find, play_all, run

ARMS = "arms: {now: {}, more: {agents.g.staffing: {agents: 3}}}\ncompare: {levelling: none}\n"


def whole(found, measure):
    return find(found, measure)


def test_replications_are_added_until_the_interval_is_narrow_enough(tiny):
    wide = run(tiny(), precision={"service_level": "12pp"}, least=4, most=200)
    narrow = run(tiny(), precision={"service_level": "6pp"}, least=4, most=200)

    for result, width in ((wide, 0.12), (narrow, 0.06)):
        assert result.precision.too_wide == ()
        assert result.replications == result.precision.replications == whole(result.arm.estimates, "service_level").n
        assert result.replications in result.precision.looks
        assert whole(result.arm.estimates, "service_level").half_width <= width
    assert 4 < wide.replications < narrow.replications < 200


def test_it_stops_at_the_first_look_that_is_narrow_enough_with_the_interval_of_all_looks(tiny):
    result = run(tiny(), precision={"service_level": "12pp"}, least=4, most=200)

    plan = compile_plan(load_scenario(tiny()))
    at_each, narrow = result.precision.level_at_each_look, []
    for n in result.precision.looks[: result.precision.looks.index(result.replications) + 1]:
        found = estimates(play_all([plan], [9], n)[0], MEASURES, 0.95, at_each_look=at_each)
        narrow.append(whole(found, "service_level").half_width <= 0.12)

    assert narrow == [False] * (len(narrow) - 1) + [True]
    assert at_each == pytest.approx(1.0 - 0.05 / len(looks(precision_of({}, least=4, most=200).bounds)))
    assert list(result.arm.estimates) == found


def test_two_processes_and_either_engine_stop_at_the_same_look_with_the_same_numbers(tiny):
    asked_for = {"precision": {"asa": "15s"}, "least": 4, "most": 60, "reproducible": True}
    one = run(tiny(), **asked_for)

    assert run(tiny(), jobs=2, **asked_for) == one
    assert run(tiny(), engine="reference", **asked_for).arm == one.arm


def test_a_bound_that_was_hit_is_a_warning_in_plain_words(tiny):
    result = run(tiny(), precision={"service_level": "1pp", "needs": "1000"}, least=3, most=6)

    assert result.replications == 6
    (text,) = bound_was_hit(result.precision)
    assert text.startswith("precision not reached within 6 replications: service_level is known to ± ")
    assert text.endswith("pp (asked: 1pp)")
    assert about(result.precision, 0.95).startswith(
        "Replications were added until service_level is known to ± 1pp and needs is known to ± 1000; not reached "
        "with 6 (at least 3, at most 6). One looks after 3, 5, 6: every interval is a Student interval at 99.1667%, "
        "so that it holds at 95% whichever look is the last and for the 2 measures together."
    )
    assert bound_was_hit(None) == bound_was_hit(run(tiny(), precision={"needs": "1000"}, most=3).precision) == []


def test_a_comparison_is_as_narrow_in_every_arm_and_every_difference(tiny):
    result = compare(tiny(ARMS), precision={"service_level": "9pp"}, least=4, most=200)

    arms = [whole(arm.estimates, "service_level").half_width for arm in result.arms]
    gaps = [one.half_width for one in result.differences if one.measure == "service_level" and one.cell == {}]
    assert max(arms + gaps) <= 0.09
    assert {one.n for one in result.differences if one.measure == "needs"} == {result.replications}
    plans = [compile_plan(load_scenario(tiny(ARMS), arm=name)) for name in ("now", "more")]
    samples = dict(zip(("now", "more"), play_all(plans, [9, 9], result.replications), strict=True))
    wide = result.precision.level_at_each_look
    assert list(result.differences) == differences(samples, MEASURES, 0.95, baseline="now", at_each_look=wide)


def test_a_difference_that_is_too_wide_is_named(tiny):
    result = compare(tiny(ARMS), precision={"asa": "1s"}, least=3, most=4)

    assert [text.split(" is known")[0] for text in result.precision.too_wide] == [
        *("asa of now", "asa of more", "asa of more minus now"),
    ]


def test_a_number_and_a_precision_contradict_each_other(tiny):
    with pytest.raises(InputError, match="not both"):
        run(tiny(), precision={"asa": "1s"}, replications=3)
    with pytest.raises(InputError, match="bounds of a precision, and none is asked for"):
        run(tiny(), most=3)


def test_what_the_scenario_has_nothing_of_cannot_be_known_precisely(tiny):
    with pytest.raises(InputError, match="the scenario has nothing of which blocked could be measured"):
        run(tiny(), precision={"blocked": "1pp"})


def test_an_arm_that_has_nothing_of_it_does_not_wait_for_it(tiny):
    arms = "arms: {now: {}, lines: {channels: {phone: {lines: 40}}}}\n"
    result = compare(tiny(arms), precision={"blocked": "50pp"}, least=2, most=3)

    assert (result.replications, result.precision.too_wide) == (2, ())


def test_progress_says_what_the_last_look_found(tiny):
    told = []
    run(tiny(), precision={"asa": "1s"}, least=2, most=3, progress=lambda *words: told.append(words))

    assert told[:3] == [(0, 2), (1, 2), (2, 2)]
    assert told[-1][:2] == (3, 3)
    assert told[-1][3].startswith("asa is known to ± ")


def test_the_columns_asked_for_are_those_of_the_measures_and_breakdowns(tiny):
    (sample,) = play_all([compile_plan(load_scenario(tiny()))], [9], 2)

    few = asked(sample, ["asa", "aht"], ["channel"])

    assert [key for key in few.keys if key[0] == "aht"] == [("aht", ()), ("aht", (("channel", "phone"),))]
    place, there = few.keys.index(("asa", ())), sample.keys.index(("asa", ()))
    assert few.numerators[:, place].tolist() == sample.numerators[:, there].tolist()


def test_fewer_than_five_replications_come_with_a_caution():
    assert few_replications(5) == []
    assert few_replications(2)[0].startswith("2 replications give intervals that are wide")
    assert few_replications(1)[0].startswith("One replication gives no intervals")
