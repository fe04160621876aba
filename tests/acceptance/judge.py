"""Runs an acceptance case through the public calls and sets each figure beside its exact value."""

from functools import cache
from hashlib import blake2b
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from acceptance import derived
from ruamel.yaml import YAML
from scipy.special import stdtrit

from ccsim import compile_plan, load_scenario, simulate
from ccsim.estimation.tabulate import estimates
from ccsim.logs.checks import check
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import measure, sample_of

HERE = Path(__file__).parent
LEVEL = 0.95
CASES = {case["case"]: case for case in YAML(typ="safe").load(HERE / "cases.yaml")}

# a figure that no chance touches (nobody abandons where nobody can) must be right but for rounding
ROUNDING = 1e-9


class Judged(NamedTuple):
    """One figure of one case: the estimate, its standard error, and how many of those it is off."""

    case: str
    name: str
    value: float
    exact: float
    error: float
    z: float

    def __str__(self):
        return f"{self.case:32} {self.name:32} {self.value:14.7g} {self.exact:14.7g}  z {self.z:+.2f}"


def seed_of(name):
    """A seed that nobody picks: the hash of the case's name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")


@cache
def judged(case, engine, quick):
    """Every figure of a case, judged; the run is made once."""
    entry = CASES[case]
    sets = tuple(f"{path}={value}" for path, value in entry["quick"].items()) if quick else ()
    figures = entry["figures"]
    variants = {_settings(figure): None for figure in figures}
    plans = {
        settings: compile_plan(load_scenario(HERE / "scenarios" / entry["scenario"], sets=(*sets, *settings)))
        for settings in variants
    }
    plan, seed, n = plans[()], seed_of(case), entry["replications"]
    measured = {settings: [] for settings in variants}
    seen = {figure["name"]: [] for figure in figures if "derived" in figure}
    for replication in range(n):
        logs = simulate(plan, seed, replication=replication, engine=engine)
        check(plan, logs)
        for settings, other in plans.items():
            measured[settings].append(measure(other, logs))
        for figure in figures:
            if "derived" in figure:
                seen[figure["name"]].append(getattr(derived, figure["derived"])(plan, logs, figure.get("at")))
    found = {settings: estimates(sample_of(rows), MEASURES, LEVEL) for settings, rows in measured.items()}
    return tuple(_judged(case, figure, plan, n, found, seen) for figure in figures)


def _settings(figure):
    return tuple(f"{path}={value}" for path, value in figure.get("with", {}).items())


def _judged(case, figure, plan, n, found, seen):
    if "derived" in figure:
        value, error = _of_rows(seen[figure["name"]])
    else:
        value, error = _of_measures(figure, plan, n, found[_settings(figure)])
    exact = figure["exact"]
    if error <= ROUNDING * max(1.0, abs(exact)):
        z = 0.0 if abs(value - exact) <= ROUNDING * max(1.0, abs(exact)) else np.inf
    else:
        z = (value - exact) / error
    return Judged(case, figure["name"], value, exact, error, z)


def _of_rows(values):
    return float(np.mean(values)), float(np.std(values, ddof=1) / sqrt(len(values)))


def _of_measures(figure, plan, n, found):
    cell = figure.get("cell", {})
    (estimate,) = [one for one in found if one.measure == figure["measure"] and one.cell == cell]
    assert estimate.n == n
    per = figure.get("per", 1.0)
    per = (plan.window[1] - plan.window[0]) / 3600.0 if per == "window_h" else per
    return estimate.value / per, estimate.half_width / stdtrit(n - 1, 0.5 + LEVEL / 2.0) / per
