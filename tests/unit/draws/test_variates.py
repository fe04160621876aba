import inspect
import math

import numpy as np
import pytest
from scipy import stats

from ccsim.draws.streams import need_id, need_uniform
from ccsim.draws.variates import deal, poisson_quantile, quantile
from ccsim.plan.law import LAW, Law

NO_TABLES = np.empty(0)

# law, its three numbers, the same law in scipy
SAME_IN_SCIPY = [
    (Law.EXPONENTIAL, (300.0, 0.0, 0.0), stats.expon(scale=300.0)),
    (Law.LOGNORMAL, (5.0, 1.2, 0.0), stats.lognorm(1.2, scale=math.exp(5.0))),
    (Law.WEIBULL, (120.0, 0.7, 0.0), stats.weibull_min(0.7, scale=120.0)),
    (Law.WEIBULL, (120.0, 3.0, 0.0), stats.weibull_min(3.0, scale=120.0)),
    (Law.LOG_LOGISTIC, (90.0, 1.6, 0.0), stats.fisk(1.6, scale=90.0)),
    (Law.UNIFORM, (10.0, 25.0, 0.0), stats.uniform(10.0, 15.0)),
    (Law.TRIANGULAR, (10.0, 12.0, 30.0), stats.triang(0.1, loc=10.0, scale=20.0)),
    (Law.TRIANGULAR, (10.0, 10.0, 30.0), stats.triang(0.0, loc=10.0, scale=20.0)),
    (Law.TRIANGULAR, (10.0, 30.0, 30.0), stats.triang(1.0, loc=10.0, scale=20.0)),
]


def value(law, numbers, u, *, atom=0.0, atom_at=0.0, tables=NO_TABLES):
    return quantile(law, *numbers, atom, atom_at, 0, len(tables), tables, u)


@pytest.mark.parametrize(("law", "numbers", "same"), SAME_IN_SCIPY)
def test_a_law_agrees_with_scipy_at_every_uniform(law, numbers, same, uniforms):
    # the two outermost are for the next test: scipy's log-logistic has lost the upper one
    inner = uniforms[1:-1]

    assert [value(law, numbers, u) for u in inner] == pytest.approx(same.ppf(inner).tolist(), rel=1e-12)


def test_the_longest_times_that_can_be_dealt_are_known():
    """At u = 1 - 2**-53 minus the logarithm of 1 - u is 53 ln 2, and the odds are 2**53 - 1."""
    most = 1.0 - 2.0**-53

    assert value(Law.EXPONENTIAL, (300.0, 0.0, 0.0), most) == pytest.approx(300.0 * 53 * math.log(2), rel=1e-15)
    assert value(Law.WEIBULL, (120.0, 0.5, 0.0), most) == pytest.approx(120.0 * (53 * math.log(2)) ** 2, rel=1e-14)
    assert value(Law.LOG_LOGISTIC, (90.0, 2.0, 0.0), most) == pytest.approx(90.0 * math.sqrt(2**53 - 1), rel=1e-14)
    assert value(Law.LOG_LOGISTIC, (90.0, 2.0, 0.0), 2.0**-53) == pytest.approx(90.0 / math.sqrt(2**53 - 1), rel=1e-14)


@pytest.mark.parametrize(("law", "numbers"), [case[:2] for case in SAME_IN_SCIPY] + [(Law.CONSTANT, (20.0, 0.0, 0.0))])
def test_a_law_never_falls_as_its_uniform_rises(law, numbers, uniforms):
    values = [value(law, numbers, u) for u in uniforms]

    assert values == sorted(values)


@pytest.mark.parametrize(
    ("law", "less", "more"),
    [
        (Law.CONSTANT, (20.0, 0.0, 0.0), (21.0, 0.0, 0.0)),
        (Law.EXPONENTIAL, (300.0, 0.0, 0.0), (301.0, 0.0, 0.0)),
        (Law.LOGNORMAL, (5.0, 1.2, 0.0), (5.001, 1.2, 0.0)),
        (Law.WEIBULL, (120.0, 0.7, 0.0), (121.0, 0.7, 0.0)),
        (Law.LOG_LOGISTIC, (90.0, 1.6, 0.0), (90.1, 1.6, 0.0)),
        (Law.UNIFORM, (10.0, 25.0, 0.0), (10.0, 26.0, 0.0)),
        (Law.TRIANGULAR, (10.0, 12.0, 30.0), (10.0, 13.0, 30.0)),
        (Law.TRIANGULAR, (10.0, 12.0, 30.0), (10.0, 12.0, 31.0)),
    ],
)
def test_a_larger_parameter_shortens_nobodys_time(law, less, more, uniforms):
    assert all(value(law, less, u) <= value(law, more, u) for u in uniforms)


