"""report: a saved result gives the page it came with, and a file that is none is refused in words."""

import contextlib
import copy
import json
import sys

import fake_results
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_tree import ROOT

from ccsim.cli.contract import compare_object, run_object, sweep_object
from ccsim.cli.faults import ExitCode
from ccsim.cli.reading import read_result
from ccsim.errors import ScenarioError
from ccsim.report.page import page

QUICK = ("bank-1999", "cast-the-net")  # one of each kind; the others when there is time
SHIPPED = [
    pytest.param(file, id=file.stem, marks=() if file.stem in QUICK else pytest.mark.slow)
    for file in sorted((ROOT / "scenarios").glob("*.yaml"))
]
RUN = run_object(fake_results.run_result())
COMPARE = compare_object(fake_results.compare_result())
SWEEP = sweep_object(fake_results.study_result(arms=("now", "gated"), failed=(3,), shard="2/3"))
STUDY = """\
name: small
scenario: tiny.yaml
arms: all
factors: {needs.volume.per_hour: [40, 60]}
measures: [service_level, asa]
by: [channel]
"""
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({}), st.just([[]])
)


def saved(told, folder):
    """A file that holds an object."""
    file = folder / "result.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def changed(told, path, value):
    """A copy of an object with another value at a path."""
    answer = copy.deepcopy(told)
    *way, last = path
    holder = answer
    for step in way:
        holder = holder[step]
    holder[last] = value
    return answer


def places(node, way=()):
    """Every path in an object, the first two rows of each list."""
    steps = node.items() if isinstance(node, dict) else enumerate(node[:2]) if isinstance(node, list) else ()
    for step, below in steps:
        yield (*way, step)
        yield from places(below, (*way, step))


def read_or_refused(file):
    """Anything but a problem in words fails the test."""
    with contextlib.suppress(ScenarioError):
        read_result(file)


@pytest.mark.parametrize(
    ("result", "as_object"),
    [
        (fake_results.run_result(), run_object),
        (fake_results.run_result(made_at={}), run_object),
        (fake_results.compare_result(), compare_object),
        (fake_results.study_result(), sweep_object),
        (fake_results.study_result(arms=("now", "gated"), failed=(3,), shard="2/3", made_at={}), sweep_object),
    ],
)
def test_a_result_comes_back_as_it_was(tmp_path, result, as_object):
    assert read_result(saved(as_object(result), tmp_path)) == result


def test_what_a_later_version_adds_is_left_alone(tmp_path):
    told = changed(RUN, ("estimates", 0, "novelty"), 1) | {"more": [1]}

    assert read_result(saved(told, tmp_path)) == fake_results.run_result()


@pytest.mark.parametrize("reproducible", [True, False])
@pytest.mark.parametrize("command", ["run", "compare"])
def test_the_page_and_the_tables_are_the_same_byte_for_byte(desk, ccsim, command, reproducible):
    told = ccsim(command, "tiny.yaml", "--out", "there", "--json", *(["--reproducible"] * reproducible))
    (desk / "printed.json").write_text(told.out, encoding="utf-8")

    done = ccsim("report", "printed.json", "--out", "again")

    assert done.code == ExitCode.FINE
    again = {path.name: path.read_bytes() for path in (desk / "again").iterdir()}
    assert again == {path.name: path.read_bytes() for path in (desk / "there").iterdir() if path.name in again}
    assert {path.name for path in (desk / "there").iterdir()} == {"result.json", *again}


@pytest.mark.parametrize("words", [(), ("--reproducible",), ("--shard", "1/2")])
def test_the_files_of_a_study_are_the_same_byte_for_byte(desk, ccsim, words):
    (desk / "small.yaml").write_text(STUDY, encoding="utf-8")
    ccsim("sweep", "small.yaml", "--out", "there", *words)

    told = ccsim("report", "there", "--out", "again", "--json").object()

    again = {path.name: path.read_bytes() for path in (desk / "again").iterdir()}
    assert told["files"] == [f"again/{name}" for name in ("report.html", "results.csv", "differences.csv")]
    assert again == {name: (desk / "there" / name).read_bytes() for name in again}
    assert ccsim("report", "there/study.json").out.startswith("written: there/report.html\n")
    assert {name: (desk / "there" / name).read_bytes() for name in again} == again


def test_a_workbook_of_a_study_is_refused(desk, ccsim):
    saved(SWEEP, desk)

    done = ccsim("report", "result.json", "--out", "study.xlsx")

    assert (done.code, done.out) == (ExitCode.INVALID, "")
    assert "name a folder for a study" in done.err


