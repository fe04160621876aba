"""File to scenario: extends, overlays, settings, and every problem at its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from pydantic import ValidationError

from ccsim.errors import Problem, ScenarioError
from ccsim.scenario.model import Origin, Scenario
from ccsim.scenario.problems import in_file_order, problems_of
from ccsim.scenario.references import broken_references
from ccsim.scenario.replay import Replayed, read_replay
from ccsim.scenario.rules import broken_rules
from ccsim.scenario.strategy import moved_outside_levers
from ccsim.scenario.tree import (
    LARGEST_FILE,
    Node,
    PathError,
    Place,
    Source,
    at_path,
    did_you_mean,
    from_mapping,
    leaves,
    merged,
    parse_yaml,
    plain,
    problem_at,
    with_dotted_keys_unfolded,
    with_overlay,
)


class Typed(NamedTuple):
    """What somebody typed after an option of the command line.

    Attributes
    ----------
    option : str
        Named in messages.
    text : str
    """

    option: str
    text: str


Sets: TypeAlias = Sequence[str | Typed] | Mapping[str, object]

# what tells arms apart, and so no part of one of them
_ABOUT_ARMS = ("arms", "compare")


def load_scenario(scenario: str | Path | Scenario, *, sets: Sets = (), arm: str | None = None) -> Scenario:
    """The scenario in a file, or one at hand, with settings applied.

    Parameters
    ----------
    scenario : path or Scenario
        A file is YAML 1.2.
    sets : mapping of path to value, or sequence of str
        `{"a.b.c": value}` or `["a.b.c=value"]`, named list items by name; later ones win. A value is written as in a
        file; None takes it out.
    arm : str or None
        Name of the arm whose overlay is applied.

    Returns
    -------
    Scenario
        An arm's scenario has no arms of its own.

    Raises
    ------
    ScenarioError
        With every problem of the file, its bases and its arms, in file order.
    CallDataError
        With every problem of the replayed calls.
    """
    if isinstance(scenario, Scenario) and not sets and arm is None:
        return scenario
    tree, folder = _with_sets(_tree_of(scenario), sets), _folder_of(scenario)
    loaded, arms = _base_and_arm_trees(tree, folder)
    if arm is not None:
        if arm not in arms:
            rule, hint = f'no arm is named "{arm}"', did_you_mean(arm, arms) or None
            raise ScenarioError([Problem(named(scenario), None, None, "arms", None, rule, hint)])
        return _validated(arms[arm], folder)
    _arms(loaded, tree, arms, folder, different_worlds=True, with_calls=False)
    return loaded


def load_arms(
    scenario: str | Path | Scenario,
    sets: Sets = (),
    *,
    added: Mapping[str, Mapping[str, object]] | None = None,
    different_worlds: bool = False,
) -> dict[str, Scenario]:
    """The scenario of each arm of a file, or of a scenario at hand.

    Parameters
    ----------
    scenario : path or Scenario
    sets : mapping or sequence of str
        As for `load_scenario`.
    added : mapping of name to (path to value), or None
        Further arms. Beside a scenario without arms it stands itself, under its name and first, unless one of those
        that are added moves nothing.
    different_worlds : bool
        Whether arms may move more than levers.

    Returns
    -------
    dict, arm name to Scenario
        In the order of the file; empty where the file has no arms.

    Raises
    ------
    ScenarioError
        With every problem, in file order.
    CallDataError
        With every problem of the replayed calls.
    """
    tree, folder = _with_added_arms(_with_sets(_tree_of(scenario), sets), added or {}), _folder_of(scenario)
    loaded, arms = _base_and_arm_trees(tree, folder)
    return _arms(loaded, tree, arms, folder, different_worlds=different_worlds)


def named(scenario: str | Path | Scenario) -> str:
    """What messages call a scenario: its file, or its name where it is at hand.

    Parameters
    ----------
    scenario : path or Scenario

    Returns
    -------
    str
    """
    return scenario.name if isinstance(scenario, Scenario) else str(scenario)


def scenario_from(mapping: Mapping[str, Any], *, base_folder: str | Path = ".") -> Scenario:
    """The scenario in a mapping, written as in a file.

    Parameters
    ----------
    mapping : mapping
    base_folder : str or Path
        Where relative paths start.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With every problem.
    CallDataError
        With every problem of the replayed calls.
    """
    folder = Path(base_folder)
    written = dict(mapping)
    base = written.pop("extends", None)
    tree = from_mapping(written, Source("scenario"))
    if base is not None:
        tree = merged(_read(folder / str(base), str(folder / str(base)), ()), tree)
    scenario, arms = _base_and_arm_trees(tree, folder)
    _arms(scenario, tree, arms, folder, different_worlds=True, with_calls=False)
    return scenario


def changed(scenario: Scenario, path: str, value: object) -> Scenario:
    """A scenario with one value changed.

    Parameters
    ----------
    scenario : Scenario
    path : str
        Dotted, named list items by name.
    value : object
        As it would be written in a file; None takes it out.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        If the path leads nowhere, or the result is no valid scenario.
    """
    return moved(scenario, [(path, from_mapping(value, Source("with_")))])


def moved(scenario: Scenario, moves: Iterable[tuple[str, Node]]) -> Scenario:
    """A scenario with several values changed at once, and validated once.

    Parameters
    ----------
    scenario : Scenario
    moves : iterable of (str, Node)
        Dotted path and value, one after another; a mistake is told at the value's place.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        If a path leads nowhere, or the result is no valid scenario.
    """
    origin = _origin_of(scenario)
    tree, problems = origin.tree, list[Problem]()
    for path, value in moves:
        try:
            tree = _set(tree, path, value)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return _validated(tree, Path(origin.folder))


def tree_in(path: str | Path) -> Node:
    """What a file and those it extends say, every value with its place.

    Parameters
    ----------
    path : str or Path
        YAML 1.2.

    Returns
    -------
    Node

    Raises
    ------
    ScenarioError
        If it cannot be read.
    """
    return _read(Path(path), str(path), ())


def tree_of(scenario: Scenario) -> Node:
    """What a scenario was read from, every value with its place.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Node
    """
    tree: Node = _origin_of(scenario).tree
    return tree


def as_written(scenario: Scenario) -> dict[str, Any]:
    """What a scenario was read from, in one piece and as plain values.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict
        Bases, arm and settings are applied; `scenario_from` makes an equal scenario of it.
    """
    values: dict[str, Any] = plain(tree_of(scenario))
    return values


def folder_of(scenario: Scenario) -> str:
    """Where the relative paths of a scenario start.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    str
        As the user named it.
    """
    return _origin_of(scenario).folder


def _read(path: Path, shown: str, above: tuple[Path, ...]) -> Node:
    """The tree of a file, laid over those it extends."""
    node = parse_yaml(_text_of(path, shown), shown)
    if not isinstance(node.value, dict):
        raise ScenarioError(
            [problem_at(node, "", "not a mapping of fields", "A scenario begins with name: and needs:.")]
        )
    base = node.value.get("extends")
    if base is None:
        return node
    own = replace(node, value={key: child for key, child in node.value.items() if key != "extends"})
    if not isinstance(base.value, str):
        raise ScenarioError([problem_at(base, "extends", "not the name of a file", "Write extends: base.yaml.")])
    chain = (*above, path.resolve())
    further = path.parent / base.value
    if further.resolve() in chain:
        names = " -> ".join(each.name for each in (*chain, further))
        raise ScenarioError(
            [problem_at(base, "extends", f"files extend each other in a circle: {names}", "Take one of them out.")]
        )
    if not further.is_file():
        raise ScenarioError(
            [problem_at(base, "extends", f'there is no file "{further}"', "The path is relative to this file.")]
        )
    return merged(_read(further, str(further), chain), own)


def _text_of(path: Path, shown: str) -> str:
    try:
        if path.is_dir():
            raise _unreadable(shown, "a folder, not a file", "Name the scenario file in it.")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _unreadable(
                shown,
                f"{size / 1e6:.1f} MB; a scenario file is at most {LARGEST_FILE / 1e6:.1f} MB",
                "Put long tables into a CSV file.",
            )
        content = path.read_bytes()
    except FileNotFoundError:
        near = [each.name for each in path.parent.glob("*.yaml")] if path.parent.is_dir() else []
        raise _unreadable(shown, "there is no such file", did_you_mean(path.name, sorted(near)) or None) from None
    except (OSError, ValueError) as error:
        raise _unreadable(shown, f"cannot be read ({getattr(error, 'strerror', None) or error})", None) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        what = "not a text file" if b"\0" in content else f"the byte 0x{content[error.start]:02x} is not UTF-8"
        raise ScenarioError([Problem(shown, line, column, "", None, what, "Save the file as UTF-8 text.")]) from None


def _unreadable(shown: str, rule: str, hint: str | None) -> ScenarioError:
    return ScenarioError([Problem(shown, None, None, "", None, rule, hint)])


def _tree_of(scenario: str | Path | Scenario) -> Node:
    if isinstance(scenario, Scenario):
        return tree_of(scenario)
    tree = tree_in(scenario)
    if "needs" not in tree.value and "measures" in tree.value:
        rule, hint = "this is a study, not a scenario", f"Play it with ccsim sweep {scenario}."
        raise ScenarioError([problem_at(tree.value["measures"], "measures", rule, hint, at_key=True)])
    return tree


def _folder_of(scenario: str | Path | Scenario) -> Path:
    return Path(folder_of(scenario)) if isinstance(scenario, Scenario) else Path(scenario).parent


def _with_sets(tree: Node, sets: Sets) -> Node:
    problems: list[Problem] = []
    for path, value, source in _settings(sets):
        try:
            if "" in path.split("."):
                raise ScenarioError([_no_setting(path, value, source)])
            tree = _set(tree, path, _value_node(value, source))
        except ScenarioError as error:
            problems += [_without_place(problem, path) for problem in error.problems]
    if problems:
        raise ScenarioError(problems)
    return tree


def _settings(sets: Sets) -> Iterator[tuple[str, object, str]]:
    """Path, value and the name of what gave it; text without a path has none."""
    if isinstance(sets, str):
        sets = [sets]
    if isinstance(sets, Mapping):
        for path, value in sets.items():
            yield str(path), value, "sets"
        return
    for setting in sets:
        option, text = setting if isinstance(setting, Typed) else ("sets", str(setting))
        path, equals, written = text.partition("=")
        yield (path.strip(), written, option) if equals else ("", text, option)


def _no_setting(path: str, value: object, source: str) -> Problem:
    shown = f"{path}={value}" if path else value
    example = "agents.generalists.wage=15/h"
    way_out = (
        f'Write sets=["{example}"], or a mapping: sets={{"agents.generalists.wage": "15/h"}}.'
        if source == "sets"
        else f"Write {source} path=value, such as {source} {example}."
    )
    return Problem(source, None, None, "", None, f"'{shown}' is no setting", way_out)


def _value_node(value: object, source: str) -> Node:
    """A value from outside any file; a text is read as a file's would be."""
    if isinstance(value, Typed):
        source, value = value
    if not isinstance(value, str):
        return from_mapping(value, Source(source))
    if value.strip() in ("", "null", "~"):
        return Node(None, Place(Source(source)))
    return _without_lines(parse_yaml(value, source), Place(Source(source)))


