"""What a comparison says first: what became of the needs, and then what that took.

Effort, cost, handling and insight are called better only where the outcome is not worse: a centre that settles fewer
needs spends less on them. What is certain but too small to matter is said to be alike.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.metrics.definitions import BESIDE
from ccsim.report.format import as_fine, change, differs, percent, quantity
from ccsim.report.shown import LEFT_OUT_AT_ZERO, arms, definition, ends_of, short, whole_centre, whole_differences
from ccsim.report.tables import Sheet, difference_text, estimate_text
from ccsim.study.results import Arm, CompareResult

OUTCOME = "resolved_share"
ENDS = {
    "given_up_share": "given up",
    "asked_elsewhere_share": "taken elsewhere",
    "lost_share": "lost at the cap on attempts",
    "open_share": "still open at the end",
}
HEADLINE: dict[str, tuple[str, ...]] = {
    "Outcome": (OUTCOME, "unresolved_share", *ENDS, "time_to_resolution_of_both"),
    "Service": ("service_level", "abandonment", "asa", "answered_within_deadline", "response_time"),
    "Handling": ("aht", "handling_per_resolution", "agent_minutes_per_resolution"),
    "Customers’ effort": ("effort_per_resolution", "effort_of_both", "effort_minutes"),
    "Insight": ("distinct_signals", "causes_detected", "needs_before_detection"),
    "Cost": ("cost_per_need", "cost_per_resolution", "cost_total", "agent_hours"),
}
# 1 where more is better in itself, -1 where less is; what is not named is neither
BETTER = {
    **dict.fromkeys((OUTCOME, "service_level", "answered_within_deadline", "distinct_signals", "causes_detected"), 1),
    **dict.fromkeys(("unresolved_share", *ENDS, "time_to_resolution_of_both"), -1),
    **dict.fromkeys(("abandonment", "asa", "response_time", "needs_before_detection"), -1),
    **dict.fromkeys(("handling_per_resolution", "agent_minutes_per_resolution"), -1),
    **dict.fromkeys(("effort_per_resolution", "effort_of_both", "effort_minutes"), -1),
    **dict.fromkeys(("cost_per_need", "cost_per_resolution", "cost_total"), -1),
}
# what a centre that turns customers away has less of: where more needs are resolved, more of it is their price
PRICE = ("effort_minutes", "cost_per_need", "cost_total")
# contacts that are kept out of the figures of live service, so that these look better the more there are of them
KEPT_OUT = ("blocked", "balked", "closed", "cut_off", "calls_out", "abandonment_silent")
# fields of a channel that decide who comes as far as its agents: an arm that moves one serves other customers
DOORS = ("prominence", "friction", "diverted", "gate")
# a difference over needs that both arms resolve is measured against what such a need takes under the baseline
MEASURED_AGAINST = {"effort_of_both": "effort_resolved", "time_to_resolution_of_both": "time_to_resolution"}

BETTER_WORD, WORSE, MORE, LESS, ALIKE, UNKNOWN, EQUAL = "better", "worse", "more", "less", "alike", "not known", "equal"
HELD = (BETTER_WORD, ALIKE, EQUAL)
FAR_APART = 0.1  # in occupancy, or as a share of scheduled hours
CLOSE = 0.02  # service levels that count as the same


class Row(NamedTuple):
    """One measure of one arm beside the baseline's.

    Attributes
    ----------
    concern, measure : str
    here, there : Estimate or None
        The arm's and the baseline's; None for what is measured of both at once.
    gap : Difference or Estimate
        Arm minus baseline.
    word : str
        better, worse, more, less, alike, "not known", or equal in every replication.
    """

    concern: str
    measure: str
    here: Estimate | None
    there: Estimate | None
    gap: Difference | Estimate
    word: str


def judged(result: CompareResult) -> dict[str, tuple[Row, ...]]:
    """What can be said of every arm beside the baseline, in one order.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    dict of arm to tuple of Row
        Without measures that nobody observed.
    """
    baseline, *others = arms(result)
    there, gaps = whole_centre(baseline.estimates), whole_differences(result.differences)
    tables = [whole_centre(arm.estimates) for arm in (baseline, *others)]
    shown = [(concern, one) for concern, measures in HEADLINE.items() for one in measures if _seen(one, tables)]
    answers = {}
    for arm, here in zip(others, tables[1:], strict=True):
        found = {
            one: gap
            for _, one in shown
            if (gap := here.get(one) if one in BESIDE else gaps.get((one, arm.name))) is not None
            and gap.value is not None
        }
        words = {one: _size(one, gap, there, result) for one, gap in found.items()}
        more_kept_out = any(_is_more(here.get(one), there.get(one), gaps.get((one, arm.name))) for one in KEPT_OUT)
        verdicts = _verdicts(words, more_kept_out=more_kept_out, same_doors=_doors(arm) == _doors(baseline))
        answers[arm.name] = tuple(
            Row(concern, one, _alone(here, one), _alone(there, one), found[one], verdicts[one])
            for concern, one in shown
            if one in found
        )
    return answers


def headline_sheets(result: CompareResult) -> tuple[Sheet, ...]:
    """The table that a comparison opens with.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    tuple of Sheet
        One with the arms side by side; of more than three arms, one for each arm. None where nothing was observed.
    """
    rows = judged(result)
    side_by_side = len(rows) <= 2
    parts = [rows] if side_by_side else [{name: of_arm} for name, of_arm in rows.items()]
    return tuple(_headline_sheet(result, part) for part in parts if any(part.values()))


def sentences(result: CompareResult) -> tuple[str, ...]:
    """The answer in sentences with numbers: each arm's outcome, and its price.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    tuple of str
    """
    said: list[str] = []
    rows = judged(result)
    if len(rows) > 2:
        said += _ranking(rows, result)
    for name, of_arm in rows.items():
        said += _of_one(name, of_arm, result, briefly=len(rows) > 2)
    return tuple(said)


def uneven(result: CompareResult) -> tuple[str, ...]:
    """Warnings where what was kept equal favours one side.

    Parameters
    ----------
    result : CompareResult

    Returns
    -------
    tuple of str
        Equal rosters with unequal work, and equal service with unequal rosters.
    """
    baseline, *others = arms(result)
    return tuple(text for arm in others for text in _uneven(baseline, arm))


def arrow(measure: str) -> str:
    """The direction of good, to stand behind a measure's name.

    Parameters
    ----------
    measure : str

    Returns
    -------
    str
        Empty where neither direction is good in itself.

    Examples
    --------
    >>> arrow("resolved_share"), arrow("asa"), arrow("aht")
    (' ↑', ' ↓', '')
    """
    return {1: " ↑", -1: " ↓"}.get(BETTER.get(measure, 0), "")


def _is_more(here: Estimate | None, there: Estimate | None, gap: Difference | None) -> bool:
    """Whether an arm certainly has more of something, also where only one of the two can have any."""
    if gap is not None:
        return (gap.low or 0.0) > 0.0
    return there is None and here is not None and bool(here.value)


def _doors(arm: Arm) -> dict[str, str]:
    """What an arm says of who comes as far as the agents, by path."""
    split = {one.path: one.path.split(".") for one in arm.assumptions}
    return {
        one.path: one.value
        for one in arm.assumptions
        if split[one.path][0] == "channels" and not set(DOORS).isdisjoint(split[one.path][2:])
    }


def _alone(table: Mapping[str, Estimate], measure: str) -> Estimate | None:
    """An arm's own value; there is none of what is measured of two arms at once."""
    return None if measure in BESIDE else table.get(measure)


