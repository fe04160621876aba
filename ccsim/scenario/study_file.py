"""The study file: which scenario, what is moved, by which design, and what is measured."""

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args

from pydantic import BeforeValidator, Discriminator, Tag, ValidationError, model_validator

from ccsim.errors import Problem, ScenarioError
from ccsim.scenario.fields import CountFromOne, Name, Section, Seed, Share, Text, part
from ccsim.scenario.load import tree_in
from ccsim.scenario.measures import Measure
from ccsim.scenario.problems import in_file_order, problems_of
from ccsim.scenario.schema import DIALECT
from ccsim.scenario.strategy import ASIDE, Overlay
from ccsim.scenario.tree import Node, did_you_mean, plain, problem_at

DESIGNS = ("grid", "one_at_a_time", "factorial", "latin_hypercube", "sobol")
Words = Literal["channel", "need_type", "queue", "group", "interval", "day", "cause", "segment", "route", "gate"]
# columns of the results, which no factor can be called
RESERVED = (
    *("point", "targets", "measure", *get_args(Words)),
    *("value", "low", "high", "half_width", "level", "n", "unit", "kind"),
)
ARMS = "arms"


def _as_values(value: object) -> object:
    return {"values": value} if isinstance(value, list | tuple) else value


def _as_design(value: object) -> object:
    if isinstance(value, str):
        if value not in DESIGNS:
            raise ValueError(f"'{value}' is no design; {did_you_mean(value, DESIGNS).rstrip('.') or 'write grid'}")
        return {value: {}}
    return value


