"""A scenario file as a tree in which every value knows where it was written."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ccsim.errors import Problem, ScenarioError
from ccsim.scenario.distributions import LAWS

LARGEST_FILE = 300_000
DEEPEST = 40
MOST_VALUES = 100_000

HANDLING_WORDS = frozenset({"talk", "wrap_up", "work", "transfers"})
# forms that exclude one another, by the field they stand in: a field of one of them takes the place of the others'
FORMS: dict[str, tuple[frozenset[str], ...]] = {
    "calendar": (frozenset({"days"}), frozenset({"length"})),
    "needs": (frozenset({"replay"}), frozenset({"volume", "intraday", "events"})),
    "volume": (frozenset({"per_day"}), frozenset({"per_hour"})),
    "intraday": (frozenset({"shape"}), frozenset({"per_hour"})),
    "staffing": (frozenset({"shift"}), frozenset({"from", "every", "days"})),
}

Loc: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was read.

    Attributes
    ----------
    name : str
        File as the user named it, or `--set`.
    lines : tuple of str
        Its lines; empty for `--set`.
    """

    name: str
    lines: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands.

    Attributes
    ----------
    source : Source
    line, column : int or None, counted from 1
    """

    source: Source
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place.

    Attributes
    ----------
    value : scalar, dict of str to Node, or list of Node
    place : Place
        Of the value.
    key_place : Place or None
        Of the key it stands under.
    written : str or None
        As the user wrote it; None if it is longer than a line.
    """

    value: Any
    place: Place
    key_place: Place | None = None
    written: str | None = None


class PathError(ValueError):
    """A dotted path that leads nowhere."""

    def __init__(self, rule: str, hint: str | None = None) -> None:
        self.rule = rule
        self.hint = hint
        super().__init__(rule)


def parse_yaml(text: str, source_name: str) -> Node:
    """The tree of a YAML 1.2 text.

    Parameters
    ----------
    text : str
    source_name : str
        As it stands in messages.

    Returns
    -------
    Node

    Raises
    ------
    ScenarioError
        With the first place that is no YAML, or that repeats a key.
    """
    source = Source(source_name, tuple(re.split(r"\r\n|\r|\n", text)))
    return _Builder(source, text).build()


def from_mapping(value: object, source: Source) -> Node:
    """The tree of Python values.

    Parameters
    ----------
    value : object
        Mappings, lists and scalars.
    source : Source
        Named in messages.

    Returns
    -------
    Node

    Raises
    ------
    ScenarioError
        If the values are nested too deeply.
    """
    return _from_value(value, source, 0)


def plain(node: Node) -> Any:
    """The values of a tree without their places.

    Parameters
    ----------
    node : Node

    Returns
    -------
    dict, list or scalar
    """
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def merged(base: Node, overlay: Node, path: tuple[str, ...] = ()) -> Node:
    """A tree with another laid over it.

    Mappings merge, but a field of one form takes the place of those of the others; lists of
    things with a name merge by name, also when the overlay is a mapping from name to thing;
    other lists, scalars and laws or handling of another kind replace; null deletes.

    Parameters
    ----------
    base, overlay : Node
    path : tuple of str
        Where they stand.

    Returns
    -------
    Node
    """
    if (
        isinstance(base.value, dict)
        and isinstance(overlay.value, dict)
        and not _another_law(base.value, overlay.value)
        and not (path[:1] == ("handling",) and _another_handling(base.value, overlay.value))
    ):
        children = _without_other_forms(path[-1] if path else "", base.value, overlay.value)
        for key, child in overlay.value.items():
            if child.value is None:
                children.pop(key, None)
            else:
                children[key] = merged(children[key], child, (*path, key)) if key in children else _without_nulls(child)
        return replace(base, value=children, written=None)
    if is_named_list(base) and is_named_list(overlay):
        return _merged_by_name(base, {item.value["name"].value: item for item in overlay.value}, path)
    if is_named_list(base) and isinstance(overlay.value, dict):
        return _merged_by_name(base, {name: _named(item, name) for name, item in overlay.value.items()}, path)
    return _without_nulls(overlay)


def at_path(path: str, node: Node) -> Node:
    """A value as the overlay that puts it at a dotted path.

    Parameters
    ----------
    path : str
    node : Node

    Returns
    -------
    Node
    """
    place = node.key_place or node.place
    for part in reversed(path.split(".")):
        node = Node({part: replace(node, key_place=place)}, place)
    return node


