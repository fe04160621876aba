"""Parquet: the rows and columns of the CSV files, and a way out where the extra is missing."""

import csv
import sys

import fake_results
import pytest

from ccsim.errors import InputError
from ccsim.report.parquet import write_parquet
from ccsim.report.study_tables import write_results

duckdb = pytest.importorskip("duckdb", reason="the extra `parquet` is not installed")


def read(path):
    """Names of the columns, and the rows."""
    with duckdb.connect() as base:
        found = base.execute("SELECT * FROM read_parquet(?)", [str(path)])
        return [column[0] for column in found.description], found.fetchall()


def as_text(value):
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def test_the_tables_are_those_of_the_csv_files_digit_for_digit(tmp_path):
    result = fake_results.study_result(arms=("contain", "open"), failed=(3,))
    plain = write_results(result, tmp_path / "plain*[1]")

    written = write_parquet(result, tmp_path / "plain*[1]")

    assert [path.name for path in written] == ["results.parquet", "differences.parquet"]
    for table, parquet in zip(plain, written, strict=True):
        with table.open(encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
        assert read(parquet)[0] == names
        assert [[as_text(value) for value in row] for row in read(parquet)[1]] == rows


def test_numbers_are_numbers_settings_are_texts_and_what_was_not_observed_is_null(tmp_path):
    result = fake_results.study_result({'a,"b"\n': ("=1+1", "09")}, failed=(2,))

    names, (first, *_, last) = read(write_parquet(result, tmp_path)[0])

    assert dict(zip(names, first)) == dict(zip(names, first)) | {
        "point": 1, 'a,"b"\n': "=1+1", "measure": "service_level", "value": first[names.index("value")], "n": 20,
        "channel": None, "level": 0.95,
    }  # fmt: skip
    assert (last[1], last[names.index("value")], last[names.index("unit")]) == ("09", None, "count")
    assert isinstance(first[names.index("value")], float)


def test_equal_results_give_equal_bytes(tmp_path):
    result = fake_results.study_result()

    first, second = (write_parquet(result, tmp_path / name)[0].read_bytes() for name in ("a", "b"))

    assert first == second


def test_without_the_extra_the_way_out_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(InputError, match=r"pip install 'ccsim\[parquet\]'"):
        write_parquet(fake_results.study_result(), tmp_path)