def _seen(measure: str, tables: Iterable[Mapping[str, Estimate]]) -> bool:
    values = [table[measure].value for table in tables if measure in table]
    seen = [value for value in values if value is not None]
    at_zero = measure in LEFT_OUT_AT_ZERO or measure in ("lost_share", "given_up_share")
    return any(seen) if at_zero else bool(seen)


def _size(
    measure: str, gap: Difference | Estimate, there: Mapping[str, Estimate], result: CompareResult
) -> tuple[str, float]:
    """Whether a difference is known and large enough to matter, and its sign; better and worse come later."""
    low, high, value = gap.low, gap.high, gap.value
    if value is None or low is None or high is None:
        return UNKNOWN, 0.0
    if low == high == 0.0:
        return EQUAL, 0.0
    enough = _relevant(measure, there, result)
    if max(abs(low), abs(high)) <= enough or (differs(low, high) and abs(value) <= enough):
        return ALIKE, 0.0
    if not differs(low, high):
        return UNKNOWN, 0.0
    return (MORE, 1.0) if value > 0.0 else (LESS, -1.0)


def _relevant(measure: str, there: Mapping[str, Estimate], result: CompareResult) -> float:
    """The largest difference that does not matter."""
    if definition(measure).unit == "share":
        return result.relevance.shares
    row = there.get(MEASURED_AGAINST.get(measure, measure))
    return result.relevance.others * abs(row.value) if row is not None and row.value is not None else 0.0


