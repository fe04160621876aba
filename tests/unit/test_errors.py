import pickle

import pytest

from ccsim.errors import (
    CallDataError,
    CcsimError,
    EstimateError,
    InputError,
    InvariantBroken,
    NoFeasibleStaffing,
    Problem,
    RunError,
    ScenarioError,
    TooFewReplications,
    UnstableError,
)


def test_every_error_is_by_fault_of_somebody():
    assert issubclass(ScenarioError, InputError)
    assert issubclass(CallDataError, InputError)
    assert issubclass(UnstableError, InputError)
    assert issubclass(InvariantBroken, RunError)
    assert issubclass(TooFewReplications, EstimateError)
    assert issubclass(NoFeasibleStaffing, EstimateError)
    assert all(issubclass(kind, CcsimError) for kind in (InputError, RunError, EstimateError))


def test_a_problem_reads_place_path_rule_line_caret_and_way_out():
    problem = Problem(
        "bank.yaml",
        31,
        10,
        "shifts.early",
        None,
        "ends at 07:00, before it starts at 09:00",
        'For a night shift write an end beyond midnight: "31:00".',
        '  early: {from: "09:00", to: "07:00"}',
    )

    assert str(ScenarioError([problem])) == (
        "bank.yaml:31:10: shifts.early: ends at 07:00, before it starts at 09:00.\n"
        '    early: {from: "09:00", to: "07:00"}\n'
        "           ^\n"
        '  For a night shift write an end beyond midnight: "31:00".'
    )


def test_a_problem_takes_at_most_four_lines_however_long_the_source_line_is():
    problem = Problem("a.yaml", 1, 900, "x", None, "wrong", "Way out.", "y" * 2000)

    lines = str(ScenarioError([problem])).splitlines()

    assert len(lines) == 4
    assert max(map(len, lines)) <= 120
    assert lines[1][lines[2].index("^")] == "y"


def test_a_problem_without_a_place_says_only_what_is_known():
    assert str(ScenarioError([Problem("a.yaml", None, None, "", None, "there is no such file")])) == (
        "a.yaml: there is no such file."
    )


def test_all_problems_are_in_the_text_in_their_order():
    error = CallDataError([Problem("c.csv", 2, 1, "talk", "x", "first"), Problem("c.csv", 3, 1, "talk", "x", "second")])

    assert str(error).index("first") < str(error).index("second")
    assert len(error.problems) == 2


def test_parts_are_attributes_and_unknown_ones_are_missing():
    error = UnstableError("too much work", servers=3, load=4.5)

    assert (str(error), error.servers, error.load) == ("too much work", 3, 4.5)
    with pytest.raises(AttributeError):
        _ = error.colour


@pytest.mark.parametrize(
    "error",
    [
        ScenarioError([Problem("a.yaml", 1, 2, "p", "v", "r", "h", "s")]),
        CallDataError([Problem("a.csv", 1, 2, "p", "v", "r", "h", "s")]),
        NoFeasibleStaffing("none", best=[1, 2]),
    ],
)
def test_errors_survive_the_way_from_a_worker_process(error):
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert getattr(copy, "problems", None) == getattr(error, "problems", None)
    assert getattr(copy, "best", None) == getattr(error, "best", None)
