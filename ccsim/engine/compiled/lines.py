"""Lines of visits that wait and of agents who are idle: linked both ways, in the contract's order.

Everywhere links are the links of all who can stand in lines, lines the first and last of each line, at the place of a
line among them, one who joins or leaves it; -1 is nobody.
"""

from ccsim.engine.compiled.stepping import inlined
from ccsim.engine.compiled.world import Lines, Links

NOBODY = -1


@inlined
def clear(lines: Lines, at: int) -> None:
    """Nobody stands in a line."""
    lines[at].first = NOBODY
    lines[at].last = NOBODY


@inlined
def put_behind(links: Links, lines: Lines, at: int, ahead: int, one: int) -> None:
    """Puts somebody behind another in a line, or first in it."""
    links[one].previous = ahead
    if ahead == NOBODY:
        links[one].next = lines[at].first
        lines[at].first = one
    else:
        links[one].next = links[ahead].next
        links[ahead].next = one
    if links[one].next == NOBODY:
        lines[at].last = one
    else:
        links[links[one].next].previous = one


@inlined
def take_out(links: Links, lines: Lines, at: int, one: int) -> None:
    """Takes somebody out of a line."""
    ahead = links[one].previous
    behind = links[one].next
    if ahead == NOBODY:
        lines[at].first = behind
    else:
        links[ahead].next = behind
    if behind == NOBODY:
        lines[at].last = ahead
    else:
        links[behind].previous = ahead