def _verdicts(sizes: Mapping[str, tuple[str, float]], *, more_kept_out: bool, same_doors: bool) -> dict[str, str]:
    """The words of one arm: better only where the outcome allows it, service only where the same may come."""

    def word(measure: str) -> str:
        size, sign = sizes.get(measure, (UNKNOWN, 0.0))
        good = sign * BETTER.get(measure, 0)
        return BETTER_WORD if good > 0.0 else WORSE if good < 0.0 else size

    outcome = word(OUTCOME)
    held = outcome in HELD and (outcome == BETTER_WORD or word("open_share") != WORSE)
    found = {}
    for measure, (size, _) in sizes.items():
        allowed = held
        if measure in HEADLINE["Service"]:
            allowed = held and not more_kept_out
        elif measure in ENDS:
            allowed = outcome == BETTER_WORD
        elif measure in (OUTCOME, "unresolved_share"):
            allowed = True
        praised, is_price = word(measure) == BETTER_WORD, word(measure) == WORSE and measure in PRICE
        earned = allowed if praised else not (is_price and outcome == BETTER_WORD)
        comparable = same_doors or measure not in HEADLINE["Service"]
        found[measure] = word(measure) if earned and comparable else size
    return found


def _headline_sheet(result: CompareResult, rows: Mapping[str, tuple[Row, ...]]) -> Sheet:
    """The rows of some arms in one table."""
    measures = dict.fromkeys((row.concern, row.measure) for of_arm in rows.values() for row in of_arm)
    by_arm = {name: {row.measure: row for row in of_arm} for name, of_arm in rows.items()}
    base = whole_centre(arms(result)[0].estimates)
    here = {arm.name: whole_centre(arm.estimates) for arm in arms(result)[1:]}
    lines = []
    for _, measure in measures:
        values = [base.get(measure), *(here[name].get(measure) for name in rows)]
        cells = [estimate_text(None if measure in BESIDE else row, result.currency) for row in values]
        for of_arm in by_arm.values():
            row = of_arm.get(measure)
            cells += [_gap_text(row, result.currency), row.word] if row else [estimate_text(None, ""), ""]
        lines.append((f"{short(measure)}{arrow(measure)}", *cells))
    columns = ["Measure", result.baseline, *rows]
    for name in rows:
        columns += [f"{name} − {result.baseline}", "So it is" if len(rows) == 1 else f"So {name} is"]
    title = "What became of the needs, and what it took"
    return Sheet(
        title if len(result.arms) <= 3 else f"{title}: {next(iter(rows))}", tuple(columns), tuple(lines), _notes(result)
    )


def _notes(result: CompareResult) -> tuple[str, ...]:
    arrows = (
        "↑ more is better, ↓ less is better; without an arrow neither is. Nothing is called better where fewer needs "
        "are resolved or more contacts are blocked, balk or find it closed; service is neither better nor worse where "
        "arms differ in who comes as far as the agents."
    )
    return arrows, f"alike: no further apart than {_thresholds(result)}."


def _thresholds(result: CompareResult) -> str:
    relevance = result.relevance
    return f"{relevance.shares * 100:g} points of a share or {percent(relevance.others)} of {result.baseline}’s value"


def _gap_text(row: Row, currency: str) -> str:
    if isinstance(row.gap, Difference):
        return difference_text(row.gap, currency)
    gap = row.gap
    return change(gap.value, gap.unit, currency=currency, half_width=gap.half_width, ends=ends_of(gap))


