"""How often intervals hold the truth, where it is known: simulated samples, many at once, seeded.

Each share of intervals that hold is read with its own error: with 4,000 samples, 0.34 points at 95 %.
"""

import numpy as np
import pytest

from ccsim.estimation.tabulate import differences, estimates
from ccsim.metrics.definitions import MEASURES
from ccsim.metrics.measure import Sample
from ccsim.theory.erlang import answer_erlang_a

AT_LEAST = 0.93
MANY = 4_000
FACTORS = np.linspace(0.02, 6.0, 300)
ARRIVALS = 100.0  # per hour
HOURS = 22.0


def busy_days(measure, agents=10):
    """What Erlang A says of a day by how busy it is: the wait of the offered, abandonment or service level."""
    found = [answer_erlang_a(ARRIVALS * f / 3600.0, 300.0, agents, 180.0, 20.0) for f in FACTORS]
    read = {
        "wait_offered": lambda one: one.wait_offered,
        "abandonment": lambda one: one.p_abandon,
        "service_level": lambda one: one.service_level["offered"],
    }
    return np.array([read[measure](one) for one in found])


def days(rng, curve, cv, shape, *, is_share):
    """Numerators and denominators of days whose busyness is gamma with this coefficient of variation."""
    busy = rng.gamma(cv**-2, cv**2, shape)
    contacts = rng.poisson(ARRIVALS * HOURS * busy).astype(float)
    level = np.interp(busy, FACTORS, curve)
    # contacts of one day are alike in runs of eight or so
    noise = rng.standard_normal(shape) / np.sqrt(np.maximum(contacts / 8.0, 1.0))
    if is_share:
        return np.rint(contacts * np.clip(level + np.sqrt(level * (1.0 - level)) * noise, 0.0, 1.0)), contacts
    return contacts * np.maximum(level * (1.0 + noise), 0.0), contacts


def truth(curve, cv):
    """The ratio of means, by quadrature over a large stratified sample of the gamma law."""
    busy = np.sort(np.random.default_rng(0).gamma(cv**-2, cv**2, 2_000_000))
    return float((busy * np.interp(busy, FACTORS, curve)).sum() / busy.sum())


def held(measure, above, below, exact):
    """The share of samples, by column, whose interval holds the truth."""
    keys = tuple((measure, (("queue", str(k)),)) for k in range(above.shape[1]))
    found = estimates(Sample(keys, above, below, np.zeros(0)), MEASURES, 0.95)
    inside = [one.low <= exact <= one.high for one in found if one.low is not None]
    assert all(one.low >= 0.0 for one in found if one.low is not None)
    return np.mean(inside)


@pytest.mark.parametrize("measure", ["wait_offered", "abandonment", "service_level"])
@pytest.mark.parametrize(("cv", "n"), [(0.1, 10), (0.32, 10), (0.32, 20), (0.32, 40), (0.6, 20), (0.6, 40)])
def test_busy_and_quiet_days_are_covered(measure, cv, n):
    """Student's interval holds 75 to 90 % of the time here, and misses on the pleasant side."""
    rng, curve = np.random.default_rng([n, int(100 * cv), len(measure)]), busy_days(measure)
    above, below = days(rng, curve, cv, (n, MANY), is_share=measure != "wait_offered")

    share = held(measure, above, below, truth(curve, cv))

    print(f"{measure}, cv {cv:.0%}, {n} replications: {share:.3f}")
    assert share >= AT_LEAST


@pytest.mark.parametrize("p", [0.0005, 0.005, 0.03, 0.2, 0.5, 0.97, 0.9995])
@pytest.mark.parametrize("calls", [1, 3, 20])
@pytest.mark.parametrize("n", [5, 10, 30])
def test_shares_of_a_handful_are_covered_and_are_shares(p, calls, n):
    """Night desks of one to twenty calls, rare blocking and rare loss."""
    rng = np.random.default_rng([n, calls, int(1e4 * p)])
    trials = rng.poisson(calls, (n, MANY)).astype(float)
    events = rng.binomial(trials.astype(int), p).astype(float)

    share = held("abandonment", events, trials, p)

    print(f"p {p}, {calls} calls, {n} nights: {share:.3f}")
    assert share >= AT_LEAST


