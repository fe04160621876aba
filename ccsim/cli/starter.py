"""Files to start from: the starter of this room, and the shipped scenarios."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import typer

SCHEMA_FILE = "ccsim.schema.json"
SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
STARTER = Path(__file__).with_name("starter.yaml")
PACKAGE = Path(__file__).parents[1]
# an installed wheel first, then a clone
SHIPPED = (PACKAGE / "shipped" / "scenarios", PACKAGE.parent / "scenarios")


@dataclass(frozen=True)
class Shipped:
    """A scenario that comes with ccsim.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    about : str
        First line of the file's opening comment.
    path : Path
    """

    name: str
    about: str
    path: Path


def shipped() -> list[Shipped]:
    """The scenarios that come with ccsim, by name.

    Returns
    -------
    list of Shipped
    """
    folder = next((folder for folder in SHIPPED if folder.is_dir()), None)
    files = sorted(folder.glob("*.yaml")) if folder else []
    return [Shipped(file.stem, _first_comment(file), file) for file in files]


def write_starter(name: Path, source: str | None) -> list[Path]:
    """Files of a new scenario: itself, its JSON Schema, what it refers to.

    Parameters
    ----------
    name : Path
        Of the new file; ".yaml" is added if it is missing.
    source : str or None
        Name of a shipped scenario; None is the starter.

    Returns
    -------
    list of Path
        What was written, the scenario first.

    Raises
    ------
    typer.BadParameter
        If a file is there already, or no scenario has that name.
    """
    target = name if name.suffix in (".yaml", ".yml") else name.with_name(f"{name.name}.yaml")
    template = STARTER if source is None else _named(source).path
    text = template.read_text(encoding="utf-8")
    copies = {target.parent / other: template.parent / other for other in _referred(text)}
    for path in (target, *copies):
        if path.exists():
            raise typer.BadParameter(f"{path} is there already and is not overwritten; choose another name")
    schema = target.parent / SCHEMA_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    schema.write_text(_schema_text(), encoding="utf-8")
    for copy, original in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original, copy)
    target.write_text(SCHEMA_LINE + _renamed(text, template.stem, target.stem), encoding="utf-8")
    return [target, schema, *copies]


def _named(source: str) -> Shipped:
    """The shipped scenario of that name."""
    known = shipped()
    wanted = Path(source).stem
    for one in known:
        if one.name == wanted:
            return one
    raise typer.BadParameter(
        f'no shipped scenario is named "{source}"; there are {", ".join(one.name for one in known)}'
    )


def _first_comment(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), "")


def _referred(text: str) -> list[str]:
    """Files that a scenario names, relative to it."""
    from ccsim.scenario.tree import parse_yaml, plain

    written = plain(parse_yaml(text, "scenario"))
    named = (written.get("extends"), written.get("needs", {}).get("replay"))
    return [str(name) for name in named if name is not None]


def _renamed(text: str, old: str, new: str) -> str:
    """A scenario's text under its new name, in its comments too."""
    text = text.replace("my-centre.yaml", f"{new}.yaml") if old == STARTER.stem else text
    # quoted, since a file may be named like a number or like "on"
    return re.sub(r"^name:.*$", lambda _: f"name: {json.dumps(new)}", text, count=1, flags=re.MULTILINE)


def _schema_text() -> str:
    from ccsim.cli.speaking import as_json
    from ccsim.scenario.schema import json_schema

    return as_json(json_schema()) + "\n"
