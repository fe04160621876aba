"""Strategies: a strategy is a named overlay of levers on a scenario, nothing else."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from ccsim.scenario.distributions import LAWS
from ccsim.scenario.fields import Section, free_of, role_of

Overlay: TypeAlias = dict[str, Any]

# what a scenario says about itself and its arms, which is no part of what happens
ASIDE = frozenset({"name", "question", "arms", "compare", "targets", "study", "sources"})


def moved_outside_levers(base: Section, arm: Section) -> list[tuple[str, str]]:
    """The fields in which two scenarios differ and that are no levers.

    Parameters
    ----------
    base, arm : Scenario

    Returns
    -------
    list of (dotted path, role)
        Role is `world` or `measure`; named list items by name.
    """
    return list(_differences(base, arm, "world", ()))


def moved_freely(base: Section, arm: Section) -> list[tuple[str, str]]:
    """The levers that two scenarios set differently and that cost only in life.

    Parameters
    ----------
    base, arm : Scenario

    Returns
    -------
    list of (dotted path, what it takes)
        Named list items by name.
    """
    return list(_free(base, arm, "", ()))


def _free(base: Any, arm: Any, takes: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if base == arm:
        return
    if isinstance(base, Section) and type(base) is type(arm) and type(base) not in LAWS.values():
        for name, field in type(base).model_fields.items():
            if path or name not in ASIDE:
                step = (*path, field.alias or name)
                yield from _free(getattr(base, name), getattr(arm, name), free_of(field) or takes, step)
    elif (items := by_name(base)) is not None and (others := by_name(arm)) is not None:
        for name in [*items, *(name for name in others if name not in items)]:
            yield from _free(items.get(name), others.get(name), takes, (*path, name))
    elif takes:
        yield ".".join(path), takes


def _differences(base: Any, arm: Any, role: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if base == arm:
        return
    if isinstance(base, Section) and type(base) is type(arm) and type(base) not in LAWS.values():
        for name, field in type(base).model_fields.items():
            if path or name not in ASIDE:
                step = (*path, field.alias or name)
                yield from _differences(getattr(base, name), getattr(arm, name), role_of(field) or role, step)
    elif (items := by_name(base)) is not None and (others := by_name(arm)) is not None:
        for name in [*items, *(name for name in others if name not in items)]:
            yield from _differences(items.get(name), others.get(name), role, (*path, name))
    elif role != "lever":
        yield ".".join(path), role


def by_name(value: Any) -> dict[str, Any] | None:
    """Named things by name.

    Parameters
    ----------
    value : Any

    Returns
    -------
    dict or None
        None for anything that is not a collection of named things.
    """
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple) and value and all(hasattr(item, "name") for item in value):
        return {item.name: item for item in value}
    return None