def test_a_triangle_without_width_is_a_constant(uniforms):
    assert {value(Law.TRIANGULAR, (30.0, 30.0, 30.0), u) for u in uniforms} == {30.0}


def test_a_sample_gives_each_value_its_equal_share():
    sample = np.array([3.0, 5.0, 10.0])

    at = [2.0**-53, 0.333, 0.334, 0.666, 0.667, 1.0 - 2.0**-53]

    assert [value(Law.SAMPLE, (0.0, 0.0, 0.0), u, tables=sample) for u in at] == [3.0, 3.0, 5.0, 5.0, 10.0, 10.0]


def test_the_largest_uniform_stays_within_a_sample_of_any_size():
    for size in [1, 2, 3, 7, 49, 1000, 4095, 4097, 99_999]:
        sample = np.arange(float(size))
        assert value(Law.SAMPLE, (0.0, 0.0, 0.0), 1.0 - 2.0**-53, tables=sample) == size - 1


def test_a_law_reads_only_its_own_part_of_the_tables():
    tables = np.array([-1.0, 7.0, 8.0, -1.0])

    assert [quantile(Law.SAMPLE, 0.0, 0.0, 0.0, 0.0, 0.0, 1, 2, tables, u) for u in (0.01, 0.49, 0.51, 0.99)] == [
        7,
        7,
        8,
        8,
    ]


def test_a_finite_atom_takes_the_lowest_uniforms_and_leaves_the_law_to_the_others():
    def with_atom(u):
        return value(Law.UNIFORM, (10.0, 20.0, 0.0), u, atom=0.25, atom_at=0.0)

    assert [with_atom(u) for u in (0.1, 0.2499)] == [0.0, 0.0]
    # (0.25 - 0.25) / 0.75, (0.4 - 0.25) / 0.75 = 0.2, (0.625 - 0.25) / 0.75 = 0.5
    assert [with_atom(u) for u in (0.25, 0.4, 0.625)] == pytest.approx([10.0, 12.0, 15.0])


def test_never_takes_the_highest_uniforms_so_that_the_law_stays_monotone(uniforms):
    values = [value(Law.EXPONENTIAL, (300.0, 0.0, 0.0), u, atom=0.25, atom_at=math.inf) for u in uniforms]

    assert values == sorted(values)
    assert [math.isinf(x) for x in values] == [u >= 0.75 for u in uniforms]
    # at u = 0.375 the law stands at 0.375 / 0.75 = 1/2, its median
    median = value(Law.EXPONENTIAL, (300.0, 0.0, 0.0), 0.375, atom=0.25, atom_at=math.inf)
    assert median == pytest.approx(300.0 * math.log(2.0))


def test_more_who_never_give_up_shortens_nobodys_patience(uniforms):
    for u in uniforms:
        patience = [
            value(Law.EXPONENTIAL, (300.0, 0.0, 0.0), u, atom=a, atom_at=math.inf) for a in (0.0, 0.1, 0.4, 1.0)
        ]
        assert patience == sorted(patience)


@pytest.mark.parametrize("atom", [1e-17, 0.1, 0.3, 1.0 / 3.0, 0.5, 0.9, 1.0 - 2.0**-53, 1.0])
@pytest.mark.parametrize("atom_at", [0.0, math.inf])
def test_a_law_beside_an_atom_never_meets_a_uniform_of_0_or_1(atom, atom_at, uniforms):
    edges = [math.nextafter(atom, x) for x in (0.0, 1.0)] + [atom, 1.0 - atom, math.nextafter(1.0 - atom, 0.0)]
    for u in [*uniforms, *(u for u in edges if 0.0 < u < 1.0)]:
        x = value(Law.LOGNORMAL, (0.0, 1.0, 0.0), u, atom=atom, atom_at=atom_at)
        # normal quantiles of 2**-53 and 1 - 2**-53 are -8.21 and 8.21
        assert x == atom_at or math.exp(-8.3) < x < math.exp(8.3)


