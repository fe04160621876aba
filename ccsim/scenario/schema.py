"""JSON Schema of scenario files, for editors."""

from typing import Any

from ccsim.scenario.demand import COMPLEXITY_WORDS, STAKE_WORDS
from ccsim.scenario.distributions import LAWS, Constant, Empirical
from ccsim.scenario.model import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# filled in from the item's own name or kind
_NOT_REQUIRED = {"NeedType": ("skill",), "Channel": ("priority",)}


def json_schema() -> dict[str, Any]:
    """The schema that a scenario file fulfils, in every legal spelling.

    Returns
    -------
    dict, JSON Schema 2020-12
        Descriptions and examples are the fields' own. A file that extends another may leave out
        required fields at its top level.

    Examples
    --------
    >>> json_schema()["title"]
    'Scenario'
    """
    schema = Scenario.model_json_schema(mode="validation")
    sections = schema["$defs"]
    for law in LAWS.values():
        sections[law.__name__] = _written_law(law.word, sections[law.__name__], law in (Constant, Empirical))
    sections["Constant"] = {"anyOf": [sections["Constant"]["properties"]["constant"], sections["Constant"]]}
    sections["Complexity"] = _or_word(sections["Complexity"], list(COMPLEXITY_WORDS))
    sections["Stake"] = _or_word(sections["Stake"], list(STAKE_WORDS))
    sections["SkillUse"] = {"anyOf": [{"type": "integer", "minimum": 1}, sections["SkillUse"]]}
    for section, fields in _NOT_REQUIRED.items():
        sections[section]["required"] = [field for field in sections[section]["required"] if field not in fields]
    sections["Channel"]["properties"]["open"]["default"] = "always"
    schema["properties"]["extends"] = {"type": "string", "description": "File that this one is laid over."}
    schema["anyOf"] = [{"required": ["extends"]}, {"required": schema.pop("required")}]
    loosened: dict[str, Any] = _with_any_of(schema)
    return {"$schema": DIALECT, **loosened}


def _written_law(word: str, section: dict[str, Any], bare: bool) -> dict[str, Any]:
    """A law as it is written, under its name."""
    inner = next(iter(section["properties"].values())) if bare else section
    return {
        "title": section["title"],
        "description": section["description"],
        "type": "object",
        "properties": {word: inner},
        "required": [word],
        "additionalProperties": False,
    }


def _or_word(section: dict[str, Any], words: list[str]) -> dict[str, Any]:
    return {"description": section["description"], "anyOf": [{"enum": words}, section]}


def _with_any_of(value: Any) -> Any:
    """The same schema where several spellings of one thing may fit at once."""
    if isinstance(value, dict):
        return {"anyOf" if key == "oneOf" else key: _with_any_of(child) for key, child in value.items()}
    return [_with_any_of(child) for child in value] if isinstance(value, list) else value