def _of_one(name: str, rows: tuple[Row, ...], result: CompareResult, *, briefly: bool) -> list[str]:
    """What is said of one arm."""
    base = result.baseline
    if not rows:
        return []
    if all(row.gap.low is None for row in rows):
        return [f"{name} and {base}: one replication gives no interval, so nothing can be told."]
    if all(row.gap.value == 0.0 and row.word in (EQUAL, ALIKE, UNKNOWN) for row in rows):
        return [f"{name} and {base} are the same in every replication, in all that the first table shows."]
    said = [*_outcome_words(name, rows, result)]
    for concern in HEADLINE:
        if concern != "Outcome":
            said += _concern_words(name, concern, rows, result)
    unearned = [row for row in rows if row.word in (MORE, LESS) and row.measure in BETTER and row.concern != "Outcome"]
    price = [row for row in unearned if row.word == MORE and row.measure in PRICE]
    baseline, *others = arms(result)
    same_doors = _doors(baseline) == next(_doors(arm) for arm in others if arm.name == name)
    of_others = [row for row in unearned if row.concern == "Service" and not same_doors]
    gain = [row for row in unearned if row not in price and row not in of_others]
    if of_others:
        said.append(
            f"{name} and {base} differ in who comes as far as the agents, so service, of other "
            f"contacts, speaks neither for nor against it: {_listed(of_others, result)}."
        )
    if price:
        said.append(f"What more needs resolved took of {name}: {_listed(price, result)}.")
    if gain:
        said.append(f"{name} {_reason(rows)}; beside that, and not as a gain by itself: {_listed(gain, result)}.")
    if not briefly:
        said += _rest_words(name, rows, result)
    return said


def _reason(rows: tuple[Row, ...]) -> str:
    """Why what looks better is not called so."""
    outcome = _word(rows, OUTCOME)
    if outcome in (WORSE, UNKNOWN):
        return "resolves fewer needs" if outcome == WORSE else "may resolve fewer needs"
    if outcome != BETTER_WORD and _word(rows, "open_share") == WORSE:
        return "leaves more needs open"
    return "keeps more contacts out of these figures"


def _outcome_words(name: str, rows: tuple[Row, ...], result: CompareResult) -> list[str]:
    """What became of the needs; who was not served is named where fewer are resolved."""
    row = next((row for row in rows if row.measure == OUTCOME), None)
    if row is None:
        return [f"How many needs {name} resolves was not observed."]
    base, numbers = result.baseline, _numbers(row, result)
    ends = [
        f"{quantity(1000.0 * abs(one.gap.value or 0.0), 'count').split('.')[0]} "
        f"{'more' if (one.gap.value or 0.0) > 0.0 else 'fewer'} {ENDS[one.measure]}"
        for one in rows
        if one.measure in ENDS and differs(one.gap.low, one.gap.high) and abs(one.gap.value or 0.0) >= 0.0005
    ]
    of_a_thousand = f"; of a thousand needs {', '.join(ends)}" if ends else ""
    text = {
        BETTER_WORD: f"{name} resolves more needs than {base}: {numbers}{of_a_thousand}.",
        WORSE: f"{name} resolves fewer needs than {base}: {numbers}{of_a_thousand}.",
        ALIKE: f"{name} and {base} resolve about as many needs: {numbers}{of_a_thousand}.",
        EQUAL: f"{name} and {base} resolve as many needs in every replication: {quantity(_value(row.here), 'share')}.",
        UNKNOWN: f"Whether {name} resolves more or fewer needs than {base} is not known yet: {numbers}.",
    }[row.word]
    longer = [one for one in rows if one.measure == "time_to_resolution_of_both" and one.word in (BETTER_WORD, WORSE)]
    return [text, *(f"Of the needs that both resolve, {name} takes {_of_both(one, result)}." for one in longer)]


def _concern_words(name: str, concern: str, rows: tuple[Row, ...], result: CompareResult) -> list[str]:
    """What is better and worse in one concern."""
    found = [row for row in rows if row.concern == concern and row.word in (BETTER_WORD, WORSE)]
    neutral = [row for row in rows if row.concern == concern and row.word in (MORE, LESS) and row.measure not in BETTER]
    parts = [f"{_listed([row], result)}, {row.word}" for row in found] + [_listed([row], result) for row in neutral]
    return [f"{concern} of {name}: {'; '.join(parts)}."] if parts else []


def _rest_words(name: str, rows: tuple[Row, ...], result: CompareResult) -> list[str]:
    """What is alike, and what cannot be told apart."""
    others = [row for row in rows if row.measure != OUTCOME]
    alike = [row for row in others if row.word in (ALIKE, EQUAL)]
    unknown = [row for row in others if row.word == UNKNOWN]
    said = []
    if alike:
        said.append(f"{name} and {result.baseline} are alike in {', '.join(_label(row.measure) for row in alike)}.")
    if unknown:
        said.append(
            f"{name} and {result.baseline} cannot be told apart with {percent(result.level)} confidence in "
            f"{', '.join(_label(row.measure) for row in unknown)}."
        )
    return said


