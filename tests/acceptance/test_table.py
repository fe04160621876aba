"""The table of cases is complete: every case and trace whose features exist, each with its scenario."""

from acceptance.judge import CASES as TABLE
from acceptance.judge import HERE

from ccsim import load_scenario

CASES_DUE = "A01 A04 A06 A09 A13 A15 A17 A19 B02 C03 D03 D09 E03 E07 E08 F01 L01 L02 L03".split()
TRACES_DUE = "T01 T03 T06 T07 T08 T13 T15".split()


def test_every_case_that_is_due_is_in_the_table():
    assert sorted({case[:3] for case in TABLE}) == CASES_DUE


def test_every_trace_that_is_due_has_its_scenario_and_its_calls():
    for ending in ("yaml", "csv"):
        assert sorted({path.name[:3] for path in (HERE / "traces").glob(f"*.{ending}")}) == TRACES_DUE


def test_every_scenario_is_named_after_its_file_and_in_the_table():
    files = sorted((HERE / "scenarios").glob("*.yaml"))

    assert [load_scenario(file).name for file in files] == [file.stem for file in files]
    assert {entry["scenario"] for entry in TABLE.values()} == {file.name for file in files}
