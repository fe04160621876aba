"""What a report says in sentences: the answer, the pictures in words, and how the study was made."""

import re
from collections.abc import Sequence

from ccsim.report import targets, verdict
from ccsim.report.format import MISSING, differs, percent, quantity
from ccsim.report.shown import (
    EFFORT_PARTS,
    PICTURED,
    Result,
    arms,
    beside,
    definition,
    service_by_channel,
    service_by_interval,
    short,
    shown_measures,
    whole_centre,
    whole_differences,
)
from ccsim.report.tables import BREAKDOWNS, Sheet, estimate_text, outcomes_sheet
from ccsim.study.looking import about, bound_was_hit, few_replications
from ccsim.study.results import Arm, Assumption, CompareResult, RunResult

# share of the offered whose waits the end of the run cuts off, from which on it is said
MATERIAL_CUT = 0.005
LOGIC = (
    "Discrete events: needs arise, become attempts, meet a gate, wait in queues, are served by agents with "
    "skills, and come back when they are not resolved. The modules that are on are those with a field under "
    "Assumptions; docs/model.md of the project holds every rule and formula."
)


def answer(result: Result) -> tuple[str, ...]:
    """The answer to the scenario's question, in sentences.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of str
        They name no winner where an interval covers zero, or where the outcome is worse.
    """
    if isinstance(result, CompareResult):
        return (*verdict.sentences(result), *targets.sentences(result))
    return (*_run_sentences(result), *targets.sentences(result))


def unbroken(text: str) -> str:
    """A sentence whose numbers stay on one line with their units and intervals.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> unbroken("95 % intervals, 3.2 ± 0.1").count("\N{NO-BREAK SPACE}")
    3
    """
    return re.sub(
        r"(?<=\d) (?=[%±*]|points|min\b|s\b|h\b|days\b)|(?<=±) (?=\d)|(?<=[%snh]) (?=±)", "\N{NO-BREAK SPACE}", text
    )


def caution(result: CompareResult) -> str:
    """How many marked differences chance alone would give.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    str
    """
    n = sum(len(measures) for measures in shown_measures(arms(result)).values()) * (len(result.arms) - 1)
    by_chance = (1.0 - result.level) * n
    return (
        f"Each interval holds for its own measure with {percent(result.level)} confidence. The tables show {n} "
        f"differences; if nothing differed at all, about {by_chance:.1f} of them would still exclude zero by chance."
    )


def warnings(result: Result) -> tuple[str, ...]:
    """Every warning once, with the arm's name where not all arms share it.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of str
    """
    compared = arms(result)
    texts = dict.fromkeys(text for arm in compared for text in arm.warnings)
    answers = []
    for text in texts:
        names = [arm.name for arm in compared if text in arm.warnings]
        answers.append(text if len(names) == len(compared) else f"{', '.join(names)}: {text}")
    uneven = (*verdict.uneven(result), *_shrinkage_alone(result)) if isinstance(result, CompareResult) else ()
    few = few_replications(result.replications)
    return (*answers, *sent_away(result), *cut_waits(result), *uneven, *few, *bound_was_hit(result.precision))


def cut_waits(result: Result) -> tuple[str, ...]:
    """That the run's end cut waits off, where it makes them look short.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of str
        At most one.
    """
    found = {arm.name: whole_centre(arm.estimates) for arm in arms(result)}
    live = {"unfinished_share", "asa"}
    shares = {name: table["unfinished_share"] for name, table in found.items() if live <= table.keys()}
    told = {name: one.value for name, one in shares.items() if (one.value or 0.0) >= MATERIAL_CUT}
    if not told:
        return ()
    of_arms = isinstance(result, CompareResult)
    listed = ", ".join(quantity(share, "share") + (f" under {name}" if of_arms else "") for name, share in told.items())
    text = (
        f"Of the contacts offered {listed} were still waiting when the run ended: the waits of the answered leave them "
        "out and other waits count as far as they went, so they look too short (calendar.follow_up lets them end)."
    )
    return (text,)


def sent_away(result: Result) -> tuple[str, ...]:
    """That callers were sent away in line at closing, where it happened.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of str
        At most one.
    """
    shares = {arm.name: whole_centre(arm.estimates).get("cut_off") for arm in arms(result)}
    told = {name: one.value for name, one in shares.items() if one is not None and one.value}
    if not told:
        return ()
    of_arms = isinstance(result, CompareResult)
    listed = ", ".join(quantity(share, "share") + (f" under {name}" if of_arms else "") for name, share in told.items())
    return (f"Of the contacts offered {listed} were sent away in line because the channel had closed (at_closing).",)