def with_dotted_keys_unfolded(overlay: Node) -> Node:
    """An overlay whose dotted keys have become nested mappings.

    Parameters
    ----------
    overlay : Node

    Returns
    -------
    Node
    """
    if not isinstance(overlay.value, dict):
        return overlay
    unfolded = replace(overlay, value={}, written=None)
    for key, child in overlay.value.items():
        step = at_path(key, with_dotted_keys_unfolded(child))
        unfolded = _kept_nulls_merged(unfolded, step)
    return unfolded


def with_overlay(tree: Node, overlay: Node, depth: int) -> Node:
    """A tree with an overlay whose leading path must lead somewhere.

    Parameters
    ----------
    tree, overlay : Node
    depth : int
        Length of the path that was written with dots; below it, things may be new.

    Returns
    -------
    Node

    Raises
    ------
    PathError
        If the path passes through a list that has no such item, or through a plain value.
    """
    expanded = tree
    for path in _paths(overlay, ()):
        expanded = _made_way(expanded, path, (), depth)
    return merged(expanded, overlay)


def walk(tree: Node, loc: Loc) -> tuple[Node, list[str], Loc]:
    """The node at a place in the data, its printed path, and the rest.

    Parts that are not in the document, such as the tags of unions, are skipped.

    Parameters
    ----------
    tree : Node
    loc : tuple of str and int

    Returns
    -------
    Node, list of str, tuple of the parts after the last that was found
    """
    node, path, rest = tree, list[str](), list[str | int]()
    for part in loc:
        if isinstance(node.value, dict) and part in node.value:
            node, rest = node.value[part], []
            path.append(str(part))
        elif isinstance(node.value, list) and isinstance(part, int) and 0 <= part < len(node.value):
            node, rest = node.value[part], []
            path.append(name_of(node) or str(part))
        else:
            rest.append(part)
    return node, path, tuple(rest)


def name_of(node: Node) -> str | None:
    """The name of a list item, if it has one.

    Parameters
    ----------
    node : Node

    Returns
    -------
    str or None
    """
    name = node.value.get("name") if isinstance(node.value, dict) else None
    return name.value if name is not None and isinstance(name.value, str) else None


def is_named_list(node: Node) -> bool:
    """Whether a node is a list whose items all have names.

    Parameters
    ----------
    node : Node

    Returns
    -------
    bool
    """
    return isinstance(node.value, list) and bool(node.value) and all(name_of(item) for item in node.value)


def leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Node]]:
    """Every scalar of a tree with its dotted path, in order.

    Parameters
    ----------
    node : Node
    path : tuple of str
        What stands before the paths.

    Yields
    ------
    str, Node
    """
    if isinstance(node.value, dict) and node.value:
        for key, child in node.value.items():
            yield from leaves(child, (*path, key))
    elif isinstance(node.value, list) and node.value:
        for number, child in enumerate(node.value):
            yield from leaves(child, (*path, name_of(child) or str(number)))
    else:
        yield ".".join(path), node


def problem_at(node: Node, path: str, rule: str, hint: str | None = None, *, at_key: bool = False) -> Problem:
    """A problem placed at a node.

    Parameters
    ----------
    node : Node
    path : str
        Dotted.
    rule : str
        What is wrong.
    hint : str or None
        The way out.
    at_key : bool
        Whether it is the key that is wrong.

    Returns
    -------
    Problem
    """
    place = node.key_place if at_key and node.key_place is not None else node.place
    return _problem(place, path, None if at_key else node.written, rule, hint)


def did_you_mean(word: str, known: Mapping[str, object] | list[str] | tuple[str, ...]) -> str:
    """What a word was perhaps meant to be, or else what is known.

    Parameters
    ----------
    word : str
    known : collection of str

    Returns
    -------
    str
        A sentence; empty if nothing is known.

    Examples
    --------
    >>> did_you_mean("skils", ["skills", "wage"])
    'Did you mean "skills"?'
    """
    words = list(dict.fromkeys(known))
    lowered = {other.lower(): other for other in words}
    if close := difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6):
        return f'Did you mean "{lowered[close[0]]}"?'
    shown = ", ".join(words[:8]) + (", ..." if len(words) > 8 else "")
    return f"Known: {shown}." if words else ""