def test_an_atom_of_probability_1_is_certain_and_one_of_0_changes_no_bit(uniforms):
    plain = [value(Law.LOGNORMAL, (5.0, 1.2, 0.0), u) for u in uniforms]

    assert {value(Law.LOGNORMAL, (5.0, 1.2, 0.0), u, atom=1.0, atom_at=7.0) for u in uniforms} == {7.0}
    assert [value(Law.LOGNORMAL, (5.0, 1.2, 0.0), u, atom=0.0, atom_at=math.inf) for u in uniforms] == plain


def test_dealing_is_the_quantile_at_the_needs_uniform(seed):
    need = need_id(5, 1, 7, 2)

    u = need_uniform(seed, 3, need, 21, 1, 2, 4)

    expected = value(Law.LOGNORMAL, (5.0, 1.2, 0.0), u)
    assert deal(seed, 3, need, 21, 1, 2, 4, Law.LOGNORMAL, 5.0, 1.2, 0.0, 0.0, 0.0, 0, 0, NO_TABLES) == expected


def test_a_row_of_laws_is_the_arguments_in_order_and_frozen_tables_are_taken():
    laws = np.zeros(1, LAW)
    laws[0] = (Law.SAMPLE, 0.0, 0.0, 0.0, 0.5, math.inf, 1, 2)
    tables = np.array([9.0, 4.0, 6.0])
    tables.flags.writeable = False

    assert [quantile(*laws[0].item(), tables, u) for u in (0.2, 0.3, 0.7)] == [4.0, 6.0, math.inf]


def test_a_record_of_a_law_is_the_arguments_in_order():
    arguments = inspect.signature(getattr(quantile, "py_func", quantile)).parameters

    assert list(LAW.names) == list(arguments)[:8]


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 1.0, 2.5, 10.0, 40.0, 99.0, 100.0, 101.0, 1e3, 1234.5, 1e4, 1e5, 1e6])
def test_a_poisson_count_is_scipys(mean, uniforms):
    # the outermost uniforms are left out: there scipy's own rounding decides
    inner = uniforms[1:-1]

    assert [poisson_quantile(mean, u) for u in inner] == stats.poisson.ppf(inner, mean).astype(int).tolist()


@pytest.mark.parametrize("mean", [1e-9, 0.3, 5.0, 100.0, 1e4])
def test_a_poisson_count_is_right_far_in_both_tails(mean):
    for tail in (1e-6, 1e-9, 1e-12):
        low, high = poisson_quantile(mean, tail), poisson_quantile(mean, 1.0 - tail)

        # the definition, in the tail where scipy is accurate; 1e-4 allows for 1 - tail being rounded
        assert stats.poisson.cdf(low, mean) >= tail > stats.poisson.cdf(low - 1, mean)
        assert stats.poisson.sf(high, mean) <= tail * (1 + 1e-4)
        assert high == 0 or stats.poisson.sf(high - 1, mean) > tail * (1 - 1e-4)


def test_a_poisson_count_never_falls_with_its_uniform_or_its_mean(uniforms):
    for mean in (0.3, 50.0, 1e4):
        counts = [poisson_quantile(mean, u) for u in uniforms]
        assert counts == sorted(counts)
    for u in uniforms[::50]:
        counts = [poisson_quantile(mean, u) for mean in np.linspace(0.0, 300.0, 1501).tolist()]
        assert counts == sorted(counts)
        counts = [poisson_quantile(1000.0 + step * 1e-9, u) for step in range(50)]
        assert counts == sorted(counts)


def test_a_poisson_count_of_ten_million_ends_and_is_near_its_mean():
    # the median of a Poisson law lies within 1 of its mean (Choi 1994)
    assert abs(poisson_quantile(1e7, 0.5) - 1e7) <= 1
    assert abs(poisson_quantile(1e7, 2.0**-53) - 1e7) < 9 * math.sqrt(1e7)
    assert abs(poisson_quantile(1e7, 1.0 - 2.0**-53) - 1e7) < 9 * math.sqrt(1e7)
