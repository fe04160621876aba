"""A saved result, read back: the JSON contract the other way round."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import UnionType
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from ccsim.cli.faults import SCHEMA_VERSION
from ccsim.errors import Problem, ScenarioError
from ccsim.estimation.estimate import Difference, Estimate
from ccsim.estimation.sequential import Width
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.study.looking import bound_was_hit
from ccsim.study.results import Arm, Assumption, CompareResult, Formula, FormulaLine, Reached, RunResult, TargetOutcome

Object = dict[str, Any]
Result = RunResult | CompareResult

AGAIN = "write it again with `ccsim run` or `ccsim compare` and --out"
DAMAGED = f"The file is damaged; {AGAIN}."
FOREIGN = "Name a result.json that --out wrote, or a file of what --json printed."
OTHER_VERSION = f"Use the version of ccsim that wrote the file, or {AGAIN}."
WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
LARGEST = 1e30  # a picture's axis of larger numbers cannot be drawn
RECORDS = (
    RunResult, CompareResult, Arm, Assumption, Estimate, Difference, Formula, FormulaLine, TargetOutcome,
    Reached, Width,
)  # fmt: skip
HINTS = {kind: get_type_hints(kind) for kind in RECORDS}
SHOWN = 60  # characters of a value in a message


class _Refused(Exception):
    """What is wrong at a place of the file; which file is known further out."""

    def __init__(self, path: str, value: object, rule: str, hint: str = DAMAGED) -> None:
        super().__init__(path, value, rule, hint)
        self.path, self.value, self.rule, self.hint = path, value, rule, hint


def read_result(file: Path) -> Result:
    """The result in a file of `--out`, or of what `--json` printed.

    Parameters
    ----------
    file : Path

    Returns
    -------
    RunResult or CompareResult
        Equal to the one that was written, number for number.

    Raises
    ------
    ScenarioError
        With the place, if the file is no result, is damaged, or comes from another version.
    OSError
        If it cannot be read.
    """
    content, line, column = file.read_bytes(), None, None
    try:
        return _result(_object(content))
    except json.JSONDecodeError as fault:
        line, column = fault.lineno, fault.colno
        told = _Refused("", None, f"this is no JSON: {fault.msg}", FOREIGN)
    except _Refused as fault:
        told = fault
    value = None if told.value is None else _shown(told.value)
    rule = told.rule if value is None or value in told.rule else f"{told.rule}, and it is {value}"
    raise ScenarioError([Problem(str(file), line, column, told.path, value, rule, told.hint)])


def _object(content: bytes) -> Object:
    """The file as JSON whose numbers are finite and whose texts can be written again."""
    try:
        told = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except json.JSONDecodeError:
        raise
    except UnicodeError:
        raise _Refused("", None, "this is no text in UTF-8", FOREIGN) from None
    except (RecursionError, ValueError):
        raise _Refused("", None, "it holds numbers or nesting that ccsim never writes", FOREIGN) from None
    if not isinstance(told, dict):
        raise _Refused("", None, "this is no result of ccsim", FOREIGN)
    return told


def _no_number(text: str) -> NoReturn:
    raise _Refused("", text, f"{text} is no number of JSON")


def _result(told: Object) -> Result:
    command = _command(told)
    for name in ("scenario", "provenance"):
        if not isinstance(told.get(name), dict):
            raise _Refused(name, told.get(name), "this is to be an object")
    scenario = told["scenario"]
    # files of earlier versions know of no precision
    flat = {"precision": None, **told, "scenario": scenario.get("name"), "made_at": {}, **told["provenance"]}
    if command == "run":
        flat["arm"] = _with_pairs({**told, "name": scenario.get("name"), "digest": scenario.get("digest")})
    elif isinstance(told.get("arms"), list):
        flat["arms"] = [_with_pairs(arm) for arm in told["arms"]]
    try:
        result: Result = _record(RunResult if command == "run" else CompareResult, flat, "")
        _check(result)
    except _Refused as fault:
        fault.path = _in_the_file(fault.path)
        raise
    return _without_what_is_said_again(result) if isinstance(result, RunResult) else result


def _without_what_is_said_again(result: RunResult) -> RunResult:
    """A run without the warnings that follow from its precision."""
    again = bound_was_hit(result.precision)
    kept = tuple(text for text in result.arm.warnings if text not in again)
    return replace(result, arm=replace(result.arm, warnings=kept))


def _command(told: Object) -> str:
    """The command that gave the result, `run` or `compare`; any other file is refused."""
    version, command = told.get("schema_version"), told.get("command")
    if not isinstance(version, str) or not isinstance(command, str):
        raise _Refused("", None, "this is no result of ccsim", FOREIGN)
    if version != SCHEMA_VERSION:
        rule = f"its schema version is {_shown(version)}, and this ccsim reads {_shown(SCHEMA_VERSION)}"
        raise _Refused("schema_version", version, rule, OTHER_VERSION)
    if "errors" in told:
        raise _Refused("errors", None, "the command failed: there are errors and no result", "Mend what they name.")
    if command not in ("run", "compare"):
        raise _Refused("command", command, f"a report shows a run or a comparison, not {_shown(command)}", FOREIGN)
    return command


def _with_pairs(arm: Any) -> Any:
    """An arm with its staffing as it is in a result: pairs of group and numbers, where the file has an object."""
    if not isinstance(arm, dict) or not isinstance(arm.get("staffing"), dict):
        return arm
    return {**arm, "staffing": [[group, counts] for group, counts in arm["staffing"].items()]}


def _in_the_file(path: str) -> str:
    """Where the file has what a result has at a path."""
    path = path.removeprefix("arm.")
    if path in ("scenario", "name", "digest"):
        return "scenario.digest" if path == "digest" else "scenario.name"
    return f"provenance.{path}" if path.startswith(("made_by", "made_at")) else path


def _record(kind: Any, value: Any, path: str) -> Any:
    """A dataclass field by field; whatever else the object holds is left alone."""
    found = _of(dict, value, path, "an object")
    return kind(**{name: _read(hint, found, name, _below(path, name)) for name, hint in HINTS[kind].items()})


def _read(kind: Any, holder: Object, name: str, path: str) -> Any:
    if name not in holder:
        raise _Refused(path, None, "this is missing")
    return _value(kind, holder[name], path)


def _value(kind: Any, value: Any, path: str) -> Any:
    """A JSON value as the type that a result has there."""
    if kind in HINTS:
        return _record(kind, value, path)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _either(parts, value, path)
    if origin is dict:
        pairs = _of(dict, value, path, "an object").items()
        return {key: _value(parts[1], each, _below(path, key)) for key, each in pairs}
    if origin is tuple:
        each = _of(list, value, path, "a list")
        kinds = parts[:1] * len(each) if parts[-1] is Ellipsis else parts
        if len(each) != len(kinds):
            raise _Refused(path, value, f"a list of {len(kinds)} is to be here")
        return tuple(_value(one, item, f"{path}[{i}]") for i, (one, item) in enumerate(zip(kinds, each, strict=True)))
    return value if kind is Any else _plain(kind, value, path)


def _either(kinds: Sequence[Any], value: Any, path: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    *others, last = [kind for kind in kinds if kind is not type(None)]
    fitting = [kind for kind in others if isinstance(value, kind)]
    return _value(fitting[0] if fitting else last, value, path)


def _plain(kind: type, value: Any, path: str) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = number if kind is float else number and isinstance(value, int) if kind is int else isinstance(value, kind)
    if not fits:
        raise _Refused(path, value, f"this is to be {WORDS[kind]}")
    if number and abs(value) > LARGEST:
        raise _Refused(path, value, "no study gives such a number")
    return value


def _of(kind: type, value: Any, path: str, words: str) -> Any:
    if not isinstance(value, kind):
        raise _Refused(path, value, f"this is to be {words}")
    return value


def _check(result: Result) -> None:
    """What holds between the parts of every result."""
    _check_provenance(result)
    for name, wrong in (
        ("level", not 0.0 < result.level < 1.0),
        ("replications", result.replications < 1),
        ("interval", result.interval <= 0.0),
    ):
        if wrong:
            raise _Refused(name, getattr(result, name), "no study has this")
    if isinstance(result, RunResult):
        _check_arm(result.arm, "arm")
        return
    for i, arm in enumerate(result.arms):
        _check_arm(arm, f"arms[{i}]")
    _check_comparison(result)


def _check_provenance(result: Result) -> None:
    for name in ("ccsim", "digest"):
        if name not in result.made_by:
            raise _Refused(f"made_by.{name}", None, "this is missing")
    for part, found in (("made_by", result.made_by), ("made_at", result.made_at)):
        for name, value in found.items():
            if not isinstance(value, str | int | float):
                raise _Refused(f"{part}.{name}", value, "this is to be a text or a number")


def _check_comparison(result: CompareResult) -> None:
    names = [arm.name for arm in result.arms]
    if len(names) < 2 or len(set(names)) < len(names):
        raise _Refused("arms", names, "a comparison has two arms or more, each with a name of its own")
    if result.baseline not in names:
        raise _Refused("baseline", result.baseline, "the baseline is none of the arms")
    estimated = {(arm.name, row.measure) for arm in result.arms for row in arm.estimates if not row.cell}
    for i, row in enumerate(result.differences):
        path = f"differences[{i}]"
        _check_interval(row, path)
        if not row.cell and not {(row.arm, row.measure), (row.baseline, row.measure)} <= estimated:
            raise _Refused(path, row.measure, "its two arms have no estimates of this measure")


def _check_arm(arm: Arm, path: str) -> None:
    for i, row in enumerate(arm.estimates):
        _check_interval(row, f"{path}.estimates[{i}]")
    for i, line in enumerate(arm.formula.lines):
        _check_measure(line.measure, f"{path}.formula.lines[{i}].measure")
        _check_interval(line.simulated, f"{path}.formula.lines[{i}].simulated")
    for i, target in enumerate(arm.targets):
        if target.estimate is not None:
            _check_interval(target.estimate, f"{path}.targets[{i}].estimate")
    if len({len(counts) for _, counts in arm.staffing}) > 1:
        raise _Refused(f"{path}.staffing", None, "every group is to have the same number of intervals")


def _check_interval(row: Estimate | Difference, path: str) -> None:
    """A known measure between the ends of its interval, in a cell with a time of day if it has one."""
    _check_measure(row.measure, f"{path}.measure")
    ends = [number for number in (row.low, row.value, row.high) if number is not None]
    if ends != sorted(ends) or (row.half_width or 0.0) < 0.0:
        raise _Refused(path, [row.low, row.value, row.high], "low, value and high are to be in this order")
    clock = str(row.cell.get("interval", "00:00"))
    hours, colon, minutes = clock.partition(":")
    if not (colon and clock.isascii() and hours.isdigit() and minutes.isdigit() and len(clock) == len("00:00")):
        raise _Refused(f"{path}.cell.interval", clock, "an interval is named by the time it begins, such as 08:30")


def _check_measure(name: str, path: str) -> None:
    if name not in MEASURES | BESIDE:
        raise _Refused(path, name, f"this ccsim has no measure {_shown(name)}", OTHER_VERSION)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: object) -> str:
    """A value as the file has it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
