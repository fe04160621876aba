"""What run and compare print: tables, the textbook's blind spots, targets, and what made it."""

from collections.abc import Iterable, Sequence

from ccsim.cli.speaking import heading
from ccsim.report.by import by_sheet
from ccsim.report.format import percent
from ccsim.report.tables import Sheet, as_text, comparison, headline
from ccsim.report.targets import targets_sheet
from ccsim.report.verdict import headline_sheets, sentences
from ccsim.study.looking import about, bound_was_hit
from ccsim.study.results import Arm, CompareResult, RunResult


def run_text(result: RunResult, by: Sequence[tuple[str, ...]] = ()) -> str:
    """A run as it is printed.

    Parameters
    ----------
    result : RunResult
    by : sequence of tuple of str
        Kinds of cells that are printed beside the whole centre.

    Returns
    -------
    str
    """
    arm = result.arm
    parts = [
        _title(result),
        *map(sheet_text, headline(result)),
        *(sheet_text(by_sheet(arm, keys, result.currency)) for keys in by),
        _precision(result),
        _formula_notes((arm,)),
        _targets(result),
    ]
    return "\n\n".join(part for part in parts if part)


def compare_text(result: CompareResult) -> str:
    """A comparison as it is printed.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    str
    """
    pairing = "" if result.paired else "The arms live in different worlds, so their customers are not paired."
    parts = [
        _title(result),
        *map(sheet_text, comparison(result)),
        _precision(result),
        _formula_notes(result.arms),
        *map(sheet_text, headline_sheets(result)),
        _listed("In words", sentences(result)),
        _listed("Levelling", [text for text in (result.levelling, pairing) if text]),
        _targets(result),
    ]
    return "\n\n".join(part for part in parts if part)


def sheet_text(sheet: Sheet) -> str:
    """A table with its title as a heading.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    str
    """
    title, _, rest = as_text(sheet).partition("\n")
    return f"{heading(title)}\n{rest}"


def _title(result: RunResult | CompareResult) -> str:
    replications = "1 replication" if result.replications == 1 else f"{result.replications} replications"
    made = f"{replications}, seed {result.seed}, {percent(result.level)} intervals, {result.engine} engine"
    return "\n".join(line for line in (heading(result.scenario), result.question, made) if line)


def _precision(result: RunResult | CompareResult) -> str:
    """How the number of replications came about, where it was not given."""
    if result.precision is None:
        return ""
    return _listed("Precision", [about(result.precision, result.level), *bound_was_hit(result.precision)])


def _formula_notes(arms: tuple[Arm, ...]) -> str:
    """What the textbook formula leaves out, or why it has no answer; said once where the arms agree."""
    said = {arm.name: tuple(_about_formula(arm)) for arm in arms}
    if len(set(said.values())) == 1:
        return _listed("Beside the formula", said[arms[0].name])
    return _listed("Beside the formula", [f"{name}: {text}" for name, texts in said.items() for text in texts])


def _about_formula(arm: Arm) -> list[str]:
    formula = arm.formula
    name = " / ".join(sorted({line.formula for line in formula.lines}))
    left_out = [f"{name} leaves out: {'; '.join(formula.leaves_out)}."] if formula.lines and formula.leaves_out else []
    exact = [f"{name} is exact for this scenario."] if formula.lines and not formula.leaves_out else []
    if not formula.lines and formula.note:
        return [f"No formula has an answer: {formula.note}."]
    return [text for text in (*left_out, *exact, formula.note) if text]


def _targets(result: RunResult | CompareResult) -> str:
    sheet = targets_sheet(result)
    return "" if sheet is None else sheet_text(sheet)


def _listed(title: str, lines: Iterable[str]) -> str:
    """Lines under a heading; nothing where there are none."""
    lines = list(lines)
    return "\n".join([heading(title), *lines]) if lines else ""
