"""Each law's record: kind, parameters and table, and that its quantiles are scipy's."""

from math import exp, gamma, inf, log, sqrt

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from ccsim.draws.variates import quantile
from ccsim.plan.law import KNOTS, LAW, Law
from ccsim.plan.law_table import LawTable, round_to_12, upper_point
from ccsim.scenario.distributions import Law as WrittenLaw

READ = TypeAdapter(WrittenLaw)
# mean 200 s and cv 0.8: variance of the logarithm ln(1 + 0.64)
VARIANCE = log(1.64)

PARAMETERS = {
    "constant": ({"constant": "20s"}, Law.CONSTANT, (20,)),
    "bare duration": ("20s", Law.CONSTANT, (20,)),
    "exponential": ({"exponential": {"mean": "5min"}}, Law.EXPONENTIAL, (300,)),
    "lognormal by mean": (
        {"lognormal": {"mean": "200s", "cv": 0.8}},
        Law.LOGNORMAL,
        (log(200) - VARIANCE / 2, sqrt(VARIANCE)),
    ),
    "lognormal by median": ({"lognormal": {"median": "200s", "cv": 0.8}}, Law.LOGNORMAL, (log(200), sqrt(VARIANCE))),
    "lognormal by mu": ({"lognormal": {"mu": 5.85, "sigma": 1.84}}, Law.LOGNORMAL, (5.85, 1.84)),
    "weibull by scale": ({"weibull": {"scale": "200s", "shape": 0.6}}, Law.WEIBULL, (200, 0.6)),
    "weibull by mean": ({"weibull": {"mean": "200s", "shape": 0.5}}, Law.WEIBULL, (200 / gamma(3), 0.5)),
    "log-logistic": ({"log_logistic": {"median": "200s", "shape": 2}}, Law.LOG_LOGISTIC, (200, 2)),
    "uniform": ({"uniform": {"from": "10s", "to": "30s"}}, Law.UNIFORM, (10, 30)),
    "triangular": ({"triangular": {"low": "10s", "mode": "20s", "high": "60s"}}, Law.TRIANGULAR, (10, 20, 60)),
}

QUANTILES = {
    "exponential": ({"exponential": {"mean": "5min"}}, stats.expon(scale=300)),
    "lognormal": ({"lognormal": {"mean": "200s", "cv": 0.8}}, stats.lognorm(sqrt(VARIANCE), scale=200 / sqrt(1.64))),
    "weibull": ({"weibull": {"mean": "200s", "shape": 0.6}}, stats.weibull_min(0.6, scale=200 / gamma(1 + 1 / 0.6))),
    "log-logistic": ({"log_logistic": {"median": "200s", "shape": 3}}, stats.fisk(3, scale=200)),
    "uniform": ({"uniform": {"from": "10s", "to": "30s"}}, stats.uniform(10, 20)),
    "triangular": (
        {"triangular": {"low": "10s", "mode": "20s", "high": "60s"}},
        stats.triang(10 / 50, loc=10, scale=50),
    ),
    "gamma": ({"gamma": {"mean": "200s", "cv": 0.5}}, stats.gamma(4, scale=50)),
    "erlang": ({"erlang": {"mean": "200s", "stages": 5}}, stats.gamma(5, scale=40)),
}


def record(*laws):
    """Records and joined tables of written laws."""
    table = LawTable()
    ids = [table.add(READ.validate_python(law)) for law in laws]
    joined = np.concatenate([*table.tables, np.zeros(1)])
    return [np.array(table.rows[each], dtype=LAW) for each in ids], joined


def dealt(row, tables, u):
    """The quantile that the engines will deal."""
    return quantile(*row.tolist(), tables, u)


@pytest.mark.parametrize(("law", "kind", "parameters"), PARAMETERS.values(), ids=PARAMETERS)
def test_a_law_becomes_its_kind_and_parameters_in_seconds(law, kind, parameters):
    (row,), _ = record(law)

    assert row["kind"] == kind
    found = [float(row[name]) for name in ("first", "second", "third")]
    assert found == pytest.approx([*parameters, 0, 0, 0][:3], rel=1e-11)
    assert found == [round_to_12(value) for value in found]
    assert (row["atom"], row["offset"], row["n"]) == (0, 0, 0)


@pytest.mark.parametrize(("law", "same"), QUANTILES.values(), ids=QUANTILES)
@pytest.mark.parametrize("u", [1e-6, 0.01, 0.3, 0.5, 0.9, 0.999999])
def test_a_laws_quantiles_are_scipys(law, same, u):
    (row,), tables = record(law)

    # tables are interpolated between 4097 knots
    tolerance = 1e-4 if row["kind"] == Law.TABLE else 1e-10
    assert dealt(row, tables, u) == pytest.approx(same.ppf(u), rel=tolerance)


