"""Replayed calls: needs and attempts that happened, one row each."""

import csv
import datetime as dt
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccsim.errors import CallDataError, Problem
from ccsim.scenario.tree import did_you_mean, rule_and_way_out
from ccsim.units import DAY, parse_clock, parse_duration

if TYPE_CHECKING:
    from ccsim.scenario.model import Scenario

COLUMNS = ("need", "type", "attempt", "arrives", "channel", "talk", "wrap_up", "patience", "gate", "redial_after")
GATE_CHANCE = ""
GATE_RESULTS = ("agent", "resolved", "wrong", "hung_up", "blocked")
CHANCE = math.nan
SPREADSHEET_DAY_0 = dt.datetime.combine(dt.date(1899, 12, 30), dt.time())
MOST_PROBLEMS = 100


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


def read_replay(path: Path, scenario: "Scenario") -> Replayed:
    """The rows of a table of calls.

    Parameters
    ----------
    path : Path
        CSV with a header; an empty cell leaves the matter to chance.
    scenario : Scenario
        Whose need types and channels the rows name.

    Returns
    -------
    Replayed

    Raises
    ------
    CallDataError
        With every problem of the table, in file order.
    """
    content = path.read_bytes()
    text = _decoded(content, path)
    lines = text.splitlines()
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error as error:
        raise CallDataError([Problem(str(path), None, None, "", None, f"not readable as CSV ({error})")]) from None
    if not rows:
        raise CallDataError(
            [Problem(str(path), 1, 1, "", None, "the table is empty", f"Start with {','.join(COLUMNS)}.")]
        )
    reader = _Reader(str(path), tuple(lines), scenario)
    reader.take_header(rows[0])
    parsed = [
        row for number, cells in enumerate(rows[1:], start=2) if cells and (row := reader.take_row(number, cells))
    ]
    reader.check_needs(parsed)
    reader.check_serials(parsed)
    if not parsed and not reader.problems:
        reader.object(1, 1, "", None, "the table has no rows", "Write one row for each need and attempt.")
    if reader.problems:
        raise CallDataError(
            sorted(reader.problems, key=lambda problem: (problem.line or 0, problem.column or 0))[:MOST_PROBLEMS]
        )
    return _in_order(parsed, hashlib.sha256(content).hexdigest())


@dataclass(slots=True)
class _Row:
    """One parsed row, with its line for messages."""

    line: int
    need: str
    type: str
    attempt: int
    arrives: float
    channel: str
    talk: float
    wrap_up: float
    patience: float
    gate: str
    redial_after: float
    number: float | None


