"""Replayed calls: needs and attempts that happened, one row each."""

import math
from dataclasses import dataclass

GATE_CHANCE, GATE_AGENT, GATE_RESOLVED, GATE_WRONG, GATE_HUNG_UP, GATE_BLOCKED = (
    "",
    "agent",
    "resolved",
    "wrong",
    "hung_up",
    "blocked",
)
GATE_RESULTS = (GATE_AGENT, GATE_RESOLVED, GATE_WRONG, GATE_HUNG_UP, GATE_BLOCKED)
CHANCE = math.nan


@dataclass(frozen=True, slots=True)
class Replayed:
    """Rows of a call table, sorted by need in order of first arrival, then by attempt.

    Attributes
    ----------
    need : tuple of str
        Label of the need as written.
    type : tuple of str
        Need type.
    attempt : tuple of int
        0 is the first.
    arrives : tuple of float, s since the calendar's first midnight
        nan on rows of later attempts.
    channel : tuple of str
        Empty where chance decides.
    talk, wrap_up, patience : tuple of float, s
        nan where chance decides; patience may be inf (never gives up).
    gate : tuple of str
        One of `GATE_RESULTS`; empty where chance decides.
    redial_after : tuple of float, s
        From the end of the previous attempt; nan where chance decides.
    digest : str
        Of the file's bytes.
    """

    need: tuple[str, ...]
    type: tuple[str, ...]
    attempt: tuple[int, ...]
    arrives: tuple[float, ...]
    channel: tuple[str, ...]
    talk: tuple[float, ...]
    wrap_up: tuple[float, ...]
    patience: tuple[float, ...]
    gate: tuple[str, ...]
    redial_after: tuple[float, ...]
    digest: str
