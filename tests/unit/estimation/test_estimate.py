"""Intervals against answers worked out by hand, and their coverage over many repeated studies."""

from zlib import crc32

import numpy as np
import pytest
from scipy.special import ndtri

from ccsim.errors import EstimateError
from ccsim.estimation.estimate import (
    difference_of_means,
    difference_of_ratios,
    estimate_mean,
    estimate_ratio,
    half_width,
    quantile_interval,
)

NAN = float("nan")


def turned(low, high, value, sample):
    """Hall's cubic of Student's ratio at either end: g + a g^2 + a^2 g^3 / 3 + skewness / (6 sqrt n)."""
    n, residuals = len(sample), np.array(sample) - np.mean(sample)
    skewness = n**2 / ((n - 1) * (n - 2)) * np.mean(residuals**3) / np.std(sample, ddof=1) ** 3
    a, error = skewness / (3 * np.sqrt(n)), np.std(sample, ddof=1) / np.sqrt(n)
    ratios = (value - np.array([high, low])) / error
    return ratios + a * ratios**2 + a**2 * ratios**3 / 3 + skewness / (6 * np.sqrt(n))


def test_a_mean_of_ten_has_the_interval_of_the_textbook_once_its_skewness_is_gone():
    """Law (2015), example 4.26: mean 1.34, t(9, 0.95) = 1.833."""
    sample = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09]
    answer = estimate_mean(sample, 0.9)

    assert round(answer.value, 2) == 1.34
    np.testing.assert_allclose(turned(answer.low, answer.high, answer.value, sample), [-1.833, 1.833], rtol=2e-4)
    assert answer.value - answer.low > answer.high - answer.value  # the sample's longer tail is the lower one


def test_a_sample_without_skewness_has_students_interval():
    """Mean 3, variance 2.5, t(4, 0.975) = 2.776445."""
    answer = estimate_mean([1.0, 2.0, 3.0, 4.0, 5.0], 0.95)

    np.testing.assert_allclose([answer.low, answer.high], 3.0 + np.array([-1, 1]) * 2.776445 * np.sqrt(0.5), rtol=1e-6)


def test_a_mean_leaves_out_replications_that_observed_nothing():
    assert estimate_mean([NAN, 1.0, 3.0], 0.95) == estimate_mean([1.0, 3.0], 0.95)


def test_nothing_observed_is_no_value():
    assert estimate_mean([NAN], 0.95).value is None
    assert estimate_ratio([0.0, 0.0], [0.0, 0.0], 0.95).value is None
    assert difference_of_ratios(([1.0], [1.0]), ([0.0], [0.0]), 0.95).value is None
    assert difference_of_means([NAN], [1.0], 0.95).value is None
    assert quantile_interval([NAN], 0.5, 0.95).value is None


def test_one_replication_has_a_value_and_no_interval():
    for answer in (
        estimate_mean([2.0], 0.95),
        estimate_ratio([4.0], [2.0], 0.95),
        difference_of_means([3.0], [1.0], 0.95),
        difference_of_ratios(([4.0], [1.0]), ([2.0], [1.0]), 0.95),
    ):
        assert (answer.value, answer.low, answer.high, answer.n) == (2.0, None, None, 1)
        assert half_width(answer.low, answer.high) is None


def test_a_ratio_pools_before_it_divides():
    """Shares 1/1 and 0/9 have the mean 0.5; of all ten, one is in."""
    assert estimate_ratio([1.0, 0.0], [1.0, 9.0], 0.95).value == 0.1


def test_a_ratio_over_equal_denominators_is_the_mean_with_its_interval():
    sample = [3.0, 5.0, 4.0, 9.0]
    ratio, mean = estimate_ratio(sample, [2.0] * 4, 0.95), estimate_mean(np.array(sample) / 2.0, 0.95)

    np.testing.assert_allclose((ratio.value, ratio.low, ratio.high), (mean.value, mean.low, mean.high))


