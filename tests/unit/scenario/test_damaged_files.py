# ruff: noqa: E501, PT017
"""Files damaged at random: each loads, or tells where; never anything else."""

import copy
import random

from ccsim.errors import InputError
from ccsim.scenario.load import load_arms, load_scenario, scenario_from
from ccsim.scenario.show import digest, resolved
from ccsim.scenario.tree import parse_yaml, plain
from ccsim.scenario.warnings import warnings

SCALARS = [
    "", "~", "NO", "-1", "0", "1e3", "012", "10:30", ".nan", ".inf", "[]", "{}", '"x', "[", "}", "%", "&a", "*a", "!!int",
    "true", "99999999999999999999", "80", "null", "- x", "phone", '"a.b"', "1e999", "{", "gate:", ": ", "5min", "80%",
]  # fmt: skip
VALUES = [
    None, "", 0, 1, -1, 1.5, 80, "80%", "120%", "10:30", "08:00", "off", True, [], {}, [1], ["a"], {"a": 1}, {"lognormal": {}},
    {"lognormal": None}, {"uniform": {"from": 1, "to": 0}}, {"empirical": {}}, {"constant": {"constant": 3}}, {"value": 3},
    {"mixture": {"atom": 0, "share": 0.1, "otherwise": {"mixture": {}}}}, float("nan"), float("inf"), 1e308, 10**400, "phone",
    "x" * 5000, "5min", "P", "never", {"name": "x"}, [{"name": "x"}], [None], {None: 1}, {"a.b": 1}, {"talk": "5min"}, "1e400s",
]  # fmt: skip


def damaged(chance, text):
    lines = text.split(b"\n")
    at, other = chance.randrange(len(lines) - 1), chance.randrange(len(lines) - 1)
    kind = chance.choice(
        ["delete", "double", "replace", "scalar", "scalar", "value", "value", "indent", "cut", "flip", "bytes"]
    )
    if kind == "delete":
        del lines[at]
    elif kind == "double":
        lines.insert(at, lines[at])
    elif kind == "replace":
        lines[at] = lines[other]
    elif kind == "scalar":
        words = lines[at].split(b" ")
        words[chance.randrange(len(words))] = chance.choice(SCALARS).encode()
        lines[at] = b" ".join(words)
    elif kind == "value":
        # keeps the punctuation, so that the file stays YAML and the mistake lies in the value
        words = lines[at].split(b" ")
        word = chance.randrange(len(words))
        tail = words[word][len(words[word].rstrip(b",}]")) :]
        words[word] = (
            chance.choice(["0", "-1", "80", "1e3", "012", "10:30", "NO", "phone", "5min", "120%"]).encode() + tail
        )
        lines[at] = b" ".join(words)
    elif kind == "indent":
        lines[at] = b" " * chance.randrange(6) + lines[at].lstrip()
    elif kind == "cut":
        return text[: chance.randrange(len(text))]
    elif kind == "flip":
        flipped = bytearray(text)
        flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        return bytes(flipped)
    else:
        start = chance.randrange(len(text) - 12)
        return text[:start] + text[start + chance.randrange(1, 12) :]
    return b"\n".join(lines)


def test_three_hundred_damaged_files_load_or_tell_where(full_path, tmp_path):
    path = tmp_path / "damaged.yaml"
    outcomes = {"loads": 0, "tells": 0}
    for number in range(300):
        chance = random.Random(number)
        text = full_path.read_bytes()
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            text = damaged(chance, text)
        path.write_bytes(text)
        try:
            scenario = load_scenario(path)
        except InputError as error:
            outcomes["tells"] += 1
            assert error.problems
            assert all(problem.line is not None and problem.rule for problem in error.problems), str(error)
            assert all(1 <= problem.line <= text.count(b"\n") + 1 for problem in error.problems)
        else:
            outcomes["loads"] += 1
            warnings(scenario)
            assert digest(scenario_from(plain(parse_yaml(resolved(scenario), "again")))) == digest(scenario)
    # both kinds occur, or the damage tests nothing
    assert min(outcomes.values()) >= 10


def spots(value, path=()):
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from spots(child, (*path, key))


def test_any_value_in_any_place_is_read_or_refused_in_words(full_path):
    full = plain(parse_yaml(full_path.read_text(), "full"))
    places = list(spots(full))
    for number in range(150):
        chance = random.Random(number)
        mapping = copy.deepcopy(full)
        path = chance.choice(places)
        at = mapping
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = copy.deepcopy(chance.choice(VALUES))
        try:
            scenario = scenario_from(mapping)
        except InputError as error:
            # pydantic's own words mean that a case was forgotten
            assert not any(problem.rule.startswith(("input should", "value is")) for problem in error.problems), str(
                error
            )
        else:
            load_arms(scenario, different_worlds=True)
            assert digest(scenario_from(plain(parse_yaml(resolved(scenario), "again")))) == digest(scenario)
