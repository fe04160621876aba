"""What the textbook says beside the simulated figures, and what it leaves out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import UnstableError
from ccsim.estimation.estimate import Estimate
from ccsim.plan.law import Law
from ccsim.plan.plan import NONE, Plan
from ccsim.study.day import folded, present
from ccsim.study.results import Formula, FormulaLine
from ccsim.theory.erlang import QueueAnswer, answer_erlang_a, answer_erlang_c

F8 = NDArray[np.float64]
SHOWN = ("abandonment", "service_level", "asa", "wait_offered", "waited_share", "occupancy")


def beside(plan: Plan, found: Sequence[Estimate]) -> Formula:
    """Erlang A, or C where nobody abandons, for all live queues as one pool.

    Parameters
    ----------
    plan : Plan
    found : sequence of Estimate
        The simulated figures: offered by interval and mean handling time go into the formula.

    Returns
    -------
    Formula

    Notes
    -----
    Every interval is taken as a stationary queue with that interval's arrivals and agents; figures are averaged with
    the offered contacts as weights. Where the scenario is that queue itself, the inputs are the scenario's own and the
    answer is exact. Source: Green, Kolesar & Whitt (2007), "Coping with time-varying demand", on the stationary
    independent period-by-period approximation; the formulas' own sources stand in `ccsim.theory.erlang`.
    """
    by_name = {one.measure: one for one in found if one.cell == {}}
    leaves_out = _left_out(plan)
    handling, patience = _handling(plan, by_name), _patience(plan, by_name)
    arrivals, agents = _arrivals(plan, found), _agents(plan)
    busy = arrivals > 0.0
    if (plan.channels["most"] > 1).any():
        return Formula((), tuple(leaves_out), "agents share themselves among several contacts: see ccsim theory chat")
    if handling is None or not busy.any():
        return Formula((), tuple(leaves_out), "no live contact was offered and handled, so there is nothing to put in")
    alone = busy & (agents < 0.5)
    if alone.any():
        share = float(arrivals[alone].sum() / arrivals.sum())
        part = f"the {share:.1%} of contacts" if share >= 0.0005 else "less than 0.1% of contacts"
        leaves_out.append(f"{part} that arrive while nobody is there")
        busy &= ~alone
    if not busy.any():
        return Formula((), tuple(leaves_out), "whenever contacts arrive nobody is there")
    try:
        asked = list(zip(arrivals[busy].tolist(), (max(1, round(number)) for number in agents[busy]), strict=True))
        # a flat day asks the same question of every interval
        known = {question: _answer(plan, question[0], handling, question[1], patience) for question in set(asked)}
        answers = [known[question] for question in asked]
    except UnstableError:
        unstable = busy & (arrivals * handling >= np.round(agents))
        note = (
            f"at {_first(plan, unstable)} more work arrives than the agents can do and nobody abandons: no steady state"
        )
        return Formula((), tuple(leaves_out), note)
    name = "Erlang C" if patience is None else "Erlang A"
    values = _average(plan, answers, arrivals[busy], agents[busy])
    lines = [FormulaLine(measure, name, values[measure], by_name[measure]) for measure in SHOWN if measure in by_name]
    return Formula(tuple(lines), tuple(leaves_out), "")


def _answer(plan: Plan, rate: float, handling: float, servers: int, patience: float | None) -> QueueAnswer:
    """The formula for one interval."""
    if patience is None:
        return answer_erlang_c(rate, handling, servers, plan.acceptable_wait)
    return answer_erlang_a(rate, handling, servers, patience, plan.acceptable_wait, short_wait=plan.short_wait)


def _average(plan: Plan, answers: Sequence[QueueAnswer], arrivals: F8, agents: F8) -> dict[str, float]:
    """Figures of all intervals together, weighted by what they are shares or means of."""

    def mean(values: list[float], weights: F8) -> float:
        return float(np.average(values, weights=weights)) if weights.sum() > 0.0 else float("nan")

    served = arrivals * np.array([1.0 - one.p_abandon for one in answers])
    return {
        "abandonment": mean([one.p_abandon for one in answers], arrivals),
        "service_level": mean([one.service_level[plan.service_level_base] for one in answers], arrivals),
        "asa": mean([one.asa for one in answers], served),
        "wait_offered": mean([one.wait_offered for one in answers], arrivals),
        "waited_share": mean([one.p_wait for one in answers], arrivals),
        "occupancy": mean([one.occupancy for one in answers], agents),
    }


def _live_types(plan: Plan) -> list[tuple[int, int]]:
    """Rows of the handling table with the live channels that they can meet."""
    return [
        (i, c)
        for i in range(len(plan.handling))
        for c in range(len(plan.channels))
        if plan.channels["live"][c] == 1 and plan.handling["queue"][i, c] != NONE
    ]


def _laws(plan: Plan, column: str) -> set[int]:
    """Different laws in a column of the live handling table."""
    return {int(plan.handling[column][pair]) for pair in _live_types(plan)}


def _exponential_mean(plan: Plan, law: int) -> float | None:
    """Mean of a law if it is a plain exponential."""
    row = plan.laws[law]
    return float(row["first"]) if law != NONE and row["kind"] == Law.EXPONENTIAL and row["atom"] == 0.0 else None


def _is_plain(plan: Plan) -> bool:
    """Whether the scenario is the formula's queue itself, so that its own inputs can be used."""
    return not _left_out(plan)