class _Reader:
    """Parses rows and collects what is wrong with them."""

    def __init__(self, file: str, lines: tuple[str, ...], scenario: "Scenario") -> None:
        self.file = file
        self.lines = lines
        self.start = dt.datetime.combine(scenario.calendar.start, dt.time())
        calendar = scenario.calendar
        measured = calendar.length if calendar.length is not None else (calendar.days or 1) * DAY
        self.length = calendar.warm_up + measured
        self.types = [each.name for each in scenario.needs.types]
        self.channels = {channel.name: channel for channel in scenario.channels}
        self.most_attempts = scenario.customers.most_attempts
        self.columns: list[str] = []
        self.problems: list[Problem] = []

    def object(
        self, line: int, column: int | None, path: str, value: str | None, rule: str, hint: str | None = None
    ) -> None:
        source_line = self.lines[line - 1] if 0 < line <= len(self.lines) else None
        self.problems.append(Problem(self.file, line, column, path, value, rule, hint, source_line))

    def take_header(self, cells: list[str]) -> None:
        self.columns = [cell.strip().lower() for cell in cells]
        if len(cells) == 1 and ";" in cells[0]:
            self.object(1, 1, "", None, "the header has semicolons", "Save the table with commas between the columns.")
        else:
            self._check_header(cells)
        if self.problems:
            raise CallDataError(self.problems)

    def _check_header(self, cells: list[str]) -> None:
        for number, name in enumerate(self.columns):
            if name not in COLUMNS:
                self.object(1, _column(cells, number), name, None, "unknown column", did_you_mean(name, COLUMNS))
            elif name in self.columns[:number]:
                self.object(1, _column(cells, number), name, None, "the column stands twice", "Keep one of them.")
        required = ["need", "arrives"] + ([] if len(self.types) == 1 else ["type"])
        for name in required:
            if name not in self.columns:
                self.object(1, 1, name, None, "the column is missing", f"Columns: {', '.join(COLUMNS)}.")

    def take_row(self, line: int, cells: list[str]) -> _Row | None:
        before = len(self.problems)
        if len(cells) > len(self.columns):
            self.object(
                line, 1, "", None, f"{len(cells)} cells under {len(self.columns)} columns", "Take out the extra commas."
            )
            return None
        given = {
            name: (cell.strip(), _column(cells, number)) for number, (name, cell) in enumerate(zip(self.columns, cells))
        }

        def read(name: str, parse: Callable[[str], Any], otherwise: Any) -> Any:
            text, column = given.get(name, ("", 1))
            if not text:
                return otherwise
            try:
                return parse(text)
            except ValueError as error:
                self.object(line, column, name, text, *rule_and_way_out(error))
                return otherwise

        row = _Row(
            line=line,
            need=read("need", str, ""),
            type=read("type", self._type, self.types[0] if len(self.types) == 1 else ""),
            attempt=read("attempt", self._attempt, 0),
            arrives=read("arrives", self._arrives, CHANCE),
            channel=read("channel", self._channel, ""),
            talk=read("talk", _duration, CHANCE),
            wrap_up=read("wrap_up", _duration, CHANCE),
            patience=read("patience", _patience, CHANCE),
            gate=read("gate", _gate, GATE_CHANCE),
            redial_after=read("redial_after", _duration, CHANCE),
            number=_number(given.get("arrives", ("", 1))[0]),
        )
        if len(self.problems) == before:
            self._check_row(row, given)
        return row if len(self.problems) == before else None

    def _check_row(self, row: _Row, given: dict[str, tuple[str, int]]) -> None:
        def wrong(name: str, rule: str, hint: str) -> None:
            text, column = given.get(name, ("", 1))
            self.object(row.line, column, name, text or None, rule, hint)

        channel = self.channels.get(row.channel)
        if not row.need:
            wrong("need", "the need has no label", "Give each need a label of its own.")
        if row.attempt == 0 and math.isnan(row.arrives):
            wrong("arrives", "a first attempt without its time", "Write seconds, 09:30:00 or 2026-01-05T09:30:00.")
        if row.attempt > 0 and not math.isnan(row.arrives):
            wrong(
                "arrives",
                f"attempt {row.attempt} has a time of its own",
                "Write redial_after, from the end of the attempt before.",
            )
        if row.attempt == 0 and not math.isnan(row.redial_after):
            wrong("redial_after", "a first attempt follows nothing", "Write it on the row of the next attempt.")
        if channel is not None and row.gate and channel.gate is None:
            wrong("gate", f'"{row.channel}" has no gate', "Leave the cell empty, or give the channel a gate.")
        if channel is not None and channel.kind != "live" and not math.isnan(row.wrap_up):
            wrong("wrap_up", f'"{row.channel}" is deferrable and has no wrap-up', "Put all of it into talk.")

    def check_needs(self, rows: list[_Row]) -> None:
        seen: dict[str, dict[int, _Row]] = {}
        for row in rows:
            attempts = seen.setdefault(row.need, {})
            if row.attempt in attempts:
                first = attempts[row.attempt].line
                self.object(
                    row.line,
                    1,
                    "attempt",
                    str(row.attempt),
                    f'attempt {row.attempt} of "{row.need}" stands on line {first} too',
                )
            attempts.setdefault(row.attempt, row)
        for need, attempts in seen.items():
            self._check_need(need, attempts)

    def check_serials(self, rows: list[_Row]) -> None:
        """Objects to times that are all the calendar's days, counted as spreadsheets count them."""
        typed = [row for row in rows if row.attempt == 0 and row.number is not None]
        first = (self.start - SPREADSHEET_DAY_0).days
        last = first + math.ceil(self.length / DAY)
        if not typed or not all(row.number is not None and first <= row.number <= last for row in typed):
            return
        for row in typed:
            assert row.number is not None
            moment = SPREADSHEET_DAY_0 + dt.timedelta(seconds=round(row.number * DAY))
            self.object(
                row.line,
                1,
                "arrives",
                f"{row.number:.12g}",
                f"a spreadsheet's number for {moment:%Y-%m-%d %H:%M:%S}, not a time",
                f"Write {moment:%Y-%m-%dT%H:%M:%S}, or {row.number:.12g}s if seconds are meant.",
            )

    def _check_need(self, need: str, attempts: dict[int, _Row]) -> None:
        last = attempts[max(attempts)]
        absent = [number for number in range(max(attempts)) if number not in attempts]
        # a row that was objected to is absent for that reason
        if absent and not self.problems:
            self.object(
                last.line,
                1,
                "attempt",
                str(last.attempt),
                f'"{need}" has no attempt {absent[0]}',
                "Attempts count from 0.",
            )
        types = {row.type for row in attempts.values() if row.type}
        if len(types) > 1:
            self.object(
                last.line,
                1,
                "type",
                last.type,
                f'"{need}" has the types {" and ".join(sorted(types))}',
                "A need has one type.",
            )
        if not types and not absent:
            self.object(attempts[0].line, 1, "type", None, f'"{need}" has no type', did_you_mean("", self.types))

    def _type(self, text: str) -> str:
        if text not in self.types:
            raise ValueError(f'no need type is named "{text}"; {did_you_mean(text, self.types).rstrip(".")}')
        return text

    def _channel(self, text: str) -> str:
        if text not in self.channels:
            raise ValueError(f'no channel is named "{text}"; {did_you_mean(text, list(self.channels)).rstrip(".")}')
        return text

    def _attempt(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 4):
            raise ValueError(f"'{text}' is not an attempt; write 0 for the first, 1 for the next")
        if int(text) >= self.most_attempts:
            raise ValueError(
                f"attempt {text} is beyond customers.most_attempts, {self.most_attempts}; attempts count from 0"
            )
        return int(text)

    def _arrives(self, text: str) -> float:
        if "T" in text or (" " in text and "-" in text):
            try:
                moment = dt.datetime.fromisoformat(text)
            except ValueError:
                raise ValueError(f"'{text}' is not a time; write 2026-01-05T09:30:00") from None
            if moment.tzinfo is not None:
                raise ValueError(f"'{text}' names a time zone; write the centre's own clock time")
            seconds = (moment - self.start).total_seconds()
            if seconds < 0:
                raise ValueError(f"'{text}' is before the calendar starts on {self.start.date()}; move calendar.start")
            return seconds
        if ":" in text:
            return parse_clock(text)
        try:
            seconds = parse_duration(text)
        except ValueError:
            raise ValueError(f"'{text}' is not a time; write seconds, 09:30:00 or 2026-01-05T09:30:00") from None
        _refuse_day_fraction(text)
        return seconds