class Moves(Section):
    """What a factor moves: values one after another, a range, or named levels."""

    paths: tuple[Text, ...] = part("Paths that take the same value; left out: the factor's own name.", ())
    values: tuple[Any, ...] | None = part("The values.", None, min_length=1, examples=[["20%", "60%", "100%"]])
    from_: Any = part("Where a range begins.", None, alias="from", examples=["20%"])
    to: Any = part("Where it ends.", None, examples=["100%"])
    step: Any = part("The distance of its values.", None, examples=["20%"])
    points: CountFromOne | None = part("How many values it has, both ends included.", None, examples=[5])
    levels: dict[Name, Overlay] | None = part(
        "Levels by name, each a set of paths that move together.", None, min_length=1
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Moves":
        is_range = self.from_ is not None or self.to is not None
        if (self.values is not None) + is_range + (self.levels is not None) != 1:
            raise ValueError(
                "a factor has values, a range or levels; write [20%, 60%] or {from: 20%, to: 60%, step: 20%}"
            )
        if is_range and (self.from_ is None or self.to is None):
            raise ValueError("a range has two ends; write {from: 20%, to: 60%, step: 20%}")
        if self.step is not None and self.points is not None:
            raise ValueError("a range has a step or a number of points; take one of them out")
        if not is_range and (self.step is not None or self.points is not None):
            raise ValueError("step and points belong to a range; write {from: 20%, to: 60%, step: 20%}")
        if self.levels is not None and self.paths:
            raise ValueError("levels name their paths themselves; take paths out")
        return self


class Whole(Section):
    """A design that needs no settings."""


class Sampled(Section):
    """A design that fills the space between the factors' ends."""

    points: CountFromOne = part("How many points.", examples=[64])
    seed: Seed = part("Seed of the sample.", 1)


class Factorial(Section):
    """A design of two levels for each factor."""

    resolution: CountFromOne | None = part(
        "Least resolution of a fraction, from 3 on; left out: every combination.", None, examples=[4]
    )

    @model_validator(mode="after")
    def _from_three(self) -> "Factorial":
        if self.resolution is not None and self.resolution < 3:
            raise ValueError("a resolution below 3 confounds factors with each other; write 3 or more")
        return self


class Design(Section):
    """Which combinations of values are played; exactly one of these."""

    grid: Whole | None = part("Every combination.", None)
    one_at_a_time: Whole | None = part("The first values, then each other value alone.", None)
    factorial: Factorial | None = part("Two levels for each factor, all combinations or a fraction.", None)
    latin_hypercube: Sampled | None = part("A Latin hypercube sample.", None)
    sobol: Sampled | None = part("A scrambled Sobol' sequence; points are a power of two.", None)

    @model_validator(mode="after")
    def _one(self) -> "Design":
        if sum(getattr(self, name) is not None for name in DESIGNS) != 1:
            raise ValueError("a study has one design; write design: grid")
        if self.sobol is not None and self.sobol.points.bit_count() != 1:
            raise ValueError(f"{self.sobol.points} is no power of two; write 64")
        return self


class Between(Section):
    """Bounds of a number of replications."""

    least: CountFromOne | None = part("At least so many; left out: 20.", None, examples=[20])
    most: CountFromOne | None = part("At most so many; left out: 1000.", None, examples=[400])


def _replications_shape(value: object) -> str:
    return "<bounds>" if isinstance(value, dict | Between) else "<number>"


Replications: TypeAlias = Annotated[
    Annotated[CountFromOne, Tag("<number>")] | Annotated[Between, Tag("<bounds>")],
    Discriminator(_replications_shape),
]


class Select(Section):
    """The best point, looked for by adding replications where it is not clear yet."""

    measure: Measure = part("What is compared.", examples=["service_level"])
    best: Literal["largest", "smallest"] = part("Whether more of it is better.", examples=["largest"])
    indifference: Any = part("A difference that is not worth finding.", examples=["1pp"])
    confidence: Share = part("How sure the selection is to be.", 0.95, examples=["95%"])

    @model_validator(mode="after")
    def _inside(self) -> "Select":
        if not 0 < self.confidence < 1:
            raise ValueError("a confidence lies between 0% and 100%, both excluded; write 95%")
        return self


Factor = Annotated[Moves, BeforeValidator(_as_values)]
WordOrDesign = Annotated[Design, BeforeValidator(_as_design)]


class StudyFile(Section):
    """A study: a scenario, factors that move it, a design, and measures."""

    name: Name = part("Name of the study.", examples=["containment-depth"])
    question: Text = part("The question it is meant to answer.", "")
    scenario: Text = part("Scenario file, relative to this one.", examples=["../scenarios/cast-the-net.yaml"])
    arms: tuple[Name, ...] | Literal["all"] = part(
        "Arms of the scenario, as a factor of whole strategies; or all of them.", (), examples=[["contain", "open"]]
    )
    factors: dict[Text, Factor] = part(
        "What is moved: a path of the scenario and its values, or a name and what it moves.",
        {},
        examples=[{"channels.phone.prominence": ["20%", "60%", "100%"]}],
    )
    design: WordOrDesign = part("Which combinations are played.", Design(grid=Whole()), examples=["grid"])
    points: tuple[Overlay, ...] = part("The points themselves, path to value, in place of factors and design.", ())
    measures: tuple[Measure, ...] = part("What is measured.", min_length=1, examples=[["service_level", "aht"]])
    by: tuple[Words, ...] = part("Breakdowns written beside the whole centre.", (), examples=[["channel"]])
    replications: Replications | None = part(
        "Replications of each point, or their bounds beside precision or select; left out: the scenario's.",
        None,
        examples=[10, {"least": 20, "most": 400}],
    )
    precision: dict[Measure, Any] = part(
        "Replications are added at each point until these intervals are so narrow on either side.",
        {},
        examples=[{"service_level": "1pp", "asa": "2s"}],
    )
    select: Select | None = part("Replications are added until the best point is known.", None)
    seed: Seed | None = part("Seed of every draw; left out: the scenario's.", None)
    seeds: Literal["common", "independent"] = part("Whether all points meet the same customers.", "common")

    @model_validator(mode="after")
    def _something_moves(self) -> "StudyFile":
        if self.points and (self.factors or self.arms or "design" in self.model_fields_set):
            raise ValueError("points stand in place of arms, factors and design; take one or the other out")
        if not (self.points or self.factors or self.arms):
            raise ValueError("nothing is moved; write factors: {channels.phone.prominence: [20%, 60%, 100%]}")
        if any(set(point) != set(self.points[0]) for point in self.points):
            raise ValueError("the points move different paths; give each point the same ones")
        return self

    @model_validator(mode="after")
    def _one_way_to_stop(self) -> "StudyFile":
        if self.precision and self.select:
            raise ValueError("replications are added for a precision or to select the best; take one of them out")
        adds = bool(self.precision or self.select)
        if isinstance(self.replications, int) and adds:
            raise ValueError("a number of replications leaves none to add; write replications: {least: 20, most: 400}")
        if isinstance(self.replications, Between) and not adds:
            raise ValueError("bounds of replications go with precision or select; write a number")
        return self


class ReadStudy(NamedTuple):
    """A study file and where everything in it stands.

    Attributes
    ----------
    file : StudyFile
    tree : Node
    path : Path
    """

    file: StudyFile
    tree: Node
    path: Path


def load_study(path: str | Path) -> ReadStudy:
    """The study in a file.

    Parameters
    ----------
    path : str or Path
        YAML 1.2.

    Returns
    -------
    ReadStudy

    Raises
    ------
    ScenarioError
        With every problem of the file, in file order.
    """
    tree = tree_in(path)
    if "needs" in tree.value and "scenario" not in tree.value:
        rule = "this is a scenario, not a study"
        hint = f"Play it with ccsim run {path}, or name it in a study: scenario: {Path(path).name}."
        raise ScenarioError([problem_at(tree.value["needs"], "needs", rule, hint, at_key=True)])
    problems = [*_factors_that_cannot_be(tree), *_no_scenario(tree, Path(path))]
    try:
        file = StudyFile.model_validate(plain(tree))
    except ValidationError as error:
        raise ScenarioError(in_file_order([*problems, *problems_of(error, tree, StudyFile)])) from None
    if problems:
        raise ScenarioError(in_file_order(problems))
    return ReadStudy(file, tree, Path(path))


def study_schema() -> dict[str, Any]:
    """The JSON Schema that a study file fulfils, for editors.

    Returns
    -------
    dict, JSON Schema 2020-12

    Examples
    --------
    >>> study_schema()["title"]
    'StudyFile'
    """
    schema = StudyFile.model_json_schema(mode="validation")
    sections = schema["$defs"]
    sections["Moves"] = {"anyOf": [{"type": "array", "minItems": 1}, sections["Moves"]]}
    sections["Design"] = {"anyOf": [{"enum": [*DESIGNS[:3]]}, sections["Design"]]}
    schema["properties"]["extends"] = {"type": "string", "description": "File that this one is laid over."}
    return {"$schema": DIALECT, **schema}


def _factors_that_cannot_be(tree: Node) -> list[Problem]:
    """Factors with the name of a column, and paths that move nothing that happens or is measured."""
    factors = tree.value.get("factors")
    named = factors.value if factors is not None and isinstance(factors.value, dict) else {}
    problems = [
        problem_at(node, f"factors.{name}", "this is a column of the results", "Give it another name.", at_key=True)
        for name, node in named.items()
        if name in (*RESERVED, ARMS)
    ]
    for place, node in _paths(tree):
        if node.value.split(".")[0] in (*ASIDE, "extends"):
            rule = f'a factor moves what happens or is measured, not "{node.value.split(".")[0]}"'
            problems.append(problem_at(node, place, rule, "Take it out."))
    return problems


def _paths(tree: Node) -> list[tuple[str, Node]]:
    """Every path that the file moves, as a node of its own, with the place of it."""
    found = []
    factors, points = tree.value.get("factors"), tree.value.get("points")
    for name, factor in factors.value.items() if factors is not None and isinstance(factors.value, dict) else ():
        parts = factor.value if isinstance(factor.value, dict) else {}
        if "levels" in parts and isinstance(parts["levels"].value, dict):
            levels = [level.value for level in parts["levels"].value.values() if isinstance(level.value, dict)]
            found += [(f"factors.{name}", _key(path, node)) for level in levels for path, node in level.items()]
        elif "paths" in parts and isinstance(parts["paths"].value, list):
            found += [(f"factors.{name}.paths", node) for node in parts["paths"].value if isinstance(node.value, str)]
        else:
            found.append((f"factors.{name}", _key(name, factor)))
    for point in points.value if points is not None and isinstance(points.value, list) else ():
        moves = point.value if isinstance(point.value, dict) else {}
        found += [("points", _key(path, node)) for path, node in moves.items() if path != ARMS]
    return found


def _key(name: str, node: Node) -> Node:
    """A key as a node that stands where the key stands."""
    return Node(name, node.key_place or node.place)


def _no_scenario(tree: Node, path: Path) -> list[Problem]:
    node = tree.value.get("scenario")
    if node is None or not isinstance(node.value, str) or (path.parent / node.value).is_file():
        return []
    rule = f'there is no file "{path.parent / node.value}"'
    return [problem_at(node, "scenario", rule, "The path is relative to the study file.")]
