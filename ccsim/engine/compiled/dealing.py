"""What chance and the past give: uniforms, values of laws, replayed values."""

from ccsim.draws.streams import need_uniform
from ccsim.draws.variates import closed_form, is_exponential, quantile
from ccsim.engine.compiled.codes import NONE
from ccsim.engine.compiled.stepping import step
from ccsim.engine.compiled.world import World
from ccsim.plan.law import Law

FIRST_WITH_TABLE = int(Law.TABLE)


@step
def chance(w: World, visit: int, purpose: int, alternative: int) -> float:
    """The uniform number that this leg of an attempt was dealt for a purpose."""
    v = w.attempts[visit]
    c = w.counters[0]
    return need_uniform(c.seed, c.replication, v.need, purpose, v.attempt, v.leg, alternative)


@step
def first_chance(w: World, need: int, purpose: int) -> float:
    """The uniform number that a need was dealt before its first attempt."""
    c = w.counters[0]
    return need_uniform(c.seed, c.replication, need, purpose, 0, 0, 0)


@step
def deal(w: World, law: int, visit: int, purpose: int) -> float:
    """The value that this leg of an attempt was dealt from a law."""
    v = w.attempts[visit]
    c = w.counters[0]
    x = w.laws[law]
    u = need_uniform(c.seed, c.replication, v.need, purpose, v.attempt, v.leg, 0)
    # handing over a table takes as long as finding the value of a law that needs none
    if x.atom == 0.0 and x.kind < FIRST_WITH_TABLE:
        return closed_form(x.kind, x.first, x.second, x.third, u)
    return quantile(x.kind, x.first, x.second, x.third, x.atom, x.atom_at, x.offset, x.n, w.tables, u)


@step
def deal_drawn(w: World, law: int, visit: int, purpose: int, drawn: float) -> float:
    """The value that this leg was dealt from a law of the handling table.

    Drawn ahead is the exponential of mean 1 for the first leg of the first attempt.
    """
    v = w.attempts[visit]
    if v.attempt == 0 and v.leg == 0 and is_exponential(w.laws[law].kind, w.laws[law].atom):
        return w.laws[law].first * drawn
    return deal(w, law, visit, purpose)


@step
def deal_again(w: World, law: int, visit: int, purpose: int, number: int) -> float:
    """The value that this leg was dealt from a law for one of several times."""
    x = w.laws[law]
    u = chance(w, visit, purpose, number)
    return quantile(x.kind, x.first, x.second, x.third, x.atom, x.atom_at, x.offset, x.n, w.tables, u)


@step
def replayed(w: World, row: int, attempt: int) -> int:
    """The place of the replayed row of a need's attempt, or -1."""
    if len(w.replay) == 0:
        return NONE
    n = w.need_states[row]
    for place in range(n.first_replay, n.first_replay + n.n_replay):
        if w.replay[place].attempt == attempt:
            return place
    return NONE