def _shrinkage_alone(result: CompareResult) -> tuple[str, ...]:
    """What is said of arms that differ from the baseline in shrinkage and in nothing else."""
    baseline, *others = arms(result)
    named = ("name", "question", "shrinkage")
    first = {key: value for key, value in baseline.resolved.items() if key not in named}
    alike = [
        arm.name
        for arm in others
        if arm.resolved.get("shrinkage") != baseline.resolved.get("shrinkage")
        and {key: value for key, value in arm.resolved.items() if key not in named} == first
    ]
    if not alike:
        return ()
    text = (
        f"{', '.join(alike)} and {baseline.name} differ in shrinkage alone, which moves paid hours and cost and takes "
        "nobody off the floor: service is the same. Who is on the floor is said by staffing, breaks and absence."
    )
    return (text,)


def precision_words(result: Result) -> str:
    """Why there are so many replications, and what the intervals are worth.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    str
        Empty where the number was given.
    """
    return "" if result.precision is None else about(result.precision, result.level)


def service_words(result: Result) -> str:
    """The picture of service level and staffing, in words.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    str
    """
    parts = []
    for arm in arms(result):
        rows = [(row.value or 0.0, clock) for clock, row in service_by_interval(arm).items()]
        if rows:
            (low, worst), (high, best) = min(rows), max(rows)
            parts.append(
                f"{arm.name} lies between {quantity(low, 'share')} at {worst} and {quantity(high, 'share')} at {best}"
            )
    return (
        f"Service level by interval of the day with {percent(result.level)} bands: {'; '.join(parts)}. "
        "Below it, contacts offered, occupancy and agents scheduled by interval."
    )


def outcomes_words(result: Result) -> str:
    """The picture of what became of the needs, in words.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    str
    """
    sheet = outcomes_sheet(result)
    if sheet is None:
        return ""
    said = []
    for k, arm in enumerate(arms(result), start=1):
        ends = [f"{row[0].removeprefix('Needs ')} {row[k]}" for row in sheet.rows]
        said.append(f"{arm.name}: {', '.join(ends)}")
    return f"What became of a thousand needs. {'; '.join(said)}."


def beside_words(result: Result) -> str:
    """The picture of who gains and who loses, in words.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    str
    """
    said = []
    for arm in arms(result):
        for name, table in beside(arm).items():
            gain, loss = (quantity(table[one].value, "share") for one in ("resolved_only_here", "resolved_only_there"))
            said.append(f"{arm.name}, {name or 'all needs'}: {gain} resolved here only, {loss} there only")
    return f"Who gains and who loses among the same needs. {'; '.join(said)}."


def waits_words(result: Result) -> str:
    """The picture of waits, in words.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    str
    """
    parts = []
    for arm in arms(result):
        reached = [wait for wait, share in arm.waits if share >= 0.9]
        if reached:
            parts.append(f"{arm.name}: nine in ten waited at most {quantity(reached[0], 's')}")
    return f"Share of the offered live contacts that waited at most so long. {'; '.join(parts) or 'No wait is known'}."


def effort_words(result: Result) -> str:
    """The picture of customers' effort, in words.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    str
    """
    parts = []
    for arm in arms(result):
        rows = whole_centre(arm.estimates)
        clock, weighted = (
            estimate_text(rows.get(measure), "") for measure in ("effort_minutes", "effort_weighted_minutes")
        )
        parts.append(f"{arm.name}: {clock} by the clock, {weighted} weighted")
    return f"Minutes per need that customers spend. {'; '.join(parts)}."


def differences_words(result: CompareResult) -> str:
    """The picture of paired differences, in words.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    str
    """
    sure = [
        row
        for (measure, _), row in whole_differences(result.differences).items()
        if measure in PICTURED and differs(row.low, row.high)
    ]
    parts = []
    for arm in arms(result)[1:]:
        higher = [short(row.measure) for row in sure if row.arm == arm.name and (row.value or 0.0) > 0.0]
        lower = [short(row.measure) for row in sure if row.arm == arm.name and (row.value or 0.0) < 0.0]
        parts.append(
            f"{arm.name} is higher in {'; '.join(higher) or 'nothing'}, and lower in {'; '.join(lower) or 'nothing'}"
        )
    return (
        f"Differences from {result.baseline} with {percent(result.level)} intervals. Where the interval excludes zero, "
        f"{'. '.join(parts)}. The others cannot be told apart."
    )


def formula_words(arm: Arm) -> tuple[str, ...]:
    """What the textbook formula leaves out of an arm, or why it has no answer.

    Parameters
    ----------
    arm : Arm

    Returns
    -------
    tuple of str
    """
    formula = arm.formula
    name = " and ".join(sorted({line.formula for line in formula.lines}))
    note = (formula.note if formula.note.endswith(".") else f"{formula.note}.",) if formula.note else ()
    if not formula.lines:
        return ("No textbook formula has an answer here.", *note)
    if formula.leaves_out:
        return (f"{name} leaves out: {'; '.join(formula.leaves_out)}.", *note)
    return (f"{name} leaves nothing out of this scenario: any gap is chance.", *note)


