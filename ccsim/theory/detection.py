"""The detection law: how many needs, and how long, until enough signals tell of a cause.

A cause is detected at its `signals_required`-th signal. Every need it makes arise gives a signal with the
same probability `signal_yield`, at once and independently, and needs arise as a Poisson stream of constant rate.
With a contact delay, add incidence times delay to the needs.
"""

from collections.abc import Iterable

from scipy.special import betainc, gammainc, gammaincinv

from ccsim.theory import _checks


def needs_before_detection(signals_required: int, signal_yield: float) -> float:
    """Mean number of needs suffered up to detection, whatever their rate.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    signal_yield : float, signals per need
        Probability that a need gives a signal; above 0.

    Returns
    -------
    float, needs
        The need that gives the last signal is counted.

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    signals_required / signal_yield, the mean of the negative binomial law.
    Source: Feller (1968), An Introduction to Probability Theory, volume 1, section VI.8; docs/model.md, section 2.11.

    Examples
    --------
    >>> needs_before_detection(signals_required=5, signal_yield=0.05)
    100.0
    """
    _check_rule(signals_required, signal_yield)
    return signals_required / signal_yield


def mean_time_to_detection(signals_required: int, need_rate: float, signal_yield: float) -> float:
    """Mean time from a cause's start to its detection, if it does not end before.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    need_rate : float, needs per unit of time
        Above 0.
    signal_yield : float, signals per need
        Above 0, at most 1.

    Returns
    -------
    float, in the unit of time of `need_rate`

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    Signals are a Poisson stream of rate need_rate * signal_yield, so the time is Gamma(signals_required, that rate).
    Source: Kingman (1993), Poisson Processes, section 5.1 (colouring) and 4.1 (gamma law of the n-th point);
    docs/model.md, section 2.11.

    Examples
    --------
    >>> mean_time_to_detection(signals_required=5, need_rate=10.0, signal_yield=0.05)
    10.0
    """
    _check_rule(signals_required, signal_yield)
    _checks.positive("need_rate", need_rate)
    return signals_required / (need_rate * signal_yield)


def time_to_detection_quantile(
    signals_required: int, need_rate: float, signal_yield: float, probability: float
) -> float:
    """The time by which a cause is detected with a given probability.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    need_rate : float, needs per unit of time
        Above 0.
    signal_yield : float, signals per need
        Above 0, at most 1.
    probability : float
        At least 0 and below 1.

    Returns
    -------
    float, in the unit of time of `need_rate`

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    Quantile of Gamma(signals_required, need_rate * signal_yield).
    Source: Kingman (1993), Poisson Processes, section 4.1; docs/model.md, section 2.11.

    Examples
    --------
    One signal is enough and comes once a day: half of the causes are found within log(2) days.

    >>> round(time_to_detection_quantile(signals_required=1, need_rate=20.0, signal_yield=0.05, probability=0.5), 4)
    0.6931
    """
    _checks.positive("need_rate", need_rate)
    _check_rule(signals_required, signal_yield)
    return expected_signals_for_detection(signals_required, probability) / (need_rate * signal_yield)


def expected_signals_for_detection(signals_required: int, probability: float) -> float:
    """How many signals must be expected for a given chance of detection.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    probability : float
        Of detection; at least 0 and below 1.

    Returns
    -------
    float, signals
        The mean of a Poisson law that reaches `signals_required` with that probability.

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    Inverse of `detection_probability` in the mean.
    Source: NIST Digital Library of Mathematical Functions, 8.2.4 (normalised incomplete gamma function); docs/model.md,
    section 2.11.

    Examples
    --------
    >>> [round(expected_signals_for_detection(m, probability=0.8), 1) for m in (1, 3, 5, 10)]
    [1.6, 4.3, 6.7, 12.5]
    """
    _checks.whole("signals_required", signals_required, least=1)
    _checks.probability_below_one("probability", probability)
    return float(gammaincinv(signals_required, probability))


def detection_probability(signals_required: int, need_rate: float, signal_yield: float, life: float) -> float:
    """Probability that a cause is detected before it ends by itself.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    need_rate : float, needs per unit of time
        At least 0.
    signal_yield : float, signals per need
        At least 0, at most 1.
    life : float, in the unit of time of `need_rate`
        At least 0.

    Returns
    -------
    float, probability

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    P(Poisson(need_rate * signal_yield * life) >= signals_required), by the incomplete gamma function.
    Source: NIST Digital Library of Mathematical Functions, 8.4.10 with 8.2.5 (Poisson sums); docs/model.md,
    section 2.11.

    Examples
    --------
    Five needs a day for a hundred days, 1 % of which tell: 5 signals expected.

    >>> round(detection_probability(signals_required=5, need_rate=5.0, signal_yield=0.01, life=100.0), 4)
    0.5595
    """
    _checks.whole("signals_required", signals_required, least=1)
    _checks.not_negative("need_rate", need_rate)
    _checks.probability("signal_yield", signal_yield)
    _checks.not_negative("life", life)
    return float(gammainc(signals_required, need_rate * signal_yield * life))


