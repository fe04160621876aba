"""The scenario page: every piece of it loads; and the table of fields says what the models say.

Run as a script it writes the table anew.
"""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo

from ccsim.scenario.distributions import LAWS
from ccsim.scenario.fields import Section, role_of
from ccsim.scenario.load import load_arms, load_scenario
from ccsim.scenario.model import Scenario
from ccsim.scenario.show import written

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FIELDS = DOCS / "scenario.md", DOCS / "fields.md"
TABLE = re.compile(r"(?<=<!-- fields -->\n).*?(?=<!-- end of fields -->)", re.DOTALL)
ROLES = {"world": "W", "lever": "L", "measure": "M", None: ""}


def blocks(language: str) -> list[str]:
    """The fenced blocks of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def sections_in(annotation: Any, suffix: str = "") -> Iterator[tuple[str, type[Section]]]:
    """Sections that a field may hold, each with what its path adds to the field's."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield suffix, annotation
        return
    of_names = get_origin(annotation) is dict
    for argument in get_args(annotation):
        for further, section in sections_in(argument, suffix + ".<name>" if of_names else suffix):
            is_listed = get_origin(annotation) is tuple and "name" in section.model_fields
            yield (further + ".<name>" if is_listed else further), section


def default_of(section: type[Section], name: str, field: FieldInfo) -> str:
    """A field's default as a planner would type it."""
    if "by default" in (field.description or "").lower():
        return ""  # it follows from another field, as the description says
    if field.is_required():
        return "required"
    if field.default is None:
        return "none"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic finds the fields that are left out here unexpected
        value = section.model_construct().model_dump(mode="json", by_alias=True)[field.alias or name]
    parts = field.default if isinstance(field.default, tuple) else (field.default,)
    if any(isinstance(part, Section) and type(part) not in LAWS.values() for part in parts):
        return ""  # the section's own fields follow
    return f"`{written(value)}`"


def rows(section: type[Section], path: str = "") -> Iterator[str]:
    """The table's rows of a section and of the sections in it, laws left out."""
    for name, field in section.model_fields.items():
        here = f"{path}.{field.alias or name}".lstrip(".")
        inner: dict[type[Section], str] = {}
        for suffix, found in [pair for part in (field.annotation, *field.metadata) for pair in sections_in(part)]:
            if found not in LAWS.values():
                inner[found] = max(inner.get(found, ""), suffix, key=len)
        yield f"| `{here}` | {ROLES[role_of(field)]} | {default_of(section, name, field)} | {field.description} |\n"
        for found, suffix in inner.items():
            yield from rows(found, here + suffix)


def table() -> str:
    """The table of every field."""
    return "\n| field | | default | what it is |\n|---|---|---|---|\n" + "".join(rows(Scenario)) + "\n"


@pytest.fixture
def desk(tmp_path) -> Path:
    """A folder with the page's whole scenario as `base.yaml`, and its replay."""
    (tmp_path / "base.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    (tmp_path / "calls.csv").write_text(blocks("csv")[0], encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("piece", blocks("yaml")[1:], ids=lambda piece: piece.split(":")[0])
def test_a_piece_of_the_page_loads_when_laid_over_the_whole_scenario(piece, desk):
    head = "" if "extends:" in piece else "extends: base.yaml\n"
    (desk / "piece.yaml").write_text(head + piece, encoding="utf-8")

    assert load_scenario(desk / "piece.yaml").name.startswith("small-bank")
    load_arms(desk / "piece.yaml")


def test_every_top_level_section_has_a_piece_on_the_page():
    shown = {key for piece in blocks("yaml") for key in re.findall(r"^(\w+):", piece, re.MULTILINE)}

    assert set(Scenario.model_fields) - shown == set()


def test_every_law_stands_on_the_page():
    text = PAGE.read_text(encoding="utf-8")

    assert [law for law in LAWS if f"{{{law}:" not in text] == []


def test_the_table_of_fields_is_what_the_models_say():
    found = TABLE.search(FIELDS.read_text(encoding="utf-8"))

    assert found, "the page has no table of fields"
    assert found[0] == table(), f"write it anew: python {Path(__file__).relative_to(DOCS.parent)}"


if __name__ == "__main__":
    FIELDS.write_text(TABLE.sub(lambda _: table(), FIELDS.read_text(encoding="utf-8")), encoding="utf-8")
