"""The log as CSV files, with names instead of numbers, for spreadsheets and other programs."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.logs.codes import Account, AgentState, EndReason, Evidence, Outcome, Route, StageKind
from ccsim.logs.logs import Logs, Table
from ccsim.plan.plan import NONE, Plan

STAGE = np.dtype([("need", "i8"), ("attempt", "i4"), ("leg", "i4"), ("kind", "i1"), ("starts", "f8"), ("ends", "f8")])
CHUNK = 50_000  # rows in memory as Python objects at a time
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would calculate instead of show

Columns = dict[str, list[str]]


def write(plan: Plan, logs: Logs, folder: Path) -> None:
    """One replication's log as CSV files, one for each table, and stages.

    Parameters
    ----------
    plan : Plan
        Knows the names.
    logs : Logs
    folder : Path
        Made if it is missing. A file there is replaced only when the new one is complete.

    Notes
    -----
    Times in s since the run's start, with all their digits; an empty cell is a missing value.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = _Names(plan)
    for name, table, columns in (
        ("needs", logs.needs, _needs),
        ("attempts", logs.attempts, _attempts),
        ("stages", stages(logs.attempts), _stages),
        ("agent_states", logs.agent_states, _agent_states),
        ("signals", logs.signals, _signals),
        ("causes", logs.causes, _causes),
        ("ledger", logs.ledger, _ledger),
    ):
        pieces = (columns(table[start : start + CHUNK], names) for start in range(0, max(len(table), 1), CHUNK))
        _write_csv(folder / f"{name}.csv", pieces)


def stages(attempts: Table) -> Table:
    """What customers were doing, one row for each stretch that took some time.

    Parameters
    ----------
    attempts : structured[n_legs]

    Returns
    -------
    structured[n_stretches]
        need, attempt, leg, kind (`StageKind`), starts, ends; by (need, attempt, leg, start).

    Notes
    -----
    Writing (typing) is done before the customer sets out. In a channel that is not live, queue and talk are the
    time an item waits and is worked on, in which it may be put down for a while.
    """
    joined, served = ~np.isnan(attempts["joins"]), ~np.isnan(attempts["starts"]) & (attempts["silent"] == 0)
    ends, gated = attempts["ends"], attempts["gated"] == 1
    enters = np.where(np.isnan(attempts["enters"]), ends, attempts["enters"])
    talk_ends = np.where(np.isnan(attempts["talk_ends"]), ends, attempts["talk_ends"])
    everyone = np.ones(len(attempts), dtype=bool)
    stretches = [
        (StageKind.TYPING, everyone, attempts["arrives"] - attempts["typing"], attempts["arrives"]),
        (StageKind.SEARCH, everyone, attempts["arrives"], enters),
        (StageKind.GATE, gated, enters, np.where(joined, attempts["joins"], ends)),
        (StageKind.QUEUE, joined, attempts["joins"], np.where(served, attempts["starts"], ends)),
        (StageKind.TALK, served, attempts["starts"], talk_ends),
    ]
    rows = np.concatenate([_stretch(attempts, *stretch) for stretch in stretches])
    return rows[np.lexsort((rows["starts"], rows["leg"], rows["attempt"], rows["need"]))]


def _stretch(attempts: Table, kind: StageKind, there: NDArray[np.bool_], starts: Any, ends: Any) -> Table:
    """Rows of one kind, for the legs where it is there and takes some time."""
    there = there & ~(ends <= starts) & ~np.isnan(starts)
    rows = np.empty(int(there.sum()), dtype=STAGE)
    for column in ("need", "attempt", "leg"):
        rows[column] = attempts[column][there]
    rows["kind"], rows["starts"], rows["ends"] = kind, starts[there], ends[there]
    return rows


class _Names:
    """Names by number, ready to be looked up for whole columns; -1 finds the empty name at the end."""

    def __init__(self, plan: Plan) -> None:
        names = plan.names
        self.need_types = _lookup(map(_harmless, names.need_types))
        self.channels = _lookup(map(_harmless, names.channels))
        self.queues = _lookup(map(_harmless, names.queues))
        self.groups = _lookup(map(_harmless, names.groups))
        self.agents = _lookup(map(_harmless, names.agents))
        self.causes = _lookup(map(_harmless, names.causes))
        self.segments = _lookup(map(_harmless, names.segments))
        self.outcomes = _lookup(_words(Outcome))
        self.end_reasons = _lookup(_words(EndReason))
        self.states = _lookup(_words(AgentState))
        self.stages = _lookup(_words(StageKind))
        self.routes = _lookup(_words(Route))
        self.accounts = _lookup(_words(Account))
        self.evidence = _lookup(_words(Evidence))
        self.route_sets = _lookup(
            " ".join(word for bit, word in enumerate(_words(Route)) if mask >> bit & 1)
            for mask in range(1 << len(Route))
        )
        labels = map(_harmless, names.needs)
        self.labels = dict(zip(np.unique(plan.replay["need"]).tolist(), labels, strict=bool(names.needs)))


