"""Routing: which agent takes a contact, and which contact an agent takes."""

from typing import Literal

from ccsim.scenario.fields import Section, lever


class Routing(Section):
    """How free agents and waiting contacts are paired."""

    agent: Literal["skill_priority", "longest_idle", "group_order"] = lever(
        "Which free agent takes a contact that arrives.", "skill_priority"
    )
    contact: Literal["skill_priority", "longest_waiting"] = lever(
        "Which waiting contact a free agent takes.", "skill_priority"
    )
    among_equals: Literal["longest_idle", "least_occupied"] = lever(
        "Which free agent of the same turn: idle longest, or with the least share of time busy since coming on.",
        "longest_idle",
    )
    group_order: tuple[str, ...] | None = lever(
        "Order of groups for `agent: group_order`; left out: the order of `agents`.",
        None,
        examples=[["generalists", "experts"]],
    )
