"""The command that shows a saved result again, and the files of every result."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccsim.cli import options
from ccsim.cli.faults import SCHEMA_VERSION, answering
from ccsim.cli.speaking import tell, tell_object
from ccsim.errors import InputError

if TYPE_CHECKING:
    from ccsim.study.results import CompareResult, RunResult
    from ccsim.study.sweep_results import SweepResult


def report(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT", help="A result.json or study.json that --out wrote, its folder, or what --json printed."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR|FILE.xlsx",
            help="Write report.html and the tables as CSV there, or one workbook; left out: beside the result.",
            show_default=False,
        ),
    ] = None,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Write the report of a saved result again, without simulating.

    The page is the one that --out wrote, byte for byte.
    """
    with answering("report", json=json, debug=debug):
        from ccsim.cli.reading import read_result

        result = read_result(file)
        beside = file if file.is_dir() else file.parent
        written = [str(path) for path in write_results(result, beside if out is None else out)]
        if json:
            tell_object({"schema_version": SCHEMA_VERSION, "command": "report", "files": written})
        else:
            tell("\n".join(f"written: {path}" for path in written))


def is_workbook(out: Path) -> bool:
    """Whether results go into an Excel file and not into a folder.

    Parameters
    ----------
    out : Path

    Returns
    -------
    bool
    """
    return out.suffix.lower() == ".xlsx"


def write_results(result: "RunResult | CompareResult | SweepResult", out: Path) -> list[Path]:
    """Write the page and the tables of a result.

    Parameters
    ----------
    result : RunResult, CompareResult or SweepResult
    out : Path
        Folder, made if it is missing; or the file of a workbook, which then is all that is written.

    Returns
    -------
    list of Path
        What was written, the page first.

    Raises
    ------
    InputError
        If a workbook is wanted of a study, or XlsxWriter is not installed.
    """
    from ccsim.study.results import CompareResult, RunResult

    if not isinstance(result, RunResult | CompareResult):
        return _write_study(result, out)
    if is_workbook(out):
        from ccsim.report.workbook import write_workbook

        return [write_workbook(result, out)]
    from ccsim.report.page import write_page, write_tables

    return [write_page(result, out), *write_tables(result, out)]


def _write_study(result: "SweepResult", out: Path) -> list[Path]:
    from ccsim.report import study_page, study_tables

    if is_workbook(out):
        raise InputError(f"{out}: a workbook shows a run or a comparison; name a folder for a study")
    tables = study_tables.write_results(result, out)
    return [study_page.write_study_page(result, out), *tables]
