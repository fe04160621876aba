"""What stands for a world's record arrays while the compiler is off: rows whose fields are plain numbers.

A compiled step reads w.agents[agent].since and gets a number of 64 bits; numpy would give it a row without such a
field, and numbers as narrow as their column.
"""

from typing import Any

from ccsim.engine.compiled.world import World
from ccsim.plan.plan import Records


class Rows:
    """A record array whose rows are read and written by field.

    Attributes
    ----------
    shape : tuple of int
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self.shape = records.shape

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, place: Any) -> "Rows | Row":
        """A row, or the rows of the first axis' place."""
        found = self._records[place]
        return Rows(found) if found.shape else Row(self._records, place)

    def __setitem__(self, place: Any, row: "Row") -> None:
        """Copies a row."""
        records, source = row._where
        self._records[place] = records[source]


class Row:
    """One row of a record array."""

    def __init__(self, records: Records, place: Any) -> None:
        object.__setattr__(self, "_where", (records, place))

    def __getattr__(self, field: str) -> Any:
        """The field as a plain number."""
        records, place = self._where
        return records[place][field].item()

    def __setattr__(self, field: str, value: Any) -> None:
        """Writes the field into the array."""
        records, place = self._where
        records[place][field] = value


def plain(world: World) -> Any:
    """The same world, in the same memory, with rows of plain numbers.

    Parameters
    ----------
    world : World

    Returns
    -------
    World
    """
    return World(*(Rows(array) if array.dtype.names else array for array in world))  # type: ignore[arg-type]
