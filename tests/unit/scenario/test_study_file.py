"""Study files: what they may say, and every mistake at its place."""

import jsonschema
import pytest
from source_tree import ROOT

from ccsim.errors import ScenarioError
from ccsim.scenario.load import load_scenario, moved, tree_in
from ccsim.scenario.study_file import load_study, study_schema
from ccsim.scenario.tree import plain

FLOOR = f"scenario: {ROOT / 'scenarios' / 'erlang-floor.yaml'}\n"
GOOD = f"name: good\n{FLOOR}factors: {{shrinkage: [0%, 30%]}}\nmeasures: [asa]\n"


def load(text, tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return load_study(path)


def problems(text, tmp_path):
    with pytest.raises(ScenarioError) as caught:
        load(text, tmp_path)
    return caught.value.problems


def test_a_list_is_a_factors_values_and_a_grid_is_the_design(tmp_path):
    file = load(GOOD, tmp_path).file

    assert file.factors["shrinkage"].values == ("0%", "30%")
    assert file.design.grid is not None
    assert file.seeds == "common"


def test_all_mistakes_come_at_once_in_file_order_with_their_places(tmp_path):
    text = (
        "name: bad\nscenario: none.yaml\nfactors:\n  study.seed: [1, 2]\n  value: [1]\nmeasures: [asa, ath]\nsede: 3\n"
    )

    found = problems(text, tmp_path)

    assert [(problem.line, problem.column) for problem in found] == [(2, 11), (4, 3), (5, 3), (6, 17), (7, 1)]
    assert "there is no file" in found[0].rule
    assert 'not "study"' in found[1].rule
    assert "column of the results" in found[2].rule
    assert found[3].hint == 'Did you mean "aht"?'
    assert found[4].hint == 'Did you mean "seed"?'


@pytest.mark.parametrize(
    ("piece", "rule"),
    [
        ("factors: {shrinkage: {from: 0%}}", "a range has two ends"),
        ("factors: {shrinkage: {from: 0%, to: 9%, step: 1%, points: 3}}", "a step or a number of points"),
        ("factors: {shrinkage: {values: [1%], from: 0%, to: 2%}}", "a factor has values, a range or levels"),
        ("factors: {shrinkage: {}}", "a factor has values, a range or levels"),
        ("factors: {shrinkage: {values: [1%], step: 1%}}", "belong to a range"),
        ("factors: {shrunk: {paths: [shrinkage], levels: {none: {shrinkage: 0%}}}}", "levels name their paths"),
        ("factors: {shrinkage: [1%]}\ndesign: gird", "'gird' is no design"),
        ("factors: {shrinkage: [1%]}\ndesign: {sobol: {points: 12}}", "no power of two"),
        ("factors: {shrinkage: [1%]}\ndesign: {factorial: {resolution: 2}}", "a resolution below 3"),
        ("factors: {shrinkage: [1%]}\ndesign: {grid: {}, factorial: {}}", "a study has one design"),
        ("factors: {shrinkage: [1%]}\npoints: [{shrinkage: 1%}]", "points stand in place of"),
        ("points: [{shrinkage: 1%}, {shift_end: finish}]", "the points move different paths"),
        ("seed: 1", "nothing is moved"),
        ("points: [{targets: []}]", 'not "targets"'),
        ("factors: {shrunk: {levels: {none: {arms: {}}}}}", 'not "arms"'),
    ],
)
def test_a_mistake_is_told_in_words(piece, rule, tmp_path):
    found = problems(f"name: bad\n{FLOOR}measures: [asa]\n{piece}\n", tmp_path)

    assert [rule in problem.rule for problem in found] == [True], found
    assert found[0].line is not None


@pytest.mark.parametrize(
    "piece",
    [
        "factors: {shrinkage: [0%, 30%]}",
        "arms: all",
        "factors: {shrinkage: {from: 0%, to: 30%, step: 10%}}\ndesign: one_at_a_time",
        "factors: {shrunk: {levels: {none: {shrinkage: 0%}}}}\ndesign: {latin_hypercube: {points: 10}}",
        "points: [{shrinkage: 0%}, {shrinkage: 1%}]",
    ],
)
def test_the_schema_takes_what_the_loader_takes(piece, tmp_path):
    read = load(f"name: good\n{FLOOR}measures: [asa]\n{piece}\n", tmp_path)

    jsonschema.Draft202012Validator(study_schema()).validate(plain(read.tree))


def test_the_schema_refuses_an_unknown_field_and_a_wrong_design(tmp_path):
    schema = jsonschema.Draft202012Validator(study_schema())
    content = plain(load(GOOD, tmp_path).tree)

    assert schema.is_valid(content)
    assert not schema.is_valid(content | {"sede": 3})
    assert not schema.is_valid(content | {"design": "gird"})


@pytest.mark.parametrize("path", sorted((ROOT / "experiments").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_study_is_valid_and_fits_the_schema(path):
    assert load_study(path).file.name == path.stem
    jsonschema.Draft202012Validator(study_schema()).validate(plain(tree_in(path)))


def test_several_values_are_moved_at_once_and_only_their_sum_must_be_valid(tmp_path):
    scenario = load_scenario(ROOT / "scenarios" / "erlang-floor.yaml")
    tree = load(
        f"name: good\n{FLOOR}measures: [asa]\nfactors: {{shrinkage: [30%], service_level.within: [9s]}}", tmp_path
    ).tree
    moves = [(path, node.value[0]) for path, node in tree.value["factors"].value.items()]

    both = moved(scenario, moves)

    assert (both.shrinkage, both.service_level.within) == (0.3, 9.0)


def test_a_wrong_value_is_told_where_the_study_file_writes_it(tmp_path):
    scenario = load_scenario(ROOT / "scenarios" / "erlang-floor.yaml")
    tree = load(
        f"name: good\n{FLOOR}measures: [asa]\nfactors: {{shrinkage: [130%], agents.agnts.wage: [1/h]}}", tmp_path
    ).tree

    with pytest.raises(ScenarioError) as caught:
        moved(scenario, [(path, node.value[0]) for path, node in tree.value["factors"].value.items()])
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(4, 50)]
    with pytest.raises(ScenarioError) as caught:
        moved(scenario, [("shrinkage", tree.value["factors"].value["shrinkage"].value[0])])
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(4, 23)]


def test_a_scenario_in_place_of_a_study_and_the_other_way_round_are_called_so_and_nothing_else(tmp_path):
    study, scenario = tmp_path / "study.yaml", tmp_path / "room.yaml"
    study.write_text(GOOD, encoding="utf-8")
    scenario.write_text(
        "name: room\nneeds: {volume: {per_day: 1}, types: [{name: a}]}\nhandling: 3\n", encoding="utf-8"
    )

    for load_it, place, told, way in (
        (lambda: load_scenario(study), "4:1", "this is a study, not a scenario", f"Play it with ccsim sweep {study}."),
        (lambda: load_study(scenario), "2:1", "this is a scenario, not a study",
         f"Play it with ccsim run {scenario}, or name it in a study: scenario: room.yaml."),
    ):  # fmt: skip
        with pytest.raises(ScenarioError) as caught:
            load_it()
        (problem,) = caught.value.problems
        assert (f"{problem.line}:{problem.column}", problem.rule, problem.hint) == (place, told, way)
