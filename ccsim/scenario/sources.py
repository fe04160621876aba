"""Sources: where the values of a scenario come from, and between which ends they plausibly lie."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError, model_validator
from typing_extensions import TypeAliasType

from ccsim.scenario.distributions import LAWS
from ccsim.scenario.fields import Section, Text, measurement
from ccsim.scenario.tree import PathError, did_you_mean

Mark: TypeAlias = Literal["seen", "recalled", "assumption", "derived"]
# from the firmest to the weakest
MARKS: tuple[Mark, ...] = get_args(Mark)
WEAKEST: tuple[Mark, ...] = ("assumption", "recalled", "derived", "seen")


class ValueSource(Section):
    """Where a value, or all values below a path, come from."""

    mark: Mark = measurement(
        "`seen` in its source, `recalled` from it, an `assumption` of nobody who measured it, or `derived` from others."
    )
    source: Text = measurement("Where it stands, or how it was worked out.", "", examples=["call data, January 2026"])
    low: Any = measurement("Lowest plausible value, in the field's own unit.", None, examples=["20%"])
    high: Any = measurement("Highest plausible value, in the field's own unit.", None, examples=["60%"])
    note: Text = measurement("Anything else that one should know of it.", "")

    @model_validator(mode="after")
    def _both_ends(self) -> "ValueSource":
        if (self.low is None) != (self.high is None):
            raise ValueError("a range has two ends; write low: and high:")
        return self


class FieldAt(NamedTuple):
    """A field that a path leads to.

    Attributes
    ----------
    annotation : Any
        What may be written there.
    value : Any
        What the scenario has there; None where it is left out.
    """

    annotation: Any
    value: Any


def field_at(scenario: Section, path: str) -> FieldAt:
    """The field that a dotted path leads to, named things by name.

    Parameters
    ----------
    scenario : Scenario
    path : str

    Returns
    -------
    FieldAt

    Raises
    ------
    PathError
        If it leads nowhere. Below a section that is left out, which an arm may write, any of its fields will do.
    """
    at, so_far = FieldAt(type(scenario), scenario), list[str]()
    for part in path.split("."):
        found, known = None, list[str]()
        for annotation in _alternatives(at.annotation):
            found, names = _step(annotation, at.value, part)
            known += names
            if found is not None:
                break
        if found is None:
            above = ".".join(so_far) or "a scenario"
            raise PathError(f'{above} has no "{part}"', did_you_mean(part, known) or None)
        at = found
        so_far.append(part)
    return at


def width_of(low: Any, high: Any, annotation: Any) -> float | None:
    """How wide a range is, in shares of its larger end.

    Parameters
    ----------
    low, high : Any
        As they were written.
    annotation : Any
        What may be written in their place.

    Returns
    -------
    float or None
        None where the ends are no numbers, such as laws.

    Raises
    ------
    ValueError
        If one of them cannot stand there, or they are not in order.
    """
    ends = [parsed(end, annotation) for end in (low, high)]
    if not all(isinstance(end, int | float) for end in ends):
        return None
    if ends[0] > ends[1]:
        raise ValueError(f"low {low} is above high {high}; write the lower value first")
    largest = max(abs(ends[0]), abs(ends[1]))
    return 0.0 if largest == 0 else float((ends[1] - ends[0]) / largest)


def parsed(value: Any, annotation: Any) -> Any:
    """A value as the field would have it.

    Parameters
    ----------
    value : Any
        As it was written.
    annotation : Any

    Returns
    -------
    Any

    Raises
    ------
    ValueError
        If it cannot stand there.
    """
    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(first.get("ctx", {}).get("error") or first["msg"]) from None


def source_of(sources: dict[str, ValueSource], path: str) -> tuple[str, ValueSource] | None:
    """What is said of a value, of what stands above it, or of its weakest part.

    Parameters
    ----------
    sources : mapping of path to ValueSource
    path : str

    Returns
    -------
    (str, ValueSource) or None
        With the path of which it is said.
    """
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        above = ".".join(parts[:length])
        if above in sources:
            return above, sources[above]
    below = [(key, said) for key, said in sources.items() if key.startswith(f"{path}.")]
    return min(below, key=lambda item: WEAKEST.index(item[1].mark), default=None)


def values_outside_their_range(scenario: Any) -> Iterator[str]:
    """A warning for every value that lies outside the range its own source gives.

    Parameters
    ----------
    scenario : Scenario

    Yields
    ------
    str
    """
    for path, said in scenario.sources.items():
        at = field_at(scenario, path)
        if said.low is None or not isinstance(at.value, int | float):
            continue
        if not parsed(said.low, at.annotation) <= at.value <= parsed(said.high, at.annotation):
            yield f"{path} lies outside the range that its own source gives, {said.low} to {said.high}."


def _alternatives(annotation: Any) -> Iterator[Any]:
    """What may stand where an annotation stands, one by one."""
    if isinstance(annotation, TypeAliasType):
        yield from _alternatives(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _alternatives(part)
    elif annotation is not NoneType:
        yield annotation


def _step(annotation: Any, value: Any, part: str) -> tuple[FieldAt | None, list[str]]:
    """Where a part leads from one kind of thing, and what parts it has."""
    if isinstance(annotation, type) and issubclass(annotation, tuple(LAWS.values())) and part in LAWS:
        law = LAWS[part]
        return FieldAt(law, value if isinstance(value, law) else None), []
    if isinstance(annotation, type) and issubclass(annotation, Section):
        known = {field.alias or name: name for name, field in annotation.model_fields.items()}
        if part not in known:
            return None, list(known)
        field = annotation.model_fields[known[part]]
        kind = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        return FieldAt(kind, getattr(value, known[part], None)), []
    if get_origin(annotation) is dict:
        inner = get_args(annotation)[1]
        if not isinstance(value, dict):
            return (None, []) if part in LAWS else (FieldAt(inner, None), [])
        return (FieldAt(inner, value[part]), []) if part in value else (None, list(value))
    if get_origin(annotation) is tuple and isinstance(value, tuple | NoneType):
        names = {item.name: item for item in value or () if hasattr(item, "name")}
        inner = get_args(annotation)[0]
        return (FieldAt(inner, names[part]), []) if part in names else (None, list(names))
    return None, []
