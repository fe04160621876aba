"""Leaving a queue as patience ends: seen by the centre, or without a word."""

from ccsim.engine.compiled.attempts import end_attempt
from ccsim.engine.compiled.codes import ABANDONED, FOR_SILENT, NONE, TALK
from ccsim.engine.compiled.dealing import chance
from ccsim.engine.compiled.floor import write_state
from ccsim.engine.compiled.next_work import free_agent, wrap_up_in_hand
from ccsim.engine.compiled.stepping import inlined, step
from ccsim.engine.compiled.waiting import let_go_who_holds, step_out
from ccsim.engine.compiled.world import World


@step
def leaves_silently(w: World, visit: int) -> bool:
    """Whether the customer leaves without a word; the visit stays in line then."""
    v = w.attempts[visit]
    if v.leg > 0 and w.visits[visit].held_by != NONE:
        return False
    if chance(w, visit, FOR_SILENT, 0) >= w.channels[v.channel].silent:
        return False
    v.silent = 1
    return True


@inlined
def leave(w: World, visit: int, now: float) -> None:
    """Patience is over: the customer leaves, if he still waits."""
    v = w.attempts[visit]
    if w.visits[visit].waits:
        if w.channels[v.channel].silent == 0.0 or not leaves_silently(w, visit):
            step_out(w, visit)
        v.ends = now
        v.end_reason = ABANDONED
        if v.leg > 0:
            let_go_who_holds(w, visit, now)
        end_attempt(w, visit, now)


@step
def found_out(w: World, visit: int, now: float) -> None:
    """The agent knows that nobody is there, and goes on."""
    v = w.attempts[visit]
    write_state(w, v.agent, TALK, now)
    if w.agents[v.agent].shares != NONE:
        wrap_up_in_hand(w, v.agent, visit, 0.0, now)
    else:
        v.wrap_up_ends = now
        free_agent(w, v.agent, now)
