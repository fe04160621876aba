"""Shipped studies: their results are those of a run, and their answers say what the results say."""

import csv
import importlib.util

import pytest
from source_tree import ROOT

from ccsim import sweep
from ccsim.report.study_tables import write_results

STUDIES = sorted((ROOT / "experiments").glob("*.yaml"))


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def answer():
    """The script that makes results and answers."""
    specification = importlib.util.spec_from_file_location("answer", ROOT / "experiments" / "answer.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.stem)
def test_every_figure_of_an_answer_is_that_of_the_results(study, answer):
    folder = study.with_suffix("")
    template = (folder / "answer.template").read_text(encoding="utf-8")

    text = answer.filled(template, folder / "results.csv", "USD")

    assert text == (folder / "answer.md").read_text(encoding="utf-8")
    assert "{{" not in text


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.stem)
def test_the_results_are_those_of_a_run(study, tmp_path):
    """Two points of it, digit for digit; where this fails, answer.py makes the results anew."""
    kept = rows(study.with_suffix("") / "results.csv")
    n_points = len({row["point"] for row in kept})

    found = rows(write_results(sweep(study, shard=(2, n_points // 2)), tmp_path)[0])

    assert len({row["point"] for row in found}) >= 2
    assert found == [row for row in kept if row["point"] in {row["point"] for row in found}]


def test_a_place_that_fits_no_point_is_refused(answer):
    results = STUDIES[0].with_suffix("") / "results.csv"

    for place in ("{{asa | levels 1}}", "{{service_level | levels 1}}"):
        with pytest.raises(ValueError, match="fits"):
            answer.filled(place, results, "USD")