@pytest.mark.parametrize("scenario", SHIPPED)
def test_a_shipped_scenario_s_page_is_drawn_again_from_its_json(desk, ccsim, scenario):
    with_arms = "\narms:" in scenario.read_text(encoding="utf-8")
    words = ["--set", "calendar={start: 2026-01-05, days: 1, follow_up: 0s}"] * (scenario.stem == "cast-the-net")
    ccsim("compare" if with_arms else "run", scenario, "-n", 2, "--out", "there", *words)
    before = (desk / "there" / "report.html").read_bytes()
    (desk / "there" / "report.html").unlink()

    done = ccsim("report", "there/result.json", "--json")

    assert done.object()["files"][0] == "there/report.html"
    assert (desk / "there" / "report.html").read_bytes() == before


@pytest.mark.parametrize(
    ("told", "path", "words"),
    [
        (changed(RUN, ("schema_version",), "2"), "schema_version", 'version is "2", and this ccsim reads "1"'),
        (changed(RUN, ("command",), "trace"), "command", 'a comparison or a sweep, not "trace"'),
        (changed(RUN, ("errors",), []), "errors", "errors and no result"),
        ({"openapi": "3.1"}, "", "this is no result of ccsim"),
        ([RUN], "", "this is no result of ccsim"),
        (changed(RUN, ("estimates", 3, "value"), "many"), "estimates[3].value", 'a number, and it is "many"'),
        (changed(RUN, ("estimates", 3, "low"), 1e29), "estimates[3]", "low, value and high"),
        (changed(RUN, ("estimates", 3, "measure"), "luck"), "estimates[3].measure", 'has no measure "luck"'),
        (changed(RUN, ("replications",), True), "replications", "a whole number, and it is true"),
        (changed(RUN, ("provenance", "made_by"), {}), "provenance.made_by.ccsim", "missing"),
        (changed(RUN, ("scenario", "name"), 4), "scenario.name", "a text"),
        (changed(RUN, ("staffing", "experts"), [1.0]), "staffing", "the same number of intervals"),
        (changed(RUN, ("level",), 95), "level", "no study has this, and it is 95"),
        (changed(COMPARE, ("arms", 1, "waits", 0), [1.0]), "arms[1].waits[0]", "a list of 2"),
        (changed(COMPARE, ("arms", 1, "name"), "contain"), "arms", "a name of its own"),
        (changed(COMPARE, ("baseline",), "shut"), "baseline", 'none of the arms, and it is "shut"'),
        (changed(COMPARE, ("differences", 0, "arm"), "shut"), "differences[0]", "no estimates of this measure"),
        ({name: value for name, value in RUN.items() if name != "waits"}, "waits", "missing"),
        (changed(SWEEP, ("study",), 1), "study", "a text, and it is 1"),
        (changed(SWEEP, ("points", 0, "settings", "shrinkage"), "1%"), "points[0].settings.shrinkage", "no such level"),
        (changed(SWEEP, ("points", 0, "settings"), {}), "points[0].settings", "a setting of every factor"),
        (changed(SWEEP, ("points", 1, "digest"), 1), "points[1].digest", "a text, and it is 1"),
        (changed(SWEEP, ("points", 2, "failed"), None), "points[2].failed", "the reason why there are none"),
        (changed(SWEEP, ("points", 0, "estimates", 0, "measure"), "asa"), "points[0].estimates[0].measure", "ask for"),
        (changed(SWEEP, ("differences", 0, "low"), 9.0), "differences[0]", "low, value and high"),
        (changed(SWEEP, ("differences", 0, "arm"), 9), "differences[0].arm", "a text"),
        (changed(SWEEP, ("bases",), {}), "bases", "no study has this"),
        ({name: value for name, value in SWEEP.items() if name != "by"}, "by", "missing"),
        ({name: value for name, value in SWEEP.items() if name != "points"} | {"forecast": {}}, "forecast", "no point"),
    ],
)  # fmt: skip
def test_a_foreign_damaged_or_newer_file_is_refused_with_place_value_rule_and_way_out(desk, ccsim, told, path, words):
    saved(told, desk)

    plain, spoken = ccsim("report", "result.json"), ccsim("report", "result.json", "--json")

    assert (plain.code, plain.out, spoken.code) == (ExitCode.INVALID, "", ExitCode.INVALID)
    (error,) = spoken.object()["errors"]
    assert (error["file"], error["path"]) == ("result.json", path)
    assert words in error["rule"]
    assert error["hint"]
    assert words in plain.err
    assert not (desk / "report.html").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name: tiny\n", "bad.json:1:1: this is no JSON"),
        (b'{\n "seed": 1,\n', "bad.json:3:1: this is no JSON"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b'{"seed": "\\ud800"}', "no text in UTF-8"),
        (b'{"seed": NaN}', "NaN is no number of JSON"),
        (b'{"seed": 1e999}', "numbers or nesting"),
        (b"[" * 100_000, "numbers or nesting"),
        (b"9" * 5000, "numbers or nesting"),
        (b"", "bad.json:1:1: this is no JSON"),
    ],
)
def test_a_file_that_is_no_json_is_refused_with_its_line(desk, ccsim, content, words):
    (desk / "bad.json").write_bytes(content)

    done = ccsim("report", "bad.json")

    assert (done.code, done.out) == (ExitCode.INVALID, "")
    assert words in done.err


