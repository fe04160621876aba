"""What pydantic objects to, in a planner's words and at its place in the file."""

import typing
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import Tag, ValidationError

from ccsim.errors import Problem
from ccsim.scenario.distributions import EXAMPLES, LAWS
from ccsim.scenario.fields import Section
from ccsim.scenario.model import Scenario
from ccsim.scenario.tree import Loc, Node, did_you_mean, problem_at, rule_and_way_out, walk

# filled in by a validator from the item's own name or kind, so a mistake there is told once, at its source
_FILLED_IN = frozenset({"skill", "priority", "days"})
_FIELD_OF_LAW = frozenset(
    {"mean", "median", "cv", "mu", "sigma", "shape", "scale", "stages", "low", "mode", "high", "means", "shares"}
)


def problems_of(error: ValidationError, tree: Node, root: type[Section] = Scenario) -> list[Problem]:
    """The problems behind a validation error.

    Parameters
    ----------
    error : ValidationError
    tree : Node
        What was validated.
    root : section class
        What it was validated as.

    Returns
    -------
    list of Problem
        In pydantic's order.
    """
    found = (_problem_of(one, tree, root) for one in error.errors(include_url=False))
    return _without_missing_misspelt([problem for problem in found if problem is not None])


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file and place, each told once.

    Parameters
    ----------
    problems : iterable of Problem

    Returns
    -------
    list of Problem
    """
    kept = list(dict.fromkeys(problems))
    files = list(dict.fromkeys(problem.file for problem in kept))
    return sorted(kept, key=lambda problem: (files.index(problem.file), problem.line or 0, problem.column or 0))


def sections_at(loc: Loc, root: type[Section] = Scenario) -> list[type[Section]]:
    """The sections that may stand at a place in the data.

    Parameters
    ----------
    loc : tuple of str and int
        May hold the tags of unions.
    root : section class
        Where the place is counted from.

    Returns
    -------
    list of section classes
    """
    sections: list[type[Section]] = [root]
    annotations: list[Any] = []
    for part in loc:
        if not isinstance(part, str):
            continue
        fields = [
            field
            for section in sections
            for name, field in section.model_fields.items()
            if (field.alias or name) == part
        ]
        if fields:
            annotations = [field.annotation for field in fields]
            sections = [section for annotation in annotations for section in _sections_in(annotation)]
        elif part in LAWS:
            sections = [LAWS[part]]
        elif part.startswith("<"):
            forms = [form for annotation in annotations for form in _tagged(annotation, part)]
            sections = [section for form in forms for section in _sections_in(form)] or sections
    return sections


def _problem_of(error: Any, tree: Node, root: type[Section]) -> Problem | None:
    kind, loc = error["type"], tuple(part for part in error["loc"] if not str(part).startswith("<"))
    if loc and loc[-1] == "[key]":
        node, path, _ = walk(tree, loc[:-1])
        return problem_at(node, ".".join(path), *_rule_and_hint(error), at_key=True)
    node, path, rest = walk(tree, loc)
    if kind == "missing":
        return _missing(node, path, str(loc[-1]))
    if rest and rest[-1] in _FILLED_IN:
        return None
    if kind == "too_short" and isinstance(node.value, list | dict) and len(node.value) >= error["ctx"]["min_length"]:
        # pydantic counts the items that are right; those that are wrong are told one by one
        return None
    if kind == "extra_forbidden":
        beside = walk(tree, loc[:-1])[0].value
        return problem_at(node, ".".join(path), *_unknown_field(error["loc"], root, beside), at_key=True)
    if kind == "not_a_law":
        return _not_a_law(node, path)
    return problem_at(node, ".".join(path), *_rule_and_hint(error))


def _unknown_field(loc: Loc, root: type[Section], beside: Any) -> tuple[str, str]:
    """Rule and way out for a field that no section has here, or only one of another form."""
    sections, field = sections_at(loc[:-1], root), str(loc[-1])
    known = [name for section in sections for name in _fields_of(section)]
    close = did_you_mean(field, [name for name in known if name not in beside])
    forms = dict.fromkeys(tuple(_fields_of(section)) for section in sections_at(_without_last_tag(loc[:-1]), root))
    listed = "; ".join(f"{{{', '.join(form)}}}" for form in forms)
    if len(forms) > len(sections) and any(field in form for form in forms):
        return f"{field} does not go with the other fields here", f"Keep one form: {listed}."
    if close.startswith("Did"):
        return "unknown field", close
    return "unknown field", f"The forms are {listed}." if len(forms) > len(sections) else did_you_mean("", known)


def _fields_of(section: type[Section]) -> list[str]:
    return [field.alias or name for name, field in section.model_fields.items()]


def _without_last_tag(loc: Loc) -> Loc:
    return loc[:-1] if loc and str(loc[-1]).startswith("<") else loc


def _without_missing_misspelt(problems: list[Problem]) -> list[Problem]:
    """Problems without the missing fields that stand there misspelt."""
    meant = {
        ".".join([*problem.path.split(".")[:-1], (problem.hint or "").split('"')[1]])
        for problem in problems
        if problem.rule == "unknown field" and '"' in (problem.hint or "")
    }
    return [problem for problem in problems if problem.rule != "missing" or problem.path not in meant]


def _missing(node: Node, path: list[str], field: str) -> Problem:
    return problem_at(node, ".".join([*path, field]), "missing", f"Write {field}: here.", at_key=True)


def _not_a_law(node: Node, path: list[str]) -> Problem:
    words = list(node.value) if isinstance(node.value, dict) else []
    if words and set(words) <= _FIELD_OF_LAW:
        return problem_at(node, ".".join(path), "a law without its name", f"Write it like {EXAMPLES['lognormal']}.")
    if len(words) == 1 and words[0] == "mixture":
        return problem_at(
            node, ".".join(path), "a mixture stands inside a mixture", "Use one fixed duration and one other law."
        )
    if len(words) == 1:
        return problem_at(
            node.value[words[0]],
            ".".join([*path, words[0]]),
            "unknown law",
            did_you_mean(words[0], list(LAWS)),
            at_key=True,
        )
    rule = "a law has exactly one name" if words else "an empty law"
    return problem_at(node, ".".join(path), rule, f"Write a duration such as 5min, or {EXAMPLES['lognormal']}.")


def _rule_and_hint(error: Any) -> tuple[str, str | None]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return rule_and_way_out(context["error"])
    if kind == "literal_error":
        choices = [choice.strip("' ") for choice in context["expected"].replace(" or ", ", ").split(", ")]
        shown = error["input"] if isinstance(error["input"], str | int | float) else "this"
        hint = did_you_mean(str(shown), choices)
        listed = f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0]
        return f"'{shown}' is not {listed}", hint if hint.startswith("Did") else None
    if kind in ("too_short", "too_long"):
        least, most = context.get("min_length"), context.get("max_length")
        bound = f"at least {least}" if kind == "too_short" else f"at most {most}"
        return f"{context.get('actual_length', 0)} items where {bound} belong", None
    return _SHAPES.get(kind, (str(error["msg"])[:1].lower() + str(error["msg"])[1:], None))


_SHAPES: dict[str, tuple[str, str | None]] = {
    "model_type": ("not a mapping of fields", "Write it like {field: value}, or with the fields indented below."),
    "model_attributes_type": (
        "not a mapping of fields",
        "Write it like {field: value}, or with the fields indented below.",
    ),
    "dict_type": ("not a mapping of names", "Write it like {name: value}, or with the names indented below."),
    "tuple_type": ("not a list", "Write it like [a, b], or each item after a dash."),
    "list_type": ("not a list", "Write it like [a, b], or each item after a dash."),
    "string_type": ("not text", "Put it in quotes."),
}


def _tagged(annotation: Any, tag: str) -> Iterator[Any]:
    """The parts of an annotation that carry the tag of a form."""
    if any(isinstance(mark, Tag) and mark.tag == tag for mark in getattr(annotation, "__metadata__", ())):
        yield annotation
        return
    for part in typing.get_args(annotation):
        yield from _tagged(part, tag)


def _sections_in(annotation: Any) -> Iterator[type[Section]]:
    """The sections that an annotation mentions, not looking into them."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _sections_in(part)
