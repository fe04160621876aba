"""A scenario as text: resolved, and as a digest."""

import hashlib
import json
import math
from typing import Any

from ccsim.scenario.load import tree_of
from ccsim.scenario.model import Scenario
from ccsim.scenario.strategy import ASIDE
from ccsim.scenario.tree import Node, leaves

_WIDTH = 100
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./%+ ")
_READ_OTHERWISE = frozenset({"null", "true", "false", "~", "yes", "no", "on", "off"})


def resolved(scenario: Scenario, *, origins: bool = False) -> str:
    """A scenario as one YAML text, values as planners type them.

    Parameters
    ----------
    scenario : Scenario
    origins : bool
        Whether each line ends in a comment that says where its value was written.

    Returns
    -------
    str
        Loads to an equal scenario; what was left out stays out.
    """
    written = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    places = _places(tree_of(scenario)) if origins else {}
    return "\n".join(_block(written, 0, (), places)) + "\n"


def digest(scenario: Scenario) -> str:
    """What identifies a scenario's content, replayed calls included.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    str, 16 hexadecimal digits

    Notes
    -----
    SHA-256 of the canonical JSON of all values, defaults included: a default written out changes nothing.
    """
    return _digest(scenario, scenario.model_dump(mode="python", by_alias=True))


def digest_of_what_happens(scenario: Scenario) -> str:
    """What identifies everything in a scenario that decides what happens.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    str, 16 hexadecimal digits

    Notes
    -----
    As `digest`, without the terms that are applied to what happened (acceptable waits, wages, weights of effort), and
    without what a scenario says about itself.
    """
    values = scenario.model_dump(mode="python", by_alias=True)
    for name in (*ASIDE, "service_level"):
        values.pop(name)
    values["customers"].pop("effort")
    values["money"].pop("on_cost")
    values["money"].pop("overtime")
    values["money"].pop("currency")
    for group in values["agents"]:
        group.pop("wage")
    return _digest(scenario, values)


def _digest(scenario: Scenario, values: dict[str, Any]) -> str:
    content = {
        "scenario": _canonical(values),
        "replay": scenario.replayed.digest if scenario.replayed is not None else None,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _canonical(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(child) for child in value]
    # 1 and 1.0 are the same number to a planner
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and value == int(value) else repr(value)
    return value


def _places(tree: Node) -> dict[str, str]:
    """Dotted path to the place of each value, and of what stands above it."""
    places: dict[str, str] = {}
    for path, node in leaves(tree):
        place = ":".join(
            str(part) for part in (node.place.source.name, node.place.line, node.place.column) if part is not None
        )
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            places.setdefault(".".join(parts[:length]), place)
    return places


def _block(value: dict[str, Any], indent: int, path: tuple[str, ...], places: dict[str, str]) -> list[str]:
    lines = []
    for key, child in value.items():
        lines += _entry(f"{' ' * indent}{_scalar(key)}:", child, indent, (*path, key), places)
    return lines


def _entry(head: str, value: Any, indent: int, path: tuple[str, ...], places: dict[str, str]) -> list[str]:
    flow = f"{head} {written(value)}"
    if (
        not isinstance(value, dict | list)
        or not value
        or (len(path) > 1 and len(flow) <= _WIDTH and not _is_named_list(value))
    ):
        place = places.get(".".join(path)) or _place_of_part(path, places)
        return [f"{flow}  # {place}" if place else flow]
    if isinstance(value, dict):
        return [head, *_block(value, indent + 2, path, places)]
    if not any(isinstance(item, dict) for item in value):
        return [flow]
    lines = [head]
    for number, item in enumerate(value):
        name = str(item.get("name", number)) if isinstance(item, dict) else str(number)
        below = (
            _block(item, indent + 4, (*path, name), places)
            if isinstance(item, dict)
            else [f"{' ' * (indent + 4)}{written(item)}"]
        )
        lines += [f"{' ' * (indent + 2)}- {below[0].lstrip()}", *below[1:]]
    return lines


def _place_of_part(path: tuple[str, ...], places: dict[str, str]) -> str | None:
    """The place of the nearest thing above that was written: shorthand stands for its parts."""
    for length in range(len(path) - 1, 1, -1):
        if place := places.get(".".join(path[:length])):
            return place
    return None


def _is_named_list(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) and "name" in item for item in value)


def written(value: Any) -> str:
    """A value on one line, as it would stand in a scenario file.

    Parameters
    ----------
    value : scalar, dict or list

    Returns
    -------
    str

    Examples
    --------
    >>> written({"exponential": {"mean": "5min"}})
    '{exponential: {mean: 5min}}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {written(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(child) for child in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    bare = set(text) <= _PLAIN and text[:1].isalnum() and text == text.strip() and not _reads_as_number(text)
    return text if bare and (text not in _READ_OTHERWISE or text == "off") else json.dumps(text, ensure_ascii=False)


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