def _with_added_arms(tree: Node, added: Mapping[str, Mapping[str, object]]) -> Node:
    """A tree with further arms; without any of its own, also with itself as one."""
    if not added:
        return tree
    standing = tree.value.get("arms")
    arms = dict(standing.value) if standing is not None and isinstance(standing.value, dict) else {}
    name = tree.value.get("name")
    if not arms and name is not None and all(added.values()):
        arms[str(name.value)] = Node({}, name.place)
    problems: list[Problem] = []
    for name_of_arm, moves in added.items():
        source = next((value.option for value in moves.values() if isinstance(value, Typed)), "add_arms")
        place = Place(Source(source))
        if name_of_arm in arms:
            rule, hint = f'there is an arm "{name_of_arm}" already', "Give the arm that is added another name."
            problems.append(Problem(source, None, None, name_of_arm, None, rule, hint))
        try:
            moved_to = {path: replace(_value_node(value, source), key_place=place) for path, value in moves.items()}
            arms[name_of_arm] = Node(moved_to, place, place)
        except ScenarioError as error:
            problems += [_without_place(problem, name_of_arm) for problem in error.problems]
    if problems:
        raise ScenarioError(problems)
    return replace(tree, value={**tree.value, "arms": Node(arms, tree.place)})


def _set(tree: Node, path: str, value: Node) -> Node:
    if not path or "" in path.split("."):
        raise ScenarioError(
            [problem_at(value, path, f"'{path}' is not a path", "Write it like channels.phone.prominence.")]
        )
    try:
        return _laid_over(tree, at_path(path, value), path)
    except PathError as error:
        raise ScenarioError([problem_at(value, path, error.rule, error.hint)]) from None


