"""The workbook: native tables with numbers in them, and no text that becomes a formula."""

import re
import sys
import zipfile
from dataclasses import replace

import pytest
from fake_results import arm, compare_result, estimate, run_result

from ccsim.errors import InputError
from ccsim.report.workbook import write_workbook

pytest.importorskip("xlsxwriter", reason="the extra `excel` is not installed")
calamine = pytest.importorskip("python_calamine", reason="the extra `excel` is not installed")

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org","x")', "http://example.org", "{=1}", "\t=1")


def sheets(path):
    """The cells of every sheet, by its name."""
    book = calamine.CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts(path):
    """The XML inside, by name."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_numbers_are_numbers_to_their_last_digit(tmp_path):
    result = compare_result()
    found = sheets(write_workbook(result, tmp_path / "new" / "a.xlsx"))

    header, *rows = found["Measures"]
    (level,) = [dict(zip(header, row, strict=True)) for row in rows if row[0] == "Service level"]
    (gap,) = [one for one in result.differences if one.measure == "service_level"]
    assert (level["contain"], level["Unit"]) == (0.812, "share")
    # a workbook holds sixteen digits
    shown = [level[f"open minus contain{end}"] for end in ("", " low", " high")]
    assert shown == pytest.approx([gap.value, gap.low, gap.high], rel=1e-15)
    assert level["open minus contain differs"] in ("yes", "cannot be told")
    assert len(found["Estimates"]) == 1 + sum(len(one.estimates) for one in result.arms)
    assert len(found["Differences"]) == 1 + len(result.differences)


def test_targets_have_a_sheet_with_their_verdicts_and_the_intervals_behind_them(tmp_path):
    result = compare_result()
    found = sheets(write_workbook(result, tmp_path / "a.xlsx"))

    header, *rows = found["Targets"]
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [one["Arm"] for one in told] == [one.name for one in result.arms]
    assert {one["Target"] for one in told} == {"service level at least 75 %"}
    outcomes = [outcome for one in result.arms for outcome in one.targets]
    words = {"met": "met", "missed": "missed", "unknown": "not known yet"}
    assert [one["Verdict"] for one in told] == [words[outcome.verdict] for outcome in outcomes]
    assert [one["Low"] for one in told] == pytest.approx([outcome.estimate.low for outcome in outcomes], rel=1e-15)
    assert [one["Why it is not known"] for one in told] == [outcome.why for outcome in outcomes]

    bare = replace(run_result(), arm=replace(arm("bare"), targets=()))
    assert "Targets" not in sheets(write_workbook(bare, tmp_path / "b.xlsx"))


def test_a_run_has_its_formula_and_no_differences(tmp_path):
    found = sheets(write_workbook(run_result(), tmp_path / "a.xlsx"))

    assert "Differences" not in found
    header, *rows = found["Measures"]
    assert {row[0]: row[header.index("Formula")] for row in rows}["Service level"] == 0.79


def test_every_sheet_but_the_first_is_a_native_table_and_charts_are_native_with_a_description(tmp_path):
    path = write_workbook(compare_result(), tmp_path / "a.xlsx")
    book = calamine.CalamineWorkbook.from_path(path, load_tables=True)
    inside = parts(path)

    assert sorted(book.table_names) == sorted(f"t_{name.replace(' ', '_')}" for name in book.sheet_names[1:])
    assert len([name for name in inside if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]) == 3
    drawings = [text for name, text in inside.items() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
    assert all('descr="' in text for text in drawings)


def test_nothing_that_somebody_typed_becomes_a_formula_or_a_link(tmp_path):
    names = EVIL[:3]
    compared = compare_result(names=names)
    for evil in EVIL:
        poisoned = replace(compared.arms[0], warnings=(evil,), estimates=(
            *compared.arms[0].estimates, estimate("asa", 1.0, cell={"queue": evil})
        ))  # fmt: skip
        result = replace(
            compared,
            arms=(poisoned, *compared.arms[1:]),
            scenario=evil,
            question=evil,
            currency=evil,
        )
        path = write_workbook(result, tmp_path / "a.xlsx")
        inside = parts(path)
        pages = [text for name, text in inside.items() if name.startswith("xl/worksheets/")]

        assert not any("<f>" in text or "<f " in text or "<hyperlink" in text for text in pages)
        assert not any("calculatedColumnFormula" in text for text in inside.values())
        assert ["Scenario", evil] in [row[:2] for row in sheets(path)["Read me"]]
    assert names[0] in sheets(path)["Measures"][0]


def test_arms_that_differ_only_in_capitals_have_columns_of_their_own(tmp_path):
    header = sheets(write_workbook(compare_result(names=("Open", "open")), tmp_path / "a.xlsx"))["Measures"][0]

    assert len({name.lower() for name in header}) == len(header)


def test_equal_results_give_equal_bytes(tmp_path):
    one, other = (write_workbook(compare_result(made_at={}), tmp_path / name) for name in ("a.xlsx", "b.xlsx"))

    assert one.read_bytes() == other.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "b.xlsx"}


@pytest.mark.parametrize("date", ["yesterday", "2026-01-05T09:00:00+00:00", ""])
def test_a_result_with_hardly_anything_still_makes_a_workbook(tmp_path, date):
    bare = replace(arm("bare"), estimates=(), staffing=(), waits=(), assumptions=(), targets=(), warnings=())
    result = run_result(arm=bare, made_at={"date": date}, question="x" * 40_000)

    assert "Estimates" in sheets(write_workbook(result, tmp_path / "a.xlsx"))


def test_without_the_extra_the_way_out_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)

    with pytest.raises(InputError, match=r"pip install 'ccsim\[excel\]', or name a folder instead"):
        write_workbook(run_result(), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
