"""A saved result, read back: the JSON contract the other way round."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ccsim.cli.faults import SCHEMA_VERSION
from ccsim.cli.records import AGAIN, Object, Refused, hints_of, record, shown
from ccsim.errors import Problem, ScenarioError
from ccsim.estimation.estimate import Difference, Estimate
from ccsim.estimation.selection import Selection
from ccsim.estimation.sequential import Bounds, Precision, Width
from ccsim.metrics.definitions import BESIDE, MEASURES
from ccsim.study.looking import bound_was_hit, few_replications
from ccsim.study.results import (
    Aim,
    Arm,
    Assumption,
    CompareResult,
    Formula,
    FormulaLine,
    Reached,
    Relevance,
    RunResult,
    TargetOutcome,
)
from ccsim.study.targets import VERDICTS

if TYPE_CHECKING:
    from ccsim.study.agenda import Agenda
    from ccsim.study.sweep_results import PointResult, SweepResult

Shown = RunResult | CompareResult
USUAL_RELEVANCE = Relevance(0.005, 0.01)
BY_VALUE_ALONE = "the version that wrote the file judged by the value alone; run it again"
FILES = ("result.json", "study.json")

FOREIGN = "Name a result.json or study.json that --out wrote, its folder, or a file of what --json printed."
OTHER_VERSION = f"Use the version of ccsim that wrote the file, or {AGAIN}."
# points[2].point.seed and differences[2][1].low of a study are points[2].seed and differences[2].low in the file
PLACES = re.compile(r"(points\[\d+\]|differences\[\d+\])(?:\.point|\[1\])(?=\.)")
RECORDS = (
    RunResult, CompareResult, Arm, Assumption, Estimate, Difference, Formula, FormulaLine, TargetOutcome,
    Reached, Relevance, Width,
)  # fmt: skip


def read_result(path: Path) -> "RunResult | CompareResult | SweepResult":
    """The result that `--out` wrote or `--json` printed.

    Parameters
    ----------
    path : Path
        The file, or the folder with the file of `--out`.

    Returns
    -------
    RunResult, CompareResult or SweepResult
        Equal to the one that was written, number for number; of a sweep, without what its run only counted.

    Raises
    ------
    ScenarioError
        With the place, if the file is no result, is damaged, or comes from another version.
    OSError
        If it cannot be read.
    """
    file = _in_folder(path) if path.is_dir() else path
    content, line, column = file.read_bytes(), None, None
    try:
        return _result(_object(content))
    except json.JSONDecodeError as fault:
        line, column = fault.lineno, fault.colno
        told = Refused("", None, f"this is no JSON: {fault.msg}", FOREIGN)
    except Refused as fault:
        told = fault
    value = None if told.value is None else shown(told.value)
    rule = told.rule if value is None or value in told.rule else f"{told.rule}, and it is {value}"
    raise ScenarioError([Problem(str(file), line, column, told.path, value, rule, told.hint)])


def _in_folder(folder: Path) -> Path:
    """The one result in a folder."""
    found = [folder / name for name in FILES if (folder / name).is_file()]
    if len(found) != 1:
        rule = f"there is {'no' if not found else 'more than one'} result in this folder"
        raise ScenarioError([Problem(str(folder), None, None, "", None, rule, FOREIGN)])
    return found[0]


def _object(content: bytes) -> Object:
    """The file as JSON whose numbers are finite and whose texts can be written again."""
    try:
        told = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except json.JSONDecodeError:
        raise
    except UnicodeError:
        raise Refused("", None, "this is no text in UTF-8", FOREIGN) from None
    except (RecursionError, ValueError):
        raise Refused("", None, "it holds numbers or nesting that ccsim never writes", FOREIGN) from None
    if not isinstance(told, dict):
        raise Refused("", None, "this is no result of ccsim", FOREIGN)
    return told


def _no_number(text: str) -> NoReturn:
    raise Refused("", text, f"{text} is no number of JSON")


def _result(told: Object) -> "RunResult | CompareResult | SweepResult":
    command = _command(told)
    for name in ("scenario", "provenance"):
        if not isinstance(told.get(name), dict):
            raise Refused(name, told.get(name), "this is to be an object")
    try:
        if command == "sweep":
            return _study(told)
        return _of_one_scenario(command, told)
    except Refused as fault:
        fault.path = _in_the_file(fault.path)
        raise


def _of_one_scenario(command: str, told: Object) -> Shown:
    scenario = told["scenario"]
    # files of earlier versions know of no precision and no relevance
    lacking = {"precision": None, "relevance": asdict(USUAL_RELEVANCE), "made_at": {}}
    flat = {**lacking, **told, "scenario": scenario.get("name"), **told["provenance"]}
    if command == "run":
        flat["arm"] = _with_pairs({**told, "name": scenario.get("name"), "digest": scenario.get("digest")})
    elif isinstance(told.get("arms"), list):
        flat["arms"] = [_with_pairs(arm) for arm in told["arms"]]
    result: Shown = record(RunResult if command == "run" else CompareResult, flat, "", hints_of(*RECORDS))
    _check(result)
    return _without_what_is_said_again(result) if isinstance(result, RunResult) else result


def _without_what_is_said_again(result: RunResult) -> RunResult:
    """A run without the warnings that follow from its replications."""
    from ccsim.report.prose import sent_away

    again = [*sent_away(result), *few_replications(result.replications), *bound_was_hit(result.precision)]
    kept = tuple(text for text in result.arm.warnings if text not in again)
    return replace(result, arm=replace(result.arm, warnings=kept))


def _study(told: Object) -> "SweepResult":
    from ccsim.plan.terms import Terms
    from ccsim.study.agenda import Agenda, Point
    from ccsim.study.sweep_results import PointResult, Selected, Standing, SweepResult

    if "forecast" in told:
        raise Refused("forecast", None, "this is a forecast, and no point has been played", FOREIGN)
    factors = told.get("factors")
    points = _objects(told, "points")
    settings = [_in_order(point.get("settings"), factors, f"points[{i}].settings") for i, point in enumerate(points)]
    asked = [
        {**point, "number": point.get("point"), "settings": one} for point, one in zip(points, settings, strict=True)
    ]
    others = [name for name in factors if name != "arms"] if isinstance(factors, list) else factors
    flat = {
        "made_at": {},
        **told["provenance"],
        "agenda": {
            "targets": [],
            **told,
            "name": told.get("study"),
            "scenario": told["scenario"].get("name"),
            "points": asked,
        },
        "points": [
            {"targets": [], **point, "point": one, "reason": point["failed"] or "" if "failed" in point else None}
            for point, one in zip(points, asked, strict=True)
        ],
        "differences": [
            [_in_order(row.get("settings"), others, f"differences[{i}].settings"), row]
            for i, row in enumerate(_objects(told, "differences"))
        ],
        **{name: told.get(name) for name in ("levelling", "level_at_each_look", "selected")},
        "looks": told.get("looks", []),
        "shard": told.get("shard") or "",
        "folder": told.get("folder"),
        "n_played": 0,
        "n_kept": 0,
        "n_left_alone": 0,
    }
    hints = hints_of(
        SweepResult, PointResult, Agenda, Point, Estimate, Difference, Aim, TargetOutcome,
        Precision, Selection, Width, Bounds, Selected, Standing, Terms,
    )  # fmt: skip
    result: SweepResult = record(SweepResult, flat, "", hints)
    _check_study(result)
    return result


def _objects(told: Object, name: str) -> list[Object]:
    """A list of objects in the file."""
    found = told.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Refused(name, found, "this is to be a list of objects")
    return found


def _in_order(settings: Any, factors: Any, path: str) -> list[Any]:
    """The settings of a point in the order of the factors."""
    if not isinstance(settings, dict) or not isinstance(factors, list) or list(settings) != factors:
        raise Refused(path, settings, "this is to have a setting of every factor")
    return list(settings.values())


def _command(told: Object) -> str:
    """The command that gave the result, `run`, `compare` or `sweep`; any other file is refused."""
    version, command = told.get("schema_version"), told.get("command")
    if not isinstance(version, str) or not isinstance(command, str):
        raise Refused("", None, "this is no result of ccsim", FOREIGN)
    if version != SCHEMA_VERSION:
        rule = f"its schema version is {shown(version)}, and this ccsim reads {shown(SCHEMA_VERSION)}"
        raise Refused("schema_version", version, rule, OTHER_VERSION)
    if "errors" in told:
        raise Refused("errors", None, "the command failed: there are errors and no result", "Mend what they name.")
    if command not in ("run", "compare", "sweep"):
        raise Refused(
            "command", command, f"a result is of a run, a comparison or a sweep, not {shown(command)}", FOREIGN
        )
    return command


def _with_pairs(arm: Any) -> Any:
    """An arm with its staffing as it is in a result: pairs of group and numbers, where the file has an object."""
    if not isinstance(arm, dict) or not isinstance(arm.get("staffing"), dict):
        return arm
    pairs = [[group, counts] for group, counts in arm["staffing"].items()]
    return {**arm, "staffing": pairs, "targets": _judged_anew(arm.get("targets"))}


def _judged_anew(targets: Any) -> Any:
    """Targets of earlier versions, which were judged by the value alone and kept no limit to judge the interval by."""
    if not isinstance(targets, list) or not all(isinstance(one, dict) for one in targets):
        return targets
    nothing_told = {"verdict": "unknown", "measure": "", "cell": {}, "wanted": {}, "why": BY_VALUE_ALONE}
    return [one if "verdict" in one else {**nothing_told, **one} for one in targets]


def _in_the_file(path: str) -> str:
    """Where the file has what a result has at a path."""
    path = {"agenda.name": "study"}.get(path, path).removeprefix("agenda.").removeprefix("arm.")
    path = PLACES.sub(r"\1", path).replace(".reason", ".failed")
    if path in ("scenario", "name", "digest"):
        return "scenario.digest" if path == "digest" else "scenario.name"
    return f"provenance.{path}" if path.startswith(("made_by", "made_at")) else path


def _check(result: Shown) -> None:
    """What holds between the parts of every run and comparison."""
    _check_provenance(result)
    for name, wrong in (
        ("level", not 0.0 < result.level < 1.0),
        ("replications", result.replications < 1),
        ("interval", result.interval <= 0.0),
    ):
        if wrong:
            raise Refused(name, getattr(result, name), "no study has this")
    if isinstance(result, RunResult):
        _check_arm(result.arm, "arm")
        return
    for i, arm in enumerate(result.arms):
        _check_arm(arm, f"arms[{i}]")
    _check_comparison(result)


def _check_study(result: "SweepResult") -> None:
    """What holds between the parts of every study."""
    agenda = result.agenda
    _check_provenance(result)
    for name, wrong in (
        ("level", not 0.0 < agenda.level < 1.0),
        ("replications", agenda.replications < 1),
        ("points", not agenda.points),
        ("bases", "" not in agenda.bases),
        ("seeds", agenda.seeds not in ("common", "independent")),
        ("shard", not re.fullmatch(r"(\d+/\d+)?", result.shard)),
    ):
        if wrong:
            raise Refused(name, None, "no study has this")
    for i, name in enumerate(agenda.measures):
        _check_measure(name, f"measures[{i}]")
    for i, one in enumerate(result.points):
        _check_point(agenda, one, f"points[{i}]")
    for i, (_, row) in enumerate(result.differences):
        _check_interval(row, f"differences[{i}]")


def _check_point(agenda: "Agenda", one: "PointResult", path: str) -> None:
    """Settings that the study knows, and estimates of its measures or a reason."""
    for factor, label in zip(agenda.factors, one.point.settings, strict=True):
        if label not in (agenda.bases if factor == "arms" else agenda.levels.get(factor, {})):
            raise Refused(f"{path}.settings.{factor}", label, "the study has no such level")
    if bool(one.estimates) == bool(one.reason):
        raise Refused(f"{path}.failed", one.reason, "a point has estimates, or the reason why there are none")
    _check_targets(one.targets, path)
    for k, row in enumerate(one.estimates):
        _check_interval(row, f"{path}.estimates[{k}]")
        if row.measure not in agenda.measures:
            raise Refused(f"{path}.estimates[{k}].measure", row.measure, "the study does not ask for it")


def _check_provenance(result: "Shown | SweepResult") -> None:
    for name in ("ccsim", "digest"):
        if name not in result.made_by:
            raise Refused(f"made_by.{name}", None, "this is missing")
    for part, found in (("made_by", result.made_by), ("made_at", result.made_at)):
        for name, value in found.items():
            if not isinstance(value, str | int | float):
                raise Refused(f"{part}.{name}", value, "this is to be a text or a number")


def _check_comparison(result: CompareResult) -> None:
    names = [arm.name for arm in result.arms]
    if len(names) < 2 or len(set(names)) < len(names):
        raise Refused("arms", names, "a comparison has two arms or more, each with a name of its own")
    if result.baseline not in names:
        raise Refused("baseline", result.baseline, "the baseline is none of the arms")
    estimated = {(arm.name, row.measure) for arm in result.arms for row in arm.estimates if not row.cell}
    for i, row in enumerate(result.differences):
        path = f"differences[{i}]"
        _check_interval(row, path)
        if not row.cell and not {(row.arm, row.measure), (row.baseline, row.measure)} <= estimated:
            raise Refused(path, row.measure, "its two arms have no estimates of this measure")


def _check_arm(arm: Arm, path: str) -> None:
    for i, row in enumerate(arm.estimates):
        _check_interval(row, f"{path}.estimates[{i}]")
    for i, line in enumerate(arm.formula.lines):
        _check_measure(line.measure, f"{path}.formula.lines[{i}].measure")
        _check_interval(line.simulated, f"{path}.formula.lines[{i}].simulated")
    _check_targets(arm.targets, path)
    if len({len(counts) for _, counts in arm.staffing}) > 1:
        raise Refused(f"{path}.staffing", None, "every group is to have the same number of intervals")


def _check_targets(targets: Sequence[TargetOutcome], path: str) -> None:
    for i, target in enumerate(targets):
        if target.verdict not in VERDICTS:
            raise Refused(f"{path}.targets[{i}].verdict", target.verdict, f"a verdict is one of {', '.join(VERDICTS)}")
        if target.estimate is not None:
            _check_interval(target.estimate, f"{path}.targets[{i}].estimate")


def _check_interval(row: Estimate | Difference, path: str) -> None:
    """A known measure between the ends of its interval, in a cell with a time of day if it has one."""
    _check_measure(row.measure, f"{path}.measure")
    ends = [number for number in (row.low, row.value, row.high) if number is not None]
    if ends != sorted(ends) or (row.half_width or 0.0) < 0.0:
        raise Refused(path, [row.low, row.value, row.high], "low, value and high are to be in this order")
    clock = str(row.cell.get("interval", "00:00"))
    hours, colon, minutes = clock.partition(":")
    if not (colon and clock.isascii() and hours.isdigit() and minutes.isdigit() and len(clock) == len("00:00")):
        raise Refused(f"{path}.cell.interval", clock, "an interval is named by the time it begins, such as 08:30")


def _check_measure(name: str, path: str) -> None:
    if name not in MEASURES | BESIDE:
        raise Refused(path, name, f"this ccsim has no measure {shown(name)}", OTHER_VERSION)
