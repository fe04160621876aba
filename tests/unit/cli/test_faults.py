"""From what went wrong to an exit code and a few words."""

import json
import warnings

import pytest
import typer

from ccsim.cli.faults import ExitCode, answering
from ccsim.errors import InputError, InvariantBroken, NoFeasibleStaffing, Problem, ScenarioError, UnstableError

PROBLEM = Problem(
    "bank.yaml", 24, 5, "agents.all.skils", None, "unknown field", 'Did you mean "skills"?', "    skils: [a]"
)


def code_of(fault, *, json=False, debug=False):
    """The exit code of a command that raises."""
    with pytest.raises(typer.Exit) as end, answering("run", json=json, debug=debug):
        raise fault
    return end.value.exit_code


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ScenarioError([PROBLEM]), ExitCode.INVALID),
        (UnstableError("12 agents cannot do 14 Erlangs of work."), ExitCode.INVALID),
        (FileNotFoundError(2, "No such file or directory", "calls.csv"), ExitCode.INVALID),
        (NoFeasibleStaffing("No staffing reaches 99%."), ExitCode.MISSED),
        (InvariantBroken("an attempt ended twice"), ExitCode.FAULT),
        (ZeroDivisionError("division by zero"), ExitCode.FAULT),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_went_wrong_decides_the_exit_code(capsys, fault, code):
    assert code_of(fault) == code
    assert capsys.readouterr().out == ""


def test_the_exit_codes_are_those_of_the_contract():
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 130]


def test_problems_are_told_on_stderr_as_they_are(capsys):
    code_of(ScenarioError([PROBLEM, PROBLEM]))

    told = capsys.readouterr().err
    assert told.count("bank.yaml:24:5: agents.all.skils: unknown field.") == 2
    assert told.count('Did you mean "skills"?') == 2
    assert "Traceback" not in told


def test_with_json_problems_are_one_object_on_stdout(capsys):
    code_of(ScenarioError([PROBLEM]), json=True)

    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "schema_version": "1",
        "command": "run",
        "errors": [
            {
                "file": "bank.yaml", "line": 24, "column": 5, "path": "agents.all.skils", "value": None,
                "rule": "unknown field", "hint": 'Did you mean "skills"?',
            }
        ],
    }  # fmt: skip
    assert told.err == ""


def test_with_json_a_mistake_without_a_place_has_the_same_keys(capsys):
    code_of(InputError("There is no need 17."), json=True)

    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert error["rule"] == "There is no need 17."
    assert sorted(error) == ["column", "file", "hint", "line", "path", "rule", "value"]


def test_a_fault_of_ours_is_one_line_and_says_how_to_see_more(capsys):
    code_of(ValueError("two\nlines"))

    told = capsys.readouterr().err
    assert told == "ccsim failed, and the fault is ours: ValueError: two lines (--debug shows where)\n"


def test_debug_shows_where_it_failed(capsys):
    code_of(ValueError("here"), debug=True)

    told = capsys.readouterr().err
    assert "Traceback (most recent call last)" in told
    assert told.endswith("(--debug shows where)\n")


def test_an_exit_code_that_a_command_chose_is_left_alone():
    with pytest.raises(typer.Exit) as end, answering("run", json=False, debug=False):
        raise typer.Exit(ExitCode.MISSED)

    assert end.value.exit_code == ExitCode.MISSED


def test_a_warning_is_one_line_on_stderr(capsys):
    shown = warnings.showwarning
    with answering("run", json=True, debug=False):
        warnings.simplefilter("always")
        warnings.warn("the horizon\nis short", UserWarning, stacklevel=1)

    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "warning: the horizon is short\n")
    assert warnings.showwarning is shown