def _ranking(rows: Mapping[str, tuple[Row, ...]], result: CompareResult) -> list[str]:
    """Which arm does most, by the outcome and by what a resolution takes of customers and of the centre."""
    said = []
    for measure in (OUTCOME, "effort_per_resolution", "cost_per_resolution"):
        found = [(name, row) for name, of_arm in rows.items() for row in of_arm if row.measure == measure]
        sign = BETTER[measure]
        moved = [(name, row) for name, row in found if row.word not in (ALIKE, EQUAL, UNKNOWN)]
        moved.sort(key=lambda pair: -sign * (pair[1].gap.value or 0.0))
        still = [name for name, row in found if row.word in (ALIKE, EQUAL)]
        unknown = [name for name, row in found if row.word == UNKNOWN]
        parts = [f"{name} {_gap_text(row, result.currency).removesuffix(' *')}, {row.word}" for name, row in moved]
        parts += [f"alike: {', '.join(still)}"] if still else []
        parts += [f"not known: {', '.join(unknown)}"] if unknown else []
        if parts:
            said.append(f"{short(measure)} against {result.baseline}, best first: {'; '.join(parts)}.")
    return said


def _uneven(baseline: Arm, arm: Arm) -> list[str]:
    busy = [_value(whole_centre(one.estimates).get("occupancy")) for one in (baseline, arm)]
    service = [_value(whole_centre(one.estimates).get("service_level")) for one in (baseline, arm)]
    hours = [one.scheduled_hours for one in (baseline, arm)]
    same_roster = round(hours[0], 6) == round(hours[1], 6)
    texts = []
    if same_roster and None not in busy and abs(busy[1] - busy[0]) > FAR_APART:  # type: ignore[operator]
        idle, worked = sorted((baseline, arm), key=lambda one: _value(whole_centre(one.estimates)["occupancy"]) or 0.0)
        low, high = sorted(number for number in busy if number is not None)
        texts.append(
            f"{idle.name} is busy {quantity(low, 'share')} of its time and {worked.name} {quantity(high, 'share')}: "
            f"equal rosters pay {idle.name} for idle time, which favours {worked.name} in cost and {idle.name} in "
            f"waits. Compare also with {idle.name}'s roster cut to its work (compare.levelling: none)."
        )
    if not same_roster and None not in service and abs(service[1] - service[0]) <= CLOSE:  # type: ignore[operator]
        most = max(hours)
        if most and abs(hours[1] - hours[0]) / most > FAR_APART:
            texts.append(
                f"{baseline.name} and {arm.name} give the same service level, {quantity(service[0], 'share')} and "
                f"{quantity(service[1], 'share')}, with {hours[0]:,.1f} and {hours[1]:,.1f} scheduled hours: their "
                "cost is that of their rosters."
            )
    return texts


def _listed(rows: Iterable[Row], result: CompareResult) -> str:
    return "; ".join(f"{_label(row.measure)} {_numbers(row, result)}" for row in rows)


def _numbers(row: Row, result: CompareResult) -> str:
    """Both values and their difference."""
    gap = _gap_text(row, result.currency).removesuffix(" *")
    if row.here is None or row.there is None:
        return gap
    half_width = row.gap.half_width
    here, there = (
        as_fine(one.value, one.unit, half_width, currency=result.currency) for one in (row.here, row.there)
    )
    return f"{here} against {there}, {gap}"


def _of_both(row: Row, result: CompareResult) -> str:
    """How much more or less it is, of a difference that is known."""
    gap = row.gap
    value, *ends = (abs(end or 0.0) for end in (gap.value, gap.low, gap.high))
    unit = definition(row.measure).unit
    text = quantity(value, unit, currency=result.currency, half_width=gap.half_width, ends=(min(ends), max(ends)))
    return f"{text} {'longer' if (gap.value or 0.0) > 0.0 else 'less'}"


def _word(rows: tuple[Row, ...], measure: str) -> str:
    return next((row.word for row in rows if row.measure == measure), UNKNOWN)


def _label(measure: str) -> str:
    text = short(measure)
    return text if text[:2].isupper() else text[0].lower() + text[1:]


def _value(row: Estimate | None) -> float | None:
    return None if row is None else row.value