def _duration(text: str) -> float:
    seconds = parse_duration(text)
    _refuse_day_fraction(text)
    return seconds


def _patience(text: str) -> float:
    return math.inf if text.lower() == "never" else _duration(text)


def _number(text: str) -> float | None:
    """A number without a unit; None for anything else."""
    try:
        return float(text)
    except ValueError:
        return None


def _refuse_day_fraction(text: str) -> None:
    """Refuses a number between 0 and 1 without a unit, which is how spreadsheets keep a time."""
    number = _number(text)
    if number is not None and 0.0 < number < 1.0:
        as_time = dt.timedelta(seconds=round(number * DAY))
        raise ValueError(
            f"{text} is less than a second, or a spreadsheet's fraction of a day ({as_time}); "
            f"write {as_time}, or {text}s if seconds are meant"
        )


def _gate(text: str) -> str:
    if text not in GATE_RESULTS:
        raise ValueError(f"'{text}' is not what a gate does; {did_you_mean(text, GATE_RESULTS).rstrip('.')}")
    return text


def _column(cells: list[str], number: int) -> int:
    return sum(len(cell) + 1 for cell in cells[:number]) + 1


def _decoded(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CallDataError(
            [Problem(str(path), line, None, "", None, "not UTF-8 text", "Save the table as UTF-8 CSV.")]
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise CallDataError(
            [Problem(str(path), line, None, "", None, "not a text file", "Save the table as UTF-8 CSV.")]
        )
    return text


def _in_order(rows: list[_Row], digest: str) -> Replayed:
    """Needs by first arrival, ties as in the file; the rows of a need by attempt."""
    first = {row.need: (row.arrives, row.line) for row in rows if row.attempt == 0}
    types = {row.need: row.type for row in rows if row.type}
    rows = sorted(rows, key=lambda row: (first[row.need], row.attempt))
    return Replayed(
        need=tuple(row.need for row in rows),
        type=tuple(types[row.need] for row in rows),
        attempt=tuple(row.attempt for row in rows),
        arrives=tuple(row.arrives for row in rows),
        channel=tuple(row.channel for row in rows),
        talk=tuple(row.talk for row in rows),
        wrap_up=tuple(row.wrap_up for row in rows),
        patience=tuple(row.patience for row in rows),
        gate=tuple(row.gate for row in rows),
        redial_after=tuple(row.redial_after for row in rows),
        digest=digest,
    )