def _laid_over(tree: Node, overlay: Node, path: str) -> Node:
    """A tree with an overlay at a path; what is said of a value goes with the value that is taken out."""
    laid = with_overlay(tree, overlay, len(path.split(".")))
    sources = laid.value.get("sources")
    gone = [path for path, node in leaves(overlay) if node.value is None]
    if not gone or sources is None or not isinstance(sources.value, dict):
        return laid
    kept = {
        key: child for key, child in sources.value.items() if not any(f"{key}.".startswith(f"{path}.") for path in gone)
    }
    return replace(laid, value={**laid.value, "sources": replace(sources, value=kept, written=None)})


def _without_lines(node: Node, place: Place) -> Node:
    """A value that was typed, where line and column say nothing."""
    value = node.value
    if isinstance(value, dict):
        value = {key: _without_lines(child, place) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_without_lines(child, place) for child in value]
    return replace(node, value=value, place=place, key_place=place)


def _without_place(problem: Problem, path: str) -> Problem:
    return Problem(problem.file, None, None, problem.path or path, problem.value, problem.rule, problem.hint)


def _base_and_arm_trees(tree: Node, folder: Path) -> tuple[Scenario, dict[str, Node]]:
    """The scenario without its arms, and each arm's tree; or the problems of both."""
    problems: list[Problem] = []
    arms: dict[str, Node] = {}
    try:
        arms = _arm_trees(tree)
    except ScenarioError as error:
        problems += error.problems
    try:
        scenario = _validated(tree, folder)
    except ScenarioError as error:
        raise ScenarioError(in_file_order([*error.problems, *problems])) from None
    if problems:
        raise ScenarioError(in_file_order(problems))
    return scenario, arms


