"""Estimates in the order in which the planner's file names things; their numbers do not depend on it."""

from collections.abc import Sequence
from typing import TypeVar

from ccsim.estimation.estimate import Difference, Estimate
from ccsim.scenario.model import Scenario

Rows = TypeVar("Rows", bound=Estimate | Difference)


def in_file_order(rows: Sequence[Rows], scenario: Scenario) -> list[Rows]:
    """Rows of results, of one measure and split in the order of the file.

    Parameters
    ----------
    rows : sequence of Estimate or Difference
        Those of one measure split in one way follow each other.
    scenario : Scenario

    Returns
    -------
    list of Estimate or Difference
    """
    places = {kind: {name: place for place, name in enumerate(names)} for kind, names in _named(scenario).items()}
    parts: dict[tuple[str, ...], int] = {}

    def place(row: Rows) -> tuple[int, ...]:
        arm = row.arm if isinstance(row, Difference) else ""
        part = parts.setdefault((arm, row.measure, *row.cell), len(parts))
        return part, *(_place(places, kind, value) for kind, value in row.cell.items())

    return sorted(rows, key=place)


def _named(scenario: Scenario) -> dict[str, list[str]]:
    return {
        "channel": [channel.name for channel in scenario.channels],
        "need_type": [need_type.name for need_type in scenario.needs.types],
        "group": [group.name for group in scenario.agents],
        "segment": [segment.name for segment in scenario.customers.segments],
    }


def _place(places: dict[str, dict[str, int]], kind: str, value: str | int) -> int:
    """Where a name stands; a queue by its channel, and what the file does not name as it came."""
    name = str(value).partition(".")[0] if kind == "queue" else value
    return places.get("channel" if kind == "queue" else kind, {}).get(str(name), 0)
