"""Attempts beside one another: a customer tries again while a message lies."""

from ccsim.draws.streams import Purpose
from ccsim.engine.reference.attempts import other_channel
from ccsim.engine.reference.world import Visit, World, chance
from ccsim.logs.codes import Outcome
from ccsim.plan.plan import NONE

OPEN = int(Outcome.OPEN)
TOLERANCE_NEXT = int(Purpose.TOLERANCE_NEXT)
MERGE = int(Purpose.MERGE)


def outlast(world: World, visit: Visit) -> int:
    """Where the customer tries again who has had no reply for too long.

    Parameters
    ----------
    world : World
    visit : Visit
        The message.

    Returns
    -------
    int
        The channel of a further attempt, which goes on beside the message; or -1.
    """
    row = visit.row
    if visit.end_reason != NONE or world.outcomes[row] != OPEN:
        return NONE
    if world.n_attempts[row] >= world.settings["most_attempts"]:
        return NONE
    channel = other_channel(world.plan.outlasted[visit.channel].tolist(), chance(world, visit, TOLERANCE_NEXT))
    if channel != NONE:
        world.beside[row] += 1
    return channel


def merges(world: World, visit: Visit) -> bool:
    """Whether a further message is found to belong to one that lies.

    Parameters
    ----------
    world : World
    visit : Visit

    Returns
    -------
    bool
    """
    share: float = world.channels[visit.channel]["merges"]
    return world.beside[visit.row] > 0 and share > 0.0 and chance(world, visit, MERGE) < share


def waits_for_another(world: World, row: int) -> bool:
    """Whether nothing follows from an end: another goes on, or settled the need.

    Parameters
    ----------
    world : World
    row : int
        The need's row.

    Returns
    -------
    bool
    """
    if world.beside[row] > 0:
        world.beside[row] -= 1
        return True
    return world.outcomes[row] != OPEN


def settle(world: World, row: int, outcome: int) -> bool:
    """The need's life is over, unless it was already.

    Parameters
    ----------
    world : World
    row : int
        The need's row.
    outcome : int
        From `Outcome`.

    Returns
    -------
    bool
        Whether it is over now.
    """
    if world.beside[row] > 0:
        world.beside[row] -= 1
    if world.outcomes[row] != OPEN:
        return False
    world.outcomes[row] = outcome
    world.ended[row] = world.clock.now
    return True
