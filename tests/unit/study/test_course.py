"""Studies that add replications: each point until it is known well enough, or all until the best one is known."""

import json
import re
import shutil

import pytest
from source_tree import ROOT

import ccsim
from ccsim.errors import InputError, ScenarioError
from ccsim.report.study_tables import added_words, bounds_hit, selection_sheet, write_results
from ccsim.study.agenda import agenda_of, as_document, from_document
from ccsim.study.sweep import forecast, merge

TINY = """\
name: tiny
calendar: {length: 30min}
needs: {volume: {per_hour: 60}, types: [{name: calls}]}
customers: {patience: {exponential: {mean: 3min}}}
agents: [{name: team, skills: [calls], staffing: {agents: 4}}]
handling: {talk: {exponential: {mean: 3min}}}
arms:
  now: {}
  gated: {channels: {phone: {gate: {levels: 2, solves: 50%}}}}
study: {replications: 4, seed: 7}
"""
STUDY = """\
name: small
scenario: tiny.yaml
factors: {agents.team.staffing.agents: [2, 3, 4, 5]}
measures: [asa]
"""
PRECISE = "precision: {service_level: 12pp}\nreplications: {least: 4, most: 60}\n"
SELECT = "select: {measure: service_level, best: largest, indifference: 5pp}\nreplications: {least: 5, most: 60}\n"


