"""From what went wrong to an exit code and a few words."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import IntEnum
from typing import Any

import typer

from ccsim.cli.speaking import hush, note, tell_object, warnings_on_stderr
from ccsim.errors import CallDataError, EstimateError, InputError, Problem, RunError, ScenarioError

SCHEMA_VERSION = "1"
PROBLEM_KEYS = ("file", "line", "column", "path", "value", "rule", "hint")


class ExitCode(IntEnum):
    """What a command's end says to the one who called it."""

    FINE = 0
    FAULT = 1
    USAGE = 2
    INVALID = 3
    MISSED = 4
    POINTS_FAILED = 5
    INTERRUPTED = 130


@contextmanager
def answering(command: str, *, json: bool, debug: bool) -> Iterator[None]:
    """A command's work; what it raises becomes a few words and an exit code.

    Parameters
    ----------
    command : str
        As the JSON contract calls it.
    json : bool
        Whether mistakes of the user are told as an object.
    debug : bool
        Whether the traceback is shown.

    Raises
    ------
    typer.Exit
        With the exit code, if anything went wrong.
    """
    try:
        with warnings_on_stderr():
            yield
        sys.stdout.flush()
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except BrokenPipeError:  # the reader has seen enough
        hush(sys.stdout)
    except (Exception, KeyboardInterrupt) as fault:
        if debug:
            traceback.print_exc()
        raise typer.Exit(_answer(fault, command, json=json)) from None


def problems_of(error: InputError) -> list[dict[str, Any]]:
    """The errors of the JSON contract.

    Parameters
    ----------
    error : InputError

    Returns
    -------
    list of dict
        Keys file, line, column, path, value, rule, hint; null where not known.
    """
    problems = error.problems if isinstance(error, ScenarioError | CallDataError) else ()
    known = [{key: asdict(problem)[key] for key in PROBLEM_KEYS} for problem in problems]
    return known or [{key: str(error) if key == "rule" else None for key in PROBLEM_KEYS}]


def problems_of_reading(error: OSError) -> InputError:
    """A file that cannot be read or written, as a mistake that the user can fix.

    Parameters
    ----------
    error : OSError

    Returns
    -------
    InputError
    """
    if error.filename is None:
        return InputError(str(error))
    return ScenarioError([Problem(str(error.filename), None, None, "", None, error.strerror or str(error))])


def _answer(fault: BaseException, command: str, *, json: bool) -> ExitCode:
    """Say what went wrong, and the exit code for it."""
    if isinstance(fault, KeyboardInterrupt):
        note("interrupted")
        return ExitCode.INTERRUPTED
    if isinstance(fault, OSError) and fault.filename is not None:
        fault = problems_of_reading(fault)
    if isinstance(fault, InputError):
        if json:
            tell_object({"schema_version": SCHEMA_VERSION, "command": command, "errors": problems_of(fault)})
        else:
            note(str(fault))
        return ExitCode.INVALID
    if isinstance(fault, EstimateError):
        note(str(fault))
        return ExitCode.MISSED
    what = str(fault) if isinstance(fault, RunError) else f"{type(fault).__name__}: {' '.join(str(fault).split())}"
    note(f"ccsim failed, and the fault is ours: {what} (--debug shows where)")
    return ExitCode.FAULT
