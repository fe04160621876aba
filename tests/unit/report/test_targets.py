"""Targets in words: one table, and sentences, beside what was bought with them."""

import re
from dataclasses import replace

from fake_results import arm, compare_result, run_result

from ccsim.report.tables import as_text
from ccsim.report.targets import in_one_line, sentences, targets_sheet
from ccsim.study.results import Aim
from ccsim.study.targets import judged

LEVEL = Aim("service_level", {}, {"at_least": 0.8}, "service level at least 80 %")
LOW = Aim("service_level", {}, {"at_least": 0.5}, "service level at least 50 %")
SPEED = Aim("asa", {}, {"at_most": 1.0}, "ASA at most 1 s")


def aiming(one, *aims):
    return replace(one, targets=judged(aims, one.estimates))


def told(result):
    return [" ".join(line.split()) for line in as_text(targets_sheet(result)).splitlines()]


def test_a_run_has_a_verdict_with_its_figure_above_what_became_of_the_needs():
    lines = told(replace(run_result(), arm=aiming(arm("bare"), LEVEL, SPEED)))

    assert lines[2].startswith("service level at least 80 % not known yet, 81.2 % ± 1.6")
    assert lines[3].startswith("ASA at most 1 s missed, ")
    assert lines[4].startswith("Beside it: needs resolved ")
    assert lines[5].startswith("Beside it: answered of the offered ")
    assert "Not known yet: service level at least 80 %: its interval spans the limit" in lines[6]


def test_without_targets_there_is_no_table():
    assert targets_sheet(replace(run_result(), arm=aiming(arm("bare")))) is None


def test_arms_stand_side_by_side_and_one_without_the_target_has_a_dash():
    result = compare_result()
    first, *others = result.arms
    result = replace(result, arms=(aiming(first, LOW, SPEED), *(aiming(one, SPEED) for one in others)))
    sheet = targets_sheet(result)
    by_target = {row[0]: dict(zip(sheet.columns[1:], row[1:], strict=True)) for row in sheet.rows}

    assert set(sheet.columns[1:]) == {one.name for one in result.arms}
    assert by_target[LOW.text][first.name].startswith("met, ")
    assert {by_target[LOW.text][one.name] for one in others} == {"–"}
    assert all(cell.startswith("missed, ") for cell in by_target[SPEED.text].values())
    assert all(f"ASA at most 1 s ({one.name})" in in_one_line(result, "missed") for one in result.arms)
    assert in_one_line(result, "met") == f"met: {LOW.text} ({first.name})"


def test_a_sentence_says_why_it_is_not_known_and_what_would_tell():
    (said,) = sentences(replace(run_result(), arm=aiming(arm("bare"), LEVEL)))

    assert said.startswith(
        "It is not known yet whether the target “service level at least 80 %” is met: 81.2 % ± 1.6; its interval spans"
    )
    assert re.search(r"; about \d+ replications would tell\.$", said)


def test_who_answers_nobody_meets_no_speed_of_answer():
    one = arm("nobody")
    rows = tuple(
        replace(row, value=None, low=None, high=None) if row.measure == "asa" else row for row in one.estimates
    )
    result = replace(run_result(), arm=aiming(replace(one, estimates=rows), SPEED))

    (said,) = sentences(result)
    assert said == (
        "It is not known yet whether the target “ASA at most 1 s” is met: nothing was observed, not one in “answered”."
    )
    assert in_one_line(result, "unknown") == "not known yet: ASA at most 1 s"


def test_a_target_is_never_met_without_the_outcome_that_it_was_met_with():
    (said,) = sentences(replace(run_result(), arm=aiming(arm("bare"), LOW)))

    assert re.fullmatch(
        r"The target “service level at least 50 %” is met: 81\.2 % ± 1\.6, with [\d.]+ % .* of the needs resolved\.",
        said,
    )


def test_each_arm_of_a_comparison_has_one_sentence_with_its_outcome_and_what_it_does_not_meet():
    result = compare_result()
    first, second, *others = result.arms
    result = replace(result, arms=(aiming(first, LOW, SPEED, LEVEL), aiming(second, LOW), *(aiming(o) for o in others)))

    said = sentences(result)

    assert len(said) == 2
    assert re.match(
        rf"{first.name} meets 1 of its 3 targets, with [\d.]+ % .* of the needs resolved; missed: ASA at most 1 s \("
        r".* ± .*\); not known yet: service level at least 80 % \(81\.2 % ± 1\.6\)\.$",
        said[0],
    )
    assert said[1].startswith(f"{second.name} meets all its targets, with ")
