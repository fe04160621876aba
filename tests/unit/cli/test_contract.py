"""The JSON contract: what holds for every result."""

import json
from dataclasses import replace

import pytest

from ccsim.cli.contract import answer_object, compare_object, run_object
from ccsim.cli.pages import compare_text, run_text
from ccsim.estimation.estimate import Difference, Estimate
from ccsim.study.results import Aim, Arm, CompareResult, Formula, FormulaLine, Relevance, RunResult, TargetOutcome
from ccsim.study.targets import judged

LEVEL = Estimate("service_level", {}, 0.8, 0.79, 0.81, 0.01, 0.95, 4, "share", "ratio")
ERLANG_A = FormulaLine("service_level", "Erlang A", 0.795, LEVEL)


def arm(name="now", **changes):
    plain = Arm(
        name, "d1", (LEVEL,), Formula((), (), ""), (), (), (), scheduled_hours=100.0, staffing=(), waits=(),
        resolved={}, folder=".",
    )  # fmt: skip
    return replace(plain, **changes)


COMMON = {
    "scenario": "bank", "question": "", "seed": 1, "replications": 20, "level": 0.95, "engine": "reference",
    "service_level": "answered within 20s / offered", "interval": 1800.0, "currency": "GBP",
    "made_by": {"digest": "d1"}, "made_at": {},
}  # fmt: skip


def ran(**changes):
    return RunResult(arm=arm(**changes), **COMMON)


def compared(*arms, differences=(), paired=True):
    return CompareResult(
        arms=arms, baseline=arms[0].name, differences=differences, relevance=Relevance(0.005, 0.01),
        levelling="roster: equal", paired=paired, **COMMON,
    )  # fmt: skip


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_null(value):
    told = run_object(ran(estimates=(replace(LEVEL, value=value, high=value),)))

    assert (told["estimates"][0]["value"], told["estimates"][0]["high"]) == (None, None)
    assert answer_object("theory x", {"a": value}, {"b": [value, 1.0]}, "")["answer"] == {"b": [None, 1.0]}
    json.dumps(told, allow_nan=False)


def test_made_at_is_missing_where_it_was_left_out():
    with_it = replace(ran(), made_at={"host": "here"})

    assert run_object(ran())["provenance"] == {"made_by": {"digest": "d1"}}
    assert run_object(with_it)["provenance"]["made_at"] == {"host": "here"}


def test_a_warning_of_every_arm_is_said_once_and_others_with_their_arm():
    result = compared(arm("a", warnings=("hot", "wet")), arm("b", warnings=("wet",)))

    assert compare_object(result)["warnings"] == ["a: hot", "wet"]
    assert run_object(ran(warnings=("hot",)))["warnings"] == ["hot"]


def test_the_formula_stands_beside_the_simulated_figure():
    told = run_object(ran(formula=Formula((ERLANG_A,), ("redials",), "")))

    (line,) = told["formula"]["lines"]
    assert (line["formula"], line["value"], line["simulated"]["value"]) == ("Erlang A", 0.795, 0.8)
    assert told["formula"]["leaves_out"] == ["redials"]


def test_a_comparison_carries_each_arm_its_targets_and_the_differences():
    gap = Difference("service_level", {}, "b", "a", 0.1, 0.05, 0.15, 0.05, 0.95, 4, 3.0)
    missed = TargetOutcome("missed", "asa", {"queue": "phone.a"}, {"at_most": 1.0}, "ASA at most 1 s", "", LEVEL)
    told = compare_object(compared(arm("a"), arm("b", targets=(missed,)), differences=(gap,)))

    assert [(one["name"], one["digest"]) for one in told["arms"]] == [("a", "d1"), ("b", "d1")]
    (target,) = told["arms"][1]["targets"]
    assert list(target) == ["verdict", "measure", "cell", "wanted", "text", "why", "estimate", "met"]
    assert target["met"] is False
    assert (target["verdict"], target["measure"], target["cell"]) == ("missed", "asa", {"queue": "phone.a"})
    assert (target["wanted"], target["text"]) == ({"at_most": 1.0}, "ASA at most 1 s")
    assert target["estimate"]["value"] == LEVEL.value
    assert told["differences"][0]["variance_ratio"] == 3.0
    assert told["scenario"] == {"name": "bank", "digest": "d1"}


def test_the_page_says_what_the_formula_leaves_out():
    shown = run_text(ran(formula=Formula((ERLANG_A,), ("redials", "shifts"), "")))

    assert "Erlang A leaves out: redials; shifts." in shown
    assert "79.5 %" in shown


def test_the_page_says_where_the_formula_is_exact_and_where_there_is_none():
    assert "Erlang A is exact for this scenario." in run_text(ran(formula=Formula((ERLANG_A,), (), "")))
    assert "No formula has an answer: nobody is there." in run_text(ran(formula=Formula((), ("x",), "nobody is there")))


def test_what_the_formula_leaves_out_is_said_once_where_the_arms_agree():
    same, other = Formula((), (), "nobody is there"), Formula((), (), "too much work")
    agreed = compare_text(compared(arm("a", formula=same), arm("b", formula=same)))
    differing = compare_text(compared(arm("a", formula=same), arm("b", formula=other)))

    assert agreed.count("nobody is there") == 1
    assert "a: No formula has an answer: nobody is there." in differing
    assert "b: No formula has an answer: too much work." in differing


def test_arms_that_are_not_paired_are_called_so():
    assert "not paired" in compare_text(compared(arm("a"), arm("b"), paired=False))
    assert "not paired" not in compare_text(compared(arm("a"), arm("b")))


def test_targets_are_listed_with_the_figure_that_met_or_missed_them():
    met, near = (
        Aim("service_level", {}, {"at_least": limit}, f"service level at least {limit}") for limit in (0.7, 0.8)
    )
    shown = " ".join(run_text(ran(targets=judged([met, near], [LEVEL]))).split())

    assert "service level at least 0.7 met, 80.0 % ± 1.0" in shown
    assert "service level at least 0.8 not known yet, 80.0 % ± 1.0" in shown
    assert "Not known yet: service level at least 0.8: its interval spans the limit" in shown
