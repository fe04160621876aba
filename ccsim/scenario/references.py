"""References: every name that is spoken of is carried by something, and by one thing only."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from ccsim.errors import Problem
from ccsim.scenario.customers import NO_CHANNEL
from ccsim.scenario.distributions import LAWS, is_law_shaped
from ccsim.scenario.tree import HANDLING_WORDS, Node, did_you_mean, name_of, problem_at


def broken_references(tree: Node) -> list[Problem]:
    """Names that nothing carries, and names carried twice.

    Looked for in the tree, so that they are found beside mistakes of other kinds.

    Parameters
    ----------
    tree : Node

    Returns
    -------
    list of Problem
    """
    return [
        problem
        for rule, carriers in _REFERENCE_RULES
        if all(_is_readable(tree, carrier) for carrier in carriers)
        for problem in rule(tree)
    ]


def every_name_stands_once(tree: Node) -> Iterator[Problem]:
    """Need types, channels and groups have different names.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    for path, what in (
        (("needs", "types"), "need types"),
        (("needs", "events"), "events"),
        (("channels",), "channels"),
        (("agents",), "groups"),
        (("customers", "segments"), "segments"),
    ):
        seen: dict[str, Node] = {}
        for item in _items(tree, *path):
            name = name_of(item)
            if name is None:
                continue
            if name in seen:
                first = seen[name].place.line
                where = f", the first on line {first}" if first else ""
                yield problem_at(
                    item.value["name"],
                    ".".join([*path, name, "name"]),
                    f'two {what} are named "{name}"{where}',
                    "Rename one.",
                )
            seen.setdefault(name, item.value["name"])


def channel_names_exist(tree: Node) -> Iterator[Problem]:
    """Every channel that is spoken of is one of the channels.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    channels = _channel_names(tree)
    wanted = ("customers", "channels_preferred")
    yield from _unknown_keys(_at(tree, *wanted), wanted, "channel", [*channels, NO_CHANNEL])
    patience = _at(tree, "customers", "patience")
    if patience is not None and not is_law_shaped(patience.value):
        yield from _unknown_keys(patience, ("customers", "patience"), "channel or law", [*channels, *LAWS])
    for item, path in _named_items(tree, "needs", "types"):
        yield from _unknown_keys(
            _at(item, "channels_preferred"), (*path, "channels_preferred"), "channel", [*channels, NO_CHANNEL]
        )
    told = [(_at(tree, "customers"), ("customers",)), *_named_items(tree, "customers", "segments")]
    for own, path in told:
        for back in ("redial", "gate_failure", "blocked", "reconnect"):
            yield from _unknown_keys(_at(own, back, "to"), (*path, back, "to"), "channel", channels)
    for item, path in _named_items(tree, "customers", "segments"):
        yield from _unknown_keys(
            _at(item, "channels_preferred"), (*path, "channels_preferred"), "channel", [*channels, NO_CHANNEL]
        )
        patience = _at(item, "patience")
        if patience is not None and not is_law_shaped(patience.value):
            yield from _unknown_keys(patience, (*path, "patience"), "channel or law", [*channels, *LAWS])
    for item, path in _named_items(tree, "channels"):
        ways: tuple[tuple[str, ...], ...] = (("diverted",), ("when_closed", "diverted"), ("tolerance", "instead"))
        for way in ways:
            yield from _unknown_keys(_at(item, *way), (*path, *way), "channel", channels)
    for item, path in _named_items(tree, "agents"):
        yield from _unknown_items(_at(item, "channels"), (*path, "channels"), "channel", channels)
    for share in ("recorded", "accessible"):
        yield from _unknown_keys(_at(tree, "insight", share), ("insight", share), "channel", channels)
    yield from _unknown_keys(_at(tree, "insight", "content"), ("insight", "content"), "channel", [*channels, "gate"])
    yield from _unknown_keys(_at(tree, "money", "contacts"), ("money", "contacts"), "channel", channels)
    for number, item in enumerate(_items(tree, "targets")):
        yield from _unknown_value(_at(item, "channel"), ("targets", str(number), "channel"), "channel", channels)


def need_type_names_exist(tree: Node) -> Iterator[Problem]:
    """Every need type that is spoken of exists, and every channel below it.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    types, channels = _names(tree, "needs", "types"), _channel_names(tree)
    for section, words in (("handling", HANDLING_WORDS), ("resolution", ())):
        top = _at(tree, section)
        if top is None or not isinstance(top.value, dict) or set(top.value) & set(words):
            continue
        yield from _unknown_keys(top, (section,), "need type", [*types, *words])
        for name, below in top.value.items():
            if isinstance(below.value, dict) and not set(below.value) & set(words):
                yield from _unknown_keys(below, (section, name), "channel", [*channels, *words])
    for item, path in _named_items(tree, "channels"):
        yield from _unknown_keys(_at(item, "gate", "solves"), (*path, "gate", "solves"), "need type", types)
    for item, path in _named_items(tree, "needs", "events"):
        yield from _unknown_items(_at(item, "types"), (*path, "types"), "need type", types)
    for item, path in _named_items(tree, "needs", "types"):
        yield from _unknown_value(_at(item, "raises", "type"), (*path, "raises", "type"), "need type", types)
    for number, item in enumerate(_items(tree, "targets")):
        yield from _unknown_value(_at(item, "need_type"), ("targets", str(number), "need_type"), "need type", types)


