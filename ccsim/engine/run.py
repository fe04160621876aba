"""One replication, whichever engine plays it: potential needs in, logs out."""

from collections.abc import Sequence

from ccsim.cache import is_cold
from ccsim.engine.people import absences, with_absences, with_people
from ccsim.engine.potential import potential_needs
from ccsim.errors import InputError
from ccsim.logs.ledger import book
from ccsim.logs.logs import Logs, frozen
from ccsim.plan.plan import Plan

ENGINES = ("auto", "reference", "compiled")
# the reference engine plays about so many attempts while the compiled engine is being compiled
WORTH_COMPILING = 500_000


def simulate(plan: Plan, seed: int, *, replication: int = 0, engine: str = "auto") -> Logs:
    """Everything that happens in one replication.

    Parameters
    ----------
    plan : Plan
    seed : int
        From 0 to 2**64 - 1; with the replication it is the key of every draw.
    replication : int
        Number of the replication, from 0.
    engine : str
        "reference", "compiled", or "auto" for the one that is quicker here; both give the same rows.

    Returns
    -------
    Logs

    Raises
    ------
    InputError
        If there is no engine of that name.
    """
    needs, weights = potential_needs(plan, seed, replication)
    away = absences(plan, seed, replication)
    dealt = with_people(plan, away, seed, replication)
    if choose_engine(engine, [plan], 1) == "compiled":
        from ccsim.engine.compiled.engine import play_compiled as play
    else:
        from ccsim.engine.reference.engine import play
    tables = play(dealt, needs, seed, replication)
    tables["agent_states"] = with_absences(plan, away, tables["agent_states"])
    if len(weights):
        causes = tables["causes"].copy()
        causes["weight"] = weights
        tables["causes"] = frozen(causes)
    tables["ledger"] = book(plan, tables["attempts"], tables["agent_states"])
    return Logs(**tables)


def choose_engine(engine: str, plans: Sequence[Plan], replications: int) -> str:
    """The engine that plays: the one asked for, or the quicker one.

    Parameters
    ----------
    engine : str
        "auto", "reference" or "compiled".
    plans : sequence of Plan
    replications : int
        Of every plan.

    Returns
    -------
    str
        "reference" or "compiled"; for "auto" the compiled one if it is compiled already or the work is worth it.

    Raises
    ------
    InputError
        If there is no engine of that name.
    """
    if engine not in ENGINES:
        raise InputError(f'engine: "{engine}" is not one of {", ".join(ENGINES)}.')
    if engine != "auto":
        return engine
    worth_it = needs_of_one(plans) * replications > WORTH_COMPILING
    return "compiled" if worth_it or not is_cold("compiled") else "reference"


def needs_of_one(plans: Sequence[Plan]) -> float:
    """How much work a replication of all plans is.

    Parameters
    ----------
    plans : sequence of Plan

    Returns
    -------
    float, needs
        That are expected to arise, or are replayed.
    """
    return sum(float(plan.expected.sum()) + len(plan.replay) for plan in plans)
