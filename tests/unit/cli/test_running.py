"""run and compare: the contract of the JSON, exit codes, folders, and what never changes a byte."""

import csv
import json
import re
from pathlib import Path

import pytest
import typer

from ccsim.cli.faults import ExitCode
from ccsim.cli.options import Levelling
from ccsim.cli.running import _command, read_arm

ESTIMATE = ["measure", "cell", "value", "low", "high", "half_width", "level", "n", "unit", "kind"]
DIFFERENCE = [
    "measure",
    "cell",
    "arm",
    "baseline",
    "value",
    "low",
    "high",
    "half_width",
    "level",
    "n",
    "variance_ratio",
]


def rewrite(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_run_json_is_the_contract(desk, ccsim):
    done = ccsim("run", "tiny.yaml", "--json")

    told = done.object()
    assert done.code == ExitCode.FINE
    assert {
        "schema_version",
        "command",
        "scenario",
        "seed",
        "replications",
        "engine",
        "estimates",
        "warnings",
        "provenance",
    } <= set(told)
    assert (told["schema_version"], told["command"], told["scenario"]["name"]) == ("1", "run", "tiny")
    assert (told["seed"], told["replications"]) == (7, 2)
    assert all(list(estimate) == ESTIMATE for estimate in told["estimates"])
    assert {estimate["kind"] for estimate in told["estimates"]} <= {"ratio", "mean", "count"}
    assert any(estimate["measure"] == "service_level" and estimate["cell"] == {} for estimate in told["estimates"])
    assert {"made_by", "made_at"} == set(told["provenance"])


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_mistake_in_the_file_leaves_no_folder(desk, ccsim, command):
    rewrite(desk / "tiny.yaml", "replications: 2", "replications: many")

    done = ccsim(command, "tiny.yaml", "--out", "new/results")

    assert done.code == ExitCode.INVALID
    assert not (desk / "new").exists()


def test_options_win_over_the_scenario(desk, ccsim):
    told = ccsim("run", "tiny.yaml", "--seed", 11, "-n", 3, "--set", "needs.volume.per_hour=0", "--json").object()

    offered = next(one for one in told["estimates"] if one["measure"] == "offered" and one["cell"] == {})
    assert (told["seed"], told["replications"], offered["value"], offered["n"]) == (11, 3, 0, 3)


def test_what_was_not_observed_is_null_and_not_nan(desk, ccsim):
    done = ccsim("run", "tiny.yaml", "--set", "needs.volume.per_hour=0", "--json")

    level = next(one for one in done.object()["estimates"] if one["measure"] == "service_level" and one["cell"] == {})
    assert (level["value"], level["low"], level["high"]) == (None, None, None)
    assert not re.search(r"NaN|Infinity", done.out)


def test_one_replication_has_no_interval(desk, ccsim):
    told = ccsim("run", "tiny.yaml", "-n", 1, "--json").object()

    assert {(one["low"], one["half_width"]) for one in told["estimates"]} == {(None, None)}


def test_the_table_names_the_service_level_the_seed_and_the_formula(desk, ccsim):
    shown = ccsim("run", "tiny.yaml").out

    assert shown.startswith("tiny\nIs anybody there?\n2 replications, seed 7, 95 % intervals, ")
    assert "Erlang A" in shown
    assert "answered within 20s / offered" in shown
    assert "\x1b" not in shown


def test_reproducible_gives_the_same_bytes_for_any_number_of_jobs(desk, ccsim):
    one = ccsim("run", "tiny.yaml", "--reproducible", "--json", "--jobs", 1)
    two = ccsim("run", "tiny.yaml", "--reproducible", "--json", "--jobs", 2)

    assert one.out == two.out
    assert "made_at" not in one.object()["provenance"]


def test_without_reproducible_the_result_says_when_and_where(desk, ccsim):
    assert {"date", "host", "duration"} == set(ccsim("run", "tiny.yaml", "--json").object()["provenance"]["made_at"])


def test_the_command_in_the_provenance_gives_the_same_numbers(desk, ccsim):
    told = ccsim("run", "tiny.yaml", "--set", "study.seed=5", "-n", 3, "--out", "there", "--json", "-j", 1).object()

    assert told["provenance"]["made_by"]["command"] == "ccsim run tiny.yaml --replications 3 --set study.seed=5"


def test_a_compare_command_in_the_provenance_keeps_its_arms():
    spoken = _command(
        *("compare", [Path("a b.yaml")], ["x=1"], 3, None),
        arms="a,b",
        arm=["c:y=2"],
        baseline="b",
        worlds=True,
        levelling=Levelling.NONE,
    )

    assert spoken == (
        "ccsim compare 'a b.yaml' --seed 3 --set x=1 --arm c:y=2 --arms a,b --baseline b "
        "--levelling none --different-worlds"
    )


def test_a_missed_target_ends_with_4_after_the_result(desk, ccsim):
    rewrite(
        desk / "tiny.yaml",
        "study:",
        "targets: [{measure: service_level, at_least: 100%}, {measure: asa, at_most: 1h}]\nstudy:",
    )
    rewrite(desk / "tiny.yaml", "agents: 4", "agents: 1")

    done = ccsim("run", "tiny.yaml", "--json")

    assert done.code == ExitCode.MISSED
    assert [target["verdict"] for target in done.object()["targets"]] == ["missed", "met"]
    assert "missed: service level at least 100 %" in done.err
    assert "ASA" not in done.err


def test_met_targets_end_with_0_and_are_printed(desk, ccsim):
    rewrite(desk / "tiny.yaml", "study:", "targets: [{measure: asa, at_most: 1h}]\nstudy:")

    done = ccsim("run", "tiny.yaml")

    assert done.code == ExitCode.FINE
    assert "ASA at most 1 h" in done.out
    assert "met, " in done.out
    assert "known" not in done.err


def test_a_target_that_is_not_known_yet_is_said_and_ends_with_0(desk, ccsim):
    rewrite(desk / "tiny.yaml", "study:", "targets: [{measure: occupancy, at_least: 72%}]\nstudy:")

    done = ccsim("run", "tiny.yaml", "--replications", 1)

    assert done.code == ExitCode.FINE
    assert "not known yet: occupancy at least 72 %" in done.err
    assert "one replication has no interval; play more" in done.out


def test_a_comparison_ends_with_4_where_an_arm_misses_a_target_and_names_it(desk, ccsim):
    rewrite(desk / "tiny.yaml", "study:", "targets: [{measure: gate_entries, at_most: 0}]\nstudy:")

    done = ccsim("compare", "tiny.yaml", "--replications", 3)
    kept = ccsim("compare", "tiny.yaml", "--replications", 3, "--set", "targets=[{measure: gate_entries, at_least: 0}]")

    assert (done.code, kept.code) == (ExitCode.MISSED, ExitCode.FINE)
    assert "missed: gate entries at most 0 (gated)" in done.err
    assert "(now)" not in done.err


def test_a_log_folder_holds_a_folder_for_each_replication(desk, ccsim):
    told = ccsim("run", "tiny.yaml", "--log", "logs/deep", "--json").object()

    folders = sorted(path.name for path in (desk / "logs" / "deep").iterdir())
    assert folders == ["replication-0001", "replication-0002"]
    rows = 0
    for folder in folders:
        with (desk / "logs" / "deep" / folder / "attempts.csv").open(encoding="utf-8", newline="") as file:
            rows += sum(row["joins"] != "" for row in csv.DictReader(file))
    offered = next(one for one in told["estimates"] if one["measure"] == "offered" and one["cell"] == {})
    assert rows == round(2 * offered["value"])


def test_an_out_folder_holds_the_page_the_tables_and_the_same_object(desk, ccsim):
    done = ccsim("compare", "tiny.yaml", "--out", "results", "--json", "--reproducible")

    held = {path.name for path in (desk / "results").iterdir()}
    assert {"report.html", "estimates.csv", "differences.csv", "result.json"} <= held
    assert (desk / "results" / "result.json").read_text(encoding="utf-8") == done.out


def test_a_folder_that_cannot_be_made_is_told_before_the_work(desk, ccsim):
    (desk / "file").write_text("in the way", encoding="utf-8")

    done = ccsim("run", "tiny.yaml", "-n", 1000000, "--out", "file/results")

    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert "file/results" in done.err


@pytest.mark.parametrize("command", ["run", "compare", "trace", "check", "show"])
def test_a_mistake_in_the_file_ends_with_3_and_its_place(desk, ccsim, command):
    rewrite(desk / "tiny.yaml", "skills:", "skils:")

    plain, told = ccsim(command, "tiny.yaml"), ccsim(command, "tiny.yaml", "--json")

    line = (desk / "tiny.yaml").read_text(encoding="utf-8").splitlines().index(
        "  - {name: team, skils: [calls], staffing: {agents: 4}}"
    ) + 1
    assert (plain.code, told.code) == (ExitCode.INVALID, ExitCode.INVALID)
    assert f"tiny.yaml:{line}:" in plain.err
    assert "Traceback" not in plain.err
    assert plain.out == ""
    assert line in [error["line"] for error in told.object()["errors"]]
    assert told.object()["command"] == command


def test_compare_json_is_the_contract(desk, ccsim):
    told = ccsim("compare", "tiny.yaml", "--json").object()

    assert [arm["name"] for arm in told["arms"]] == ["now", "gated"]
    assert (told["baseline"], told["paired"], told["command"]) == ("now", True, "compare")
    assert all(list(estimate) == ESTIMATE for arm in told["arms"] for estimate in arm["estimates"])
    assert all(list(difference) == DIFFERENCE for difference in told["differences"])
    assert {(one["arm"], one["baseline"]) for one in told["differences"]} == {("gated", "now")}
    assert told["sentences"]
    assert "roster" in told["levelling"]


def test_a_difference_is_arm_minus_baseline(desk, ccsim):
    told = ccsim("compare", "tiny.yaml", "--baseline", "gated", "--json").object()
    found = {
        arm["name"]: {one["measure"]: one["value"] for one in arm["estimates"] if one["cell"] == {}}
        for arm in told["arms"]
    }

    (gap,) = [one for one in told["differences"] if one["measure"] == "offered" and one["cell"] == {}]
    assert gap["arm"] == "now"
    assert gap["value"] == pytest.approx(found["now"]["offered"] - found["gated"]["offered"])
    assert gap["value"] > 0  # the gate keeps half of the needs


def test_arms_are_picked_and_added_on_the_command_line(desk, ccsim):
    told = ccsim("compare", "tiny.yaml", "--arms", "now,third", "--arm", "third:shrinkage=30%", "--json").object()

    assert [arm["name"] for arm in told["arms"]] == ["now", "third"]


def test_several_files_are_compared_as_arms(desk, ccsim):
    other = (desk / "tiny.yaml").read_text(encoding="utf-8").replace("study:", "shrinkage: 30%\nstudy:")
    (desk / "lean.yaml").write_text(other, encoding="utf-8")

    told = ccsim("compare", "tiny.yaml", "lean.yaml", "--json").object()

    assert [arm["name"] for arm in told["arms"]] == ["tiny", "lean"]


def test_an_arm_that_changes_the_world_is_refused_unless_asked_for(desk, ccsim):
    words = ("compare", "tiny.yaml", "--arms", "now,more", "--arm", "more:needs.volume.per_hour=90", "--json")

    refused, allowed = ccsim(*words), ccsim(*words, "--different-worlds")

    assert refused.code == ExitCode.INVALID
    assert refused.object()["errors"][0]["path"]
    assert (allowed.code, allowed.object()["paired"]) == (ExitCode.FINE, False)


def test_an_unknown_arm_is_refused(desk, ccsim):
    done = ccsim("compare", "tiny.yaml", "--arms", "now,gatd", "--json")

    assert done.code == ExitCode.INVALID
    assert [error["value"] for error in done.object()["errors"]] == ["gatd"]


def test_compare_prints_what_differs_what_cannot_be_told_apart_and_the_levelling(desk, ccsim):
    shown = ccsim("compare", "tiny.yaml").out

    assert "gated − now" in shown
    assert "\nIn words\n" in shown
    assert "\nLevelling\nroster" in shown


@pytest.mark.parametrize("text", ["", "name", ":a=1", "name:a", "name:=1", "name:a=1,b"])
def test_an_arm_that_cannot_be_read_is_wrong_usage(text):
    with pytest.raises(typer.BadParameter, match="write NAME:path=value"):
        read_arm(text)


def test_an_arm_may_move_nothing():
    assert read_arm("now:") == ("now", {})


def test_an_arm_typed_beside_a_file_without_arms_meets_the_file_itself(desk, ccsim):
    rewrite(
        desk / "tiny.yaml", "arms:\n  now: {}\n  gated: {channels: {phone: {gate: {levels: 2, solves: 50%}}}}\n", ""
    )

    told = ccsim("compare", "tiny.yaml", "--arm", "dear:shrinkage=30%", "-n", 2, "--json").object()
    twice = ccsim("compare", "tiny.yaml", "--arm", "dear:shrinkage=30%", "--arm", "dear:")
    wrong = ccsim("compare", "tiny.yaml", "--arm", "dear:shrinkge=30%")

    assert ([arm["name"] for arm in told["arms"]], told["baseline"]) == (["tiny", "dear"], "tiny")
    assert (twice.code, wrong.code) == (2, 3)
    assert wrong.err == '--arm: dear:shrinkge: unknown field. Did you mean "shrinkage"?\n'


def test_commas_inside_brackets_and_quotes_belong_to_the_value():
    assert read_arm('x: a.b = [1, 2] ,c={d: (1,2), e: "f, g"},h=') == (
        "x",
        {"a.b": "[1, 2]", "c": '{d: (1,2), e: "f, g"}', "h": ""},
    )


def test_trace_tells_a_story_in_order_of_time(desk, ccsim):
    told = ccsim("trace", "tiny.yaml", "--json").object()
    shown = ccsim("trace", "tiny.yaml")

    assert set(told) == {"schema_version", "command", "title", "need", "replication", "lines"}
    assert shown.out.splitlines() == [told["title"], *told["lines"]]


def test_trace_finds_a_need_by_its_number_and_refuses_one_that_is_not_there(desk, ccsim):
    first = ccsim("trace", "tiny.yaml", "--need", 0, "--json")
    same = ccsim("trace", "tiny.yaml", "--need", first.object()["need"], "--json")
    none = ccsim("trace", "tiny.yaml", "--need", "anna", "--json")

    assert first.out == same.out
    assert none.code == ExitCode.INVALID
    assert json.loads(none.out)["errors"][0]["rule"]


def test_a_precision_adds_replications_and_is_told_in_the_object_the_table_and_the_page(desk, ccsim):
    words = ("run", "tiny.yaml", "--precision", "service_level=20pp", "--precision", "needs=50%", "--least", 3)
    told = ccsim(*words, "--out", "out", "--json", "--reproducible").object()
    shown = ccsim(*words).out

    level = next(one for one in told["estimates"] if one["measure"] == "service_level" and one["cell"] == {})
    assert told["precision"]["reached"] is True
    assert told["precision"]["replications"] == told["replications"] == level["n"] >= 3
    assert level["half_width"] <= 0.2
    assert level["level"] == told["level"] == 0.95
    assert told["precision"]["level_at_each_look"] == pytest.approx(1 - 0.05 / (2 * len(told["precision"]["looks"])))
    sentence = f"reached with {told['replications']} (at least 3, at most 1000)"
    assert "Precision\nReplications were added until service_level is known to ± 20pp and needs" in shown
    assert sentence in shown
    page = Path("out/report.html")
    before = page.read_bytes()
    assert sentence in before.decode()
    assert "--precision service_level=20pp --precision needs=50%" in told["provenance"]["made_by"]["command"]
    assert ccsim("report", "out/result.json").code == ExitCode.FINE
    assert page.read_bytes() == before


def test_a_bound_that_was_hit_is_a_warning_everywhere_and_no_failure(desk, ccsim):
    words = ("run", "tiny.yaml", "--precision", "asa=1s", "--least", 2, "--most", 3)
    done, shown = ccsim(*words, "--json", "--out", "out", "--reproducible"), ccsim(*words)

    told = done.object()
    *_, text = told["warnings"]
    assert done.code == ExitCode.FINE
    assert told["precision"]["reached"] is False
    assert text.startswith("precision not reached within 3 replications: asa is known to ± ")
    assert text in shown.out
    assert text in done.err
    before = Path("out/report.html").read_bytes()
    assert text.encode() in before
    ccsim("report", "out/result.json")
    assert Path("out/report.html").read_bytes() == before


def test_a_comparison_can_be_asked_for_a_precision(desk, ccsim):
    told = ccsim("compare", "tiny.yaml", "--precision", "needs=60%", "--least", 3, "--json").object()

    assert told["precision"]["reached"] is True
    assert told["replications"] == told["differences"][0]["n"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--precision", "asa=2s", "-n", 3), "for bounds write --least, --most"),
        (("--precision", "asa"), "write MEASURE=WIDTH"),
        (("--precision", "asa=2"), "has no unit"),
        (("--precision", "wait=2s"), 'no measure is named "wait"'),
        (("--precision", "asa=2s", "--precision", "asa=3s"), "has a width already"),
        (("--precision", "asa=2s", "--least", 9, "--most", 8), "fewer than the least"),
        (("--most", 8), "--least and --most go with --precision"),
    ],
)
def test_a_precision_that_is_none_is_wrong_usage(desk, ccsim, words, told):
    done = ccsim("run", "tiny.yaml", *words)

    assert done.code == ExitCode.USAGE
    assert told in " ".join(done.err.replace("│", " ").split())
