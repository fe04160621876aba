"""Targets as they are told: in sentences and in one table, beside what they were bought with."""

from ccsim.report.format import MISSING, quantity
from ccsim.report.shown import Result, arms, short, whole_centre
from ccsim.report.tables import Sheet, estimate_text
from ccsim.study.results import Arm, TargetOutcome
from ccsim.study.sweep_results import PointResult, SweepResult
from ccsim.study.targets import VERDICTS, overall

WORDS = {"met": "met", "missed": "missed", "unknown": "not known yet"}
OUTCOME = "resolved_share"
MOST_NAMED = 20  # points in a sentence


def told(outcome: TargetOutcome, currency: str) -> str:
    """A verdict with the figure that it rests on.

    Parameters
    ----------
    outcome : TargetOutcome
    currency : str

    Returns
    -------
    str
    """
    figure = _figure(outcome, currency)
    return f"{WORDS[outcome.verdict]}, {figure}" if figure else WORDS[outcome.verdict]


def targets_sheet(result: Result) -> Sheet | None:
    """Every target and whether each arm meets it, above what became of the needs.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Sheet or None
        None where nothing is aimed at.
    """
    compared = arms(result)
    texts = list(dict.fromkeys(one.text for arm in compared for one in arm.targets))
    if not texts:
        return None
    found = [{one.text: told(one, result.currency) for one in arm.targets} for arm in compared]
    rows = [(text, *(of_arm.get(text, MISSING) for of_arm in found)) for text in texts]
    beside = [(f"Beside it: {name}", *values) for name, values in _beside(compared, result.currency)]
    columns = ("Target", *(("Simulated",) if len(compared) == 1 else (arm.name for arm in compared)))
    return Sheet("Targets", columns, tuple(rows + beside), tuple(_notes(compared)))


def sentences(result: Result) -> tuple[str, ...]:
    """A sentence on every target of a run, or on all targets of each arm.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of str
        What is met is told with the share of needs that were resolved.
    """
    compared = arms(result)
    if len(compared) == 1:
        (arm,) = compared
        return tuple(_sentence(one, _resolved(arm, result.currency), result.currency) for one in arm.targets)
    return tuple(_of_arm(arm, result.currency) for arm in compared if arm.targets)


def in_one_line(result: Result, verdict: str) -> str:
    """The targets with a verdict, arm by arm.

    Parameters
    ----------
    result : RunResult or CompareResult
    verdict : str
        "met", "missed" or "unknown".

    Returns
    -------
    str
        Empty where there is none.
    """
    compared = arms(result)
    named = [
        f"{one.text} ({arm.name})" if len(compared) > 1 else one.text
        for arm in compared
        for one in arm.targets
        if one.verdict == verdict
    ]
    return f"{WORDS[verdict]}: {'; '.join(named)}" if named else ""


def point_targets_sheet(result: SweepResult) -> Sheet | None:
    """Every target at every point of a study.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    Sheet or None
        None where nothing is aimed at.
    """
    agenda = result.agenda
    if not agenda.targets:
        return None
    rows = tuple(
        (
            str(one.point.number),
            ", ".join(one.point.settings),
            *([told(outcome, agenda.currency) for outcome in one.targets] or [MISSING] * len(agenda.targets)),
            point_verdict(one),
        )
        for one in result.points
    )
    columns = ("Point", "Values", *(aim.text for aim in agenda.targets), "All targets")
    return Sheet("Targets", columns, rows, point_sentences(result))


def point_verdict(one: PointResult) -> str:
    """What all targets together come to at a point, in words.

    Parameters
    ----------
    one : PointResult

    Returns
    -------
    str
        A dash for a point that failed.
    """
    return WORDS.get(overall(one.targets), MISSING)


