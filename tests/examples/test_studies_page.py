"""docs/studies.md: its study file and every factor and design in its tables are understood."""

import re

import pytest
from source_tree import ROOT

from ccsim.scenario.study_file import StudyFile, load_study
from ccsim.study.agenda import agenda_of

PAGE = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
FILE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
FACTORS = re.findall(r"^\| `(\w+: [\[{].*?)` \|", PAGE, re.MULTILINE)
DESIGNS = re.findall(r"^\| `(grid|one_at_a_time|factorial|\{.*?\})` \|", PAGE, re.MULTILINE)


def written(text, tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(text.replace("scenario: ", f"scenario: {ROOT}/"), encoding="utf-8")
    return path


def test_the_study_on_the_page_has_the_points_it_says(tmp_path):
    agenda, _ = agenda_of(written(FILE, tmp_path))

    assert agenda.design == "grid of 3 x 3, 9 points"


def test_every_field_of_a_study_file_is_on_the_page():
    named = set(re.findall(r"`(\w+)`", PAGE)) | set(re.findall(r"^(\w+):", FILE, re.MULTILINE))

    assert set(StudyFile.model_fields) <= named


@pytest.mark.parametrize("factor", FACTORS)
def test_a_factor_on_the_page_is_understood(factor, tmp_path):
    text = re.sub(r"factors:\n(  .*\n)+", f"factors:\n  {factor}\ndesign: {{latin_hypercube: {{points: 4}}}}\n", FILE)

    assert load_study(written(text, tmp_path)).file.factors


@pytest.mark.parametrize("design", DESIGNS)
def test_a_design_on_the_page_is_understood(design, tmp_path):
    text = FILE.replace("[100, 120, 140]", "[100, 120]").replace("to: 13, step: 2", "to: 11, step: 2")

    agenda, _ = agenda_of(written(f"{text}design: {design}\n", tmp_path))

    assert len(agenda.points) >= 3


def test_the_tables_are_found():
    assert len(FACTORS) == 6
    assert len(DESIGNS) == 6
