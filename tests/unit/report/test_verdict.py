"""The answer of a comparison: the outcome first, and no praise that it did not earn."""

import re
from dataclasses import replace

import pytest
from fake_results import arm, compare_result, difference, estimate

from ccsim.report.prose import warnings
from ccsim.report.verdict import BETTER, headline_sheets, judged, sentences, uneven
from ccsim.study.results import Assumption, Relevance

USUAL = {
    "resolved_share": (0.60, 0.0), "open_share": (0.02, 0.0), "given_up_share": (0.38, 0.0),
    "service_level": (0.8, 0.0),
    "asa": (60.0, 0.0), "effort_minutes": (9.0, 0.0), "cost_per_need": (4.0, 0.0), "cost_per_resolution": (6.7, 0.0),
    "distinct_signals": (90.0, 0.0), "aht": (300.0, 0.0),
}  # fmt: skip


def between(changes, *, half=None, names=("base", "arm"), **more):
    """A comparison in which some measures differ by so much, known to a twentieth of that or to `half`."""
    arms, gaps = [], []
    for k, name in enumerate(names):
        values = {m: value + k * changes.get(m, 0.0) for m, (value, _) in USUAL.items()}
        rows = tuple(estimate(m, value, width=0.001 * value) for m, value in values.items())
        arms.append(replace(arm(name), estimates=rows))
        if k:
            gaps += [
                difference(m, k * change, abs(change) / 20 if half is None else half, arm=name, baseline=names[0])
                for m, change in {**dict.fromkeys(USUAL, 0.0), **changes}.items()
            ]
    return compare_result(names=names, arms=tuple(arms), differences=tuple(gaps), **more)


def words(result, name="arm"):
    return {row.measure: row.word for row in judged(result)[name]}


def test_less_effort_cost_and_wait_are_better_where_as_many_are_resolved():
    found = words(between({"effort_minutes": -2.0, "cost_per_need": -1.0, "asa": -20.0}))

    assert (found["effort_minutes"], found["cost_per_need"], found["asa"]) == ("better", "better", "better")
    assert found["resolved_share"] == "equal"


@pytest.mark.parametrize("measure", [m for m in BETTER if m in USUAL and m not in ("resolved_share", "open_share")])
def test_nothing_is_better_where_fewer_are_resolved(measure):
    gain = BETTER[measure] * USUAL[measure][0] / 4
    result = between({measure: gain, "resolved_share": -0.1})

    assert words(result)[measure] == ("more" if gain > 0 else "less")
    assert words(result)["resolved_share"] == "worse"
    assert not any(re.search(r"\bbetter\b", text) for text in sentences(result))


def test_nothing_is_better_where_it_is_not_known_whether_fewer_are_resolved():
    result = between({"effort_minutes": -2.0, "resolved_share": -0.01})
    gaps = tuple(
        replace(row, low=-0.05, high=0.03) if row.measure == "resolved_share" else row for row in result.differences
    )
    result = replace(result, differences=gaps)

    assert words(result)["effort_minutes"] == "less"
    assert sentences(result)[0].startswith("Whether arm resolves more or fewer needs than base is not known yet")
    said = "may resolve fewer needs; beside that, and not as a gain by itself: effort"
    assert any(said in text for text in sentences(result))


def test_nothing_is_better_where_more_needs_stay_open():
    result = between({"effort_minutes": -2.0, "given_up_share": -0.1, "open_share": 0.1})

    assert (words(result)["effort_minutes"], words(result)["given_up_share"]) == ("less", "less")
    assert any("leaves more needs open; beside that, and not as a gain by itself" in text for text in sentences(result))


def test_fewer_given_up_is_better_only_where_more_are_resolved():
    assert words(between({"given_up_share": -0.1, "resolved_share": 0.1}))["given_up_share"] == "better"
    assert words(between({"given_up_share": -0.1}))["given_up_share"] == "less"


def test_who_was_not_served_is_named_where_fewer_are_resolved():
    text = sentences(between({"resolved_share": -0.195, "given_up_share": 0.19, "open_share": 0.005}))[0]

    assert text.startswith("arm resolves fewer needs than base: 40.5 % against 60.0 %, −19.5 points ± 1.0")
    assert text.endswith("of a thousand needs 190 more given up, 5 more still open at the end.")


@pytest.mark.parametrize("kept_out", ["blocked", "balked", "cut_off", "calls_out"])
def test_service_is_not_better_where_more_contacts_are_kept_out_of_it(kept_out):
    result = between({"service_level": 0.1, "asa": -30.0, "effort_minutes": -1.0})
    more = difference(kept_out, 0.2, 0.01, arm="arm", baseline="base")
    result = replace(result, differences=(*result.differences, more))

    assert (words(result)["service_level"], words(result)["asa"]) == ("more", "less")
    assert any("keeps more contacts out of these figures" in text for text in sentences(result))


@pytest.mark.parametrize(
    "path",
    [f"channels.phone.{field}" for field in ("prominence", "friction", "diverted.email", "gate.hangs_up_after")],
)
@pytest.mark.parametrize("moves", ["arm", "base"])
def test_service_is_neither_better_nor_worse_where_others_come_as_far_as_the_agents(path, moves):
    for gain in (0.1, -0.1):
        result = between({"resolved_share": 0.1, "service_level": gain, "asa": -300.0 * gain, "effort_minutes": -1.0})
        door = Assumption(path=path, value="0.5", origin=moves, role="lever")
        moved = [replace(one, assumptions=(door,)) if one.name == moves else one for one in result.arms]
        found = words(replace(result, arms=tuple(moved)))
        said = sentences(replace(result, arms=tuple(moved)))

        assert (found["service_level"], found["asa"]) == (("more", "less") if gain > 0.0 else ("less", "more"))
        assert (found["resolved_share"], found["effort_minutes"]) == ("better", "better")
        assert sum("differ in who comes as far as the agents" in text for text in said) == 1
        assert not any(text.startswith("Service of") for text in said)


