import math

import numpy as np
import pytest
from scipy import special, stats

from ccsim.draws.arrivals import (
    arrival_time,
    busy_factors,
    cause_of,
    complexity,
    day_counts,
    incidence,
    potential_needs,
    stake,
    uniforms,
)
from ccsim.draws.streams import Kind, Purpose, entity, need_id, need_uniform, slot, uniform
from ccsim.draws.variates import quantile
from ccsim.plan.law import KNOTS, LAW, Law
from ccsim.plan.law_table import gamma_table
from ccsim.plan.plan import BUSYNESS
from ccsim.scenario.streams import stream_of

LEVEL = 1e-4
DAY = 86400.0
STEADY = (np.array([(-1, 0.0, -1, 0.0, 1800.0)], BUSYNESS), np.zeros(0, LAW), np.empty(0))
FLAT = ([0.0, DAY], [0.0, 1.0])
PEAK = ([28800.0, 36000.0, 64800.0], [0.0, 0.75, 1.0])


def busy(cv, day_to_day=0.0, within=0.0, memory=0.0):
    """Factors with mean 1: a day's, gamma of shape 1/cv**2, and each half hour's within it."""
    laws = [(int(Law.TABLE), 0.0, 0.0, 0.0, 0.0, 0.0, k * KNOTS, KNOTS) for k in range(2)]
    tables = [gamma_table(1.0 / v**2, v**2) if v > 0.0 else np.zeros(KNOTS) for v in (cv, within)]
    row = (0 if cv > 0.0 else -1, day_to_day, 1 if within > 0.0 else -1, memory, 1800.0)
    return np.array([row], BUSYNESS), np.array(laws, LAW), np.concatenate(tables)


def needs(seed, types, *, n_days=3, replication=0, busyness=STEADY, horizon=None):
    """Potential needs of types given as (name, expected per day, (edges, cumulative))."""
    edges = max((len(shape[0]) for _, _, shape in types), default=2)
    padded = [[[*part, *[part[-1]] * (edges - len(part))] for part in shape] for _, _, shape in types]
    return potential_needs(
        seed,
        replication,
        np.array([stream_of(name) for name, _, _ in types], np.int64),
        np.array([[mean] * n_days for _, mean, _ in types]).reshape(len(types), n_days),
        np.repeat(np.arange(len(types))[:, None], n_days, axis=1),
        np.array([shape[0] for shape in padded], dtype=float).reshape(len(types), edges),
        np.array([shape[1] for shape in padded], dtype=float).reshape(len(types), edges),
        *busyness,
        n_days * DAY if horizon is None else horizon,
    )


def arrival_uniform(seed, stream, day, number):
    return need_uniform(seed, 0, need_id(stream, day, number, 0), int(Purpose.ARRIVAL), 0, 0, 0)


def need_day_uniform(seed, replication, day):
    return uniform(seed, replication, entity(int(Kind.DAY), 0, day, 0), slot(int(Purpose.BUSYNESS), 0, 0, 0, 0))


def by_need(dealt, keep=None):
    """Time of each need, as a mapping; of one type only if asked."""
    need, need_type, arises = dealt
    chosen = np.ones(len(need), bool) if keep is None else need_type == keep
    return dict(zip(need[chosen].tolist(), arises[chosen].tolist(), strict=True))


@pytest.mark.parametrize("busyness", [STEADY, busy(0.2)], ids=["plain", "busy"])
def test_more_demand_adds_needs_and_moves_none(seed, busyness):
    before = by_need(needs(seed, [("balance", 200.0, PEAK)], busyness=busyness))
    after = by_need(needs(seed, [("balance", 260.0, PEAK)], busyness=busyness))

    assert len(after) > len(before)
    assert before.items() <= after.items()


def test_a_type_added_or_removed_or_listed_first_changes_no_other_types_needs(seed):
    alone = by_need(needs(seed, [("balance", 200.0, PEAK)]))
    beside = needs(seed, [("billing", 500.0, FLAT), ("balance", 200.0, PEAK)])

    assert by_need(beside, keep=1) == alone
    assert set(by_need(beside, keep=0)).isdisjoint(alone)


def test_another_shape_of_the_day_changes_times_but_not_the_order_of_needs(seed):
    flat = needs(seed, [("balance", 300.0, FLAT)], n_days=1)
    peaked = needs(seed, [("balance", 300.0, PEAK)], n_days=1)

    assert flat[0].tolist() == peaked[0].tolist()
    assert flat[2].tolist() != peaked[2].tolist()