@pytest.mark.parametrize("mean", [0.02, 0.2, 1.0, 5.0])
@pytest.mark.parametrize("n", [5, 10, 30])
def test_counts_of_a_few_are_covered(mean, n):
    events = np.random.default_rng([n, int(100 * mean)]).poisson(mean, (n, MANY)).astype(float)

    share = held("abandoned", events, np.ones_like(events), mean)

    print(f"mean {mean}, {n} replications: {share:.3f}")
    assert share >= AT_LEAST


@pytest.mark.parametrize(("p", "other"), [(0.002, 0.002), (0.01, 0.03), (0.3, 0.2), (0.99, 0.999)])
@pytest.mark.parametrize("n", [10, 30])
def test_paired_differences_of_shares_are_covered(p, other, n):
    """The same uniform numbers decide in both arms."""
    rng = np.random.default_rng([n, int(1e4 * p)])
    dealt, calls = rng.random((20, n, MANY)), np.full((n, MANY), 20.0)
    one, base = ((dealt < share).sum(axis=0).astype(float) for share in (p, other))
    keys = tuple(("abandonment", (("queue", str(k)),)) for k in range(MANY))

    found = differences(
        {"b": Sample(keys, base, calls, np.zeros(0)), "a": Sample(keys, one, calls, np.zeros(0))},
        MEASURES, 0.95, baseline="b",
    )  # fmt: skip

    share = np.mean([row.low <= p - other <= row.high for row in found])
    print(f"{p} against {other}, {n} replications: {share:.3f}")
    assert share >= AT_LEAST
    assert all(-1.0 <= row.low <= row.high <= 1.0 for row in found)


def test_nothing_seen_of_thirty_two_may_be_nine_in_a_hundred():
    found = estimates(
        Sample((("blocked", ()),), np.zeros((4, 1)), np.full((4, 1), 8.0), np.zeros(0)), MEASURES, 0.95
    )[0]

    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1.0 - 0.05 ** (1 / 32))  # 8.9 %


def test_a_wait_that_nobody_had_has_no_interval():
    """Nobody waited: how long somebody would wait has not been seen."""
    found = estimates(Sample((("asa", ()),), np.zeros((4, 1)), np.full((4, 1), 8.0), np.zeros(0)), MEASURES, 0.95)[0]

    assert (found.value, found.low, found.high) == (0.0, None, None)


def test_what_is_fixed_has_no_width():
    fixed = Sample((("scheduled_hours", ()),), np.full((4, 1), 80.0), np.ones((4, 1)), np.zeros(0))
    found = estimates(fixed, MEASURES, 0.95)

    assert (found[0].low, found[0].high) == (80.0, 80.0)


def test_arms_that_are_the_same_in_every_replication_differ_by_nothing_and_what_neither_saw_may_differ():
    keys = (("abandonment", ()), ("blocked", ()), ("asa", ()))
    base = Sample(keys, np.array([[2.0, 0.0, 9.0], [1.0, 0.0, 8.0]]), np.full((2, 3), 16.0), np.zeros(0))
    arm = base._replace(numerators=base.numerators + np.array([0.0, 0.0, 1.0]))

    one, rare, _ = differences({"b": base, "a": arm}, MEASURES, 0.95, baseline="b")
    nothing = differences({"b": base, "a": base}, MEASURES, 0.95, baseline="b")

    assert {(row.low, row.high) for row in nothing} == {(0.0, 0.0)}
    assert (one.low, one.high) == (0.0, 0.0)
    assert (rare.value, rare.low, rare.high) == (0.0, pytest.approx(-0.0894, abs=1e-4), pytest.approx(0.0894, abs=1e-4))