def test_a_file_that_is_not_there_is_refused(desk, ccsim):
    done = ccsim("report", "nowhere.json")

    assert (done.code, done.err) == (ExitCode.INVALID, "nowhere.json: No such file or directory.\n")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_is_damaged_is_read_or_refused(tmp_path, data):
    told = data.draw(st.sampled_from([RUN, COMPARE, SWEEP]))
    path = data.draw(st.sampled_from(sorted(places(told), key=str)))
    damaged = changed(told, path, data.draw(ANYTHING))
    read_or_refused(saved(damaged, tmp_path))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_bytes_are_cut_or_changed_are_read_or_refused(tmp_path, data):
    content = bytearray(json.dumps(RUN).encode())
    start = data.draw(st.integers(0, len(content) - 1))
    content[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
    file = tmp_path / "bytes.json"
    file.write_bytes(content)
    read_or_refused(file)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("estimates", 0, "value"), None),
        (("estimates",), []),
        (("staffing",), {}),
        (("waits",), []),
        (("interval",), 1e-9),
        (("interval",), 1e29),
        (("scenario", "name"), "$a$ \\frac{ =1+1 <b>"),
        (("currency",), "$"),
        (("formula", "lines", 0, "value"), None),
        (("made_at",), {}),
    ],
)
def test_what_reads_well_and_is_odd_still_makes_a_page(tmp_path, path, value):
    assert page(read_result(saved(changed(RUN, path, value), tmp_path))).startswith("<!DOCTYPE html>")


def test_a_file_that_ends_with_xlsx_is_one_workbook(desk, ccsim):
    pytest.importorskip("xlsxwriter", reason="the extra `excel` is not installed")
    ccsim("run", "tiny.yaml", "--out", "there", "--reproducible")

    first = ccsim("run", "tiny.yaml", "--out", "new/tiny.xlsx", "--reproducible")
    again = ccsim("report", "there/result.json", "--out", "new/again.XLSX")

    assert (first.code, again.code) == (ExitCode.FINE, ExitCode.FINE)
    assert {path.name for path in (desk / "new").iterdir()} == {"tiny.xlsx", "again.XLSX"}
    assert (desk / "new" / "tiny.xlsx").read_bytes() == (desk / "new" / "again.XLSX").read_bytes()


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_workbook_without_its_extra_is_refused_before_the_work(desk, ccsim, monkeypatch, command):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)

    done = ccsim(command, "tiny.yaml", "-n", 1_000_000, "--out", "new/tiny.xlsx")

    assert (done.code, done.out) == (ExitCode.INVALID, "")
    assert "pip install 'ccsim[excel]'" in done.err
    assert not (desk / "new").exists()


def test_a_target_judged_by_an_earlier_version_is_read_as_not_known(desk, ccsim):
    path = desk / "tiny.yaml"
    path.write_text(path.read_text().replace("study:", "targets: [{measure: asa, at_most: 1h}]\nstudy:"))
    ccsim("run", "tiny.yaml", "--out", "out")
    file = desk / "out" / "result.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["targets"] = [{"text": "asa at most 3600", "met": True, "estimate": told["targets"][0]["estimate"]}]
    file.write_text(json.dumps(told), encoding="utf-8")

    assert ccsim("report", "out").code == 0
    page = (desk / "out" / "report.html").read_text(encoding="utf-8")
    assert "the version that wrote the file judged by the value alone; run it again" in page


def test_a_verdict_that_is_none_is_refused_at_its_place(desk, ccsim):
    path = desk / "tiny.yaml"
    path.write_text(path.read_text().replace("study:", "targets: [{measure: asa, at_most: 1h}]\nstudy:"))
    ccsim("run", "tiny.yaml", "--out", "out")
    file = desk / "out" / "result.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"verdict": "met"', '"verdict": "good"'), encoding="utf-8")

    done = ccsim("report", "out")

    assert done.code == 3
    assert "targets[0].verdict" in done.err
    assert "a verdict is one of met, missed, unknown" in done.err