def _needs(rows: Table, names: _Names) -> Columns:
    return {
        **_whole(rows, "need"),
        "label": [names.labels.get(need, "") for need in rows["need"].tolist()],
        "need_type": _named(rows["need_type"], names.need_types),
        "cause": _named(rows["cause"], names.causes),
        **_numbers(rows, "complexity", "stake", "arises"),
        "preferred": _named(rows["preferred"], names.channels),
        "outcome": _named(rows["outcome"], names.outcomes),
        **_numbers(rows, "ended"),
        **_whole(rows, "n_attempts"),
        **_numbers(rows, "looked"),
        "customer": _whole_or_empty(rows["customer"]),
        "segment": _named(rows["segment"], names.segments),
        "evidence": _named(rows["evidence"], names.evidence),
    }


def _attempts(rows: Table, names: _Names) -> Columns:
    return {
        **_whole(rows, "need", "attempt", "leg"),
        "need_type": _named(rows["need_type"], names.need_types),
        "channel": _named(rows["channel"], names.channels),
        "queue": _named(rows["queue"], names.queues),
        "group": _named(rows["group"], names.groups),
        "agent": _named(rows["agent"], names.agents),
        **_numbers(rows, "arrives", "enters", "joins", "starts", "talk_ends", "ends", "wrap_up_ends", "patience"),
        "end_reason": _named(rows["end_reason"], names.end_reasons),
        **_whole(rows, "gated", "bypassed"),
        **{column: _whole_or_empty(rows[column]) for column in ("resolved", "coded")},
        **_numbers(rows, "typing"),
        "analysed": _named(rows["analysed"], names.route_sets),
        **_numbers(rows, "paused"),
        "dials": _whole_or_empty(rows["dials"]),
        **_whole(rows, "silent"),
    }


def _stages(rows: Table, names: _Names) -> Columns:
    return {
        **_whole(rows, "need", "attempt", "leg"),
        "kind": _named(rows["kind"], names.stages),
        **_numbers(rows, "starts", "ends"),
    }


def _agent_states(rows: Table, names: _Names) -> Columns:
    return {
        "agent": _named(rows["agent"], names.agents),
        "group": _named(rows["group"], names.groups),
        "state": _named(rows["state"], names.states),
        **_numbers(rows, "starts", "ends"),
        "queue": _named(rows["queue"], names.queues),
        "need": _whole_or_empty(rows["need"]),
        **_whole(rows, "open"),
    }


def _signals(rows: Table, names: _Names) -> Columns:
    return {
        **_numbers(rows, "time"),
        **_whole(rows, "need", "attempt", "leg"),
        "route": _named(rows["route"], names.routes),
        "cause": _named(rows["cause"], names.causes),
    }


def _causes(rows: Table, names: _Names) -> Columns:
    return {
        "cause": _named(rows["cause"], names.causes),
        "need_type": _named(rows["need_type"], names.need_types),
        **_numbers(rows, "weight", "detected"),
        "detected_by": _named(rows["detected_by"], names.routes),
    }


def _ledger(rows: Table, names: _Names) -> Columns:
    of_group = np.isin(rows["account"], (Account.WAGES, Account.OVERTIME))
    groups = names.groups[np.where(of_group, rows["entity"], NONE)]
    channels = names.channels[np.where(of_group, NONE, rows["entity"])]
    return {
        **_numbers(rows, "time"),
        "account": _named(rows["account"], names.accounts),
        "entity": np.where(of_group, groups, channels).tolist(),
        **_numbers(rows, "amount"),
    }


def _lookup(names: Iterable[str]) -> NDArray[np.object_]:
    """Names to be taken by number, with the empty name last, where -1 finds it."""
    return np.array([*names, ""], dtype=object)


def _words(codes: type[IntEnum]) -> list[str]:
    """A closed list in small letters, by number."""
    return [code.name.lower() for code in sorted(codes)]


def _harmless(name: str) -> str:
    """A planner's name as a cell that a spreadsheet shows and does not calculate."""
    cell = f"'{name}" if name.startswith(FORMULA_STARTS) else name
    quoted = cell.replace('"', '""')
    return f'"{quoted}"' if any(letter in cell for letter in ',"\r\n') else cell


def _named(numbers: NDArray[np.integer[Any]], names: NDArray[np.object_]) -> list[str]:
    texts: list[str] = names[numbers].tolist()
    return texts


def _whole(rows: Table, *columns: str) -> Columns:
    return {column: list(map(repr, rows[column].tolist())) for column in columns}


def _whole_or_empty(numbers: NDArray[np.integer[Any]]) -> list[str]:
    """Whole numbers; nothing for -1."""
    return _with_gaps(numbers, numbers == -1)


def _numbers(rows: Table, *columns: str) -> Columns:
    """Numbers with all their digits; nothing for nan."""
    return {column: _with_gaps(rows[column], np.isnan(rows[column])) for column in columns}


def _with_gaps(numbers: NDArray[Any], gaps: NDArray[np.bool_]) -> list[str]:
    texts = list(map(repr, numbers.tolist()))
    for place in np.flatnonzero(gaps).tolist():
        texts[place] = ""
    return texts


def _write_csv(path: Path, pieces: Iterator[Columns]) -> None:
    """A CSV file that is there only when it is complete."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        for number, columns in enumerate(pieces):
            if number == 0:
                file.write(",".join(columns) + "\n")
            # cells come quoted where they must be; the csv module would look at every one of them again
            file.writelines(f"{','.join(cells)}\n" for cells in zip(*columns.values(), strict=True))
    unfinished.replace(path)