def point_sentences(result: SweepResult) -> tuple[str, ...]:
    """At which points all targets are met, one is missed, or it is not known.

    Parameters
    ----------
    result : SweepResult

    Returns
    -------
    tuple of str
        Nothing where nothing is aimed at.
    """
    aims = result.agenda.targets
    if not aims:
        return ()
    several = len(aims) > 1
    found: dict[str, list[int]] = {verdict: [] for verdict in VERDICTS}
    for one in result.points:
        if one.targets:
            found[overall(one.targets)].append(one.point.number)
    n = sum(map(len, found.values()))
    beginnings = {
        "met": f"All {len(aims)} targets are met" if several else f"The target “{aims[0].text}” is met",
        "missed": "One of them or more is missed" if several else "It is missed",
        "unknown": "It is not known yet whether all are met" if several else "It is not known yet",
    }
    return tuple(
        f"{words} {_at(found[verdict], n)}."
        for verdict, words in beginnings.items()
        if verdict == "met" or found[verdict]
    )


def _at(numbers: list[int], n: int) -> str:
    if not numbers:
        return "at no point"
    if len(numbers) == n:
        return "at every point"
    named = ", ".join(map(str, numbers[:MOST_NAMED])) + (", ..." if len(numbers) > MOST_NAMED else "")
    return f"at {len(numbers)} of {n} points: {named}"


def _sentence(one: TargetOutcome, resolved: str, currency: str) -> str:
    figure = _figure(one, currency)
    if one.verdict == "met":
        return f"The target “{one.text}” is met: {figure}{resolved}."
    if one.verdict == "missed":
        return f"The target “{one.text}” is missed: {figure}."
    why = f"{figure}; {one.why}" if figure else one.why
    return f"It is not known yet whether the target “{one.text}” is met: {why}."


def _of_arm(arm: Arm, currency: str) -> str:
    """How many targets an arm meets and at what outcome, and which ones it doesn't."""
    of = {verdict: [one for one in arm.targets if one.verdict == verdict] for verdict in VERDICTS}
    n, n_met = len(arm.targets), len(of["met"])
    how_many = "all its targets" if n_met == n else f"{n_met} of its {n} targets"
    parts = [f"{arm.name} meets {how_many}{_resolved(arm, currency)}"]
    for verdict, words in (("missed", "missed"), ("unknown", "not known yet")):
        named = [f"{one.text} ({_figure(one, currency) or 'nothing observed'})" for one in of[verdict]]
        parts += [f"{words}: {', '.join(named)}"] if named else []
    return f"{'; '.join(parts)}."


def _figure(one: TargetOutcome, currency: str) -> str:
    row = one.estimate
    return "" if row is None or row.value is None else estimate_text(row, currency)


def _resolved(arm: Arm, currency: str) -> str:
    """The outcome that targets were met with: none is praised without it."""
    row = whole_centre(arm.estimates).get(OUTCOME)
    return "" if row is None or row.value is None else f", with {estimate_text(row, currency)} of the needs resolved"


def _beside(compared: tuple[Arm, ...], currency: str) -> list[tuple[str, list[str]]]:
    """What became of the needs and of the offered: a target is easily met by who serves few."""
    tables = [whole_centre(arm.estimates) for arm in compared]
    resolved = [estimate_text(table.get(OUTCOME), currency) for table in tables]
    answered = []
    for table in tables:
        above, below = (table[name].value if name in table else None for name in ("answered", "offered"))
        answered.append(quantity(above / below if above is not None and below else None, "share"))
    named = [(short(OUTCOME).lower(), resolved), ("answered of the offered", answered)]
    return [(name, values) for name, values in named if set(values) != {MISSING}]


def _notes(compared: tuple[Arm, ...]) -> list[str]:
    """Why a verdict is not known yet; once where arms have the same reason."""
    said: dict[str, list[str]] = {}
    for arm in compared:
        for one in arm.targets:
            if one.verdict == "unknown":
                said.setdefault(f"Not known yet: {one.text}: {one.why}", []).append(arm.name)
    several = len(compared) > 1
    return [f"{text} ({', '.join(names)})." if several else f"{text}." for text, names in said.items()]
