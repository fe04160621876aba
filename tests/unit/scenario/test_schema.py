# ruff: noqa: E501
import copy

import jsonschema
import pytest

from ccsim.scenario.distributions import EXAMPLES, LAWS
from ccsim.scenario.load import scenario_from
from ccsim.scenario.schema import json_schema
from ccsim.scenario.tree import parse_yaml, plain

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def read(text):
    return plain(parse_yaml(text, "x"))


def accepts(mapping):
    return not list(VALIDATOR.iter_errors(mapping))


def with_value(mapping, path, value):
    changed = copy.deepcopy(mapping)
    at = changed
    for part in path[:-1]:
        at = at[part] if isinstance(at, list) else at.setdefault(part, {})
    at[path[-1]] = value
    return changed


def test_the_schema_is_a_schema_and_accepts_the_full_file(full_path, small):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert accepts(read(full_path.read_text()))
    assert accepts(small)


TALK = ("handling", "talk")
LEGAL = [
    *[(TALK, read(f"x: {text}")["x"]) for text in EXAMPLES.values()],
    (TALK, {"constant": "20s"}),
    (TALK, {"constant": 20}),
    (TALK, {"lognormal": {"median": "5min", "cv": "140%"}}),
    (TALK, {"lognormal": {"mu": 5.85, "sigma": 1.84}}),
    (TALK, {"weibull": {"scale": 60, "shape": 0.6}}),
    (TALK, {"mixture": {"atom": "never", "share": 0.15, "otherwise": "5min"}}),
    *[(TALK, duration) for duration in (90, 0.5, "90s", "4m30s", "7 days", "1h30min", "1 day 2h", "0:30:00", "PT5M", "P1DT2H", "1.5h")],
    *[(("shrinkage",), share) for share in (0, 0.999, 0.285, "28.5%", "80 %", "0.8")],
    *[(("agents", 0, "wage"), wage) for wage in (0, "14.20/h", "3 / min", "100/day")],
    *[(("money", "gate"), price) for price in (0, "0.05/contact")],
    *[(("agents", 0, "skills"), skills) for skills in
      (["sales"], {"sales": 1, "support": {"rank": 2, "handles": "1.15x", "resolves": -0.2}}, {"sales": {"handles": 1.15}, "support": {}})],
    *[(("agents", 0, "staffing"), staffing) for staffing in
      ({"agents": 3}, {"shift": "day", "agents": 3}, {"shift": ["day"], "agents": [3]},
       {"from": "08:00", "every": "1h", "agents": [1, 2], "days": "Mon-Fri"})],
    *[(("channels",), [{"name": "phone", "open": hours}]) for hours in
      ("always", "24/7", "08:00-18:00", "8:00-18:00 Mon-Fri", ["08:00-18:00 Mon-Fri", "09:00-13:00 Sat,Sun"], [])],
    *[(("channels",), [{"name": "phone", "gate": gate}]) for gate in
      ("off", False, {}, {"solves": "40%"}, {"solves": {"sales": 0.4}, "opt_out": "on", "misroutes": {"talk": "1min"}})],
    *[(("customers", "patience"), patience) for patience in
      ("5min", {"phone": "5min"}, {"constant": "5min"}, {"phone": {"exponential": {"mean": 60}}})],
    *[(("resolution",), resolution) for resolution in (1, "90%", {"sales": "90%"}, {"sales": {"phone": 0.9}})],
    *[(("handling",), handling) for handling in
      ({"talk": 300, "wrap_up": "20s"}, {"sales": {"talk": 5}, "support": {"phone": {"talk": 300}}})],
    *[(("insight",), insight) for insight in
      ({}, {"recorded": "50%"}, {"recorded": {"phone": 0.5}, "listening": {"minutes_per_contact": 0.5}})],
    *[(("needs", "types", 0, "complexity"), value) for value in ("low", "medium", "high", {"typical": "40%"}, {"spread": 1})],
    *[(("needs", "types", 0, "stake"), value) for value in ("high", {"spread": 0.8})],
    (("calendar",), {"start": "2026-01-05", "length": "10h", "interval": "15min"}),
    (("targets",), [{"measure": "service_level", "at_least": "80%"}, {"measure": "asa", "at_most": 30}]),
    (("arms",), {"one": {"channels.phone.gate": "off"}, "two": {"channels": {"phone": {"prominence": 0.2}}}}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), LEGAL, ids=str)
def test_every_legal_spelling_is_accepted_by_the_schema_and_by_the_loader(small, path, value):
    small["shifts"] = {"day": {"from": "08:30", "to": "17:00"}}
    mapping = with_value(small, path, value)

    assert accepts(mapping)
    scenario_from(mapping)


def test_every_law_is_among_the_legal_spellings():
    tried = {word for path, value in LEGAL if path == TALK and isinstance(value, dict) for word in value}

    assert tried == set(LAWS)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (TALK, "5 parsecs"),
        (TALK, -1),
        (TALK, {"lognormall": {"mean": 5, "cv": 1}}),
        (TALK, {"lognormal": {"mean": 5, "cv": 1}, "gamma": {"mean": 5, "cv": 1}}),
        (TALK, {"exponential": {"mean": 0}}),
        (TALK, {"gamma": {"mean": "5min"}}),
        (("shrinkage",), 80),
        (("shrinkage",), "80 percent"),
        (("shrinkge",), "80%"),
        (("agents", 0, "wage"), 14.2),
        (("agents", 0, "staffing"), {"agents": 1.5}),
        (("channels",), [{"name": "phone", "open": "mornings"}]),
        (("channels",), [{"name": "phone", "gate": "on"}]),
        (("channels",), [{"name": "phone", "kind": "dead"}]),
        (("needs", "types", 0, "complexity"), "hihg"),
        (("calendar",), {"interval": "half an hour"}),
        (("name",), 3),
    ],
    ids=str,
)
def test_wrong_spellings_are_refused_by_the_schema(small, path, value):
    assert not accepts(with_value(small, path, value))


def test_required_fields_are_required_unless_another_file_is_extended(small):
    del small["handling"]

    assert not accepts(small)
    assert accepts({"extends": "base.yaml", "name": "own"})


def test_every_property_has_hover_text():
    bare = [
        f"{name}.{field}"
        for name, section in SCHEMA["$defs"].items()
        for field, schema in section.get("properties", {}).items()
        # a reference shows the description of the section it leads to
        if "description" not in schema and "$ref" not in schema and field not in LAWS
    ]

    assert bare == []
