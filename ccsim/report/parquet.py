"""A study's tables as Parquet files, for programs that read many of them."""

import tempfile
from pathlib import Path

from ccsim.errors import InputError
from ccsim.report.files import written_whole
from ccsim.report.study_tables import as_csv, tables
from ccsim.study.sweep_results import SweepResult

MISSING_EXTRA = "--parquet needs duckdb, which is not installed: pip install 'ccsim[parquet]'"
WHOLE = ("point", "n", "day")
NUMBERS = ("value", "low", "high", "half_width", "level", "variance_ratio")
# nothing is fetched, and the same rows give the same bytes
SETTINGS: dict[str, bool | int] = {"threads": 1, "autoinstall_known_extensions": False}


def check_extra() -> None:
    """Refuses where the optional package is not installed.

    Raises
    ------
    InputError
        With the command that installs it.
    """
    try:
        import duckdb  # noqa: F401
    except ImportError:
        raise InputError(MISSING_EXTRA) from None


def write_parquet(result: SweepResult, folder: Path) -> tuple[Path, ...]:
    """The tables of `write_results` with the same rows and columns.

    Parameters
    ----------
    result : SweepResult
    folder : Path
        Made if it is missing.

    Returns
    -------
    tuple of Path
        results.parquet, and differences.parquet where arms differ. What is empty in a CSV file is null; texts stand as
        they are, also those that a spreadsheet would take for a formula.

    Raises
    ------
    InputError
        If duckdb is not installed.
    """
    check_extra()
    import duckdb

    written = []
    # a pattern in the name of the user's folder would be taken for several files
    with tempfile.TemporaryDirectory() as passing, duckdb.connect(config=SETTINGS) as base:
        for name, columns, rows in tables(result):
            source = Path(passing) / f"{name}.csv"
            source.write_text(as_csv(columns, rows, guarded=False), encoding="utf-8", newline="\n")
            with written_whole(folder / f"{name}.parquet") as unfinished:
                table = base.read_csv(
                    str(source), header=True, delimiter=",", quotechar='"', escapechar='"', na_values="",
                    dtype={column: _kind(column) for column in columns},
                )  # fmt: skip
                table.write_parquet(str(unfinished), compression="zstd")
            written.append(folder / f"{name}.parquet")
    return tuple(written)


def _kind(column: str) -> str:
    return "BIGINT" if column in WHOLE else "DOUBLE" if column in NUMBERS else "VARCHAR"
