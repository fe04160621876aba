"""One replication, whichever engine plays it: potential needs in, logs out."""

from dataclasses import fields

import numpy as np

from ccsim.draws import arrivals
from ccsim.draws.streams import signed
from ccsim.errors import InputError
from ccsim.logs.codes import Outcome
from ccsim.logs.ledger import book
from ccsim.logs.logs import CAUSE, Logs, in_order
from ccsim.plan.plan import NONE, Plan, Records

ENGINES = ("auto", "reference")
POTENTIAL = np.dtype(
    [
        ("need", "i8"),
        ("need_type", "i8"),
        ("cause", "i8"),
        ("complexity", "f8"),
        ("stake", "f8"),
        ("arises", "f8"),
        ("preferred", "i8"),
    ]
)


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
        "auto" or "reference"; every engine gives the same rows.

    Returns
    -------
    Logs

    Raises
    ------
    InputError
        If there is no engine of that name.
    """
    if engine not in ENGINES:
        raise InputError(f'engine: "{engine}" is not one of {", ".join(ENGINES)}.')
    from ccsim.engine.reference.engine import play

    needs, weights = potential_needs(plan, seed, replication)
    tables = play(plan, needs, seed, replication)
    causes = tables["causes"].astype(CAUSE)
    causes["weight"] = weights
    tables["causes"] = in_order("causes", causes)
    tables["ledger"] = book(plan, tables["attempts"], tables["agent_states"])
    return Logs(**{field.name: tables[field.name] for field in fields(Logs)})


def potential_needs(plan: Plan, seed: int, replication: int) -> tuple[Records, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """The needs that customers have, before any strategy acts on them; and the causes' shares of their type.

    Parameters
    ----------
    plan : Plan
    seed, replication : int

    Returns
    -------
    structured[n_needs]
        In order of arrival (then need id).
    float64[n_causes]
    """
    key = signed(seed)
    if len(plan.replay):
        first = plan.replay[plan.replay["attempt"] == 0]
        first = first[np.lexsort((first["need"], first["arrives"]))]
        first = first[first["arrives"] < plan.horizon]
        need, need_type, arises = first["need"], first["need_type"], first["arrives"]
    else:
        need, need_type, arises = arrivals.potential_needs(
            key,
            replication,
            np.ascontiguousarray(plan.need_types["stream"]),
            plan.expected,
            plan.shape_edges,
            plan.shape_cumulative,
            *_busyness(plan),
            plan.law_tables,
            plan.horizon,
        )
    needs = np.empty(len(need), dtype=POTENTIAL)
    needs["need"], needs["need_type"], needs["arises"] = need, need_type, arises
    needs["complexity"], needs["stake"] = _attributes(plan, key, replication, needs)
    needs["cause"], weights = _causes(plan, key, replication, needs)
    needs["preferred"] = _preferred(plan, key, replication, needs)
    if len(plan.replay):
        given = first["channel"] != NONE
        needs["preferred"][given] = first["channel"][given]
    return needs, weights