def queue_names_exist(tree: Node) -> Iterator[Problem]:
    """Targets name queues as they are printed: channel, dot, skill.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    skills = dict.fromkeys(_skills_asked_for(tree))
    queues = [f"{channel}.{skill}" for channel in _channel_names(tree) for skill in skills]
    for number, item in enumerate(_items(tree, "targets")):
        yield from _unknown_value(_at(item, "queue"), ("targets", str(number), "queue"), "queue", queues)


def skill_names_exist(tree: Node) -> Iterator[Problem]:
    """Every skill that a group holds is asked for, or passed on to.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    skills = _skills_asked_for(tree)
    for item, path in _named_items(tree, "agents"):
        held = _at(item, "skills")
        yield from _unknown_keys(held, (*path, "skills"), "skill", skills)
        yield from _unknown_items(held, (*path, "skills"), "skill", skills)


def shift_names_exist(tree: Node) -> Iterator[Problem]:
    """Every shift that a group works is one of the shifts.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    shifts = _keys(_at(tree, "shifts"))
    for item, path in _named_items(tree, "agents"):
        worked = _at(item, "staffing", "shift")
        yield from _unknown_value(worked, (*path, "staffing", "shift"), "shift", shifts)
        yield from _unknown_items(worked, (*path, "staffing", "shift"), "shift", shifts)


def group_names_exist(tree: Node) -> Iterator[Problem]:
    """The group order, and targets, name groups that exist.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    groups = _names(tree, "agents")
    yield from _unknown_items(_at(tree, "routing", "group_order"), ("routing", "group_order"), "group", groups)
    for number, item in enumerate(_items(tree, "targets")):
        yield from _unknown_value(_at(item, "group"), ("targets", str(number), "group"), "group", groups)


