"""reproduce: a saved result is the same again, or what differs is told with its place, or it is refused."""

import json
import re
from pathlib import Path

import pytest

from ccsim.cli.faults import ExitCode

STUDY = """\
name: small
scenario: tiny.yaml
factors: {needs.volume.per_hour: [40, 60]}
measures: [service_level, asa]
"""


def changed(file, change):
    """The saved result with something in it changed."""
    told = json.loads(Path(file).read_text(encoding="utf-8"))
    change(told)
    Path(file).write_text(json.dumps(told), encoding="utf-8")


@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_a_folder_s_result_is_the_same_again(desk, ccsim, command):
    (desk / "small.yaml").write_text(STUDY, encoding="utf-8")
    ccsim(command, "small.yaml" if command == "sweep" else "tiny.yaml", "--out", "out", "--set", "shrinkage=20%")
    (desk / "tiny.yaml").unlink()

    done = ccsim("reproduce", "out")

    assert done.code == ExitCode.FINE
    assert done.out.endswith(" numbers are the same.\n")
    assert " replications played again; all " in done.out
    file = {"sweep": "study.json"}.get(command, "result.json")
    assert ccsim("reproduce", f"out/{file}", "--json", "--jobs", 2).object()["same"]


def test_what_json_printed_is_enough(desk, ccsim):
    (desk / "printed.json").write_text(ccsim("run", "tiny.yaml", "-n", 3, "--json").out, encoding="utf-8")

    assert "tiny: 3 replications played again" in ccsim("reproduce", "printed.json").out


def test_other_numbers_end_with_4_and_are_told(desk, ccsim):
    ccsim("compare", "tiny.yaml", "--out", "out")
    changed("out/result.json", lambda told: told["arms"][1]["estimates"][0].update(n=5))

    done = ccsim("reproduce", "out")
    told = ccsim("reproduce", "out", "--json").object()

    assert done.code == ExitCode.MISSED
    first, *others = done.out.splitlines()
    assert re.fullmatch(r"tiny: 4 replications played again; 1 of [\d,]+ numbers differ\.", first)
    assert others == ["offered n (gated) was 5, is 2: -3 (-0.6 of it)", "the versions are those of then"]
    assert told["differing"] == [{"of": "gated", "measure": "offered", "cell": {}, "number": "n", "was": 5, "now": 2}]
    assert (told["same"], told["versions"]) == (False, [])


def test_many_other_numbers_are_cut_and_versions_are_told(desk, ccsim):
    ccsim("run", "tiny.yaml", "--out", "out")
    changed("out/result.json", lambda told: told.update(seed=8))
    changed("out/result.json", lambda told: told["provenance"]["made_by"].update(numpy="1.0"))

    lines = ccsim("reproduce", "out").out.splitlines()

    assert len(lines) == 1 + 20 + 1 + 1
    assert lines[-2].endswith("more; --json lists all of them")
    assert lines[-1].startswith("numpy was 1.0 then, and is ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda told: told["resolved"].update(shrinkage="30%"), "and what it carries has"),
        (lambda told: told["resolved"].update(shrinkage="x"), "scenario: shrinkage: 'x' is not a share"),
        (lambda told: told.pop("resolved"), "out/result.json: resolved: this is missing"),
        (lambda told: told.update(folder=3), "out/result.json: folder: this is to be a text"),
    ],
)
def test_a_changed_or_damaged_file_ends_with_3(desk, ccsim, change, words):
    ccsim("run", "tiny.yaml", "--out", "out")
    changed("out/result.json", change)

    done = ccsim("reproduce", "out")

    assert (done.code, done.out) == (ExitCode.INVALID, "")
    assert words in done.err


def test_a_file_that_is_none_ends_with_3(desk, ccsim):
    Path("empty").mkdir()

    assert ccsim("reproduce", "nowhere.json").code == ExitCode.INVALID
    assert "there is no result in this folder" in ccsim("reproduce", "empty").err
    assert "this is no JSON" in ccsim("reproduce", "tiny.yaml").err