def _validated(tree: Node, folder: Path, *, with_calls: bool = True) -> Scenario:
    """The scenario of a tree, or every problem of it."""
    problems = broken_references(tree)
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(plain(tree))
    except ValidationError as error:
        problems = _without_echoes(problems, problems_of(error, tree))
    if scenario is not None and not problems:
        problems = broken_rules(scenario, tree)
    if problems or scenario is None:
        raise ScenarioError(in_file_order(problems))
    replayed = _replayed(scenario, tree, folder) if with_calls else None
    return with_origin(scenario, Origin(tree, str(folder), replayed))


def with_origin(scenario: Scenario, origin: Origin) -> Scenario:
    """A scenario that knows what it was read from.

    Parameters
    ----------
    scenario : Scenario
    origin : Origin

    Returns
    -------
    Scenario
    """
    scenario._origin = origin
    return scenario


def _without_echoes(references: list[Problem], others: list[Problem]) -> list[Problem]:
    """Problems without those that only follow from an unknown name above them."""
    unknown = tuple(f"{problem.path}." for problem in references if problem.value is None)
    return references + [problem for problem in others if not f"{problem.path}.".startswith(unknown)]


def _replayed(scenario: Scenario, tree: Node, folder: Path) -> Replayed | None:
    if scenario.needs.replay is None:
        return None
    path = folder / scenario.needs.replay
    if not path.is_file():
        node = tree.value["needs"].value["replay"]
        raise ScenarioError(
            [
                problem_at(
                    node, "needs.replay", f'there is no file "{path}"', "The path is relative to the scenario file."
                )
            ]
        )
    return read_replay(path, scenario)