def test_a_hyperexponentials_quantile_solves_the_mixture():
    (row,), tables = record({"hyperexponential": {"means": ["1min", "20min"], "shares": ["60%", "40%"]}})

    for u in (0.01, 0.5, 0.99):
        x = dealt(row, tables, u)
        assert 1 - 0.6 * exp(-x / 60) - 0.4 * exp(-x / 1200) == pytest.approx(u, rel=1e-4)


def test_an_erlang_law_is_the_gamma_law_of_the_same_mean_and_cv():
    _, erlang = record({"erlang": {"mean": "200s", "stages": 4}})
    _, of_gamma = record({"gamma": {"mean": "200s", "cv": 0.5}})

    assert erlang.tolist() == of_gamma.tolist()


def test_a_sample_is_sorted_and_kept_as_it_is():
    (row,), tables = record({"empirical": ["45s", "10s", "20s"]})

    assert (row["kind"], row["offset"], row["n"]) == (Law.SAMPLE, 0, 3)
    assert tables[:3].tolist() == [10, 20, 45]


def test_a_mixture_is_the_other_law_with_an_atom():
    (row,), _ = record({"mixture": {"atom": "0s", "share": "15%", "otherwise": {"exponential": {"mean": "100s"}}}})

    assert row.tolist() == (Law.EXPONENTIAL, 100.0, 0.0, 0.0, 0.15, 0.0, 0, 0)


def test_an_atom_may_be_never():
    (row,), tables = record({"mixture": {"atom": "never", "share": "20%", "otherwise": "60s"}})

    assert (row["atom"], row["atom_at"]) == (0.2, inf)
    # never takes the highest uniforms
    assert [dealt(row, tables, u) for u in (0.1, 0.79, 0.81)] == [60, 60, inf]


def test_a_mixture_around_a_table_points_into_it():
    law = {"gamma": {"mean": "200s", "cv": 0.5}}
    rows, tables = record({"mixture": {"atom": "0s", "share": "50%", "otherwise": law}}, law)

    assert dealt(rows[0], tables, 0.25) == 0
    assert dealt(rows[0], tables, 0.75) == pytest.approx(dealt(rows[1], tables, 0.5), rel=1e-12)


def test_equal_laws_are_written_down_once_and_different_tables_stand_one_after_another():
    laws = [
        {"gamma": {"mean": "200s", "cv": 0.5}},
        "20s",
        {"empirical": ["1s", "2s"]},
        {"gamma": {"mean": "200s", "cv": 0.5}},
    ]
    table = LawTable()

    ids = [table.add(READ.validate_python(law)) for law in laws]

    assert ids == [0, 1, 2, 0]
    assert [row[6:] for row in table.rows] == [(0, KNOTS), (0, 0), (KNOTS, 2)]


@pytest.mark.parametrize("value", [1 / 3, 1e300 / 7, 1e-300 / 7, -2 / 3, 0.0, inf])
def test_twelve_digits_are_kept(value):
    assert round_to_12(value) == pytest.approx(value, rel=5e-12)
    assert round_to_12(round_to_12(value)) == round_to_12(value)


def test_twelve_digits_swallow_the_last_bits():
    assert round_to_12(0.1 + 0.2) == 0.3


UPPER = {name: QUANTILES[name] for name in QUANTILES if name != "triangular"}


@pytest.mark.parametrize(("law", "same"), UPPER.values(), ids=UPPER)
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_the_upper_point_is_scipys_quantile(law, same, share):
    assert upper_point(READ.validate_python(law), share) == pytest.approx(same.ppf(share), rel=1e-4)


def test_the_upper_point_of_a_triangular_law_is_scipys_quantile():
    law, same = QUANTILES["triangular"]

    assert upper_point(READ.validate_python(law), 0.99) == pytest.approx(same.ppf(0.99), rel=1e-9)


def test_the_upper_point_of_a_constant_is_the_constant_and_of_a_sample_lies_in_it():
    assert upper_point(READ.validate_python("20s"), 0.99) == 20
    assert 20 < upper_point(READ.validate_python({"empirical": ["10s", "20s", "45s"]}), 0.99) <= 45


def test_the_upper_point_of_a_mixture_leaves_the_atom_its_share():
    law = {"mixture": {"atom": "0s", "share": "50%", "otherwise": {"exponential": {"mean": "100s"}}}}

    # P(X <= x) = 1/2 + 1/2 (1 - e^{-x/100}) = 0.99 at x = 100 ln 50
    assert upper_point(READ.validate_python(law), 0.99) == pytest.approx(100 * log(50), rel=1e-12)


def test_the_upper_point_is_never_below_a_late_atom():
    law = {"mixture": {"atom": "10h", "share": "50%", "otherwise": "60s"}}

    assert upper_point(READ.validate_python(law), 0.99) == 36000


def test_never_leaves_the_upper_point_finite():
    law = {"mixture": {"atom": "never", "share": "50%", "otherwise": {"exponential": {"mean": "100s"}}}}

    assert 0 < upper_point(READ.validate_python(law), 0.99) < inf