def test_a_ratios_interval_is_that_of_its_residuals():
    """Numerators 2 5 8, denominators 2 3 5: ratio 1.5, residuals -1 0.5 0.5 over 10 / 3; t(2, 0.975) = 4.302653."""
    answer = estimate_ratio([2.0, 5.0, 8.0], [2.0, 3.0, 5.0], 0.95)

    assert answer.value == 1.5
    ends = turned(answer.low, answer.high, 1.5, np.array([-1.0, 0.5, 0.5]) * 0.3)
    np.testing.assert_allclose(ends, [-4.302653, 4.302653], rtol=1e-6)


def test_a_paired_difference_is_arm_minus_baseline_and_says_what_pairing_gained():
    """Differences 1 2 3: mean 2, variance 1; arms 2 5 8 and 1 3 5 have variances 9 and 4; t(2, 0.975) = 4.302653."""
    answer = difference_of_means([2.0, 5.0, 8.0], [1.0, 3.0, 5.0], 0.95)

    assert answer.value == 2.0
    np.testing.assert_allclose(answer.variance_ratio, 13.0)
    np.testing.assert_allclose(half_width(answer.low, answer.high), 4.302653 / np.sqrt(3.0), rtol=1e-6)


def test_a_pair_with_nothing_observed_is_left_out():
    answer = difference_of_means([2.0, NAN, 4.0], [1.0, 5.0, 1.0], 0.95)

    assert (answer.value, answer.n) == (2.0, 2)


def test_ratios_over_equal_denominators_differ_like_means():
    arm, base = np.array([3.0, 5.0, 4.0]), np.array([2.0, 5.0, 1.0])
    ratios = difference_of_ratios((arm, [2.0] * 3), (base, [2.0] * 3), 0.9)
    means = difference_of_means(arm / 2, base / 2, 0.9)

    np.testing.assert_allclose((ratios.value, ratios.low), (means.value, means.low))
    np.testing.assert_allclose(ratios.variance_ratio, means.variance_ratio)


def test_an_arm_against_itself_differs_by_exactly_nothing():
    arm = ([1.0, 2.0, 7.0], [2.0, 3.0, 9.0])
    answer = difference_of_ratios(arm, arm, 0.95)

    assert (answer.value, answer.low, answer.high, answer.variance_ratio) == (0.0, 0.0, 0.0, None)


def test_a_median_of_twenty_lies_between_the_sixth_and_the_fifteenth():
    """Ranks of the 95 % interval for n = 20 in Conover (1999), section 3.2: binomial tails 0.0207 on either side."""
    answer = quantile_interval(np.arange(20.0, 0.0, -1.0), 0.5, 0.95)

    assert (answer.value, answer.low, answer.high) == (10.0, 6.0, 15.0)


def test_a_quantile_too_far_out_for_the_replications_has_an_open_end():
    """Of five, none can lie above the 99 % point with any confidence: 1 - 0.99**5 = 4.9 %."""
    answer = quantile_interval([1.0, 2.0, 3.0, 4.0, 5.0], 0.99, 0.95)
    mirrored = quantile_interval([1.0, 2.0, 3.0, 4.0, 5.0], 0.01, 0.95)

    assert (answer.low, answer.high) == (4.0, None)
    assert (mirrored.low, mirrored.high) == (None, 2.0)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, -0.5, NAN])
def test_a_level_that_is_no_share_is_refused(level):
    for call in (
        lambda: estimate_mean([1.0, 2.0], level),
        lambda: estimate_ratio([1.0], [1.0], level),
        lambda: difference_of_means([1.0], [1.0], level),
        lambda: difference_of_ratios(([1.0], [1.0]), ([1.0], [1.0]), level),
        lambda: quantile_interval([1.0], 0.5, level),
    ):
        with pytest.raises(EstimateError, match="level lies between 0 and 1"):
            call()


