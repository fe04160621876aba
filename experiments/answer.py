"""Makes a shipped study's results, picture and answer: `python experiments/answer.py containment-depth`.

The answer's figures are filled in from the results: `{{measure | factor value, factor value}}` in answer.template
stands for a measure at the one point with these values; of a factor's path the end is enough.
"""

import csv
import re
import sys
from pathlib import Path

from ccsim import sweep
from ccsim.report import figures, study_figures
from ccsim.report.format import quantity
from ccsim.report.study_tables import write_results, write_text

HERE = Path(__file__).parent
PICTURED = "resolved_share"  # where a study measures it; else its first measure
PLACE = re.compile(r"\{\{(\w+) \| ([^}]+)\}\}")


def filled(template: str, results: Path, currency: str) -> str:
    """An answer with its figures.

    Parameters
    ----------
    template : str
    results : Path
        results.csv of the study.
    currency : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a place fits no point, or more than one.
    """
    with results.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def figure(place: re.Match[str]) -> str:
        wanted = [words.rsplit(" ", 1) for words in place[2].split(", ")]
        found = [row for row in rows if row["measure"] == place[1] and _fits(row, wanted)]
        if len(found) != 1:
            raise ValueError(f"{place[0]} fits {len(found)} points")
        value, half_width = float(found[0]["value"]), float(found[0]["half_width"])
        return quantity(value, found[0]["unit"], currency=currency, half_width=half_width)

    return PLACE.sub(figure, template)


def make(name: str, jobs: int = 2) -> None:
    """Play a study, and write its results, its picture and its answer.

    Parameters
    ----------
    name : str
    jobs : int
    """
    folder = HERE / name
    result = sweep(HERE / f"{name}.yaml", jobs=jobs)
    write_results(result, folder)
    with figures.house_style():
        measures = result.agenda.measures
        picture = study_figures.measure_picture(result, PICTURED if PICTURED in measures else measures[0])
        if picture is not None:
            picture.savefig(folder / "picture.png", dpi=110, metadata={"Software": None})
    template = (folder / "answer.template").read_text(encoding="utf-8")
    write_text(folder / "answer.md", filled(template, folder / "results.csv", result.agenda.currency))


def _fits(row: dict[str, str], wanted: list[list[str]]) -> bool:
    """Whether a row is of the whole centre and has these values."""
    cells = ("channel", "need_type", "queue", "group", "interval", "day", "cause")
    ends = {name.rsplit(".", maxsplit=1)[-1]: value for name, value in row.items()}
    return not any(row[cell] for cell in cells) and all(ends[factor] == value for factor, value in wanted)


if __name__ == "__main__":
    for study in sys.argv[1:]:
        make(study)
