"""When asking for shorter contacts makes more work, because fewer needs are resolved and more come back."""

from ccsim.errors import InputError
from ccsim.theory import _checks
from ccsim.theory.retrials import contacts_per_need_by_repeats


def work_elasticity(p_resolved: float, p_return: float, rushing_harm: float) -> float:
    """Percent more work per percent more handling time, repeats included.

    Parameters
    ----------
    p_resolved : float, probability
        That a contact resolves the need, at today's handling time.
    p_return : float, probability
        That an unresolved need comes back.
    rushing_harm : float, logit per unit of log time
        How much the logit of `p_resolved` falls when the log of the handling time falls by 1; at least 0.

    Returns
    -------
    float
        Positive: a cut in handling time saves work. Negative: it makes more.

    Raises
    ------
    InputError
        If an argument is no such number.
    UnstableError
        If nothing is ever resolved and everybody returns.

    Notes
    -----
    1 - p_return p (1 - p) harm / (1 - p_return (1 - p)), the derivative of log(handling / (1 - p_return (1 - p))) by
    log handling, beyond the free slack.
    Source: docs/model.md, section 2.9 (derived there).

    Examples
    --------
    >>> work_elasticity(p_resolved=0.75, p_return=0.8, rushing_harm=0.0)
    1.0
    """
    _checks.not_negative("rushing_harm", rushing_harm)
    contacts = contacts_per_need_by_repeats(p_resolved, p_return)
    return 1 - p_return * p_resolved * (1 - p_resolved) * rushing_harm * contacts


def break_even_rushing_harm(p_resolved: float, p_return: float) -> float:
    """The rushing harm above which cutting handling time makes more work.

    Parameters
    ----------
    p_resolved : float, probability
        That a contact resolves the need; strictly between 0 and 1.
    p_return : float, probability
        That an unresolved need comes back; above 0.

    Returns
    -------
    float, logit per unit of log time

    Raises
    ------
    InputError
        If an argument is no such number: where nothing can be harmed or nobody returns there is no break-even.

    Notes
    -----
    (1 - p_return (1 - p)) / (p_return p (1 - p)), where `work_elasticity` is 0.
    Source: docs/model.md, section 2.9 (derived there).

    Examples
    --------
    >>> round(break_even_rushing_harm(p_resolved=0.75, p_return=0.8), 2)
    5.33
    """
    _checks.probability("p_resolved", p_resolved)
    _checks.probability("p_return", p_return)
    at_stake = p_return * p_resolved * (1 - p_resolved)
    if at_stake == 0:
        raise InputError(
            "There is no break-even where contacts always or never resolve, or nobody returns:"
            " there a cut in handling time always saves work."
        )
    return 1 / (contacts_per_need_by_repeats(p_resolved, p_return) * at_stake)