def test_nonsense_is_refused_with_a_reason():
    with pytest.raises(EstimateError, match="infinite"):
        estimate_mean([1.0, float("inf")], 0.95)
    with pytest.raises(EstimateError, match="lengths differ"):
        estimate_ratio([1.0, 2.0], [1.0], 0.95)
    with pytest.raises(EstimateError, match="finite"):
        estimate_ratio([NAN], [1.0], 0.95)
    with pytest.raises(EstimateError, match="not negative"):
        estimate_ratio([1.0], [-1.0], 0.95)
    with pytest.raises(EstimateError, match="different numbers of replications"):
        difference_of_ratios(([1.0, 1.0], [1.0, 1.0]), ([1.0], [1.0]), 0.95)
    with pytest.raises(EstimateError, match="probability lies between"):
        quantile_interval([1.0, 2.0], 1.0, 0.95)


N_STUDIES = 4000
# each test below fails by chance for one name in 10 000; the seeds are fixed, so it fails always or never
WORST_Z = -ndtri(0.5e-4)


@pytest.fixture
def rng(request):
    """Random numbers whose seed is the test's name, so that nobody picks one."""
    return np.random.default_rng(crc32(request.node.name.encode()))


def z_of_coverage(rng, truth, one_study):
    """z-score of how often intervals at 90 % cover; `one_study` draws a study and gives its interval."""
    covered = 0
    for _ in range(N_STUDIES):
        answer = one_study(rng)
        covered += answer.low <= truth <= answer.high
    z = (covered / N_STUDIES - 0.9) / np.sqrt(0.9 * 0.1 / N_STUDIES)
    print(f"covered {covered / N_STUDIES:.4f}, z = {z:.2f}")
    return z


def test_intervals_of_means_cover_as_often_as_they_say(rng):
    """Exact for normal replications."""
    z = z_of_coverage(rng, 3.0, lambda rng: estimate_mean(rng.normal(3.0, 2.0, 10), 0.9))

    assert abs(z) < WORST_Z, z


def test_intervals_of_paired_differences_cover_as_often_as_they_say(rng):
    """Exact for normal pairs, however dependent."""

    def one_study(rng):
        shared = rng.normal(0.0, 3.0, 10)
        return difference_of_means(5.0 + shared + rng.normal(size=10), 4.0 + shared + rng.normal(size=10), 0.9)

    z = z_of_coverage(rng, 1.0, one_study)

    assert abs(z) < WORST_Z, z


def test_intervals_of_ratios_cover_as_often_as_they_say(rng):
    """Exponential waits, mean 25 s, of about 400 contacts in each of 30 replications.

    The number of contacts varies by 5 %, so what linearising leaves out is of the order of 0.05**2.
    """

    def one_study(rng):
        n_contacts = rng.poisson(400.0, 30)
        return estimate_ratio(rng.gamma(n_contacts, 25.0), n_contacts, 0.9)

    z = z_of_coverage(rng, 25.0, one_study)

    assert abs(z) < WORST_Z, z


def test_intervals_of_differences_of_ratios_cover_as_often_as_they_say(rng):
    """Two arms meet the same number of contacts and the same busyness; mean waits 25 s and 20 s."""

    def one_study(rng):
        n_contacts, busyness = rng.poisson(400.0, 30), rng.normal(1.0, 0.1, 30)
        arm, base = rng.gamma(n_contacts, 25.0 * busyness), rng.gamma(n_contacts, 20.0 * busyness)
        return difference_of_ratios((arm, n_contacts), (base, n_contacts), 0.9)

    z = z_of_coverage(rng, 5.0, one_study)

    assert abs(z) < WORST_Z, z


def test_intervals_of_quantiles_cover_at_least_as_often_as_they_say(rng):
    """The 80 % point of 40 exponential values; ranks are whole numbers, so it covers rather more than it says."""
    z = z_of_coverage(rng, -np.log(0.2), lambda rng: quantile_interval(rng.exponential(size=40), 0.8, 0.9))

    assert z > -WORST_Z, z