def levelling_words(result: CompareResult) -> tuple[str, ...]:
    """What was kept equal between the arms.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    tuple of str
    """
    rule = result.levelling if not result.levelling or result.levelling.endswith(".") else f"{result.levelling}."
    pairing = (
        "Every arm meets the same customers with the same needs, replication by replication, so differences are paired."
        if result.paired
        else "The arms live in different worlds: their customers are not the same, and differences are not paired."
    )
    return (rule, pairing) if rule else (pairing,)


def definitions_sheet(result: Result) -> Sheet:
    """The definition of every measure that the report shows.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    Sheet
    """
    compared = arms(result)
    shown = [measure for measures in shown_measures(compared).values() for measure in measures]
    by_formula = [line.measure for arm in compared for line in arm.formula.lines]
    paired = [measure for arm in compared for table in beside(arm).values() for measure in table]
    split = [
        measure for measures in BREAKDOWNS.values() for measure in measures if _observed_anywhere(measure, compared)
    ]
    parts = EFFORT_PARTS if "effort_weighted_minutes" in shown else ()
    rows = tuple(
        (
            f"Effort: {short(one.name).lower()}" if one.name in parts else short(one.name),
            one.words,
            result.service_level if one.name == "service_level" else one.formula,
            one.unit,
            one.clock,
            one.name,
        )
        for one in map(definition, dict.fromkeys((*shown, *paired, *by_formula, *split, *parts)))
    )
    notes = (
        "clock: what falls in the measured window. cohort: the needs that arise in it, followed to the end of the run.",
        "Cost is the centre's own; nothing is booked for customers lost or for their time.",
    )
    return Sheet(
        "Definitions of the measures shown", ("Measure", "What it is", "Formula", "Unit", "Counts", "Name"), rows, notes
    )


def assumption_sheets(result: Result) -> tuple[Sheet | None, Sheet]:
    """The fields in which the arms differ, and those that they share.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    differing : Sheet or None
        None where nothing differs.
    shared : Sheet
        Where the scenario names sources, assumptions come first, those of the widest range before the others.
    """
    compared = arms(result)
    tables = [{one.path: one for one in arm.assumptions} for arm in compared]
    paths = list(dict.fromkeys(path for table in tables for path in table))
    found = {path: [table.get(path) for table in tables] for path in paths}
    first = {path: next(one for one in row if one) for path, row in found.items()}
    same = [path for path, row in found.items() if len({None if one is None else one.value for one in row}) == 1]
    sourced = any(one.mark for one in first.values())
    said = ("Mark", "Plausible", "Source") if sourced else ()
    differing = tuple(
        (
            path,
            *("not set" if one is None else one.value for one in row),
            *(_said(first[path]) if sourced else ()),
            first[path].role,
        )
        for path, row in found.items()
        if path not in same
    )
    shared = tuple(
        (one.path, one.value, *(_said(one) if sourced else ()), one.role, one.origin)
        for one in sorted((first[path] for path in same), key=_doubt, reverse=True)
    )
    title = "Every field that was set" if len(compared) == 1 else "Fields that every arm shares"
    roles = (
        "world: what nobody at the centre decides. lever: what a strategy may set. "
        "measure: how results are counted and shown. Fields that are not listed keep their defaults."
    )
    notes = (_marks_words(list(first.values())), roles) if sourced else (roles,)
    above = Sheet("Where the arms differ", ("Field", *(arm.name for arm in compared), *said, "Role"), differing)
    return (above if differing else None), Sheet(title, ("Field", "Value", *said, "Role", "Set by"), shared, notes)


def _doubt(one: Assumption) -> float:
    """What puts an assumption before others: that nobody measured it, and how wide it may lie."""
    return (1.0 + (one.width or 0.0)) if one.mark == "assumption" else 0.0


def _said(one: Assumption) -> tuple[str, str, str]:
    """How firm a value is, between which ends it plausibly lies, and where it comes from."""
    part = one.about[len(one.path) + 1 :]
    ends = f"{part} {one.low} to {one.high}".strip() if one.low else ""
    return one.mark or "no source", ends, "; ".join(text for text in (one.source, one.note) if text)


def _marks_words(found: Sequence[Assumption]) -> str:
    """How many of the values carry each mark, and what the marks mean."""
    words = {
        "seen": "seen in their source",
        "recalled": "recalled from it",
        "assumption": "assumptions that nobody measured",
        "derived": "derived from others",
        "": "without a source",
    }
    counts = {mark: sum(one.mark == mark for one in found) for mark in words}
    listed = ", ".join(f"{counts[mark]} {text}" for mark, text in words.items() if counts[mark])
    return f"Of {len(found)} values that were set: {listed}. Assumptions come first, the widest plausible range on top."