def _handling(plan: Plan, by_name: dict[str, Estimate]) -> float | None:
    """Mean handling time: the scenario's where the scenario is the formula's queue, else the simulated one."""
    if _is_plain(plan):
        (law,) = _laws(plan, "talk")
        return _exponential_mean(plan, law)
    simulated = by_name.get("aht")
    return None if simulated is None else simulated.value


def _patience(plan: Plan, by_name: dict[str, Estimate]) -> float | None:
    """Mean of exponential patience; with another law the one that gives the simulated abandonment per wait."""
    laws = _laws(plan, "patience")
    if laws == {NONE}:
        return None
    if len(laws) == 1 and (mean := _exponential_mean(plan, next(iter(laws)))) is not None:
        return mean
    if "wait_offered" not in by_name:
        return None
    wait, abandonment = by_name["wait_offered"].value, by_name["abandonment"].value
    return wait / abandonment if wait and abandonment else None


def _arrivals(plan: Plan, found: Sequence[Estimate]) -> F8:
    """Live contacts offered per second, by interval of the day."""
    n_intervals = round(86400.0 / plan.interval)
    if _is_plain(plan):
        in_window = folded(plan, np.diff(plan.bins)) > 0.0
        return np.where(in_window, float(plan.expected[:, 0] @ plan.preferred[:, -2]) / 86400.0, 0.0)
    offered = np.zeros(n_intervals)
    for one in found:
        if one.measure == "offered" and set(one.cell) == {"interval"} and one.value is not None:
            hours, minutes = str(one.cell["interval"]).split(":")
            offered[int((int(hours) * 3600 + int(minutes) * 60) // plan.interval)] += one.value
    seconds = folded(plan, np.diff(plan.bins))
    return np.divide(offered, seconds, out=np.zeros(n_intervals), where=seconds > 0.0)


def _agents(plan: Plan) -> F8:
    """Mean number on the floor who may take live contacts, by interval of the day."""
    live = plan.channels["live"][plan.queues["channel"]] == 1
    serves = (plan.skills["preference"][:, live] != NONE).any(axis=1)
    return present(plan, plan.scheduled[serves].sum(axis=0))


def _first(plan: Plan, marked: NDArray[np.bool_]) -> str:
    """Clock time of the first marked interval."""
    start = int(np.argmax(marked)) * plan.interval
    return f"{int(start // 3600):02d}:{int(start % 3600 // 60):02d}"


def _left_out(plan: Plan) -> list[str]:
    """Everything of the scenario that the formula does not know, in words."""
    settings = plan.settings[0]
    live = plan.channels["live"] == 1
    talk = _laws(plan, "talk")
    several_laws = len(talk) > 1 or any(_exponential_mean(plan, law) is None for law in talk)
    shaped = bool(np.ptp(np.diff(plan.shape_cumulative) / np.maximum(np.diff(plan.shape_edges), 1e-9)) > 1e-9)
    partial = bool((plan.shape_edges[:, 0] > 0.0).any() or (plan.shape_edges[:, -1] < 86400.0).any())
    grows = bool(((plan.need_types["handling_grows"] != 0.0) & (plan.need_types["complexity_spread"] > 0.0)).any())
    priorities = len(np.unique(plan.handling["priority"])) > 1 or bool(settings["ages"])
    checks = [
        (several_laws or grows or _laws(plan, "wrap_up") != {NONE}, "the law of handling times"),
        (
            any(law != NONE and _exponential_mean(plan, law) is None for law in _laws(plan, "patience")),
            "the law of patience",
        ),
        (len(_laws(plan, "patience")) > 1, "differences in patience between need types"),
        (len(plan.segments) > 1, "segments of customers"),
        (
            shaped or partial or bool(np.ptp(plan.expected, axis=1).max() > 0.0),
            "change of demand within an interval and between days",
        ),
        (
            len(plan.shifts) > 0 or len(np.unique(plan.counts["group"])) < len(plan.counts),
            "what one interval leaves to the next",
        ),
        (bool((plan.busyness["day_law"] != NONE).any()), "busy and quiet days"),
        (bool((plan.busyness["stretch_law"] != NONE).any()), "busy and quiet hours"),
        (len(plan.replay) > 0, "that the needs are replayed"),
        (bool((plan.skills["after"] > 0.0).any()), "that agents come in later"),
        (priorities or len(plan.groups) > 1 or int(live[plan.queues["channel"]].sum()) > 1, "skills and routing"),
        (bool((~live).any()), "work on other channels by the same agents"),
        (bool((plan.channels["gate"][live] == 1).any()), "the gate"),
        (bool(plan.settings["balks"].any()), "balking"),
        (bool((plan.channels["announced_handling"] > 0.0).any()), "announced waits"),
        (bool((plan.channels["lines"][live] != NONE).any()), "the number of lines"),
        (bool((plan.channels["callback"] == 1).any()), "callbacks"),
        (bool((plan.channels["silent"] > 0.0).any()), "customers who leave without a word"),
        (bool((plan.channels["most"] > 1).any()), "several contacts in an agent's hands at once"),
        (
            bool(max(plan.settings["redial"].max(), plan.settings["reconnect"].max()) > 0.0),
            "that redials and reconnects follow from waits and failures",
        ),
        (
            bool(
                (plan.skills["handles"] != 1.0).any()
                or (plan.agent_speed != 1.0).any()
                or (plan.agent_spread != NONE).any()
            ),
            "differences in speed",
        ),
        (bool(len(plan.day_factors)), "handling times that change over the day"),
        (bool(len(plan.breaks)), "breaks"),
        (bool(len(plan.agent_days)), "absence"),
        (bool((plan.handling["transfers"] > 0.0).any()), "transfers"),
        (bool(settings["told_again"] != NONE), "what customers tell again"),
        (bool((plan.groups["overtime"] > 0.0).any()), "planned overtime"),
        (bool((plan.need_types["raises"] != NONE).any()), "needs that follow from others"),
        (settings["listening"] > 0.0, "listening minutes"),
        (bool((plan.openings["closes"] - plan.openings["opens"] < plan.horizon).any()), "opening hours"),
        (bool((plan.channels["prominence"] < 1.0).any() or (plan.channels["friction"] > 0.0).any()), "hidden channels"),
    ]
    return [words for applies, words in checks if applies]