def rule_and_way_out(error: Exception) -> tuple[str, str | None]:
    """What is wrong and the way out, of a message that parts them by a semicolon.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
    str or None

    Examples
    --------
    >>> rule_and_way_out(ValueError("1.5 is not a whole number; write it like 12"))
    ('1.5 is not a whole number', 'Write it like 12.')
    """
    wrong, _, way_out = str(error).partition("; ")
    return wrong, f"{way_out[:1].upper()}{way_out[1:]}{'' if way_out.endswith('?') else '.'}" if way_out else None


def _problem(place: Place, path: str, value: str | None, rule: str, hint: str | None) -> Problem:
    line = place.line
    text = place.source.lines[line - 1] if line is not None and 0 < line <= len(place.source.lines) else None
    return Problem(place.source.name, line, place.column, path, value, rule, hint, text)


_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,100}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def _scalar(text: str) -> object:
    """The YAML 1.2 core reading of a plain scalar."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "", 1)) if _SPECIAL_FLOAT.fullmatch(text) else text


@dataclass(slots=True)
class _Open:
    """A mapping or list being read."""

    value: Any
    place: Place
    key: str | None = None
    key_place: Place | None = None
    key_lines: dict[str, Place] = field(default_factory=dict)
    anchor: str | None = None
    start: int = 0


class _Builder:
    """Turns parser events into a tree; iterative, so that depth is ours to limit."""

    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.text = text
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.sizes: list[int] = []
        self.root: Node | None = None
        self.documents = 0

    def build(self) -> Node:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            for event in YAML(typ="safe", pure=True).parse(self.text):
                self._take(event)
        except MarkedYAMLError as error:
            raise self._syntax_error(error) from None
        except YAMLError as error:
            at = getattr(error, "position", 0)
            raise self._error(self._place_at(at), *_plainly(str(error).splitlines()[0])) from None
        except ScenarioError:
            raise
        except Exception as error:  # the parser's own slips on damaged text must not reach the planner as tracebacks
            raise self._error(self._place_at(0), f"not readable as YAML ({type(error).__name__})") from None
        if self.root is None or self.root.value is None:
            raise self._error(
                Place(self.source, 1, 1), "the file is empty", "Start with `ccsim init`, or with name: and needs:."
            )
        return self.root

    def _take(self, event: Any) -> None:
        kind = type(event).__name__
        place = Place(self.source, event.start_mark.line + 1, event.start_mark.column + 1)
        if kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise self._error(
                    place, "a second document begins", "Take out the line ---; a scenario is one document."
                )
        elif kind == "ScalarEvent":
            self._take_scalar(event, place)
        elif kind == "AliasEvent":
            self._take_alias(event.anchor, place)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._open(event, place, {} if kind == "MappingStartEvent" else [])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(event.end_mark.index)

    def _take_scalar(self, event: Any, place: Place) -> None:
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            raise self._error(place, f"the tag {event.tag} is not used here", "Take the tag out.")
        if self._wants_key():
            self._take_key(event.value, place)
            return
        value = _scalar(event.value) if event.implicit[0] and event.tag is None else event.value
        written = self.text[event.start_mark.index : event.end_mark.index].strip()
        node = Node(value, place, None, written if "\n" not in written else None)
        self._add(node, 1, getattr(event, "anchor", None))

    def _take_key(self, key: str, place: Place) -> None:
        top = self.stack[-1]
        if key in top.key_lines:
            first = top.key_lines[key].line
            raise self._error(
                place,
                f"{key} stands twice, on line {first} and on line {place.line}",
                "Keep one of them.",
                self._path(key),
            )
        top.key_lines[key] = place
        top.key, top.key_place = key, place

    def _take_alias(self, anchor: str, place: Place) -> None:
        if self._wants_key():
            raise self._error(place, "an alias stands where a field name belongs", "Write the name out.")
        if anchor not in self.anchors:
            raise self._error(place, f"the alias *{anchor} has no &{anchor} before it", "Write the value out.")
        node, size = self.anchors[anchor]
        self._add(replace(node, written=f"*{anchor}"), size, None)

    def _open(self, event: Any, place: Place, value: Any) -> None:
        if event.tag is not None:
            raise self._error(place, f"the tag {event.tag} is not used here", "Take the tag out.")
        if self._wants_key():
            raise self._error(place, "a list or mapping stands where a field name belongs", "Write a plain name.")
        if len(self.stack) >= DEEPEST:
            raise self._error(place, f"nested more than {DEEPEST} deep", "Look for a bracket that is never closed.")
        self.stack.append(_Open(value, place, anchor=event.anchor, start=event.start_mark.index))
        self.sizes.append(1)

    def _close(self, end: int) -> None:
        top, size = self.stack.pop(), self.sizes.pop()
        written = self.text[top.start : end].strip()
        node = Node(top.value, top.place, None, written if "\n" not in written else None)
        self._add(node, size, top.anchor)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        self.sizes[-1] += size
        if self.sizes[-1] > MOST_VALUES:
            raise self._error(
                node.place,
                f"more than {MOST_VALUES} values once aliases are written out",
                "Put long tables into a CSV file.",
            )
        if isinstance(top.value, dict):
            top.value[top.key] = replace(node, key_place=top.key_place)
            top.key = None
        else:
            top.value.append(node)

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def _path(self, last: str) -> str:
        return ".".join([*(level.key for level in self.stack[:-1] if level.key is not None), last])

    def _place_at(self, index: int) -> Place:
        before = self.text[:index]
        return Place(self.source, before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)

    def _syntax_error(self, error: Any) -> ScenarioError:
        mark = error.problem_mark or error.context_mark
        place = Place(self.source, mark.line + 1, mark.column + 1) if mark is not None else Place(self.source, 1, 1)
        what = " ".join(part for part in (error.context, error.problem) if part)
        return self._error(place, *_plainly(what))

    def _error(self, place: Place, rule: str, hint: str | None = None, path: str = "") -> ScenarioError:
        return ScenarioError([_problem(place, path, None, rule, hint)])


_COMPLAINTS = (
    ("character '\\t'", "a tab stands where spaces belong", "Indent with spaces."),
    ("character '%'", "a value begins with %", "Write the number first: 80%."),
    ("character '@'", "a value begins with @", "Put it in quotes."),
    ("character '`'", "a value begins with `", "Put it in quotes."),
    (
        "mapping values are not allowed",
        "a second colon on the line",
        'Put text with ": " in quotes; check the indentation.',
    ),
    ("unacceptable character", "a character that no text contains", "Save the file as plain text."),
    ("flow mapping", "a { is not closed", "Look for a missing } or comma."),
    ("flow sequence", "a [ is not closed", "Look for a missing ] or comma."),
    ("quoted scalar", "a quotation mark is not closed", "Close the quotation mark."),
    ("block mapping", "this line does not fit the lines above it", "Check the indentation."),
    ("block collection", "this line does not fit the lines above it", "Check the indentation and the dashes."),
    ("could not find expected ':'", "a field name without a colon", "Write name: value."),
)


def _plainly(what: str) -> tuple[str, str | None]:
    """A parser's complaint in a planner's words."""
    for sign, rule, hint in _COMPLAINTS:
        if sign in what:
            return rule, hint
    return f"not readable as YAML ({what})", None


def _from_value(value: object, source: Source, depth: int) -> Node:
    place = Place(source)
    if depth > DEEPEST:
        raise ScenarioError([_problem(place, "", None, f"nested more than {DEEPEST} deep", None)])
    if isinstance(value, Mapping):
        return Node({str(key): _from_value(child, source, depth + 1) for key, child in value.items()}, place)
    if isinstance(value, list | tuple):
        return Node([_from_value(child, source, depth + 1) for child in value], place)
    return Node(value, place, None, str(value))


def _another_law(base: dict[str, Node], overlay: dict[str, Node]) -> bool:
    """Whether one of two mappings is a law and the other is not the same law."""
    laws = [next(iter(value)) if len(value) == 1 and next(iter(value)) in LAWS else None for value in (base, overlay)]
    return bool(overlay) and laws[0] != laws[1]


def _another_handling(base: dict[str, Node], overlay: dict[str, Node]) -> bool:
    """Whether one of two mappings is handling and the other is handling by name."""
    return bool(base and overlay) and bool(HANDLING_WORDS & set(base)) != bool(HANDLING_WORDS & set(overlay))


def _without_other_forms(field: str, base: dict[str, Node], overlay: dict[str, Node]) -> dict[str, Node]:
    """What stands, without the fields of forms that those of an overlay exclude."""
    written = {key for key, child in overlay.items() if child.value is not None}
    forms = FORMS.get(field, ())
    chosen = [form for form in forms if form & written]
    if field == "staffing" and not chosen and "agents" in written and not isinstance(overlay["agents"].value, list):
        # one number of agents counts no stretches of the day
        chosen = [form for form in forms if "every" not in form]
    if len(chosen) != 1:
        return dict(base)
    (kept,) = chosen
    return {key: child for key, child in base.items() if key in kept or not any(key in form for form in forms)}


def _without_nulls(node: Node) -> Node:
    if isinstance(node.value, dict):
        kept = {key: _without_nulls(child) for key, child in node.value.items() if child.value is not None}
        return replace(node, value=kept)
    return node


def _kept_nulls_merged(base: Node, overlay: Node) -> Node:
    """Two overlays in one; a null stays, because it will delete."""
    if not (isinstance(base.value, dict) and isinstance(overlay.value, dict)):
        return overlay
    children = dict(base.value)
    for key, child in overlay.value.items():
        children[key] = _kept_nulls_merged(children[key], child) if key in children else child
    return replace(base, value=children)


def _merged_by_name(base: Node, items: dict[str, Node], path: tuple[str, ...]) -> Node:
    merged_items = []
    for item in base.value:
        name = name_of(item)
        if name not in items:
            merged_items.append(item)
        elif items[name].value is not None:
            merged_items.append(merged(item, items[name], (*path, name)))
    known = {name_of(item) for item in base.value}
    added = [_without_nulls(item) for name, item in items.items() if name not in known and item.value is not None]
    return replace(base, value=[*merged_items, *added], written=None)


def _named(item: Node, name: str) -> Node:
    if not isinstance(item.value, dict) or "name" in item.value:
        return item
    return replace(item, value={"name": Node(name, item.key_place or item.place), **item.value})


def _paths(overlay: Node, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(overlay.value, dict) and overlay.value:
        for key, child in overlay.value.items():
            yield from _paths(child, (*path, key))
    else:
        yield path


def _made_way(node: Node, path: tuple[str, ...], so_far: tuple[str, ...], depth: int) -> Node:
    """The tree with shorthand along a path written out; refuses a path that leads nowhere."""
    if not path:
        return node
    head, rest = path[0], path[1:]
    node = _written_out(node, so_far)
    if isinstance(node.value, dict):
        if head not in node.value or not rest:
            return node
        child = _made_way(node.value[head], rest, (*so_far, head), depth)
        return replace(node, value={**node.value, head: child}, written=None)
    if is_named_list(node):
        names = [name_of(item) or "" for item in node.value]
        if head not in names and len(so_far) + 1 < depth:
            raise PathError(f'{".".join(so_far)} has no item named "{head}"', did_you_mean(head, names))
        below = (*so_far, head)
        items = [_made_way(item, rest, below, depth) if name_of(item) == head else item for item in node.value]
        return replace(node, value=items, written=None)
    if len(so_far) < depth:
        raise PathError(f'{".".join(so_far)} is {_kind_of(node)} and has no part "{head}"', "Set it as a whole.")
    return node


def _written_out(node: Node, path: tuple[str, ...]) -> Node:
    """Shorthand as the mapping it stands for, where a path goes on into it."""
    last, above = (path[-1] if path else ""), (path[-2] if len(path) > 1 else "")
    if node.value in (None, "off", False):
        return replace(node, value={}, written=None)
    if above == "skills" and isinstance(node.value, int):
        return replace(node, value={"rank": node}, written=None)
    if not path and isinstance(node.value, dict) and "channels" not in node.value:
        # a file without channels has one, and paths may lead to it
        phone = Node({"name": Node("phone", node.place)}, node.place)
        return replace(node, value={**node.value, "channels": Node([phone], node.place)}, written=None)
    if last == "skills" and isinstance(node.value, list) and not is_named_list(node):
        return replace(
            node, value={str(item.value): Node({"rank": Node(1, item.place)}, item.place) for item in node.value}
        )
    return node


def _kind_of(node: Node) -> str:
    if isinstance(node.value, list):
        return "a list"
    return f"`{node.written}`" if node.written else f"`{node.value}`"