def stress_rows(result: Result) -> tuple[tuple[str, str], ...]:
    """The six headings of STRESS-DES and what this study has to say under each.

    Parameters
    ----------
    result : RunResult or CompareResult

    Returns
    -------
    tuple of (str, str)

    Notes
    -----
    Source: Monks et al. (2019), Strengthening the reporting of empirical simulation studies: introducing the STRESS
    guidelines, Journal of Simulation 13(1).
    """
    made, compared = result.made_by, arms(result)
    arms_words = f"Compared: {', '.join(arm.name for arm in compared)}." if len(compared) > 1 else "One scenario."
    files = (
        "estimates.csv and differences.csv beside this page" if len(compared) > 1 else "estimates.csv beside this page"
    )
    versions = ", ".join(f"{name} {made[name]}" for name in ("ccsim", "python", "numpy", "numba") if name in made)
    run_in = {one.path: one.value for one in compared[0].assumptions if one.path.startswith("calendar.")}
    calendar = "; ".join(
        f"{path.removeprefix('calendar.').replace('_', ' ')} {value}" for path, value in run_in.items()
    )
    purpose = result.question or f"What happens in the scenario {result.scenario}?"
    outputs = "Outputs are the measures under Definitions, each with formula, unit, and whether by clock or cohort."
    chance = (
        "Chance is keyed by need, so every arm meets the same needs with the same luck (common random numbers)."
        if isinstance(result, CompareResult) and result.paired
        else "Chance is keyed by need: the same seed gives the same needs."
    )
    return (
        ("Objectives", f"{purpose} {arms_words} {outputs}"),
        ("Logic", LOGIC),
        ("Data", "Every value that was set is under Assumptions with its place; what is not listed keeps its default."),
        (
            "Experimentation",
            f"{_replications(result)}, seed {result.seed}, from an empty centre. "
            + (f"Calendar: {calendar}. " if calendar else "")
            + (f"{precision_words(result)} " if result.precision else "")
            + f"{chance} Intervals are Student's{_level(result)}, replications being the only independent "
            "unit. Which assumption would turn the answer round was not asked in this study.",
        ),
        ("Implementation", f"{versions}; {result.engine} engine."),
        (
            "Code access",
            f"ccsim is free software under Apache-2.0. Every number is in {files}. {_command(made.get('command'))}",
        ),
    )


def _level(result: Result) -> str:
    return f" at {percent(result.level)}" if result.precision is None else ""


def _run_sentences(result: RunResult) -> tuple[str, ...]:
    found = whole_centre(result.arm.estimates)

    def text(measure: str) -> str:
        return estimate_text(found.get(measure), result.currency)

    sentences = [
        ("service_level", f"Service level is {text('service_level')}{_by_channel(result)} ({result.service_level})."),
        (
            "asa",
            f"The answered waited {text('asa')} on average; {text('abandonment')} of the offered left before service.",
        ),
        ("response_time", f"A message had its reply after {text('response_time')} on average."),
        (
            "occupancy",
            f"Agents were busy {text('occupancy')} of their time on duty; a contact took {text('aht')} of handling.",
        ),
        ("fcr_true", f"{text('resolved_share')} of needs were resolved, {text('fcr_true')} at the first attempt."),
        (
            "effort_per_resolution",
            f"Customers spent {text('effort_per_resolution')} for each need resolved, {text('effort_minutes')} a need.",
        ),
        (
            "cost_per_resolution",
            f"The centre paid {text('cost_per_resolution')} for each need resolved, {text('cost_per_need')} a need.",
        ),
    ]
    silent = {measure for measure in ("response_time", "cost_per_resolution") if not _seen(result, measure)}
    return tuple(words for measure, words in sentences if text(measure) != MISSING and measure not in silent)


def _by_channel(result: RunResult) -> str:
    """The service level of each live channel, where there are several."""
    apart = service_by_channel(result.arm)
    return ": " + ", ".join(f"{channel} {estimate_text(one, '')}" for channel, one in apart.items()) if apart else ""


def _seen(result: RunResult, measure: str) -> bool:
    row = whole_centre(result.arm.estimates).get(measure)
    return row is not None and bool(row.value)


def _observed_anywhere(measure: str, compared: tuple[Arm, ...]) -> bool:
    return any(row.measure == measure and row.value is not None for arm in compared for row in arm.estimates)


def _replications(result: Result) -> str:
    return "One replication" if result.replications == 1 else f"{result.replications} replications"


def _command(command: object) -> str:
    return f"To repeat it: {command}" if command else "It was called from Python; the seed and the digest repeat it."
