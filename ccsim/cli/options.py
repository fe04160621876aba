"""Options that several commands share, and how their words are read."""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccsim.errors import InputError
from ccsim.units import parse_duration, parse_share

if TYPE_CHECKING:
    from ccsim.scenario.load import Typed


class Levelling(StrEnum):
    """What arms are made equal in."""

    ROSTER = "roster"
    NONE = "none"


class Engine(StrEnum):
    """Who plays the replications; both give the same rows."""

    AUTO = "auto"
    REFERENCE = "reference"
    COMPILED = "compiled"


def typed(texts: Sequence[str] | None, option: str = "--set") -> tuple["Typed", ...]:
    """What was typed after an option, under its name.

    Parameters
    ----------
    texts : sequence of str or None
    option : str

    Returns
    -------
    tuple of Typed
    """
    from ccsim.scenario.load import Typed

    return tuple(Typed(option, text) for text in texts or ())


def read_duration(text: str) -> float:
    """A duration typed as an option.

    Parameters
    ----------
    text : str

    Returns
    -------
    float, s

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    try:
        return parse_duration(text)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


def read_share(text: str) -> float:
    """A share typed as an option.

    Parameters
    ----------
    text : str

    Returns
    -------
    float, share

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    try:
        return parse_share(text)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


def read_rate(text: str) -> float:
    """A rate typed as an option: so many by the second, minute, hour or day.

    Parameters
    ----------
    text : str

    Returns
    -------
    float, per s

    Raises
    ------
    typer.BadParameter
        If it is none.

    Examples
    --------
    >>> read_rate("120/h")
    0.03333333333333333
    """
    spoken = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*/\s*(s|min|h|day|d|year)\s*", text)
    if spoken is None:
        raise typer.BadParameter(f'"{text}" is not a rate; write it like 120/h, 2/min or 1200/day')
    return float(spoken[1]) / _UNIT_SECONDS[spoken[2]]


def read_precision(
    texts: Sequence[str] | None,
    replications: int | None,
    least: int | None,
    most: int | None,
    *,
    alone: bool = False,
) -> dict[str, str] | None:
    """Widths typed as options, by measure, with the bounds that go with them.

    Parameters
    ----------
    texts : sequence of str or None
        MEASURE=WIDTH each.
    replications, least, most : int or None
    alone : bool
        Whether bounds may stand without a width, which then stands elsewhere.

    Returns
    -------
    dict of str to str, or None
        None where none is asked for.

    Raises
    ------
    typer.BadParameter
        If one is no such thing, or the options contradict each other.

    Examples
    --------
    >>> read_precision(["asa=2s", "service_level=1pp"], None, None, 100)
    {'asa': '2s', 'service_level': '1pp'}
    """
    if texts and replications is not None:
        raise typer.BadParameter(
            "--replications says how many, --precision how narrow; for bounds write --least, --most"
        )
    if not (texts or alone or (least is None and most is None)):
        raise typer.BadParameter("--least and --most go with --precision")
    widths: dict[str, str] = {}
    for text in texts or ():
        measure, equals, width = (part.strip() for part in text.partition("="))
        if not (measure and equals and width):
            raise typer.BadParameter(f'--precision "{text}": write MEASURE=WIDTH, such as service_level=1pp')
        if measure in widths:
            raise typer.BadParameter(f'--precision "{text}": {measure} has a width already')
        widths[measure] = width
    if widths:
        from ccsim.estimation.sequential import precision_of

        try:
            precision_of(widths, least=least, most=most)
        except InputError as fault:
            raise typer.BadParameter(f"--precision: {fault}") from None
    return widths or None


def read_by(texts: Sequence[str] | None) -> list[tuple[str, ...]]:
    """Kinds of cells typed as options.

    Parameters
    ----------
    texts : sequence of str or None

    Returns
    -------
    list of tuple of str

    Raises
    ------
    typer.BadParameter
        With what there is.

    Examples
    --------
    >>> read_by(["queue,interval"])
    [('queue', 'interval')]
    """
    if not texts:
        return []
    from ccsim.report.by import by_keys

    try:
        return by_keys(texts)
    except InputError as fault:
        raise typer.BadParameter(str(fault)) from None


_UNIT_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "day": 86400.0, "d": 86400.0, "year": 365 * 86400.0}

Scenario = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout and nothing else.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback if something fails.")]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        max=2**64 - 1,
        metavar="N",
        help="Seed of every draw; left out: the scenario's.",
        show_default=False,
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        min=1,
        metavar="N",
        help="How many replications; left out: the scenario's.",
        show_default=False,
    ),
]
Precision = Annotated[
    list[str] | None,
    typer.Option(
        "--precision",
        metavar="MEASURE=WIDTH",
        help="Add replications until the interval is so narrow on either side, such as service_level=1pp, asa=2s, "
        "cost_per_need=0.1 or aht=5%; may be repeated.",
        show_default=False,
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="KIND[,KIND]",
        help="Also print the results by channel, queue, need_type, group, segment, day or interval, or by two of them, "
        "such as channel,interval; may be repeated.",
        show_default=False,
    ),
]
Least = Annotated[
    int | None,
    typer.Option("--least", metavar="N", min=2, help="With --precision: at least so many.", show_default=False),
]
Most = Annotated[
    int | None,
    typer.Option("--most", metavar="N", min=2, help="With --precision: at most so many.", show_default=False),
]
EngineName = Annotated[Engine, typer.Option("--engine", help="Who plays them; the numbers are the same.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", metavar="N", min=1, help="Replications played at the same time.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one value, such as shrinkage=30%; may be repeated.",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR|FILE.xlsx",
        help="Write report.html, the tables as CSV and result.json there; or one workbook, with the extra \\[excel].",
        show_default=False,
    ),
]
Reproducible = Annotated[
    bool, typer.Option("--reproducible", help="Leave out date, host and duration: equal bytes each time.")
]