def _arm_trees(tree: Node) -> dict[str, Node]:
    """Each arm's tree, or every overlay that leads nowhere."""
    arms, base = tree.value.get("arms"), _without_arms(tree)
    trees: dict[str, Node] = {}
    problems: list[Problem] = []
    for name, overlay in arms.value.items() if arms is not None and isinstance(arms.value, dict) else ():
        try:
            trees[name] = _overlaid(base, name, overlay)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(in_file_order(problems))
    return trees


def _overlaid(base: Node, name: str, overlay: Node) -> Node:
    """A tree with an arm's overlay; each path is tried, so that all problems are told."""
    problems: list[Problem] = []
    tree = base
    for key, child in overlay.value.items() if isinstance(overlay.value, dict) else ():
        try:
            if "" in key.split("."):
                raise PathError(f"'{key}' is not a path", "Write it like channels.phone.prominence.")
            if key.split(".")[0] in (*_ABOUT_ARMS, "extends"):
                raise PathError("an arm moves levers, not arms", "Take it out.")
            if key.split(".")[0] == "sources":
                raise PathError("an arm moves levers, not sources", "Write sources: beside the arms, for all of them.")
            tree = _laid_over(tree, with_dotted_keys_unfolded(Node({key: child}, overlay.place)), key)
        except PathError as error:
            problems.append(problem_at(child, _path_in_arm(name, overlay, key), error.rule, error.hint, at_key=True))
    if problems:
        raise ScenarioError(problems)
    return tree


def _without_arms(tree: Node) -> Node:
    return replace(tree, value={key: child for key, child in tree.value.items() if key not in _ABOUT_ARMS})


def _arms(
    scenario: Scenario,
    tree: Node,
    arm_trees: dict[str, Node],
    folder: Path,
    *,
    different_worlds: bool,
    with_calls: bool = True,
) -> dict[str, Scenario]:
    problems: list[Problem] = []
    found: dict[str, Scenario] = {}
    for name, arm_tree in arm_trees.items():
        overlay = tree.value["arms"].value[name]
        try:
            found[name] = _validated(arm_tree, folder, with_calls=with_calls)
        except ScenarioError as error:
            problems += [_of_arm(problem, name, overlay) for problem in error.problems]
            continue
        if not different_worlds:
            problems += _moved_worlds(scenario, found[name], name, overlay)
    if problems:
        raise ScenarioError(in_file_order(problems))
    return found


def _path_in_arm(name: str, overlay: Node, path: str) -> str:
    """Where something stands in an arm of a file, or as it was typed in one that was added."""
    return f"arms.{name}.{path}" if overlay.place.line is not None else f"{name}:{path}"


def _of_arm(problem: Problem, name: str, overlay: Node) -> Problem:
    """A problem that only an arm has, placed in the arm's lines."""
    places = {(node.place.source.name, node.place.line) for _, node in leaves(overlay)}
    path = _path_in_arm(name, overlay, problem.path)
    if (problem.file, problem.line) in places:
        return replace(problem, path=path)
    return problem_at(overlay, path, problem.rule, problem.hint, at_key=True)


def _moved_worlds(base: Scenario, arm: Scenario, name: str, overlay: Node) -> list[Problem]:
    """A problem for every field that an arm moves and that is no lever."""
    written = dict(leaves(with_dotted_keys_unfolded(overlay)))
    problems = []
    for path, role in moved_outside_levers(base, arm):
        node = next(
            (
                node
                for key, node in written.items()
                if key == path or key.startswith(f"{path}.") or path.startswith(f"{key}.")
            ),
            overlay,
        )
        what = "the world" if role == "world" else "how results are measured"
        problems.append(
            problem_at(
                node,
                _path_in_arm(name, overlay, path),
                f"changes {what}; an arm moves levers only",
                "Change it for all arms, or compare with --different-worlds.",
                at_key=True,
            )
        )
    return problems


def _origin_of(scenario: Scenario) -> Origin:
    if scenario._origin is not None and scenario._origin.tree is not None:
        return scenario._origin
    written = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    return Origin(from_mapping(written, Source("scenario")), ".", None)