def expected_causes_detected(
    signals_required: int, need_rates: Iterable[float], signal_yield: float, horizon: float
) -> float:
    """Expected number of distinct causes detected within a horizon.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    need_rates : iterable of float, needs per unit of time
        One of each cause that stands all the while.
    signal_yield : float, signals per need
        At least 0, at most 1.
    horizon : float, in the unit of time of `need_rates`
        At least 0.

    Returns
    -------
    float, causes

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    The sum of `detection_probability` over the causes.
    Source: docs/model.md, section 2.18.

    Examples
    --------
    >>> round(expected_causes_detected(5, need_rates=[5.0, 5.0, 1e9], signal_yield=0.01, horizon=100.0), 4)
    2.119
    """
    return sum(detection_probability(signals_required, rate, signal_yield, horizon) for rate in need_rates)


def seen_among_analysed(signals_required: int, share: float, n_contacts: int) -> float:
    """Probability that analysed contacts show a cause often enough.

    Parameters
    ----------
    signals_required : int, contacts
        At least 1.
    share : float
        Of all contacts, those that come from the cause.
    n_contacts : int, contacts
        Analysed, drawn independently of their cause.

    Returns
    -------
    float, probability

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    Upper tail of the binomial law, by the incomplete beta function; 1 - (1 - share) ** n_contacts for one signal.
    Source: NIST Digital Library of Mathematical Functions, 8.17.5 (binomial sums); docs/model.md, section 3.5.

    Examples
    --------
    3 % of 60 000 contacts, and a cause behind one contact in a thousand.

    >>> [round(seen_among_analysed(m, share=0.001, n_contacts=1800), 2) for m in (1, 5)]
    [0.83, 0.04]
    """
    _checks.whole("signals_required", signals_required, least=1)
    _checks.probability("share", share)
    _checks.whole("n_contacts", n_contacts, least=0)
    if signals_required > n_contacts:
        return 0.0
    return float(betainc(signals_required, n_contacts - signals_required + 1, share))


def critical_incidence_band(
    signals_required: int, lower_yield: float, higher_yield: float, probability: float
) -> tuple[float, float]:
    """Needs per life of the causes that only the higher yield detects.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    lower_yield, higher_yield : float, signals per need
        Of two strategies; above 0, at most 1, the lower first.
    probability : float
        Of detection, from which on a cause is called found; at least 0 and below 1.

    Returns
    -------
    tuple of float, needs per life
        Causes below the first are found by neither strategy, causes above the second by both.

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    Source: docs/model.md, section 2.11 (derived there).

    Examples
    --------
    >>> [round(needs) for needs in critical_incidence_band(5, lower_yield=0.01, higher_yield=0.05, probability=0.8)]
    [134, 672]
    """
    _checks.yields(lower_yield, higher_yield)
    signals = expected_signals_for_detection(signals_required, probability)
    return signals / higher_yield, signals / lower_yield


def needs_prevented(
    signals_required: int,
    lower_yield: float,
    higher_yield: float,
    act_probability: float,
    fix_effect: float,
) -> float:
    """Needs spared per long-lived cause by listening better.

    Parameters
    ----------
    signals_required : int, signals
        At least 1.
    lower_yield, higher_yield : float, signals per need
        Before and after; above 0, at most 1, the lower first.
    act_probability : float
        That a detected cause is acted on.
    fix_effect : float, share
        Of the cause's needs that the fix removes.

    Returns
    -------
    float, needs per cause

    Raises
    ------
    InputError
        If an argument is no such number.

    Notes
    -----
    act_probability * fix_effect * signals_required * (1 / lower_yield - 1 / higher_yield); an upper bound where causes
    end by themselves.
    Source: docs/model.md, section 2.11 (derived there).

    Examples
    --------
    >>> round(needs_prevented(5, lower_yield=0.01, higher_yield=0.05, act_probability=0.3, fix_effect=0.7))
    84
    """
    _checks.whole("signals_required", signals_required, least=1)
    _checks.yields(lower_yield, higher_yield)
    _checks.probability("act_probability", act_probability)
    _checks.probability("fix_effect", fix_effect)
    return act_probability * fix_effect * signals_required * (1 / lower_yield - 1 / higher_yield)


def _check_rule(signals_required: int, signal_yield: float) -> None:
    _checks.whole("signals_required", signals_required, least=1)
    _checks.positive("signal_yield", signal_yield)
    _checks.probability("signal_yield", signal_yield)