def test_what_is_worse_is_called_worse_whatever_the_outcome():
    for resolved in (-0.1, 0.0, 0.1):
        found = words(between({"cost_per_resolution": 1.0, "service_level": -0.1, "resolved_share": resolved}))
        assert (found["cost_per_resolution"], found["service_level"]) == ("worse", "worse")


def test_what_failing_saves_is_a_price_and_not_a_fault_of_the_arm_that_resolves_more():
    """Turned round, it is no gain either: neither arm is praised for needs that nobody settled."""
    changes = {"resolved_share": 0.2, "effort_minutes": 1.4, "cost_per_need": 0.1}
    there = between({measure: -change for measure, change in changes.items()})

    assert {words(between(changes))[measure] for measure in ("effort_minutes", "cost_per_need")} == {"more"}
    assert any(text.startswith("What more needs resolved took of arm: effort") for text in sentences(between(changes)))
    assert {words(there)[measure] for measure in ("effort_minutes", "cost_per_need")} == {"less"}
    assert words(between({"effort_minutes": 1.4}))["effort_minutes"] == "worse"


def test_a_difference_that_is_certain_and_too_small_to_matter_is_alike():
    small = {"resolved_share": 0.004, "cost_per_need": 0.03, "aht": 2.0}

    assert {words(between(small))[measure] for measure in small} == {"alike"}
    strict = between(small, relevance=Relevance(0.001, 0.0001))
    assert (words(strict)["resolved_share"], words(strict)["aht"]) == ("better", "more")
    assert "0.5 points of a share or 1 % of base’s value" in headline_sheets(between(small))[0].notes[1]


def test_a_difference_that_covers_nothing_is_not_known_unless_it_cannot_matter():
    assert words(between({"aht": 1.0}, half=20.0))["aht"] == "not known"
    assert words(between({"aht": 0.5}, half=1.0))["aht"] == "alike"


def test_handling_time_has_no_direction():
    assert words(between({"aht": -60.0}))["aht"] == "less"
    assert words(between({"aht": 60.0}))["aht"] == "more"


def test_arms_that_never_differ_are_called_the_same():
    assert sentences(between({})) == (
        "arm and base are the same in every replication, in all that the first table shows.",
    )


def test_one_replication_lets_nothing_be_told():
    result = between({"aht": 20.0})
    gaps = tuple(replace(row, low=None, high=None, half_width=None) for row in result.differences)

    assert sentences(replace(result, differences=gaps)) == (
        "arm and base: one replication gives no interval, so nothing can be told.",
    )


def test_several_arms_are_ranked_by_what_they_resolve():
    result = between({"resolved_share": 0.05}, names=("base", "arm", "other", "third"))

    assert sentences(result)[0].startswith(
        "Needs resolved against base, best first: third +15.0 points ± 0.2, better; other +10.0 points"
    )
    assert [sheet.title.rpartition(": ")[2] for sheet in headline_sheets(result)] == ["arm", "other", "third"]


def test_the_first_table_is_in_one_order_with_the_direction_of_good():
    (sheet,) = headline_sheets(between({"resolved_share": -0.1}))

    assert sheet.columns == ("Measure", "base", "arm", "arm − base", "So it is")
    assert [row[0] for row in sheet.rows][:2] == ["Needs resolved ↑", "Needs given up ↓"]
    assert sheet.rows[0][-1] == "worse"


def test_equal_rosters_with_unequal_work_are_named():
    result = between({})
    busy = [
        replace(one, estimates=(*one.estimates, estimate("occupancy", value)))
        for one, value in zip(result.arms, (0.42, 0.71), strict=True)
    ]
    (text,) = uneven(replace(result, arms=tuple(busy)))

    assert text.startswith("base is busy 42.0 % of its time and arm 71.0 %: equal rosters pay base for idle time")
    assert "favours arm in cost and base in waits" in text
    assert uneven(result) == ()


def test_equal_service_with_unequal_hours_is_named():
    result = between({})
    more = replace(result.arms[1], scheduled_hours=8000.0)
    (text,) = uneven(replace(result, arms=(result.arms[0], more)))

    assert text.startswith("base and arm give the same service level, 80.0 % and 80.0 %, with 6,720.0 and 8,000.0")


def test_arms_that_differ_in_shrinkage_alone_are_told_so():
    def told(**resolved):
        first, other = (replace(arm(name), resolved={"name": "x", "agents": []}) for name in ("base", "arm"))
        other = replace(other, resolved=other.resolved | resolved)
        return [text for text in warnings(compare_result(names=("base", "arm"), arms=(first, other)))
                if "in shrinkage alone" in text]  # fmt: skip

    (text,) = told(shrinkage="30%")
    assert text.startswith("arm and base differ in shrinkage alone, which moves paid hours and cost")
    assert told(shrinkage="30%", shift_end="pause") == []
    assert told() == []


def test_whoever_was_sent_away_at_closing_is_told_of():
    def told(**shares):
        arms = tuple(replace(arm(name), estimates=(estimate("cut_off", share),)) for name, share in shares.items())
        return [text for text in warnings(compare_result(names=tuple(shares), arms=arms)) if "sent away" in text]

    (text,) = told(base=0.0, arm=0.012)
    assert text == (
        "Of the contacts offered 1.2 % under arm were sent away in line because the channel had closed (at_closing)."
    )
    assert told(base=0.0, arm=0.0) == []
