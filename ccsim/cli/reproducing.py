"""The command that plays a saved result again and compares."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccsim.cli import options
from ccsim.cli.faults import SCHEMA_VERSION, ExitCode, answering
from ccsim.cli.progress import progress_on_stderr
from ccsim.cli.speaking import tell, tell_object

if TYPE_CHECKING:
    from ccsim.study.reproduce import Differing, Reproduction

MOST_SHOWN = 20  # numbers


def reproduce(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT", help="A result.json or study.json that --out wrote, its folder, or what --json printed."
        ),
    ],
    engine: options.EngineName = options.Engine.AUTO,
    jobs: options.Jobs = 1,
    json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Play a saved result again from what it carries, and compare every number.

    Exit code 4: it was played, but some numbers are not the same.
    """
    with answering("reproduce", json=json, debug=debug):
        from ccsim.cli.reading import read_result
        from ccsim.study import reproduce as study

        result = read_result(file)
        with progress_on_stderr() as progress:
            found = study.reproduce(result, jobs=jobs, engine=engine.value, progress=progress)
        if json:
            tell_object(_as_object(found, file))
        else:
            tell("\n".join(_lines(found)))
        if found.differing:
            raise typer.Exit(ExitCode.MISSED)


def _lines(found: "Reproduction") -> list[str]:
    """What came of it, and where it differs."""
    played = f"{found.name}: {found.replications:,} replication{'s' * (found.replications > 1)} played again"
    if not found.differing:
        but = f", but for rounding (at most {found.rounding:.0e} of a number)" if found.rounding else ""
        return [f"{played}; all {found.n_numbers:,} numbers are the same{but}."]
    n_more = len(found.differing) - MOST_SHOWN
    return [
        f"{played}; {len(found.differing):,} of {found.n_numbers:,} numbers differ.",
        *map(_difference, found.differing[:MOST_SHOWN]),
        *([f"... and {n_more:,} more; --json lists all of them"] if n_more > 0 else []),
        *(f"{name} was {was} then, and is {now} now" for name, was, now in found.versions),
        *([] if found.versions else ["the versions are those of then"]),
    ]


def _difference(one: "Differing") -> str:
    """A number, where it stands, and what it was and is."""
    place = one.place
    where = ", ".join(filter(None, [place.of, *(f"{name} {value}" for name, value in place.cell)]))
    named = f"{place.measure} {place.number}" + (f" ({where})" if where else "")
    if one.was is None or one.now is None:
        return f"{named} was {_number(one.was)}, is {_number(one.now)}"
    share = f" ({(one.now - one.was) / one.was:+.2g} of it)" if one.was else ""
    return f"{named} was {_number(one.was)}, is {_number(one.now)}: {one.now - one.was:+.3g}{share}"


def _number(number: float | None) -> str:
    return "not there" if number is None else f"{number:.10g}"


def _as_object(found: "Reproduction", file: Path) -> dict[str, Any]:
    """What `reproduce --json` writes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "reproduce",
        "file": str(file),
        "name": found.name,
        "replications": found.replications,
        "numbers": found.n_numbers,
        "same": not found.differing,
        "rounding": found.rounding,
        "differing": [
            {
                "of": one.place.of or None,
                "measure": one.place.measure,
                "cell": dict(one.place.cell),
                "number": one.place.number,
                "was": one.was,
                "now": one.now,
            }
            for one in found.differing
        ],
        "versions": [{"name": name, "was": was, "now": now} for name, was, now in found.versions],
    }