def test_days_and_replications_and_seeds_deal_differently_and_the_same_key_the_same(seed):
    one = [
        needs(seed + s, [("balance", 200.0, FLAT)], replication=r, n_days=2)
        for s, r in [(0, 0), (0, 1), (1, 0), (0, 0)]
    ]
    times = [set(dealt[2].tolist()) for dealt in one]

    assert times[0] == times[3]
    assert times[0].isdisjoint(times[1])
    assert times[0].isdisjoint(times[2])
    assert {t % DAY for t in times[0] if t < DAY}.isdisjoint({t % DAY for t in times[0] if t >= DAY})


@pytest.mark.parametrize("names", ["abc", "cba"])
def test_needs_come_in_order_of_their_ids_however_the_types_are_listed(names, seed):
    at_nine = ([32400.0, 32400.0], [0.0, 1.0])
    need, need_type, arises = needs(seed, [(name, 40.0, at_nine) for name in names] + [("d", 40.0, FLAT)])

    assert (np.diff(need) > 0).all()
    assert (need.dtype, need_type.dtype, arises.dtype) == (np.int64, np.int32, np.float64)


def test_a_need_id_names_its_stream_day_and_number(seed):
    need, need_type, arises = needs(seed, [("balance", 50.0, PEAK), ("billing", 50.0, FLAT)])

    streams = np.array([stream_of("balance"), stream_of("billing")])
    assert np.array_equal(need >> 40, streams[need_type])
    assert np.array_equal(need >> 28 & 4095, (arises // DAY).astype(int))
    for stream in streams:
        for day in range(3):
            numbers = need[(need >> 28) == (stream << 12 | day)] >> 4 & (2**24 - 1)
            assert sorted(numbers.tolist()) == list(range(len(numbers)))
    assert not np.any(need & 15)


def test_a_need_at_the_horizon_does_not_arise(seed):
    at_nine = ([32400.0, 32400.0], [0.0, 1.0])

    assert len(needs(seed, [("balance", 40.0, at_nine)], n_days=1, horizon=32400.0)[0]) == 0
    assert len(needs(seed, [("balance", 40.0, at_nine)], n_days=1, horizon=math.nextafter(32400.0, DAY))[0]) > 0
    whole = by_need(needs(seed, [("balance", 200.0, FLAT)]))
    cut = by_need(needs(seed, [("balance", 200.0, FLAT)], horizon=100_000.0))
    assert cut == {need: time for need, time in whole.items() if time < 100_000.0}


def test_no_demand_and_no_types_give_empty_arrays(seed):
    for dealt in (needs(seed, [("balance", 0.0, FLAT)]), needs(seed, [])):
        assert [len(column) for column in dealt] == [0, 0, 0]
        assert [column.dtype for column in dealt] == [np.int64, np.int32, np.float64]


def test_times_follow_the_days_shape(seed):
    edges, cumulative = (np.array(part) for part in PEAK)
    uniforms = [arrival_uniform(seed, 77, 5, number) for number in range(20_000)]
    times = np.array([arrival_time(u, 5, edges, cumulative) for u in uniforms]) - 5 * DAY

    u = np.sort(np.interp(times, edges, cumulative))
    steps = np.arange(len(u) + 1) / len(u)
    p = special.kolmogorov(math.sqrt(len(u)) * max(np.max(steps[1:] - u), np.max(u - steps[:-1])))
    share = np.mean(times < 36000.0)
    z = (share - 0.75) / math.sqrt(0.75 * 0.25 / len(u))

    print(f"p {p:.4f}; before ten o'clock {share:.4f}, z {z:.2f}")
    assert min(p, 2 * special.ndtr(-abs(z))) > LEVEL
    assert np.all((times >= 28800.0) & (times < 64800.0))


def test_closed_stretches_of_the_shape_get_no_needs(seed):
    edges, cumulative = np.array([0.0, 30000.0, 40000.0, 50000.0, DAY]), np.array([0.0, 0.5, 0.5, 1.0, 1.0])

    uniforms = [arrival_uniform(seed, 77, 0, number) for number in range(5000)]
    times = np.array([arrival_time(u, 0, edges, cumulative) for u in uniforms])

    assert not np.any((times > 30000.0) & (times < 40000.0))
    assert np.max(times) <= 50000.0


def test_counts_have_the_mean_and_variance_of_busy_poisson_days(seed):
    """Mean m, variance m + (cv m)**2: a Poisson count given a gamma factor."""
    n_days, mean, cv = 4000, 50.0, 0.2
    need, _, _ = needs(seed, [("balance", mean, FLAT)], n_days=n_days, busyness=busy(cv))

    counts = np.bincount(need >> 28 & 4095, minlength=n_days)
    variance = mean + (cv * mean) ** 2
    z_mean = (np.mean(counts) - mean) / math.sqrt(variance / n_days)
    fourth = np.mean((counts - mean) ** 4)
    z_variance = (np.mean((counts - mean) ** 2) - variance) / math.sqrt((fourth - variance**2) / n_days)

    print(f"mean z {z_mean:.2f}, variance z {z_variance:.2f}")
    assert 2 * special.ndtr(-max(abs(z_mean), abs(z_variance))) > LEVEL


def test_a_busy_day_is_busy_for_every_type(seed):
    n_days = 1000
    need, need_type, _ = needs(
        seed, [("balance", 900.0, FLAT), ("billing", 900.0, FLAT)], n_days=n_days, busyness=busy(0.3)
    )
    counts = [np.bincount(need[need_type == i] >> 28 & 4095, minlength=n_days) for i in (0, 1)]

    # correlation cv**2 m / (1 + cv**2 m) = 81 / 82; without the shared factor it would be 0
    assert np.corrcoef(counts)[0, 1] == pytest.approx(81 / 82, abs=0.01)


def lag_one(values):
    """Correlation of neighbours."""
    return np.corrcoef(values[:-1], values[1:])[0, 1]


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_days_follow_one_another_and_keep_their_law(memory, seed):
    n_days, cv = 4000, 0.2
    factors, none = busy_factors(seed, 0, n_days, *busy(cv, day_to_day=memory))

    normals = special.ndtri(stats.gamma.cdf(factors[:, 0], 1.0 / cv**2, scale=cv**2))
    z = (lag_one(normals) - memory) * math.sqrt(n_days / (1.0 - memory**2))
    # an autoregression has as many independent values as days * (1 - memory) / (1 + memory)
    weight = n_days * (1.0 - memory) / (1.0 + memory)
    z_mean = (factors.mean() - 1.0) * math.sqrt(weight) / cv
    print(f"lag one z {z:.2f}, mean z {z_mean:.2f}, cv {factors.std():.4f}")
    assert none.shape == (n_days, 0)
    assert 2 * special.ndtr(-max(abs(z), abs(z_mean))) > LEVEL
    assert factors.std() == pytest.approx(cv, rel=6.0 / math.sqrt(weight))


def test_without_memory_a_day_s_factor_is_the_one_that_it_had_before_there_was_any(seed):
    law = busy(0.2)
    factors, _ = busy_factors(seed, 3, 50, *law)

    alone = [need_day_uniform(seed, 3, day) for day in range(50)]
    assert factors[:, 0].tolist() == [quantile(*law[1][0].tolist(), law[2], u) for u in alone]


def test_intervals_of_a_day_follow_one_another_and_each_day_begins_anew(seed):
    n_days, memory = 600, 0.8
    _, factors = busy_factors(seed, 0, n_days, *busy(0.0, within=0.3, memory=memory))

    normals = special.ndtri(stats.gamma.cdf(factors, 1.0 / 0.09, scale=0.09))
    inside = np.mean([normals[:, k] * normals[:, k + 1] for k in range(47)])
    across = np.corrcoef(normals[:-1, -1], normals[1:, 0])[0, 1]
    assert factors.shape == (n_days, 48)
    assert inside == pytest.approx(memory, abs=0.03)
    assert abs(across) < 4.0 / math.sqrt(n_days)


def test_a_busy_interval_has_more_needs_and_the_rest_of_the_day_as_many_as_before(seed):
    """Counts by half hour: variance is that of Poisson plus (cv mean)**2, in each of them alike."""
    n_days, mean, cv = 1500, 48 * 40.0, 0.25
    halves = (np.arange(49) * 1800.0).tolist(), np.linspace(0.0, 1.0, 49).tolist()
    need, _, arises = needs(seed, [("balance", mean, halves)], n_days=n_days, busyness=busy(0.0, within=cv))

    counts = np.bincount((arises // 1800.0).astype(int), minlength=n_days * 48)
    variance = 40.0 + (cv * 40.0) ** 2
    z = (counts.mean() - 40.0) / math.sqrt(variance / len(counts))
    print(f"mean z {z:.2f}, variance {counts.var():.1f} of {variance:.1f}")
    assert 2 * special.ndtr(-abs(z)) > LEVEL
    assert counts.var() == pytest.approx(variance, rel=0.03)
    assert (np.diff(need) > 0).all()


def test_counts_without_busyness_are_poisson_and_independent_between_types_and_days(seed):
    flat = (np.zeros((2, 2000), np.int64), np.array([FLAT[0]]), np.array([FLAT[1]]), np.ones((2000, 0)), 1800.0)
    counts = day_counts(seed, 0, np.array([5, 6]), np.full((2, 2000), 20.0), np.ones((2000, 1)), *flat)

    z = [(np.mean(row) - 20.0) / math.sqrt(20.0 / 2000) for row in counts]
    dispersion = [(np.sum((row - np.mean(row)) ** 2) / np.mean(row) - 1999) / math.sqrt(2 * 1999) for row in counts]
    across = np.corrcoef(counts)[0, 1] * math.sqrt(2000)
    along = np.corrcoef(counts[0][:-1], counts[0][1:])[0, 1] * math.sqrt(1999)

    every = [*z, *dispersion, across, along]
    print("z", [f"{x:.2f}" for x in every])
    assert 2 * special.ndtr(-max(map(abs, every))) > LEVEL


def test_what_a_need_id_cannot_number_is_refused(seed):
    with pytest.raises(ValueError, match="5000 days"):
        needs(seed, [("balance", 0.0, FLAT)], n_days=5000)
    with pytest.raises(ValueError, match="needs of one type in one day"):
        needs(seed, [("balance", 2.0e7, FLAT)], n_days=1)


def test_causes_without_spread_are_alike_and_the_last_share_is_1(seed):
    assert incidence(seed, 0, 5, 4, 0.0).tolist() == [0.25, 0.5, 0.75, 1.0]
    assert incidence(seed, 0, 5, 30, 1.3)[-1] == 1.0
    assert len(incidence(seed, 0, 5, 0, 1.3)) == 0


def test_one_more_cause_leaves_the_others_in_proportion(seed):
    few, more = (np.diff(incidence(seed, 0, 5, n, 1.3), prepend=0.0) for n in (10, 11))

    assert more[:10] / more[0] == pytest.approx(few / few[0], rel=1e-12)


def test_weights_of_causes_are_lognormal(seed):
    weights = np.diff(incidence(seed, 0, 5, 3000, 1.3), prepend=0.0)

    logs = np.log(weights)
    z = (np.std(logs, ddof=1) - 1.3) / (1.3 / math.sqrt(2 * 2999))
    p = stats.kstest((logs - np.mean(logs)) / 1.3, "norm").pvalue

    print(f"spread z {z:.2f}, p {p:.4f}")
    assert min(p, 2 * special.ndtr(-abs(z))) > LEVEL


def each(dealt, seed, needs, *more):
    """What each need is dealt."""
    return np.array([dealt(seed, 0, need, *more) for need in needs.tolist()])


def test_causes_strike_in_proportion_to_their_weights(seed):
    shares = np.array([0.5, 0.5, 0.75, 1.0])
    need = need_id(9, 0, 0, 0) + (np.arange(10_000) << 4)

    cause = each(cause_of, seed, need, shares)

    counts = np.bincount(cause, minlength=4)
    p = special.chdtrc(2, np.sum((counts[[0, 2, 3]] - [5000, 2500, 2500]) ** 2 / [5000, 2500, 2500]))
    print(f"counts {counts}, p {p:.4f}")
    assert counts[1] == 0
    assert p > LEVEL
    assert set(each(cause_of, seed, need[:50], np.array([1.0])).tolist()) == {0}


def test_complexity_and_stake_without_spread_are_exactly_their_typical_value(seed):
    need = need_id(9, 0, 0, 0) + (np.arange(50) << 4)

    assert set(each(complexity, seed, need, 0.0, 0.0).tolist()) == {0.5}
    assert set(each(stake, seed, need, 0.0).tolist()) == {1.0}


def test_complexity_and_stake_follow_their_laws_and_not_each_other(seed):
    need = need_id(9, 0, 0, 0) + (np.arange(10_000) << 4)
    x, v = each(complexity, seed, need, -1.0, 0.9), each(stake, seed, need, 0.8)

    normal = [(special.logit(x) + 1.0) / 0.9, np.log(v) / 0.8]
    p = [stats.kstest(z, "norm").pvalue for z in normal]
    z = np.corrcoef(*normal)[0, 1] * math.sqrt(len(need))

    print(f"p {p[0]:.4f} {p[1]:.4f}, correlation z {z:.2f}")
    assert min(*p, 2 * special.ndtr(-abs(z))) > LEVEL


def test_a_need_keeps_its_cause_complexity_and_stake_whoever_else_is_there(seed):
    need = need_id(9, 0, 0, 0) + (np.arange(100) << 4)
    shares = incidence(seed, 0, 9, 5, 1.0)

    for dealt, *more in ((cause_of, shares), (complexity, 0.0, 1.0), (stake, 1.0)):
        assert len(set(each(dealt, seed, need, *more).tolist())) > 1
        assert each(dealt, seed, need, *more)[::7].tolist() == each(dealt, seed, need[::7], *more).tolist()


def test_uniforms_of_many_needs_are_those_of_each():
    needs = np.array([need_id(77, 3, number, 0) for number in range(50)], np.int64)

    dealt = uniforms(9, 2, needs, int(Purpose.PREFER))

    assert dealt.tolist() == [need_uniform(9, 2, int(need), int(Purpose.PREFER), 0, 0, 0) for need in needs]