@pytest.fixture
def study(tmp_path):
    """Writes a study of four points, with further lines, and gives its path."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")

    def written(rest, text=STUDY):
        path = tmp_path / "study.yaml"
        path.write_text(text + rest, encoding="utf-8")
        return path

    return written


def table(result, folder):
    return write_results(result, folder)[0].read_bytes()


def level_of(point):
    return next(one for one in point.estimates if one.measure == "service_level" and one.cell == {})


def test_each_point_is_as_precise_as_a_run_that_is_asked_for_it(study, tmp_path):
    result = ccsim.sweep(study(PRECISE))

    for point, agents in zip(result.points, (2, 3, 4, 5), strict=True):
        alone = ccsim.run(
            tmp_path / "tiny.yaml",
            sets=[f"agents.team.staffing.agents={agents}"],
            precision={"service_level": "12pp"},
            least=4,
            most=60,
        )
        found = {one.measure: one for one in alone.arm.estimates if one.cell == {}}
        assert point.estimates == (found["asa"], found["service_level"])
        assert point.replications == alone.replications
    assert len({point.replications for point in result.points}) > 1
    assert result.looks == alone.precision.looks
    assert result.level_at_each_look == alone.precision.level_at_each_look


@pytest.mark.parametrize("rest", [PRECISE, SELECT])
def test_every_way_gives_the_same_table_and_nothing_is_played_twice(study, tmp_path, rest):
    path = study(rest)
    one = ccsim.sweep(path, out=tmp_path / "one")
    again = ccsim.sweep(path, out=tmp_path / "one")
    two = ccsim.sweep(path, out=tmp_path / "two", jobs=2)
    ccsim.sweep(path, out=tmp_path / "three", replications=7)
    continued = ccsim.sweep(path, out=tmp_path / "three")

    tables = {table(result, tmp_path / name) for name, result in zip("abcd", (one, again, two, continued), strict=True)}
    assert len(tables) == 1
    assert one.selected == again.selected == two.selected == continued.selected
    assert (again.n_played, again.n_kept) == (0, one.n_played)
    assert one.n_played == sum(point.replications for point in one.points)
    assert continued.n_played + continued.n_kept == one.n_played


def test_progress_counts_on_from_look_to_look(study):
    told = []
    result = ccsim.sweep(study(PRECISE), progress=lambda *numbers: told.append(numbers))

    assert told[0] == (0, 16, 0, 4, "")
    assert [done for done, *_ in told] == sorted(done for done, *_ in told)
    assert told[-1][:2] == (result.n_played, result.n_played)


def test_progress_tells_what_the_last_look_found(study):
    precise, selected = [], []
    ccsim.sweep(study(PRECISE), progress=lambda *words: precise.append(words[-1]))
    ccsim.sweep(study(SELECT), progress=lambda *words: selected.append(words[-1]))

    assert re.fullmatch(r"point [1-4]: service_level is known to ± [0-9.]+pp \(asked: 12pp\)", precise[-1])
    assert re.fullmatch(r"[2-4] of 4 points may be the best", selected[-1])


def test_shards_stop_where_the_whole_stops(study, tmp_path):
    path = study(PRECISE)
    whole = ccsim.sweep(path)
    for n in (1, 2):
        ccsim.sweep(path, out=tmp_path / f"{n}", shard=(n, 2))
    merged = merge([tmp_path / "1", tmp_path / "2"], out=tmp_path / "all")
    half = merge([tmp_path / "1"], out=tmp_path / "half")

    assert merged.points == whole.points
    assert [point.reason for point in half.points] == ["", "4 of 4 replications are missing"] * 2


def test_what_the_most_replications_were_too_few_for_is_said(study):
    result = ccsim.sweep(study("precision: {service_level: 1pp}\nreplications: {least: 2, most: 3}\n"))

    # with five agents everybody is answered in time in all three, of whom there are too few to say that it is always so
    assert [bool(point.too_wide) for point in result.points] == [True] * 4
    assert bounds_hit(result)[0].startswith(
        "precision not reached within 3 replications at point 1: service_level is known to ± "
    )
    assert added_words(result)[0] == "At each point replications were added until service_level is known to ± 1pp."


def test_the_best_point_is_selected(study):
    result = ccsim.sweep(study(SELECT))

    selected = result.selected
    assert (selected.best, selected.is_decided) == (4, True)
    assert [one.point for one in selected.standings] == [1, 2, 3, 4]
    assert [one.is_in for one in selected.standings] == [False, False, False, True]
    assert selected.standings[3].may_be_best
    assert not selected.standings[0].may_be_best
    assert selection_sheet(result).rows[3][-1] == "selected"
    assert "Point 4 is selected for the largest service_level" in added_words(result)[0]


def test_the_smallest_can_be_the_best_and_what_is_far_behind_is_played_less(study):
    text = STUDY.replace("agents.team.staffing.agents: [2, 3, 4, 5]", "needs.volume.per_hour: [66, 20, 60]")
    result = ccsim.sweep(study(SELECT.replace("5pp", "2pp").replace("largest", "smallest"), text))

    assert (result.selected.best, result.selected.is_decided) == (1, True)
    assert result.points[1].replications < result.points[2].replications


def test_a_selection_that_is_not_decided_names_who_is_still_in(study):
    text = STUDY.replace("agents.team.staffing.agents: [2, 3, 4, 5]", "needs.volume.per_hour: [60, 60.5]")
    result = ccsim.sweep(study(SELECT.replace("5pp", "0.1pp").replace("60}", "6}"), text))

    assert not result.selected.is_decided
    assert bounds_hit(result) == ["no best point selected within 6 replications: points 1, 2 are still in"]
    assert [one.may_be_best for one in result.selected.standings] == [True, True]


def test_a_point_that_has_no_value_is_left_out_of_the_selection(study):
    text = STUDY.replace("agents.team.staffing.agents: [2, 3, 4, 5]", "needs.volume.per_hour: [0, 60, 90]")
    result = ccsim.sweep(study(SELECT, text))

    assert [one.point for one in result.selected.standings] == [2, 3]
    assert result.points[0].estimates


def test_differences_rest_on_the_replications_that_both_arms_have(study):
    result = ccsim.sweep(study(f"arms: all\n{PRECISE}"))

    counts = {one.point.settings: one.replications for one in result.points}
    for (agents,), one in result.differences:
        assert one.n == min(counts["now", agents], counts["gated", agents])


def test_the_command_line_wins_over_the_file(study):
    path = study(PRECISE)

    assert agenda_of(path)[0].precision.widths[0].text == "12pp"
    assert agenda_of(path, precision={"asa": "5%"}, most=9)[0].precision.widths[0].text == "5%"
    assert agenda_of(path, most=9)[0].precision.bounds.most == 9
    assert agenda_of(path, replications=5)[0].precision is None
    assert agenda_of(path, replications=5)[0].replications == 5
    assert agenda_of(path)[0].measures == ("asa", "service_level")


@pytest.mark.parametrize("rest", ["", PRECISE, SELECT])
def test_an_agenda_survives_being_kept(study, rest):
    agenda, _ = agenda_of(study(rest))

    assert from_document(json.loads(json.dumps(as_document(agenda)))) == agenda


def test_a_forecast_says_the_fewest_and_the_most(study):
    taken = forecast(*agenda_of(study(PRECISE)))
    given = forecast(*agenda_of(study("replications: 3\n")))

    assert (taken.n_fewest, taken.n_replications) == (16, 240)
    assert (given.n_fewest, given.n_replications) == (12, 12)


@pytest.mark.parametrize(
    ("rest", "path", "words"),
    [
        ("precision: {asa: 2}\n", "precision.asa", '"2" has no unit'),
        ("precision: {wait: 2s}\n", "precision.wait", 'no measure is named "wait"'),
        ("precision: {asa: 2s}\nreplications: 5\n", "", "leaves none to add"),
        ("replications: {least: 5}\n", "", "bounds of replications go with"),
        ("precision: {asa: 2s}\nreplications: {least: 9, most: 8}\n", "replications", "fewer than the least"),
        ("precision: {asa: 2s}\nreplications: many\n", "replications", "number"),
        (f"{SELECT}precision: {{asa: 2s}}\n", "", "Take one of them out"),
        (SELECT.replace("5pp", "5%"), "select.indifference", "is a share of a value"),
        (SELECT.replace("service_level", "level"), "select.measure", 'no measure is named "level"'),
        (SELECT.replace("largest", "biggest"), "select.best", "largest"),
        (SELECT.replace("5pp}", "5pp, confidence: 100%}"), "select", "between 0% and 100%"),
    ],
)
def test_a_mistake_is_told_at_its_place(study, rest, path, words):
    with pytest.raises(ScenarioError) as caught:
        agenda_of(study(rest))

    (problem,) = caught.value.problems
    assert problem.path == path
    assert words in f"{problem.rule} {problem.hint}"


def test_what_contradicts_itself_is_refused(study):
    with pytest.raises(InputError, match="not both"):
        agenda_of(study(PRECISE), replications=3, most=9)
    with pytest.raises(InputError, match="none is asked for"):
        agenda_of(study(""), most=9)
    with pytest.raises(InputError, match="take select: out"):
        agenda_of(study(SELECT), precision={"asa": "2s"})
    with pytest.raises(InputError, match="compares all points"):
        ccsim.sweep(study(SELECT), shard=(1, 2))


def test_points_that_differ_only_in_their_terms_are_played_once_and_equal_runs_of_their_own(study, tmp_path):
    """Acceptable wait, wage and weights of effort: 2 x 2 x 2 points, and four replications in all."""
    text = (
        "name: terms\nscenario: tiny.yaml\nby: [channel, group, need_type, interval]\n"
        "measures: [service_level, answered_within, cost_total, cost_per_contact, cost_wages, "
        "effort_weighted_minutes]\n"
        "factors:\n  service_level.within: [10s, 30s]\n  agents.team.wage: [12/h, 18.5/h]\n"
        "  customers.effort.weights.queue: [1, 2.5]\n"
    )
    result = ccsim.sweep(study("", text), out=tmp_path / "out")
    again = ccsim.sweep(study("", text), out=tmp_path / "out")
    other = ccsim.sweep(study("", text.replace("12/h, 18.5/h", "1/h").replace("[1, 2.5]", "[7]")), out=tmp_path / "out")

    assert (result.n_played, again.n_played, again.n_kept, other.n_played) == (4, 0, 4, 0)
    assert len({str(point.estimates) for point in result.points}) == 8
    for point in result.points:
        sets = [f"{name}={value}" for name, value in zip(result.agenda.factors, point.point.settings, strict=True)]
        alone = ccsim.run(tmp_path / "tiny.yaml", sets=sets)
        found = {(one.measure, str(one.cell)): one for one in alone.arm.estimates}
        for one in point.estimates:
            expected = found[one.measure, str(one.cell)]
            if one.value is not None:
                assert (one.value, one.low, one.high) == pytest.approx(
                    (expected.value, expected.low, expected.high), rel=1e-12, abs=1e-12
                )
            assert one == expected or one.measure.startswith("cost")


def test_a_forecast_counts_points_that_differ_only_in_their_terms_once(study):
    taken = forecast(
        *agenda_of(
            study("", STUDY.replace("agents.team.staffing.agents: [2, 3, 4, 5]", "service_level.within: [5s, 9s, 20s]"))
        )
    )

    assert (taken.n_points, taken.n_replications) == (3, 4)


def test_another_limit_of_a_wait_is_another_measurement_of_what_happened(study, tmp_path):
    first = STUDY.replace("agents.team.staffing.agents: [2, 3, 4, 5]", "service_level.within: [5s, 20s]")
    ccsim.sweep(study("", first), out=tmp_path / "out")

    assert ccsim.sweep(study("", first.replace("20s", "30s")), out=tmp_path / "out").n_played == 4
    assert ccsim.sweep(study("", first), out=tmp_path / "out").n_played == 0


def test_the_studies_of_the_page_are_studies(tmp_path):
    """Whole ones as they stand, and the pieces about replications in place of those of the first."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "studies.md").read_text(encoding="utf-8"), re.DOTALL)
    first = blocks[0].replace("replications: 5\n", "")
    found = []
    for block in blocks:
        path = tmp_path / "study.yaml"
        path.write_text(block if block.startswith("name:") else first + block, encoding="utf-8")
        found.append(agenda_of(path)[0])

    assert [agenda.precision is not None for agenda in found] == [False, True, False, False]
    assert [agenda.selection is not None for agenda in found] == [False, False, True, False]
    assert len({point.played for point in found[3].points}) == 1
