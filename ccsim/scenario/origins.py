"""What somebody wrote, where, and whether a strategy may move it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ccsim.scenario.distributions import LAWS
from ccsim.scenario.fields import Section, role_of
from ccsim.scenario.load import tree_of
from ccsim.scenario.model import Scenario
from ccsim.scenario.show import written
from ccsim.scenario.strategy import ASIDE, by_name
from ccsim.scenario.tree import Node, name_of, plain

# origins of values that were typed for one run, in place of those of the scenario
TYPED = frozenset({"--set", "sets", "--arm", "add_arms", "with_"})


class Written(NamedTuple):
    """One value that somebody wrote.

    Attributes
    ----------
    path : str
        Dotted, list items by name.
    value : str
        As a planner types it; a law, or a list of numbers, is one value.
    origin : str
        "file:line", or "--set".
    role : str
        "world", "lever" or "measure".
    """

    path: str
    value: str
    origin: str
    role: str


def origins(scenario: Scenario) -> tuple[Written, ...]:
    """Every value that somebody wrote, in the order of the file.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Written
        Without name, question, targets, arms and the study's own settings.
    """
    return tuple(
        Written(".".join(path), written(plain(node)), _origin(node), _role(scenario, path))
        for key, child in tree_of(scenario).value.items()
        if key not in ASIDE
        for path, node in _values(child, (key,))
    )


def _values(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Values below a node; a law and a plain list count as one."""
    if isinstance(node.value, dict) and node.value and not (len(node.value) == 1 and next(iter(node.value)) in LAWS):
        for key, child in node.value.items():
            yield from _values(child, (*path, key))
    elif isinstance(node.value, list) and any(name_of(item) for item in node.value):
        for number, item in enumerate(node.value):
            yield from _values(item, (*path, name_of(item) or str(number)))
    elif path[-1] != "name":
        yield path, node


def _origin(node: Node) -> str:
    """Where a value stands."""
    place = node.place
    return place.source.name if place.line is None else f"{place.source.name}:{place.line}"


def _role(scenario: Scenario, path: tuple[str, ...]) -> str:
    """The role of the last field on the way that has one."""
    thing: Any = scenario
    role = "world"
    for step in path:
        if isinstance(thing, Section):
            for name, field in type(thing).model_fields.items():
                if step in (name, field.alias):
                    role = role_of(field) or role
                    thing = getattr(thing, name)
                    break
        else:
            named = by_name(thing)
            thing = None if named is None else named.get(step)
    return role