def segment_names_exist(tree: Node) -> Iterator[Problem]:
    """Targets name segments that exist.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    segments = _names(tree, "customers", "segments")
    for number, item in enumerate(_items(tree, "targets")):
        yield from _unknown_value(_at(item, "segment"), ("targets", str(number), "segment"), "segment", segments)


def baseline_names_an_arm(tree: Node) -> Iterator[Problem]:
    """The baseline of the comparison is one of the arms.

    Parameters
    ----------
    tree : Node

    Yields
    ------
    Problem
    """
    yield from _unknown_value(
        _at(tree, "compare", "baseline"), ("compare", "baseline"), "arm", _keys(_at(tree, "arms"))
    )


def _at(node: Node | None, *path: str) -> Node | None:
    for part in path:
        node = node.value.get(part) if node is not None and isinstance(node.value, dict) else None
    return node


def _items(tree: Node, *path: str) -> list[Node]:
    node = _at(tree, *path)
    return node.value if node is not None and isinstance(node.value, list) else []


def _named_items(tree: Node, *path: str) -> Iterator[tuple[Node, tuple[str, ...]]]:
    for number, item in enumerate(_items(tree, *path)):
        yield item, (*path, name_of(item) or str(number))


def _names(tree: Node, *path: str) -> list[str]:
    return [name for item in _items(tree, *path) if (name := name_of(item))]


def _channel_names(tree: Node) -> list[str]:
    return _names(tree, "channels") if _at(tree, "channels") is not None else ["phone"]


def _keys(node: Node | None) -> list[str]:
    return list(node.value) if node is not None and isinstance(node.value, dict) else []


def _skills_asked_for(tree: Node) -> list[str]:
    own = [_text_at(item, "skill") or name_of(item) or "" for item in _items(tree, "needs", "types")]
    return own + _passed_on_to(_at(tree, "handling"))


def _passed_on_to(handling: Node | None) -> list[str]:
    """Skills to which customers are passed on, for all types, by type, or by type and channel."""
    if handling is None or not isinstance(handling.value, dict):
        return []
    to = _text_at(handling, "transfers", "to")
    below = (node for key, node in handling.value.items() if key not in HANDLING_WORDS)
    return ([to] if to else []) + [skill for node in below for skill in _passed_on_to(node)]


def _text_at(node: Node, *path: str) -> str | None:
    found = _at(node, *path)
    return found.value if found is not None and isinstance(found.value, str) else None


def _unknown(node: Node, path: Iterable[str], word: str, what: str, known: list[str], *, at_key: bool) -> Problem:
    return problem_at(
        node, ".".join(path), f'no {what} is named "{word}"', did_you_mean(word, known) or None, at_key=at_key
    )


def _unknown_keys(node: Node | None, path: tuple[str, ...], what: str, known: list[str]) -> Iterator[Problem]:
    for key in _keys(node):
        if key not in known and node is not None:
            yield _unknown(node.value[key], (*path, key), key, what, known, at_key=True)


def _unknown_items(node: Node | None, path: tuple[str, ...], what: str, known: list[str]) -> Iterator[Problem]:
    for item in node.value if node is not None and isinstance(node.value, list) else ():
        if isinstance(item.value, str) and item.value not in known:
            yield _unknown(item, path, item.value, what, known, at_key=False)


def _unknown_value(node: Node | None, path: tuple[str, ...], what: str, known: list[str]) -> Iterator[Problem]:
    if node is not None and isinstance(node.value, str) and node.value not in known:
        yield _unknown(node, path, node.value, what, known, at_key=False)


def _is_readable(tree: Node, carrier: tuple[str, ...]) -> bool:
    """Whether the names that a section carries can be told."""
    section = _at(tree, *carrier)
    if section is None:
        return carrier not in (_TYPES, _GROUPS)
    if carrier in (_SHIFTS, _ARMS):
        return isinstance(section.value, dict)
    return isinstance(section.value, list) and all(name_of(item) for item in section.value)


_TYPES, _CHANNELS, _GROUPS, _SHIFTS, _ARMS = ("needs", "types"), ("channels",), ("agents",), ("shifts",), ("arms",)
_SEGMENTS = ("customers", "segments")
_Rule: TypeAlias = Callable[[Node], Iterator[Problem]]

# each with the sections that carry the names it looks for
_REFERENCE_RULES: tuple[tuple[_Rule, tuple[tuple[str, ...], ...]], ...] = (
    (every_name_stands_once, ()),
    (channel_names_exist, (_CHANNELS,)),
    (need_type_names_exist, (_TYPES, _CHANNELS)),
    (queue_names_exist, (_TYPES, _CHANNELS)),
    (skill_names_exist, (_TYPES,)),
    (shift_names_exist, (_SHIFTS,)),
    (group_names_exist, (_GROUPS,)),
    (baseline_names_an_arm, (_ARMS,)),
    (segment_names_exist, (_SEGMENTS,)),
)
